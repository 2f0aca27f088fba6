package fleet_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

var now = time.Date(2026, time.March, 2, 12, 0, 0, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// wantError fails unless err is the Error of this code and field, and its
// message contains the text.
func wantError(t *testing.T, err error, code fleet.Code, field string) {
	t.Helper()
	var e *fleet.Error
	switch {
	case code == "" && err != nil:
		t.Errorf("error %v, want none", err)
	case code != "" && !errors.As(err, &e):
		t.Errorf("error %v, want %s of field %q", err, code, field)
	case code != "" && (e.Code != code || e.Field != field || e.Message == ""):
		t.Errorf("error %s of field %q (%s), want %s of field %q", e.Code, e.Field, e.Message, code, field)
	}
}

func TestMachineStatusFollowsDowntime(t *testing.T) {
	const active, workshop, parked, retired = fleet.EquipmentActive, fleet.EquipmentMaintenance,
		fleet.EquipmentInactive, fleet.EquipmentRetired
	failed := errors.New("no answer")
	for _, c := range []struct {
		name       string
		status     fleet.EquipmentStatus
		afterWork  fleet.EquipmentStatus // "" for none
		isDown     bool
		others     bool
		err        error
		want       fleet.EquipmentStatus
		wantBefore fleet.EquipmentStatus
		asks       bool // whether the other records are looked at
	}{
		{"downtime begins on a working machine", active, "", true, false, nil, workshop, active, false},
		{"downtime begins on a parked machine", parked, "", true, false, nil, workshop, parked, false},
		{"downtime begins on a machine that a person put into the workshop", workshop, "", true, false, nil, workshop, "", false},
		{"a second downtime begins", workshop, parked, true, false, nil, workshop, parked, false},
		{"downtime begins on a retired machine", retired, "", true, false, nil, retired, "", false},
		{"the last downtime ends", workshop, active, false, false, nil, active, "", true},
		{"the last downtime of a parked machine ends", workshop, parked, false, false, nil, parked, "", true},
		{"one of several downtimes ends", workshop, active, false, true, nil, workshop, active, true},
		{"downtime ends where a person put the machine into the workshop", workshop, "", false, false, nil, workshop, "", false},
		{"downtime ends on a parked machine", parked, "", false, false, nil, parked, "", false},
		{"downtime ends on a machine that another release put to work", active, parked, false, false, nil, active, parked, false},
		{"downtime ends on a retired machine", retired, "", false, false, nil, retired, "", false},
		{"the database does not answer", workshop, active, false, false, failed, workshop, active, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := false
			machine := &fleet.Equipment{Status: c.status}
			if c.afterWork != "" {
				machine.StatusAfterWork = &c.afterWork
			}
			got, err := machine.AfterWork(c.isDown, func() (bool, error) { asked = true; return c.others, c.err })
			before := fleet.EquipmentStatus("")
			if got.StatusAfterWork != nil {
				before = *got.StatusAfterWork
			}
			if got.Status != c.want || before != c.wantBefore || !errors.Is(err, c.err) || asked != c.asks {
				t.Errorf("%s, then %q, %v, looked at other records: %v; want %s, %q, %v, %v", got.Status, before, err, asked,
					c.want, c.wantBefore, c.err, c.asks)
			}
		})
	}
}

// TestAPersonSaysWhatAMachineIs: a status that is given while work keeps the machine down stays.
func TestAPersonSaysWhatAMachineIs(t *testing.T) {
	machine := &fleet.Equipment{Name: "a", Category: "b", Status: fleet.EquipmentMaintenance,
		StatusAfterWork: ptr(fleet.EquipmentActive)}
	after, err := fleet.EquipmentPatch{Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true,
		To: fleet.EquipmentMaintenance}}.Apply(machine, fleet.DateOf(now))
	if err != nil || after.StatusAfterWork != nil {
		t.Errorf("%+v, %v", after, err)
	}
	after, err = fleet.EquipmentPatch{Name: fleet.Maybe[string]{Set: true, To: "c"}}.Apply(machine, fleet.DateOf(now))
	if err != nil || after.StatusAfterWork == nil {
		t.Errorf("another field: %+v, %v", after, err)
	}
}

func TestARetiredMachineIsNotStopped(t *testing.T) {
	retired := &fleet.Equipment{Status: fleet.EquipmentRetired}
	down := record(fleet.MaintenancePlanned)
	down.DownFrom = &now
	wantError(t, record(fleet.MaintenanceInProgress).CheckMachine(retired, true), fleet.Conflict, "maintenanceRecordId")
	wantError(t, down.CheckMachine(retired, false), fleet.Conflict, "maintenanceRecordId")
	wantError(t, down.CheckMachine(&fleet.Equipment{Status: fleet.EquipmentActive}, false), "", "")
	wantError(t, record(fleet.MaintenancePlanned).CheckMachine(retired, false), "", "")
}

