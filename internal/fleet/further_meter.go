package fleet

import "time"

// Limits of further meters. The database holds the length of a name too.
const (
	MaxMeterName = 100
	MaxMeters    = 20 // of a machine
)

// MeterUnit is what a meter counts.
type MeterUnit string

// The units of meters.
const (
	MeterUnitHours      MeterUnit = "HOURS"
	MeterUnitKilometres MeterUnit = "KILOMETRES"
	MeterUnitMiles      MeterUnit = "MILES"
	MeterUnitCycles     MeterUnit = "CYCLES"
	MeterUnitLitres     MeterUnit = "LITRES"
)

// MeterUnits lists every unit.
func MeterUnits() []MeterUnit {
	return []MeterUnit{MeterUnitHours, MeterUnitKilometres, MeterUnitMiles, MeterUnitCycles, MeterUnitLitres}
}

// noun is the unit in the messages of errors.
func (u MeterUnit) noun() string {
	switch u {
	case MeterUnitKilometres:
		return "kilometres"
	case MeterUnitMiles:
		return "miles"
	case MeterUnitCycles:
		return "cycles"
	case MeterUnitLitres:
		return "litres"
	default:
		return "hours"
	}
}

// fastest is how much a meter of the unit counts within an hour at most; 0 for a unit without a limit. A clock counts
// one hour. No lorry or van averages more than 130 kilometres an hour, the highest limit on most motorways, and 80 miles
// are 129 kilometres. A press may make ten cycles in an hour or ten thousand, and a pump a litre or a million.
func (u MeterUnit) fastest() int64 {
	switch u {
	case MeterUnitKilometres:
		return 130
	case MeterUnitMiles:
		return 80
	case MeterUnitCycles, MeterUnitLitres:
		return 0
	default:
		return 1
	}
}

// Meter is a further meter of a machine, beside the hour meter that every machine has. Its readings count for itself
// alone: not for engine hours, key figures, or services.
type Meter struct {
	ID          UUID
	EquipmentID UUID
	Name        string // one of the machine's meters of that name, as serial numbers are compared
	Unit        MeterUnit
	CreatedAt   time.Time
}

// GlobalID returns the meter's public id.
func (m *Meter) GlobalID() string { return GlobalID(KindMeter, m.ID) }

// unitOf returns the unit of a meter; nil is the hour meter.
func (m *Meter) unitOf() MeterUnit {
	if m == nil {
		return MeterUnitHours
	}
	return m.Unit
}

// Tidy tidies the meter's name.
func (m *Meter) Tidy() { tidy(&m.Name) }

// Check returns the Faults of the meter's values, by field.
func (m *Meter) Check() error {
	var faults Faults
	faults.Add("name", checkRequired(m.Name, MaxMeterName))
	return faults.Err()
}

// Facts returns the fields of a meter as the history of its machine records them.
func (m *Meter) Facts() []Fact { return []Fact{{"meter", &m.Name}, {"unit", (*string)(&m.Unit)}} }

// CheckNumberOfMeters returns a CONFLICT when a machine has as many further meters as it can.
func CheckNumberOfMeters(n int) error {
	if n < MaxMeters {
		return nil
	}
	return Conflictf(InUse, "equipmentId",
		"the machine has %d meters beside its hour meter, which is as many as it can have: delete one first", n)
}

// CheckMeterOf returns a BAD_INPUT unless a meter is one of the machine.
func (m *Meter) CheckMeterOf(equipment UUID) error {
	if m.EquipmentID == equipment {
		return nil
	}
	return BadInputf("meterId", "the meter %s (%s) is one of the machine %s: give a meter of the machine that is read",
		m.GlobalID(), m.Name, GlobalID(KindEquipment, m.EquipmentID))
}

// CheckDelete returns a CONFLICT while readings of the meter count.
func (m *Meter) CheckDelete(readings int) error {
	if readings == 0 {
		return nil
	}
	return Conflictf(InUse, "meterId", "a meter that was read stays, and %d of its readings count: void them first if it "+
		"should never have been there", readings)
}

// MeterPatch is a change of a meter.
type MeterPatch struct {
	Name Maybe[string]
	Unit Maybe[MeterUnit]
}

// Apply returns the meter after the change, or its Faults, or a CONFLICT for another unit of a meter that has readings.
func (p MeterPatch) Apply(m *Meter, readings int) (*Meter, error) {
	after := *m
	p.Name.apply(&after.Name)
	p.Unit.apply(&after.Unit)
	after.Tidy()
	if after.Unit != m.Unit && readings > 0 {
		return nil, Conflictf(InUse, "unit", "the meter was read in %s, %d times with readings that are void: "+
			"add another meter for %s", m.Unit.noun(), readings, after.Unit.noun())
	}
	return &after, after.Check()
}

// MeterChanges are the changes of a meter, with its name, which says which one it is.
func (m *Meter) MeterChanges(before *Meter) []FieldChange {
	changes := Changes(before.Facts(), m.Facts())
	if len(changes) > 0 && changes[0].Field != "meter" {
		changes = append([]FieldChange{{Field: "meter", From: &m.Name, To: &m.Name}}, changes...)
	}
	return changes
}
