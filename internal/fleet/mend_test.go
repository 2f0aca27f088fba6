package fleet_test

import (
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestEndedWorkIsReopened(t *testing.T) {
	t.Parallel()
	day := func(s string) *fleet.Date {
		d, err := fleet.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return &d
	}
	due, began, done := day("2026-02-20"), now.Add(-72*time.Hour), now.Add(-24*time.Hour)
	down := now.Add(-70 * time.Hour)
	completed := func(change func(*fleet.MaintenanceRecord)) *fleet.MaintenanceRecord {
		m := record(fleet.MaintenanceCompleted)
		m.DueDate, m.FirstDueDate, m.StartedAt, m.CompletedAt = due, due, &began, &done
		m.DownFrom, m.DownTo, m.MaintenanceDate = &down, &done, fleet.DateOf(done)
		if change != nil {
			change(m)
		}
		return m
	}
	cancelled := func(m *fleet.MaintenanceRecord) {
		m.Status, m.CompletedAt, m.DownFrom, m.DownTo = fleet.MaintenanceCancelled, nil, nil, nil
	}
	for _, c := range []struct {
		name   string
		before *fleet.MaintenanceRecord
		stops  bool
		status fleet.MaintenanceStatus
		day    string
		down   string // from and to
	}{
		{"completed work counts to the day it began", completed(nil), false, fleet.MaintenanceInProgress, "2026-02-27",
			"ended"},
		{"a day that a person gave stays", completed(func(m *fleet.MaintenanceRecord) { m.MaintenanceDate = *day("2026-02-03") }),
			false, fleet.MaintenanceInProgress, "2026-02-03", "ended"},
		{"without a known start the day stays", completed(func(m *fleet.MaintenanceRecord) { m.StartedAt = nil }), false,
			fleet.MaintenanceInProgress, "2026-03-01", "ended"},
		{"the machine is down still", completed(nil), true, fleet.MaintenanceInProgress, "2026-02-27", "open"},
		{"the machine is down from now on", completed(func(m *fleet.MaintenanceRecord) { m.DownFrom, m.DownTo = nil, nil }),
			true, fleet.MaintenanceInProgress, "2026-02-27", "now"},
		{"work that was cancelled after it began", completed(cancelled), false, fleet.MaintenanceInProgress, "2026-03-01",
			"none"},
		{"a cancelled plan", completed(func(m *fleet.MaintenanceRecord) { cancelled(m); m.StartedAt = nil }), false,
			fleet.MaintenancePlanned, "2026-02-20", "none"},
	} {
		machine := &fleet.Equipment{Status: fleet.EquipmentActive}
		after, err := c.before.Reopened(machine, c.stops, now)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		state := "none"
		switch {
		case after.DownFrom != nil && after.DownTo != nil:
			state = "ended"
		case after.DownFrom != nil && after.DownFrom.Equal(now):
			state = "now"
		case after.DownFrom != nil:
			state = "open"
		}
		if after.Status != c.status || after.CompletedAt != nil || after.MaintenanceDate.String() != c.day ||
			state != c.down ||
			after.DueDate != due {
			t.Errorf("%s: %s of %s, completed %v, downtime %s", c.name, after.Status, after.MaintenanceDate, after.CompletedAt,
				state)
		}
		_, err = c.before.Reopened(&fleet.Equipment{Status: fleet.EquipmentRetired}, c.stops, now)
		wantError(t, err, fleet.Conflict, "maintenanceRecordId")
	}
	_, err := record(fleet.MaintenanceInProgress).Reopened(&fleet.Equipment{}, false, now)
	wantError(t, err, fleet.Conflict, "maintenanceRecordId")
}

func TestARecordMovesUnlessItIsTiedToItsMachine(t *testing.T) {
	t.Parallel()
	here, there := &fleet.Equipment{ID: fleet.NewUUID(), Status: fleet.EquipmentActive},
		&fleet.Equipment{ID: fleet.NewUUID(), Status: fleet.EquipmentActive}
	retired := &fleet.Equipment{ID: fleet.NewUUID(), Status: fleet.EquipmentRetired}
	of := func(status fleet.MaintenanceStatus) *fleet.MaintenanceRecord {
		m := record(status)
		m.EquipmentID = here.ID
		return m
	}
	done, open, reversal := of(fleet.MaintenanceCompleted), of(fleet.MaintenanceInProgress), of(fleet.MaintenanceCompleted)
	reversal.ReversalOf = &done.ID
	if after, err := done.MovedTo(
		there,
		false,
	); err != nil || after.EquipmentID != there.ID ||
		done.EquipmentID != here.ID {
		t.Errorf("%+v, %v", after, err)
	}
	if after, err := done.MovedTo(here, true); err != nil || after != done {
		t.Errorf("to its own machine: %+v, %v", after, err)
	}
	if _, err := done.MovedTo(retired, false); err != nil {
		t.Errorf("work that is done, to a machine that was sold: %v", err)
	}
	_, err := open.MovedTo(retired, false)
	wantError(t, err, fleet.Conflict, "equipmentId")
	_, err = reversal.MovedTo(there, false)
	wantError(t, err, fleet.Conflict, "maintenanceRecordId")
	_, err = done.MovedTo(there, true)
	wantError(t, err, fleet.Conflict, "maintenanceRecordId")
	wantError(t, done.CheckDelete(true), fleet.Conflict, "maintenanceRecordId")
	wantError(t, done.CheckDelete(false), "", "")
	wantError(t, open.CheckRestore(retired), fleet.Conflict, "maintenanceRecordId")
	wantError(t, done.CheckRestore(retired), "", "")
}

func TestAReversalTakesBackACostOfItsMachine(t *testing.T) {
	t.Parallel()
	d := func(s string) *fleet.Decimal { return ptr(fleet.Decimal(s)) }
	original := record(fleet.MaintenanceCompleted)
	original.ID, original.EquipmentID, original.Cost = fleet.NewUUID(), fleet.NewUUID(), d("100")
	reversal := record(fleet.MaintenanceCompleted)
	reversal.ID, reversal.EquipmentID, reversal.Cost = fleet.NewUUID(), original.EquipmentID, d("-100")
	reversal.ReversalOf, reversal.LabourHours = &original.ID, d("-2.5")
	wantError(t, reversal.Check(now), "", "")
	wantError(t, reversal.CheckReversalOf(original), "", "")
	wantError(t, original.CheckReversalOf(original), fleet.BadInput, "reversalOfId")
	another := *original
	another.EquipmentID = fleet.NewUUID()
	wantError(t, reversal.CheckReversalOf(&another), fleet.Conflict, "reversalOfId")
	again := *reversal
	again.ID = fleet.NewUUID()
	wantError(t, again.CheckReversalOf(reversal), fleet.Conflict, "reversalOfId")
	for _, cost := range []*fleet.Decimal{nil, d("0"), d("100")} {
		wrong := *reversal
		wrong.Cost, wrong.LabourHours = cost, nil
		wantError(t, wrong.Check(now), fleet.BadInput, "cost")
	}
	for _, hours := range []string{"-1", "1.234", "100000"} {
		wrong := *original
		wrong.LabourHours = d(hours)
		wantError(t, wrong.Check(now), fleet.BadInput, "labourHours")
	}
	original.LabourHours = d("99999.99")
	wantError(t, original.Check(now), "", "")
}

func TestAReasonIsGivenInWords(t *testing.T) {
	t.Parallel()
	if why, err := fleet.CheckReason("  wrong \u00a0 machine "); err != nil || *why != "wrong machine" {
		t.Errorf("%v, %v", why, err)
	}
	for _, wrong := range []string{"", " \n ", strings.Repeat("x", fleet.MaxReason+1)} {
		_, err := fleet.CheckReason(wrong)
		wantError(t, err, fleet.BadInput, "reason")
	}
}
