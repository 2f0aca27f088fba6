package server_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// schema is the product's, as it is executed.
func schema() *ast.Schema { return generated.NewExecutableSchema(generated.Config{}).Schema() }

// TestEveryFieldHasARule fails when a field is added that nobody has said a
// rule of: who may ask for it, or which rows are there for whom.
func TestEveryFieldHasARule(t *testing.T) {
	t.Parallel()
	s := schema()
	for _, root := range []*ast.Definition{s.Query, s.Mutation, s.Subscription} {
		for _, f := range root.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			if f.Directives.ForName("auth") == nil && f.Directives.ForName("public") == nil {
				t.Errorf("%s.%s: say who may ask for it, by @auth or @public", root.Name, f.Name)
			}
		}
	}
	for _, d := range s.GetPossibleTypes(s.Types["Node"]) {
		if d.Directives.ForName("scope") == nil {
			t.Errorf("%s: say which of its rows are there for whom, by @scope", d.Name)
		}
	}
}

// walk writes queries that ask for everything there is.
type walk struct{ schema *ast.Schema }

func unaliased(string) string { return "" }

// maxDepth is how deep a walk goes below a field of the query.
const maxDepth = 3

// selection selects every field of a type, down to a depth. Below an
// interface a field in which the types differ is called by its type's name too.
func (w walk) selection(d *ast.Definition, depth int, alias func(field string) string) string {
	if d.Kind == ast.Scalar || d.Kind == ast.Enum {
		return ""
	}
	if d.IsAbstractType() {
		parts := []string{"__typename"}
		types := map[string]string{} // of fields, by name
		differ := map[string]bool{}
		for _, p := range w.schema.GetPossibleTypes(d) {
			for _, f := range p.Fields {
				before, known := types[f.Name]
				differ[f.Name] = differ[f.Name] || known && before != f.Type.String()
				types[f.Name] = f.Type.String()
			}
		}
		for _, p := range w.schema.GetPossibleTypes(d) {
			if inner := w.selection(p, depth, func(name string) string {
				if differ[name] {
					return p.Name + "_" + name + ": "
				}
				return ""
			}); inner != "" {
				parts = append(parts, "... on "+p.Name+" "+inner)
			}
		}
		return "{ " + strings.Join(parts, " ") + " }"
	}
	var parts []string
	for _, f := range d.Fields {
		inner, below := "", w.schema.Types[f.Type.Name()]
		if !below.IsLeafType() {
			if depth == 0 {
				continue
			}
			if inner = w.selection(below, depth-1, unaliased); inner == "" {
				continue
			}
		}
		args := ""
		if f.Arguments.ForName("first") != nil {
			args = "(first: 2)"
		}
		parts = append(parts, alias(f.Name)+f.Name+args+" "+inner)
	}
	if len(parts) == 0 {
		return ""
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// values are what a walk gives for arguments: an id wherever one is taken.
type values struct {
	schema *ast.Schema
	id     string
	taken  int // how many ids were given
}

func (v *values) of(t *ast.Type, name string, full bool) any {
	if t.Elem != nil {
		return []any{v.of(t.Elem, name, full)}
	}
	switch d := v.schema.Types[t.NamedType]; {
	case t.NamedType == "ID":
		v.taken++
		return v.id
	case d.Kind == ast.Enum:
		return d.EnumValues[0].Name
	case d.Kind == ast.InputObject:
		given := map[string]any{}
		for _, f := range d.Fields {
			if f.Type.NonNull && f.DefaultValue == nil || full && v.takesID(f.Type) {
				given[f.Name] = v.of(f.Type, f.Name, full)
			}
		}
		return given
	case t.NamedType == "Int":
		return 1
	case t.NamedType == "Boolean":
		return false
	case t.NamedType == "DateTime":
		return "2026-01-02T03:04:05Z"
	case t.NamedType == "Date":
		return "2026-01-02"
	case t.NamedType == "Decimal":
		return "1"
	default:
		return "Text of a walk"
	}
}

func (v *values) takesID(t *ast.Type) bool {
	if t.Name() == "ID" {
		return true
	}
	d := v.schema.Types[t.Name()]
	return d.Kind == ast.InputObject && slices.ContainsFunc(d.Fields, func(f *ast.FieldDefinition) bool { return f.Type.Name() == "ID" })
}

// document asks for everything below one field, with v's id wherever one is taken.
func (w walk) document(operation ast.Operation, f *ast.FieldDefinition, v *values) (query string, variables map[string]any) {
	variables = map[string]any{}
	var declared, given []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil || v.takesID(a.Type) {
			variables[a.Name] = v.of(a.Type, a.Name, true)
			declared = append(declared, fmt.Sprintf("$%s: %s", a.Name, a.Type))
			given = append(given, fmt.Sprintf("%s: $%s", a.Name, a.Name))
		}
	}
	if f.Arguments.ForName("first") != nil {
		given = append(given, "first: 3")
	}
	head, args := string(operation), ""
	if len(declared) > 0 {
		head += "(" + strings.Join(declared, ", ") + ")"
	}
	if len(given) > 0 {
		args = "(" + strings.Join(given, ", ") + ")"
	}
	depth := maxDepth
	if f.Name == "node" || f.Name == "nodes" || operation == ast.Mutation {
		depth = 2
	}
	return fmt.Sprintf("%s { %s%s %s }", head, f.Name, args, w.selection(w.schema.Types[f.Type.Name()], depth, unaliased)), variables
}

// house is two companies with rows of every kind. Every text of a row says
// whose it is: THEIRS of the other company, ELSE of ours but not the
// operator's, MINE the operator's.
type house struct {
	*service
	ids map[string]map[fleet.Kind]string // by whose, then by kind
}

var tablesOfRows = []string{"assignments", "equipment", "history", "maintenance_records", "meter_readings", "operators", "users"}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{service: newService(t), ids: map[string]map[fleet.Kind]string{}}
	h.exec(`INSERT INTO users (company_id, email, name, role)
	        SELECT c.id, lower(r) || '-' || lower(c.name) || '@example.com', CASE c.name WHEN 'Ours' THEN CASE r WHEN 'OPERATOR' THEN 'MINE user' ELSE 'ELSE user' END ELSE 'THEIRS user' END, r
	        FROM companies c, unnest(ARRAY['ADMIN','ANALYST','OPERATOR']) r`)
	for whose, company := range map[string]string{"THEIRS": "Theirs", "ELSE": "Ours", "MINE": "Ours"} {
		h.ids[whose] = map[fleet.Kind]string{}
		var equipment, operator, record, assignment, reading, user [16]byte
		if whose == "MINE" {
			h.row(`SELECT id FROM users WHERE email = 'operator-ours@example.com'`, []any{&user})
		} else {
			h.row(`SELECT id FROM users WHERE email = lower('analyst-' || $1 || '@example.com')`, []any{&user}, company)
		}
		h.row(`INSERT INTO equipment (company_id, name, category, serial_number, description, cost) SELECT id, $1::text || ' machine', $1::text || ' kind', $1::text || '-1', $1::text || ' text', 4711 FROM companies WHERE name = $2 RETURNING id`, []any{&equipment}, whose, company)
		h.row(`INSERT INTO operators (company_id, first_name, last_name, license_number, user_id) SELECT id, $1::text || ' first', $1::text || ' last', $1::text || '-2', $3::uuid FROM companies WHERE name = $2 RETURNING id`, []any{&operator}, whose, company, user)
		h.row(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) SELECT id, $1, $2, now() - interval '1 day' FROM companies WHERE name = $3 RETURNING id`, []any{&assignment}, equipment, operator, company)
		h.row(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, description, performed_by, cost) SELECT id, $1, 'OTHER', '2026-01-01', $2::text || ' work', $2::text || ' shop', 42 FROM companies WHERE name = $3 RETURNING id`, []any{&record}, equipment, whose, company)
		h.row(`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours) SELECT id, $1, '2026-01-01', 17 FROM companies WHERE name = $2 RETURNING id`, []any{&reading}, equipment, company)
		var entry [16]byte
		h.row(`INSERT INTO history (company_id, subject, subject_id, action, changes) SELECT id, 'EQUIPMENT', $1, 'CREATED', jsonb_build_array(jsonb_build_object('field', 'name', 'to', $2::text || ' before')) FROM companies WHERE name = $3 RETURNING id`, []any{&entry}, equipment, whose, company)
		for kind, key := range map[fleet.Kind][16]byte{
			fleet.KindEquipment: equipment, fleet.KindOperator: operator, fleet.KindAssignment: assignment, fleet.KindMaintenance: record,
			fleet.KindMeterReading: reading, fleet.KindHistory: entry, fleet.KindUser: user,
		} {
			h.ids[whose][kind] = fleet.GlobalID(kind, key)
		}
	}
	return h
}

