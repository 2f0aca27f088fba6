package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestARefusedAssignmentNamesTheOneThatHasItsTime, which no list shows once its operator is deleted.
func TestARefusedAssignmentNamesTheOneThatHasItsTime(t *testing.T) {
	t.Parallel()
	db, v, machines := machinesToMerge(t, 1)
	rows, ctx := db.Fleet(), t.Context()
	operator := func(first, last string) *fleet.Operator {
		made, err := rows.CreateOperator(ctx, v, fleet.WriteInfo{}, &fleet.Operator{FirstName: first, LastName: last,
			LicenseNumber: new(first), Status: fleet.OperatorActive})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	day := func(n int) *time.Time { return new(time.Date(2026, 3, n, 6, 0, 0, 0, time.UTC)) }
	assign := func(o *fleet.Operator, from, to *time.Time) (*fleet.Assignment, error) {
		return rows.AssignOperator(ctx, v, fleet.WriteInfo{}, fleet.AssignmentInput{EquipmentID: machines[0].ID,
			OperatorID: o.ID, AssignedAt: from, ReleasedAt: to})
	}
	ada, grace := operator("Ada", "Byron"), operator("Grace", "Hopper")
	first, err := assign(ada, day(10), day(20))
	if err != nil {
		t.Fatal(err)
	}
	later, err := assign(grace, day(20), day(25))
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error, related string, named ...string) {
		t.Helper()
		var refused *fleet.Error
		if !errors.As(err, &refused) || refused.Reason != fleet.Overlap || refused.Related != related {
			t.Fatalf("%v, of %+v", err, refused)
		}
		for _, text := range append(named, "Ada Byron", first.GlobalID(), "from 2026-03-10T06:00:00Z to 2026-03-20T06:00:00Z") {
			if !strings.Contains(refused.Message, text) {
				t.Errorf("%q does not name %q", refused.Message, text)
			}
		}
	}
	_, err = assign(grace, day(5), day(12))
	check(err, "equipmentId", "release the operator first")
	_, err = rows.CorrectAssignment(ctx, v, fleet.WriteInfo{}, later.ID,
		fleet.AssignmentPatch{AssignedAt: fleet.Maybe[time.Time]{Set: true, To: *day(19)}})
	check(err, "assignmentId")
	if _, err := rows.DeleteOperator(ctx, v, fleet.WriteInfo{}, ada.ID, nil); err != nil {
		t.Fatal(err)
	}
	_, err = assign(grace, day(5), day(12))
	check(err, "equipmentId", "restore the operator "+ada.GlobalID())
}
