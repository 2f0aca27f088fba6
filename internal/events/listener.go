package events

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const (
	places = 4  // of the triggers; a listener that finds them taken looks for ever
	none   = -1 // no place
)

// Rates decide when a listener stops being notified and when it is notified
// again.
type Rates struct {
	// Poll is how many notifications within a Pulse a listener takes; after
	// more of them it polls, because commits that notify wait for each other.
	Poll int
	// Notify is the largest number of changes within a Pulse at which a
	// listener that polls asks to be notified again.
	Notify int
}

// DefaultRates makes listeners poll above some 600 changes a second.
var DefaultRates = Rates{Poll: 150, Notify: 75}

// listener is one connection that listens. While it has a place, writers
// notify it of each change (migrations/00012_feed_under_load.sql). When they
// come fast it leaves its place and looks at the sums of company_changes
// instead, once in a Pulse: in a company whose sum is another any row may have
// changed.
//
// Nothing is missed in between. It reads sums before it leaves its place: what
// is not in them makes them grow. It reads them again after it has taken a
// place: who did not notify it shared the place until their commit could be
// seen, so these sums contain it, and whoever comes later notifies.
type listener struct {
	conn  *pgx.Conn
	rates Rates
	each  func(payload string)
	place int // none: it looks
	sums  map[fleet.UUID]int64

	heard   int // notifications since
	counted time.Time
}

// hear waits for one notification; after askEvery it asks whether the
// connection is alive.
func (l *listener) hear(ctx context.Context) error {
	n, err := next(ctx, l.conn, askEvery)
	if err != nil {
		return err
	}
	if n == "" {
		answer, stop := context.WithTimeout(ctx, answerWithin)
		defer stop()
		return l.conn.Ping(answer)
	}
	l.each(n)
	if now := time.Now(); now.Sub(l.counted) > Pulse {
		l.heard, l.counted = 0, now
	}
	if l.heard++; l.heard <= l.rates.Poll {
		return nil
	}
	if l.sums, err = l.read(ctx); err != nil {
		return err
	}
	_, err = l.conn.Exec(ctx, `SELECT pg_advisory_unlock(hashtext($1), $2)`, channel, l.place)
	l.place = none
	return err
}

// look tells what has changed within a Pulse, and takes a place if that was little.
func (l *listener) look(ctx context.Context) error {
	for end := time.Now().Add(Pulse); ; {
		n, err := next(ctx, l.conn, time.Until(end)) // others may be notified, and we with them
		if err != nil {
			return err
		}
		if n == "" {
			break
		}
		l.each(n)
	}
	if changes, err := l.compare(ctx); err != nil || changes > int64(l.rates.Notify) {
		return err
	}
	return l.settle(ctx)
}

// settle takes a place, if there is one, and tells what has changed before.
func (l *listener) settle(ctx context.Context) error {
	for place := range places {
		var ours bool
		if err := l.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtext($1), $2)`, channel, place).Scan(&ours); err != nil {
			return err
		}
		if ours {
			l.place, l.heard, l.counted = place, 0, time.Now()
			break
		}
	}
	_, err := l.compare(ctx)
	return err
}

// compare reads the sums, tells of the companies where they are others than
// before, and returns how many changes that were.
func (l *listener) compare(ctx context.Context) (changes int64, err error) {
	before := l.sums
	if l.sums, err = l.read(ctx); err != nil || before == nil {
		return 0, err
	}
	for company, sum := range l.sums {
		if sum != before[company] {
			changes += sum - before[company]
			l.tell(company)
		}
	}
	for company := range before {
		if _, there := l.sums[company]; !there {
			l.tell(company)
		}
	}
	return changes, nil
}

// tell says that any row of a company may have changed.
func (l *listener) tell(company fleet.UUID) {
	for _, table := range []Table{Equipment, Records} {
		text, err := json.Marshal(notification{Company: company, Table: table})
		if err != nil {
			panic(err) // it holds nothing that could fail
		}
		l.each(string(text))
	}
}

// read returns how many statements have changed each company.
func (l *listener) read(ctx context.Context) (map[fleet.UUID]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, lookWithin)
	defer cancel()
	rows, err := l.conn.Query(ctx, `SELECT company_id, sum(changes)::bigint FROM company_changes GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	sums := make(map[fleet.UUID]int64)
	var company fleet.UUID
	var sum int64
	if _, err := pgx.ForEachRow(rows, []any{(*[16]byte)(&company), &sum}, func() error {
		sums[company] = sum
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read sums of changes: %w", err)
	}
	return sums, nil
}
