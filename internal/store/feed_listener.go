package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

const (
	// pollEvery is how often the sums are read without a slot. Changes are
	// delivered to subscribers no more often than that either.
	pollEvery = 250 * time.Millisecond
	slots     = 4  // advisory-lock slots; a listener that gets none keeps polling
	noSlot    = -1 // of listener.slot
)

// FeedRates decide when a Feed polls instead of being notified.
type FeedRates struct {
	// Poll is the number of notifications within a poll's period that a feed
	// accepts. After more it polls, because PostgreSQL serializes the commits
	// that notify.
	Poll int
	// Notify is the maximum number of changes within a poll's period at which a
	// polling feed returns to notifications.
	Notify int
}

// DefaultFeedRates make feeds poll above some 600 changes a second.
var DefaultFeedRates = FeedRates{Poll: 150, Notify: 75}

// listener is one listening connection. While it holds a slot, an exclusive advisory lock, the triggers
// notify it of each change (migrations/00012_feed_under_load.sql). At a high rate of changes it releases
// the slot and reads the sums of company_changes every pollEvery instead: a sum that has grown means that
// any row of the company may have changed.
//
// No change is missed in between. The listener reads the sums before it releases its slot: a change that
// they do not contain increases them. It reads them again after it has acquired a slot: a transaction that
// did not notify shared the slot until its commit was visible, so these sums contain it, and every later
// transaction notifies.
type listener struct {
	conn   *pgx.Conn // nil: sums are read over conns
	conns  *conns    // of the pool
	checks string    // channel of the notifications that check conn
	rates  FeedRates
	each   func(fleet.TableChange, error)
	slot   int // noSlot: it polls
	sums   map[fleet.UUID]int64
	lag    *lag

	count int // notifications since
	since time.Time
}

// hello returns errUnheard unless the connection hears what is committed over the pool.
func (l *listener) hello(ctx context.Context) error {
	if err := l.notify(ctx); err != nil {
		return err
	}
	for end := time.Now().Add(hearWithin); ; { // changes may come first
		n, err := next(ctx, l.conn, time.Until(end))
		switch {
		case err != nil:
			return err
		case n == nil:
			return errUnheard
		case n.Channel == l.checks:
			return nil
		}
	}
}

// notify commits a notification over the pool, for the connection to hear. One statement.
func (l *listener) notify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, hearWithin)
	defer cancel()
	_, err := l.conns.exec(ctx, `SELECT pg_notify($1, '')`, l.checks)
	return err
}

// wait waits for one notification. After checkAfter without any it checks the connection.
func (l *listener) wait(ctx context.Context) error {
	n, err := next(ctx, l.conn, checkAfter)
	if err != nil {
		return err
	}
	if n == nil {
		if err := l.notify(ctx); err != nil { // the pool may be busy, which says nothing about conn
			pong, cancel := context.WithTimeout(ctx, hearWithin)
			defer cancel()
			return l.conn.Ping(pong)
		}
		if n, err = next(ctx, l.conn, hearWithin); err != nil {
			return err
		}
		if n == nil {
			return errUnheard
		}
	}
	if n.Channel == l.checks {
		l.lag.heard()
		return nil
	}
	l.each(parseChange(n.Payload))
	if now := time.Now(); now.Sub(l.since) > pollEvery {
		l.count, l.since = 0, now
	}
	if l.count++; l.count <= l.rates.Poll {
		return nil
	}
	if l.sums, err = l.read(ctx); err != nil {
		return err
	}
	_, err = l.conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtext($1), $2)`, channel, l.slot)
	l.slot = noSlot
	return err
}

// poll reports the changes within pollEvery, and acquires a slot if they were few.
func (l *listener) poll(ctx context.Context) error {
	for end := time.Now().Add(pollEvery); ; {
		n, err := next(ctx, l.conn, time.Until(end)) // sent while another listener holds a slot
		if err != nil {
			return err
		}
		if n == nil {
			break
		}
		if n.Channel == channel {
			l.each(parseChange(n.Payload))
		} else {
			l.lag.heard()
		}
	}
	if changes, err := l.compare(ctx); err != nil || changes > int64(l.rates.Notify) {
		return err
	}
	return l.acquire(ctx)
}

// acquire takes a free slot, if there is one, and reports the changes before it.
func (l *listener) acquire(ctx context.Context) error {
	for slot := range slots {
		var acquired bool
		if err := l.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtext($1),
			$2)`, channel, slot).Scan(&acquired); err != nil {
			return err
		}
		if acquired {
			l.slot, l.count, l.since = slot, 0, time.Now()
			break
		}
	}
	_, err := l.compare(ctx)
	return err
}

// compare reads the sums, reports the companies with another sum than before, and returns the
// number of changes in between.
func (l *listener) compare(ctx context.Context) (changes int64, err error) {
	before := l.sums
	if l.sums, err = l.read(ctx); err != nil || before == nil {
		return 0, err
	}
	for company, sum := range l.sums {
		if sum != before[company] {
			changes += sum - before[company]
			l.publish(company)
		}
	}
	for company := range before {
		if _, there := l.sums[company]; !there {
			l.publish(company)
		}
	}
	return changes, nil
}

// publish reports that any row of a company may have changed.
func (l *listener) publish(company fleet.UUID) {
	for _, table := range []fleet.Table{fleet.TableEquipment, fleet.TableRecords} {
		l.each(fleet.TableChange{Company: company, Table: table}, nil)
	}
}

// read returns the number of statements that changed each company. One
// statement, index company_changes_by_company.
func (l *listener) read(ctx context.Context) (map[fleet.UUID]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, sumsWithin)
	defer cancel()
	const sql = `SELECT company_id, sum(changes)::bigint FROM company_changes GROUP BY 1`
	collect := func(rows pgx.Rows) (map[fleet.UUID]int64, error) {
		sums := make(map[fleet.UUID]int64)
		var company fleet.UUID
		var sum int64
		_, err := pgx.ForEachRow(rows, []any{(*[16]byte)(&company), &sum}, func() error {
			sums[company] = sum
			return nil
		})
		return sums, err
	}
	var sums map[fleet.UUID]int64
	var err error
	if l.conn == nil {
		sums, err = read(ctx, l.conns, sql, nil, collect)
	} else {
		rows, _ := l.conn.Query(ctx, sql) // the rows have the error
		sums, err = collect(rows)
	}
	if err != nil {
		return nil, fmt.Errorf("read sums of changes: %w", err)
	}
	return sums, nil
}

// next waits for a notification. It returns nil after timeout.
func next(ctx context.Context, conn *pgx.Conn, timeout time.Duration) (*pgconn.Notification, error) {
	silence, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	n, err := conn.WaitForNotification(silence)
	if err == nil {
		return n, nil
	}
	if ctx.Err() != nil || silence.Err() == nil || conn.IsClosed() {
		return nil, err
	}
	return nil, nil
}
