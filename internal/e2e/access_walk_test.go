package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/fleet"
)

// schema is the product's, as it is executed.
func schema() *ast.Schema { return graph.Schema() }

// place is a field to ask for: of a root type, or one with arguments of a type
// that node reaches.
type place struct {
	operation ast.Operation
	on        *ast.Definition
	field     *ast.FieldDefinition
}

func (p place) name() string { return p.on.Name + "." + p.field.Name }

// walk knows the way to every field of the schema and what its arguments take.
type walk struct {
	schema *ast.Schema
	// kinds are what the arguments that are ids take, by place and argument.
	kinds map[string][]fleet.Kind
	// who sends the requests. Fields that the sender may not read are left
	// out, because one that is refused takes its whole object away.
	who sender
}

// kindOf are the types that node reaches.
var kindOf = map[string]fleet.Kind{
	"Company":           fleet.KindCompany,
	"User":              fleet.KindUser,
	"Equipment":         fleet.KindEquipment,
	"Operator":          fleet.KindOperator,
	"MaintenanceRecord": fleet.KindMaintenance,
	"Assignment":        fleet.KindAssignment,
	"AssignmentPlan":    fleet.KindAssignmentPlan,
	"Meter":             fleet.KindMeter,
	"MeterReading":      fleet.KindMeterReading,
	"HistoryEntry":      fleet.KindHistory,
	"ServiceSchedule":   fleet.KindSchedule,
	"Site":              fleet.KindSite,
	"SiteMove":          fleet.KindSiteMove,
	"Paper":             fleet.KindPaper,
	"SavedQuery":        fleet.KindSavedQuery,
}

// within are fields with arguments of objects that no id leads to: they are asked for, as pages, wherever the
// object is.
var within = []string{"Kpi.contributingRecords"}

// places are all there are. A field that no way leads to fails the test.
func (w *walk) places(t testing.TB, operations ...ast.Operation) (list []place) {
	t.Helper()
	roots := map[ast.Operation]*ast.Definition{
		ast.Query:        w.schema.Query,
		ast.Mutation:     w.schema.Mutation,
		ast.Subscription: w.schema.Subscription,
	}
	for _, operation := range operations {
		for _, f := range roots[operation].Fields {
			if !strings.HasPrefix(f.Name, "__") {
				list = append(list, place{operation, roots[operation], f})
			}
		}
	}
	if !slices.Contains(operations, ast.Query) {
		return list
	}
	for _, name := range w.objects() {
		d := w.schema.Types[name]
		for _, f := range d.Fields {
			if len(f.Arguments) == 0 && f.Directives.ForName("auth") == nil || slices.Contains(within, name+"."+f.Name) {
				continue
			}
			if kindOf[name] == "" {
				t.Errorf(
					"%s.%s: no id leads to a %[1]s: tell the walk by kindOf of which kind its ids are, or how else to get there",
					name,
					f.Name,
				)
				continue
			}
			list = append(list, place{ast.Query, d, f})
		}
	}
	return list
}

