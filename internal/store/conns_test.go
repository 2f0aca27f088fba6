package store_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// endAll ends every connection of the store, and waits until they are gone.
func endAll(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	rows, _ := conn.Query(t.Context(), `WITH open AS MATERIALIZED (SELECT pid FROM pg_stat_activity
		WHERE datname = current_database() AND application_name = 'fleet')
		SELECT pid FROM open WHERE pg_terminate_backend(pid)`)
	ended, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	if err != nil {
		t.Fatal(err)
	}
	for left := len(ended); left > 0; time.Sleep(time.Millisecond) {
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)`,
			ended).Scan(&left); err != nil {
			t.Fatal(err)
		}
	}
}

// connect opens a connection beside the store.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// manager makes a company with a manager and a machine.
func manager(t *testing.T, db *store.DB) (fleet.Viewer, fleet.UUID) {
	t.Helper()
	if err := db.Exec(t.Context(), `
		WITH c AS (INSERT INTO companies (name) VALUES ('Ours') RETURNING id),
		u AS (INSERT INTO users (company_id, email, name, role) SELECT id, 'm@example.com', 'M', 'MANAGER' FROM c)
		INSERT INTO equipment (company_id, name, category) SELECT id, 'Machine', 'Crane' FROM c`); err != nil {
		t.Fatal(err)
	}
	v, err := db.Identity().ViewerByEmail(t.Context(), "m@example.com")
	if err != nil {
		t.Fatal(err)
	}
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: 1})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%d machines, %v", len(page.Items), err)
	}
	return v, page.Items[0].ID
}

// TestADeadConnectionReachesNoRequest ends all connections right before each
// kind of statement.
func TestADeadConnectionReachesNoRequest(t *testing.T) {
	t.Parallel()
	db, url := storetest.New(t)
	v, machine := manager(t, db)
	conn := connect(t, url)
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"a page": func() error {
			_, err := db.Fleet().EquipmentPage(ctx, v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: 1})
			return err
		},
		"a count":     func() error { _, err := db.Fleet().EquipmentCount(ctx, v, nil); return err },
		"rows by id":  func() error { _, err := db.Fleet().EquipmentByID(ctx, v, []fleet.UUID{machine}); return err },
		"statistics":  func() error { _, err := db.Fleet().DashboardStats(ctx, v, fleet.StatsScopeCompany); return err },
		"one row":     func() error { _, err := db.Identity().ViewerByEmail(ctx, "m@example.com"); return err },
		"readiness":   func() error { return db.Ping(ctx) },
		"a statement": func() error { return db.FoldChanges(ctx) },
		"a row made":  func() error { _, err := db.Identity().CreateCompany(ctx, fleet.NewUUID().String()); return err },
		"transactions": func() error {
			return db.InTx(ctx, func(tx pgx.Tx) error { _, err := tx.Exec(ctx, "SELECT 1"); return err })
		},
	} {
		for range 3 {
			if err := db.Warm(ctx, 3, "SELECT 1"); err != nil { // within pingIdle of the last use
				t.Fatalf("%s: %v", name, err)
			}
			endAll(t, conn)
			if err := call(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestAPlanOfAnOldSchemaReachesNoRequest changes the type of a column that
// prepared statements of several connections return.
func TestAPlanOfAnOldSchemaReachesNoRequest(t *testing.T) {
	t.Parallel()
	db, url := storetest.New(t)
	v, _ := manager(t, db)
	conn := connect(t, url)
	read := func(context.Context) error {
		_, err := db.Fleet().UsersByID(t.Context(), v, []fleet.UUID{v.UserID})
		return err
	}
	texts, args, err := store.Sent(t.Context(), func(ctx context.Context) error {
		_, err := db.Fleet().UsersByID(ctx, v, []fleet.UUID{v.UserID})
		return err
	})
	if err != nil || len(texts) != 1 {
		t.Fatalf("%v, %v", texts, err)
	}
	for _, kind := range []string{"varchar(300)", "text"} {
		if err := db.Warm(t.Context(), 4, texts[0], args[0]...); err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), `ALTER TABLE users ALTER COLUMN name TYPE `+kind); err != nil {
			t.Fatal(err)
		}
		if err := read(t.Context()); err != nil {
			t.Errorf("after a change to %s: %v", kind, err)
		}
	}
	tries := 0
	if err := db.InTx(t.Context(), func(tx pgx.Tx) error {
		if tries++; tries == 1 {
			if _, err := conn.Exec(t.Context(), `ALTER TABLE users ALTER COLUMN name TYPE varchar(200)`); err != nil {
				return err
			}
		}
		rows, err := tx.Query(t.Context(), texts[0], args[0]...)
		if err != nil {
			return err
		}
		rows.Close()
		return rows.Err()
	}); err != nil {
		t.Errorf("in a transaction: %v", err)
	}
	if tries != 2 {
		t.Errorf("the transaction was tried %d times, want 2: the test shows nothing", tries)
	}
}

// TestATransactionIsRepeatedUntilItsCommit loses its connection before and
// during the COMMIT.
func TestATransactionIsRepeatedUntilItsCommit(t *testing.T) {
	t.Parallel()
	db, url := storetest.New(t)
	ctx := t.Context()
	conn := connect(t, url)
	insert := func(tx pgx.Tx, name string) error {
		_, err := tx.Exec(ctx, `INSERT INTO companies (name) VALUES ($1)`, name)
		return err
	}
	tries := 0
	if err := db.InTx(ctx, func(tx pgx.Tx) error {
		tries++
		if err := insert(tx, "before"); err != nil {
			return err
		}
		if tries == 1 {
			endAll(t, conn)
		}
		_, err := tx.Exec(ctx, "SELECT 1")
		return err
	}); err != nil || tries != 2 {
		t.Errorf("lost before its COMMIT: %v after %d tries, want none after 2", err, tries)
	}
	if _, err := conn.Exec(ctx, `
		CREATE FUNCTION leave() RETURNS trigger LANGUAGE plpgsql AS $$
		BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON companies DEFERRABLE INITIALLY DEFERRED
		FOR EACH ROW WHEN (NEW.name = 'during') EXECUTE FUNCTION leave()`); err != nil {
		t.Fatal(err)
	}
	tries = 0
	err := db.InTx(ctx, func(tx pgx.Tx) error { tries++; return insert(tx, "during") })
	fault := store.Fault(err)
	if tries != 1 || fault == nil || fault.Code != fleet.Unavailable ||
		!strings.Contains(fault.Message, "may have been saved") {
		t.Errorf("lost during its COMMIT: %v after %d tries, %v", err, tries, fault)
	}
	var n int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM companies`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d companies, %v; want 1", n, err)
	}
}