func TestADownMachineCannotBeCalledRunning(t *testing.T) {
	failed := errors.New("no answer")
	for _, c := range []struct {
		next fleet.EquipmentStatus
		down bool
		err  error
		want fleet.Code
	}{
		{fleet.EquipmentActive, false, nil, ""},
		{fleet.EquipmentActive, true, nil, fleet.Conflict},
		{fleet.EquipmentInactive, true, nil, fleet.Conflict},
		{fleet.EquipmentMaintenance, true, nil, ""},
		{fleet.EquipmentRetired, true, nil, ""},
	} {
		wantError(t, c.next.CheckDowntime(func() (bool, error) { return c.down, c.err }), c.want, "")
	}
	if err := fleet.EquipmentActive.CheckDowntime(func() (bool, error) { return false, failed }); !errors.Is(err,
		failed) {
		t.Errorf("error %v, want %v", err, failed)
	}
	if !fleet.EquipmentRetired.EndsAssignment() || fleet.EquipmentInactive.EndsAssignment() {
		t.Error("only retirement ends the assignment of a machine")
	}
}

func TestStatusMoves(t *testing.T) {
	want := map[fleet.EquipmentStatus][]fleet.EquipmentStatus{
		fleet.EquipmentActive:      {fleet.EquipmentMaintenance, fleet.EquipmentInactive, fleet.EquipmentRetired},
		fleet.EquipmentMaintenance: {fleet.EquipmentActive, fleet.EquipmentInactive, fleet.EquipmentRetired},
		fleet.EquipmentInactive:    {fleet.EquipmentActive, fleet.EquipmentMaintenance, fleet.EquipmentRetired},
		fleet.EquipmentRetired:     {fleet.EquipmentInactive},
	}
	for _, from := range fleet.EquipmentStatuses() {
		if diff := cmp.Diff(want[from], from.Moves()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", from, diff)
		}
		allowed := map[fleet.EquipmentStatus]bool{from: true}
		for _, to := range want[from] {
			allowed[to] = true
		}
		for _, to := range fleet.EquipmentStatuses() {
			if err := from.CheckMove(to); (err == nil) != allowed[to] {
				t.Errorf("%s to %s: %v", from, to, err)
			} else if err != nil {
				wantError(t, err, fleet.Conflict, "")
			}
		}
	}
}

func TestMaintenanceMoves(t *testing.T) {
	const planned, running, done, cancelled = fleet.MaintenancePlanned, fleet.MaintenanceInProgress,
		fleet.MaintenanceCompleted, fleet.MaintenanceCancelled
	allowed := map[[2]fleet.MaintenanceStatus]bool{
		{planned, running}: true, {planned, done}: true, {planned, cancelled}: true,
		{running, done}: true, {running, cancelled}: true,
	}
	for _, from := range fleet.MaintenanceStatuses() {
		for _, to := range fleet.MaintenanceStatuses() {
			want := fleet.Conflict
			if allowed[[2]fleet.MaintenanceStatus{from, to}] {
				want = ""
			}
			wantError(t, from.CheckMove(to), want, "")
		}
		if open := from == planned || from == running; from.Open() != open {
			t.Errorf("%s open: %v", from, from.Open())
		}
	}
}

// record is a valid record of this status.
func record(status fleet.MaintenanceStatus) *fleet.MaintenanceRecord {
	m := &fleet.MaintenanceRecord{Kind: fleet.Corrective, Status: status, MaintenanceDate: fleet.DateOf(now),
		Cost: ptr(fleet.Decimal("100.00"))}
	m.FillDates(time.UTC)
	return m
}

