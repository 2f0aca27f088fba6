package store_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestServicesEqualTheReference changes machines, readings, work and schedules at random, while the time goes on by
// days and at times by months, over changes of the clocks, and compares each row with a slow reference after each step.
func TestServicesEqualTheReference(t *testing.T) {
	t.Parallel()
	rounds := 2
	if text := os.Getenv("FLEET_SERVICE_ROUNDS"); text != "" {
		rounds, _ = strconv.Atoi(text)
	}
	for round := range rounds {
		zone := []string{"America/Santiago", "Europe/Madrid", "Australia/Lord_Howe", "UTC"}[round%4]
		seed := uint64(time.Now().UnixNano())
		if text := os.Getenv("FLEET_SERVICE_SEED"); text != "" {
			seed, _ = strconv.ParseUint(text, 10, 64)
		}
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			t.Logf("FLEET_SERVICE_SEED=%d", seed)
			w := newServiceWorld(t, rand.New(rand.NewPCG(seed, 0)), zone) //nolint:gosec // a test
			for range 4 {
				w.addMachine()
			}
			for range 5 {
				w.addSchedule()
			}
			var did []string
			for range 120 {
				jump := time.Duration(1+w.random.IntN(14*24)) * time.Hour
				if w.maybe(3) {
					jump = time.Duration(w.random.IntN(150*24)) * time.Hour
				}
				if next := w.now.Add(jump); next.Before(time.Now()) {
					w.now = next
				}
				did = append(did, w.now.Format(time.RFC3339)+" "+w.step())
				if diff := cmp.Diff(w.ref.all(), w.ref.stored()); diff != "" {
					t.Fatalf("after %v\n-reference +stored\n%s", did[max(0, len(did)-8):], diff)
				}
				if w.maybe(50) {
					w.plan()
				}
			}
		})
	}
}

// service returns the only service of a machine.
func (w *serviceWorld) service(machine fleet.UUID) *fleet.ScheduledService {
	w.t.Helper()
	found, err := w.rows.ServicesByEquipment(w.t.Context(), w.v, []fleet.UUID{machine}, fleet.Window{Limit: 10})
	if err != nil || len(found[machine].Items) != 1 {
		w.t.Fatalf("%d services, %v", len(found[machine].Items), err)
	}
	return found[machine].Items[0]
}