// contents is a text of every row of a company.
func (h *house) contents(company string) (text string) {
	h.t.Helper()
	for _, table := range tablesOfRows {
		var rows string
		// Everybody makes access tokens of their own, and that is told.
		h.row(`SELECT coalesce(string_agg(t::text, E'\n' ORDER BY t.id), '') FROM `+table+` t JOIN companies c ON c.id = t.company_id
		       WHERE c.name = $1 AND to_jsonb(t)->>'subject' IS DISTINCT FROM 'ACCESS_TOKEN'`, []any{&rows}, company)
		text += table + ":\n" + rows + "\n"
	}
	return text
}

// secrets are what must not come back: texts of rows and their ids. What the
// client has sent itself may.
func (h *house) secrets(whose []string, sent string) (list []string) {
	for _, w := range whose {
		list = append(list, w+" ", w+"-")
		for _, id := range h.ids[w] {
			if id != sent {
				list = append(list, id)
			}
		}
	}
	return list
}

// TestNobodySeesWhatIsNotTheirs asks for every field, as every role, with the
// ids of every kind of row of the other company, and of rows of the own
// company that the role does not see.
func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := schema()
	w := walk{s}
	theirsBefore := h.contents("Theirs")
	asked, refused := 0, 0
	for _, role := range fleet.Roles() {
		email := strings.ToLower(string(role)) + "-ours@example.com"
		if role == fleet.RoleManager {
			email = "ours@example.com"
		}
		h.serveAs(email)
		hidden := []string{"THEIRS"}
		if role == fleet.RoleOperator {
			hidden = append(hidden, "ELSE")
		}
		oursBefore := h.contents("Ours")
		for _, root := range []*ast.Definition{s.Query, s.Mutation} {
			operation := ast.Query
			if root == s.Mutation {
				operation = ast.Mutation
			}
			for _, f := range root.Fields {
				if strings.HasPrefix(f.Name, "__") {
					continue
				}
				for _, whose := range hidden {
					for kind, id := range h.ids[whose] {
						v := &values{schema: s, id: id}
						query, variables := w.document(operation, f, v)
						a := h.ask(query, variables)
						asked++
						h.nothingOf(string(role)+" "+f.Name+" "+whose+" "+string(kind), a, h.secrets(hidden, id))
						if v.taken == 0 {
							break // whichever id: it takes none
						}
						unknown := &values{schema: s, id: fleet.GlobalID(kind, fleet.NewUUID())}
						query, variables = w.document(operation, f, unknown)
						other := h.ask(query, variables)
						if a.statements != other.statements {
							t.Errorf("%s %s: the id of a %s that is not to be seen takes %d statements, an unknown one %d: that can be timed", role, f.Name, kind, a.statements, other.statements)
						}
						if alike(a, id) != alike(other, unknown.id) {
							t.Errorf("%s %s: the id of a %s that is not to be seen answers\n%s\nan unknown one\n%s", role, f.Name, kind, alike(a, id), alike(other, unknown.id))
						}
						for _, e := range a.Errors {
							if e.Extensions["code"] == string(fleet.Forbidden) {
								refused++
							}
						}
					}
				}
			}
		}
		if role == fleet.RoleAnalyst || role == fleet.RoleOperator {
			if after := h.contents("Ours"); after != oursBefore {
				t.Errorf("%s has changed something:\n%s\nwas\n%s", role, after, oursBefore)
			}
		}
	}
	if after := h.contents("Theirs"); after != theirsBefore {
		t.Errorf("the other company has changed:\n%s\nwas\n%s", after, theirsBefore)
	}
	if asked < 200 || refused == 0 {
		t.Errorf("asked %d times, refused %d times: this shows nothing", asked, refused)
	}
}

