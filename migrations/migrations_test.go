package migrations_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/migrations"
)

func TestThreeInstancesMayStartAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	list, err := migrations.List(t.Context(), url)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d migrations, %v", len(list), err)
	}
	applied := make([]int, 3)
	var wg sync.WaitGroup
	for i := range applied {
		wg.Go(func() {
			n, err := migrations.Up(t.Context(), url)
			if err != nil {
				t.Error(err)
			}
			applied[i] = n
		})
	}
	wg.Wait()
	if sum := applied[0] + applied[1] + applied[2]; sum != len(list) {
		t.Errorf("applied %v, %d in all; want each of %d once", applied, sum, len(list))
	}
}

func TestAnInstanceWaitsForAnother(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	waitsForAnother(t, url, url)
}

// waitsForAnother holds goose's lock at direct while the database is migrated at
// url.
func waitsForAnother(t *testing.T, direct, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), direct)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_lock($1)`, lock.DefaultLockID); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := migrations.Up(t.Context(), url); done <- err }()
	for waits := false; !waits; time.Sleep(time.Millisecond) {
		select {
		case err := <-done:
			t.Fatalf("an instance has not waited for another, which has the lock: %v", err)
		default:
		}
		if err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
			AND pid <> pg_backend_pid() AND query LIKE 'SELECT pg_try_advisory_xact_lock%')`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Exec(t.Context(), `SELECT pg_advisory_unlock($1)`, lock.DefaultLockID); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestEveryMigrationCanBeRevertedAndAppliedAgain(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	n, err := migrations.Up(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if file, err := migrations.Down(t.Context(), url); err != nil || file == "" {
			t.Fatalf("down %d: %q, %v", i, file, err)
		}
	}
	if file, err := migrations.Down(t.Context(), url); err != nil || file != "" {
		t.Errorf("down with nothing left: %q, %v", file, err)
	}
	if again, err := migrations.Up(t.Context(), url); err != nil || again != n {
		t.Errorf("up again: %d of %d, %v", again, n, err)
	}
	list, err := migrations.List(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if !s.Applied {
			t.Errorf("%s is missing", s.File)
		}
	}
}

// TestEntriesOfBeforeGetTheNamesOfTheirRows reverts to before the names, and adds entries of more than one batch.
func TestEntriesOfBeforeGetTheNamesOfTheirRows(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00040_history_subject_names.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name) VALUES ('Ours');
		INSERT INTO equipment (company_id, name, category, deleted_at) SELECT id, 'Crane', 'Crane', now() FROM companies;
		INSERT INTO history (company_id, subject, subject_id, action, changes)
			SELECT e.company_id, 'EQUIPMENT', e.id, 'UPDATED', '[]' FROM equipment e, generate_series(1, 5001);
		INSERT INTO history (company_id, subject, action, changes) SELECT id, 'IMPORT', 'IMPORTED', '[]' FROM companies;
		INSERT INTO history (company_id, subject, subject_id, action, changes)
			SELECT id, 'EQUIPMENT', uuid_v7(), 'PURGED', '[]' FROM companies`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var named, unnamed int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE subject_name = 'Crane'),
		count(*) FILTER (WHERE subject_name IS NULL) FROM history`).Scan(&named, &unnamed); err != nil {
		t.Fatal(err)
	}
	if named != 5001 || unnamed != 2 {
		t.Errorf("%d entries have a name and %d have none, want 5001 and 2", named, unnamed)
	}
}

// before returns a database without a migration and those after it.
func before(t *testing.T, file string) (url string, conn *pgx.Conn) {
	t.Helper()
	url = pgtest.Empty(t)
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	for reverted := ""; reverted != file; {
		var err error
		if reverted, err = migrations.Down(t.Context(), url); err != nil || reverted == "" {
			t.Fatalf("reverted %q, %v", reverted, err)
		}
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return url, conn
}
