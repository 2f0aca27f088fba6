package fleet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestAssignments(t *testing.T) {
	hour := func(n int) *time.Time { return ptr(now.Add(time.Duration(n) * time.Hour)) }
	machine := func(s fleet.EquipmentStatus) *fleet.Equipment {
		return &fleet.Equipment{ID: fleet.UUID{1}, Status: s}
	}
	operator := func(s fleet.OperatorStatus) *fleet.Operator { return &fleet.Operator{ID: fleet.UUID{2}, Status: s} }
	for _, c := range []struct {
		name     string
		machine  fleet.EquipmentStatus
		operator fleet.OperatorStatus
		from, to *time.Time
		code     fleet.Code
		field    string
	}{
		{"from now on", fleet.EquipmentActive, fleet.OperatorActive, nil, nil, "", ""},
		{"since an hour ago", fleet.EquipmentInactive, fleet.OperatorActive, hour(-1), nil, "", ""},
		{"a machine in the workshop", fleet.EquipmentMaintenance, fleet.OperatorActive, nil, nil, "", ""},
		{"a retired machine", fleet.EquipmentRetired, fleet.OperatorActive, nil, nil, fleet.Conflict, "equipmentId"},
		{"an operator on leave", fleet.EquipmentActive, fleet.OperatorInactive, nil, nil, fleet.Conflict, "operatorId"},
		{"a retired operator", fleet.EquipmentActive, fleet.OperatorRetired, nil, nil, fleet.Conflict, "operatorId"},
		{"a past period of a retired machine and operator", fleet.EquipmentRetired, fleet.OperatorRetired, hour(-2),
			hour(-1), "", ""},
		{"from the future", fleet.EquipmentActive, fleet.OperatorActive, hour(1), nil, fleet.BadInput, "assignedAt"},
		{"until the future", fleet.EquipmentActive, fleet.OperatorActive, hour(-1), hour(1), fleet.BadInput,
			"releasedAt"},
		{"an empty period", fleet.EquipmentActive, fleet.OperatorActive, hour(-1), hour(-1), fleet.BadInput,
			"releasedAt"},
		{"a reversed period", fleet.EquipmentActive, fleet.OperatorActive, hour(-1), hour(-2), fleet.BadInput,
			"releasedAt"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := fleet.AssignmentInput{AssignedAt: c.from, ReleasedAt: c.to}.Assign(machine(c.machine),
				operator(c.operator), now)
			wantError(t, err, c.code, c.field)
			if err != nil {
				return
			}
			begin := now
			if c.from != nil {
				begin = *c.from
			}
			if a.EquipmentID != (fleet.UUID{1}) || a.OperatorID != (fleet.UUID{2}) || !a.AssignedAt.Equal(begin) ||
				a.ReleasedAt != c.to {
				t.Errorf("assignment %+v", a)
			}
		})
	}
}

func TestReleases(t *testing.T) {
	begin := now.Add(-time.Hour)
	for _, c := range []struct {
		name string
		at   *time.Time
		want time.Time
		code fleet.Code
	}{
		{"now", nil, now, ""},
		{"earlier", ptr(now.Add(-time.Minute)), now.Add(-time.Minute), ""},
		{"in the future", ptr(now.Add(time.Second)), time.Time{}, fleet.BadInput},
		{"at its beginning", &begin, time.Time{}, fleet.BadInput},
	} {
		open := &fleet.Assignment{AssignedAt: begin}
		ended, err := open.Release(c.at, now)
		field := ""
		if c.code != "" {
			field = "releasedAt"
		}
		wantError(t, err, c.code, field)
		if err == nil && !ended.ReleasedAt.Equal(c.want) {
			t.Errorf("%s: released at %v, want %v", c.name, ended.ReleasedAt, c.want)
		}
		if open.ReleasedAt != nil {
			t.Errorf("%s: Release changed the open assignment", c.name)
		}
	}
}

