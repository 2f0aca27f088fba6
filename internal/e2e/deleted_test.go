package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

// figuresOfAFleet are the lists and sums that a machine of the name Gone takes part in. %s is a filter's
// condition on deleted rows.
const figuresOfAFleet = `query($op: ID!, $m: ID!) {
	equipmentList(DELETED) { totalCount nodes { name category cost } }
	categories(DELETED) { category count }
	maintenanceRecords(DELETED) { totalCount nodes { description cost equipment { name } } }
	maintenanceSummary(groupBy: [EQUIPMENT] DELETED) { equipment { name } records totalCost averageCost }
	byCategory: maintenanceSummary(groupBy: [CATEGORY] DELETED) { category records totalCost }
	operator(id: $op) { assignments(DELETED) { totalCount nodes { equipment { name } } } }
	equipment(id: $m) { assignments(DELETED) { totalCount nodes { operator { lastName } } } }
}`

// dashboards are the figures that are cached.
const dashboards = `{ dashboardStats { totalEquipment totalValue averageCost statusCounts { status count } } }`

// deletedRows fills in the condition on deleted rows; "" for none.
func deletedRows(query, condition string) string {
	filter := ""
	if condition != "" {
		filter = "filter: { deleted: " + condition + " }"
	}
	return strings.ReplaceAll(strings.ReplaceAll(query, "(DELETED)", "("+filter+")"), " DELETED)", " "+filter+")")
}

// shownTo returns the answer as text; an argument list without arguments is left out.
func (s *service) shownTo(query string, variables vars) string {
	s.t.Helper()
	a := s.ask(strings.ReplaceAll(query, "()", ""), variables)
	if len(a.Errors) > 0 {
		s.t.Fatalf("%+v", a.Errors)
	}
	return string(a.Data)
}

// analyst serves the same database to an ANALYST.
func (s *service) analyst() *service {
	s.t.Helper()
	s.exec(`INSERT INTO users (company_id, email, name, role) SELECT id, 'ana@example.com', 'Ana', 'ANALYST'
		FROM companies WHERE name = 'Ours'`)
	other := *s
	other.serveAs("ana@example.com")
	return &other
}

// worked makes a machine with completed work, a reading and a past assignment.
func (s *service) worked(name, operator string, cost string) machine {
	s.t.Helper()
	e := s.machine(vars{"name": name, "category": "Crane of " + name, "cost": cost})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "cost": cost, "description": "work on " + name})
	for mutation, in := range map[string]vars{
		`mutation($in: AddMeterReadingInput!) { p: addMeterReading(input: $in) { errors { message } } }`: {"hours": "12"},
		`mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { errors { message } } }`: {
			"operatorId": operator, "assignedAt": hours(-9), "releasedAt": hours(-5)},
	} {
		in["equipmentId"] = e.ID
		if p := change[struct{ Errors []fault }](s, mutation, vars{"in": in}); len(p.Errors) > 0 {
			s.t.Fatal(p.Errors)
		}
	}
	return e
}