// TestTheNextServiceFollowsTheWork completes a service late, reopens it, completes it early, deletes it, cancels it,
// and reads a meter that shows more hours than are left.
func TestTheNextServiceFollowsTheWork(t *testing.T) {
	t.Parallel()
	w := newServiceWorld(t, rand.New(rand.NewPCG(1, 2)), "Europe/Madrid") //nolint:gosec // a test
	w.now = time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC)
	machine := w.addMachine()
	day := func(month time.Month, day int) fleet.Date {
		return fleet.DateOf(time.Date(2025, month, day, 0, 0, 0, 0, time.UTC))
	}
	ctx, write := t.Context(), fleet.WriteInfo{Reason: ptr("for the test")}
	if _, err := w.rows.CreateSchedule(ctx, w.v, write, &fleet.ServiceSchedule{
		EquipmentID:   &machine,
		Title:         "Oil",
		Kind:          fleet.Preventive,
		IntervalDays:  ptr(30),
		IntervalHours: ptr(fleet.Decimal("250")),
		Recurrence:    fleet.FromCompletion,
		LastDoneOn:    ptr(day(1, 1)),
		LastDoneHours: ptr(fleet.Decimal("1000")),
		LeadDays:      5,
	}); err != nil {
		t.Fatal(err)
	}
	check := func(what, due, hours string, occurrence int, planned bool) *fleet.ScheduledService {
		t.Helper()
		s := w.service(machine)
		got := fmt.Sprint(s.DueOn, " ", *s.DueHours, " ", s.Occurrence, " ", s.RecordID != nil)
		if want := fmt.Sprint(due, " ", hours, " ", occurrence, " ", planned); got != want {
			t.Fatalf("%s: next service %s, want %s", what, got, want)
		}
		return s
	}
	plan := func(month time.Month, on int) {
		t.Helper()
		at := day(month, on).Time().Add(12 * time.Hour)
		if _, err := w.db.PlanServices(ctx, &at); err != nil {
			t.Fatal(err)
		}
	}
	check("new", "2025-01-31", "1250.0", 1, false)
	plan(1, 25)
	check("a day before the lead time", "2025-01-31", "1250.0", 1, false)
	plan(1, 26)
	first := check("in the lead time", "2025-01-31", "1250.0", 1, true)
	complete := func(id fleet.UUID, on fleet.Date) {
		t.Helper()
		step := fleet.MaintenanceStep{Action: fleet.ActionCompleted, To: fleet.MaintenanceCompleted}
		step.Patch.MaintenanceDate = fleet.Maybe[fleet.Date]{Set: true, To: on}
		step.Patch.MeterHours = fleet.Maybe[*fleet.Decimal]{Set: true, To: ptr(fleet.Decimal("1300"))}
		if _, err := w.rows.ChangeMaintenance(ctx, w.v, write, id, nil, step); err != nil {
			t.Fatal(err)
		}
	}
	complete(*first.RecordID, day(2, 10))
	check("completed late", "2025-03-12", "1550.0", 2, false)
	plan(3, 10)
	second := check("planned", "2025-03-12", "1550.0", 2, true)
	if _, err := w.rows.ReopenMaintenance(ctx, w.v, write, *first.RecordID, nil, false); err != nil {
		t.Fatal(err)
	}
	check("reopened", "2025-01-31", "1250.0", 1, true)
	if found, _ := w.rows.MaintenanceByID(ctx, w.v, []fleet.UUID{*second.RecordID}); found[*second.RecordID] != nil {
		t.Error("the service after the reopened one is planned still")
	}
	complete(*first.RecordID, day(1, 20))
	check("completed early", "2025-02-19", "1550.0", 2, false)
	if _, err := w.rows.DeleteMaintenance(ctx, w.v, write, *first.RecordID, nil); err != nil {
		t.Fatal(err)
	}
	check("deleted", "2025-01-31", "1250.0", 1, false)
	if _, err := w.rows.RestoreMaintenance(ctx, w.v, write, *first.RecordID, nil); err != nil {
		t.Fatal(err)
	}
	check("restored", "2025-02-19", "1550.0", 2, false)
	plan(2, 19)
	third := check("planned again", "2025-02-19", "1550.0", 2, true)
	if _, err := w.rows.ChangeMaintenance(ctx, w.v, write, *third.RecordID, nil, fleet.MaintenanceStep{
		Action: fleet.ActionCancelled, To: fleet.MaintenanceCancelled}); err != nil {
		t.Fatal(err)
	}
	check("cancelled", "2025-03-21", "1800.0", 3, false)
	if _, err := w.rows.AddMeterReading(ctx, w.v, write, fleet.MeterReading{EquipmentID: machine,
		ReadAt: day(2, 25).Time(), Hours: "1801"}); err != nil {
		t.Fatal(err)
	}
	reached := check("reached by hours", "2025-03-21", "1800.0", 3, true)
	if reached.Today != fleet.Overdue || reached.ExpectedOn.String() != "2025-02-25" {
		t.Errorf("a service that was due by hours on 2025-02-25 is %s, expected on %s", reached.Today, reached.ExpectedOn)
	}
	if _, err := w.rows.RecordMaintenance(ctx, w.v, write, &fleet.MaintenanceRecord{EquipmentID: machine,
		Kind: fleet.Preventive, Status: fleet.MaintenanceCompleted, MaintenanceDate: day(2, 26),
		ScheduleID: &reached.ScheduleID}); fleet.CodeOf(err) != fleet.Conflict {
		t.Errorf("a second record of a service that is planned: %v, want a CONFLICT", err)
	}
}

