package fleet

import "time"

// Work is the result of a write to a maintenance record: the record and its machine. The machine's
// status follows the downtime of the record.
type Work struct {
	Record    *MaintenanceRecord
	Equipment *Equipment
}

// Move is the result of moving a record: the record, the machine that it was of, and the one that it is of now.
type Move struct {
	Record          *MaintenanceRecord
	From, Equipment *Equipment
}

// MaintenanceStep moves a maintenance record to another status, or corrects it.
type MaintenanceStep struct {
	Action Action
	To     MaintenanceStatus // "" for a correction, which keeps the status
	Patch  MaintenancePatch
	// StopsMachine sets the start of the downtime to now, unless it is set already.
	StopsMachine bool
	// Reason is why, as the user gave it; nil for none.
	Reason *string
	// Confirmed says that the meter showed the value although it does not fit to its readings.
	Confirmed bool
}

// Apply returns the record after the step, or its Faults. Starting and completing set the moment and
// the day of it, now unless the patch sets them. Completing and cancelling end an open downtime with
// the work, unless the patch sets its end; one that lies ahead is dropped. The location of now is the
// company's time zone.
func (s MaintenanceStep) Apply(before *MaintenanceRecord, now time.Time) (*MaintenanceRecord, error) {
	if s.To != "" {
		if err := before.Status.CheckMove(s.To); err != nil {
			return nil, InField("maintenanceRecordId", err)
		}
	}
	after := s.after(before, now)
	return after, after.Check(now)
}

// Cancelled returns an open record after the cancellation that retiring its machine causes. Values of
// long ago that the rules of today refuse stand in no way of it.
func (m *MaintenanceRecord) Cancelled(now time.Time) *MaintenanceRecord {
	return MaintenanceStep{To: MaintenanceCancelled}.after(m, now)
}

// after returns the record after the step, not yet checked.
func (s MaintenanceStep) after(before *MaintenanceRecord, now time.Time) *MaintenanceRecord {
	after := s.Patch.Apply(before)
	after.Tidy()
	if s.To != "" {
		after.Status = s.To
	}
	s.date(before, after, now)
	s.stop(before, after, now)
	return after
}

// RetiredTakesNoWork says why open work on a RETIRED machine is refused.
const RetiredTakesNoWork = "the machine is RETIRED: record only work that is completed or cancelled"

// New returns a new record with the dates that are left out, or its Faults, or a CONFLICT for open
// work on a RETIRED machine.
func (m *MaintenanceRecord) New(machine *Equipment, now time.Time) (*MaintenanceRecord, error) {
	made := *m
	made.Tidy()
	switch {
	case made.Status == MaintenanceInProgress && made.StartedAt == nil:
		made.StartedAt = momentOf(made.MaintenanceDate, now)
	case made.Status == MaintenanceCompleted && made.CompletedAt == nil:
		made.CompletedAt = momentOf(made.MaintenanceDate, now)
	}
	made.FillDates(now.Location())
	made.ExpectEnd(now)
	if err := made.Check(now); err != nil {
		return nil, err
	}
	if made.Status.Open() && machine.Status == EquipmentRetired {
		return nil, Conflictf(Transition, "equipmentId", RetiredTakesNoWork)
	}
	return &made, nil
}

// CanRun reports whether a machine of this status can work.
func (s EquipmentStatus) CanRun() bool { return s == EquipmentActive || s == EquipmentInactive }

// CheckDowntime returns a CONFLICT without field when a machine cannot have this status because
// work keeps it down. down is called only when the result depends on it.
func (s EquipmentStatus) CheckDowntime(down func() (bool, error)) error {
	if !s.CanRun() {
		return nil
	}
	is, err := down()
	if err == nil && is {
		err = Conflictf(InUse, "", "work keeps the machine down, so it is in MAINTENANCE: complete or cancel that first")
	}
	return err
}

// EndsAssignment reports whether a machine with this status has no operator.
func (s EquipmentStatus) EndsAssignment() bool { return s == EquipmentRetired }

// CheckPurge returns a CONFLICT unless the machine has been deleted.
func CheckPurge(deleted bool) error {
	if !deleted {
		return Conflictf(InUse, "equipmentId", "the machine is in the fleet: delete it first")
	}
	return nil
}
