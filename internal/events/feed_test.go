package events_test

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener")); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// fixture is a database with two companies, and a feed from it.
type fixture struct {
	t            *testing.T
	url          string
	db           *store.DB
	conn         *pgx.Conn
	feed         *events.Feed
	handler      *recorder
	ours, theirs fleet.UUID
}

// recorder is a handler that records its calls.
type recorder struct {
	mu      sync.Mutex
	changes []fleet.TableChange
	calls   []string
}

func (r *recorder) Changed(c fleet.TableChange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes = append(r.changes, c)
}

// taken returns the changes since the last call.
func (r *recorder) taken() []fleet.TableChange {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.changes
	r.changes = nil
	return list
}
func (r *recorder) Lost()  { r.call("lost") }
func (r *recorder) Found() { r.call("found") }
func (r *recorder) call(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, name)
}

func watch(t *testing.T) *fixture {
	t.Helper()
	return watchAt(t, store.DefaultFeedRates)
}

// watchAt is watch with a feed that polls at other rates.
func watchAt(t *testing.T, rates store.FeedRates) *fixture {
	t.Helper()
	t.Parallel()
	db, url := storetest.New(t)
	f := &fixture{t: t, url: url, db: db, handler: new(recorder)}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	f.conn = conn
	for name, id := range map[string]*fleet.UUID{"Ours": &f.ours, "Theirs": &f.theirs} {
		if err := conn.QueryRow(t.Context(), `INSERT INTO companies (name) VALUES ($1)
			RETURNING id`, name).Scan((*[16]byte)(id)); err != nil {
			t.Fatal(err)
		}
	}
	carrier := db.Feed()
	carrier.Rates = rates
	f.feed = events.New(carrier, slog.New(slog.DiscardHandler), f.handler)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.feed.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	f.until(func() bool { return f.handler.has("found", 1) })
	return f
}

func (r *recorder) has(call string, times int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.calls {
		if c == call {
			n++
		}
	}
	return n >= times
}

func (f *fixture) until(condition func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatal("the condition was not met in time")
		}
	}
}

func (f *fixture) exec(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.conn.Exec(f.t.Context(), sql, args...); err != nil {
		f.t.Fatalf("%v\n%s", err, sql)
	}
}

// received waits for n changes, returns and clears them.
func (f *fixture) received(n int) []fleet.TableChange {
	f.t.Helper()
	var list []fleet.TableChange
	f.until(func() bool {
		f.handler.mu.Lock()
		defer f.handler.mu.Unlock()
		if len(f.handler.changes) < n {
			return false
		}
		list, f.handler.changes = f.handler.changes, nil
		return true
	})
	if len(list) != n {
		f.t.Errorf("received %d changes, want %d: %+v", len(list), n, list)
	}
	return list
}

func (f *fixture) machines(company fleet.UUID, n int) (ids []fleet.UUID) {
	f.t.Helper()
	rows, err := f.conn.Query(f.t.Context(), `INSERT INTO equipment (company_id, name, category) SELECT $1,
		'Machine ' || i, 'Crane' FROM generate_series(1, $2::int) i RETURNING id`, [16]byte(company), n)
	if err != nil {
		f.t.Fatal(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte])
	if err != nil {
		f.t.Fatal(err)
	}
	for _, k := range keys {
		ids = append(ids, k)
	}
	return ids
}

