package e2e_test

import (
	"testing"
)

// TestAMachineIsInMaintenanceWhileAnyDowntimeRuns: of the first, the middle and the last of several works, with and
// without an expected end. Meanwhile it counts as no active machine, and operators can be assigned to it.
func TestAMachineIsInMaintenanceWhileAnyDowntimeRuns(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	active := func(what string, want int) {
		t.Helper()
		var got struct{ DashboardStats struct{ ActiveEquipment int } }
		if s.data(&got, `{ dashboardStats { activeEquipment } }`, nil); got.DashboardStats.ActiveEquipment != want {
			t.Errorf("%s: %d active machines, want %d", what, got.DashboardStats.ActiveEquipment, want)
		}
	}
	begin := func(in vars) string {
		given := vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS"}
		for k, v := range in {
			given[k] = v
		}
		return s.work(recordWork, given).MaintenanceRecord.ID
	}
	active("before", 1)
	promised := begin(vars{"downFrom": hours(-6), "downTo": hours(30)})
	open := begin(vars{"downFrom": hours(-3)})
	begin(vars{}) // which lets the machine run
	plan := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": day(1),
		"downFrom": hours(20), "downTo": hours(40)}).MaintenanceRecord.ID
	s.assigned(assign, vars{"equipmentId": e.ID, "operatorId": s.operator("L-1")})
	const down = "MAINTENANCE then ACTIVE"
	s.wantState("down twice", e.ID, down)
	active("down twice", 0)
	s.work(completeWork, vars{"maintenanceRecordId": promised})
	s.wantState("the first has ended", e.ID, down)
	s.exec(`UPDATE maintenance_records SET down_from = now() - interval '1 minute' WHERE status = 'PLANNED'`)
	s.work(cancelWork, vars{"maintenanceRecordId": open})
	s.wantState("the downtime of the plan has begun meanwhile", e.ID, down)
	active("the downtime of the plan runs", 0)
	s.work(
		correctWork,
		vars{"maintenanceRecordId": plan, "expectedVersion": 2, "downTo": hours(-1), "downFrom": hours(-2)},
	)
	s.wantState("no downtime runs, but work does", e.ID, "ACTIVE")
	active("after all of them", 1)
}
