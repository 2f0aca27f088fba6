package e2e_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestFiltersSelectWhatTheySay compares the rows that filters select with those that were made for them.
func TestFiltersSelectWhatTheySay(t *testing.T) {
	t.Parallel()
	s := newService(t)
	company := [16]byte(s.viewer.CompanyID)
	s.exec(
		`INSERT INTO operators (company_id, first_name, last_name, license_number, user_id)
			VALUES ($1, 'Ada', 'Byron', 'L-1', NULL), ($1, 'Bob', 'Cole', NULL, $2)`,
		company, [16]byte(s.viewer.UserID),
	)
	s.exec(`INSERT INTO equipment (company_id, name, serial_number, category, status, cost, user_id)
		VALUES ($1, 'A', 'SN-1', 'Crane', 'ACTIVE', 100, $2), ($1, 'B', NULL, 'Crane', 'RETIRED', NULL, NULL), ($1, 'C', 'sn-2', 'Loader', 'ACTIVE', 300, NULL)`,
		company, [16]byte(s.viewer.UserID))
	s.exec(
		`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) SELECT $1, e.id, o.id, now() - interval '1 day' FROM equipment e, operators o
		WHERE e.name = 'A' AND o.first_name = 'Ada'`,
		company,
	)
	s.exec(
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, description, cost, performed_by, source_ref, source_kind, down_from)
		SELECT $1, e.id, r.kind, r.day::date, r.description, r.cost, r.performed_by, r.source_ref, r.source_kind, r.down_from
		FROM (VALUES ('A', 'CORRECTIVE', '2026-01-01', 'hose & pump', 50, 'Smith & Sons', 'W1', 'PM01', now()), ('B', 'PREVENTIVE', '2026-02-01', 'oil', -5, NULL, NULL, NULL, NULL),
			('C', 'CORRECTIVE', '2026-03-01', 'pump', 70, 'Workshop', 'W3', 'PM02', NULL)) AS r (machine, kind, day, description, cost, performed_by, source_ref, source_kind, down_from)
		JOIN equipment e ON e.name = r.machine`,
		company,
	)
	var ids struct {
		Machines, Operators struct{ Nodes []struct{ ID string } }
		Records             struct{ Nodes []struct{ ID string } }
		Viewer              struct{ ID string }
	}
	s.data(
		&ids,
		`{ machines: equipmentList(orderBy: NAME_ASC) { nodes { id } } operators { nodes { id } } records: maintenanceRecords(orderBy: MAINTENANCE_DATE_ASC) { nodes { id } } viewer { id } }`,
		nil,
	)
	a, c := ids.Machines.Nodes[0].ID, ids.Machines.Nodes[2].ID
	for _, x := range []struct{ field, filter, want string }{
		{"equipmentList", `{}`, "A B C"},
		{"equipmentList", fmt.Sprintf(`{ids: [%q, %q]}`, a, c), "A C"},
		{"equipmentList", `{operator: {isNull: true}}`, "B C"},
		{"equipmentList", `{operator: {isNull: false}}`, "A"},
		{"equipmentList", fmt.Sprintf(`{operator: {in: [%q, %q]}}`, ids.Operators.Nodes[0].ID, ids.Operators.Nodes[1].ID), "A"},
		{"equipmentList", `{user: {isNull: true}}`, "B C"},
		{"equipmentList", fmt.Sprintf(`{user: {in: %q}}`, ids.Viewer.ID), "A"},
		{"equipmentList", `{serialNumber: {isNull: true}}`, "B"},
		{"equipmentList", `{serialNumber: {in: ["sn-1", "SN-2"]}}`, "A C"},
		{"equipmentList", `{serialNumber: {in: "sn-1"}}`, "A"},
		{"equipmentList", `{cost: {isNull: true}}`, "B"},
		{"equipmentList", `{cost: {isNull: false}}`, "A C"},
		{"equipmentList", `{cost: {gt: 100}}`, "C"},
		{"equipmentList", `{cost: {gte: 100, lt: 300}}`, "A"},
		{"equipmentList", `{not: {cost: {gt: 100}}}`, "A B"},
		{"equipmentList", `{not: {operator: {isNull: true}}}`, "A"},
		{"equipmentList", `{not: {}}`, ""},
		{"equipmentList", `{or: [{status: RETIRED}, {category: "Loader"}]}`, "B C"},
		{"equipmentList", `{and: [{category: "Crane"}, {not: {status: RETIRED}}]}`, "A"},
		{"equipmentList", `{category: "Crane", or: [{cost: {lte: 100}}, {cost: {isNull: true}}]}`, "A B"},
		{"equipmentList", `{search: "& sn-1 %"}`, "A"},
		{"equipmentList", `{search: ""}`, "A B C"},
		{"equipmentList", `{search: "&"}`, "A B C"},
		{"equipmentList", `{updatedAt: {gt: "2999-01-01T00:00:00Z"}}`, ""},
		{"equipmentList", `null`, "A B C"},
		{"maintenanceRecords", fmt.Sprintf(`{equipment: {in: [%q, %q]}}`, a, c), "hose & pump|pump"},
		{"maintenanceRecords", `{category: "Crane"}`, "hose & pump|oil"},
		{"maintenanceRecords", `{search: "pump smith"}`, "hose & pump"},
		{"maintenanceRecords", `{search: "w3"}`, "pump"},
		{"maintenanceRecords", `{search: "oi"}`, "oil"},
		{"maintenanceRecords", `{performedBy: {in: "Workshop"}}`, "pump"},
		{"maintenanceRecords", `{performedBy: {isNull: true}}`, "oil"},
		{"maintenanceRecords", `{sourceRef: {in: ["W1", "W3"]}}`, "hose & pump|pump"},
		{"maintenanceRecords", `{sourceKind: {in: "PM02"}}`, "pump"},
		{"maintenanceRecords", `{down: true}`, "hose & pump"},
		{"maintenanceRecords", `{down: false}`, "oil|pump"},
		{"maintenanceRecords", `{cost: {lt: 0}}`, "oil"},
		{"maintenanceRecords", `{maintenanceDate: {gt: "2026-01-01", lte: "2026-02-01"}}`, "oil"},
		{"maintenanceRecords", `{or: [{cost: {lt: 0}}, {down: true}]}`, "hose & pump|oil"},
		{"operators", fmt.Sprintf(`{user: {in: %q}}`, ids.Viewer.ID), "Bob"},
		{"operators", `{user: {isNull: true}, licenseNumber: {in: "l-1"}}`, "Ada"},
		{"operators", `{licenseNumber: {isNull: true}}`, "Bob"},
	} {
		name := map[string]string{"equipmentList": "name", "maintenanceRecords": "description", "operators": "firstName"}[x.field]
		var got struct {
			List struct {
				TotalCount int
				Nodes      []map[string]string
			}
		}
		s.data(&got, fmt.Sprintf(`{ list: %s(filter: %s) { totalCount nodes { %s } } }`, x.field, x.filter, name), nil)
		found := []string{}
		for _, n := range got.List.Nodes {
			found = append(found, n[name])
		}
		slices.Sort(found)
		separator := map[bool]string{true: "|", false: " "}[x.field == "maintenanceRecords"]
		if text := strings.Join(found, separator); text != x.want || got.List.TotalCount != len(found) {
			t.Errorf("%s %s: %q, total %d, want %q", x.field, x.filter, text, got.List.TotalCount, x.want)
		}
	}
}

// TestCategoriesAreFacetsOfTheFilter counts machines by category under filters.
func TestCategoriesAreFacetsOfTheFilter(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(
		`INSERT INTO equipment (company_id, name, category, status, deleted_at) VALUES ($1, 'A', 'Loader', 'ACTIVE', NULL), ($1, 'B', 'Crane', 'ACTIVE', NULL),
		($1, 'C', 'Crane', 'RETIRED', NULL), ($1, 'D', 'Dozer', 'ACTIVE', now())`,
		[16]byte(s.viewer.CompanyID),
	)
	for arguments, want := range map[string]string{
		"":                                 `[{"category":"Crane","count":2},{"category":"Loader","count":1}]`,
		"(filter: {status: ACTIVE})":       `[{"category":"Crane","count":1},{"category":"Loader","count":1}]`,
		"(filter: {not: {search: \"a\"}})": `[{"category":"Crane","count":2}]`,
		"(first: 1)":                       `[{"category":"Crane","count":2}]`,
		"(first: 0)":                       `null`,
		"(first: 1001)":                    `null`,
	} {
		a := s.ask(`{ categories`+arguments+` { category count } }`, nil)
		if got := string(a.Data); got != `{"categories":`+want+`}` || (len(a.Errors) > 0) != (want == "null") {
			t.Errorf("%s: %s %+v, want %s", arguments, got, a.Errors, want)
		}
	}
}

// TestMachinesAreOrderedBySerialNumberAndChange pages through both orders from both ends.
func TestMachinesAreOrderedBySerialNumberAndChange(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(
		`INSERT INTO equipment (company_id, name, category, serial_number, updated_at) VALUES ($1, 'A', 'Crane', 'b', '2026-01-03'), ($1, 'B', 'Crane', NULL, '2026-01-01'),
		($1, 'C', 'Crane', 'A', '2026-01-02'), ($1, 'D', 'Crane', NULL, '2026-01-04')`,
		[16]byte(s.viewer.CompanyID),
	)
	for order, want := range map[string]string{
		"SERIAL_NUMBER_ASC": "--Ab", "SERIAL_NUMBER_DESC": "bA--", "UPDATED_AT_ASC": "-Ab-", "UPDATED_AT_DESC": "-bA-",
	} {
		forward, backward := "", ""
		var after, before *string
		for range 4 {
			var got struct {
				Next, Last struct {
					Nodes    []struct{ SerialNumber *string }
					PageInfo struct{ StartCursor, EndCursor *string }
				}
			}
			s.data(&got, `query($o: EquipmentOrder, $a: String, $b: String) {
				next: equipmentList(orderBy: $o, first: 1, after: $a) { nodes { serialNumber } pageInfo { endCursor } }
				last: equipmentList(orderBy: $o, last: 1, before: $b) { nodes { serialNumber } pageInfo { startCursor } } }`, vars{"o": order, "a": after, "b": before})
			text := func(serial *string) string {
				if serial == nil {
					return "-"
				}
				return *serial
			}
			if len(got.Next.Nodes) != 1 || len(got.Last.Nodes) != 1 {
				t.Fatalf("%s: %+v", order, got)
			}
			forward, backward = forward+text(got.Next.Nodes[0].SerialNumber), text(got.Last.Nodes[0].SerialNumber)+backward
			after, before = got.Next.PageInfo.EndCursor, got.Last.PageInfo.StartCursor
		}
		if forward != want || backward != want {
			t.Errorf("%s: %s forward, %s backward, want %s", order, forward, backward, want)
		}
	}
}