// objects are the object types but the roots, in the order of their names.
func (w *walk) objects() (names []string) {
	for name, d := range w.schema.Types {
		if d.Kind == ast.Object && !strings.HasPrefix(name, "__") && d != w.schema.Query && d != w.schema.Mutation &&
			d != w.schema.Subscription {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// selection selects every field of a type, and of those below it down to a
// depth. Fields that need an argument are places of their own. The wrappings of lists are no depth. Below an interface a field in
// which the types differ is called by its type's name too. There are few blanks, because a document may be 100,000 bytes
// long.
func (w *walk) selection(d *ast.Definition, depth int, alias func(field string) string) string {
	if d.IsLeafType() {
		return ""
	}
	parts := []string{"__typename"}
	if d.IsAbstractType() {
		possible := w.schema.GetPossibleTypes(d)
		for _, p := range possible {
			parts = append(parts, "... on "+p.Name+" "+w.selection(p, depth, func(name string) string {
				for _, other := range possible {
					if f := other.Fields.ForName(name); f != nil && f.Type.String() != p.Fields.ForName(name).Type.String() {
						return p.Name + "_" + name + ": "
					}
				}
				return ""
			}))
		}
		return "{" + strings.Join(parts, " ") + "}"
	}
	list := d.Fields.ForName("nodes") != nil && d.Fields.ForName("pageInfo") != nil
	for _, f := range d.Fields {
		if !w.who.may(d.Name+"."+f.Name) || slices.ContainsFunc(f.Arguments, isRequired) {
			continue
		}
		below := w.schema.Types[f.Type.Name()]
		args := ""
		if f.Arguments.ForName("first") != nil {
			args = "(first:2)"
		}
		inner := ""
		switch {
		case below.IsLeafType():
		case list && f.Name == "edges":
			inner = "{__typename cursor node{__typename}}" // its fields are those of nodes
			if w.schema.Types[below.Fields.ForName("node").Type.Name()].Fields.ForName("id") != nil {
				inner = "{__typename cursor node{__typename id}}"
			}
		case list, f.Type.Name() == "UserError", f.Type.Name() == "FieldChange":
			inner = w.selection(below, depth, unaliased)
		case depth == 0:
			continue
		default:
			inner = w.selection(below, depth-1, unaliased)
		}
		parts = append(parts, alias(f.Name)+f.Name+args+inner)
	}
	return "{" + strings.Join(parts, " ") + "}"
}

func unaliased(string) string { return "" }

func isRequired(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }

// slot is an argument, or a field of an argument that is an input: what a value
// can be given for.
type slot struct {
	path string // such as input.user
	typ  *ast.Type
}

// slots are all there are of a place. The filters within a filter (and, or, not) have the
// same slots again, which are left out.
func (w *walk) slots(p place) (list []slot) {
	var add func(path string, t *ast.Type, within ...string)
	add = func(path string, t *ast.Type, within ...string) {
		if d := w.schema.Types[t.Name()]; d.Kind == ast.InputObject {
			for _, f := range d.Fields {
				if !slices.Contains(within, f.Type.Name()) && f.Type.Name() != d.Name {
					add(path+"."+f.Name, f.Type, append(slices.Clone(within), d.Name)...)
				}
			}
			return
		}
		list = append(list, slot{path, t})
	}
	for _, a := range p.field.Arguments {
		add(a.Name, a.Type)
	}
	return list
}

// ids are the slots that take an id.
func (w *walk) ids(p place) []slot {
	return slices.DeleteFunc(w.slots(p), func(s slot) bool { return s.typ.Name() != "ID" })
}

// question is what is asked of a server.
type question struct {
	name      string
	query     string
	variables vars
}

// given are values of slots by their paths.
type given map[string]any

// alsoNeeded are values that a place must have though its schema does not say so.
var alsoNeeded = map[string]given{
	"Mutation.createServiceSchedule": {
		"input.intervalDays": 30,
	}, // days, hours or both
	"Mutation.planAssignment": {
		"input.startsAt": time.Now().AddDate(0, 1, 0).UTC().Format(time.RFC3339),
	}, // to come
	"Mutation.createSavedQuery": {
		"input.document": "{ viewer { name } }",
	}, // GraphQL
}

// needed are the values of the slots of p that must have one.
func (w *walk) needed(p place, id func(slot) string) given {
	values := given{}
	var add func(path string, t *ast.Type, must bool)
	add = func(path string, t *ast.Type, must bool) {
		d := w.schema.Types[t.Name()]
		switch {
		case !must:
		case d.Kind == ast.InputObject:
			for _, f := range d.Fields {
				add(path+"."+f.Name, f.Type, f.Type.NonNull && f.DefaultValue == nil)
			}
		case t.Name() == "ID":
			values[path] = id(slot{path, t})
		default:
			values[path] = w.examples(slot{path, t})[0]
		}
	}
	for _, a := range p.field.Arguments {
		add(a.Name, a.Type, a.Type.NonNull && a.DefaultValue == nil)
	}
	maps.Copy(values, alsoNeeded[p.name()])
	return values
}

// examples are values that are tried for a slot, all of them for an enum. Texts
// are such as stand in rows of each owner.
func (w *walk) examples(s slot) (list []any) {
	d := w.schema.Types[s.typ.Name()]
	if d.Kind == ast.Enum {
		for _, v := range d.EnumValues {
			list = append(list, v.Name)
		}
		return list
	}
	switch s.typ.Name() {
	case "Int":
		return []any{1, 9}
	case "Boolean":
		return []any{true, false}
	case "DateTime": // between the years of the owners
		return []any{"2021-12-31T00:00:00Z", "2022-12-31T00:00:00Z"}
	case "Date":
		return []any{"2021-12-31", "2022-12-31"}
	case "Decimal":
		return []any{"100", "2000"}
	}
	if strings.HasSuffix(s.path, "email") {
		return []any{"somebody@example.com", "nobody"}
	}
	if strings.HasSuffix(s.path, "password") {
		return []any{passphrase}
	}
	if strings.HasSuffix(s.path, "pauses.from") || strings.HasSuffix(s.path, "pauses.to") {
		return []any{"02-01", "03-01"}
	}
	list = []any{"No kind", "th"}
	for _, o := range owners {
		list = append(list, string(o)+" kind")
	}
	return list
}

// question asks p with these values for fields down to a depth.
func (w *walk) question(name string, p place, values given, own owner, depth int) question {
	q := question{name: p.name() + " " + name, variables: vars{}}
	var declared, used []string
	for _, a := range p.field.Arguments {
		v, is := w.value(a.Name, a.Type, values)
		if is || a.Type.NonNull && a.DefaultValue == nil { // an input of defaults alone is empty
			q.variables[a.Name] = v
			declared = append(declared, fmt.Sprintf("$%s: %s", a.Name, a.Type))
			used = append(used, fmt.Sprintf("%s: $%[1]s", a.Name))
		}
	}
	head, args := string(p.operation), ""
	if len(declared) > 0 {
		head, args = head+"("+strings.Join(declared, ", ")+")", "("+strings.Join(used, ", ")+")"
	}
	body := p.field.Name + args + " " + w.selection(w.schema.Types[p.field.Type.Name()], depth, unaliased)
	if kind := kindOf[p.on.Name]; kind != "" {
		body = fmt.Sprintf("node(id: %q) { __typename ... on %s { %s } }", own.id(kind), p.on.Name, body)
	}
	q.query = head + " { " + body + " }"
	return q
}

// value builds an argument of the values of its slots; false if it has none.
func (w *walk) value(path string, t *ast.Type, values given) (any, bool) {
	if t.Elem != nil {
		v, is := w.value(path, t.Elem, values)
		return []any{v}, is
	}
	d := w.schema.Types[t.NamedType]
	if d.Kind != ast.InputObject {
		v, is := values[path]
		return v, is
	}
	object, any := vars{}, false
	for _, f := range d.Fields {
		if f.Type.Name() == d.Name { // a filter within a filter has no slots
			continue
		}
		if v, is := w.value(path+"."+f.Name, f.Type, values); is {
			object[f.Name], any = v, true
		}
	}
	for _, f := range d.Fields { // what must be given with the others
		scalar := f.Type.Elem == nil && f.Type.NamedType != "ID" && w.schema.Types[f.Type.NamedType].Kind != ast.InputObject
		if _, is := object[f.Name]; any && !is && scalar && f.Type.NonNull && f.DefaultValue == nil {
			object[f.Name] = w.examples(slot{path + "." + f.Name, f.Type})[0]
		}
	}
	return object, any
}

// learned is what learn has found out; it depends on the schema alone.
var learned struct {
	sync.Mutex
	kinds map[string][]fleet.Kind
}

// learn finds out of which kinds the ids are that each slot takes, by giving
// unknown ones: a refusal names the id that it could not take. A slot that takes
// no id of any kind fails the test.
func (w *walk) learn(h *service, t testing.TB) {
	t.Helper()
	learned.Lock()
	defer learned.Unlock()
	if w.kinds = learned.kinds; w.kinds != nil {
		return
	}
	w.kinds = map[string][]fleet.Kind{}
	for _, p := range w.places(t, ast.Query, ast.Mutation) {
		ids := w.ids(p)
		if len(ids) == 0 {
			continue
		}
		tried := map[string]int{} // the number of the kind that is tried
		wrong := func() (path string) {
			sent := map[string]string{}
			values := w.needed(p, func(slot) string { return "" })
			for _, s := range ids {
				sent[s.path] = fleet.GlobalID(fleet.Kinds()[tried[s.path]], fleet.NewUUID())
				values[s.path] = sent[s.path]
			}
			q := w.question("", p, values, mine, 1)
			a := h.ask(q.query, q.variables)
			if refused(a) {
				t.Fatalf("%s: %+v", p.name(), a.Errors)
			}
			text := strings.ReplaceAll(allOf(a), `\"`, `"`)
			for path, id := range sent {
				if strings.Contains(text, `"`+id+`" is the id of`) {
					return path
				}
			}
			return ""
		}
		for path := wrong(); path != ""; path = wrong() {
			if tried[path]++; tried[path] == len(fleet.Kinds()) {
				t.Fatalf("%s: %s takes the id of nothing", p.name(), path)
			}
		}
		for _, s := range ids {
			takes := tried[s.path]
			for n, kind := range fleet.Kinds() {
				if tried[s.path] = n; n == takes || wrong() != s.path {
					w.kinds[p.name()+" "+s.path] = append(w.kinds[p.name()+" "+s.path], kind)
				}
			}
			tried[s.path] = takes
		}
	}
	learned.kinds = w.kinds
}