// TestADatabaseThatIsAwayIsUnavailable has a port where nothing listens, and a
// statement that PostgreSQL ends.
func TestADatabaseThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	_, err := store.Open(t.Context(), store.Config{URL: "postgres://nobody@127.0.0.1:1/none?sslmode=disable"})
	if fault := store.Fault(err); fault == nil || fault.Code != fleet.Unavailable {
		t.Errorf("%v is %v", err, fault)
	}
	db, _ := storetest.New(t)
	err = db.Exec(t.Context(), `SET statement_timeout = 1; SELECT pg_sleep(60)`)
	if fault := store.Fault(err); fault == nil || fault.Code != fleet.Timeout {
		t.Errorf("%v is %v", err, fault)
	}
	if fault := store.Fault(context.DeadlineExceeded); fault != nil {
		t.Errorf("the deadline of a request is %v", fault)
	}
	if err = db.Exec(t.Context(), `SELECT 1/0`); store.Fault(err) != nil {
		t.Errorf("%v is %v", err, store.Fault(err))
	}
}

// TestStatementsWorkInEveryMode reads and writes with settings in each
// transaction, and with the modes of statements that a URL may name.
func TestStatementsWorkInEveryMode(t *testing.T) {
	t.Parallel()
	db, url := storetest.New(t)
	v, machine := manager(t, db)
	for name, c := range map[string]store.Config{
		"as behind a pooler": {URL: url, Pooler: store.PoolerYes},
		"direct":             {URL: url, Pooler: store.PoolerNo},
		"cache_describe":     {URL: with(t, url, "cache_describe")},
		"describe_exec":      {URL: with(t, url, "describe_exec")},
		"exec":               {URL: with(t, url, "exec")},
		"simple_protocol":    {URL: with(t, url, "simple_protocol")},
	} {
		c.MaxConns = 2
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found, err := s.Fleet().EquipmentByID(t.Context(), v, []fleet.UUID{machine})
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d machines, %v", name, len(found), err)
		}
		if n, err := s.Fleet().EquipmentCount(t.Context(), v, &fleet.EquipmentFilter{Search: &name}); err != nil || n != 0 {
			t.Errorf("%s: %d machines found, %v", name, n, err)
		}
		if _, err := s.Identity().CreateCompany(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
	if _, err := store.Open(t.Context(), store.Config{URL: url, Pooler: "maybe"}); err == nil ||
		!strings.Contains(err.Error(), `FLEET_POOLER is "maybe": it must be auto, yes or no`) {
		t.Errorf("another value: %v", err)
	}
}

// with returns the URL of a database with a mode of statements.
func with(t *testing.T, text, mode string) string {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("default_query_exec_mode", mode)
	u.RawQuery = q.Encode()
	return u.String()
}
