package e2e_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestBadInputIsNamed sends what clients get wrong: each is a BAD_INPUT that
// names the argument, says what is allowed, and asks the database nothing.
func TestBadInputIsNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(3)
	var page struct {
		EquipmentList struct{ PageInfo struct{ EndCursor string } }
		Operators     struct{ PageInfo struct{ EndCursor string } }
		Viewer        struct{ ID string }
	}
	s.data(
		&page,
		`{ equipmentList(first: 1) { pageInfo { endCursor } } operators { pageInfo { endCursor } } viewer { id } }`,
		nil,
	)
	cursor, foreign := page.EquipmentList.PageInfo.EndCursor, page.Operators.PageInfo.EndCursor
	raw, _ := base64.RawURLEncoding.DecodeString(cursor)
	raw[len(raw)-6] ^= 1
	for _, c := range []struct {
		name, query, field, says string
		variables                map[string]any
	}{
		{"page of 0", `{ equipmentList(first: 0) { nodes { id } } }`, "first", "0 is not a page size: 1 to 100", nil},
		{"page of 101", `{ equipmentList(first: 101) { nodes { id } } }`, "first", "101 is not a page size", nil},
		{"page of -1", `{ operators(last: -1) { nodes { id } } }`, "last", "-1 is not a page size", nil},
		{"both ends", `{ maintenanceRecords(first: 1, last: 1) { nodes { id } } }`, "last", "exclude each other", nil},
		{"offset and after", `query($c: String) { equipmentList(after: $c, offset: 1) { nodes { id } } }`, "offset", "leave out last, after and before", map[string]any{"c": cursor}},
		{"offset and before", `query($c: String) { equipmentList(before: $c, offset: 0) { nodes { id } } }`, "offset", "leave out last, after and before", map[string]any{"c": cursor}},
		{"offset and last", `{ operators(last: 1, offset: 1) { nodes { id } } }`, "offset", "leave out last, after and before", nil},
		{"offset of -1", `{ maintenanceRecords(offset: -1) { nodes { id } } }`, "offset", "-1 rows cannot be skipped: 0 to 1000000", nil},
		{"offset beyond all bounds", `{ equipmentList(offset: 1000001) { nodes { id } } }`, "offset", "1000001 rows cannot be skipped", nil},
		{"no group", `{ maintenanceSummary(first: 0) { records } }`, "first", "0 is not a number of groups: 1 to 10000", nil},
		{"10,001 groups", `{ maintenanceSummary(first: 10001) { records } }`, "first", "10001 is not a number of groups", nil},
		{"nested page of 101", `{ equipmentList(first: 1) { nodes { maintenanceRecords(first: 101) { nodes { id } } } } }`, "first", "101 is not a page size", nil},
		{"cursor of another list", `query($c: String) { equipmentList(after: $c) { nodes { id } } }`, "after", "not a cursor of this list", map[string]any{"c": foreign}},
		{"cursor of another order", `query($c: String) { equipmentList(before: $c, orderBy: NAME_ASC) { nodes { id } } }`, "before", "made with orderBy: CREATED_AT_DESC", map[string]any{"c": cursor}},
		{"cut cursor", `query($c: String) { equipmentList(after: $c) { nodes { id } } }`, "after", "not a cursor", map[string]any{"c": cursor[:len(cursor)-5]}},
		{"damaged cursor", `query($c: String) { equipmentList(after: $c) { nodes { id } } }`, "after", "not a cursor", map[string]any{"c": base64.RawURLEncoding.EncodeToString(raw)}},
		{"invented cursor", `{ equipmentList(after: "x") { nodes { id } } }`, "after", "not a cursor", nil},
		{"endless cursor", `query($c: String) { equipmentList(after: $c) { nodes { id } } }`, "after", "not a cursor", map[string]any{"c": strings.Repeat("A", 100_000)}},
		{"id of another type", `query($id: ID!) { equipment(id: $id) { id } }`, "id", "is the id of a user, expected the id of a piece of equipment", map[string]any{"id": page.Viewer.ID}},
		{"no id", `{ node(id: "42") { id } }`, "id", "is not an id", nil},
		{"one of several", `{ nodes(ids: ["equipment_00000000000000000000000000", "x"]) { id } }`, "ids.1", "is not an id", nil},
		{"101 ids", `query($ids: [ID!]!) { nodes(ids: $ids) { id } }`, "ids", "101 ids are too many", map[string]any{"ids": strings.Split(strings.Repeat("x,", 100)+"x", ",")}},
		{"id in a filter", `{ equipmentList(filter: { user: { in: "operator_00000000000000000000000000" } }) { nodes { id } } }`, "filter.user.in.0", "expected the id of a user", nil},
		{"long search", `query($s: String) { equipmentList(filter: { search: $s }) { nodes { id } } }`, "filter.search", "10000 characters", map[string]any{"s": strings.Repeat("a", 10_000)}},
		{"many words", `query($s: String) { operators(filter: { search: $s }) { nodes { id } } }`, "filter.search", "11 words", map[string]any{"s": strings.Repeat("ab ", 11)}},
		{"search of NUL", `query($s: String) { equipmentList(filter: { search: $s }) { nodes { id } } }`, "filter.search", "NUL", map[string]any{"s": "a\x00b"}},
		{"category of NUL", `query($s: [String!]) { equipmentList(filter: { category: $s }) { nodes { id } } }`, "filter.category.0", "NUL", map[string]any{"s": []string{"\x00"}}},
		{"an operator of null", `{ equipmentList(filter: { operator: null }) { nodes { id } } }`, "filter.operator", "leave it out, or ask with isNull", nil},
		{"null in a variable", `query($f: EquipmentFilter) { equipmentList(filter: $f) { nodes { id } } }`, "filter.or.1.cost.gte", "null is no condition", map[string]any{"f": map[string]any{"or": []any{map[string]any{}, map[string]any{"cost": map[string]any{"gte": nil}}}}}},
		{"null in a record's filter", `query($d: Date) { maintenanceSummary(filter: { maintenanceDate: { gte: $d } }) { records } }`, "filter.maintenanceDate.gte", "null is no condition", map[string]any{"d": nil}},
		{"null below a machine", `{ equipmentList(first: 1) { nodes { maintenanceRecords(filter: { down: null }) { nodes { id } } } } }`, "filter.down", "null is no condition", nil},
		{"an empty list", `{ history(filter: { action: [] }) { nodes { id } } }`, "filter.action", "an empty list is no condition", nil},
		{"no ids", `{ equipmentList(filter: { ids: [] }) { nodes { id } } }`, "filter.ids", "an empty list is no condition", nil},
		{"an id that is none", `{ equipmentList(filter: { not: { ids: ["x"] } }) { nodes { id } } }`, "filter.not.ids.0", "is not an id", nil},
		{"filters nested too deep", `{ operators(filter: { not: { not: { not: { not: { not: { not: {} } } } } } }) { nodes { id } } }`, "filter.not.not.not.not.not.not", "deeper than 5 levels", nil},
		{"decimal with exponent", `{ equipmentList(filter: { cost: { gte: "1e3" } }) { nodes { id } } }`, "filter.cost.gte", "not a decimal number", nil},
		{"costs the wrong way round", `{ maintenanceRecords(filter: { cost: { gte: "2", lte: "1.5" } }) { nodes { id } } }`, "filter.cost.lte", "1.5 contradicts gte 2", nil},
		{"a day that is not", `{ maintenanceRecords(filter: { maintenanceDate: { gte: "2026-02-30" } }) { nodes { id } } }`, "filter.maintenanceDate.gte", "not a date", nil},
		{"dates the wrong way round", `{ maintenanceSummary(filter: { maintenanceDate: { gte: "2026-02-02", lte: "2026-02-01" } }) { records } }`, "filter.maintenanceDate.lte", "2026-02-01 contradicts gte 2026-02-02", nil},
		{"a moment without offset", `{ equipmentList(filter: { createdAt: { gte: "2026-02-02T00:00:00" } }) { nodes { id } } }`, "filter.createdAt.gte", "not a moment", nil},
		{"a dimension twice", `{ maintenanceSummary(groupBy: [KIND, KIND]) { records } }`, "groupBy", "KIND is there twice", nil},
		{"five dimensions", `{ maintenanceSummary(groupBy: [KIND, YEAR, MONTH, STATUS, CATEGORY]) { records } }`, "groupBy", "5 dimensions are too many", nil},
		{"a great integer", `query($n: Int) { equipmentList(first: $n) { nodes { id } } }`, "first", "32 bits", map[string]any{"n": 2147483648}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := s.ask(c.query, c.variables)
			if len(a.Errors) == 0 {
				t.Fatal("no error")
			}
			e := a.Errors[0]
			if e.Extensions["code"] != string(fleet.BadInput) || argument(e.Extensions) != c.field ||
				!strings.Contains(e.Message, c.says) ||
				len(e.Message) > 400 {
				t.Errorf("got %q %v, want a BAD_INPUT in field %q that says %q", e.Message, e.Extensions, c.field, c.says)
			}
		})
	}
}

func TestAQueryThatAsksTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	nested := "id"
	for range 3 {
		nested = fmt.Sprintf("assignedOperator { assignedEquipment(first: 100) { nodes { %s } } }", nested)
	}
	a := s.ask(fmt.Sprintf(`{ equipmentList(first: 100) { nodes { %s } } }`, nested), nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.LimitExceeded) || a.statements != 0 {
		t.Errorf("%d statements, errors %v; want a LIMIT_EXCEEDED before any", a.statements, a.Errors)
	}
	a = s.ask("{ viewer {"+strings.Repeat(" id", 6000)+"} }", nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.LimitExceeded) {
		t.Errorf("errors %v; want a LIMIT_EXCEEDED", a.Errors)
	}
}

func TestOtherCompaniesRowsAreNotThere(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(2)
	var ours struct {
		EquipmentList struct{ Nodes []struct{ ID string } }
		Viewer        struct{ ID string }
	}
	s.data(&ours, `{ equipmentList { nodes { id } } viewer { id } }`, nil)
	s.serveAs("theirs@example.com")
	var theirs struct {
		Node, Equipment, User *struct{ ID string }
		EquipmentList         struct{ TotalCount int }
		Filtered              struct{ TotalCount int }
		DashboardStats        struct{ TotalEquipment int }
	}
	s.data(
		&theirs,
		`query($id: ID!, $user: ID!) { node(id: $id) { id } user: node(id: $user) { id } equipment(id: $id) { id } equipmentList { totalCount }
		filtered: equipmentList(filter: { user: { in: [$user] } }) { totalCount } dashboardStats { totalEquipment } }`,
		map[string]any{"id": ours.EquipmentList.Nodes[0].ID, "user": ours.Viewer.ID},
	)
	if theirs.Node != nil || theirs.Equipment != nil || theirs.User != nil ||
		theirs.EquipmentList.TotalCount+theirs.Filtered.TotalCount+theirs.DashboardStats.TotalEquipment != 0 {
		t.Errorf("the other company sees %+v", theirs)
	}
}

