package fleet_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestMetersRunNoFasterThanTime(t *testing.T) {
	t.Parallel()
	at := func(h int, hours fleet.Decimal) *fleet.MeterReading {
		return &fleet.MeterReading{ReadAt: now.Add(time.Duration(h) * time.Hour), Hours: hours}
	}
	replaced := at(0, "7")
	replaced.Replacement = true
	later := at(10, "2")
	later.Replacement = true
	for _, c := range []struct {
		name   string
		r      *fleet.MeterReading
		near   fleet.NearReadings
		reason fleet.Reason
		says   string
	}{
		{"a day of work", at(0, "1024"), fleet.NearReadings{Before: at(-24, "1000")}, "", ""},
		{"a tenth more", at(0, "1024.1"), fleet.NearReadings{Before: at(-24, "1000")}, "", ""},
		{"two tenths more", at(0, "1024.2"), fleet.NearReadings{Before: at(-24, "1000")}, fleet.Implausible,
			"1024.2 hours are more than have passed: 24.0 hours since 2026-03-01T12:00:00Z, when the meter showed 1000"},
		{"too few for the next one", at(0, "1000"), fleet.NearReadings{Before: at(-24, "1000"), After: at(10, "1011")},
			fleet.Implausible, "1000 hours are too few: the meter shows 1011 at 2026-03-02T22:00:00Z, and only 10.0 hours lie between"},
		{"before a new meter", at(0, "1020"), fleet.NearReadings{Before: at(-24, "1000"), After: later}, "", ""},
		{"the first one of a new meter", replaced, fleet.NearReadings{Before: at(-24, "1000")}, "", ""},
		{"the first one", at(0, "60000"), fleet.NearReadings{}, "", ""},
		{"the first one, with a digit too many", at(0, "6000000"), fleet.NearReadings{}, fleet.Implausible, "have passed since 1950"},
	} {
		err := c.r.CheckPlausible(nil, c.near, false)
		wantReason(t, c.name, err, c.reason, "hours", c.says)
		if err := c.r.CheckPlausible(nil, c.near, true); err != nil {
			t.Errorf("%s, confirmed: %v", c.name, err)
		}
	}
}

func wantReason(t *testing.T, name string, err error, reason fleet.Reason, field, says string) {
	t.Helper()
	var e *fleet.Error
	switch {
	case reason == "" && err != nil:
		t.Errorf("%s: %v", name, err)
	case reason != "" && (!errors.As(err, &e) || e.Why() != reason || e.Field != field || !strings.Contains(e.Message, says) ||
		!strings.Contains(e.Message, "confirm: true")):
		t.Errorf("%s: %v, want %s that says %s", name, err, reason, says)
	}
}

func TestTheMeterValueOfWorkFitsToItsReadings(t *testing.T) {
	t.Parallel()
	d := func(s string) *fleet.Decimal { return ptr(fleet.Decimal(s)) }
	moment, day := now.Add(-time.Hour), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	work := func(hours string, at *time.Time) *fleet.MaintenanceRecord {
		m := record(fleet.MaintenanceCompleted)
		m.MeterHours, m.CompletedAt, m.MaintenanceDate = d(hours), at, fleet.DateOf(day)
		return m
	}
	near := fleet.NearReadings{Before: &fleet.MeterReading{ReadAt: day.Add(-time.Hour), Hours: "100"},
		After: &fleet.MeterReading{ReadAt: now, Hours: "120"}}
	for _, c := range []struct {
		name   string
		m      *fleet.MaintenanceRecord
		reason fleet.Reason
	}{
		{"between them", work("119.5", &moment), ""},
		{"below", work("99.9", &moment), fleet.Decreasing},
		{"above", work("120.1", &moment), fleet.Decreasing},
		{"too few for the next one", work("110", &moment), fleet.Implausible},
		{"of a day, at its beginning", work("100", nil), ""},
		{"of a day, at its end", work("120", nil), ""},
	} {
		wantReason(t, c.name, c.m.CheckMeter(near, time.UTC, false), c.reason, "meterHours", "")
		if err := c.m.CheckMeter(near, time.UTC, true); err != nil {
			t.Errorf("%s, confirmed: %v", c.name, err)
		}
	}
	near.After = nil
	wantReason(
		t,
		"more than a day has",
		work("126", nil).CheckMeter(near, time.UTC, false),
		fleet.Implausible,
		"meterHours",
		"25.0 hours since",
	)
	begun := record(fleet.MaintenanceInProgress)
	begun.MeterHours, begun.StartedAt = d("5"), &moment
	if from, to := begun.MeterMoments(time.UTC); !from.Equal(moment) || !to.Equal(moment) {
		t.Errorf("the meter was read between %v and %v", from, to)
	}
	plan := record(fleet.MaintenancePlanned)
	plan.MeterHours = d("5")
	same := *begun
	same.MeterHours = d("5.0")
	if plan.ReadsMeter(nil) || !begun.ReadsMeter(nil) || !begun.ReadsMeter(plan) || begun.ReadsMeter(&same) {
		t.Error("a meter value is checked when work has read it and it is another one than before")
	}
}