func TestEachStatementIsReportedOnceForEachCompany(t *testing.T) {
	f := watch(t)
	ours := f.machines(f.ours, 2)
	theirs := f.machines(f.theirs, 1)
	for i, c := range f.received(2) {
		want := []fleet.UUID{f.ours, f.theirs}[i]
		if c.Company != want || c.Table != fleet.TableEquipment || !c.Created || len(c.Rows) != 2-i {
			t.Errorf("received %+v", c)
		}
	}
	f.exec(`UPDATE equipment SET name = name || '!'`)
	both := f.received(2)
	for _, c := range both {
		want := ours
		if c.Company == f.theirs {
			want = theirs
		}
		slices.SortFunc(c.Rows, compare)
		slices.SortFunc(want, compare)
		if c.Created || !slices.Equal(c.Rows, want) {
			t.Errorf("received %+v, want %v", c, want)
		}
	}
	if both[0].Company == both[1].Company {
		t.Error("one company was reported twice")
	}

	f.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date)
		VALUES ($1, $2, 'INSPECTION', '2026-01-01')`, [16]byte(f.ours), [16]byte(ours[0]))
	if c := f.received(1)[0]; c.Table != fleet.TableRecords || !c.Created || len(c.Rows) != 1 {
		t.Errorf("received %+v", c)
	}
	f.exec(`WITH o AS (INSERT INTO operators (company_id, first_name, last_name, license_number)
		VALUES ($1, 'A', 'B', 'C') RETURNING id)
	        INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT $1, $2, id
		FROM o`, [16]byte(f.ours), [16]byte(ours[0]))
	if c := f.received(1)[0]; c.Table != fleet.TableAssignments || c.Created || !slices.Equal(c.Rows, ours[:1]) {
		t.Errorf("received %+v: an assignment is news of its machine", c)
	}
	f.exec(`WITH s AS (INSERT INTO sites (company_id, name) VALUES ($1, 'Quarry') RETURNING id)
	        INSERT INTO site_moves (company_id, equipment_id, site_id) SELECT $1, $2, id FROM s`,
		[16]byte(f.ours), [16]byte(ours[0]))
	if c := f.received(1)[0]; c.Table != fleet.TableSiteMoves || c.Created || !slices.Equal(c.Rows, ours[:1]) {
		t.Errorf("received %+v: a move is news of its machine", c)
	}
	f.exec(`DELETE FROM site_moves`)
	f.received(1)
	f.exec(`INSERT INTO users (company_id, email, name, role)
		VALUES ($1, 'o@example.com', 'O', 'OPERATOR')`, [16]byte(f.ours))
	f.exec(`UPDATE operators SET first_name = 'Z'`) // changes no visibility: not reported
	for _, sql := range []string{`UPDATE operators SET user_id = (SELECT id FROM users)`, `UPDATE operators
		SET deleted_at = now()`, `UPDATE operators SET deleted_at = NULL, user_id = NULL`} {
		f.exec(sql)
		if c := f.received(1)[0]; c.Company != f.ours || c.Table != fleet.TableOperators || c.Created ||
			!slices.Equal(c.Rows, ours[:1]) {
			t.Errorf("received %+v: the user of an operator is news of the machines", c)
		}
	}
	f.exec(`DELETE FROM assignments`)
	f.received(1)
	f.exec(`UPDATE operators SET user_id = (SELECT id FROM users)`) // runs no machine: not reported
	f.exec(`DELETE FROM maintenance_records`)
	f.received(1)
	f.exec(`UPDATE equipment SET name = 'None' WHERE false`) // no row: not reported
	f.exec(`DELETE FROM equipment WHERE company_id = $1`, [16]byte(f.theirs))
	if c := f.received(1)[0]; c.Company != f.theirs || !slices.Equal(c.Rows, theirs) {
		t.Errorf("received %+v", c)
	}
}

func compare(a, b fleet.UUID) int { return slices.Compare(a[:], b[:]) }

func TestRolledBackChangesAreNotReported(t *testing.T) {
	f := watch(t)
	f.exec(`BEGIN`)
	f.machines(f.ours, 1)
	f.exec(`ROLLBACK`)
	f.machines(f.theirs, 1)
	if c := f.received(1)[0]; c.Company != f.theirs {
		t.Errorf("received %+v", c)
	}
}

func TestManyRowsFitIntoANotification(t *testing.T) {
	f := watch(t)
	f.machines(f.ours, 50)
	if c := f.received(1)[0]; len(c.Rows) != 50 {
		t.Errorf("received %d rows, want 50", len(c.Rows))
	}
	f.machines(f.ours, 100_000)
	if c := f.received(1)[0]; c.Company != f.ours || len(c.Rows) != 0 {
		t.Errorf("received %d rows, want none named", len(c.Rows))
	}
	f.exec(`TRUNCATE equipment CASCADE`) // maintenance records, assignments, moves and readings go too
	for _, c := range f.received(4) {
		if !c.Company.IsZero() || len(c.Rows) != 0 {
			t.Errorf("received %+v", c)
		}
	}
}

func TestAReconnectReportsThatEverythingMayHaveChanged(t *testing.T) {
	f := watch(t)
	w := f.feed.Watch(f.ours)
	defer w.Close()
	for round := range 5 {
		f.exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
			AND application_name = 'fleet feed'`)
		f.until(func() bool { return f.handler.has("found", round+2) })
		news, err := w.Next(t.Context())
		if err != nil || !news.Machines.All || !news.Records.All {
			t.Fatalf("after a loss: %+v, %v", news, err)
		}
	}
	if !f.handler.has("lost", 6) { // before the first connection too
		t.Errorf("the calls of the handler were %v", f.handler.calls)
	}
	f.machines(f.ours, 1)
	if news, err := w.Next(t.Context()); err != nil || len(news.Machines.Changed) != 1 {
		t.Errorf("afterwards: %+v, %v", news, err)
	}
}

func TestAnUnreadableNotificationReportsThatEverythingMayHaveChanged(t *testing.T) {
	f := watch(t)
	w := f.feed.Watch(f.ours)
	defer w.Close()
	f.exec(`SELECT pg_notify('fleet_changes', 'hello')`)
	if news, err := w.Next(t.Context()); err != nil || !news.Machines.All {
		t.Errorf("%+v, %v", news, err)
	}
}

func TestAWatchReceivesItsCompanyAndABurstOnce(t *testing.T) {
	f := watch(t)
	w := f.feed.Watch(f.ours)
	defer w.Close()
	first := f.machines(f.ours, 1)
	news, err := w.Next(t.Context())
	if err != nil || !slices.Equal(news.Machines.Changed, first) || !news.Machines.Created(first[0]) {
		t.Fatalf("%+v, %v", news, err)
	}
	f.machines(f.theirs, 1)
	begun := time.Now()
	for range 40 { // not so many that they are not notified
		f.exec(`UPDATE equipment SET description = 'burst'`)
	}
	f.received(2 + 2*40)
	wakes := 0
	for {
		wait := 2 * events.Pulse
		if wakes == 0 {
			wait = 2 * time.Minute // it must come
		}
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		news, err := w.Next(ctx)
		cancel()
		if err != nil {
			break
		}
		wakes++
		if !slices.Equal(news.Machines.Changed, first) || news.Machines.Created(first[0]) {
			t.Errorf("news %+v", news)
		}
	}
	if most := 2 + int(time.Since(begun)/events.Pulse); wakes == 0 || wakes > most {
		t.Errorf("woken %d times by 40 changes, want at most %d", wakes, most)
	}
}

func TestNothingMovesToAnotherCompany(t *testing.T) {
	f := watch(t)
	f.machines(f.ours, 1)
	if _, err := f.conn.Exec(t.Context(), `UPDATE equipment SET company_id = $1`, [16]byte(f.theirs)); err == nil {
		t.Error("a machine has moved")
	}
}
