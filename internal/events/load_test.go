package events_test

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// ledger is a handler that keeps of each company the sum of company_changes as
// it was read after the last news of the company. In the end these are the sums
// of the database, unless a change was missed.
type ledger struct {
	t    *testing.T
	url  string
	news chan struct{} // of size 1

	mu      sync.Mutex
	changed map[fleet.UUID]bool // companies with a sum to read
	sums    map[fleet.UUID]int64
	polled  int // changes that named no row
	named   int
}

func newLedger(t *testing.T, url string, sums map[fleet.UUID]int64) *ledger {
	return &ledger{
		t: t, url: url, news: make(chan struct{}, 1), changed: make(map[fleet.UUID]bool), sums: maps.Clone(sums),
	}
}

func (l *ledger) Changed(c fleet.TableChange) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed[c.Company] = true
	if len(c.Rows) == 0 {
		l.polled++
	} else {
		l.named++
	}
	select {
	case l.news <- struct{}{}:
	default:
	}
}
func (l *ledger) Lost()  {}
func (l *ledger) Found() {}

// run reads sums after each news until ctx ends.
func (l *ledger) run(ctx context.Context) {
	conn, err := pgx.Connect(ctx, l.url)
	if err != nil {
		l.t.Error(err)
		return
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.news:
		}
		l.mu.Lock()
		changed := l.changed
		l.changed = make(map[fleet.UUID]bool)
		l.mu.Unlock()
		sums, err := readSums(ctx, conn)
		if err != nil {
			if ctx.Err() == nil {
				l.t.Error(err)
			}
			return
		}
		l.mu.Lock()
		for company := range changed {
			l.sums[company] = sums[company]
		}
		l.mu.Unlock()
	}
}

func (l *ledger) has(sums map[fleet.UUID]int64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Equal(l.sums, sums)
}

