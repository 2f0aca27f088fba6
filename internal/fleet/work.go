package fleet

import "time"

// Work is the result of a write to a maintenance record: the record, and its
// machine, whose status follows the record's downtime.
type Work struct {
	Record    *MaintenanceRecord
	Equipment *Equipment
}

// MaintenanceStep moves a maintenance record to another status, or corrects it.
type MaintenanceStep struct {
	Action Action
	To     MaintenanceStatus // "" for a correction, which keeps the status
	Patch  MaintenancePatch
	// StopsMachine begins the downtime now, unless it has begun.
	StopsMachine bool
}

// Apply returns the record after the step, or the Faults of that. Completing
// and cancelling end an open downtime now, unless the patch sets its end.
func (s MaintenanceStep) Apply(before *MaintenanceRecord, now time.Time) (*MaintenanceRecord, error) {
	if s.To != "" {
		if err := before.Status.CheckMove(s.To); err != nil {
			return nil, InField("id", err)
		}
	}
	after := s.Patch.Apply(before)
	if s.To != "" {
		after.Status = s.To
	}
	switch {
	case s.StopsMachine && after.DownFrom == nil:
		after.DownFrom = &now
	case s.To != "" && !after.Status.Under() && after.DownFrom != nil && after.DownTo == nil:
		after.DownTo = &now
	}
	return after, after.Check(now)
}

// CheckNew returns the Faults of a new record, or a CONFLICT when its work
// remains to be done on a machine that takes none.
func (m *MaintenanceRecord) CheckNew(machine *Equipment, now time.Time) error {
	if err := m.Check(now); err != nil {
		return err
	}
	if m.Status.Under() && machine.Status == EquipmentRetired {
		return Conflictf("equipment", "the machine is RETIRED: work on it is over")
	}
	return nil
}

// AfterWork returns the status that follows when a record begins or ceases to
// keep the machine down. A machine goes to MAINTENANCE with the first downtime
// and back to ACTIVE when the last one ends; statuses that were set by hand
// meanwhile stay. othersDown reports whether another record keeps the machine
// down; it is called only when the answer depends on it.
func (s EquipmentStatus) AfterWork(wasDown, isDown bool, othersDown func() (bool, error)) (EquipmentStatus, error) {
	switch {
	case isDown && s.CanRun():
		return EquipmentMaintenance, nil
	case wasDown && !isDown && s == EquipmentMaintenance:
		if down, err := othersDown(); err != nil || down {
			return s, err
		}
		return EquipmentActive, nil
	default:
		return s, nil
	}
}

// CanRun reports whether a machine of this status can work.
func (s EquipmentStatus) CanRun() bool { return s == EquipmentActive || s == EquipmentInactive }

// CheckDowntime returns a CONFLICT without field when a machine cannot be
// given this status because work keeps it down. down is called only when the
// answer depends on it.
func (s EquipmentStatus) CheckDowntime(down func() (bool, error)) error {
	if !s.CanRun() {
		return nil
	}
	is, err := down()
	if err == nil && is {
		err = Conflictf("", "work keeps the machine down, so it is in MAINTENANCE: complete or cancel that first")
	}
	return err
}

// EndsAssignment reports whether a machine that is given this status loses its operator.
func (s EquipmentStatus) EndsAssignment() bool { return s == EquipmentRetired }

// CheckPurge returns a CONFLICT unless the machine was deleted before.
func CheckPurge(deleted bool) error {
	if !deleted {
		return Conflictf("id", "the machine is in the fleet: delete it first")
	}
	return nil
}
