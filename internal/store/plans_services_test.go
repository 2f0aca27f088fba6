package store_test

import (
	"context"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// fillServices adds service schedules, of which one applies to all machines of two categories.
func fillServices(t *testing.T, db *store.DB, company fleet.UUID) {
	t.Helper()
	began := time.Now()
	if err := db.Exec(
		t.Context(),
		`INSERT INTO service_schedules (company_id, category, title, kind, interval_days, interval_hours,
			recurrence, last_done_on, lead_days)
		SELECT $1, category, 'Service of ' || category, 'PREVENTIVE', 90, 250, 'FROM_COMPLETION', '2026-09-01', 14
		FROM   equipment WHERE company_id = $1 AND deleted_at IS NULL GROUP BY category ORDER BY count(*) DESC LIMIT 2`,
		[16]byte(company),
	); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`INSERT INTO service_schedules (company_id, equipment_id, title, kind, interval_days, recurrence, last_done_on,
			lead_days)
		SELECT $1, id, 'Inspection ' || hashint4(n::int), 'INSPECTION', 365, 'FIXED', '2026-01-01', 14
		FROM  (SELECT id, row_number() OVER () AS n FROM equipment WHERE company_id = $1) e WHERE n <= 5000`,
		`ANALYZE service_schedules, scheduled_services`,
	} {
		args := []any{[16]byte(company)}
		if sql[0] == 'A' {
			args = nil
		}
		if err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	services, err := db.Fleet().DueMaintenanceCount(
		t.Context(),
		fleet.Viewer{CompanyID: company, Role: fleet.RoleManager},
		nil,
	)
	if err != nil || services < 10_000 {
		t.Fatalf("%d services, %v: too few", services, err)
	}
	t.Logf("%d services were made in %s", services, time.Since(began).Round(time.Millisecond))
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
	const merged = `(?s)Merge Append.*scheduled_services_by_day.*maintenance_records_by_status`
	checkPlans(t, db, []plan{
		{"due work", due(nil, first), merged, false},
		{"due work after a position", due(nil, fleet.Window{Limit: 50,
			After: &fleet.Position{Key: "2026-12-01", ID: machines[0]}}), merged, false},
		{"the end of due work", due(nil, fleet.Window{Limit: 50, Backward: true}), merged, false},
		{"overdue work", due(&fleet.DueMaintenanceFilter{Status: []fleet.DueStatus{fleet.Overdue}}, first), merged, false},
		{"services of machines", func(ctx context.Context) error {
			_, err := db.Fleet().ServicesByEquipment(ctx, v, machines, fleet.Window{Limit: 5})
			return err
		}, "scheduled_services_equipment_id_schedule_id_key", true},
		{"schedules by title", schedules(fleet.ScheduleTitleAsc, first), "service_schedules_by_title", false},
		{"newest schedules", schedules(fleet.ScheduleCreatedAtDesc, first), "service_schedules_by_created", false},
	})
}