// TestADeletedMachineLeavesEveryListAndSum with all that belongs to it, for every role, and comes back
// with all of it. A manager who asks for deleted rows sees them meanwhile.
func TestADeletedMachineLeavesEveryListAndSum(t *testing.T) {
	t.Parallel()
	s := newService(t)
	op := s.operator("L-1")
	kept := s.worked("Kept", op, "50")
	alone := vars{"op": op, "m": kept.ID}
	without, withoutStats := s.shownTo(deletedRows(figuresOfAFleet, ""), alone), s.shownTo(dashboards, nil)
	gone := s.worked("Gone", op, "100")
	analyst := s.analyst()
	with, withStats := s.shownTo(deletedRows(figuresOfAFleet, ""), alone), s.shownTo(dashboards, nil)
	if with == without || withStats == withoutStats {
		t.Fatal("the machine is in no figure: this shows nothing")
	}

	wantBoth := func(what, rows, stats string) {
		t.Helper()
		for _, viewer := range []*service{s, analyst} {
			if diff := cmp.Diff(rows, viewer.shownTo(deletedRows(figuresOfAFleet, ""), alone)); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
			viewer.eventually(func() bool { return viewer.shownTo(dashboards, nil) == stats })
		}
	}
	wantBoth("before", with, withStats)
	if p := change[equipmentPayload](s, deleteOne, vars{"id": gone.ID}); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	wantBoth("deleted", without, withoutStats)

	if diff := cmp.Diff(with, s.shownTo(deletedRows(figuresOfAFleet, "INCLUDE"), alone)); diff != "" {
		t.Errorf("with deleted rows: %s", diff)
	}
	var only struct {
		EquipmentList struct {
			TotalCount int
			Nodes      []struct {
				ID, Name           string
				DeletedAt          *string
				Version            int
				LatestMaintenance  *struct{ Description string }
				MaintenanceRecords struct{ TotalCount int }
				MeterReadings      struct {
					TotalCount int
					Nodes      []struct{ Equipment struct{ Name string } }
				}
				Assignments struct{ TotalCount int }
				History     struct{ Nodes []struct{ Action string } }
			}
		}
		Operator           struct{ Assignments struct{ TotalCount int } }
		MaintenanceRecords struct {
			TotalCount int
			Nodes      []struct {
				ID        string
				Equipment struct{ Name string }
			}
		}
		MaintenanceSummary []struct{ TotalCost string }
	}
	s.data(&only, `query($op: ID!) {
		equipmentList(filter: { deleted: ONLY, search: "gone" }) { totalCount nodes { id name deletedAt version
			latestMaintenance { description } maintenanceRecords { totalCount }
			meterReadings { totalCount nodes { equipment { name } } } assignments { totalCount }
			history { nodes { action } } } }
		operator(id: $op) { assignments(filter: { deleted: ONLY }) { totalCount } }
		maintenanceRecords(filter: { deleted: ONLY }) { totalCount nodes { id equipment { name } } }
		maintenanceSummary(filter: { deleted: ONLY }) { totalCost } }`, vars{"op": op})
	if n := only.EquipmentList.Nodes; only.EquipmentList.TotalCount != 1 || len(n) != 1 || n[0].Name != "Gone" ||
		n[0].DeletedAt == nil || n[0].LatestMaintenance == nil || n[0].MaintenanceRecords.TotalCount != 1 ||
		n[0].MeterReadings.TotalCount != 1 || n[0].MeterReadings.Nodes[0].Equipment.Name != "Gone" ||
		n[0].Assignments.TotalCount != 1 || n[0].History.Nodes[0].Action != "DELETED" ||
		only.Operator.Assignments.TotalCount != 1 || only.MaintenanceRecords.TotalCount != 1 ||
		only.MaintenanceRecords.Nodes[0].Equipment.Name != "Gone" || len(only.MaintenanceSummary) != 1 ||
		only.MaintenanceSummary[0].TotalCost != "100.00" {
		t.Fatalf("a manager who asks gets %+v", only)
	}
	var byID struct{ Node, Record *struct{ ID string } }
	s.data(&byID, `query($e: ID!, $m: ID!) { node(id: $e) { id } record: node(id: $m) { id } }`,
		vars{"e": gone.ID, "m": only.MaintenanceRecords.Nodes[0].ID})
	if byID.Node != nil || byID.Record != nil {
		t.Errorf("what is deleted is there by its id: %+v", byID)
	}

	p := change[equipmentPayload](s, restoreOne, vars{"id": gone.ID, "v": only.EquipmentList.Nodes[0].Version})
	if len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	wantBoth("restored", with, withStats)
}

// TestOnlyAManagerAsksForDeletedRows in every filter that has the condition, and in the outermost alone.
func TestOnlyAManagerAsksForDeletedRows(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, op := s.machine(nil), s.operator("L-1")
	analyst := s.analyst()
	for _, list := range []string{
		`equipmentList(FILTER) { totalCount }`, `categories(FILTER) { count }`, `operators(FILTER) { totalCount }`,
		`maintenanceRecords(FILTER) { totalCount }`, `maintenanceSummary(FILTER) { records }`,
		`equipment(id: $e) { maintenanceRecords(FILTER) { totalCount } }`,
		`equipment(id: $e) { assignments(FILTER) { totalCount } }`,
		`operator(id: $op) { assignments(FILTER) { totalCount } }`,
		`operator(id: $op) { assignedEquipment(FILTER) { totalCount } }`,
	} {
		ask := func(s *service, filter string) answer {
			return s.ask(`query($e: ID!, $op: ID!) { x: equipment(id: $e) { id } y: operator(id: $op) { id } `+
				strings.Replace(list, "FILTER", "filter: "+filter, 1)+` }`, vars{"e": e.ID, "op": op})
		}
		for _, c := range []struct {
			viewer                 *service
			filter, code, argument string
		}{
			{s, `{ deleted: ONLY }`, "", ""},
			{analyst, `{ deleted: ONLY }`, "FORBIDDEN", "filter.deleted"},
			{analyst, `{ deleted: INCLUDE }`, "FORBIDDEN", "filter.deleted"},
			{s, `{ deleted: null }`, "BAD_INPUT", "filter.deleted"},
			{s, `{ not: { deleted: ONLY } }`, "BAD_INPUT", "filter.not.deleted"},
			{s, `{ or: [{ deleted: INCLUDE }] }`, "BAD_INPUT", "filter.or.0.deleted"},
		} {
			a := ask(c.viewer, c.filter)
			switch {
			case c.code == "" && len(a.Errors) == 0:
			case len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != c.code ||
				argument(a.Errors[0].Extensions) != c.argument:
				t.Errorf("%s with %s: %+v, want %q of %s", list, c.filter, a.Errors, c.code, c.argument)
			}
		}
	}
}

