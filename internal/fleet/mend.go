package fleet

import "time"

// MaxReason is the maximum length of a reason, in characters.
const MaxReason = 500

// CheckReason returns a reason as it is stored, or a BAD_INPUT about the field "reason".
func CheckReason(s string) (*string, error) {
	s = Tidy(s)
	if err := checkOptional(&s, MaxReason); err != nil {
		return nil, InField("reason", BadInputf("", "say in 1 to %d characters why: %s", MaxReason, messageOf(err)))
	}
	return &s, nil
}

func messageOf(err error) string {
	if list := FaultsOf(err); list != nil {
		return list[0].Message
	}
	return err.Error()
}

// Reopened returns completed or cancelled work as it was before it ended: in progress if it had begun, else
// planned. A downtime that ended with the work stays ended, unless the work still stops the machine. Work that is open is a
// CONFLICT, and so is one of a RETIRED machine.
func (m *MaintenanceRecord) Reopened(machine *Equipment, stopsMachine bool, now time.Time) (*MaintenanceRecord, error) {
	if m.Status.Open() {
		return nil, Conflictf(Transition, "maintenanceRecordId", "the work is %s: only work that is %s or %s is reopened",
			m.Status, MaintenanceCompleted, MaintenanceCancelled)
	}
	if err := checkOpenOn(machine, "maintenanceRecordId"); err != nil {
		return nil, err
	}
	after := *m
	after.Status, after.CompletedAt = MaintenanceInProgress, nil
	if m.Status == MaintenanceCancelled && m.StartedAt == nil && m.DueDate != nil {
		after.Status, after.MaintenanceDate = MaintenancePlanned, *m.DueDate
	}
	if after.StartedAt != nil && m.CompletedAt != nil && DateOf(m.CompletedAt.In(now.Location())) == m.MaintenanceDate {
		after.MaintenanceDate = DateOf(after.StartedAt.In(now.Location()))
	}
	if stopsMachine {
		if after.DownFrom == nil {
			at := now.UTC()
			after.DownFrom = &at
		}
		after.DownTo, after.DownToExpected = nil, false
	}
	return &after, after.Check(now)
}

// checkOpenOn returns a CONFLICT when the machine takes no open work.
func checkOpenOn(machine *Equipment, field string) error {
	if machine.Status == EquipmentRetired {
		return Conflictf(Transition, field, "the machine is RETIRED and takes no planned or running work: give it another "+
			"status first")
	}
	return nil
}

// CheckRestore returns a CONFLICT when the deleted record cannot come back: open work on a machine that has been
// RETIRED since.
func (m *MaintenanceRecord) CheckRestore(machine *Equipment) error {
	if !m.Status.Open() {
		return nil
	}
	return checkOpenOn(machine, "maintenanceRecordId")
}

// MovedTo returns the record on another machine, or a CONFLICT: open work does not move to a RETIRED machine, and
// a reversal stays with the record that it reverses. The record leaves its service schedule, of which the service on
// the machine before is due again. reversed is whether the record has a reversal.
func (m *MaintenanceRecord) MovedTo(machine *Equipment, reversed bool) (*MaintenanceRecord, error) {
	switch {
	case machine.ID == m.EquipmentID:
		return m, nil
	case m.ReversalOf != nil:
		return nil, Conflictf(InUse, "maintenanceRecordId", "the record is the reversal of another, and both are of one "+
			"machine: correct it first so that it reverses none (reversalOfId: null)")
	case reversed:
		return nil, Conflictf(InUse, "maintenanceRecordId", "the record has a reversal, and both are of one machine: "+
			"delete the reversal first, or correct it so that it reverses none (reversalOfId: null)")
	}
	if m.Status.Open() {
		if err := checkOpenOn(machine, "equipmentId"); err != nil {
			return nil, err
		}
	}
	after := *m
	after.EquipmentID = machine.ID
	after.ScheduleID, after.Occurrence, after.ServiceDueOn, after.ServiceDueHours = nil, nil, nil, nil
	return &after, nil
}

// MoveChanges are the changes of a record's move, with the names of both machines.
func MoveChanges(from, to *Equipment) []FieldChange {
	return []FieldChange{
		{Field: "equipment", From: globalIDOf(KindEquipment, &from.ID), To: globalIDOf(KindEquipment, &to.ID)},
		{Field: "equipmentName", From: &from.Name, To: &to.Name},
	}
}

// CheckDelete returns a CONFLICT for a record that has a reversal, which would be left without what it reverses.
func (m *MaintenanceRecord) CheckDelete(reversed bool) error {
	if reversed {
		return Conflictf(
			InUse,
			"maintenanceRecordId",
			"the record has a reversal, which would stay behind: delete that first",
		)
	}
	return nil
}

// IsReversal reports whether the record takes back a cost.
func (m *MaintenanceRecord) IsReversal() bool { return m.Cost != nil && m.Cost.Cmp("0") < 0 }

// checkReversal adds the faults of a reversal's values.
func (m *MaintenanceRecord) checkReversal(faults *Faults) {
	if m.ReversalOf != nil && !m.IsReversal() {
		faults.Add("", &Error{Code: BadInput, Field: "cost", Related: "reversalOfId",
			Message: "a reversal takes a cost back: its cost is below 0"})
	}
	if m.LabourHours == nil {
		return
	}
	if err := m.LabourHours.CheckLabourHours(); err != nil {
		faults.Add("labourHours", err)
	} else if m.LabourHours.Cmp("0") < 0 && !m.IsReversal() {
		faults.Add("labourHours", BadInputf("", "%s is below 0, which only a reversal may be: its cost is below 0 too",
			*m.LabourHours))
	}
}

const maxLabourHours Decimal = "99999.99"

// CheckLabourHours returns a BAD_INPUT without field unless d are hours of labour: two digits after the point, at most
// maxLabourHours or at least minus that.
func (d Decimal) CheckLabourHours() error {
	if d.Trim(2).Scale() > 2 || d.Cmp(maxLabourHours) > 0 || d.Cmp("-"+maxLabourHours) < 0 {
		return BadInputf("", "%s is not a number of hours: at most %s, two digits after the point", d, maxLabourHours)
	}
	return nil
}

// CheckReversalOf returns an error about "reversalOfId" unless the record can be the reversal of original.
func (m *MaintenanceRecord) CheckReversalOf(original *MaintenanceRecord) error {
	switch {
	case original.ID == m.ID:
		return BadInputf("reversalOfId", "a record cannot reverse itself: give the record whose cost it takes back")
	case original.EquipmentID != m.EquipmentID:
		return Conflictf(Transition, "reversalOfId", "%s is a record of another machine: a reversal and what it reverses "+
			"are of one machine", original.GlobalID())
	case original.IsReversal() || original.ReversalOf != nil:
		return Conflictf(Transition, "reversalOfId", "%s is a reversal itself: delete it instead", original.GlobalID())
	}
	return nil
}
