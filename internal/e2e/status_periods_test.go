package e2e_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type statusPeriod struct {
	Status       string
	Since, Until *time.Time
	User         *struct{ Name string }
}

// periods are those of a machine, newest first.
func (s *service) periods(id string) []statusPeriod {
	s.t.Helper()
	var got struct {
		Equipment struct {
			StatusPeriods struct {
				TotalCount int
				Nodes      []statusPeriod
			}
		}
	}
	s.data(
		&got,
		`query($id: ID!) { equipment(id: $id) { statusPeriods { totalCount nodes { status since until user { name } } } } }`,
		vars{"id": id},
	)
	if p := got.Equipment.StatusPeriods; p.TotalCount != len(p.Nodes) {
		s.t.Errorf("%d periods of %d", len(p.Nodes), p.TotalCount)
	}
	return got.Equipment.StatusPeriods.Nodes
}

// TestTheStatusOfAMachineIsKeptAsPeriods: by updates, by work, by psql, which touch one another.
func TestTheStatusOfAMachineIsKeptAsPeriods(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	update := func(version int, status string) {
		t.Helper()
		p := change[equipmentPayload](
			s,
			updateOne,
			vars{"in": vars{"equipmentId": e.ID, "expectedVersion": version, "status": status}},
		)
		if len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
	}
	update(1, "INACTIVE")
	if p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": e.ID, "expectedVersion": 2, "name": "Other"}},
	); len(
		p.Errors,
	) > 0 {
		t.Fatal(p.Errors)
	}
	work := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-1)},
	)
	s.work(completeWork, vars{"maintenanceRecordId": work.MaintenanceRecord.ID})
	s.exec(`UPDATE equipment SET status = 'ACTIVE'`)
	told := []string{}
	list := s.periods(e.ID)
	for i, p := range list {
		by := "-"
		if p.User != nil {
			by = p.User.Name
		}
		told = append(told, p.Status+" "+by)
		if (p.Until == nil) != (i == 0) || (p.Since == nil) != (i == len(list)-1) ||
			i > 0 && !list[i-1].Since.Equal(*p.Until) {
			t.Errorf("%s: %v to %v", p.Status, p.Since, p.Until)
		}
	}
	want := []string{"ACTIVE -", "INACTIVE -", "MAINTENANCE -", "INACTIVE Ours manager", "ACTIVE -"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	if p := change[equipmentPayload](s, deleteOne, vars{"id": e.ID}); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	s.exec(`DELETE FROM maintenance_records`)
	s.exec(`DELETE FROM equipment`)
	if n := s.count(`SELECT count(*)::int FROM equipment_status_periods`); n != 0 {
		t.Errorf("%d periods of no machine", n)
	}
}

// TestTimeInWhichAMachineIsParkedIsNoTime of its availability: a machine that was parked for half of a window and
// down for an hour of the other half.
func TestTimeInWhichAMachineIsParkedIsNoTime(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	s.exec(`INSERT INTO equipment_status_periods (company_id, equipment_id, status, until)
		SELECT company_id, id, 'ACTIVE', '2026-03-02' FROM equipment`)
	s.exec(`UPDATE equipment_status_periods SET since = '2026-03-03' WHERE until IS NULL`)
	s.exec(`INSERT INTO equipment_status_periods (company_id, equipment_id, status, since, until)
		SELECT company_id, id, 'INACTIVE', '2026-03-02', '2026-03-03' FROM equipment`)
	// From two hours before it was parked.
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "maintenanceDate": "2026-03-01",
		"downFrom": "2026-03-01T22:48:00Z", "downTo": "2026-03-02T05:00:00Z"})
	var got struct {
		Kpis struct {
			CalendarAvailability struct {
				Value    string
				Excluded []struct {
					Reason string
					Count  int
				}
			}
		}
	}
	s.data(
		&got,
		`{ kpis(from: "2026-03-01", to: "2026-03-02") { calendarAvailability { value excluded { reason count } } } }`,
		nil,
	)
	a := got.Kpis.CalendarAvailability
	if a.Value != "95.00" || len(a.Excluded) != 1 || a.Excluded[0].Reason != "INACTIVE" || a.Excluded[0].Count != 1 {
		t.Errorf("%+v, want 22.8 of 24 hours, and to be told of the machine that was parked", a)
	}
}
