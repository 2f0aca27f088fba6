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

// fleetUnderWatch is a database with two companies, and a feed from it.
type fleetUnderWatch struct {
	t            *testing.T
	url          string
	db           *store.DB
	conn         *pgx.Conn
	feed         *events.Feed
	heard        *ear
	ours, theirs fleet.UUID
}

// ear remembers what a handler is told.
type ear struct {
	mu      sync.Mutex
	changes []fleet.TableChange
	calls   []string
}

func (e *ear) Changed(c fleet.TableChange) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.changes = append(e.changes, c)
}
func (e *ear) Lost()  { e.call("lost") }
func (e *ear) Found() { e.call("found") }
func (e *ear) call(name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, name)
}

func watch(t *testing.T) *fleetUnderWatch {
	t.Helper()
	return watchAt(t, store.DefaultFeedRates)
}

// watchAt is watch with a feed that polls at other rates.
func watchAt(t *testing.T, rates store.FeedRates) *fleetUnderWatch {
	t.Helper()
	t.Parallel()
	db, url := storetest.New(t)
	f := &fleetUnderWatch{t: t, url: url, db: db, heard: new(ear)}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	f.conn = conn
	for name, id := range map[string]*fleet.UUID{"Ours": &f.ours, "Theirs": &f.theirs} {
		if err := conn.QueryRow(t.Context(), `INSERT INTO companies (name) VALUES ($1) RETURNING id`, name).Scan((*[16]byte)(id)); err != nil {
			t.Fatal(err)
		}
	}
	carrier := db.Feed()
	carrier.Rates = rates
	f.feed = events.New(carrier, slog.New(slog.DiscardHandler), f.heard)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.feed.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	f.until(func() bool { return f.heard.has("found", 1) })
	return f
}

func (e *ear) has(call string, times int) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, c := range e.calls {
		if c == call {
			n++
		}
	}
	return n >= times
}

func (f *fleetUnderWatch) until(come func() bool) {
	f.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !come(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatal("it did not come")
		}
	}
}

func (f *fleetUnderWatch) exec(sql string, args ...any) {
	f.t.Helper()
	if _, err := f.conn.Exec(f.t.Context(), sql, args...); err != nil {
		f.t.Fatalf("%v\n%s", err, sql)
	}
}

// told waits for n changes and forgets them.
func (f *fleetUnderWatch) told(n int) []fleet.TableChange {
	f.t.Helper()
	var list []fleet.TableChange
	f.until(func() bool {
		f.heard.mu.Lock()
		defer f.heard.mu.Unlock()
		if len(f.heard.changes) < n {
			return false
		}
		list, f.heard.changes = f.heard.changes, nil
		return true
	})
	if len(list) != n {
		f.t.Errorf("told of %d changes, want %d: %+v", len(list), n, list)
	}
	return list
}

