package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type assignmentPayload struct {
	Assignment *struct {
		ID, AssignedAt string
		ReleasedAt     *string
		Operator       struct{ ID string }
	}
	DeletedID *string
	Equipment *machine
	Errors    []fault
}

const (
	ofAssignment      = ` { assignment { id assignedAt releasedAt operator { id } } errors { code reason message field } } }`
	assign            = `mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in)` + ofAssignment
	releaseOne        = `mutation($in: ReleaseOperatorInput!) { p: releaseOperator(input: $in)` + ofAssignment
	correctAssignment = `mutation($in: CorrectAssignmentInput!) { p: correctAssignment(input: $in)` + ofAssignment
	deleteAssignment  = `mutation($in: DeleteAssignmentInput!) { p: deleteAssignment(input: $in) { deletedId equipment { id name
		assignedOperator { id } } errors { code reason message field } } }`
)

// assigned runs a mutation of an assignment that must succeed, and returns the assignment's id.
func (s *service) assigned(mutation string, in vars) string {
	s.t.Helper()
	p := change[assignmentPayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.Assignment == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p.Assignment.ID
}

// runBy lists the assignments of a machine, the oldest first: the operator's name and the hours from now.
func (s *service) runBy(machine string, names map[string]string) (list []string) {
	s.t.Helper()
	var got struct {
		Equipment struct {
			Assignments struct {
				Nodes []struct {
					AssignedAt time.Time
					ReleasedAt *time.Time
					Operator   struct{ ID string }
				}
			}
			AssignedOperator *struct{ ID string }
		}
	}
	s.data(&got, `query($e: ID!) { equipment(id: $e) { assignedOperator { id }
		assignments(orderBy: ASSIGNED_AT_ASC) { nodes { assignedAt releasedAt operator { id } } } } }`, vars{"e": machine})
	since := func(at time.Time) string { return time.Until(at).Round(time.Hour).String() }
	for _, a := range got.Equipment.Assignments.Nodes {
		to := "now"
		if a.ReleasedAt != nil {
			to = since(*a.ReleasedAt)
		} else if o := got.Equipment.AssignedOperator; o == nil || o.ID != a.Operator.ID {
			s.t.Errorf("the operator of the open assignment is not that of the machine: %+v", got)
		}
		list = append(list, names[a.Operator.ID]+" "+since(a.AssignedAt)+" to "+to)
	}
	return list
}

// TestABoundedReplacementGivesTheMachineBack to the operator that had it.
func TestABoundedReplacementGivesTheMachineBack(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada, bob, eve := s.operator("L-1"), s.operator("L-2"), s.operator("L-3")
	names := map[string]string{ada: "ada", bob: "bob", eve: "eve"}
	e := s.machine(nil)
	at := func(operator string, from, to int, replace bool) vars {
		in := vars{"equipmentId": e.ID, "operatorId": operator, "assignedAt": hours(from), "replace": replace}
		if to != 0 {
			in["releasedAt"] = hours(to)
		}
		return in
	}
	is := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, s.runBy(e.ID, names)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	s.assigned(assign, at(ada, -100, 0, false))
	s.assigned(assign, at(bob, -50, -40, true))
	is("for ten hours", "ada -100h0m0s to -50h0m0s", "bob -50h0m0s to -40h0m0s", "ada -40h0m0s to now")
	s.assigned(assign, at(eve, -48, -45, true))
	is("within a replacement", "ada -100h0m0s to -50h0m0s", "bob -50h0m0s to -48h0m0s", "eve -48h0m0s to -45h0m0s",
		"bob -45h0m0s to -40h0m0s", "ada -40h0m0s to now")
	p := change[assignmentPayload](s, assign, vars{"in": at(eve, -60, -47, true)})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "OVERLAP" {
		t.Errorf("over the beginning of another one: %+v", p)
	}
	s.assigned(assign, at(eve, -5, 0, true))
	is("for good", "ada -100h0m0s to -50h0m0s", "bob -50h0m0s to -48h0m0s", "eve -48h0m0s to -45h0m0s",
		"bob -45h0m0s to -40h0m0s", "ada -40h0m0s to -5h0m0s", "eve -5h0m0s to now")
}

// TestAnAssignmentIsCorrectedAndDeleted with the rules of a new one.
func TestAnAssignmentIsCorrectedAndDeleted(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada, bob := s.operator("L-1"), s.operator("L-2")
	away := s.operator("L-3")
	s.exec(`UPDATE operators SET status = 'INACTIVE' WHERE license_number = 'L-3'`)
	names := map[string]string{ada: "ada", bob: "bob", away: "away"}
	e := s.machine(nil)
	past := s.assigned(
		assign,
		vars{"equipmentId": e.ID, "operatorId": ada, "assignedAt": hours(-50), "releasedAt": hours(-40)},
	)
	open := s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": bob, "assignedAt": hours(-30)})
	before := s.runBy(e.ID, names)
	for _, c := range []struct {
		name, id, mutation string
		in                 vars
		code, field        string
	}{
		{"over another one", past, correctAssignment, vars{"releasedAt": hours(-20)}, "CONFLICT OVERLAP", "input.assignmentId"},
		{"open beside another one", past, correctAssignment, vars{"releasedAt": nil}, "CONFLICT OVERLAP", "input.assignmentId"},
		{"backwards", past, correctAssignment, vars{"assignedAt": hours(-30)}, "BAD_INPUT INVALID", "input"},
		{"to come", open, correctAssignment, vars{"assignedAt": hours(3)}, "BAD_INPUT INVALID", "input.assignedAt"},
		{"of an operator that is away", open, correctAssignment, vars{"operatorId": away}, "CONFLICT TRANSITION",
			"input.operatorId"},
		{"of no operator", open, correctAssignment, vars{"operatorId": nil}, "BAD_INPUT INVALID", "input.operatorId"},
		{"without a reason", open, correctAssignment, vars{"reason": " "}, "BAD_INPUT INVALID", "input.reason"},
		{"none", "assignment_00000000000000000000000000", correctAssignment, nil, "NOT_FOUND NOT_FOUND", "input.assignmentId"},
		{"deleting none", "assignment_00000000000000000000000000", deleteAssignment, nil, "NOT_FOUND NOT_FOUND",
			"input.assignmentId"},
		{"deleting without a reason", open, deleteAssignment, vars{"reason": ""}, "BAD_INPUT INVALID", "input.reason"},
	} {
		in := vars{"assignmentId": c.id, "reason": "mistyped"}
		for k, v := range c.in {
			in[k] = v
		}
		p := change[assignmentPayload](s, c.mutation, vars{"in": in})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason != c.code || string(p.Errors[0].Field) != c.field {
			t.Errorf("%s: %+v", c.name, p)
		}
	}
	if diff := cmp.Diff(before, s.runBy(e.ID, names)); diff != "" {
		t.Errorf("what was refused has changed something: %s", diff)
	}
	rows := s.overSocket(`subscription { equipmentChanged { change id equipment { assignedOperator { id } } } }`, nil)
	s.eventually(func() bool { return last[equipmentNews](t, rows).EquipmentChanged.Change == "RESYNC" })
	s.assigned(correctAssignment, vars{"assignmentId": past, "operatorId": away, "assignedAt": hours(-60),
		"reason": "the sheet was misread"})
	s.assigned(correctAssignment, vars{"assignmentId": open, "operatorId": ada, "reason": "ada has it"})
	if diff := cmp.Diff([]string{"away -60h0m0s to -40h0m0s", "ada -30h0m0s to now"}, s.runBy(e.ID, names)); diff != "" {
		t.Error(diff)
	}
	s.eventually(func() bool {
		n := last[equipmentNews](t, rows).EquipmentChanged.Equipment
		return n != nil && n.AssignedOperator != nil && n.AssignedOperator.ID == ada
	})
	p := change[assignmentPayload](
		s,
		deleteAssignment,
		vars{"in": vars{"assignmentId": open, "reason": "it was another machine"}},
	)
	if len(p.Errors) > 0 || p.DeletedID == nil || *p.DeletedID != open || p.Equipment == nil ||
		p.Equipment.AssignedOperator != nil {
		t.Errorf("%+v", p)
	}
	s.assigned(
		correctAssignment,
		vars{"assignmentId": past, "operatorId": bob, "releasedAt": nil, "reason": "never released"},
	)
	if diff := cmp.Diff([]string{"bob -60h0m0s to now"}, s.runBy(e.ID, names)); diff != "" {
		t.Error(diff)
	}
	s.setStatus(e.ID, "RETIRED")
	if p := change[assignmentPayload](s, correctAssignment, vars{"in": vars{"assignmentId": past, "releasedAt": nil,
		"reason": "x"}}); len(p.Errors) != 1 || p.Errors[0].Reason != "TRANSITION" ||
		!strings.Contains(p.Errors[0].Message, "RETIRED") {
		t.Errorf("an operator of a retired machine: %+v", p)
	}
}

// TestTheHistoryOfAssignmentsReadsWell has each way to set an assignment right.
func TestTheHistoryOfAssignmentsReadsWell(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ada, bob := s.operator("L-1"), s.operator("L-2")
	e := s.machine(vars{"name": "Crane 1"})
	s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": ada, "assignedAt": hours(-90)})
	id := s.assigned(
		assign,
		vars{"equipmentId": e.ID, "operatorId": bob, "assignedAt": hours(-50), "releasedAt": hours(-40),
			"replace": true},
	)
	s.assigned(correctAssignment, vars{"assignmentId": id, "releasedAt": hours(-42), "reason": "he left earlier"})
	s.assigned(correctAssignment, vars{"assignmentId": id, "operatorId": ada, "reason": "it was ada after all"})
	change[assignmentPayload](s, deleteAssignment, vars{"in": vars{"assignmentId": id, "reason": "she was ill"}})
	golden(t, "history_of_assignments.txt", s.historyOf(map[string]string{e.ID: "the crane", ada: "ada", bob: "bob"}))
}

// TestMachinesExchangeTheirSerialNumbers in one atomic batch, and in no other.
func TestMachinesExchangeTheirSerialNumbers(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b, c := s.machine(vars{"name": "A", "serialNumber": "S-1"}), s.machine(vars{"name": "B", "serialNumber": "S-2"}),
		s.machine(vars{"name": "C", "serialNumber": "S-3"})
	type results struct {
		Results []struct {
			Outcome   string
			Equipment *machine
			Errors    []fault
		}
		Errors []fault
	}
	batch := func(atomic, dry bool, given ...any) results {
		t.Helper()
		var updates []vars
		for i := 0; i < len(given); i += 3 {
			updates = append(updates, vars{"equipmentId": given[i], "expectedVersion": given[i+1], "serialNumber": given[i+2]})
		}
		return change[results](s, `mutation($in: UpdateEquipmentBatchInput!) { p: updateEquipmentBatch(input: $in) {
			results { outcome equipment { serialNumber version } errors { code reason field } } errors { code message } } }`,
			vars{"in": vars{"updates": updates, "atomic": atomic, "dryRun": dry}})
	}
	outcomes := func(r results) (list []string) {
		t.Helper()
		if len(r.Errors) > 0 {
			t.Fatalf("%+v", r.Errors)
		}
		for _, item := range r.Results {
			what := item.Outcome
			for _, f := range item.Errors {
				what += " " + f.Reason + " " + string(f.Field)
			}
			list = append(list, what)
		}
		return list
	}
	numbers := func() string {
		t.Helper()
		var n string
		s.row(
			`SELECT string_agg(name || '=' || coalesce(serial_number, '') || '/' || coalesce(serial_key, '') || '/' || version,
			' ' ORDER BY name) FROM equipment`,
			[]any{&n},
		)
		return n
	}
	was := numbers()
	for _, refused := range []struct {
		what string
		r    results
		want []string
	}{
		{"dry run", batch(true, true, a.ID, 1, "S-2", b.ID, 1, "S-1"), []string{"ROLLED_BACK", "ROLLED_BACK"}},
		{"a machine outside has the number", batch(true, false, a.ID, 1, "S-2", b.ID, 1, "S-3"),
			[]string{"ROLLED_BACK", "FAILED TAKEN input.updates.1.serialNumber"}},
		{"two get the same", batch(true, false, a.ID, 1, "S-9", b.ID, 1, "s -9"),
			[]string{"ROLLED_BACK", "FAILED TAKEN input.updates.1.serialNumber"}},
		{"an old version", batch(true, false, a.ID, 1, "S-2", b.ID, 7, "S-1"),
			[]string{"ROLLED_BACK", "FAILED STALE_VERSION input.updates.1.expectedVersion"}},
	} {
		if diff := cmp.Diff(refused.want, outcomes(refused.r)); diff != "" {
			t.Errorf("%s: %s", refused.what, diff)
		}
		if is := numbers(); is != was {
			t.Errorf("%s: %s became %s", refused.what, was, is)
		}
	}
	if diff := cmp.Diff([]string{"APPLIED", "APPLIED", "APPLIED"},
		outcomes(batch(true, false, a.ID, 1, " S-2", b.ID, 1, "S-3", c.ID, 1, "S-1"))); diff != "" {
		t.Error(diff)
	}
	if is, want := numbers(), "A=S-2/s-2/2 B=S-3/s-3/2 C=S-1/s-1/2"; is != want {
		t.Errorf("%s, want %s", is, want)
	}
	// One that keeps its number, and one that gives it up.
	outcomes(batch(true, false, a.ID, 2, "S-2", b.ID, 2, nil, c.ID, 2, "S-3"))
	if is, want := numbers(), "A=S-2/s-2/2 B=//3 C=S-3/s-3/3"; is != want {
		t.Errorf("%s, want %s", is, want)
	}
	alone := outcomes(batch(false, false, a.ID, 2, "S-3", c.ID, 3, "S-2"))
	if !strings.HasPrefix(alone[0], "FAILED TAKEN") && !strings.HasPrefix(alone[1], "FAILED TAKEN") {
		t.Errorf("updates that succeed or fail alone: %v", alone)
	}
}