// TestDeletingAsksWhatBecomesOfOpenWork refuses to leave work behind that nothing can end.
func TestDeletingAsksWhatBecomesOfOpenWork(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"status": "INACTIVE"})
	plan := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED",
		"dueDate": "2027-01-01"}).MaintenanceRecord.ID
	job := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS",
		"downFrom": hours(-1)}).MaintenanceRecord.ID
	s.wantState("down", e.ID, "MAINTENANCE then INACTIVE")
	remove := func(in vars) equipmentPayload {
		t.Helper()
		in["equipmentId"] = e.ID
		return change[equipmentPayload](s, `mutation($in: DeleteEquipmentInput!) { p: deleteEquipment(input: $in) {
			deletedId equipment {`+ofMachine+`}`+faults+` } }`, vars{"in": in})
	}
	for field, in := range map[string]vars{"input.equipmentId": {}, "input.openWork": {"openWork": "REFUSE"}} {
		if p := remove(in); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || p.Errors[0].Reason != "IN_USE" ||
			string(p.Errors[0].Field) != field || !strings.Contains(p.Errors[0].Message, "has 2 planned or running") ||
			!strings.Contains(p.Errors[0].Message, "openWork: CANCEL") {
			t.Errorf("deleted with open work: %+v", p)
		}
	}
	if p := remove(vars{"openWork": "CANCEL"}); len(p.Errors) > 0 || p.DeletedID == nil {
		t.Fatalf("%+v", p.Errors)
	}
	for mutation, in := range map[string]vars{cancelWork: {"maintenanceRecordId": plan}, startWork: {"maintenanceRecordId": plan}} {
		if f := s.refused(mutation, in); f.Code != "NOT_FOUND" || !strings.Contains(f.Message, "restore it first") {
			t.Errorf("work on a deleted machine is %+v", f)
		}
	}
	if p := change[equipmentPayload](s, restoreOne, vars{"id": e.ID}); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	s.wantState("restored", e.ID, "INACTIVE")
	var got struct {
		Plan, Job struct {
			Status  string
			DownTo  *string
			History struct{ Nodes []struct{ Action string } }
		}
	}
	s.data(&got, `query($plan: ID!, $job: ID!) {
		plan: maintenanceRecord(id: $plan) { status downTo history { nodes { action } } }
		job: maintenanceRecord(id: $job) { status downTo history { nodes { action } } } }`, vars{"plan": plan, "job": job})
	if got.Plan.Status != "CANCELLED" || got.Job.Status != "CANCELLED" || got.Job.DownTo == nil ||
		got.Plan.History.Nodes[0].Action != "CANCELLED" || got.Job.History.Nodes[0].Action != "CANCELLED" {
		t.Errorf("after the machine is back its work is %+v", got)
	}
}

