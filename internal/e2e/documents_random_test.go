package e2e_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// documents makes random valid operations of the schema, with arguments of which some are refused.
type documents struct {
	*rand.Rand
	schema  *ast.Schema
	ids     []string            // of rows, some of which are hidden or deleted
	cursors map[string][]string // by the type of the connection, from answers

	variables   map[string]any
	definitions []string
	fragments   []string
	left        int    // fields that may still be selected
	order       string // of the cursor among the arguments
	kind        string // of most ids
}

// unsteady are fields whose values differ from one request to the next, or that show what the servers share.
var unsteady = []string{"kpis", "passwordMustChange", "accessTokens", "sessions"}

// operation returns a random query with its variables.
func (d *documents) operation(roots []string) (string, map[string]any) {
	d.variables, d.definitions, d.fragments, d.left = map[string]any{}, nil, nil, 60
	var fields []string
	for range 1 + d.IntN(2) {
		name := roots[d.IntN(len(roots))]
		fields = append(fields, d.field(d.schema.Query, d.schema.Query.Fields.ForName(name), 0))
	}
	if d.one(5) {
		fields = append(fields, "__typename")
	}
	text := "query Random"
	if len(d.definitions) > 0 {
		text += "(" + strings.Join(d.definitions, ", ") + ")"
	}
	return text + " { " + strings.Join(fields, " ") + " } " + strings.Join(d.fragments, " "), d.variables
}

// one reports true once in n times.
func (d *documents) one(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d *documents, list []T) T { return list[d.IntN(len(list))] }

// field returns a field with an alias of its own, arguments and a selection.
func (d *documents) field(on *ast.Definition, f *ast.FieldDefinition, depth int) string {
	text := f.Name
	// The same name in one answer must mean the same field: an alias is used once.
	if depth == 0 || d.one(4) || len(f.Arguments) > 0 {
		text = fmt.Sprintf("a%d: %s", d.Int32(), f.Name)
	}
	var args []string
	connection := f.Type.Name()
	d.order = ""
	for _, a := range f.Arguments {
		if a.Name == "orderBy" && d.order != "" { // the one of the cursor
			args = append(args, a.Name+": "+d.order)
		} else if value, ok := d.argument(connection, a); ok {
			args = append(args, a.Name+": "+value)
		}
	}
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	if d.one(12) {
		text += d.condition()
	}
	of := d.schema.Types[f.Type.Name()]
	if !of.IsLeafType() {
		text += " " + d.selection(of, depth+1)
	}
	return text
}

// condition returns a @skip or @include, by a variable or a literal.
func (d *documents) condition() string {
	value := fmt.Sprint(d.one(2))
	if d.one(2) {
		name := fmt.Sprintf("c%d", len(d.definitions))
		d.definitions = append(d.definitions, "$"+name+": Boolean!")
		d.variables[name] = d.one(2)
		value = "$" + name
	}
	return " @" + pick(d, []string{"skip", "include"}) + "(if: " + value + ")"
}

// selection returns a selection on a type.
func (d *documents) selection(of *ast.Definition, depth int) string {
	var list []string
	if of.Kind == ast.Interface {
		list = append(list, "__typename", "id")
		for _, possible := range d.schema.GetPossibleTypes(of) {
			if d.one(2) {
				list = append(list, "... on "+possible.Name+" "+d.selection(possible, depth+1))
			}
		}
		return "{ " + strings.Join(list, " ") + " }"
	}
	var fields []*ast.FieldDefinition
	for _, f := range of.Fields {
		leaf := d.schema.Types[f.Type.Name()].IsLeafType()
		if !strings.HasPrefix(f.Name, "__") && !slices.Contains(unsteady, f.Name) && (leaf || depth < 9 && d.left > 0) {
			fields = append(fields, f)
		}
	}
	if len(fields) == 0 {
		return "{ __typename }"
	}
	for range 1 + d.IntN(6) {
		f := pick(d, fields)
		d.left--
		if d.left < 0 && !d.schema.Types[f.Type.Name()].IsLeafType() {
			continue
		}
		one := d.field(of, f, depth)
		switch d.IntN(8) {
		case 0:
			one = "... on " + of.Name + " { " + one + " }"
		case 1:
			name := fmt.Sprintf("F%d", len(d.fragments))
			d.fragments = append(d.fragments, "") // fragments within it come after it
			d.fragments[len(d.fragments)-1] = "fragment " + name + " on " + of.Name + " { " + one + " }"
			one = "..." + name
		}
		list = append(list, one)
	}
	if d.one(6) || len(list) == 0 {
		list = append(list, "__typename")
	}
	return "{ " + strings.Join(list, " ") + " }"
}

