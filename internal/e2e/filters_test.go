package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestFiltersSelectWhatTheySay compares the rows that filters select with those that were made for them.
func TestFiltersSelectWhatTheySay(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.serveAs("ours@example.com")
	company := [16]byte(s.viewer.CompanyID)
	s.exec(`INSERT INTO users (company_id, email, name, role, created_at, disabled_at) VALUES
		($1, 'zoe.quill@site.test', 'Zoë', 'MANAGER', '2026-01-01', '2026-02-01'), ($1, 'oak+1@example.com', 'Max', 'ANALYST', '2026-03-01', NULL)`, company)
	s.exec(
		`INSERT INTO operators (company_id, first_name, last_name, license_number, user_id)
			VALUES ($1, 'Ada', 'Byron', 'L-1', NULL), ($1, 'Bob', 'Cole', NULL, $2)`,
		company, [16]byte(s.viewer.UserID),
	)
	s.exec(`INSERT INTO equipment (company_id, name, serial_number, category, status, cost, user_id)
		VALUES ($1, 'A', 'SN-1', 'Crane', 'ACTIVE', 100, $2), ($1, 'B', NULL, 'Crane', 'RETIRED', NULL, NULL), ($1, 'C', 'sn-2', 'Loader', 'ACTIVE', 300, NULL)`,
		company, [16]byte(s.viewer.UserID))
	s.exec(
		`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) SELECT $1, e.id, o.id, '2026-01-01' FROM equipment e, operators o
		WHERE e.name = 'A' AND o.first_name = 'Ada'`,
		company,
	)
	s.exec(
		`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at) SELECT $1, e.id, o.id, a.begin::timestamptz, a.begin::timestamptz + interval '1 day'
		FROM (VALUES ('A', 'Bob', '2024-01-01'), ('A', 'Bob', '2025-01-01'), ('C', 'Bob', '2023-01-01')) AS a (machine, operator, begin)
		JOIN equipment e ON e.name = a.machine JOIN operators o ON o.first_name = a.operator`,
		company,
	)
	s.exec(
		`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours, replacement) SELECT $1, e.id, r.at::timestamptz, r.hours, r.replacement
		FROM equipment e, (VALUES ('2026-01-01', 100, false), ('2026-02-01', 200, false), ('2026-03-01', 50, true)) AS r (at, hours, replacement) WHERE e.name = 'A'`,
		company,
	)
	s.exec(
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, description, cost, performed_by, source_ref, source_kind, down_from)
		SELECT $1, e.id, r.kind, CASE WHEN r.down_from IS NULL THEN 'COMPLETED' ELSE 'IN_PROGRESS' END, r.day::date, r.description, r.cost, r.performed_by, r.source_ref, r.source_kind, r.down_from
		FROM (VALUES ('A', 'CORRECTIVE', '2026-01-01', 'hose & pump', 50, 'Smith & Sons', 'W1', 'PM01', now()), ('B', 'PREVENTIVE', '2026-02-01', 'oil', -5, NULL, NULL, NULL, NULL),
			('C', 'CORRECTIVE', '2026-03-01', 'pump', 70, 'Workshop', 'W3', 'PM02', NULL)) AS r (machine, kind, day, description, cost, performed_by, source_ref, source_kind, down_from)
		JOIN equipment e ON e.name = r.machine`,
		company,
	)
	var ids struct {
		Machines, Operators struct{ Nodes []struct{ ID string } }
		Records             struct{ Nodes []struct{ ID string } }
		Users               struct{ Nodes []struct{ ID string } }
		Viewer              struct{ ID string }
	}
	s.data(
		&ids,
		`{ machines: equipmentList(orderBy: NAME_ASC) { nodes { id } } operators { nodes { id } } records: maintenanceRecords(orderBy: MAINTENANCE_DATE_ASC) { nodes { id } } users { nodes { id } } viewer { id } }`,
		nil,
	)
	a, c := ids.Machines.Nodes[0].ID, ids.Machines.Nodes[2].ID
	ada, bob := ids.Operators.Nodes[0].ID, ids.Operators.Nodes[1].ID
	var rows struct {
		Machine struct {
			Assignments, MeterReadings struct{ Nodes []struct{ ID string } }
		}
	}
	s.data(
		&rows,
		`query($id: ID!) { machine: equipment(id: $id) { assignments { nodes { id } } meterReadings { nodes { id } } } }`,
		vars{"id": a},
	)
	ofA := rows.Machine
	// Lists of a row are those of machine A and of the operator Bob.
	of := map[string]string{"equipment.assignments": a, "equipment.meterReadings": a, "operator.assignments": bob}
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
		{"users", `null`, "Max|Ours manager|Zoë"},
		{"users", fmt.Sprintf(`{ids: [%q, %q]}`, ids.Users.Nodes[0].ID, ids.Users.Nodes[2].ID), "Max|Zoë"},
		{"users", `{search: "zo"}`, "Zoë"},
		{"users", `{search: "QUILL zoë"}`, "Zoë"},
		{"users", `{search: "ua"}`, ""},
		{"users", `{search: "ex"}`, "Max|Ours manager"},
		{"users", `{search: "xample oak"}`, "Max"},
		{"users", `{role: [ADMIN, ANALYST]}`, "Max|Ours manager"},
		{"users", `{role: MANAGER}`, "Zoë"},
		{"users", `{disabledAt: {isNull: true}}`, "Max|Ours manager"},
		{"users", `{disabledAt: {isNull: false}}`, "Zoë"},
		{"users", `{disabledAt: {lt: "2026-02-01T00:00:00Z"}}`, ""},
		{"users", `{not: {disabledAt: {lte: "2026-02-01T00:00:00Z"}}}`, "Max|Ours manager"},
		{"users", `{createdAt: {gte: "2026-01-01T00:00:00Z", lt: "2026-03-01T00:00:00Z"}}`, "Zoë"},
		{"users", `{or: [{role: ANALYST}, {search: "ours"}], and: [{not: {role: ADMIN}}]}`, "Max"},
		{"equipment.assignments", `null`, "2024 2025 2026"},
		{"equipment.assignments", fmt.Sprintf(`{ids: %q}`, ofA.Assignments.Nodes[1].ID), "2025"},
		{"equipment.assignments", fmt.Sprintf(`{operator: {in: %q}}`, bob), "2024 2025"},
		{"equipment.assignments", fmt.Sprintf(`{operator: {in: [%q, %q]}}`, ada, bob), "2024 2025 2026"},
		{"equipment.assignments", `{operator: {isNull: true}}`, ""},
		{"equipment.assignments", fmt.Sprintf(`{equipment: {in: %q}}`, c), ""},
		{"equipment.assignments", `{open: true}`, "2026"},
		{"equipment.assignments", `{open: false}`, "2024 2025"},
		{"equipment.assignments", `{assignedAt: {gt: "2024-01-01T00:00:00Z"}}`, "2025 2026"},
		{"equipment.assignments", `{releasedAt: {gte: "2025-01-02T00:00:00Z"}}`, "2025"},
		{"equipment.assignments", `{releasedAt: {lt: "2025-01-02T00:00:00Z"}}`, "2024"},
		{"equipment.assignments", `{releasedAt: {isNull: true}}`, "2026"},
		{"equipment.assignments", `{releasedAt: {isNull: false}}`, "2024 2025"},
		{"equipment.assignments", `{not: {releasedAt: {gt: "2025-01-01T00:00:00Z"}}}`, "2024 2026"},
		{"equipment.assignments", `{or: [{open: true}, {assignedAt: {lt: "2025-01-01T00:00:00Z"}}]}`, "2024 2026"},
		{"operator.assignments", `{}`, "2023 2024 2025"},
		{"operator.assignments", fmt.Sprintf(`{equipment: {in: %q}}`, a), "2024 2025"},
		{"operator.assignments", `{open: true}`, ""},
		{"operator.assignments", `{and: [{releasedAt: {lt: "2025-01-01T00:00:00Z"}}, {assignedAt: {gte: "2024-01-01T00:00:00Z"}}]}`, "2024"},
		{"equipment.meterReadings", `null`, "100.0 200.0 50.0"},
		{"equipment.meterReadings", fmt.Sprintf(`{ids: [%q, %q]}`, ofA.MeterReadings.Nodes[0].ID, ofA.MeterReadings.Nodes[1].ID), "200.0 50.0"},
		{"equipment.meterReadings", `{readAt: {gte: "2026-02-01T00:00:00Z", lt: "2026-03-01T00:00:00Z"}}`, "200.0"},
		{"equipment.meterReadings", `{hours: {gt: 50, lte: "100"}}`, "100.0"},
		{"equipment.meterReadings", `{hours: {isNull: true}}`, ""},
		{"equipment.meterReadings", `{replacement: true}`, "50.0"},
		{"equipment.meterReadings", `{replacement: false}`, "100.0 200.0"},
		{"equipment.meterReadings", `{not: {hours: {lt: 200}}}`, "200.0"},
		{"equipment.meterReadings", `{or: [{replacement: true}, {hours: {gte: "200"}}]}`, "200.0 50.0"},
	} {
		row, list, _ := strings.Cut(x.field, ".")
		query := `{ list: %s(filter: %s) { totalCount nodes { value: %s } } }`
		if list != "" {
			query = `{ of: ` + row + fmt.Sprintf(`(id: %q) `, of[x.field]) + query + ` }`
		} else {
			list = row
		}
		name := map[string]string{
			"equipmentList": "name", "maintenanceRecords": "description", "operators": "firstName",
			"users": "name", "assignments": "assignedAt", "meterReadings": "hours",
		}[list]
		type rows struct {
			TotalCount int
			Nodes      []struct{ Value string }
		}
		var got struct {
			List rows
			Of   struct{ List rows }
		}
		s.data(&got, fmt.Sprintf(query, list, x.filter, name), nil)
		if of[x.field] != "" {
			got.List = got.Of.List
		}
		found := []string{}
		for _, n := range got.List.Nodes {
			if name == "assignedAt" {
				n.Value = n.Value[:4] // the year
			}
			found = append(found, n.Value)
		}
		slices.Sort(found)
		separator := map[bool]string{true: "|", false: " "}[list == "maintenanceRecords" || list == "users"]
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

// TestListsOfARowAreOrdered pages through the assignments of a machine and of an operator, and through the readings
// of a machine, in each order and from both ends. Equal values of different rows, and open assignments, are among them.
func TestListsOfARowAreOrdered(t *testing.T) {
	t.Parallel()
	s := newService(t)
	company := [16]byte(s.viewer.CompanyID)
	s.exec(`INSERT INTO operators (company_id, first_name, last_name) VALUES ($1, 'Ada', 'Byron')`, company)
	s.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Machine ' || i, 'Crane' FROM generate_series(1, 5) i`,
		company,
	)
	s.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at)
		SELECT $1, e.id, o.id, begin::timestamptz, ended::timestamptz FROM operators o, (VALUES
			('1', '2024-01-01', '2024-05-01'), ('1', '2024-06-01', NULL), ('2', '2024-01-01', '2024-09-01'), ('2', '2025-01-01', NULL),
			('3', '2024-02-01', '2024-05-01'), ('4', '2023-01-01', NULL)) AS a (machine, begin, ended)
		JOIN equipment e ON e.name = 'Machine ' || a.machine`, company)
	s.exec(
		`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours, replacement) SELECT $1, e.id, r.at::timestamptz, r.hours, r.hours < 30
		FROM equipment e, (VALUES ('2024-01-01', 9.5), ('2024-02-01', 30), ('2024-03-01', 30), ('2024-04-01', 100), ('2024-05-01', 7)) AS r (at, hours)
		WHERE e.name = 'Machine 1'`,
		company,
	)
	var ids struct {
		Machines, Operators struct{ Nodes []struct{ ID string } }
	}
	s.data(&ids, `{ machines: equipmentList(orderBy: NAME_ASC) { nodes { id } } operators { nodes { id } } }`, nil)
	for _, list := range []struct {
		row, id, field, value, enum string
		orders                      map[string]string
	}{
		{"operator", ids.Operators.Nodes[0].ID, "assignments", "assignedAt releasedAt", "AssignmentOrder", map[string]string{
			"ASSIGNED_AT_ASC":  "2023-01 2024-01 2024-01 2024-02 2024-06 2025-01",
			"ASSIGNED_AT_DESC": "2025-01 2024-06 2024-02 2024-01 2024-01 2023-01",
			"RELEASED_AT_ASC":  "2024-05 2024-05 2024-09 open open open",
			"RELEASED_AT_DESC": "open open open 2024-09 2024-05 2024-05",
		}},
		{"equipment", ids.Machines.Nodes[0].ID, "assignments", "assignedAt releasedAt", "AssignmentOrder", map[string]string{
			"ASSIGNED_AT_ASC": "2024-01 2024-06", "ASSIGNED_AT_DESC": "2024-06 2024-01",
			"RELEASED_AT_ASC": "2024-05 open", "RELEASED_AT_DESC": "open 2024-05",
		}},
		{"equipment", ids.Machines.Nodes[0].ID, "meterReadings", "readAt hours", "MeterReadingOrder", map[string]string{
			"READ_AT_ASC":  "2024-01 2024-02 2024-03 2024-04 2024-05",
			"READ_AT_DESC": "2024-05 2024-04 2024-03 2024-02 2024-01",
			"HOURS_ASC":    "7.0 9.5 30.0 30.0 100.0", "HOURS_DESC": "100.0 30.0 30.0 9.5 7.0",
		}},
	} {
		query := fmt.Sprintf(`query($id: ID!, $o: %s, $a: String, $b: String) { of: %s(id: $id) {
			next: %[3]s(orderBy: $o, first: 1, after: $a) { nodes { id %[4]s } pageInfo { endCursor } }
			last: %[3]s(orderBy: $o, last: 1, before: $b) { nodes { id %[4]s } pageInfo { startCursor } } } }`, list.enum, list.row,
			list.field, list.value)
		for order, want := range list.orders {
			text := func(row map[string]*string) string {
				value := map[string]string{"ASS": "assignedAt", "REL": "releasedAt", "REA": "readAt", "HOU": "hours"}[order[:3]]
				switch {
				case row[value] == nil:
					return "open"
				case value == "hours":
					return *row[value]
				}
				return (*row[value])[:len("2024-01")]
			}
			var forward, backward, seen []string
			var after, before *string
			for range strings.Fields(want) {
				var got struct {
					Of struct {
						Next, Last struct {
							Nodes    []map[string]*string
							PageInfo struct{ StartCursor, EndCursor *string }
						}
					}
				}
				s.data(&got, query, vars{"id": list.id, "o": order, "a": after, "b": before})
				next, last := got.Of.Next, got.Of.Last
				if len(next.Nodes) != 1 || len(last.Nodes) != 1 {
					t.Fatalf("%s.%s %s: %+v", list.row, list.field, order, got)
				}
				if id := *next.Nodes[0]["id"]; slices.Contains(seen, id) {
					t.Errorf("%s.%s %s: a row is there twice", list.row, list.field, order)
				} else {
					seen = append(seen, id)
				}
				forward, backward = append(forward, text(next.Nodes[0])), append(backward, text(last.Nodes[0]))
				after, before = next.PageInfo.EndCursor, last.PageInfo.StartCursor
			}
			slices.Reverse(backward)
			if got := []string{strings.Join(forward, " "), strings.Join(backward, " ")}; got[0] != want || got[1] != want {
				t.Errorf("%s.%s %s: %q forward and backward, want %q", list.row, list.field, order, got, want)
			}
		}
		// A cursor names its order.
		var got struct {
			Of map[string]struct{ PageInfo struct{ EndCursor string } }
		}
		s.data(
			&got,
			fmt.Sprintf(`query($id: ID!) { of: %s(id: $id) { %s(first: 1) { pageInfo { endCursor } } } }`, list.row, list.field),
			vars{"id": list.id},
		)
		other := slices.Sorted(maps.Keys(list.orders))[0] // not the default
		a := s.ask(
			fmt.Sprintf(
				`query($id: ID!, $a: String) { of: %s(id: $id) { %s(orderBy: %s, after: $a) { nodes { id } } } }`,
				list.row,
				list.field,
				other,
			),
			vars{"id": list.id, "a": got.Of[list.field].PageInfo.EndCursor},
		)
		if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.BadInput) ||
			!strings.Contains(a.Errors[0].Message, other) {
			t.Errorf("%s.%s: the cursor of another order: %s %+v", list.row, list.field, a.Data, a.Errors)
		}
	}
}
