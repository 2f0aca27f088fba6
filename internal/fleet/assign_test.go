package fleet_test

import (
	"errors"
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

func TestAReplacementEndsOrSplitsAnAssignment(t *testing.T) {
	t.Parallel()
	at := func(h int) *time.Time { return ptr(now.Add(time.Duration(h) * time.Hour)) }
	for _, c := range []struct {
		name      string
		until     *time.Time // of the assignment
		by        *time.Time // end of the replacement, which begins 10 hours ago
		restUntil *time.Time
		hasRest   bool
	}{
		{"an open one, for good", nil, nil, nil, false},
		{"an open one, for a period", nil, at(-5), nil, true},
		{"one that ends later", at(-1), at(-5), at(-1), true},
		{"one that ends with it", at(-5), at(-5), nil, false},
		{"one that ends within", at(-7), at(-5), nil, false},
		{"one that ends, for good", at(-1), nil, nil, false},
	} {
		a := &fleet.Assignment{ID: fleet.NewUUID(), OperatorID: fleet.NewUUID(), AssignedAt: *at(-100), ReleasedAt: c.until}
		ended, rest := a.Replaced(&fleet.Assignment{AssignedAt: *at(-10), ReleasedAt: c.by})
		if ended.ID != a.ID || !ended.AssignedAt.Equal(*at(-100)) || !ended.ReleasedAt.Equal(*at(-10)) {
			t.Errorf("%s: it ends as %+v", c.name, ended)
		}
		if rest == nil {
			if c.hasRest {
				t.Errorf("%s: the operator does not have the machine again", c.name)
			}
			continue
		}
		if !c.hasRest || rest.ID == a.ID || rest.OperatorID != a.OperatorID || !rest.AssignedAt.Equal(*c.by) ||
			(rest.ReleasedAt == nil) != (c.restUntil == nil) || rest.ReleasedAt != nil && !rest.ReleasedAt.Equal(*c.restUntil) {
			t.Errorf("%s: the rest is %+v", c.name, rest)
		}
	}
}

func TestACorrectedAssignmentFollowsTheRulesOfANewOne(t *testing.T) {
	t.Parallel()
	machine := &fleet.Equipment{ID: fleet.NewUUID(), Status: fleet.EquipmentActive}
	ada := &fleet.Operator{ID: fleet.NewUUID(), Status: fleet.OperatorActive}
	away := &fleet.Operator{ID: fleet.NewUUID(), Status: fleet.OperatorInactive}
	end := now.Add(-time.Hour)
	a := &fleet.Assignment{
		EquipmentID: machine.ID,
		OperatorID:  ada.ID,
		AssignedAt:  now.Add(-9 * time.Hour),
		ReleasedAt:  &end,
	}
	reopened := fleet.AssignmentPatch{ReleasedAt: fleet.Maybe[*time.Time]{Set: true}}
	for _, c := range []struct {
		name     string
		patch    fleet.AssignmentPatch
		machine  *fleet.Equipment
		operator *fleet.Operator
		code     fleet.Code
		field    string
	}{
		{"another operator of the past", fleet.AssignmentPatch{}, machine, away, "", ""},
		{"open again", reopened, machine, ada, "", ""},
		{"open again, of an operator that is away", reopened, machine, away, fleet.Conflict, "operatorId"},
		{"open again, on a machine that is sold", reopened, &fleet.Equipment{ID: machine.ID, Status: fleet.EquipmentRetired},
			ada, fleet.Conflict, "equipmentId"},
		{"to come", fleet.AssignmentPatch{ReleasedAt: fleet.Maybe[*time.Time]{Set: true, To: ptr(now.Add(time.Hour))}}, machine,
			ada, fleet.BadInput, "releasedAt"},
	} {
		after, err := c.patch.Apply(a, c.machine, c.operator, now)
		wantError(t, err, c.code, c.field)
		if err == nil && (after.OperatorID != c.operator.ID || a.OperatorID != ada.ID) {
			t.Errorf("%s: %+v", c.name, after)
		}
	}
	moved := *a
	moved.OperatorID = away.ID
	if changes := moved.CorrectionChanges(a); len(changes) != 2 || changes[0].Field != "equipment" ||
		changes[1].Field != "operator" {
		t.Errorf("%+v", changes)
	}
	number := func(s string) fleet.Maybe[*string] { return fleet.Maybe[*string]{Set: true, To: &s} }
	one, two, three := fleet.NewUUID(), fleet.NewUUID(), fleet.NewUUID()
	given := fleet.EquipmentBatch{Items: []fleet.EquipmentItem{
		{ID: one, Patch: fleet.EquipmentPatch{SerialNumber: number(" S  1 ")}}, {ID: two},
		{ID: three, Patch: fleet.EquipmentPatch{SerialNumber: number("S-2")}, Fault: errors.New("x")},
	}}.SerialNumbers()
	if len(given) != 1 || given[one] == nil || *given[one] != "S 1" {
		t.Errorf("the batch gives %v", given)
	}
}