// nothingOf fails if an answer, in its data or its errors, has one of the secrets.
func (h *house) nothingOf(what string, a answer, secrets []string) {
	h.t.Helper()
	for _, e := range a.Errors {
		if e.Extensions["code"] == string(fleet.Internal) || strings.Contains(e.Message, "Cannot query") || e.Extensions["code"] == string(fleet.LimitExceeded) {
			h.t.Errorf("%s: %s %v", what, e.Message, e.Path)
		}
	}
	text := string(a.Data)
	for _, e := range a.Errors {
		text += e.Message
	}
	for _, secret := range secrets {
		if i := strings.Index(text, secret); i >= 0 {
			h.t.Errorf("%s: found %s in …%s…", what, secret, text[max(0, i-100):min(len(text), i+100)])
			return
		}
	}
}

var ofRequest = regexp.MustCompile(`"(requestId|computedAt|sequence|at|cursor|startCursor|endCursor|updatedAt|createdAt)":("[^"]*"|\d+)`)

// alike is an answer without what may differ between two equal ones.
func alike(a answer, id string) string {
	text := string(a.Data)
	for _, e := range a.Errors {
		field, _ := json.Marshal(e.Extensions)
		text += "\n" + e.Message + string(field)
	}
	return ofRequest.ReplaceAllString(strings.ReplaceAll(text, id, "ID"), "")
}

