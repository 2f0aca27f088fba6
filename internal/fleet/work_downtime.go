package fleet

import (
	"fmt"
	"time"
)

// The downtime of work is a period in which the machine cannot run. While the work is open, an end
// that lies ahead when it is given is an expected one: the machine is down until it is told to run
// again, also when the expected end has passed. Work that is completed or cancelled has no downtime
// to come. Downtime counts until its end, while the machine is down until now.

// Down reports whether the work keeps the machine from running at a moment.
func (m *MaintenanceRecord) Down(now time.Time) bool {
	return m.stops() && !m.DownFrom.After(now)
}

// stops reports whether the machine is down, or will be, until it is told otherwise.
func (m *MaintenanceRecord) stops() bool {
	return m.Status.Open() && m.DownFrom != nil && (m.DownTo == nil || m.DownToExpected)
}

// ExpectEnd finds whether an end of the downtime that is given now is an expected one. Check refuses
// it unless the work is open.
func (m *MaintenanceRecord) ExpectEnd(now time.Time) {
	m.DownToExpected = m.DownTo != nil && m.DownTo.After(now)
}

// stop sets the downtime of after, a record after the step's patch.
func (s MaintenanceStep) stop(before, after *MaintenanceRecord, now time.Time) {
	if s.StopsMachine && after.DownFrom == nil {
		at := now.UTC()
		after.DownFrom = &at
	}
	if s.Patch.DownTo.Set {
		after.ExpectEnd(now)
	}
	if after.Status.Open() || !before.Status.Open() {
		return
	}
	ended := s.Patch.DownTo.Set && s.Patch.DownTo.To != nil
	switch {
	case after.DownFrom == nil, ended:
	case after.DownFrom.After(now): // it never came to that
		after.DownFrom, after.DownTo = nil, nil
	case after.DownTo == nil, after.DownToExpected:
		end := now.UTC()
		if at := after.CompletedAt; at != nil && at.Before(now) && !at.Before(*after.DownFrom) {
			end = *at
		}
		after.DownTo = &end
	}
	after.DownToExpected = false
}

func (m *MaintenanceRecord) checkDowntime(now time.Time) error {
	switch {
	case m.DownTo != nil && m.DownFrom == nil:
		return &Error{Code: BadInput, Field: "downFrom", Related: "downTo",
			Message: "downTo is set, so downFrom is needed too"}
	case m.DownTo != nil && m.DownTo.Before(*m.DownFrom):
		return BadInputf("downTo", "%s is before downFrom %s", stamp(*m.DownTo), stamp(*m.DownFrom))
	case m.DownTo == nil && m.DownFrom != nil && m.Status.Open() && m.DownFrom.After(now):
		return &Error{Code: BadInput, Field: "downFrom", Related: "downTo", Message: stamp(*m.DownFrom) +
			" is in the future: a machine is down from now or earlier, or until an expected end, downTo"}
	case m.DownTo == nil && m.DownFrom != nil && !m.Status.Open():
		return &Error{Code: BadInput, Field: "downTo", Related: "downFrom",
			Message: fmt.Sprintf("the work is %s, so the machine's downtime has an end: give it", m.Status)}
	case m.DownTo != nil && !m.Status.Open() && m.DownTo.After(now):
		return &Error{Code: BadInput, Field: "downTo", Related: "downFrom", Message: fmt.Sprintf(
			"%s is in the future: work that is %s has no downtime to come", stamp(*m.DownTo), m.Status)}
	}
	return nil
}

// CheckMachine returns a CONFLICT when the machine is RETIRED and the record would begin, or keep it
// down.
func (m *MaintenanceRecord) CheckMachine(machine *Equipment, begins bool) error {
	if machine.Status == EquipmentRetired && (begins || m.stops()) {
		return Conflictf(Transition, "maintenanceRecordId",
			"the machine is RETIRED: it cannot be stopped, and work on it cannot begin; cancel the work")
	}
	return nil
}

// AfterWork returns the machine after a record on it has changed. Work that keeps it down sets
// MAINTENANCE. When no work keeps it down any more, it becomes what it was before, unless its status
// was set by hand meanwhile. othersDown reports whether another record keeps it down; it is called
// only when the result depends on it.
func (e *Equipment) AfterWork(isDown bool, othersDown func() (bool, error)) (*Equipment, error) {
	after := *e
	switch {
	case isDown && e.Status.CanRun():
		was := e.Status
		after.Status, after.StatusAfterWork = EquipmentMaintenance, &was
	case !isDown && e.Status == EquipmentMaintenance && e.StatusAfterWork != nil:
		if down, err := othersDown(); err != nil || down {
			return e, err
		}
		after.Status, after.StatusAfterWork = *e.StatusAfterWork, nil
	default:
		return e, nil
	}
	return &after, nil
}
