package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/migrations"
)

// runMigrations measures how long the migrations since a release take on a fleet that it has filled, how long writers wait
// meanwhile, and which figures are others afterwards. The writers keep to the columns of that release.
//
//	go run ./bench migrations -records 1000000
func runMigrations(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("migrations", flag.ExitOnError)
	machines := flags.Int("equipment", 100_000, "machines")
	records := flags.Int("records", 1_000_000, "maintenance records")
	first := flags.String("first", "00050_work_dates.sql", "first migration that is measured")
	writers := flags.Int("writers", 4, "writers at once")
	if err := flags.Parse(args); err != nil {
		return err
	}
	url, remove, err := emptyPostgres(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
	if err := migrateBefore(ctx, url, *first); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, fmt.Sprintf(oldFleet, *machines, *records)); err != nil {
		return fmt.Errorf("fill the fleet: %w", err)
	}
	if _, err := conn.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	before, err := fleetFigures(ctx, conn)
	if err != nil {
		return err
	}

	beside, stop := context.WithCancel(ctx)
	var group sync.WaitGroup
	waits := make([][]wait, *writers)
	failures := make([]error, *writers)
	for w := range *writers {
		group.Go(func() { waits[w], failures[w] = writeBeside(beside, url, w) })
	}
	begun := time.Now()
	applied, err := migrations.Up(ctx, url)
	long := time.Since(begun)
	stop()
	group.Wait()
	if err := errors.Join(append(failures, err)...); err != nil {
		return err
	}
	after, err := fleetFigures(ctx, conn)
	if err != nil {
		return err
	}

	all := slices.Concat(waits...)
	slices.SortFunc(all, func(a, b wait) int { return int(b.long - a.long) })
	fmt.Printf("%d migrations on %d machines and %d records: %v; %d writes beside them\n", applied, *machines, *records,
		long.Round(100*time.Millisecond), len(all))
	for _, w := range all[:min(5, len(all))] {
		var version int64
		if err := conn.QueryRow(ctx, `SELECT version_id FROM goose_db_version WHERE tstamp AT TIME ZONE
			current_setting('timezone') >= $1 ORDER BY tstamp LIMIT 1`, w.at.Add(w.long)).Scan(&version); err != nil {
			return err
		}
		fmt.Printf("a write waited %v for migration %d, %v after the beginning: %s\n", w.long.Round(time.Millisecond),
			version, w.at.Sub(begun).Round(time.Second), w.what)
	}
	fmt.Printf("99 of 100 writes waited at most %v\n", all[len(all)/100].long.Round(100*time.Microsecond))
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			fmt.Printf("%s: %s before, %s after\n", name, before[name], after[name])
		}
	}
	return nil
}

// migrateBefore applies the migrations before one.
func migrateBefore(ctx context.Context, url, first string) error {
	if _, err := migrations.Up(ctx, url); err != nil {
		return err
	}
	for {
		reverted, err := migrations.Down(ctx, url)
		switch {
		case err != nil:
			return err
		case reverted == "":
			return fmt.Errorf("there is no migration %s", first)
		case reverted == first:
			return nil
		}
	}
}

