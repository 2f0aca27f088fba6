package e2e_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"bitcorp.dev/fleet/web"
)

// shapes are queries with the exact number of SQL statements that each takes,
// whatever the number of rows and of clients.
var shapes = []struct {
	name, query string
	statements  int
	resolvers   int // how many more resolvers take
}{
	{"page with operator, 3 records, latest", `query($n: Int!) { equipmentList(first: $n) { nodes { name
		assignedOperator { lastName } latestMaintenance { cost } maintenanceRecords(first: 3) { nodes { cost } } } } }`, 4, 0},
	{
		"last and next work",
		`query($n: Int!) { equipmentList(first: $n) { nodes { latestMaintenance { cost } nextMaintenance { dueDate } } } }`,
		3,
		0,
	},
	{"two levels deeper", `query($n: Int!) { equipmentList(first: $n) { nodes { name
		assignedOperator { lastName assignedEquipment(first: 10) { nodes { name latestMaintenance { cost } } } }
		latestMaintenance { cost } maintenanceRecords(first: 3) { nodes { cost } } } } }`, 6, 0},
	{
		"edges and nodes",
		`query($n: Int!) { equipmentList(first: $n) { edges { cursor node { user { name } } } nodes { user { name } } pageInfo { endCursor } } }`,
		3,
		0,
	},
	{
		"totals",
		`query($n: Int!) { equipmentList(first: $n) { totalCount nodes { maintenanceRecords(first: 1) { totalCount nodes { id } } } } }`,
		4,
		0,
	},
	{
		"nested lists that are only counted",
		`query($n: Int!) { equipmentList(first: $n) { nodes { maintenanceRecords(first: 1) { totalCount } } } }`,
		2,
		1,
	},
	{
		"total of a nested list alone",
		`query($n: Int!) { operators(first: $n) { nodes { assignedEquipment { totalCount nodes { id } } } } }`,
		3,
		0,
	},
	{
		"filters and orders of nested lists",
		`query($n: Int!) { equipmentList(first: $n) { nodes { assignments(first: 2, filter: {open: true}, orderBy: RELEASED_AT_DESC) { totalCount nodes { id } }
			meterReadings(first: 2, filter: {replacement: false}, orderBy: HOURS_ASC) { totalCount nodes { id } } } } }`,
		5,
		0,
	},
	{
		"status periods with users",
		`query($n: Int!) { equipmentList(first: $n) { nodes { statusPeriods(first: 2) { totalCount nodes { status user { name } } } } } }`,
		4,
		0,
	},
	{
		"sites and moves",
		`query($n: Int!) { equipmentList(first: $n) { nodes { site { name } siteMoves(first: 2) { totalCount nodes { arrivedAt site { code } equipment { name } } } } } }`,
		6,
		0,
	},
	{
		"assignment plans",
		`query($n: Int!) { equipmentList(first: $n) { nodes { assignmentPlans(first: 2) { totalCount nodes { startsAt operator { lastName } equipment { name } createdBy { name } } } } } }`,
		6,
		0,
	},
	{
		"assignment plans of operators",
		`query($n: Int!) { operators(first: $n) { nodes { assignmentPlans(first: 2) { totalCount nodes { startsAt equipment { name } } } } } }`,
		4,
		0,
	},
	{
		"sites with their machines",
		`query($n: Int!) { sites(first: $n) { totalCount nodes { name equipment(first: 3) { totalCount nodes { name site { name } } } } } }`,
		5,
		0,
	},
	{
		"papers",
		`query($n: Int!) { papers(first: $n) { totalCount nodes { kind validUntil equipment { name } operator { lastName } } } }`,
		3, // in the order of time only those of machines are among them
		0,
	},
	{
		"papers of machines and operators",
		`query($n: Int!) { equipmentList(first: $n) { nodes { papers(first: 2, orderBy: VALID_UNTIL_DESC) { totalCount nodes { kind } } assignedOperator { papers(first: 1, filter: { kind: [LICENCE] }) { nodes { number operator { lastName } } } } } } }`,
		6,
		0,
	},
	{
		"saved queries with their versions",
		`query($n: Int!) { savedQueries(first: $n) { totalCount nodes { name createdBy { name } changedBy { role } versions(first: 2) { totalCount nodes { number savedBy { name } } } } } }`,
		7,
		0,
	},
	{
		"aliases and fragments",
		`query($n: Int!) { equipmentList(first: $n) { nodes { ...E a: latestMaintenance { ...M } b: maintenanceRecords(first: 2) { nodes { ...M equipment { ...E } } } } } }
		fragment E on Equipment { name assignedOperator { firstName } } fragment M on MaintenanceRecord { cost }`,
		6,
		0,
	},
	{
		"skip and include",
		`query($n: Int!) { equipmentList(first: $n) { nodes { assignedOperator @skip(if: true) { firstName } latestMaintenance @include(if: true) { cost } } } }`,
		2,
		0,
	},
	{
		"records with machine and its operator",
		`query($n: Int!) { maintenanceRecords(first: $n) { nodes { equipment { name assignedOperator { lastName } user { name } } } } }`,
		4,
		0,
	},
	{
		"summary by machine",
		`query($n: Int!) { equipmentList(first: $n) { nodes { id } } maintenanceSummary(groupBy: [EQUIPMENT]) { records equipment { name assignedOperator { lastName } } } }`,
		4,
		0,
	},
	{
		"records with what they reverse",
		`query($n: Int!) { maintenanceRecords(first: $n) { nodes { reversalOf { cost } reversedBy { cost } } } }`,
		2, // no record of these is a reversal
		0,
	},
	{
		"further meters with their readings",
		`query($n: Int!) { equipmentList(first: $n) { nodes { meters { name lifetime latestReading { value } readings(first: 2) { totalCount nodes { value meter { unit } equipment { name } } } } } } }`,
		8,
		0,
	},
	{
		"hours of all meters",
		`query($n: Int!) { equipmentList(first: $n) { nodes { lifetimeHours } } }`,
		2,
		0,
	},
	{
		"the deepest chain",
		`query($n: Int!) { equipmentList(first: $n) { nodes { assignedOperator { assignedEquipment(first: 5) { nodes { assignedOperator { assignedEquipment(first: 5) { nodes { maintenanceRecords(first: 2) { nodes { equipment { user { name } } } } } } } } } } } } }`,
		8,
		0,
	},
}

