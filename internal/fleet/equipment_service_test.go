package fleet_test

import (
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestTheServiceOfAMachine tries each rule for the make and the service of a machine at its limit and beyond.
func TestTheServiceOfAMachine(t *testing.T) {
	t.Parallel()
	today := fleet.DateOf(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	day := func(s string) *fleet.Date { d, _ := fleet.ParseDate(s); return &d }
	money := func(s fleet.Decimal) *fleet.Decimal { return &s }
	for _, c := range []struct {
		name   string
		change func(*fleet.Equipment)
		field  string
	}{
		{"nothing known", func(*fleet.Equipment) {}, ""},
		{"the first year", func(e *fleet.Equipment) { e.Year = ptr(fleet.MinYear) }, ""},
		{"before the first year", func(e *fleet.Equipment) { e.Year = ptr(fleet.MinYear - 1) }, "year"},
		{"the next year", func(e *fleet.Equipment) { e.Year = ptr(2027) }, ""},
		{"the year after the next", func(e *fleet.Equipment) { e.Year = ptr(2028) }, "year"},
		{"in service from 1950", func(e *fleet.Equipment) { e.InServiceOn = day("1950-01-01") }, ""},
		{"in service before 1950", func(e *fleet.Equipment) { e.InServiceOn = day("1949-12-31") }, "inServiceOn"},
		{"in service a year ahead", func(e *fleet.Equipment) { e.InServiceOn = day("2027-03-02") }, ""},
		{"in service later", func(e *fleet.Equipment) { e.InServiceOn = day("2027-03-03") }, "inServiceOn"},
		{"retired today", func(e *fleet.Equipment) { e.Status, e.RetiredOn = fleet.EquipmentRetired, &today }, ""},
		{"retired tomorrow", func(e *fleet.Equipment) {
			e.Status, e.RetiredOn = fleet.EquipmentRetired, day("2026-03-03")
		}, "retiredOn"},
		{"retired before 1950", func(e *fleet.Equipment) {
			e.Status, e.RetiredOn = fleet.EquipmentRetired, day("1949-12-31")
		}, "retiredOn"},
		{"retired and active", func(e *fleet.Equipment) { e.RetiredOn = &today }, "retiredOn"},
		{"in service for a day", func(e *fleet.Equipment) {
			e.Status, e.InServiceOn, e.RetiredOn = fleet.EquipmentRetired, day("2026-03-01"), day("2026-03-01")
		}, ""},
		{"retired before its service", func(e *fleet.Equipment) {
			e.Status, e.InServiceOn, e.RetiredOn = fleet.EquipmentRetired, day("2026-03-02"), day("2026-03-01")
		}, "retiredOn"},
		{"worth a cent", func(e *fleet.Equipment) { e.ReplacementValue = money("0.01") }, ""},
		{"worth nothing", func(e *fleet.Equipment) { e.ReplacementValue = money("0") }, "replacementValue"},
		{"worth mills", func(e *fleet.Equipment) { e.ReplacementValue = money("1.001") }, "replacementValue"},
		{"all week", func(e *fleet.Equipment) { e.ScheduledHoursPerWeek = money("168") }, ""},
		{"more than a week", func(e *fleet.Equipment) { e.ScheduledHoursPerWeek = money("168.1") }, "scheduledHoursPerWeek"},
		{"no hour", func(e *fleet.Equipment) { e.ScheduledHoursPerWeek = money("0") }, "scheduledHoursPerWeek"},
		{"blank manufacturer", func(e *fleet.Equipment) { e.Manufacturer = ptr(" ") }, "manufacturer"},
		{"model of two lines", func(e *fleet.Equipment) { e.Model = ptr("a\nb") }, "model"},
	} {
		e := &fleet.Equipment{Name: "Crane", Category: "Crane", Status: fleet.EquipmentActive}
		c.change(e)
		var faults fleet.Faults
		faults.Add("", e.Check())
		faults.Add("", e.CheckDays(today))
		list := fleet.FaultsOf(faults.Err())
		switch {
		case c.field == "" && len(list) > 0:
			t.Errorf("%s: refused: %v", c.name, faults.Err())
		case c.field != "" && (len(list) != 1 || list[0].Field != c.field || list[0].Code != fleet.BadInput):
			t.Errorf("%s: %v, want a BAD_INPUT of %s", c.name, faults.Err(), c.field)
		}
	}
}

// TestAMachineRetiresOnADay unless another one is given, and loses it when it returns.
func TestAMachineRetiresOnADay(t *testing.T) {
	t.Parallel()
	today := fleet.DateOf(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	given, _ := fleet.ParseDate("2026-02-27")
	set := func(s fleet.EquipmentStatus) fleet.EquipmentPatch {
		return fleet.EquipmentPatch{Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: s}}
	}
	apply := func(p fleet.EquipmentPatch, e *fleet.Equipment, day fleet.Date) *fleet.Equipment {
		t.Helper()
		after, err := p.Apply(e, day)
		if err != nil {
			t.Fatal(err)
		}
		return after
	}
	active := &fleet.Equipment{Name: "Crane", Category: "Crane", Status: fleet.EquipmentActive}
	retired := apply(set(fleet.EquipmentRetired), active, today)
	if retired.RetiredOn == nil || *retired.RetiredOn != today {
		t.Errorf("retired on %v, want today", retired.RetiredOn)
	}
	later := fleet.DateOf(today.Time().AddDate(0, 1, 0))
	if again := apply(set(fleet.EquipmentRetired), retired, later); *again.RetiredOn != today {
		t.Errorf("a machine that is retired moved to %v", again.RetiredOn)
	}
	if back := apply(set(fleet.EquipmentInactive), retired, later); back.RetiredOn != nil {
		t.Errorf("a machine that returned has retired on %v", back.RetiredOn)
	}
	then := set(fleet.EquipmentRetired)
	then.RetiredOn = fleet.Maybe[*fleet.Date]{Set: true, To: &given}
	if e := apply(then, active, today); *e.RetiredOn != given {
		t.Errorf("retired on %v, want the given day", e.RetiredOn)
	}
	then.RetiredOn.To = nil
	if e := apply(then, active, today); e.RetiredOn != nil {
		t.Errorf("retired on %v, want an unknown day", e.RetiredOn)
	}
	for _, p := range []fleet.EquipmentPatch{set(fleet.EquipmentRetired), then, {Year: fleet.Maybe[*int]{Set: true, To: ptr(2020)}},
		{InServiceOn: fleet.Maybe[*fleet.Date]{Set: true, To: &given}}} {
		if !p.NeedsDay() {
			t.Errorf("%+v needs no day", p)
		}
	}
	if set(fleet.EquipmentActive).NeedsDay() {
		t.Error("a machine that becomes active needs a day")
	}
}
