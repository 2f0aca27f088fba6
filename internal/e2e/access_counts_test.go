package e2e_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestRolesCountWhatTheTableSays compares what each role counts and sums up
// with docs/access.md. All ask one server, twice: what it remembers of one must
// not answer another.
func TestRolesCountWhatTheTableSays(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	const machine = `{"maintenanceRecords":{"totalCount":5},"assignments":{"totalCount":2},"meterReadings":{"totalCount":2},"assignedOperator":{"assignedEquipment":{"totalCount":1},"assignments":{"totalCount":2}}}`
	rows := func(n int, sum, mine string) string {
		machines := machine
		for range n - 1 {
			machines += "," + machine
		}
		return fmt.Sprintf(
			`{"equipmentList":{"totalCount":%[1]d,"nodes":[%[2]s]},"found":{"totalCount":%[1]d},"operators":{"totalCount":%[1]d},"maintenanceRecords":{"totalCount":%[5]d},"maintenanceSummary":[{"records":%[5]d,"totalCost":"%[3]s"}],"mine":%[4]s}`,
			n,
			machines,
			sum,
			mine,
			5*n, // of each machine work, other work that is reversed, and two services of schedules
		)
	}
	figures := func(n int, value string) string {
		return fmt.Sprintf(`{"totalEquipment":%d,"totalValue":"%s"}`, n, value)
	}
	const (
		query = `{ equipmentList { totalCount nodes { maintenanceRecords { totalCount } assignments { totalCount } meterReadings { totalCount } assignedOperator { assignedEquipment { totalCount } assignments { totalCount } } } }
			found: equipmentList(filter: { search: "kind" }) { totalCount } operators { totalCount } maintenanceRecords { totalCount } maintenanceSummary { records totalCost } mine: dashboardStats(scope: MINE) { totalEquipment totalValue } }`
		company = `{ dashboardStats { totalEquipment totalValue } history { totalCount } equipmentList { nodes { history { totalCount } } } }`
		users   = `{ users { totalCount } }`
		refused = `{"users":null}`
		// A failed field is null, and no other.
		noCompany = `{"dashboardStats":null,"history":null,"equipmentList":null}`
	)
	// An administrator's history has two entries about each of the people too.
	ours := func(history int) string {
		return fmt.Sprintf(
			`{"dashboardStats":%s,"history":{"totalCount":%d},"equipmentList":{"nodes":[{"history":{"totalCount":1}},{"history":{"totalCount":1}}]}}`,
			figures(2, "1311.02"),
			history,
		)
	}
	for range 2 {
		for _, c := range []struct{ who, rows, company, users string }{
			{"admin", rows(2, "3933.06", figures(0, "0.00")), ours(20), `{"users":{"totalCount":5}}`},
			{"manager", rows(2, "3933.06", figures(1, "11.01")), ours(12), refused},
			{"analyst", rows(2, "3933.06", figures(1, "1300.01")), ours(12), refused},
			{"operator", rows(1, "33.03", figures(1, "11.01")), noCompany, refused},
			{"chief", rows(1, "510000.03", figures(1, "170000.01")), `{"dashboardStats":` + figures(1, "170000.01") + `,"history":{"totalCount":10},"equipmentList":{"nodes":[{"history":{"totalCount":1}}]}}`, `{"users":{"totalCount":3}}`},
			{"driver", rows(1, "510000.03", figures(1, "170000.01")), noCompany, refused},
		} {
			for query, want := range map[string]string{query: c.rows, company: c.company, users: c.users} {
				if a := h.by(
					c.who,
				).ask(
					query,
					nil,
				); string(a.Data) != want ||
					len(a.Errors) > 0 != (want == refused || want == noCompany) {
					t.Errorf("%s: %s %+v, want %s", c.who, a.Data, a.Errors, want)
				}
			}
		}
	}
}

// TestWhoRunsAnotherMachineSeesThatOne also in what was remembered.
func TestWhoRunsAnotherMachineSeesThatOne(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t).by("operator")
	counts := func() int {
		var d struct{ Mine struct{ TotalEquipment int } }
		h.data(&d, `{ mine: dashboardStats(scope: MINE) { totalEquipment } }`, nil)
		return d.Mine.TotalEquipment
	}
	if n := counts(); n != 1 {
		t.Fatalf("%d machines", n)
	}
	h.exec(
		`UPDATE assignments SET released_at = now() WHERE released_at IS NULL AND equipment_id IN (SELECT id FROM equipment WHERE name LIKE 'ELSES%')`,
	)
	h.exec(
		`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSES%' AND o.last_name LIKE 'MYROW%'`,
	)
	h.eventually(func() bool { return counts() == 2 })
}

