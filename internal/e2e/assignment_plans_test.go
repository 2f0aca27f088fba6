package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/app"
)

type planPayload struct {
	AssignmentPlan *planNode
	Errors         []fault
}

type planNode struct {
	ID, StartsAt, Status                     string
	EndsAt, Reason, ClosedAt, DroppedBecause *string
	Operator                                 *struct{ ID string }
	Equipment                                *struct{ ID string }
	CreatedBy                                *struct{ Name string }
}

const (
	planFields = ` { id startsAt endsAt status reason closedAt droppedBecause operator { id } equipment { id }
		createdBy { name } } `
	planOne = `mutation($in: PlanAssignmentInput!, $key: String) { p: planAssignment(input: $in, idempotencyKey: $key) {
		assignmentPlan` + planFields + `errors { code reason message field } } }`
	cancelPlan = `mutation($in: CancelAssignmentPlanInput!) { p: cancelAssignmentPlan(input: $in) {
		assignmentPlan` + planFields + `errors { code reason message field } } }`
)

// planned plans an assignment, which must succeed.
func (s *service) planned(in vars) *planNode {
	s.t.Helper()
	p := change[planPayload](s, planOne, vars{"in": in})
	if len(p.Errors) > 0 || p.AssignmentPlan == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p.AssignmentPlan
}

// plansOf lists the ids of the open plans of a machine and of an operator.
func (s *service) plansOf(machine, operator string) (ofMachine, ofOperator []string) {
	s.t.Helper()
	type plans struct {
		AssignmentPlans struct {
			TotalCount int
			Nodes      []struct{ ID string }
		}
	}
	var got struct{ Equipment, Operator plans }
	s.data(&got, `query($e: ID!, $o: ID!) { equipment(id: $e) { assignmentPlans { totalCount nodes { id } } }
		operator(id: $o) { assignmentPlans { totalCount nodes { id } } } }`, vars{"e": machine, "o": operator})
	ids := func(p plans) (list []string) {
		s.t.Helper()
		for _, n := range p.AssignmentPlans.Nodes {
			list = append(list, n.ID)
		}
		if p.AssignmentPlans.TotalCount != len(list) {
			s.t.Errorf("%d of %d plans", len(list), p.AssignmentPlans.TotalCount)
		}
		return list
	}
	return ids(got.Equipment), ids(got.Operator)
}

// TestAssignmentsArePlannedAhead and carried out by the server.
func TestAssignmentsArePlannedAhead(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.PlanEvery = 20 * time.Millisecond }
	s.serveAs("ours@example.com")
	ada, bob := s.operator("L-1"), s.operator("L-2")
	names := map[string]string{ada: "ada", bob: "bob"}
	e := s.machine(nil)
	s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": ada, "assignedAt": hours(-100)})
	in := vars{"in": vars{"equipmentId": e.ID, "operatorId": bob, "startsAt": hours(20), "endsAt": hours(40),
		"reason": " a holiday "}, "key": "once"}
	p := change[planPayload](s, planOne, in)
	first := p.AssignmentPlan
	if first == nil || first.Status != "PLANNED" || text(first.Reason) != "a holiday" || first.Operator.ID != bob ||
		first.Equipment.ID != e.ID || first.CreatedBy.Name != "Ours manager" || first.ClosedAt != nil {
		t.Fatalf("%+v", p)
	}
	if again := change[planPayload](s, planOne, in); cmp.Diff(p, again) != "" {
		t.Errorf("planned again with the same key: %s", cmp.Diff(p, again))
	}
	none := s.planned(vars{"equipmentId": e.ID, "startsAt": hours(10)})
	if none.Operator != nil || none.EndsAt != nil {
		t.Errorf("%+v", none)
	}
	ofMachine, ofOperator := s.plansOf(e.ID, bob)
	if cmp.Diff(ofMachine, []string{none.ID, first.ID}) != "" || cmp.Diff(ofOperator, []string{first.ID}) != "" {
		t.Errorf("plans: %v of the machine, %v of the operator", ofMachine, ofOperator)
	}
	cancelled := change[planPayload](s, cancelPlan, vars{"in": vars{"assignmentPlanId": none.ID, "reason": "it stays"}})
	if c := cancelled.AssignmentPlan; c == nil || c.Status != "CANCELLED" || c.ClosedAt == nil {
		t.Errorf("%+v", cancelled)
	}
	s.exec(`UPDATE assignment_plans SET starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'
		WHERE closed_at IS NULL`)
	want := []string{"ada -100h0m0s to -2h0m0s", "bob -2h0m0s to -1h0m0s", "ada -1h0m0s to now"}
	s.eventually(func() bool { return len(s.runBy(e.ID, names)) == len(want) })
	if diff := cmp.Diff(want, s.runBy(e.ID, names)); diff != "" {
		t.Error(diff)
	}
	s.eventually(func() bool { return s.metric("fleet_assignment_plans_total") == 2 })
	dropped := s.planned(vars{"equipmentId": e.ID, "operatorId": bob, "startsAt": hours(1)}).ID
	s.exec(`UPDATE operators SET status = 'INACTIVE' WHERE license_number = 'L-2'`)
	s.exec(`UPDATE assignment_plans SET starts_at = now() - interval '1 minute' WHERE closed_at IS NULL`)
	s.eventually(func() bool {
		var got struct{ Node *planNode }
		s.data(&got, `query($id: ID!) { node(id: $id) { ... on AssignmentPlan`+planFields+`} }`, vars{"id": dropped})
		return got.Node.Status == "DROPPED" &&
			text(got.Node.DroppedBecause) == "the operator is INACTIVE: only an ACTIVE one "+
				"runs machines"
	})
	if ofMachine, ofOperator := s.plansOf(e.ID, bob); ofMachine != nil || ofOperator != nil {
		t.Errorf("plans that are carried out: %v of the machine, %v of the operator", ofMachine, ofOperator)
	}
}

