package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bitcorp.dev/fleet/internal/fleet"
)

// Examination is what a database says about itself.
type Examination struct {
	Version        int   // as server_version_num
	Schema         int64 // the newest migration; 0 for none
	Extensions     []string
	Settings       map[string]string
	MaxConnections int // for roles that are no superuser
	Connections    int // of all clients now
	ClockAhead     time.Duration
	Size           int64 // bytes of the database
	Encrypted      bool  // the connection
	Tables         []TableEstimate
	WrongSums      int // sums of equipment that differ from a count of the machines
}

// TableEstimate compares what the planner believes of a table with what is there.
type TableEstimate struct {
	Name      string
	Estimated int64 // rows; -1 if the table was never analyzed
	Rows      int64
}

// examined are the settings that an examination reports.
var examined = []string{"fsync", "full_page_writes", "synchronous_commit", "autovacuum", "track_counts",
	"max_connections", "shared_buffers", "wal_level", "default_transaction_read_only"}

// Examine asks the database about itself, for `server doctor`. Eight statements; those that count rows read
// whole tables.
func (s *DB) Examine(ctx context.Context) (e Examination, err error) {
	conn, err := s.acquire(withFresh(ctx))
	if err != nil {
		return e, err
	}
	defer conn.Release()
	before := time.Now()
	var now time.Time
	var migrated bool
	err = conn.QueryRow(ctx, `
		SELECT clock_timestamp(), current_setting('server_version_num')::int,
		       to_regclass('public.goose_db_version') IS NOT NULL,
		       (SELECT coalesce(array_agg(extname::text ORDER BY extname), '{}') FROM pg_extension),
		       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int,
		       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
		       pg_database_size(current_database()),
		       coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)`).
		Scan(&now, &e.Version, &migrated, &e.Extensions, &e.MaxConnections, &e.Connections, &e.Size, &e.Encrypted)
	if err != nil {
		return e, fmt.Errorf("examine the database: %w", err)
	}
	middle := before.Add(time.Since(before) / 2) // when the database looked at its clock
	e.ClockAhead = now.Sub(middle)
	e.Settings = map[string]string{}
	rows, _ := conn.Query(ctx, `SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY($1)`, examined)
	var name, value string
	if _, err := pgx.ForEachRow(rows, []any{&name, &value}, func() error {
		e.Settings[name] = value
		return nil
	}); err != nil {
		return e, fmt.Errorf("examine the settings: %w", err)
	}
	if !migrated {
		return e, nil
	}
	if err := conn.QueryRow(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).
		Scan(&e.Schema); err != nil {
		return e, fmt.Errorf("examine the migrations: %w", err)
	}
	for _, table := range []string{"equipment", "maintenance_records", "history"} {
		t := TableEstimate{Name: table}
		err := conn.QueryRow(ctx, `SELECT reltuples::bigint, (SELECT count(*) FROM `+table+`)
			FROM pg_class WHERE oid = to_regclass($1)`, table).Scan(&t.Estimated, &t.Rows)
		if err != nil {
			return e, fmt.Errorf("count %s: %w", table, err)
		}
		e.Tables = append(e.Tables, t)
	}
	if e.WrongSums, err = wrongSums(ctx, conn); err != nil {
		return e, err
	}
	return e, nil
}

// countedMachines are the sums of equipment as a count of the machines has them.
const countedMachines = `
	SELECT company_id, user_id, status, count(*) AS machines, count(cost) AS priced, coalesce(sum(cost), 0) AS cost
	FROM   equipment WHERE deleted_at IS NULL
	GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
	HAVING grouping(user_id) = 1 OR user_id IS NOT NULL`

// wrongSums returns how many sums of equipment differ from a count, in one snapshot. One statement, which reads
// both tables whole. There are none before the migration that makes them.
func wrongSums(ctx context.Context, conn *pgxpool.Conn) (n int, err error) {
	var kept bool
	if err = conn.QueryRow(ctx, `SELECT to_regclass('equipment_sums') IS NOT NULL`).Scan(&kept); err == nil && kept {
		err = conn.QueryRow(ctx, `
			SELECT count(*) FROM (
			  SELECT company_id, user_id, status FROM (
			    SELECT company_id, user_id, status, machines, priced, cost FROM equipment_sums UNION ALL
			    SELECT company_id, user_id, status, -machines, -priced, -cost FROM (`+countedMachines+`) AS counted) AS both_of_them
			  GROUP BY 1, 2, 3 HAVING sum(machines) <> 0 OR sum(priced) <> 0 OR sum(cost) <> 0) AS wrong`).Scan(&n)
	}
	if err != nil {
		return 0, fmt.Errorf("compare the sums of equipment with a count: %w", err)
	}
	return n, nil
}

// RecountEquipment makes the sums of equipment anew from the machines. Writers of machines wait for it, and
// statistics are right before and after it. Four statements and a transaction.
func (s *DB) RecountEquipment(ctx context.Context) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		for _, sql := range []string{
			`LOCK TABLE equipment IN SHARE MODE`,
			`LOCK TABLE equipment_sums IN SHARE ROW EXCLUSIVE MODE`, // a sweep would bring back what it has read
			`DELETE FROM equipment_sums`,
			`INSERT INTO equipment_sums ` + countedMachines,
		} {
			if _, err := tx.Exec(ctx, sql); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count equipment anew: %w", err)
	}
	return nil
}

// HearChange returns how long the change feed takes from its connection to the proof that it hears what is
// committed over the pool.
func (s *DB) HearChange(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	begun, took := time.Now(), time.Duration(0)
	err := s.Feed().listen(ctx, func() {
		took = time.Since(begun)
		cancel()
	}, func(fleet.TableChange, error) {})
	if took > 0 {
		return took, nil
	}
	return 0, err
}