func TestStatementsDependOnTheShapeAlone(t *testing.T) {
	t.Parallel()
	for _, machines := range []int{1, 10, 100} {
		serve := newService
		if machines == 10 {
			serve = newServiceOfResolvers
		}
		s := serve(t)
		s.fill(machines)
		s.exec(`INSERT INTO meters (company_id, equipment_id, name, unit) SELECT e.company_id, e.id, 'Meter ' || i, 'MILES'
			FROM equipment e, generate_series(1, 2) i`)
		s.exec(`INSERT INTO meter_readings (company_id, equipment_id, meter_id, read_at, hours)
			SELECT company_id, equipment_id, id, now() - i * interval '1 day', 100 - i FROM meters, generate_series(1, 3) i`)
		for _, shape := range shapes {
			if machines == 10 {
				shape.statements += shape.resolvers
			}
			for _, clients := range []int{1, 16} {
				t.Run(fmt.Sprintf("%s/%d machines/%d clients", shape.name, machines, clients), func(t *testing.T) {
					var wg sync.WaitGroup
					for range clients {
						wg.Go(func() {
							a := s.ask(shape.query, map[string]any{"n": machines})
							if len(a.Errors) > 0 || a.statements != shape.statements {
								t.Errorf("%d statements, want %d; errors %v", a.statements, shape.statements, a.Errors)
							}
						})
					}
					wg.Wait()
				})
			}
		}
	}
}

func TestOneMachineWithItsOperatorTakesTwoStatements(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(2)
	var list struct {
		EquipmentList struct{ Nodes []struct{ ID string } }
	}
	s.data(&list, `{ equipmentList { nodes { id } } }`, nil)
	id := list.EquipmentList.Nodes[0].ID
	for _, query := range []string{
		`query($id: ID!) { equipment(id: $id) { name assignedOperator { lastName } } }`,
		`query($id: ID!) { node(id: $id) { id ... on Equipment { name assignedOperator { lastName } } ... on Operator { assignedEquipment { nodes { id } } } } }`,
	} {
		if a := s.ask(query, map[string]any{"id": id}); a.statements != 2 || len(a.Errors) > 0 {
			t.Errorf("%s: %d statements, want 2; %v", query, a.statements, a.Errors)
		}
	}
}

