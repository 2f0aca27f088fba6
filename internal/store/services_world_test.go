package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// serviceWorld is a company with machines and schedules that are changed at random, day by day in the past.
type serviceWorld struct {
	t         *testing.T
	random    *rand.Rand
	db        *store.DB
	rows      *store.Fleet
	v         fleet.Viewer
	ref       *refServices
	now       time.Time
	machines  []fleet.UUID
	schedules []fleet.UUID
	hours     map[fleet.UUID]int // in tenths, as the meter shows
}

func newServiceWorld(t *testing.T, random *rand.Rand, zone string) *serviceWorld {
	t.Helper()
	db, url := storetest.New(t)
	conn := connect(t, url)
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	w := &serviceWorld{
		t: t, random: random, db: db, rows: db.Fleet(), v: fleet.Viewer{CompanyID: fleet.NewUUID(), Role: fleet.RoleAdmin},
		ref: &refServices{t: t, conn: conn, zone: location}, now: time.Now().AddDate(-3, 0, 0).Truncate(time.Hour),
		hours: map[fleet.UUID]int{},
	}
	w.exec(`INSERT INTO companies (id, name, time_zone) VALUES ($1, 'Ours', $2)`, [16]byte(w.v.CompanyID), zone)
	return w
}

func (w *serviceWorld) exec(sql string, args ...any) {
	w.t.Helper()
	if err := w.db.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%v\n%s", err, sql)
	}
}

// addMachine adds a machine that was entered at the world's time.
func (w *serviceWorld) addMachine() fleet.UUID {
	w.t.Helper()
	id := fleet.NewUUID()
	w.exec(`INSERT INTO equipment (id, company_id, name, category, manufacturer, model, created_at)
		VALUES ($1, $2, 'Machine', $3, 'Ajax', $4, $5)`, [16]byte(id), [16]byte(w.v.CompanyID),
		w.pick("Crane", "crane", "Digger"), w.pick("A7", "A9"), w.now)
	w.machines = append(w.machines, id)
	return id
}

func (w *serviceWorld) pick(list ...string) string { return list[w.random.IntN(len(list))] }

func (w *serviceWorld) maybe(percent int) bool { return w.random.IntN(100) < percent }

// addSchedule adds a schedule of any kind that was made at the world's time.
func (w *serviceWorld) addSchedule() {
	w.t.Helper()
	s := fleet.ServiceSchedule{Title: "Service", Kind: fleet.Preventive, Recurrence: fleet.FromCompletion,
		LeadDays: w.random.IntN(30)}
	switch w.random.IntN(3) {
	case 0:
		s.EquipmentID = &w.machines[w.random.IntN(len(w.machines))]
	case 1:
		s.Category = ptr("CRANE")
	default:
		s.Manufacturer, s.Model = ptr("Ajax"), ptr("A7")
	}
	byDays, byHours := w.maybe(60), w.maybe(60)
	if byDays || !byHours {
		s.IntervalDays = ptr(1 + w.random.IntN(120))
	}
	if byHours {
		s.IntervalHours = ptr(fleet.Decimal(strconv.Itoa(10 + w.random.IntN(500))))
		if w.maybe(40) {
			s.LeadHours = ptr(fleet.Decimal(strconv.Itoa(w.random.IntN(40))))
		}
		if w.maybe(30) {
			s.FirstDueHours = ptr(fleet.Decimal(strconv.Itoa(50 + w.random.IntN(300))))
		}
	}
	if w.maybe(40) && (s.IntervalDays == nil) != (s.IntervalHours == nil) {
		s.Recurrence = fleet.FixedGrid
	}
	day := fleet.DateOf(w.now.AddDate(0, 0, w.random.IntN(60)-50))
	switch {
	case w.maybe(60):
		s.LastDoneOn = &day
	case w.maybe(60) && s.IntervalDays != nil:
		s.FirstDueOn = &day
	}
	if s.IntervalDays != nil && w.maybe(40) {
		for range 1 + w.random.IntN(2) {
			from := w.now.AddDate(0, 0, w.random.IntN(365))
			to := from.AddDate(0, 0, w.random.IntN(100))
			day := func(at time.Time) fleet.MonthDay { return fleet.MonthDay(int(at.Month())*100 + at.Day()) }
			s.Pauses = append(s.Pauses, fleet.SeasonalPause{From: day(from), To: day(to)})
		}
	}
	made, err := w.rows.CreateSchedule(w.t.Context(), w.v, fleet.WriteInfo{}, &s)
	if err != nil { // the machine may be deleted
		w.refused(fmt.Sprintf("add %+v", s), err)
		return
	}
	w.exec(`UPDATE service_schedules SET created_at = $2 WHERE id = $1`, [16]byte(made.ID), w.now)
	w.schedules = append(w.schedules, made.ID)
}

