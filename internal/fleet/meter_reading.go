package fleet

import "time"

// MeterReading is what a meter of a machine showed at a point in time. The readings of one meter never decrease,
// except for the first one of a new meter.
type MeterReading struct {
	ID          UUID
	EquipmentID UUID
	MeterID     *UUID // nil: the hour meter, which every machine has
	ReadAt      time.Time
	Hours       Decimal // of a further meter the value in its unit
	Replacement bool    // the first reading of a new meter
	CreatedAt   time.Time
	VoidedAt    *time.Time // nil: it counts
}

// GlobalID returns the reading's public id.
func (r *MeterReading) GlobalID() string { return GlobalID(KindMeterReading, r.ID) }

// Check returns the Faults of the reading, which cannot be later than now.
func (r *MeterReading) Check(now time.Time) error {
	var faults Faults
	faults.Add("hours", r.checkValue())
	faults.Add("readAt", checkMoment(r.ReadAt))
	if r.ReadAt.After(now) {
		faults.Add("readAt", BadInputf("", "%s is in the future: a meter is read now or earlier", stamp(r.ReadAt)))
	}
	return faults.Err()
}

// checkValue returns a BAD_INPUT without field unless the meter can show the value.
func (r *MeterReading) checkValue() error {
	err := r.Hours.CheckHours()
	if err != nil && r.MeterID != nil {
		return BadInputf("", "%s is not a value of a meter: 0 to %s, one digit after the point", r.Hours, MaxHours)
	}
	return err
}

// Facts returns the fields of a reading as the history records them. Those of a further meter name it; of is nil for the
// hour meter.
func (r *MeterReading) Facts(of *Meter) []Fact {
	replacement := "false"
	if r.Replacement {
		replacement = "true"
	}
	if of != nil {
		return []Fact{{"meter", &of.Name}, {"readAt", stampOf(&r.ReadAt)}, {"value", (*string)(&r.Hours)},
			{"replacement", &replacement}}
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

// MeterReadingOrder is an order of meter readings. Ties are ordered by id.
type MeterReadingOrder string

// The orders of meter readings.
const (
	MeterReadingReadAtDesc MeterReadingOrder = "READ_AT_DESC" // the default
	MeterReadingReadAtAsc  MeterReadingOrder = "READ_AT_ASC"
	MeterReadingHoursDesc  MeterReadingOrder = "HOURS_DESC"
	MeterReadingHoursAsc   MeterReadingOrder = "HOURS_ASC"
)

// MeterReadingOrders lists every order, the default first.
func MeterReadingOrders() []MeterReadingOrder {
	return []MeterReadingOrder{MeterReadingReadAtDesc, MeterReadingReadAtAsc, MeterReadingHoursDesc,
		MeterReadingHoursAsc}
}

// List returns the list of a machine's readings in this order.
func (o MeterReadingOrder) List(company UUID) List {
	l := List{Name: "meterReadings", Company: company, Order: string(o), Key: TimeKey}
	if o == MeterReadingHoursAsc || o == MeterReadingHoursDesc {
		l.Key = DecimalKey
	}
	return l
}

// Position returns the reading's position in this order.
func (r *MeterReading) Position(by MeterReadingOrder) Position {
	if by == MeterReadingHoursAsc || by == MeterReadingHoursDesc {
		return Position{string(r.Hours), r.ID}
	}
	return Position{timeKey(r.ReadAt), r.ID}
}

// MeterReadingFilter selects the readings that meet every condition. A nil condition is ignored.
type MeterReadingFilter struct {
	IDs         []RowID
	ReadAt      *DateTimeFilter
	Hours       *DecimalFilter
	Replacement *bool   // whether it is the first reading of a new meter
	Voided      *Voided // nil: only readings that count

	And, Or []*MeterReadingFilter
	Not     *MeterReadingFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *MeterReadingFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *MeterReadingFilter) Conditions() int { return checkFilter(f).conditions }

func (f *MeterReadingFilter) check(c *checker) {
	c.ids("ids", KindMeterReading, f.IDs)
	c.times("readAt", f.ReadAt)
	c.amounts("hours", f.Hours)
	c.count("replacement", f.Replacement != nil)
	c.voided(f.Voided)
	within(c, f.And, f.Or, f.Not)
}