// TestRolesSeeWhatTheTableSays compares what each role counts and finds with
// docs/access.md.
func TestRolesSeeWhatTheTableSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const counts = `query($search: String) {
		equipmentList(filter: { search: $search }) { totalCount nodes { name maintenanceRecords { totalCount } assignments { totalCount } meterReadings { totalCount } assignedOperator { lastName } } }
		operators { totalCount } maintenanceRecords { totalCount } maintenanceSummary { records } mine: dashboardStats(scope: MINE) { totalEquipment } }`
	for role, want := range map[fleet.Role]string{
		fleet.RoleManager:  `2 2 2 2 0`,
		fleet.RoleAnalyst:  `2 2 2 2 0`,
		fleet.RoleOperator: `1 1 1 1 1`,
	} {
		email := map[fleet.Role]string{fleet.RoleManager: "ours@example.com", fleet.RoleAnalyst: "analyst-ours@example.com", fleet.RoleOperator: "operator-ours@example.com"}[role]
		h.serveAs(email)
		var d struct {
			EquipmentList                 struct{ TotalCount int }
			Operators, MaintenanceRecords struct{ TotalCount int }
			MaintenanceSummary            []struct{ Records int }
			Mine                          struct{ TotalEquipment int }
		}
		h.data(&d, counts, nil)
		if got := fmt.Sprint(d.EquipmentList.TotalCount, d.Operators.TotalCount, d.MaintenanceRecords.TotalCount, d.MaintenanceSummary[0].Records, d.Mine.TotalEquipment); got != want {
			t.Errorf("%s counts %s, want %s", role, got, want)
		}
		all, mine := h.ask(`{ dashboardStats { totalEquipment } }`, nil), h.ask(`{ history { totalCount } }`, nil)
		if forbidden := role == fleet.RoleOperator; (len(all.Errors) > 0) != forbidden || (len(mine.Errors) > 0) != forbidden {
			t.Errorf("%s: %+v %+v", role, all.Errors, mine.Errors)
		}
	}
	// Who runs another machine sees that one.
	h.serveAs("operator-ours@example.com")
	h.exec(`UPDATE assignments SET released_at = now() WHERE equipment_id IN (SELECT id FROM equipment WHERE name LIKE 'ELSE%')`)
	h.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSE%' AND o.last_name LIKE 'MINE%'`)
	h.eventually(func() bool {
		var d struct{ Mine struct{ TotalEquipment int } }
		h.data(&d, `{ mine: dashboardStats(scope: MINE) { totalEquipment } }`, nil)
		return d.Mine.TotalEquipment == 2
	})
}

// TestAnOperatorIsToldOfTheirMachinesAlone listens while others change.
func TestAnOperatorIsToldOfTheirMachinesAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.serveAs("operator-ours@example.com")
	rows := h.overSocket(`subscription { equipmentChanged { change id equipment { name } } }`, nil)
	told := func(change string, whose string) {
		t.Helper()
		h.eventually(func() bool {
			e := last[equipmentNews](t, rows).EquipmentChanged
			return e.Change == change && (whose == "" || e.ID == h.ids[whose][fleet.KindEquipment])
		})
	}
	told("RESYNC", "")
	h.exec(`UPDATE equipment SET description = 'changed'`)
	told("UPDATED", "MINE")
	h.exec(`UPDATE assignments SET released_at = now() WHERE released_at IS NULL`)
	told("REMOVED", "MINE")
	h.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSE%' AND o.last_name LIKE 'MINE%'`)
	told("CREATED", "ELSE")
	for _, e := range all[equipmentNews](t, rows) {
		if e.EquipmentChanged.Change == "UPDATED" && e.EquipmentChanged.ID != h.ids["MINE"][fleet.KindEquipment] {
			t.Errorf("told of %+v", e)
		}
	}
}

