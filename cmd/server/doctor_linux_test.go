package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// examined runs the doctor and returns what it says and its exit code.
func examined(t *testing.T, settings []string, args ...string) (string, int) {
	t.Helper()
	p := start(t, settings, append([]string{"doctor"}, args...)...)
	<-p.ended
	return p.said.String(), p.cmd.ProcessState.ExitCode()
}

func says(t *testing.T, said string, lines ...string) {
	t.Helper()
	words := strings.Join(strings.Fields(said), " ")
	for _, line := range lines {
		if !strings.Contains(words, line) {
			t.Errorf("it does not say %q:\n%s", line, said)
		}
	}
}

// databaseToHarm returns the URL of a database of the test's own and a connection to it past the server.
func databaseToHarm(t *testing.T) (string, *pgx.Conn) {
	t.Helper()
	url := pgtest.Clone(t, storetest.Template())
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return url, conn
}

// TestTheDoctorFindsNothingWrong with a database of the tests, and says so of each subject.
func TestTheDoctorFindsNothingWrong(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	said, _ := examined(t, []string{"DATABASE_URL=" + url, "FLEET_MAX_CONNS=5"})
	says(
		t,
		said,
		"ok settings",
		"ok database version",
		"ok schema migration",
		"ok extensions",
		"ok connections 1 instances",
		"ok clock",
		"ok database encryption the connection stays on this machine",
		"ok change feed connected and heard a notification",
		"ok statistics rows: 0 in equipment",
		"ok sums",
	)
}

// TestSumsThatDifferAreFoundAndMadeAnew changes machines without triggers, as a restore can.
func TestSumsThatDifferAreFoundAndMadeAnew(t *testing.T) {
	t.Parallel()
	url, conn := databaseToHarm(t)
	settings := []string{"DATABASE_URL=" + url, "FLEET_MAX_CONNS=5"}
	for sql, wrong := range map[string]string{
		`UPDATE equipment_sums SET cost = cost + 0.01`:            "2 sums of machines differ",
		`DELETE FROM equipment_sums WHERE user_id IS NOT NULL`:    "1 sums of machines differ",
		`INSERT INTO equipment_sums SELECT * FROM equipment_sums`: "2 sums of machines differ",
	} {
		if _, err := conn.Exec(t.Context(), `
			TRUNCATE companies CASCADE;
			INSERT INTO companies (name) VALUES ('One');
			INSERT INTO users (company_id, email, name, role) SELECT id, 'one@example.com', 'One', 'ADMIN' FROM companies;
			INSERT INTO equipment (company_id, user_id, name, category, status, cost)
			SELECT company_id, id, 'Crane', 'Crane', 'ACTIVE', 100 FROM users;`+sql); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		said, code := examined(t, settings)
		says(t, said, "FAIL sums "+wrong, "-> run `server recount`")
		p := start(t, settings, "recount")
		<-p.ended
		if code != 1 || p.cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("%s: doctor ends with %d, recount with %d", sql, code, p.cmd.ProcessState.ExitCode())
		}
		said, _ = examined(t, settings)
		says(t, said, "ok sums")
	}
}

// TestTheDoctorSaysWhatToDo for each fault that can be made here.
func TestTheDoctorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	url, conn := databaseToHarm(t)
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true);
		ALTER DATABASE `+pgx.Identifier{conn.Config().Database}.Sanitize()+` SET synchronous_commit = off;
		DROP EXTENSION pg_trgm CASCADE`); err != nil {
		t.Fatal(err)
	}
	said, code := examined(t, []string{"DATABASE_URL=" + url, "FLEET_PUBLIC_URL=https://localhost:1"}, "--instances=50")
	says(t, said, "FAIL schema migration 99999 of a newer release", "-> install the newer release",
		"FAIL extensions [pg_trgm] are missing -> install PostgreSQL's contrib package",
		"WARN database settings synchronous_commit is off", "-> set synchronous_commit = on",
		"FAIL connections 50 instances take at most 2600", "-> set FLEET_MAX_CONNS to",
		"FAIL certificate localhost:1: ", "checks have failed")
	if code != 1 {
		t.Errorf("it ends with %d", code)
	}
	said, code = examined(t, []string{"DATABASE_URL=postgres://127.0.0.1:1/none?connect_timeout=2"})
	says(t, said, "FAIL database open database: ", "-> check DATABASE_URL, that PostgreSQL runs")
	if code != 1 {
		t.Errorf("it ends with %d", code)
	}
}

// TestTheDoctorChangesNothing in a database that no migration has seen.
func TestTheDoctorChangesNothing(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	said, _ := examined(t, []string{"DATABASE_URL=" + url, "FLEET_MAX_CONNS=5"})
	says(
		t,
		said,
		"WARN schema migration 0, this release has",
		"-> run `server migrate`",
		"will be made by the first migration",
	)
	conn := dialled(t, url)
	if n := number(t, conn, `SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace`); n != 0 {
		t.Errorf("%d tables and indexes were made", n)
	}
}

// TestABackupIsRestored by the commands of docs/operations.md: both databases have the same rows.
func TestABackupIsRestored(t *testing.T) {
	t.Parallel()
	url := pgtest.Clone(t, storetest.Template())
	run1(
		t,
		[]string{"DATABASE_URL=" + url},
		"seed",
		"--company=Kept",
		"--equipment=200",
		"--operators=20",
		"--records=500",
	)
	restored := pgtest.Empty(t)
	file := filepath.Join(t.TempDir(), "fleet.dump")
	for _, command := range [][]string{
		{"pg_dump", "--format=custom", "--file=" + file, url},
		{"pg_restore", "--exit-on-error", "--no-owner", "--dbname=" + restored, file},
	} {
		cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
		cmd.Env = os.Environ()
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command[0], err, out)
		}
	}
	before, after := dialled(t, url), dialled(t, restored)
	tables := 0
	for _, table := range []string{"companies", "users", "operators", "equipment", "assignments", "maintenance_records",
		"meter_readings", "history", "goose_db_version"} {
		const sql = `SELECT coalesce(hashtextextended(string_agg(t::text, '|' ORDER BY t::text), 0) %% 1000000007, 0)::int FROM %s t`
		if a, b := number(t, before, fmt.Sprintf(sql, table)), number(t, after, fmt.Sprintf(sql, table)); a != b {
			t.Errorf("%s differs", table)
		}
		tables += number(t, after, "SELECT count(*) FROM "+table)
	}
	if tables < 200 {
		t.Errorf("only %d rows were restored", tables)
	}
	said, _ := examined(t, []string{"DATABASE_URL=" + restored, "FLEET_MAX_CONNS=5"})
	says(t, said, "ok schema", "ok extensions", "ok change feed")
}