// argument returns the value of an argument, as a literal or as a variable; false to leave it out.
func (d *documents) argument(connection string, a *ast.ArgumentDefinition) (string, bool) {
	if !a.Type.NonNull && d.one(2) && a.Name != "first" {
		return "", false
	}
	var value any
	switch a.Name {
	case "first":
		if d.one(6) {
			return "", false
		}
		value = d.IntN(7)
		if !d.one(15) {
			value = 1 + d.IntN(6)
		}
	case "last":
		if !d.one(8) {
			return "", false
		}
		value = 1 + d.IntN(6)
	case "offset":
		if !d.one(6) {
			return "", false
		}
		value = d.IntN(12)
	case "after", "before":
		if !d.one(3) {
			return "", false
		}
		value = "nonsense"
		if known := d.cursors[connection]; len(known) == 0 && !d.one(10) {
			return "", false
		} else if len(known) > 0 && !d.one(10) {
			cursor := pick(d, known)
			value = cursor
			d.order = orderOf(cursor)
		}
	default:
		d.kind = idKind[connection]
		value = d.value(a.Type, 0)
	}
	if d.one(2) {
		name := fmt.Sprintf("v%d", len(d.definitions))
		d.definitions = append(d.definitions, "$"+name+": "+a.Type.String())
		d.variables[name] = plainly(value)
		return "$" + name, true
	}
	return literal(value), true
}

// idKind is the kind of the ids that arguments of a type and fields of filters take.
var idKind = map[string]string{
	"Equipment": "equipment", "Operator": "operator", "MaintenanceRecord": "maintenance",
	"EquipmentConnection": "equipment", "OperatorConnection": "operator", "MaintenanceRecordConnection": "maintenance",
	"AssignmentConnection": "assignment", "MeterReadingConnection": "reading", "UserConnection": "user",
	"HistoryEntryConnection": "history", "CategoryCount": "equipment", "MaintenanceGroup": "maintenance",
	"user": "user", "operator": "operator", "equipment": "equipment",
}

// enum is a value of an enum, which literals write without quotes.
type enum string