// TestAnOperatorIsToldOfTheRecordsOfANewMachine listens while machines change
// hands: whose records are seen becomes another, though no record changes.
func TestAnOperatorIsToldOfTheRecordsOfANewMachine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.serveAs("operator-ours@example.com")
	type recordNews struct {
		MaintenanceRecorded struct{ Change, ID string }
	}
	records := h.overSocket(`subscription { maintenanceRecorded { change id } }`, nil)
	times := func(n int) func() bool {
		return func() bool { return len(all[recordNews](t, records)) == n }
	}
	h.eventually(times(1))
	// Another's machine is nothing to them.
	h.exec(`UPDATE assignments SET assigned_at = assigned_at - interval '1 hour' WHERE equipment_id = (SELECT id FROM equipment WHERE name LIKE 'ELSE%')`)
	h.exec(`UPDATE maintenance_records SET cost = 43 WHERE description LIKE 'MINE%'`)
	h.eventually(times(2))
	if e := last[recordNews](t, records).MaintenanceRecorded; e.Change != "UPDATED" || e.ID != h.ids["MINE"][fleet.KindMaintenance] {
		t.Errorf("told of %+v", e)
	}
	for n, sql := range []string{
		`UPDATE assignments SET released_at = now() WHERE equipment_id = (SELECT id FROM equipment WHERE name LIKE 'MINE%')`,
		`UPDATE assignments SET released_at = now() WHERE released_at IS NULL`,
		`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSE%' AND o.last_name LIKE 'MINE%'`,
	} {
		h.exec(sql)
		if n == 1 {
			continue // of another's
		}
		h.eventually(times(3 + n/2))
		if e := last[recordNews](t, records).MaintenanceRecorded; e.Change != "RESYNC" {
			t.Errorf("told of %+v", e)
		}
	}
	h.exec(`UPDATE maintenance_records SET cost = 44 WHERE description LIKE 'ELSE%'`)
	h.eventually(func() bool {
		e := last[recordNews](t, records).MaintenanceRecorded
		return e.Change == "UPDATED" && e.ID == h.ids["ELSE"][fleet.KindMaintenance]
	})
}

// TestAnAdministratorDeletesForGood deletes a machine with all that belongs to it.
func TestAnAdministratorDeletesForGood(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const purge = `mutation($id: ID!, $key: String) { p: purgeEquipment(id: $id, idempotencyKey: $key) { id errors { code message field } } }`
	type payload struct {
		ID     *string
		Errors []fault
	}
	id := h.ids["ELSE"][fleet.KindEquipment]
	if a := h.ask(purge, vars{"id": id}); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Forbidden) {
		t.Errorf("a manager: %s %+v", a.Data, a.Errors)
	}
	h.serveAs("admin-ours@example.com")
	if p := change[payload](h.service, purge, vars{"id": id}); len(p.Errors) != 1 || p.Errors[0].Code != string(fleet.Conflict) {
		t.Errorf("a machine of the fleet: %+v", p)
	}
	change[equipmentPayload](h.service, deleteOne, vars{"id": id, "v": 1})
	for range 2 { // the second one is answered from memory
		if p := change[payload](h.service, purge, vars{"id": id, "key": "once"}); p.ID == nil || *p.ID != id {
			t.Errorf("%+v", p)
		}
	}
	if p := change[payload](h.service, purge, vars{"id": id}); len(p.Errors) != 1 || p.Errors[0].Code != string(fleet.NotFound) {
		t.Errorf("a machine that is gone: %+v", p)
	}
	text := h.contents("Ours")
	if strings.Contains(text, "ELSE machine") || strings.Contains(text, "ELSE work") || !strings.Contains(text, "MINE machine") || !strings.Contains(text, "PURGED") {
		t.Errorf("left:\n%s", text)
	}
}
