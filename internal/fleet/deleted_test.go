package fleet_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestDeletedRowsAreAskedForByManagers in the outermost filter, of each kind of filter that has it.
func TestDeletedRowsAreAskedForByManagers(t *testing.T) {
	t.Parallel()
	for role, allowed := range map[fleet.Role]bool{fleet.RoleAdmin: true, fleet.RoleManager: true,
		fleet.RoleAnalyst: false, fleet.RoleOperator: false, "": false} {
		v := fleet.Viewer{Role: role}
		if v.SeesDeleted() != allowed {
			t.Errorf("%q sees deleted rows: %v", role, !allowed)
		}
		if err := v.CheckDeleted(); allowed && err != nil {
			t.Error(err)
		} else if !allowed {
			wantError(t, err, fleet.Forbidden, "deleted")
		}
	}
	only := fleet.DeletedOnly
	machines, operators := &fleet.EquipmentFilter{Deleted: &only}, &fleet.OperatorFilter{Deleted: &only}
	records, assignments := &fleet.MaintenanceFilter{Deleted: &only}, &fleet.AssignmentFilter{Deleted: &only}
	for _, f := range []interface {
		Check() error
		Conditions() int
	}{machines, operators, records, assignments} {
		if err := f.Check(); err != nil || f.Conditions() != 1 {
			t.Errorf("%T: %v, %d conditions", f, err, f.Conditions())
		}
	}
	wantError(t, (&fleet.EquipmentFilter{Not: machines}).Check(), fleet.BadInput, "not.deleted")
	wantError(t, (&fleet.OperatorFilter{Or: []*fleet.OperatorFilter{operators}}).Check(), fleet.BadInput, "or.0.deleted")
	wantError(t, (&fleet.MaintenanceFilter{And: []*fleet.MaintenanceFilter{records}}).Check(), fleet.BadInput,
		"and.0.deleted")
	wantError(t, (&fleet.AssignmentFilter{Not: assignments}).Check(), fleet.BadInput, "not.deleted")
}

// TestOpenWorkIsNotLeftBehind when its machine is deleted.
func TestOpenWorkIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	for _, w := range fleet.OpenWorks() {
		if err := w.Check(0); err != nil {
			t.Error(err)
		}
	}
	if err := fleet.OpenWorkCancel.Check(3); err != nil {
		t.Error(err)
	}
	wantError(t, fleet.OpenWorkRefuse.Check(3), fleet.Conflict, "openWork")
}
