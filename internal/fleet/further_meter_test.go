package fleet_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestFurtherMetersRunAsFastAsTheirUnitAllows(t *testing.T) {
	t.Parallel()
	before := &fleet.MeterReading{ReadAt: now.Add(-10 * time.Hour), Hours: "1000"}
	after := &fleet.MeterReading{ReadAt: now.Add(time.Hour), Hours: "3000"}
	for _, c := range []struct {
		unit   fleet.MeterUnit
		shows  fleet.Decimal
		near   fleet.NearReadings
		reason fleet.Reason
		says   string
	}{
		{fleet.MeterUnitHours, "1010.1", fleet.NearReadings{Before: before}, "", ""},
		{fleet.MeterUnitHours, "1010.2", fleet.NearReadings{Before: before}, fleet.Implausible,
			"1010.2 hours are more than have passed: 10.0 hours since"},
		{fleet.MeterUnitKilometres, "2300", fleet.NearReadings{Before: before}, "", ""},
		{fleet.MeterUnitKilometres, "2300.2", fleet.NearReadings{Before: before}, fleet.Implausible,
			"2300.2 kilometres are more than a machine runs at 130 kilometres an hour: 1300.0 kilometres since"},
		{fleet.MeterUnitMiles, "1800.1", fleet.NearReadings{Before: before}, "", ""},
		{fleet.MeterUnitMiles, "1801", fleet.NearReadings{Before: before}, fleet.Implausible, "800.0 miles since"},
		{fleet.MeterUnitCycles, "999999999", fleet.NearReadings{Before: before, After: after}, "", ""},
		{fleet.MeterUnitLitres, "999999999", fleet.NearReadings{Before: before, After: after}, "", ""},
		{fleet.MeterUnitKilometres, "2870", fleet.NearReadings{After: after}, "", ""},
		{fleet.MeterUnitKilometres, "2869.8", fleet.NearReadings{After: after}, fleet.Implausible,
			"2869.8 kilometres are too few: the meter shows 3000 at 2026-03-02T13:00:00Z, and only 130.0 kilometres lie between"},
		{fleet.MeterUnitKilometres, "86000000", fleet.NearReadings{}, "", ""},
		{fleet.MeterUnitKilometres, "860000000", fleet.NearReadings{}, fleet.Implausible, "an hour since 1950"},
	} {
		r := &fleet.MeterReading{ReadAt: now, Hours: c.shows}
		of := &fleet.Meter{Unit: c.unit}
		name := fmt.Sprintf("%s %s", c.shows, c.unit)
		wantReason(t, name, r.CheckPlausible(of, c.near, false), c.reason, "hours", c.says)
		if err := r.CheckPlausible(of, c.near, true); err != nil {
			t.Errorf("%s, confirmed: %v", name, err)
		}
	}
}

func TestAMeterIsCheckedAndChanged(t *testing.T) {
	t.Parallel()
	m := &fleet.Meter{Name: "  Odometer ", Unit: fleet.MeterUnitKilometres}
	if m.Tidy(); m.Name != "Odometer" || m.Check() != nil {
		t.Errorf("%q: %v", m.Name, m.Check())
	}
	wantError(t, (&fleet.Meter{Name: " "}).Check(), fleet.BadInput, "name")
	wantError(t, (&fleet.Meter{Name: strings.Repeat("x", fleet.MaxMeterName+1)}).Check(), fleet.BadInput, "name")
	miles := fleet.MeterPatch{Unit: fleet.Maybe[fleet.MeterUnit]{Set: true, To: fleet.MeterUnitMiles}}
	changed, err := miles.Apply(m, 0)
	if err != nil || changed.Unit != fleet.MeterUnitMiles || m.Unit != fleet.MeterUnitKilometres {
		t.Errorf("%+v, %v", changed, err)
	}
	if got := changed.MeterChanges(m); len(got) != 2 || got[0].Field != "meter" || *got[0].From != "Odometer" ||
		*got[1].From != "KILOMETRES" || *got[1].To != "MILES" {
		t.Errorf("another unit: %+v", got)
	}
	_, err = miles.Apply(m, 1)
	wantError(t, err, fleet.Conflict, "unit")
	named := fleet.MeterPatch{Name: fleet.Maybe[string]{Set: true, To: " Mileage "}}
	if changed, err = named.Apply(m, 9); err != nil || changed.Name != "Mileage" {
		t.Errorf("%+v, %v", changed, err)
	}
	if got := changed.MeterChanges(m); len(got) != 1 || *got[0].To != "Mileage" {
		t.Errorf("another name: %+v", got)
	}
	if got := m.MeterChanges(m); len(got) != 0 {
		t.Errorf("no change: %+v", got)
	}
	wantError(t, m.CheckDelete(1), fleet.Conflict, "meterId")
	wantError(t, m.CheckMeterOf(fleet.NewUUID()), fleet.BadInput, "meterId")
	wantError(t, fleet.CheckNumberOfMeters(fleet.MaxMeters), fleet.Conflict, "equipmentId")
	if m.CheckDelete(0) != nil || m.CheckMeterOf(m.EquipmentID) != nil ||
		fleet.CheckNumberOfMeters(fleet.MaxMeters-1) != nil {
		t.Error("a meter without readings, of the machine, that is the last one is allowed")
	}
	wantError(t, fleet.CheckMergedMeters(2, []*fleet.Meter{m, m}), fleet.Conflict, "duplicateId")
	wantError(t, fleet.CheckMergedMeters(fleet.MaxMeters+1, nil), fleet.Conflict, "duplicateId")
	if err := fleet.CheckMergedMeters(fleet.MaxMeters, nil); err != nil {
		t.Error(err)
	}
}

func TestReadingsOfAFurtherMeterNameIt(t *testing.T) {
	t.Parallel()
	of := &fleet.Meter{ID: fleet.UUID{1}, Name: "Odometer", Unit: fleet.MeterUnitKilometres}
	r := &fleet.MeterReading{MeterID: &of.ID, ReadAt: now, Hours: "100"}
	after := *r
	after.Hours = "110"
	got := after.CorrectionChanges(r, of)
	if len(got) != 3 || got[0].Field != "meter" || *got[0].To != "Odometer" || got[1].Field != "readAt" ||
		got[2].Field != "value" || *got[2].From != "100" || *got[2].To != "110" {
		t.Errorf("%+v", got)
	}
	if got := r.CorrectionChanges(r, of); len(got) != 0 {
		t.Errorf("no change: %+v", got)
	}
	r.Hours = "-1"
	err := r.Check(now)
	wantError(t, err, fleet.BadInput, "hours")
	if !strings.Contains(err.Error(), "is not a value of a meter") {
		t.Error(err)
	}
}