// oldFleet fills a fleet of one company: machines of all statuses, work of all kinds and statuses with its entries in the
// history, downtimes, assignments, and a reading of the meter for every record. Every tenth
// name ends with a blank, which tidying removes.
const oldFleet = `
	INSERT INTO companies (name) VALUES ('Ours');
	INSERT INTO operators (company_id, first_name, last_name) SELECT c.id, 'Ada ' || i, 'Byron' FROM companies c,
		generate_series(1, %[1]d / 10) i;
	INSERT INTO equipment (company_id, name, category, serial_number, status, cost)
		SELECT c.id, 'Machine ' || i || CASE WHEN i %% 10 = 0 THEN ' ' ELSE '' END, (ARRAY['Crane', 'Excavator', 'Truck'])[1 + i %% 3],
		       'SN-' || i, CASE WHEN i %% 20 = 0 THEN 'RETIRED' WHEN i %% 7 = 0 THEN 'INACTIVE' WHEN i %% 9 = 0 THEN 'MAINTENANCE'
		       ELSE 'ACTIVE' END, 1000 + i
		FROM companies c, generate_series(1, %[1]d) i;
	INSERT INTO history (company_id, subject, subject_id, action, at, changes)
		SELECT e.company_id, 'EQUIPMENT', e.id, 'CREATED', now() - interval '2 years',
		       jsonb_build_array(jsonb_build_object('field', 'status', 'from', null, 'to', e.status)) FROM equipment e;
	CREATE TEMP TABLE numbered AS SELECT row_number() OVER () AS n, id, company_id, status FROM equipment;
	CREATE INDEX ON numbered (n);
	ANALYZE numbered;
	INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at)
		SELECT e.company_id, e.id, o.id, now() - interval '90 days' FROM numbered e
		JOIN (SELECT row_number() OVER () AS n, id FROM operators) o ON o.n = e.n / 10 + 1
		WHERE e.n %% 2 = 0 AND e.status <> 'RETIRED';
	INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, description, cost, down_from,
			down_to, source_ref)
		SELECT e.company_id, e.id, (ARRAY['PREVENTIVE', 'CORRECTIVE', 'INSPECTION', 'MODIFICATION', 'OTHER'])[1 + i %% 5],
		       CASE WHEN i %% 50 = 1 THEN 'PLANNED' WHEN i %% 50 = 2 THEN 'IN_PROGRESS' WHEN i %% 50 = 3 THEN 'CANCELLED'
		       ELSE 'COMPLETED' END, current_date - (i %% 700), 'Work ' || i, (i %% 1000) / 10.0, CASE WHEN i %% 4 = 0 THEN now() - make_interval(days => i %% 700 + 1) END,
		       CASE WHEN i %% 4 = 0 THEN now() - make_interval(days => i %% 700) END, 'WO-' || i
		FROM generate_series(1, %[2]d) i JOIN numbered e ON e.n = 1 + i %% %[1]d;
	INSERT INTO history (company_id, subject, subject_id, action, at, changes)
		SELECT m.company_id, 'MAINTENANCE_RECORD', m.id, 'CREATED', m.maintenance_date::timestamptz,
		       jsonb_build_array(jsonb_build_object('field', 'status', 'from', null, 'to', m.status),
		         jsonb_build_object('field', 'maintenanceDate', 'from', null, 'to', m.maintenance_date))
		FROM maintenance_records m;
	INSERT INTO meter_readings (company_id, equipment_id, read_at, hours)
		SELECT e.company_id, e.id, now() - make_interval(days => 200 - i), i * 7
		FROM numbered e, generate_series(1, %[2]d / %[1]d) i;
	DELETE FROM company_changes`

// fleetFigures are sums and counts of what a fleet has, without what the writers beside the migrations have added.
func fleetFigures(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	rows, _ := conn.Query(ctx, `
		SELECT 'machines ' || status, count(*) || ', cost ' || sum(cost) FROM equipment GROUP BY status UNION ALL
		SELECT 'records ' || status || ' ' || kind, count(*) || ', cost ' || coalesce(sum(cost), 0) || ', without cost ' ||
		       count(*) FILTER (WHERE cost IS NULL) FROM maintenance_records WHERE source_ref IS NOT NULL
		GROUP BY status, kind UNION ALL
		SELECT 'days of the records', min(maintenance_date) || ' to ' || max(maintenance_date) || ', mean ' ||
		       avg(maintenance_date - date '2020-01-01') FROM maintenance_records WHERE source_ref IS NOT NULL UNION ALL
		SELECT 'downtime', sum(down_to - down_from)::text FROM maintenance_records WHERE source_ref IS NOT NULL UNION ALL
		SELECT 'machines with an operator', count(*)::text FROM assignments WHERE released_at IS NULL UNION ALL
		SELECT 'meter readings', count(*) || ', hours ' || sum(hours) FROM meter_readings UNION ALL
		SELECT 'names with a blank at the end', count(*)::text FROM equipment WHERE name <> rtrim(name)`)
	var name, figure string
	all := map[string]string{}
	_, err := pgx.ForEachRow(rows, []any{&name, &figure}, func() error {
		all[name] = figure
		return nil
	})
	return all, err
}

// wait is how long a write has taken.
type wait struct {
	at   time.Time
	long time.Duration
	what string
}

// writeBeside changes machines and adds work until the context ends, and returns how long each write has taken.
func writeBeside(ctx context.Context, url string, writer int) (waits []wait, err error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	rows, _ := conn.Query(ctx, `SELECT id FROM equipment`)
	machines, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	if err != nil {
		return nil, err
	}
	writes := []string{
		`UPDATE equipment SET description = 'changed ' || now() WHERE id = $1`,
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date)
			SELECT company_id, id, 'OTHER', 'COMPLETED', current_date FROM equipment WHERE id = $1`,
		`UPDATE maintenance_records SET performed_by = 'Ada' WHERE equipment_id = $1 AND status = 'COMPLETED'
			AND deleted_at IS NULL`,
		`UPDATE assignments SET assigned_at = assigned_at - interval '1 second' WHERE equipment_id = $1`,
	}
	for i := writer; ctx.Err() == nil; i += 7 {
		sql := writes[i%len(writes)]
		at := time.Now()
		if _, err := conn.Exec(ctx, sql, machines[i%len(machines)]); err != nil && ctx.Err() == nil {
			return waits, fmt.Errorf("%s: %w", sql, err)
		}
		waits = append(waits, wait{at, time.Since(at), strings.Join(strings.Fields(sql)[:3], " ")})
		time.Sleep(5 * time.Millisecond)
	}
	return waits, nil
}
