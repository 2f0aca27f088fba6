package e2e_test

import (
	"strings"
	"testing"
)

// TestARefusedReleaseNamesItsArgument and says what to do: with a moment to come, releasing takes none; and an
// operator that has the machine already is not called another one.
func TestARefusedReleaseNamesItsArgument(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, ada := s.machine(nil), s.operator("L-1")
	s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": ada, "assignedAt": hours(-5)})
	for _, c := range []struct {
		name, mutation string
		in             vars
		want, says     string
	}{
		{"a release to come", releaseOne, vars{"equipmentId": e.ID, "releasedAt": hours(5)},
			"BAD_INPUT INVALID input.releasedAt", "leave it out to release the operator now"},
		{"a release before the beginning", releaseOne, vars{"equipmentId": e.ID, "releasedAt": hours(-6)},
			"BAD_INPUT INVALID input.releasedAt", "is not after assignedAt"},
		{"an end to come", assign, vars{"equipmentId": e.ID, "operatorId": ada, "replace": true, "releasedAt": hours(5)},
			"BAD_INPUT INVALID input.releasedAt", "leave it out while the operator runs the machine"},
		{"an operator that has the machine", assign, vars{"equipmentId": e.ID, "operatorId": ada},
			"CONFLICT OVERLAP input.equipmentId", "Ada Byron (assignment_"},
		{"an operator that has had the machine", assign, vars{"equipmentId": e.ID, "operatorId": ada,
			"assignedAt": hours(-3), "releasedAt": hours(-2)}, "CONFLICT OVERLAP input.assignedAt",
			"Ada Byron (assignment_"},
	} {
		p := change[assignmentPayload](s, c.mutation, vars{"in": c.in})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason+" "+string(p.Errors[0].Field) != c.want ||
			!strings.Contains(p.Errors[0].Message, c.says) {
			t.Errorf("%s: %+v, want %s that says %q", c.name, p.Errors, c.want, c.says)
		}
	}
	// Work that ends a downtime of which no beginning is known takes the beginning with it.
	job := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS"},
	).MaintenanceRecord.ID
	if f := s.refused(completeWork, vars{"maintenanceRecordId": job, "downTo": hours(-1)}); f.Field != "input.downTo" ||
		!strings.Contains(f.Message, "downFrom is needed") {
		t.Errorf("an end without a beginning: %+v", f)
	}
	s.work(completeWork, vars{"maintenanceRecordId": job, "downFrom": hours(-2), "downTo": hours(-1)})
}