// TestDueWorkIsListedOnce compares dueMaintenance with the services and the planned records, page by page.
func TestDueWorkIsListedOnce(t *testing.T) {
	t.Parallel()
	w := newServiceWorld(t, rand.New(rand.NewPCG(3, 4)), "America/Santiago") //nolint:gosec // a test
	for range 6 {
		w.addMachine()
	}
	for range 8 {
		w.addSchedule()
	}
	for range 60 {
		w.now = w.now.Add(time.Duration(w.random.IntN(20*24)) * time.Hour)
		w.step()
		w.plan()
	}
	for i, machine := range w.machines { // planned work of its own
		w.exec(
			`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, due_date, first_due_date)
			VALUES ($1, $2, 'OTHER', 'PLANNED', $3, $3, $3)`,
			[16]byte(w.v.CompanyID),
			[16]byte(machine),
			w.ref.day(time.Now()).AddDate(0, 0, i*7-14),
		)
	}
	want := map[string]string{}
	w.ref.rows(
		`SELECT d.id::text, CASE WHEN d.overdue_on <= n.today THEN 'OVERDUE' WHEN d.opens_on <= n.today THEN 'DUE' ELSE
			'UPCOMING' END || ' ' || coalesce(d.expected_on::text, '') FROM scheduled_services d,
			(SELECT $1::date AS today) n WHERE d.active
		UNION ALL SELECT m.id::text, CASE WHEN m.due_date < $1 THEN 'OVERDUE' WHEN m.due_date = $1 THEN 'DUE'
			ELSE 'UPCOMING' END
			|| ' ' || m.due_date FROM maintenance_records m JOIN equipment e ON e.id = m.equipment_id AND e.deleted_at IS NULL
			WHERE m.status = 'PLANNED' AND m.deleted_at IS NULL
			AND NOT EXISTS (SELECT FROM scheduled_services d WHERE d.active AND d.record_id = m.id)`,
		[]any{w.ref.day(time.Now())},
		func(row pgx.CollectableRow) error {
			var id, text string
			err := row.Scan(&id, &text)
			want[id] = text
			return err
		},
	)
	got := map[string]string{}
	window := fleet.Window{Limit: 4}
	for more, last := true, ""; more; {
		page, err := w.rows.DueMaintenancePage(t.Context(), w.v, nil, window)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page.Items {
			day := ""
			if d.ExpectedOn != nil {
				day = d.ExpectedOn.String()
			}
			if position := d.Position(); position.Key < last {
				t.Errorf("%s comes after %s", position.Key, last)
			}
			last = d.Position().Key
			got[d.ID.String()] = string(d.Status) + " " + day
			window.After = ptr(d.Position())
		}
		more = page.HasNext
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	counted := map[string]int{}
	for _, text := range got {
		for _, s := range fleet.DueStatuses() {
			if len(text) > len(s) && text[:len(s)] == string(s) {
				counted[string(s)]++
			}
		}
	}
	for _, s := range fleet.DueStatuses() {
		n, err := w.rows.DueMaintenanceCount(t.Context(), w.v, &fleet.DueMaintenanceFilter{Status: []fleet.DueStatus{s}})
		if err != nil || n != counted[string(s)] || n == 0 {
			t.Errorf("%d are %s, %v; want %d of %v", n, s, err, counted[string(s)], slices.Sorted(maps.Keys(counted)))
		}
	}
}

// TestAScheduleDoesNotWaitForLongWrites makes one while another machine is being written, as by an import, and when that
// has ended.
func TestAScheduleDoesNotWaitForLongWrites(t *testing.T) {
	t.Parallel()
	w := newServiceWorld(t, rand.New(rand.NewPCG(1, 2)), "UTC") //nolint:gosec // a test
	machine, other := w.addMachine(), w.addMachine()
	add := func() error {
		_, err := w.rows.CreateSchedule(t.Context(), w.v, fleet.WriteInfo{}, &fleet.ServiceSchedule{EquipmentID: &machine,
			Title: "Oil", Kind: fleet.Preventive, Recurrence: fleet.FromCompletion, IntervalDays: ptr(30)})
		return err
	}
	outside := func(sql string, args ...any) {
		t.Helper()
		if _, err := w.ref.conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	outside(`BEGIN`)
	outside(`UPDATE equipment SET description = 'imported' WHERE id = $1`, [16]byte(other))
	var refused *fleet.Error
	if err := add(); !errors.As(err, &refused) || refused.Code != fleet.Conflict || refused.Reason != fleet.Concurrent {
		t.Errorf("while another machine is written: %v", err)
	}
	outside(`COMMIT`)
	if err := add(); err != nil {
		t.Error(err)
	}
}

// TestPlannedWorkFollowsItsService changes the reading, the schedule and the work that a service was planned by.
func TestPlannedWorkFollowsItsService(t *testing.T) {
	t.Parallel()
	w := newServiceWorld(t, rand.New(rand.NewPCG(1, 2)), "Europe/Madrid") //nolint:gosec // a test
	w.now = time.Now()
	read := func(machine fleet.UUID, hours string, daysAgo int) fleet.UUID {
		t.Helper()
		made, err := w.rows.AddMeterReading(t.Context(), w.v, fleet.WriteInfo{}, fleet.MeterReading{EquipmentID: machine,
			Hours: fleet.Decimal(hours), ReadAt: time.Now().AddDate(0, 0, -daysAgo)})
		if err != nil {
			t.Fatal(err)
		}
		return made.ID
	}
	plan := func(what string, machine fleet.UUID, want ...string) {
		t.Helper()
		if _, err := w.db.PlanServices(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		var got []string
		w.ref.rows(
			`SELECT status || CASE WHEN due_date < current_date - 1 THEN ' overdue' ELSE '' END FROM maintenance_records
			WHERE equipment_id = $1 AND deleted_at IS NULL ORDER BY id`,
			[]any{[16]byte(machine)},
			func(row pgx.CollectableRow) error {
				var text string
				err := row.Scan(&text)
				got = append(got, text)
				return err
			},
		)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the work is %q, want %q", what, got, want)
		}
	}
	schedule := func(machine fleet.UUID, hours string) *fleet.ServiceSchedule {
		t.Helper()
		s, err := w.rows.CreateSchedule(t.Context(), w.v, fleet.WriteInfo{}, &fleet.ServiceSchedule{EquipmentID: &machine,
			Title: "Oil", Kind: fleet.Preventive, Recurrence: fleet.FromCompletion, IntervalHours: ptr(fleet.Decimal(hours)),
			LastDoneHours: ptr(fleet.Decimal("100")), LeadDays: 5})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	machine := w.addMachine()
	read(machine, "100", 60)
	read(machine, "300", 10)
	made := schedule(machine, "250")
	plan("4 h a day, 50 h before it is due", machine, "PLANNED")
	w.exec(`UPDATE maintenance_records SET deleted_at = now()`)
	typo := read(machine, "360", 4)
	plan("it was due at 350 h", machine, "PLANNED overdue")
	if _, err := w.rows.VoidMeterReading(t.Context(), w.v, fleet.WriteInfo{Reason: ptr("typo")}, typo); err != nil {
		t.Fatal(err)
	}
	plan("the reading was wrong", machine, "PLANNED")
	every := func(hours fleet.Decimal) {
		t.Helper()
		if _, err := w.rows.UpdateSchedule(t.Context(), w.v, fleet.WriteInfo{}, made.ID, nil,
			fleet.ServiceSchedulePatch{IntervalHours: fleet.Maybe[*fleet.Decimal]{Set: true, To: &hours}}); err != nil {
			t.Fatal(err)
		}
	}
	every("500")
	plan("every 500 h", machine)
	every("250")
	plan("every 250 h again", machine, "PLANNED")
	w.exec(`UPDATE maintenance_records SET cost = 5 WHERE deleted_at IS NULL`)
	every("500")
	plan("a user has changed it", machine, "PLANNED")

	other := w.addMachine()
	read(other, "100", 60)
	read(other, "300", 10)
	gone := schedule(other, "250")
	plan("the same on another machine", other, "PLANNED")
	if _, err := w.rows.DeleteSchedule(t.Context(), w.v, fleet.WriteInfo{}, gone.ID, nil); err != nil {
		t.Fatal(err)
	}
	plan("its schedule is deleted", other)
}

// TestAMachineGoesWithItsServices deletes a machine that has work which a schedule alone has planned, and one with such
// work that a user has changed.
func TestAMachineGoesWithItsServices(t *testing.T) {
	t.Parallel()
	w := newServiceWorld(t, rand.New(rand.NewPCG(1, 2)), "UTC") //nolint:gosec // a test
	for _, changed := range []bool{false, true} {
		machine := w.addMachine()
		if _, err := w.rows.CreateSchedule(t.Context(), w.v, fleet.WriteInfo{}, &fleet.ServiceSchedule{EquipmentID: &machine,
			Title: "Oil", Kind: fleet.Preventive, Recurrence: fleet.FromCompletion, IntervalDays: ptr(30),
			FirstDueOn: ptr(fleet.DateOf(time.Now().AddDate(0, 0, -2))), LeadDays: 5}); err != nil {
			t.Fatal(err)
		}
		records := func(want string) {
			t.Helper()
			if _, err := w.db.PlanServices(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			var got string
			w.ref.rows(`SELECT coalesce(string_agg(status, ' ' ORDER BY id), 'none') FROM maintenance_records
				WHERE equipment_id = $1 AND deleted_at IS NULL`, []any{[16]byte(machine)},
				func(row pgx.CollectableRow) error { return row.Scan(&got) })
			if got != want {
				t.Errorf("changed %t: the work is %s, want %s", changed, got, want)
			}
		}
		records("PLANNED")
		if changed {
			w.exec(`UPDATE maintenance_records SET performed_by = 'Workshop' WHERE status = 'PLANNED'`)
		}
		_, err := w.rows.DeleteEquipment(t.Context(), w.v, fleet.WriteInfo{}, machine, nil, fleet.OpenWorkRefuse)
		var refused *fleet.Error
		switch {
		case changed && (!errors.As(err, &refused) || refused.Reason != fleet.InUse):
			t.Errorf("with work that a user has changed: %v", err)
		case changed:
			records("PLANNED")
		case err != nil:
			t.Fatal(err)
		default:
			records("none")
			if _, err := w.rows.RestoreEquipment(t.Context(), w.v, fleet.WriteInfo{}, machine, nil); err != nil {
				t.Fatal(err)
			}
			records("PLANNED")
		}
	}
}