// readSums returns how many statements have changed each company.
func readSums(ctx context.Context, conn *pgx.Conn) (map[fleet.UUID]int64, error) {
	rows, err := conn.Query(ctx, `SELECT company_id, sum(changes)::bigint FROM company_changes GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	sums := make(map[fleet.UUID]int64)
	var company [16]byte
	var sum int64
	_, err = pgx.ForEachRow(rows, []any{&company, &sum}, func() error {
		sums[company] = sum
		return nil
	})
	return sums, err
}

// fault is PostgreSQL's code of an error.
func fault(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Code
	}
	return ""
}

// TestNoChangeIsMissedWhileWritersDoNotNotify has several feeds on one
// database, and writers that burst and rest, in transactions of one statement
// and of several, committed and rolled back, at each level of isolation. The
// feeds poll after the first notification, whatever the speed of the machine:
// some are notified again after each Pulse, some only when writers rest. There
// are many companies, so that a change that is missed is not made up for by the
// next one of its company. After each burst every feed has reported everything.
func TestNoChangeIsMissedWhileWritersDoNotNotify(t *testing.T) {
	f := watchAt(t, store.FeedRates{Poll: 0, Notify: 0})
	const (
		feeds           = 6 // two more than there are slots
		writers, bursts = 6, 4
		companies       = 50 // of each writer
	)
	rows, err := f.conn.Query(t.Context(), `WITH c AS (
		INSERT INTO companies (name) SELECT 'Company ' || i FROM generate_series(1, $1::int) i RETURNING id)
		INSERT INTO equipment (company_id, name, category) SELECT id, 'Machine', 'Crane' FROM c
		RETURNING id::text`, writers*companies)
	if err != nil {
		t.Fatal(err)
	}
	machines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	begin, err := readSums(t.Context(), f.conn)
	if err != nil {
		t.Fatal(err)
	}
	rates := []store.FeedRates{{Poll: 0, Notify: math.MaxInt}, {Poll: 0, Notify: 0}, {Poll: 3, Notify: math.MaxInt}}
	var ledgers []*ledger
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer func() { cancel(); running.Wait() }()
	for n := range feeds {
		l := newLedger(t, f.url, begin)
		ledgers = append(ledgers, l)
		carrier := f.db.Feed()
		carrier.Rates = rates[n%len(rates)]
		feed := events.New(carrier, slog.New(slog.DiscardHandler), l, f.handler)
		running.Go(func() { _ = feed.Run(ctx) })
		running.Go(func() { l.run(ctx) })
	}
	f.until(func() bool { return f.handler.has("found", feeds+1) })

	conns := make([]*pgx.Conn, writers)
	for n := range conns {
		conn, err := pgx.Connect(t.Context(), f.url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close(context.Background()) }()
		conns[n] = conn
	}
	ways := []string{
		`UPDATE equipment SET description = 'one' WHERE id = $1`,
		`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; UPDATE equipment SET description = 'two' WHERE id = $1;
			UPDATE equipment SET description = 'three' WHERE id = $1; COMMIT`,
		`BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE equipment SET description = 'four' WHERE id = $1;
			SELECT pg_sleep(0.01); COMMIT`,
		`BEGIN; UPDATE equipment SET description = 'five' WHERE id = $1; SAVEPOINT s;
			UPDATE equipment SET description = 'six' WHERE id = $1; ROLLBACK TO s; COMMIT`,
		`BEGIN; UPDATE equipment SET description = 'seven' WHERE id = $1; ROLLBACK`,
	}
	for range bursts {
		var group sync.WaitGroup
		for n, conn := range conns {
			group.Go(func() {
				for begun, i := time.Now(), 0; time.Since(begun) < 3*events.Pulse || i < companies; i++ {
					way, machine := ways[0], machines[n*companies+i%companies]
					if n > 3 {
						way = ways[i%len(ways)]
					}
					_, err := conn.Exec(t.Context(), way, pgx.QueryExecModeSimpleProtocol, machine)
					if fault(err) == "40001" { // could not be serialized
						_, _ = conn.Exec(t.Context(), "ROLLBACK")
					} else if err != nil {
						t.Errorf("%s: %v", way, err)
						return
					}
					if n == 5 && i > 20 { // writes on while the others rest
						time.Sleep(5 * time.Millisecond)
					}
				}
			})
		}
		group.Wait()
		want, err := readSums(t.Context(), f.conn)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range ledgers {
			f.until(func() bool { return l.has(want) })
		}
	}
	var changes int
	if err := f.conn.QueryRow(t.Context(), `SELECT sum(changes)::int FROM company_changes`).Scan(&changes); err != nil {
		t.Fatal(err)
	}
	for n, l := range ledgers {
		t.Logf("feed %d: %d changes, %d named, %d found by polls", n, changes, l.named, l.polled)
		if l.polled == 0 || l.named >= changes {
			t.Errorf("feed %d was notified of every change: the test covers no polling", n)
		}
	}
	f.until(func() bool { return f.locks("ExclusiveLock") == 4 }) // without load all slots are taken again
}

// TestALongTransactionThatDidNotNotifyIsNotMissed begins a transaction while no
// listener wants to be notified, and commits it long after.
func TestALongTransactionThatDidNotNotifyIsNotMissed(t *testing.T) {
	f := watchAt(t, store.FeedRates{Poll: 0, Notify: math.MaxInt}) // asks to be notified again after every Pulse
	f.machines(f.ours, 1)
	resume := f.keepPolling()
	conn, err := pgx.Connect(t.Context(), f.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `BEGIN; UPDATE equipment SET description = 'long'`); err != nil {
		t.Fatal(err)
	}
	resume()
	if n := f.locks("ShareLock"); n != 4 {
		t.Fatalf("the transaction shares %d slots, want all 4", n)
	}
	for range 3 { // the feed cannot get a slot, however often it polls
		f.polled()
	}
	if _, err := conn.Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if c := f.received(2)[0]; c.Company != f.ours {
		t.Errorf("reported %+v", c)
	}
}

// TestAChangeWhileAFeedLeavesItsSlotIsNotMissed commits one while the feed is
// between a notification that is too many and its poll.
func TestAChangeWhileAFeedLeavesItsSlotIsNotMissed(t *testing.T) {
	f := watchAt(t, store.FeedRates{Poll: 0, Notify: 0})
	f.machines(f.ours, 1)
	f.received(1)
	f.until(func() bool { return f.locks("ExclusiveLock") == 1 })
	conn, err := pgx.Connect(t.Context(), f.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `BEGIN; LOCK TABLE company_changes IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	f.exec(`SELECT pg_notify('fleet_changes', json_build_object('company', $1::uuid, 'table', 'equipment')::text)`,
		[16]byte(f.theirs))
	f.until(func() bool {
		var waits bool
		if err := f.conn.QueryRow(t.Context(), `SELECT EXISTS (
			SELECT FROM pg_locks
			WHERE NOT granted AND relation = 'company_changes'::regclass)`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
		return waits
	})
	if _, err := conn.Exec(t.Context(), `UPDATE equipment SET description = 'meanwhile'; COMMIT`); err != nil {
		t.Fatal(err)
	}
	f.until(func() bool {
		f.handler.mu.Lock()
		defer f.handler.mu.Unlock()
		return slices.ContainsFunc(f.handler.changes, func(c fleet.TableChange) bool { return c.Company == f.ours })
	})
}

// TestRowsAreNamedAgainAfterABurst makes the feed poll, then rests.
func TestRowsAreNamedAgainAfterABurst(t *testing.T) {
	f := watchAt(t, store.FeedRates{Poll: 0, Notify: 1})
	id := f.machines(f.ours, 1)[0]
	f.keepPolling()()
	f.until(func() bool { return f.locks("ExclusiveLock") == 1 })
	f.exec(`UPDATE equipment SET description = 'rest'`)
	f.until(func() bool {
		f.handler.mu.Lock()
		defer f.handler.mu.Unlock()
		last := f.handler.changes[len(f.handler.changes)-1]
		return slices.Equal(last.Rows, []fleet.UUID{id})
	})
}

// TestAFeedPollsUntilChangesAreFew lets no number of changes be few enough.
func TestAFeedPollsUntilChangesAreFew(t *testing.T) {
	f := watchAt(t, store.FeedRates{Poll: 0, Notify: -1})
	f.machines(f.ours, 1)
	f.until(func() bool { return f.locks("ExclusiveLock") == 0 })
	for range 3 {
		f.polled()
	}
	if n := f.locks("ExclusiveLock"); n != 0 {
		t.Errorf("the feed holds %d slots, want none", n)
	}
}

// keepPolling makes the feed poll until resume is called: it shares all slots,
// so that the feed cannot get one back.
func (f *fixture) keepPolling() (resume func()) {
	f.t.Helper()
	conn, err := pgx.Connect(f.t.Context(), f.url)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	shared := make(chan error, 1)
	go func() {
		_, err := conn.Exec(f.t.Context(), `
			SELECT pg_advisory_lock_shared(hashtext('fleet_changes'), slot) FROM generate_series(0, 3) slot`)
		shared <- err
	}()
	f.until(func() bool {
		f.exec(`UPDATE equipment SET description = 'rush'`) // notified, the feed leaves its slot
		select {
		case err := <-shared:
			if err != nil {
				f.t.Fatal(err)
			}
			return true
		default:
			return false
		}
	})
	return func() {
		if _, err := conn.Exec(f.t.Context(), `SELECT pg_advisory_unlock_all()`); err != nil {
			f.t.Fatal(err)
		}
	}
}

// polled writes for the other company and waits until a poll has found it.
func (f *fixture) polled() {
	f.t.Helper()
	f.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'Mark', 'Crane')`, [16]byte(f.theirs))
	f.until(func() bool {
		f.handler.mu.Lock()
		defer f.handler.mu.Unlock()
		// A poll reports machines, then records; the companies in any order.
		if !slices.ContainsFunc(f.handler.changes, func(c fleet.TableChange) bool {
			return c.Company == f.theirs && c.Table == fleet.TableRecords
		}) {
			return false
		}
		f.handler.changes = nil
		return true
	})
}

// locks counts the advisory locks of a mode in the database.
func (f *fixture) locks(mode string) (n int) {
	f.t.Helper()
	const count = `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND mode = $1
		AND classid::bigint = hashtext('fleet_changes')::bigint & 4294967295 -- a slot of the feed
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
	if err := f.conn.QueryRow(f.t.Context(), count, mode).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}