// refused fails the test unless err is nil or a refusal that a user can correct.
func (w *serviceWorld) refused(what string, err error) {
	w.t.Helper()
	if err != nil && fleet.CodeOf(err) == fleet.Internal {
		w.t.Fatalf("%s: %v", what, err)
	}
}

// record returns a record of a schedule with one of the statuses, if there is one.
func (w *serviceWorld) record(deleted bool, statuses ...string) (id fleet.UUID, found bool) {
	w.t.Helper()
	var list []fleet.UUID
	w.ref.rows(`SELECT id FROM maintenance_records WHERE schedule_id IS NOT NULL AND status = ANY($1)
		AND (deleted_at IS NOT NULL) = $2 ORDER BY created_at, id`, []any{statuses, deleted},
		func(row pgx.CollectableRow) error {
			var id [16]byte
			err := row.Scan(&id)
			list = append(list, id)
			return err
		})
	if len(list) == 0 {
		return id, false
	}
	return list[w.random.IntN(len(list))], true
}

// step changes something at random, and returns what.
func (w *serviceWorld) step() (what string) {
	ctx, write := w.t.Context(), fleet.WriteInfo{Confirmed: true, Reason: ptr("for the test")}
	machine := w.machines[w.random.IntN(len(w.machines))]
	schedule := w.schedules[w.random.IntN(len(w.schedules))]
	today := fleet.DateOf(w.now.In(w.ref.zone))
	var err error
	switch n := w.random.IntN(100); {
	case n < 40:
		what = "read a meter"
		r := fleet.MeterReading{EquipmentID: machine, ReadAt: w.now, Replacement: w.maybe(5) && w.hours[machine] > 0}
		if w.hours[machine] += w.random.IntN(900); r.Replacement {
			w.hours[machine] = w.random.IntN(100)
		}
		r.Hours = fleet.Decimal(fmt.Sprintf("%d.%d", w.hours[machine]/10, w.hours[machine]%10))
		_, err = w.rows.AddMeterReading(ctx, w.v, write, r)
	case n < 45:
		what = "void a reading"
		w.ref.rows(`SELECT id FROM meter_readings WHERE voided_at IS NULL ORDER BY random() LIMIT 1`, nil,
			func(row pgx.CollectableRow) error {
				var id [16]byte
				if err := row.Scan(&id); err != nil {
					return err
				}
				_, err = w.rows.VoidMeterReading(ctx, w.v, write, id)
				return nil
			})
	case n < 62:
		if id, found := w.record(false, "PLANNED", "IN_PROGRESS"); found {
			what = "complete a service"
			step := fleet.MaintenanceStep{Action: fleet.ActionCompleted, To: fleet.MaintenanceCompleted}
			step.Patch.MaintenanceDate = fleet.Maybe[fleet.Date]{Set: true, To: today}
			_, err = w.rows.ChangeMaintenance(ctx, w.v, write, id, nil, step)
		}
	case n < 66:
		if id, found := w.record(false, "PLANNED", "IN_PROGRESS"); found {
			what = "cancel a service"
			_, err = w.rows.ChangeMaintenance(ctx, w.v, write, id, nil,
				fleet.MaintenanceStep{Action: fleet.ActionCancelled, To: fleet.MaintenanceCancelled})
		}
	case n < 72:
		if id, found := w.record(false, "COMPLETED", "CANCELLED"); found {
			what = "reopen a service"
			_, err = w.rows.ReopenMaintenance(ctx, w.v, write, id, nil, false)
		}
	case n < 75:
		if id, found := w.record(false, "COMPLETED", "CANCELLED", "PLANNED", "IN_PROGRESS"); found {
			what = "delete a service"
			_, err = w.rows.DeleteMaintenance(ctx, w.v, write, id, nil)
		}
	case n < 78:
		if id, found := w.record(true, "COMPLETED", "CANCELLED", "PLANNED", "IN_PROGRESS"); found {
			what = "restore a service"
			_, err = w.rows.RestoreMaintenance(ctx, w.v, write, id, nil)
		}
	case n < 82:
		what = "do a service before it is planned"
		m := &fleet.MaintenanceRecord{EquipmentID: machine, Kind: fleet.Preventive, Status: fleet.MaintenanceCompleted,
			MaintenanceDate: today, ScheduleID: &schedule}
		if w.maybe(50) {
			m.MeterHours = ptr(fleet.Decimal(strconv.Itoa(w.hours[machine] / 10)))
		}
		_, err = w.rows.RecordMaintenance(ctx, w.v, write, m)
	case n < 84:
		what = "pause a schedule"
		_, err = w.rows.PauseSchedule(ctx, w.v, write, schedule, nil)
	case n < 87:
		what = "resume a schedule"
		_, err = w.rows.ResumeSchedule(ctx, w.v, write, schedule, nil)
	case n < 90:
		what = "change a schedule"
		_, err = w.rows.UpdateSchedule(ctx, w.v, write, schedule, nil, fleet.ServiceSchedulePatch{
			IntervalDays: fleet.Maybe[*int]{Set: true, To: ptr(5 + w.random.IntN(100))},
			LeadDays:     fleet.Maybe[int]{Set: true, To: w.random.IntN(20)}})
	case n < 92:
		what = "delete or restore a schedule"
		if _, err = w.rows.DeleteSchedule(ctx, w.v, write, schedule, nil); err != nil {
			_, err = w.rows.RestoreSchedule(ctx, w.v, write, schedule, nil)
		}
	case n < 96:
		what = "move a machine to another category or model, retire or delete it, or take it back"
		w.exec(
			`UPDATE equipment SET category = $2, model = $3, status = $4, deleted_at = CASE WHEN $5 THEN now() END
			WHERE id = $1`,
			[16]byte(machine),
			w.pick("Crane", "Digger"),
			w.pick("A7", "A9"),
			w.pick("ACTIVE", "ACTIVE", "ACTIVE", "RETIRED"),
			w.maybe(15),
		)
	case n < 97:
		what = "add a machine"
		w.addMachine()
	default:
		what = "add a schedule"
		w.addSchedule()
	}
	w.refused(what, err)
	return what
}

// plan plans services at the world's time, by one or two servers at once. Nothing is planned that is not due, all that
// is due is planned, and each once, as the key of the table says.
func (w *serviceWorld) plan() {
	w.t.Helper()
	due := func() (n int) {
		w.ref.rows(`SELECT count(*) FROM scheduled_services WHERE active AND record_id IS NULL AND opens_on <= $1`,
			[]any{w.ref.day(w.now)}, func(row pgx.CollectableRow) error { return row.Scan(&n) })
		return n
	}
	want := due()
	planned := make(chan int, 2)
	servers := 1 + w.random.IntN(2)
	for range servers {
		go func() {
			n, err := w.db.PlanServices(context.Background(), &w.now)
			if err != nil {
				w.t.Error(err)
			}
			planned <- n
		}()
	}
	got := 0
	for range servers {
		got += <-planned
	}
	if left := due(); got != want || left > 0 {
		w.t.Fatalf("%d services were due and %d have been planned by %d servers; %d are due still", want, got, servers, left)
	}
}