// TestAFailedFieldLeavesTheOthers of a query as they are.
func TestAFailedFieldLeavesTheOthers(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(2)
	for _, failing := range []string{
		`equipmentList(first: 500) { nodes { id } }`,
		`node(id: "x") { id }`,
		`nodes(ids: ["x"]) { id }`,
		`equipment(id: "x") { id }`,
		`operators(after: "x") { nodes { id } }`,
		`operator(id: "x") { id }`,
		`maintenanceRecords(last: 0) { nodes { id } }`,
		`maintenanceRecord(id: "x") { id }`,
		`maintenanceSummary(groupBy: [KIND, KIND]) { records }`,
		`history(first: 0) { nodes { id } }`,
		`users(first: 0) { nodes { id } }`,
	} {
		a := s.ask(`{ before: viewer { __typename } failed: `+failing+` after: dashboardStats { totalEquipment } }`, nil)
		if got := string(
			a.Data,
		); got != `{"before":{"__typename":"User"},"failed":null,"after":{"totalEquipment":2}}` ||
			len(a.Errors) != 1 {
			t.Errorf("%s\n%s %+v", failing, got, a.Errors)
		}
	}
	for _, f := range graph.Schema().Query.Fields {
		if f.Type.NonNull && !strings.HasPrefix(f.Name, "__") {
			t.Errorf("Query.%s is not nullable: when it fails, all fields of the response are lost", f.Name)
		}
	}
}
