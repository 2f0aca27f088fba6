package e2e_test

import (
	"testing"
)

func TestWhoRanWhatWhen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "A"}), s.machine(vars{"name": "B"})
	one, two := s.operator("L-1"), s.operator("L-2")
	type payload struct {
		Assignment *struct {
			Equipment, Operator struct{ ID string }
			ReleasedAt          *string
		}
		Errors []fault
	}
	assign := func(e, o string, replace bool) payload {
		return change[payload](
			s,
			`mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { assignment { releasedAt equipment { id } operator { id } } errors { code reason message field } } }`,
			vars{"in": vars{"equipmentId": e, "operatorId": o, "replace": replace}},
		)
	}
	release := func(e string) payload {
		return change[payload](
			s,
			`mutation($e: ID!) { p: releaseOperator(input: { equipmentId: $e }) { assignment { releasedAt equipment { id } operator { id } } errors { code reason message field } } }`,
			vars{"e": e},
		)
	}
	if p := assign(
		a.ID,
		one,
		false,
	); p.Assignment == nil || p.Assignment.Operator.ID != one ||
		p.Assignment.Equipment.ID != a.ID {
		t.Fatalf("assigned %+v", p)
	}
	if p := assign(a.ID, two, false); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" {
		t.Errorf("a second operator got %+v", p)
	}
	if p := assign(a.ID, two, true); p.Assignment == nil {
		t.Errorf("replacing got %+v", p)
	}
	if p := assign(b.ID, two, false); p.Assignment == nil {
		t.Errorf("a second machine got %+v", p)
	}
	if p := release(a.ID); p.Assignment == nil || p.Assignment.ReleasedAt == nil {
		t.Errorf("released %+v", p)
	}
	if p := release(a.ID); len(p.Errors) != 1 || p.Errors[0].Field != "input.equipmentId" {
		t.Errorf("releasing twice got %+v", p)
	}
	var who struct {
		Equipment struct {
			AssignedOperator *struct{ ID string }
			Assignments      struct {
				TotalCount int
				Nodes      []struct{ Operator struct{ ID string } }
			}
		}
		Operator struct {
			Assignments struct {
				Nodes []struct {
					Equipment  struct{ ID string }
					ReleasedAt *string
				}
			}
			History struct{ Nodes []struct{ Action string } }
		}
	}
	query := `query($e: ID!, $o: ID!) { equipment(id: $e) { assignedOperator { id } assignments { totalCount nodes { operator { id } } } } operator(id: $o) { assignments { nodes { equipment { id } releasedAt } } history { nodes { action } } } }`
	got := s.data(&who, query, vars{"e": a.ID, "o": two})
	if w := who.Equipment; w.AssignedOperator != nil || w.Assignments.TotalCount != 2 ||
		w.Assignments.Nodes[0].Operator.ID != two ||
		w.Assignments.Nodes[1].Operator.ID != one {
		t.Errorf("the machine's side: %+v", w)
	}
	if n := who.Operator.Assignments.Nodes; len(n) != 2 || n[0].Equipment.ID != b.ID || n[0].ReleasedAt != nil ||
		n[1].ReleasedAt == nil {
		t.Errorf("the operator's side: %+v", n)
	}
	if n := who.Operator.History.Nodes; len(n) != 4 || n[0].Action != "RELEASED" {
		t.Errorf("the operator's history: %+v", n)
	}
	if got.statements != 9 { // that of the machine's operator is sent with that of the machine
		t.Errorf("%d statements, want 9", got.statements)
	}
	retired := change[struct {
		Operator *struct{ Status string }
		Errors   []fault
	}](s, `mutation($id: ID!) { p: retireOperator(input: { operatorId: $id, expectedVersion: 1 }) { operator { status } errors { code reason message field } } }`, vars{"id": two})
	if retired.Operator == nil || retired.Operator.Status != "RETIRED" ||
		s.count(`SELECT count(*)::int FROM assignments WHERE released_at IS NULL`) != 0 {
		t.Errorf("retired %+v", retired)
	}
}