func (f *fleetUnderWatch) machines(company fleet.UUID, n int) (ids []fleet.UUID) {
	f.t.Helper()
	rows, err := f.conn.Query(f.t.Context(), `INSERT INTO equipment (company_id, name, category) SELECT $1, 'Machine ' || i, 'Crane' FROM generate_series(1, $2::int) i RETURNING id`, [16]byte(company), n)
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

func TestEachStatementIsToldOnceForEachCompany(t *testing.T) {
	f := watch(t)
	ours := f.machines(f.ours, 2)
	theirs := f.machines(f.theirs, 1)
	for i, c := range f.told(2) {
		want := []fleet.UUID{f.ours, f.theirs}[i]
		if c.Company != want || c.Table != fleet.TableEquipment || !c.Created || len(c.Rows) != 2-i {
			t.Errorf("told %+v", c)
		}
	}
	f.exec(`UPDATE equipment SET name = name || '!'`)
	both := f.told(2)
	for _, c := range both {
		want := ours
		if c.Company == f.theirs {
			want = theirs
		}
		slices.SortFunc(c.Rows, compare)
		slices.SortFunc(want, compare)
		if c.Created || !slices.Equal(c.Rows, want) {
			t.Errorf("told %+v, want %v", c, want)
		}
	}
	if both[0].Company == both[1].Company {
		t.Error("one company was told twice")
	}

	f.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date) VALUES ($1, $2, 'INSPECTION', '2026-01-01')`, [16]byte(f.ours), [16]byte(ours[0]))
	if c := f.told(1)[0]; c.Table != fleet.TableRecords || !c.Created || len(c.Rows) != 1 {
		t.Errorf("told %+v", c)
	}
	f.exec(`WITH o AS (INSERT INTO operators (company_id, first_name, last_name, license_number) VALUES ($1, 'A', 'B', 'C') RETURNING id)
	        INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT $1, $2, id FROM o`, [16]byte(f.ours), [16]byte(ours[0]))
	if c := f.told(1)[0]; c.Table != fleet.TableAssignments || c.Created || !slices.Equal(c.Rows, ours[:1]) {
		t.Errorf("told %+v: an assignment is news of its machine", c)
	}
	f.exec(`INSERT INTO users (company_id, email, name, role) VALUES ($1, 'o@example.com', 'O', 'OPERATOR')`, [16]byte(f.ours))
	f.exec(`UPDATE operators SET first_name = 'Z'`) // moves nobody's machines: tells nothing
	for _, sql := range []string{`UPDATE operators SET user_id = (SELECT id FROM users)`, `UPDATE operators SET deleted_at = now()`, `UPDATE operators SET deleted_at = NULL, user_id = NULL`} {
		f.exec(sql)
		if c := f.told(1)[0]; c.Company != f.ours || c.Table != fleet.TableOperators || c.Created || !slices.Equal(c.Rows, ours[:1]) {
			t.Errorf("told %+v: as whom an operator signs in is news of the machines they run", c)
		}
	}
	f.exec(`DELETE FROM assignments`)
	f.told(1)
	f.exec(`UPDATE operators SET user_id = (SELECT id FROM users)`) // runs nothing: tells nothing
	f.exec(`DELETE FROM maintenance_records`)
	f.told(1)
	f.exec(`UPDATE equipment SET name = 'Nobody' WHERE false`) // touches nothing: tells nothing
	f.exec(`DELETE FROM equipment WHERE company_id = $1`, [16]byte(f.theirs))
	if c := f.told(1)[0]; c.Company != f.theirs || !slices.Equal(c.Rows, theirs) {
		t.Errorf("told %+v", c)
	}
}

func compare(a, b fleet.UUID) int { return slices.Compare(a[:], b[:]) }

func TestWhatIsRolledBackIsNotTold(t *testing.T) {
	f := watch(t)
	f.exec(`BEGIN`)
	f.machines(f.ours, 1)
	f.exec(`ROLLBACK`)
	f.machines(f.theirs, 1)
	if c := f.told(1)[0]; c.Company != f.theirs {
		t.Errorf("told %+v", c)
	}
}

func TestManyRowsFitIntoANotification(t *testing.T) {
	f := watch(t)
	f.machines(f.ours, 50)
	if c := f.told(1)[0]; len(c.Rows) != 50 {
		t.Errorf("told of %d rows, want 50", len(c.Rows))
	}
	f.machines(f.ours, 100_000)
	if c := f.told(1)[0]; c.Company != f.ours || len(c.Rows) != 0 {
		t.Errorf("told of %d rows, want to hear of many", len(c.Rows))
	}
	f.exec(`TRUNCATE equipment CASCADE`) // maintenance records, assignments and readings go too
	for _, c := range f.told(3) {
		if !c.Company.IsZero() || len(c.Rows) != 0 {
			t.Errorf("told %+v", c)
		}
	}
}

func TestALostConnectionIsFoundAgainAndAllAreToldToLookAgain(t *testing.T) {
	f := watch(t)
	w := f.feed.Watch(f.ours)
	defer w.Close()
	for round := range 5 {
		f.exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet feed'`)
		f.until(func() bool { return f.heard.has("found", round+2) })
		news, err := w.Next(t.Context())
		if err != nil || !news.Machines.All || !news.Records.All {
			t.Fatalf("after a loss: %+v, %v", news, err)
		}
	}
	if !f.heard.has("lost", 6) { // before the first connection too
		t.Errorf("handlers were told %v", f.heard.calls)
	}
	f.machines(f.ours, 1)
	if news, err := w.Next(t.Context()); err != nil || len(news.Machines.Changed) != 1 {
		t.Errorf("afterwards: %+v, %v", news, err)
	}
}

func TestANotificationOfNobodyWeKnowMakesAllLookAgain(t *testing.T) {
	f := watch(t)
	w := f.feed.Watch(f.ours)
	defer w.Close()
	f.exec(`SELECT pg_notify('fleet_changes', 'hello')`)
	if news, err := w.Next(t.Context()); err != nil || !news.Machines.All {
		t.Errorf("%+v, %v", news, err)
	}
}

func TestAWatchHearsOfItsCompanyAloneAndOfABurstOnce(t *testing.T) {
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
	f.told(2 + 2*40)
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
