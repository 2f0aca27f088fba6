package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// TestMetersAreReadByIndex makes 5,500 machines with two further meters each, and for 500 of them a hundred readings of
// each meter.
func TestMetersAreReadByIndex(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	company := fleet.NewUUID()
	for _, sql := range []string{
		`INSERT INTO companies (id, name) VALUES ($1, 'Ours')`,
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Crane ' || i, 'Crane' FROM generate_series(1, 5000) i`,
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Lorry ' || i, 'Lorry' FROM generate_series(1, 500) i`,
		`INSERT INTO meters (company_id, equipment_id, name, unit) SELECT company_id, id, 'Meter ' || i, 'KILOMETRES'
			FROM equipment, generate_series(1, 2) i WHERE company_id = $1`,
		`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours, replacement)
			SELECT company_id, id, timestamptz '2026-01-01' + i * interval '1 day', i * 8, i = 1
			FROM equipment, generate_series(1, 100) i WHERE company_id = $1 AND category = 'Lorry'`,
		`INSERT INTO meter_readings (company_id, equipment_id, meter_id, read_at, hours, voided_at)
			SELECT m.company_id, m.equipment_id, m.id, timestamptz '2026-01-01' + i * interval '1 day', i * 100,
				CASE WHEN i % 33 = 0 THEN now() END
			FROM meters m JOIN equipment e ON e.id = m.equipment_id, generate_series(1, 100) i
			WHERE m.company_id = $1 AND e.category = 'Lorry'`,
	} {
		if err := db.Exec(t.Context(), sql, [16]byte(company)); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
	}
	if err := db.Exec(t.Context(), `VACUUM (ANALYZE) equipment, meters, meter_readings`); err != nil {
		t.Fatal(err)
	}
	v := fleet.Viewer{CompanyID: company, Role: fleet.RoleManager}
	first := fleet.Window{Limit: 5}
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentCreatedAtDesc, fleet.Window{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var machines, meters []fleet.UUID
	for _, e := range page.Items {
		machines = append(machines, e.ID)
	}
	found, err := db.Fleet().MetersByEquipment(t.Context(), v, machines)
	if err != nil || len(found) != len(machines) {
		t.Fatalf("%d machines have meters, %v", len(found), err)
	}
	for _, of := range found {
		meters = append(meters, of[0].ID)
	}
	void := fleet.VoidedOnly
	readings := func(f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().MeterReadingsByMeter(ctx, v, meters, f, o, first)
			return err
		}
	}
	ofMachines := func(o fleet.MeterReadingOrder) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.Fleet().MeterReadingsByEquipment(ctx, v, machines, nil, o, first)
			return err
		}
	}
	checkPlans(t, db, []plan{
		{"meters of machines", func(ctx context.Context) error {
			_, err := db.Fleet().MetersByEquipment(ctx, v, machines)
			return err
		}, "meters_(company_id_equipment_id_id|name)_key", true},
		{"meters", func(ctx context.Context) error { _, err := db.Fleet().MetersByID(ctx, v, meters); return err },
			"meters_pkey", false},
		{"readings of meters", readings(nil, fleet.MeterReadingReadAtDesc), "meter_readings_by_meter_time", false},
		{"readings of meters, oldest first", readings(nil, fleet.MeterReadingReadAtAsc), "meter_readings_by_meter_time",
			false},
		{"readings of meters, most first", readings(nil, fleet.MeterReadingHoursDesc), "meter_readings_by_meter_hours",
			false},
		{"void readings of meters", readings(&fleet.MeterReadingFilter{Voided: &void}, fleet.MeterReadingReadAtDesc),
			"meter_readings_of_meter_voided", false},
		{"numbers of readings", func(ctx context.Context) error {
			_, err := db.Fleet().MeterReadingCountByMeter(ctx, v, meters, nil)
			return err
		}, "meter_readings_by_meter_time", true},
		{"last readings", func(ctx context.Context) error {
			_, err := db.Fleet().LatestReadings(ctx, v, meters)
			return err
		}, "meter_readings_by_meter_time", false},
		{"totals", func(ctx context.Context) error {
			_, err := db.Fleet().LifetimeByMeter(ctx, v, meters)
			return err
		}, "meter_readings_by_meter_time", true},
		{"readings of hour meters", ofMachines(fleet.MeterReadingReadAtDesc), "meter_readings_by_equipment_time", false},
		{"readings of hour meters, most first", ofMachines(fleet.MeterReadingHoursDesc), "meter_readings_by_hours", false},
		{"hours", func(ctx context.Context) error { _, err := db.Fleet().LifetimeHours(ctx, v, machines); return err },
			"meter_readings_by_equipment_time", true},
	})
}

