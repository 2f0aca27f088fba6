package e2e_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/testlog"
)

type stats struct {
	TotalEquipment, ActiveEquipment, MaintenanceEquipment int
	AverageCost                                           *string
	TotalValue                                            string
	StatusCounts                                          []struct {
		Status string
		Count  int
	}
}

const statsQuery = `query($scope: StatsScope) { dashboardStats(scope: $scope) { totalEquipment activeEquipment maintenanceEquipment averageCost totalValue statusCounts { status count } } }`

func TestAnEmptyCompanyHasSumsOfZeroAndNoAverages(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, scope := range []string{"COMPANY", "MINE"} {
		var got struct{ DashboardStats stats }
		s.data(&got, statsQuery, map[string]any{"scope": scope})
		if d := got.DashboardStats; d.TotalEquipment != 0 || d.TotalValue != "0.00" || d.AverageCost != nil ||
			len(d.StatusCounts) != 4 {
			t.Errorf("%s: %+v", scope, d)
		}
	}
	var sum struct {
		MaintenanceSummary []struct {
			Records                          int
			TotalCost                        string
			AverageCost, FirstDate, LastDate *string
		}
	}
	s.data(&sum, `{ maintenanceSummary { records totalCost averageCost firstDate lastDate } }`, nil)
	if len(sum.MaintenanceSummary) != 1 || sum.MaintenanceSummary[0].TotalCost != "0.00" ||
		sum.MaintenanceSummary[0].AverageCost != nil ||
		sum.MaintenanceSummary[0].FirstDate != nil {
		t.Errorf("the summary of nothing is %+v", sum)
	}
}

func TestStatisticsCountTheLivingMachinesOfTheirScope(t *testing.T) {
	t.Parallel()
	s := newService(t)
	company := [16]byte(s.viewer.CompanyID)
	s.exec(`INSERT INTO equipment (company_id, user_id, name, category, status, cost, deleted_at) VALUES
		($1, $2,   'a', 'x', 'ACTIVE',      '0.01',   null), ($1, $2,   'b', 'x', 'ACTIVE',      '0.02', null),
		($1, $2,   'c', 'x', 'MAINTENANCE', null,     null), ($1, null, 'd', 'x', 'RETIRED',     '100.00', null),
		($1, $2,   'e', 'x', 'ACTIVE',      '999.99', now()), ($1, null, 'f', 'x', 'INACTIVE',   null, null)`, company, [16]byte(s.viewer.UserID))
	s.exec(
		`INSERT INTO equipment (company_id, name, category, cost) SELECT id, 'theirs', 'x', 5000 FROM companies WHERE name = 'Theirs'`,
	)
	average := func(s string) *string { return &s }
	for scope, want := range map[string]stats{
		"COMPANY": {TotalEquipment: 5, ActiveEquipment: 2, MaintenanceEquipment: 1, AverageCost: average("33.34"), TotalValue: "100.03"},
		"MINE":    {TotalEquipment: 3, ActiveEquipment: 2, MaintenanceEquipment: 1, AverageCost: average("0.02"), TotalValue: "0.03"},
	} {
		var got struct{ DashboardStats stats }
		s.data(&got, statsQuery, map[string]any{"scope": scope})
		sum := 0
		for _, c := range got.DashboardStats.StatusCounts {
			sum += c.Count
		}
		if sum != want.TotalEquipment {
			t.Errorf("%s: the statuses add up to %d, not to %d", scope, sum, want.TotalEquipment)
		}
		got.DashboardStats.StatusCounts = nil
		if diff := cmp.Diff(want, got.DashboardStats); diff != "" {
			t.Errorf("%s (-want +got):\n%s", scope, diff)
		}
	}
}

// deliveries counts the changes that the feed has delivered.
type deliveries struct{ atomic.Int64 }

func (d *deliveries) Changed(fleet.TableChange) { d.Add(1) }
func (d *deliveries) Lost()                     {}
func (d *deliveries) Found()                    {}

func TestStatisticsAreReadOnceUntilInvalidated(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	var delivered deliveries
	s.heard = &delivered
	s.people()
	s.serveAs("ours@example.com")
	s.fill(3)
	// Each delivery invalidates: machines, assignments, moves and records.
	s.eventually(func() bool { return delivered.Load() == 4 })
	count := func() (int, int) {
		var got struct{ DashboardStats stats }
		a := s.data(&got, statsQuery, nil)
		return got.DashboardStats.TotalEquipment, a.statements
	}
	if n, statements := count(); n != 3 || statements != 1 {
		t.Errorf("cold: %d machines in %d statements, want 3 in 1", n, statements)
	}
	if n, statements := count(); n != 3 || statements != 0 {
		t.Errorf("cached: %d machines in %d statements, want 3 in 0", n, statements)
	}
	s.exec(
		`DELETE FROM papers; DELETE FROM assignments; DELETE FROM assignment_plans; DELETE FROM site_moves; DELETE FROM maintenance_records;
		DELETE FROM equipment WHERE name = 'Machine 1'`,
	)
	s.eventually(func() bool { return delivered.Load() == 8 })
	s.stats.Invalidate(s.viewer.CompanyID)
	if n, statements := count(); n != 2 || statements != 1 {
		t.Errorf("invalidated: %d machines in %d statements, want 2 in 1", n, statements)
	}
}

