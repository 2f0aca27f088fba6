package events_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
)

// ledger keeps what a handler could keep: the sum of company_changes as it was
// read after the last news of the company. Who was told of everything has the
// sum of the database in the end.
type ledger struct {
	t       *testing.T
	url     string
	company fleet.UUID
	news    chan struct{} // of size 1
	seen    atomic.Int64
	all     atomic.Int64 // news that named no row
	named   atomic.Int64
}

func (l *ledger) Changed(c fleet.TableChange) {
	if c.Company != l.company {
		return
	}
	if len(c.Rows) == 0 {
		l.all.Add(1)
	} else {
		l.named.Add(1)
	}
	select {
	case l.news <- struct{}{}:
	default:
	}
}
func (l *ledger) Lost()  {}
func (l *ledger) Found() {}

// follow reads the sum after each news until ctx ends.
func (l *ledger) follow(ctx context.Context) {
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
		var sum int64
		if err := conn.QueryRow(ctx, sumOf, [16]byte(l.company)).Scan(&sum); err != nil {
			if ctx.Err() == nil {
				l.t.Error(err)
			}
			return
		}
		l.seen.Store(sum)
	}
}

// fault is PostgreSQL's code of an error.
func fault(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Code
	}
	return ""
}

const sumOf = `SELECT coalesce(sum(changes), 0)::bigint FROM company_changes WHERE company_id = $1`

// TestNoChangeIsMissedWhileWritersDoNotNotify has several feeds on one
// database, and writers who burst and rest, in transactions of one statement
// and of several, committed and rolled back, at each level of isolation. After
// each burst every feed has told of everything, however it heard of it.
func TestNoChangeIsMissedWhileWritersDoNotNotify(t *testing.T) {
	f := watch(t)
	const feeds, writers, bursts = 6, 6, 4 // two feeds more than there are places
	ids := f.machines(f.ours, writers)
	var ledgers []*ledger
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer func() { cancel(); running.Wait() }()
	for range feeds {
		l := &ledger{t: t, url: f.url, company: f.ours, news: make(chan struct{}, 1)}
		ledgers = append(ledgers, l)
		feed := events.New(f.db.Feed(), slog.New(slog.DiscardHandler), l, f.heard)
		running.Go(func() { _ = feed.Run(ctx) })
		running.Go(func() { l.follow(ctx) })
	}
	f.until(func() bool { return f.heard.has("found", feeds+1) })

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
		`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1; UPDATE equipment SET description = 'two' WHERE id = $1; UPDATE equipment SET description = 'three' WHERE id = $1; COMMIT`,
		`BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE equipment SET description = 'four' WHERE id = $1; SELECT pg_sleep(0.01); COMMIT`,
		`BEGIN; UPDATE equipment SET description = 'five' WHERE id = $1; SAVEPOINT s; UPDATE equipment SET description = 'six' WHERE id = $1; ROLLBACK TO s; COMMIT`,
		`BEGIN; UPDATE equipment SET description = 'seven' WHERE id = $1; ROLLBACK`,
	}
	for burst := range bursts {
		var group sync.WaitGroup
		for n, conn := range conns {
			group.Go(func() {
				for begun, i := time.Now(), 0; time.Since(begun) < 3*events.Pulse || i < 50; i++ {
					way := ways[0]
					if n > 3 { // the others are fast, so that it becomes too much
						way = ways[i%len(ways)]
					}
					if _, err := conn.Exec(t.Context(), way, pgx.QueryExecModeSimpleProtocol, ids[n].String()); fault(err) == "40001" { // could not be serialized
						_, _ = conn.Exec(t.Context(), "ROLLBACK")
					} else if err != nil {
						t.Errorf("%s: %v", way, err)
						return
					}
					if n == 5 && i > 20 { // and one goes on in the rest, as they settle
						time.Sleep(5 * time.Millisecond)
					}
				}
			})
		}
		group.Wait()
		var want int64
		if err := f.conn.QueryRow(t.Context(), sumOf, [16]byte(f.ours)).Scan(&want); err != nil {
			t.Fatal(err)
		}
		for _, l := range ledgers {
			f.until(func() bool { return l.seen.Load() == want })
		}
		t.Logf("burst %d: %d changes; the first feed was told of rows %d times, of many %d times", burst, want, ledgers[0].named.Load(), ledgers[0].all.Load())
	}
	for n, l := range ledgers {
		if l.all.Load() == 0 {
			t.Errorf("feed %d was notified of everything: the test tests nothing", n)
		}
	}
	f.until(func() bool { // in the quiet all places are taken again
		var taken int
		if err := f.conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&taken); err != nil {
			t.Fatal(err)
		}
		return taken == 4
	})
}

// rush writes until the feed is not notified any more, and returns a function
// that reports whether it has heard of anything since it was asked last.
func (f *fleetUnderWatch) rush() (heard func() bool, last *fleet.TableChange) {
	f.t.Helper()
	last = new(fleet.TableChange)
	heard = func() bool {
		f.heard.mu.Lock()
		defer f.heard.mu.Unlock()
		n := len(f.heard.changes)
		if n > 0 {
			*last, f.heard.changes = f.heard.changes[n-1], nil
		}
		return n > 0
	}
	f.until(func() bool {
		for range 50 {
			f.exec(`UPDATE equipment SET description = 'rush'`)
		}
		return heard() && len(last.Rows) == 0
	})
	return heard, last
}

// TestALongTransactionThatDidNotNotifyIsNotMissed begins it while nobody wants
// to be notified, and commits it long after the rush.
func TestALongTransactionThatDidNotNotifyIsNotMissed(t *testing.T) {
	f := watch(t)
	f.machines(f.ours, 1)
	conn, err := pgx.Connect(t.Context(), f.url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	for {
		f.rush()
		if _, err := conn.Exec(t.Context(), `BEGIN; UPDATE equipment SET description = 'long'`); err != nil {
			t.Fatal(err)
		}
		var shared int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()`).Scan(&shared); err != nil {
			t.Fatal(err)
		}
		if shared == 4 {
			break
		}
		if _, err := conn.Exec(t.Context(), `ROLLBACK`); err != nil { // it would have notified: again
			t.Fatal(err)
		}
	}
	looked := func() { // waits for a look
		t.Helper()
		f.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'Mark', 'Crane')`, [16]byte(f.theirs))
		f.until(func() bool {
			f.heard.mu.Lock()
			defer f.heard.mu.Unlock()
			i := slices.IndexFunc(f.heard.changes, func(c fleet.TableChange) bool { return c.Company == f.theirs })
			return i >= 0 && len(f.heard.changes[i].Rows) == 0
		})
		f.heard.mu.Lock()
		f.heard.changes = nil
		f.heard.mu.Unlock()
	}
	for range 3 { // however often it looks, it cannot settle
		looked()
	}
	if _, err := conn.Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	if c := f.told(2)[0]; c.Company != f.ours {
		t.Errorf("told %+v", c)
	}
}

// TestRowsAreNamedAgainInTheQuiet writes until the feed looks, then rests.
func TestRowsAreNamedAgainInTheQuiet(t *testing.T) {
	f := watch(t)
	id := f.machines(f.ours, 1)[0]
	heard, last := f.rush()
	f.until(func() bool {
		f.exec(`UPDATE equipment SET description = 'rest'`)
		f.until(heard)
		return len(last.Rows) == 1 && last.Rows[0] == id
	})
}
