package store_test

import (
	"context"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// TestServicesAreReadByIndex makes 5,000 machines that are due by a schedule of their category and have planned work of
// their own.
func TestServicesAreReadByIndex(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	company := fleet.NewUUID()
	began := time.Now()
	for _, sql := range []string{
		`INSERT INTO companies (id, name) VALUES ($1, 'Ours')`,
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Crane ' || i, 'Crane' FROM generate_series(1, 5000) i`,
		`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours) SELECT company_id, id, date '2026-01-01' + i, i * 8
			FROM equipment, generate_series(1, 3) i WHERE company_id = $1`,
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, due_date, first_due_date)
			SELECT company_id, id, 'OTHER', 'PLANNED', d, d, d FROM equipment, date(date '2026-01-01' + hashtext(name) % 500) d
			WHERE company_id = $1`,
		`INSERT INTO service_schedules (company_id, category, title, kind, interval_days, interval_hours, recurrence, last_done_on,
			lead_days) VALUES ($1, 'crane', 'Oil', 'PREVENTIVE', 90, 250, 'FROM_COMPLETION', '2026-01-01', 14)`,
		`INSERT INTO service_schedules (company_id, equipment_id, title, kind, interval_days, recurrence, last_done_on, lead_days)
			SELECT company_id, id, 'Inspection ' || name, 'INSPECTION', 365, 'FIXED', date '2026-01-01' + hashtext(name) % 500, 14
			FROM equipment WHERE company_id = $1 LIMIT 500`,
	} {
		if err := db.Exec(t.Context(), sql, [16]byte(company)); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
	}
	if err := db.Exec(t.Context(), `VACUUM (ANALYZE) equipment, maintenance_records, service_schedules, scheduled_services,
		meter_readings`); err != nil {
		t.Fatal(err)
	}
	t.Logf("made in %s", time.Since(began).Round(time.Millisecond))
	testPlansOfServices(t, db, fleet.Viewer{CompanyID: company, Role: fleet.RoleManager})
}

func testPlansOfServices(t *testing.T, db *store.DB, v fleet.Viewer) {
	first := fleet.Window{Limit: 50}
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentCreatedAtDesc, first)
	if err != nil {
		t.Fatal(err)
	}
	var machines []fleet.UUID
	for _, e := range page.Items {
		machines = append(machines, e.ID)
	}
	due := func(f *fleet.DueMaintenanceFilter, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().DueMaintenancePage(ctx, v, f, w); return err }
	}
	schedules := func(o fleet.ServiceScheduleOrder, w fleet.Window) func(context.Context) error {
		return func(ctx context.Context) error { _, err := db.Fleet().SchedulePage(ctx, v, nil, o, w); return err }
	}
	const merged = `(?s)scheduled_services_by_day.*maintenance_records_by_(status|date)`
	checkPlans(t, db, []plan{
		{"due work", due(nil, first), merged, true},
		{"due work after a position", due(nil, fleet.Window{Limit: 50,
			After: &fleet.Position{Key: "2026-12-01", ID: machines[0]}}), merged, true},
		{"the end of due work", due(nil, fleet.Window{Limit: 50, Backward: true}), merged, true},
		{"services of machines", func(ctx context.Context) error {
			_, err := db.Fleet().ServicesByEquipment(ctx, v, machines, fleet.Window{Limit: 5})
			return err
		}, "scheduled_services_equipment_id_schedule_id_key", true},
		{"schedules by title", schedules(fleet.ScheduleTitleAsc, first), "service_schedules_by_title", false},
		{"newest schedules", schedules(fleet.ScheduleCreatedAtDesc, first), "service_schedules_by_created", false},
	})
}