// TestTheDatabaseKeepsReadingsAndMetersTogether against writes past the server: a reading is of a meter of its machine,
// and those of one meter never decrease, whatever other meters of the machine show.
func TestTheDatabaseKeepsReadingsAndMetersTogether(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	exec := func(sql string) error { return db.Exec(t.Context(), sql) }
	for _, sql := range []string{
		`INSERT INTO companies (name) VALUES ('Ours')`,
		`INSERT INTO equipment (company_id, name, category) SELECT id, m, 'Lorry' FROM companies, unnest(ARRAY['A', 'B']) m`,
		`INSERT INTO meters (company_id, equipment_id, name, unit) SELECT company_id, id, 'Odometer', 'MILES' FROM equipment`,
		`INSERT INTO meters (company_id, equipment_id, name, unit) SELECT company_id, id, 'Fuel', 'LITRES' FROM equipment`,
	} {
		if err := exec(sql); err != nil {
			t.Fatal(err)
		}
	}
	const reading = `INSERT INTO meter_readings (company_id, equipment_id, meter_id, read_at, hours)
		SELECT m.company_id, e.id, m.id, '2026-01-0`
	for _, c := range []struct {
		name, sql, constraint string
	}{
		{"a first one", reading + `2', 500 FROM meters m JOIN equipment e ON e.id = m.equipment_id
			WHERE e.name = 'A' AND m.name = 'Odometer'`, ""},
		{"less of another meter, at the same moment", reading + `2', 4 FROM meters m JOIN equipment e ON e.id = m.equipment_id
			WHERE e.name = 'A' AND m.name = 'Fuel'`, ""},
		{"less of the hour meter, later", `INSERT INTO meter_readings (company_id, equipment_id, read_at, hours)
			SELECT company_id, id, '2026-01-03', 1 FROM equipment WHERE name = 'A'`, ""},
		{"less of the same meter", reading + `3', 499 FROM meters m JOIN equipment e ON e.id = m.equipment_id
			WHERE e.name = 'A' AND m.name = 'Odometer'`, "meter_readings_never_decrease"},
		{"less of the hour meter", `INSERT INTO meter_readings (company_id, equipment_id, read_at, hours)
			SELECT company_id, id, '2026-01-04', 0 FROM equipment WHERE name = 'A'`, "meter_readings_never_decrease"},
		{"a second one of a moment", reading + `2', 500 FROM meters m JOIN equipment e ON e.id = m.equipment_id
			WHERE e.name = 'A' AND m.name = 'Odometer'`, "meter_readings_by_meter_time"},
		{"of another machine's meter", reading + `5', 900 FROM meters m, equipment e
			WHERE m.name = 'Odometer' AND e.name = 'B' AND m.equipment_id <> e.id`, "meter_readings_meter"},
		{"a meter that leaves its readings", `UPDATE meters SET equipment_id = (SELECT id FROM equipment WHERE name = 'B'),
			name = 'Moved' WHERE id IN (SELECT meter_id FROM meter_readings WHERE hours = 500)`, "meter_readings_meter"},
		{"a second meter of a name", `INSERT INTO meters (company_id, equipment_id, name, unit)
			SELECT company_id, id, 'ODO  meter', 'MILES' FROM equipment`, "meters_name_key"},
		{"a meter that was read is deleted", `DELETE FROM meters WHERE name = 'Odometer'`, "meter_readings_meter"},
	} {
		err := exec(c.sql)
		var refused *pgconn.PgError
		switch errors.As(err, &refused); {
		case c.constraint == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.constraint != "" && (refused == nil || refused.ConstraintName != c.constraint):
			t.Errorf("%s: %v, want %s", c.name, err, c.constraint)
		}
	}
}

// TestAMeterIsDeletedWhileItIsRead: either the reading counts, or the meter is gone.
func TestAMeterIsDeletedWhileItIsRead(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	v := fleet.Viewer{CompanyID: fleet.NewUUID(), Role: fleet.RoleManager}
	machine := fleet.NewUUID()
	if err := db.Exec(t.Context(), `INSERT INTO companies (id, name) VALUES ($1, 'Ours')`,
		[16]byte(v.CompanyID)); err != nil {
		t.Fatal(err)
	}
	if err := db.Exec(t.Context(), `INSERT INTO equipment (id, company_id, name, category) VALUES ($1, $2, 'A', 'Lorry')`,
		[16]byte(machine), [16]byte(v.CompanyID)); err != nil {
		t.Fatal(err)
	}
	rows := db.Fleet()
	for range 20 {
		m, err := rows.AddMeter(t.Context(), v, fleet.WriteInfo{}, fleet.Meter{EquipmentID: machine, Name: "Odometer",
			Unit: fleet.MeterUnitMiles})
		if err != nil {
			t.Fatal(err)
		}
		var deleted, added error
		var wg sync.WaitGroup
		wg.Go(func() { _, deleted = rows.DeleteMeter(t.Context(), v, fleet.WriteInfo{}, m.ID) })
		wg.Go(func() {
			_, added = rows.AddMeterReading(t.Context(), v, fleet.WriteInfo{}, fleet.MeterReading{EquipmentID: machine,
				MeterID: &m.ID, Hours: "7"})
		})
		wg.Wait()
		var refused *fleet.Error
		if (deleted == nil) == (added == nil) || !errors.As(errors.Join(deleted, added), &refused) {
			t.Fatalf("deleted: %v, read: %v", deleted, added)
		}
		if deleted == nil {
			continue
		}
		page, err := rows.MeterReadingsByMeter(t.Context(), v, []fleet.UUID{m.ID}, nil, fleet.MeterReadingReadAtDesc,
			fleet.Window{Limit: 1})
		if err != nil || len(page[m.ID].Items) != 1 {
			t.Fatalf("%+v, %v", page, err)
		}
		if _, err := rows.VoidMeterReading(t.Context(), v, fleet.WriteInfo{}, page[m.ID].Items[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := rows.DeleteMeter(t.Context(), v, fleet.WriteInfo{}, m.ID); err != nil {
			t.Fatal(err)
		}
	}
}
