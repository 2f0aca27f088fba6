package fleet

import (
	"fmt"
	"math/big"
	"time"
)

// NearReadings are the readings that count next to a moment: the last one before it and the first one after it; nil for
// none.
type NearReadings struct{ Before, After *MeterReading }

// meterTolerance is how far two readings may be apart more than a meter can have run: meters are read in tenths.
var meterTolerance = big.NewRat(1, 10)

// CheckPlausible returns a CONFLICT when a meter, nil for the hour meter, cannot have run from one to the next of the
// reading and those next to it, unless the caller confirms them. That readings decrease is refused by the database,
// confirmed or not.
func (r *MeterReading) CheckPlausible(of *Meter, near NearReadings, confirmed bool) error {
	v := meterValue{field: "hours", hours: r.Hours, unit: of.unitOf(), from: r.ReadAt, to: r.ReadAt}
	if r.Replacement {
		near.Before = nil
	}
	return v.check(near, confirmed)
}

// MeterMoments returns between which moments the meter value of work was read: both are one if the time of the work is
// known, else they are the ends of the day that it counts to, in a time zone.
func (m *MaintenanceRecord) MeterMoments(zone *time.Location) (from, to time.Time) {
	at := m.CompletedAt
	if at == nil {
		at = m.StartedAt
	}
	if at != nil {
		return *at, *at
	}
	day := m.MaintenanceDate.Time()
	from = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	return from, time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)
}

// HasMeterValue reports whether work has read a meter: plans and cancelled work have not.
func (m *MaintenanceRecord) HasMeterValue() bool {
	return m.MeterHours != nil && (m.Status == MaintenanceInProgress || m.Status == MaintenanceCompleted)
}

// ReadsMeter reports whether the meter value of the record has to be checked: it has one that before, which is nil for a
// new record, had not.
func (m *MaintenanceRecord) ReadsMeter(before *MaintenanceRecord) bool {
	return m.HasMeterValue() && (before == nil || !before.HasMeterValue() || before.MeterHours.Cmp(*m.MeterHours) != 0)
}

// CheckMeter returns a CONFLICT when the meter value of work does not fit between the readings next to it, unless the
// caller confirms it.
func (m *MaintenanceRecord) CheckMeter(near NearReadings, zone *time.Location, confirmed bool) error {
	v := meterValue{field: "meterHours", hours: *m.MeterHours, unit: MeterUnitHours}
	v.from, v.to = m.MeterMoments(zone)
	if !confirmed {
		if b := near.Before; b != nil && v.hours.Cmp(b.Hours) < 0 {
			return v.refuse(Decreasing, "%s hours are below the %s hours of %s", v.hours, b.Hours, stamp(b.ReadAt))
		}
		if a := near.After; a != nil && !a.Replacement && v.hours.Cmp(a.Hours) > 0 {
			return v.refuse(Decreasing, "%s hours are above the %s hours of %s", v.hours, a.Hours, stamp(a.ReadAt))
		}
	}
	return v.check(near, confirmed)
}

// meterValue is what a meter showed at some time between two moments.
type meterValue struct {
	field    string
	hours    Decimal // or what else the meter counts
	unit     MeterUnit
	from, to time.Time
}

func (v meterValue) check(near NearReadings, confirmed bool) error {
	if confirmed || v.unit.fastest() == 0 {
		return nil
	}
	noun, passed := v.unit.noun(), "have passed"
	if v.unit != MeterUnitHours {
		passed = fmt.Sprintf("a machine runs at %d %s an hour", v.unit.fastest(), noun)
	}
	if b := near.Before; b != nil {
		if most, too := v.tooMany(b.Hours, v.hours, v.to.Sub(b.ReadAt)); too {
			return v.refuse(Implausible, "%s %s are more than %s: %s %s since %s, when the meter showed %s",
				v.hours, noun, passed, most, noun, stamp(b.ReadAt), b.Hours)
		}
	} else if most, too := v.tooMany("0", v.hours, v.to.Sub(time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC))); too {
		return v.refuse(
			Implausible,
			"%s %s are more than a meter can show: %s %s are as many as %s since %d",
			v.hours,
			noun,
			most,
			noun,
			passed,
			firstYear,
		)
	}
	if a := near.After; a != nil && !a.Replacement {
		if most, too := v.tooMany(v.hours, a.Hours, a.ReadAt.Sub(v.from)); too {
			return v.refuse(Implausible, "%s %s are too few: the meter shows %s at %s, and only %s %s lie between",
				v.hours, noun, a.Hours, stamp(a.ReadAt), most, noun)
		}
	}
	return nil
}

func (v meterValue) refuse(why Reason, format string, args ...any) error {
	return &Error{
		Code:    Conflict,
		Reason:  why,
		Field:   v.field,
		Related: "equipmentId",
		Message: fmt.Sprintf(format, args...) +
			"; correct them, or give confirm: true if the meter shows that",
	}
}

// tooMany returns how much the meter can have run in a time, and whether it cannot have gone from one value to the other.
func (v meterValue) tooMany(from, to Decimal, passed time.Duration) (most string, too bool) {
	limit := big.NewRat(passed.Microseconds(), time.Hour.Microseconds())
	limit.Mul(limit, big.NewRat(v.unit.fastest(), 1))
	a, okA := new(big.Rat).SetString(string(from))
	b, okB := new(big.Rat).SetString(string(to))
	if !okA || !okB {
		panic("fleet: values of a meter that were not parsed: " + string(from) + ", " + string(to))
	}
	run := new(big.Rat).Sub(b, a)
	return limit.FloatString(1), run.Cmp(new(big.Rat).Add(limit, meterTolerance)) > 0
}

// MeterReadingPatch is a correction of a reading.
type MeterReadingPatch struct {
	ReadAt      Maybe[time.Time]
	Hours       Maybe[Decimal]
	Replacement Maybe[bool]
}

// Apply returns the reading after the patch, or its Faults, or a CONFLICT for a reading that is void.
func (p MeterReadingPatch) Apply(r *MeterReading, now time.Time) (*MeterReading, error) {
	if r.VoidedAt != nil {
		return nil, Conflictf(Transition, "meterReadingId", "the reading is void: add the right one instead")
	}
	after := *r
	p.ReadAt.apply(&after.ReadAt)
	p.Hours.apply(&after.Hours)
	p.Replacement.apply(&after.Replacement)
	return &after, after.Check(now)
}

// CorrectionChanges are the changes of a reading's correction, with its time and the name of its meter, nil for the hour
// meter, which say which one it is.
func (r *MeterReading) CorrectionChanges(before *MeterReading, of *Meter) []FieldChange {
	changes := Changes(before.Facts(of), r.Facts(of))
	if len(changes) == 0 {
		return changes
	}
	var which []FieldChange
	if of != nil {
		which = append(which, FieldChange{Field: "meter", From: &of.Name, To: &of.Name})
	}
	if before.ReadAt.Equal(r.ReadAt) {
		at := stampOf(&r.ReadAt)
		which = append(which, FieldChange{Field: "readAt", From: at, To: at})
	}
	return append(which, changes...)
}

// Voided says how a list treats readings that are void. Without it they are left out.
type Voided string

// The ways in which a list treats readings that are void.
const (
	VoidedOnly    Voided = "ONLY"    // no others
	VoidedInclude Voided = "INCLUDE" // beside the others
)

// VoidedValues lists every value.
func VoidedValues() []Voided { return []Voided{VoidedOnly, VoidedInclude} }