// TestAnOperatorSeesWhatTheScopesSay asks for a row of every type before and
// after the operator ceases to run their machine.
func TestAnOperatorSeesWhatTheScopesSay(t *testing.T) {
	t.Parallel()
	s := schema()
	h := newAccessFixture(t).by("operator")
	sees := func(id string) bool {
		var d struct{ Node *struct{ ID string } }
		h.data(&d, `query($id: ID!) { node(id: $id) { id } }`, vars{"id": id})
		return d.Node != nil
	}
	for _, runs := range []bool{true, false} {
		if !runs {
			h.exec(`UPDATE assignments SET released_at = now() WHERE released_at IS NULL`)
		}
		for _, d := range s.GetPossibleTypes(s.Types["Node"]) {
			own := mine.id(kindOf[d.Name])
			if d.Name == "User" {
				own = personOf("operator").id(fleet.KindUser)
			}
			rows := d.Directives.ForName("scope").Arguments.ForName("rows").Value.Raw
			want, is := map[string]bool{"ASSIGNED": runs, "OWN": true, "COMPANY": true, "NONE": false}[rows]
			if d.Name == "Paper" || d.Name == "Site" { // these are of the machine
				want = runs
			}
			if !is {
				t.Errorf("%s: a node of the scope %s: say what an operator sees of it", d.Name, rows)
			}
			if got := sees(own); got != want {
				t.Errorf("%s of the scope %s: an operator who runs its machine: %v, sees it: %v", d.Name, rows, runs, got)
			}
			other := elses
			if rows == "COMPANY" { // theirs as well
				other = theirs
			}
			if sees(other.id(kindOf[d.Name])) {
				t.Errorf("%s of the scope %s: an operator sees another's", d.Name, rows)
			}
		}
		if responsible := mine.id(fleet.KindUser); sees(responsible) != runs {
			t.Errorf("an operator who runs the machine: %v, sees who is responsible for it: %v", runs, !runs)
		}
	}
}

// TestPrivateRowsAreOfOnePersonAlone lists them as everybody.
func TestPrivateRowsAreOfOnePersonAlone(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	for _, p := range people {
		var d struct {
			Sessions, AccessTokens []struct{ ID, UserAgent, Name string }
		}
		h.by(p.name).data(&d, `{ sessions { id userAgent } accessTokens { id name } }`, nil)
		if len(d.Sessions) != 1 || d.Sessions[0].ID != p.id(fleet.KindSession) || len(d.AccessTokens) != len(fleet.Scopes()) {
			t.Errorf("%s: %+v", p.name, d)
		}
	}
}

// TestWhatOthersChangeMovesNoFigure: the sequence tells nothing of other companies.
func TestWhatOthersChangeMovesNoFigure(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t).by("manager")
	figures := func() string {
		a := h.ask(
			`{ dashboardStats { totalEquipment totalValue sequence } equipmentList { totalCount } maintenanceSummary { records totalCost } }`,
			nil,
		)
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		return string(a.Data)
	}
	before := figures()
	h.exec(`UPDATE equipment SET cost = 1 WHERE name LIKE 'THEIRS%'`)
	h.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT id, 'THEIRS too', 'x' FROM companies WHERE name = 'Theirs'`,
	)
	if after := figures(); after != before {
		t.Errorf("%s became %s", before, after)
	}
}

// TestCursorsAreOfOneCompany takes cursors of every list of the query, and
// asks with them on behalf of another company.
func TestCursorsAreOfOneCompany(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t)
	chief, h := h.by("chief"), h.by("admin")
	taken := 0
	for _, f := range schema().Query.Fields {
		if f.Arguments.ForName("after") == nil {
			continue
		}
		a := chief.ask(fmt.Sprintf(`{ list: %s(first: 1) { pageInfo { endCursor } } }`, f.Name), nil)
		var page struct {
			List struct{ PageInfo struct{ EndCursor string } }
		}
		_ = json.Unmarshal(a.Data, &page)
		cursor := page.List.PageInfo.EndCursor
		if len(a.Errors) > 0 || cursor == "" {
			t.Errorf("%s: %+v", f.Name, a)
			continue
		}
		taken++
		for _, argument := range []string{"first: 1, after", "last: 1, before"} {
			refusal := h.ask(fmt.Sprintf(`{ %s(%s: %q) { nodes { id } } }`, f.Name, argument, cursor), nil)
			if len(refusal.Errors) != 1 || refusal.Errors[0].Extensions["code"] != string(fleet.BadInput) {
				t.Errorf("%s(%s) with a cursor of another company: %s %+v", f.Name, argument, refusal.Data, refusal.Errors)
			}
		}
	}
	if taken < 4 {
		t.Errorf("%d lists: this shows nothing", taken)
	}
}
