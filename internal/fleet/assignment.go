package fleet

import "time"

// Assignment is a period in which an operator runs a machine. The periods of one machine never
// overlap.
type Assignment struct {
	ID          UUID
	EquipmentID UUID
	OperatorID  UUID
	AssignedAt  time.Time
	ReleasedAt  *time.Time // nil: the operator runs the machine now
	CreatedAt   time.Time
}

// GlobalID returns the assignment's public id.
func (a *Assignment) GlobalID() string { return GlobalID(KindAssignment, a.ID) }

// Position returns the assignment's position in AssignmentList.
func (a *Assignment) Position() Position { return Position{timeKey(a.AssignedAt), a.ID} }

// Check returns the Faults of the period, which cannot begin or end after now.
func (a *Assignment) Check(now time.Time) error {
	var faults Faults
	if a.AssignedAt.After(now) {
		faults.Add("assignedAt", BadInputf("", "%s is in the future: assign from now or earlier", stamp(a.AssignedAt)))
	}
	if a.ReleasedAt != nil {
		if !a.ReleasedAt.After(a.AssignedAt) {
			faults.Add("releasedAt", BadInputf("", "%s is not after assignedAt %s", stamp(*a.ReleasedAt),
				stamp(a.AssignedAt)))
		}
		if a.ReleasedAt.After(now) {
			faults.Add("releasedAt", BadInputf("",
				"%s is in the future: leave it out while the operator runs the machine", stamp(*a.ReleasedAt)))
		}
	}
	return faults.Err()
}

// Facts returns the fields of an assignment as the history records them.
func (a *Assignment) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, &a.EquipmentID)}, {"operator", globalIDOf(KindOperator, &a.OperatorID)},
		{"assignedAt", stampOf(&a.AssignedAt)}, {"releasedAt", stampOf(a.ReleasedAt)},
	}
}

// MeterReading is what a machine's hour meter showed at a point in time. Readings never decrease,
// except for the first one of a new meter.
type MeterReading struct {
	ID          UUID
	EquipmentID UUID
	ReadAt      time.Time
	Hours       Decimal
	Replacement bool // the first reading of a new meter
	CreatedAt   time.Time
}

// GlobalID returns the reading's public id.
func (r *MeterReading) GlobalID() string { return GlobalID(KindMeterReading, r.ID) }

// Position returns the reading's position in MeterReadingList.
func (r *MeterReading) Position() Position { return Position{timeKey(r.ReadAt), r.ID} }

// Check returns the Faults of the reading, which cannot be later than now.
func (r *MeterReading) Check(now time.Time) error {
	var faults Faults
	faults.Add("hours", r.Hours.CheckHours())
	if r.ReadAt.After(now) {
		faults.Add("readAt", BadInputf("", "%s is in the future: a meter is read now or earlier", stamp(r.ReadAt)))
	}
	return faults.Err()
}

// Facts returns the fields of a reading as the history records them.
func (r *MeterReading) Facts() []Fact {
	replacement := "false"
	if r.Replacement {
		replacement = "true"
	}
	return []Fact{{"readAt", stampOf(&r.ReadAt)}, {"hours", (*string)(&r.Hours)}, {"replacement", &replacement}}
}

// ReadingAt returns the reading with its time, which is now if it has none.
func (r MeterReading) ReadingAt(now time.Time) MeterReading {
	if r.ReadAt.IsZero() {
		r.ReadAt = now
	}
	return r
}

// AssignmentList is the list of assignments of a company, newest first.
func AssignmentList(company UUID) List {
	return List{Name: "assignments", Company: company, Order: "ASSIGNED_AT_DESC", Key: TimeKey}
}

// MeterReadingList is the list of readings of a company, newest first.
func MeterReadingList(company UUID) List {
	return List{Name: "meterReadings", Company: company, Order: "READ_AT_DESC", Key: TimeKey}
}