func TestMaintenanceSteps(t *testing.T) {
	hour := func(n int) *time.Time { return ptr(now.Add(time.Duration(n) * time.Hour)) }
	down := func(m *fleet.MaintenanceRecord, from, to *time.Time) *fleet.MaintenanceRecord {
		m.DownFrom, m.DownTo = from, to
		return m
	}
	expected := func(m *fleet.MaintenanceRecord, from, to *time.Time) *fleet.MaintenanceRecord {
		m.DownFrom, m.DownTo, m.DownToExpected = from, to, to != nil
		return m
	}
	for _, c := range []struct {
		name   string
		before *fleet.MaintenanceRecord
		step   fleet.MaintenanceStep
		code   fleet.Code
		field  string
		status fleet.MaintenanceStatus
		from   *time.Time
		to     *time.Time
	}{
		{"start", record(fleet.MaintenancePlanned), fleet.MaintenanceStep{To: fleet.MaintenanceInProgress}, "", "",
			fleet.MaintenanceInProgress, nil, nil},
		{"start and stop the machine", record(fleet.MaintenancePlanned),
			fleet.MaintenanceStep{To: fleet.MaintenanceInProgress, StopsMachine: true}, "", "",
			fleet.MaintenanceInProgress, &now, nil},
		{"start on a machine that is down already", down(record(fleet.MaintenancePlanned), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceInProgress, StopsMachine: true}, "", "",
			fleet.MaintenanceInProgress, hour(-3), nil},
		{"complete ends the downtime", down(record(fleet.MaintenanceInProgress), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted}, "", "", fleet.MaintenanceCompleted, hour(-3), &now},
		{"cancel ends the downtime", down(record(fleet.MaintenancePlanned), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCancelled}, "", "", fleet.MaintenanceCancelled, hour(-3), &now},
		{"complete with the end of the downtime", down(record(fleet.MaintenanceInProgress), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted,
				Patch: fleet.MaintenancePatch{DownTo: fleet.Maybe[*time.Time]{Set: true, To: hour(-1)}}}, "", "",
			fleet.MaintenanceCompleted, hour(-3), hour(-1)},
		{"complete before the expected end", expected(record(fleet.MaintenanceInProgress), hour(-3), hour(5)),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted}, "", "", fleet.MaintenanceCompleted, hour(-3), &now},
		{"complete after the expected end", expected(record(fleet.MaintenanceInProgress), hour(-3), hour(-1)),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted}, "", "", fleet.MaintenanceCompleted, hour(-3), &now},
		{"complete keeps an end that was told", down(record(fleet.MaintenanceInProgress), hour(-3), hour(-1)),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted}, "", "", fleet.MaintenanceCompleted, hour(-3), hour(-1)},
		{"complete what was done earlier", down(record(fleet.MaintenanceInProgress), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted, Patch: fleet.MaintenancePatch{
				StartedAt: fleet.Maybe[*time.Time]{Set: true}, CompletedAt: fleet.Maybe[*time.Time]{Set: true, To: hour(-2)}}},
			"", "", fleet.MaintenanceCompleted, hour(-3), hour(-2)},
		{"complete what was done before the machine stopped", down(record(fleet.MaintenanceInProgress), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted, Patch: fleet.MaintenancePatch{
				StartedAt: fleet.Maybe[*time.Time]{Set: true}, CompletedAt: fleet.Maybe[*time.Time]{Set: true, To: hour(-4)}}},
			"", "", fleet.MaintenanceCompleted, hour(-3), &now},
		{"complete with downtime to come", expected(record(fleet.MaintenanceInProgress), hour(-3), nil),
			fleet.MaintenanceStep{To: fleet.MaintenanceCompleted,
				Patch: fleet.MaintenancePatch{DownTo: fleet.Maybe[*time.Time]{Set: true, To: hour(1)}}}, fleet.BadInput, "downTo",
			"", nil, nil},
		{"cancel before the downtime", expected(record(fleet.MaintenancePlanned), hour(3), hour(5)),
			fleet.MaintenanceStep{To: fleet.MaintenanceCancelled}, "", "", fleet.MaintenanceCancelled, nil, nil},
		{"cancel within the expected downtime", expected(record(fleet.MaintenancePlanned), hour(-3), hour(5)),
			fleet.MaintenanceStep{To: fleet.MaintenanceCancelled}, "", "", fleet.MaintenanceCancelled, hour(-3), &now},
		{"correction keeps the status", record(fleet.MaintenanceCompleted),
			fleet.MaintenanceStep{Patch: fleet.MaintenancePatch{Cost: fleet.Maybe[*fleet.Decimal]{Set: true, To: ptr(fleet.Decimal("5"))}}},
			"", "", fleet.MaintenanceCompleted, nil, nil},
		{"completed work starts no more", record(fleet.MaintenanceCompleted),
			fleet.MaintenanceStep{To: fleet.MaintenanceInProgress}, fleet.Conflict, "maintenanceRecordId", "", nil, nil},
		{"running work is not planned again", record(fleet.MaintenanceInProgress),
			fleet.MaintenanceStep{To: fleet.MaintenancePlanned}, fleet.Conflict, "maintenanceRecordId", "", nil, nil},
		{"a correction is checked", record(fleet.MaintenanceCompleted),
			fleet.MaintenanceStep{Patch: fleet.MaintenancePatch{DownFrom: fleet.Maybe[*time.Time]{Set: true,
				To: hour(-1)}}}, fleet.BadInput, "downTo", "", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := *c.before
			after, err := c.step.Apply(c.before, now)
			wantError(t, err, c.code, c.field)
			if diff := cmp.Diff(&before, c.before, cmp.AllowUnexported(fleet.Date{})); diff != "" {
				t.Errorf("the step changed the record before it:\n%s", diff)
			}
			if err == nil {
				if after.DownToExpected {
					t.Error("the end is an expected one")
				}
				if diff := cmp.Diff([]any{c.status, c.from, c.to},
					[]any{after.Status, after.DownFrom, after.DownTo}); diff != "" {
					t.Errorf("status, down from and to (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestNewWorkOnARetiredMachine(t *testing.T) {
	retired, active := &fleet.Equipment{Status: fleet.EquipmentRetired}, &fleet.Equipment{Status: fleet.EquipmentActive}
	for _, c := range []struct {
		status  fleet.MaintenanceStatus
		machine *fleet.Equipment
		code    fleet.Code
		field   string
	}{
		{fleet.MaintenancePlanned, active, "", ""},
		{fleet.MaintenancePlanned, retired, fleet.Conflict, "equipmentId"},
		{fleet.MaintenanceInProgress, retired, fleet.Conflict, "equipmentId"},
		{fleet.MaintenanceCompleted, retired, "", ""}, // past work may be written down
	} {
		_, err := record(c.status).New(c.machine, now)
		wantError(t, err, c.code, c.field)
	}
	invalid := record(fleet.MaintenancePlanned)
	invalid.Cost = ptr(fleet.Decimal("1.234"))
	_, err := invalid.New(retired, now)
	wantError(t, err, fleet.BadInput, "cost")
}

func TestPurgeTakesADeletedMachine(t *testing.T) {
	wantError(t, fleet.CheckPurge(true), "", "")
	wantError(t, fleet.CheckPurge(false), fleet.Conflict, "equipmentId")
}

func TestMaintenanceCostIsTheSumOfItsParts(t *testing.T) {
	set := func(d fleet.Decimal) fleet.Maybe[*fleet.Decimal] {
		return fleet.Maybe[*fleet.Decimal]{Set: true, To: &d}
	}
	parts := record(fleet.MaintenanceCompleted)
	parts.Cost = ptr(fleet.Decimal("30"))
	parts.LabourCost, parts.PartsCost = ptr(fleet.Decimal("10")), ptr(fleet.Decimal("20"))
	unknown := record(fleet.MaintenanceCompleted)
	unknown.Cost = nil
	for _, c := range []struct {
		name         string
		before       *fleet.MaintenanceRecord
		patch        fleet.MaintenancePatch
		cost         fleet.Decimal
		labour, part *fleet.Decimal
	}{
		{"parts without the cost", record(fleet.MaintenanceCompleted),
			fleet.MaintenancePatch{LabourCost: set("1.25"), PartsCost: set("2.50")}, "3.75", ptr(fleet.Decimal("1.25")),
			ptr(fleet.Decimal("2.50"))},
		{"one part of two", parts, fleet.MaintenancePatch{LabourCost: set("15")}, "35", ptr(fleet.Decimal("15")),
			ptr(fleet.Decimal("20"))},
		{"the cost alone removes the parts", parts,
			fleet.MaintenancePatch{Cost: set("7")}, "7", nil, nil},
		{"the cost is unknown after all", parts, fleet.MaintenancePatch{Cost: fleet.Maybe[*fleet.Decimal]{Set: true}}, "", nil, nil},
		{"parts of an unknown cost", unknown, fleet.MaintenancePatch{LabourCost: set("1"), PartsCost: set("2"),
			Cost: fleet.Maybe[*fleet.Decimal]{Set: true}}, "3", ptr(fleet.Decimal("1")), ptr(fleet.Decimal("2"))},
		{"unknown stays unknown", unknown, fleet.MaintenancePatch{}, "", nil, nil},
		{"nothing", parts, fleet.MaintenancePatch{}, "30", ptr(fleet.Decimal("10")), ptr(fleet.Decimal("20"))},
	} {
		after := c.patch.Apply(c.before)
		switch {
		case after.Cost == nil:
			if c.cost != "" {
				t.Errorf("%s: unknown cost, want %s", c.name, c.cost)
			}
		case c.cost == "" || after.Cost.Cmp(c.cost) != 0:
			t.Errorf("%s: cost %s, want %q", c.name, *after.Cost, c.cost)
		}
		if diff := cmp.Diff([]*fleet.Decimal{c.labour, c.part},
			[]*fleet.Decimal{after.LabourCost, after.PartsCost}); diff != "" {
			t.Errorf("%s: parts (-want +got):\n%s", c.name, diff)
		}
	}
}