// TestSiblingsThatFailOrAreMissing: machines without operator, user or
// records, deleted rows, ids of all kinds with fields of their own, an error
// in the arguments of a nested field. None may leave its siblings waiting.
func TestSiblingsThatFailOrAreMissing(t *testing.T) {
	t.Parallel()
	s := newServiceOfResolvers(t)
	s.fill(10)
	s.exec(
		`UPDATE assignments SET released_at = now() WHERE equipment_id IN (SELECT id FROM equipment ORDER BY name LIMIT 3)`,
	)
	s.exec(`UPDATE equipment SET user_id = NULL WHERE name < 'Machine 5'`)
	s.exec(`UPDATE operators SET deleted_at = now() WHERE license_number = 'L-4'`)
	a := s.ask(
		`{ equipmentList { nodes { user { name } assignedOperator { assignedEquipment { nodes { user { name } } } } } } }`,
		nil,
	)
	if len(a.Errors) > 0 || a.statements != 5 {
		t.Errorf("%d statements, want 5; errors %v", a.statements, a.Errors)
	}
	a = s.ask(
		`{ equipmentList { nodes { maintenanceRecords(first: 101) { nodes { equipment { name } } } assignedOperator { lastName } } } }`,
		nil,
	)
	if len(a.Errors) == 0 || a.statements != 2 {
		t.Errorf("%d statements, want 2; errors %v", a.statements, a.Errors)
	}
	var ids struct {
		E struct{ Nodes []struct{ ID string } }
		O struct{ Nodes []struct{ ID string } }
		M struct{ Nodes []struct{ ID string } }
		V struct{ ID string }
	}
	s.data(
		&ids,
		`{ E: equipmentList(first: 3) { nodes { id } } O: operators(first: 2) { nodes { id } } M: maintenanceRecords(first: 2) { nodes { id } } V: viewer { id } }`,
		nil,
	)
	all := []string{
		ids.V.ID,
		ids.E.Nodes[0].ID,
		ids.O.Nodes[0].ID,
		ids.M.Nodes[0].ID,
		ids.E.Nodes[1].ID,
		ids.O.Nodes[1].ID,
		ids.M.Nodes[1].ID,
		"equipment_00000000000000000000000000",
	}
	a = s.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id
		... on Equipment { same: latestMaintenance { equipment { name } } }
		... on Operator { same: assignedEquipment { nodes { user { name } } } }
		... on MaintenanceRecord { same: equipment { assignedOperator { lastName } } } } }`, map[string]any{"ids": all})
	if len(a.Errors) == 0 {
		t.Error("fields of one name and different types merged")
	}
	a = s.ask(`query($ids: [ID!]!) { nodes(ids: $ids) { id
		... on Equipment { latestMaintenance { equipment { name } } }
		... on Operator { assignedEquipment { nodes { latestMaintenance { cost } } } }
		... on MaintenanceRecord { machine: equipment { assignedOperator { lastName } } } } }`, map[string]any{"ids": all})
	if len(a.Errors) > 0 || a.statements != 4+2+2+2 {
		t.Errorf("%d statements, want 10; errors %v", a.statements, a.Errors)
	}
}

var budget = regexp.MustCompile(`# SQL statements: (\d+)`)

// TestExamplesKeepTheirBudget runs what GraphiQL's tabs show.
func TestExamplesKeepTheirBudget(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(web.Examples(), "*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatal("no examples", err)
	}
	for _, machines := range []int{1, 10, 100} {
		s := newService(t)
		s.fill(machines)
		for _, file := range files {
			text, err := fs.ReadFile(web.Examples(), file)
			if err != nil {
				t.Fatal(err)
			}
			stated := budget.FindSubmatch(text)
			if stated == nil {
				t.Fatalf("%s states no budget", file)
			}
			want, _ := strconv.Atoi(string(stated[1]))
			if strings.Contains(string(text), "\nsubscription ") {
				sub := s.overSocket(string(text), nil)
				s.eventually(func() bool { return len(all[statistics](t, sub)) > 0 })
				continue // its statements are those of the state that all subscribers share
			}
			s.stats.InvalidateAll()
			if a := s.ask(string(text), nil); len(a.Errors) > 0 || a.statements != want {
				t.Errorf("%s with %d machines: %d statements, stated %d; errors %v", file, machines, a.statements, want, a.Errors)
			}
		}
	}
}