// TestOfTwoRecordsOfOneDateTheLaterRecordedIsLatest also with deleted ones and
// another company's in the way.
func TestOfTwoRecordsOfOneDateTheLaterRecordedIsLatest(t *testing.T) {
	t.Parallel()
	s := newService(t)
	company := [16]byte(s.viewer.CompanyID)
	s.exec(
		`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'a', 'x'), ($1, 'b', 'x'), ($1, 'c', 'x')`,
		company,
	)
	s.exec(`INSERT INTO maintenance_records (id, company_id, equipment_id, kind, maintenance_date, description, deleted_at)
		SELECT ('00000000-0000-7000-8000-00000000000' || n)::uuid, $1, (SELECT id FROM equipment WHERE name = 'a'), 'OTHER', d::date, 'work ' || n, gone::timestamptz
		FROM (VALUES (1, '2026-03-02', null), (3, '2026-03-02', null), (2, '2026-03-02', null), (4, '2026-03-01', null), (5, '2026-03-09', '2026-03-10')) r (n, d, gone)`, company)
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, description)
		SELECT $1, id, 'OTHER', '2026-01-01', 'only' FROM equipment WHERE name = 'b'`, company)
	for range 3 {
		var got struct {
			EquipmentList struct {
				Nodes []struct {
					Name              string
					LatestMaintenance *struct{ Description string }
				}
			}
		}
		s.data(&got, `{ equipmentList(orderBy: NAME_ASC) { nodes { name latestMaintenance { description } } } }`, nil)
		nodes := got.EquipmentList.Nodes
		if len(nodes) != 3 || nodes[0].LatestMaintenance.Description != "work 3" ||
			nodes[1].LatestMaintenance.Description != "only" ||
			nodes[2].LatestMaintenance != nil {
			t.Errorf("got %+v", nodes)
		}
	}
}

func TestSearchFindsWordsAndTheirParts(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`INSERT INTO equipment (company_id, name, serial_number, description, category) VALUES
		($1, 'CAT 320D', 'KZF-00123', null, 'Excavator'), ($1, 'Loader', null, 'has a 100%_new \ bucket''s tooth', 'Wheel loader'),
		($1, 'Kran Größe 7', 'KR7', 'Straße', 'Crane')`, [16]byte(s.viewer.CompanyID))
	all := []string{"CAT 320D", "Kran Größe 7", "Loader"} // a search without a word is no condition
	for search, want := range map[string][]string{
		"cat": {"CAT 320D"}, "320d": {"CAT 320D"}, "20D": {"CAT 320D"}, "f-0012": {"CAT 320D"}, "excav": {"CAT 320D"},
		"kz": {"CAT 320D"}, "zf": nil, "loader bucket": {"Loader"}, "bucket crane": nil, "100%_NEW": {"Loader"}, "100%new": nil, "bucket's": {"Loader"},
		`a\b`: nil, "größe": {"Kran Größe 7"}, "straß": {"Kran Größe 7"}, "7": {"Kran Größe 7"},
		"a:*": nil, "r": nil, "' | x": nil, "'": all, "": all, "kran & größe": {"Kran Größe 7"}, "gro\u0308ße": {"Kran Größe 7"},
	} {
		var got struct {
			EquipmentList struct {
				TotalCount int
				Nodes      []struct{ Name string }
			}
		}
		s.data(
			&got,
			`query($s: String) { equipmentList(orderBy: NAME_ASC, filter: { search: $s }) { totalCount nodes { name } } }`,
			map[string]any{"s": search},
		)
		var names []string
		for _, n := range got.EquipmentList.Nodes {
			names = append(names, n.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" || got.EquipmentList.TotalCount != len(want) {
			t.Errorf("search %q, total %d (-want +got):\n%s", search, got.EquipmentList.TotalCount, diff)
		}
	}
}

// TestAMutationIsInTheNextFigures has a cache that no change feed reaches: the
// fence that a mutation raises around its transaction is all that can keep the
// figures true.
func TestAMutationIsInTheNextFigures(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	c := s.config(testlog.New(t, "server"))
	c.Demo, c.DemoUser = true, "ours@example.com"
	a, err := app.New(t.Context(), c) // its feed is never run
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	a.Dashboard.Found() // as the feed says once it listens
	s.handler, s.registry = onThisMachine(a.Server.Handler()), a.Registry
	count := func() (int, int) {
		var got struct{ DashboardStats stats }
		a := s.data(&got, statsQuery, nil)
		return got.DashboardStats.TotalEquipment, a.statements
	}
	for n := range 3 {
		s.eventually(func() bool { // the figures are in memory
			got, statements := count()
			if got != n {
				t.Fatalf("%d machines, want %d", got, n)
			}
			return statements == 0
		})
		var made struct {
			CreateEquipment struct{ Errors []struct{ Message string } }
		}
		s.data(&made, `mutation { createEquipment(input: { name: "Crane", category: "Crane" }) { errors { message } } }`, nil)
		if len(made.CreateEquipment.Errors) > 0 {
			t.Fatalf("%+v", made)
		}
		if got, _ := count(); got != n+1 {
			t.Errorf("after mutation %d: %d machines, want %d", n+1, got, n+1)
		}
	}
}