// TestADeletedOperatorComesBack with past assignments; open ones have ended.
func TestADeletedOperatorComesBack(t *testing.T) {
	t.Parallel()
	s := newService(t)
	op := s.operator("L-1")
	past, now := s.worked("Past", op, "1"), s.machine(vars{"name": "Now"})
	if p := change[struct{ Errors []fault }](s,
		`mutation($m: ID!, $o: ID!) { p: assignOperator(input: { equipmentId: $m, operatorId: $o }) { errors { message } } }`,
		vars{"m": now.ID, "o": op}); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	type person struct {
		ID        string
		Version   int
		DeletedAt *string
	}
	type payload struct {
		Operator  *person
		DeletedID *string
		Errors    []fault
	}
	const answer = ` { operator { id version deletedAt } errors { code reason message field } } }`
	remove := func(in vars) payload {
		t.Helper()
		return change[payload](s, `mutation($in: DeleteOperatorInput!) { p: deleteOperator(input: $in)`+
			strings.Replace(answer, "{", "{ deletedId", 1), vars{"in": in})
	}
	restore := func(in vars) payload {
		t.Helper()
		return change[payload](s, `mutation($in: RestoreOperatorInput!) { p: restoreOperator(input: $in)`+answer,
			vars{"in": in})
	}
	type state struct {
		Operators struct{ TotalCount int }
		Deleted   struct {
			Nodes []struct {
				ID      string
				History struct{ Nodes []struct{ Action string } }
			}
		}
		Past, Now struct {
			AssignedOperator *struct{ ID string }
			Assignments      struct{ TotalCount int }
			All              struct {
				Nodes []struct{ Operator *struct{ ID string } }
			}
		}
	}
	look := func() (st state) {
		t.Helper()
		const fields = ` { assignedOperator { id } assignments { totalCount }
			all: assignments(filter: { deleted: INCLUDE }) { nodes { operator { id } } } }`
		s.data(&st, `query($past: ID!, $now: ID!) { operators { totalCount }
			deleted: operators(filter: { deleted: ONLY }) { nodes { id history { nodes { action } } } }
			past: equipment(id: $past)`+fields+` now: equipment(id: $now)`+fields+` }`, vars{"past": past.ID, "now": now.ID})
		return st
	}
	if f := remove(vars{"operatorId": op, "expectedVersion": 7}); len(f.Errors) != 1 ||
		f.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("deleting by an old version: %+v", f)
	}
	if p := remove(vars{"operatorId": op}); len(p.Errors) > 0 || p.DeletedID == nil || *p.DeletedID != op ||
		p.Operator.DeletedAt == nil {
		t.Fatalf("%+v", p)
	}
	if p := remove(vars{"operatorId": op}); len(p.Errors) != 1 || p.Errors[0].Code != "NOT_FOUND" ||
		p.Errors[0].Field != "input.operatorId" {
		t.Errorf("deleted twice: %+v", p)
	}
	st := look()
	if st.Operators.TotalCount != 0 || len(st.Deleted.Nodes) != 1 || st.Deleted.Nodes[0].ID != op ||
		st.Deleted.Nodes[0].History.Nodes[0].Action != "DELETED" || st.Now.AssignedOperator != nil ||
		st.Past.Assignments.TotalCount != 0 || st.Now.Assignments.TotalCount != 0 ||
		len(st.Past.All.Nodes) != 1 || st.Past.All.Nodes[0].Operator == nil || st.Past.All.Nodes[0].Operator.ID != op {
		t.Errorf("with the operator deleted: %+v", st)
	}
	other := s.operator("L-1") // the licence number is free
	if p := restore(vars{"operatorId": op}); len(p.Errors) != 1 || p.Errors[0].Reason != "TAKEN" {
		t.Errorf("restored beside another of the licence number: %+v", p)
	}
	remove(vars{"operatorId": other})
	if p := restore(vars{"operatorId": op, "expectedVersion": 1}); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("restored by an old version: %+v", p)
	}
	back := restore(vars{"operatorId": op, "expectedVersion": 2})
	if len(back.Errors) > 0 || back.Operator.DeletedAt != nil {
		t.Fatalf("%+v", back)
	}
	if again := restore(vars{"operatorId": op}); len(again.Errors) > 0 || again.Operator.Version != back.Operator.Version {
		t.Errorf("restored twice: %+v", again)
	}
	st = look()
	if st.Operators.TotalCount != 1 || st.Past.Assignments.TotalCount != 1 || st.Now.Assignments.TotalCount != 1 ||
		st.Now.AssignedOperator != nil {
		t.Errorf("restored: %+v", st)
	}
	if p := restore(vars{"operatorId": fleet.GlobalID(fleet.KindOperator, fleet.NewUUID())}); len(p.Errors) != 1 ||
		p.Errors[0].Code != "NOT_FOUND" || p.Errors[0].Field != "input.operatorId" {
		t.Errorf("restored an unknown one: %+v", p)
	}
}