// TestABadPlanIsRefused names the fields, and says what to do.
func TestABadPlanIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada, bob := s.operator("L-1"), s.operator("L-2")
	e, gone := s.machine(nil), s.machine(vars{"name": "Old"})
	left := s.operator("L-3")
	s.exec(`UPDATE operators SET status = 'RETIRED' WHERE license_number = 'L-3'`)
	s.setStatus(gone.ID, "RETIRED")
	from, to := hours(20), hours(30)
	s.planned(vars{"equipmentId": e.ID, "operatorId": ada, "startsAt": from, "endsAt": to})
	const cancelNone = "assignmentplan_00000000000000000000000000"
	for _, c := range []struct {
		name, mutation string
		in             vars
		code, field    string
		says           string
	}{
		{"in the past", planOne, vars{"startsAt": hours(-1)}, "BAD_INPUT INVALID", "input.startsAt", "assignOperator"},
		{"in two years", planOne, vars{"startsAt": hours(20_000)}, "BAD_INPUT INVALID", "input.startsAt", "a year ahead"},
		{"backwards", planOne, vars{"startsAt": hours(50), "endsAt": hours(49)}, "BAD_INPUT INVALID", "input.endsAt",
			"not after startsAt"},
		{"over another one", planOne, vars{"startsAt": hours(25)}, "CONFLICT OVERLAP", "input.startsAt",
			"operator Ada Byron is planned for the machine from " + from + " to " + to},
		{"of a retired machine", planOne, vars{"equipmentId": gone.ID}, "CONFLICT TRANSITION", "input.equipmentId", "RETIRED"},
		{"of a retired operator", planOne, vars{"operatorId": left}, "CONFLICT TRANSITION", "input.operatorId", "RETIRED"},
		{"of nothing", planOne, vars{"equipmentId": "equipment_00000000000000000000000000"}, "NOT_FOUND NOT_FOUND",
			"input.equipmentId", "no machine"},
		{"without words", planOne, vars{"reason": " "}, "BAD_INPUT INVALID", "input.reason", "500"},
		{"none", cancelPlan, vars{"assignmentPlanId": cancelNone}, "NOT_FOUND NOT_FOUND", "input.assignmentPlanId",
			"no assignment plan"},
		{"assigned at once", assign, vars{"equipmentId": e.ID, "operatorId": bob, "assignedAt": hours(5)}, "BAD_INPUT INVALID",
			"input.assignedAt", "planAssignment"},
	} {
		in := c.in
		if c.mutation == planOne {
			in = vars{"equipmentId": e.ID, "operatorId": bob, "startsAt": hours(5)}
			for k, v := range c.in {
				in[k] = v
			}
		}
		p := change[planPayload](s, c.mutation, vars{"in": in})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason != c.code || string(p.Errors[0].Field) != c.field ||
			!strings.Contains(p.Errors[0].Message, c.says) {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	if n := s.count(`SELECT count(*)::int FROM assignment_plans`); n != 1 {
		t.Errorf("%d plans", n)
	}
}

// TestTheHistoryOfAssignmentPlansReadsWell has each thing that becomes of them.
func TestTheHistoryOfAssignmentPlansReadsWell(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada, bob := s.operator("L-1"), s.operator("L-2")
	e := s.machine(vars{"name": "Crane 1"})
	s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": ada, "assignedAt": hours(-90)})
	s.planned(
		vars{"equipmentId": e.ID, "operatorId": bob, "startsAt": hours(10), "endsAt": hours(20), "reason": "a holiday"},
	)
	none := s.planned(vars{"equipmentId": e.ID, "startsAt": hours(50)})
	change[planPayload](s, cancelPlan, vars{"in": vars{"assignmentPlanId": none.ID, "reason": "it stays"}})
	s.planned(vars{"equipmentId": e.ID, "operatorId": bob, "startsAt": hours(60)})
	for _, n := range []int{15, 25} {
		at := time.Now().Add(time.Duration(n) * time.Hour)
		if _, err := s.store.CarryOutAssignmentPlans(t.Context(), &at); err != nil {
			t.Fatal(err)
		}
	}
	change[struct{ Errors []fault }](s, `mutation($o: ID!) { p: deleteOperator(input: { operatorId: $o }) {
		errors { code message } } }`, vars{"o": bob})
	golden(t, "history_of_assignment_plans.txt", s.historyOf(map[string]string{e.ID: "the crane", ada: "ada", bob: "bob"}))
	var got struct {
		History struct {
			Nodes []struct{ Changes []struct{ Field, To string } }
		}
	}
	s.data(
		&got,
		`{ history(first: 1, filter: { action: [ASSIGNMENT_PLAN_DROPPED] }) { nodes { changes { field to } } } }`,
		nil,
	)
	if len(got.History.Nodes) != 1 {
		t.Fatalf("%+v", got)
	}
	changes := got.History.Nodes[0].Changes
	if last := changes[len(changes)-1]; last.Field != "droppedBecause" || last.To != "the operator was deleted" {
		t.Errorf("%+v", changes)
	}
}
