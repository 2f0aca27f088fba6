package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/migrations"
)

// dialled is a connection past the program.
func dialled(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// number asks for one number.
func number(t *testing.T, conn *pgx.Conn, sql string, args ...any) (n int) {
	t.Helper()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

// killAt runs the program until it waits for the table, which is held meanwhile,
// and kills it there: in the middle, whatever the machine's speed.
func killAt(t *testing.T, url, table string, args ...string) {
	t.Helper()
	ctx := context.Background()
	holder, watcher := dialled(t, url), dialled(t, url)
	tx, err := holder.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(ctx, "LOCK TABLE "+table+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	p := start(t, []string{"DATABASE_URL=" + url}, args...)
	p.until(patience, "it waits for "+table, func() bool {
		return number(t, watcher, `SELECT count(*) FROM pg_locks WHERE relation = $1::regclass AND NOT granted`, table) > 0
	})
	p.kill()
	// The dead one's session still waits in PostgreSQL; what it holds goes with it.
	if err := tx.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
}

func TestAKilledMigrationLeavesNothingAndGoesOn(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	conn := dialled(t, url)
	all := number(t, conn, `SELECT count(*) FROM goose_db_version WHERE version_id > 0`)
	// Back to where the writes' migration, which has tables first and an index on
	// maintenance_records last, is missing.
	for number(t, conn, `SELECT count(*) FROM pg_class WHERE relname = 'idempotency_keys'`) > 0 {
		run1(t, []string{"DATABASE_URL=" + url}, "migrate", "down")
	}
	left := number(t, conn, `SELECT count(*) FROM goose_db_version WHERE version_id > 0`)
	if left >= all {
		t.Fatal("nothing was taken back: the test tests nothing")
	}
	killAt(t, url, "maintenance_records", "migrate", "up")
	said := run1(t, []string{"DATABASE_URL=" + url}, "migrate", "up")
	if want := fmt.Sprintf("up: %d migrations applied", all-left); !strings.Contains(said, want) {
		t.Errorf("the next run says %q, want %q: the killed one was to leave nothing", said, want)
	}
	if n := number(t, conn, `SELECT count(*) FROM goose_db_version WHERE version_id > 0`); n != all {
		t.Errorf("%d migrations are there, want each of %d once", n, all)
	}
	list, err := migrations.List(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		if !m.Applied {
			t.Errorf("%s is missing", m.File)
		}
	}
}

func TestAKilledImportLeavesNothingAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	conn := dialled(t, url)
	const rows = 2000
	file := workOrders(t, rows)
	args := importArgs(file)
	// The history is written last: every row is there, unseen, when it ends.
	killAt(t, url, "history", args...)
	for _, table := range []string{"equipment", "maintenance_records", "history"} {
		if n := number(t, conn, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%d rows of %s were left", n, table)
		}
	}
	if said := run1(
		t,
		[]string{"DATABASE_URL=" + url},
		args...); !strings.Contains(
		said,
		fmt.Sprintf("%d rows read: %[1]d created, 0 updated", rows),
	) {
		t.Errorf("the next import says %q", said)
	}
	if n := number(t, conn, "SELECT count(*) FROM maintenance_records"); n != rows {
		t.Errorf("%d records, want %d", n, rows)
	}
}

func TestAKilledSeedLeavesNothingAndCanBeRepeated(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	conn := dialled(t, url)
	args := []string{"seed", "--company", "Killed", "--equipment", "200", "--records", "3000"}
	killAt(t, url, "meter_readings", args...) // filled last
	for _, table := range []string{"companies", "users", "operators", "equipment", "assignments", "maintenance_records"} {
		if n := number(t, conn, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%d rows of %s were left", n, table)
		}
	}
	run1(t, []string{"DATABASE_URL=" + url}, args...)
	if n := number(t, conn, "SELECT count(*) FROM maintenance_records"); n != 3000 {
		t.Errorf("%d records, want 3000", n)
	}
}

// TestAServerKilledWhileItStartsStartsAgain kills it together with its private
// PostgreSQL, at each step of the very first start.
func TestAServerKilledWhileItStartsStartsAgain(t *testing.T) {
	t.Parallel()
	for name, moment := range map[string]func(p *process, dir string){
		"while the data folder is made": func(p *process, dir string) {
			p.until(patience, "initdb writes", func() bool {
				parts, _ := filepath.Glob(filepath.Join(dir, "data.part-*", "*"))
				whole, _ := filepath.Glob(filepath.Join(dir, "data", "*"))
				return len(parts)+len(whole) > 0
			})
		},
		"while PostgreSQL starts": func(p *process, dir string) {
			p.until(patience, "PostgreSQL runs", func() bool {
				_, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid"))
				return err == nil
			})
		},
		"while it migrates":       func(p *process, _ string) { p.says("private PostgreSQL is ready", patience) },
		"while it fills the demo": func(p *process, _ string) { p.says("database migrated", patience) },
		"when it answers":         func(p *process, _ string) { p.says("Bitcorp Fleet answers", patience) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			settings := []string{"FLEET_DATA_DIR=" + dir, "FLEET_ADDR=127.0.0.1:0", "FLEET_METRICS_ADDR="}
			p := start(t, settings, "serve", "--demo")
			moment(p, dir)
			p.kill()
			s := serve(t, patience, settings...)
			if n := s.machines(); n != demoMachines {
				t.Errorf("the demo has %d machines", n)
			}
		})
	}
}