// value returns a random value of an input type.
func (d *documents) value(t *ast.Type, depth int) any {
	if t.Elem != nil {
		list := make([]any, 1+d.IntN(3))
		for i := range list {
			list[i] = d.value(t.Elem, depth+1)
		}
		return list
	}
	of := d.schema.Types[t.NamedType]
	switch of.Kind {
	case ast.Enum:
		return enum(pick(d, of.EnumValues).Name)
	case ast.InputObject:
		object := map[string]any{}
		for range 1 + d.IntN(2) {
			f := pick(d, of.Fields)
			nested := slices.Contains([]string{"and", "or", "not"}, f.Name)
			if nested && depth > 1 || f.Name == "deleted" && !d.one(2) {
				continue
			}
			outer := d.kind
			if kind := idKind[f.Name]; kind != "" {
				d.kind = kind
			}
			object[f.Name] = d.value(f.Type, depth+1)
			d.kind = outer
			if d.one(100) && !f.Type.NonNull {
				object[f.Name] = nil
			}
		}
		return object
	}
	switch t.NamedType {
	case "Int":
		return d.IntN(200)
	case "Float":
		return float64(d.IntN(200))
	case "Boolean":
		return d.one(2)
	case "ID":
		if d.one(30) {
			return "no id"
		}
		for {
			if id := pick(d, d.ids); d.kind == "" || strings.HasPrefix(id, d.kind) || d.one(100) {
				return id
			}
		}
	case "Decimal":
		return fmt.Sprintf("%d.%02d", d.IntN(3000), d.IntN(100))
	case "Date":
		return fmt.Sprintf("20%02d-0%d-1%d", 20+d.IntN(7), 1+d.IntN(9), d.IntN(10))
	case "DateTime":
		return fmt.Sprintf("20%02d-0%d-1%dT0%d:00:00.5Z", 20+d.IntN(7), 1+d.IntN(9), d.IntN(10), d.IntN(10))
	default:
		return pick(d, []string{"Excavator", "crane", "machine 1", "Ö", "SN-1", "kind", "a", "100%", `"\`, "work"})
	}
}

// plainly returns a value as JSON has it.
func plainly(value any) any {
	switch v := value.(type) {
	case enum:
		return string(v)
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = plainly(v[i])
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for name := range v {
			object[name] = plainly(v[name])
		}
		return object
	default:
		return value
	}
}

// literal returns a value as a document has it.
func literal(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case enum:
		return string(v)
	case string:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = literal(v[i])
		}
		return "[" + strings.Join(list, ", ") + "]"
	case map[string]any:
		var list []string
		for name, value := range v {
			list = append(list, name+": "+literal(value))
		}
		slices.Sort(list)
		return "{" + strings.Join(list, ", ") + "}"
	default:
		return fmt.Sprint(v)
	}
}

// collect keeps the cursors of an answer.
func (d *documents) collect(value any) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			d.collect(one)
		}
	case map[string]any:
		for _, one := range v {
			if cursor, ok := one.(string); ok {
				for _, connection := range connectionsOf(orderOf(cursor)) {
					if d.cursors[connection] = append(d.cursors[connection], cursor); len(d.cursors[connection]) > 60 {
						d.cursors[connection] = d.cursors[connection][1:]
					}
				}
			}
			d.collect(one)
		}
	}
}

// orderOf returns the order that a cursor names, "" for what is none.
func orderOf(cursor string) string {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) < 30 || b[0] != 1 || int(b[1]) > len(b)-20 {
		return ""
	}
	return string(b[2 : 2+b[1]])
}

// connectionsOf returns the connections that have an order.
func connectionsOf(order string) []string {
	switch {
	case order == "":
		return nil
	case strings.HasPrefix(order, "MAINTENANCE_DATE"):
		return []string{"MaintenanceRecordConnection"}
	case strings.HasPrefix(order, "ASSIGNED_AT"), strings.HasPrefix(order, "RELEASED_AT"):
		return []string{"AssignmentConnection"}
	case strings.HasPrefix(order, "READ_AT"), strings.HasPrefix(order, "HOURS"):
		return []string{"MeterReadingConnection"}
	case strings.HasPrefix(order, "COST"):
		return []string{"EquipmentConnection", "MaintenanceRecordConnection"}
	case strings.HasPrefix(order, "UPDATED_AT"), strings.HasPrefix(order, "SERIAL_NUMBER"):
		return []string{"EquipmentConnection"}
	case order == "AT_DESC":
		return []string{"HistoryEntryConnection"}
	default:
		return []string{"EquipmentConnection", "OperatorConnection", "UserConnection"}
	}
}

// allIDs returns ids of rows of all owners and people, of none, and of kinds that are no nodes.
func allIDs() (ids []string) {
	for _, o := range owners {
		for _, k := range rowsOfAnOwner {
			ids = append(ids, o.id(k))
		}
		ids = append(
			ids,
			o.id(fleet.KindCompany),
			o.id(fleet.KindUser),
			fleet.GlobalID(fleet.KindEquipment, key(string(o)+" gone")),
		)
	}
	for _, p := range people {
		ids = append(ids, p.id(fleet.KindUser))
	}
	return append(ids, people[0].id(fleet.KindSession), fleet.GlobalID(fleet.KindEquipment, key("nothing")))
}