func TestOperatorsWhoLeaveLoseTheirMachines(t *testing.T) {
	for _, from := range fleet.OperatorStatuses() {
		for _, to := range fleet.OperatorStatuses() {
			want := from != to && to != fleet.OperatorActive
			if got := from.LosesMachines(to); got != want {
				t.Errorf("%s to %s: loses machines %v, want %v", from, to, got, want)
			}
		}
	}
	after, err := fleet.Retirement().Apply(&fleet.Operator{FirstName: "Ada", LastName: "Byron",
		Status: fleet.OperatorActive})
	if err != nil || after.Status != fleet.OperatorRetired {
		t.Errorf("retirement: %+v, %v", after, err)
	}
}

func TestMeterReadings(t *testing.T) {
	for _, c := range []struct {
		hours fleet.Decimal
		at    time.Time
		field string
	}{
		{"0", now, ""},
		{"1234.5", now.Add(-time.Hour), ""},
		{fleet.MaxHours, now, ""},
		{"1000000000", now, "hours"},
		{"-0.1", now, "hours"},
		{"1.25", now, "hours"},
		{"1.50", now, ""}, // a zero says no more
		{"1", now.Add(time.Second), "readAt"},
	} {
		r := fleet.MeterReading{Hours: c.hours, ReadAt: c.at}
		code := fleet.Code("")
		if c.field != "" {
			code = fleet.BadInput
		}
		wantError(t, r.Check(now), code, c.field)
	}
	if r := (fleet.MeterReading{}).ReadingAt(now); !r.ReadAt.Equal(now) {
		t.Errorf("a reading without moment is of %v, want now", r.ReadAt)
	}
	if r := (fleet.MeterReading{ReadAt: now.Add(-time.Hour)}).ReadingAt(now); !r.ReadAt.Equal(now.Add(-time.Hour)) {
		t.Errorf("the moment of a reading became %v", r.ReadAt)
	}
}

// TestMistypedMomentsAreRefused for new periods and readings; a period of before can still be ended.
func TestMistypedMomentsAreRefused(t *testing.T) {
	old := time.Date(1949, 12, 31, 23, 59, 59, 0, time.UTC)
	a := &fleet.Assignment{AssignedAt: old}
	wantError(t, a.Check(now), fleet.BadInput, "assignedAt")
	if _, err := a.Release(nil, now); err != nil {
		t.Error(err)
	}
	if err := (&fleet.Assignment{AssignedAt: old.Add(time.Second)}).Check(now); err != nil {
		t.Error(err)
	}
	wantError(t, (&fleet.MeterReading{Hours: "1", ReadAt: old}).Check(now), fleet.BadInput, "readAt")
}

// TestARefusedEndSaysWhatToDo which is not the same for an assignment and a release.
func TestARefusedEndSaysWhatToDo(t *testing.T) {
	later := now.Add(time.Hour)
	a := &fleet.Assignment{AssignedAt: now.Add(-time.Hour)}
	_, err := a.Release(&later, now)
	if err == nil || !strings.Contains(err.Error(), "leave it out to release the operator now") {
		t.Error(err)
	}
	a.ReleasedAt = &later
	if err := a.Check(now); err == nil || !strings.Contains(err.Error(), "leave it out while the operator runs") {
		t.Error(err)
	}
}

// TestAReleaseTellsItsMachine and its operator, which it does not change.
func TestAReleaseTellsItsMachine(t *testing.T) {
	open := &fleet.Assignment{EquipmentID: fleet.UUID{15: 1}, OperatorID: fleet.UUID{15: 2}, AssignedAt: now}
	ended := *open
	later := now.Add(time.Hour)
	ended.ReleasedAt = &later
	machine, operator := fleet.GlobalID(fleet.KindEquipment, open.EquipmentID),
		fleet.GlobalID(fleet.KindOperator, open.OperatorID)
	at := later.UTC().Format(time.RFC3339Nano)
	want := []fleet.FieldChange{{Field: "equipment", From: &machine, To: &machine},
		{Field: "operator", From: &operator, To: &operator}, {Field: "releasedAt", To: &at}}
	if diff := cmp.Diff(want, ended.ReleaseChanges(open)); diff != "" {
		t.Error(diff)
	}
}
