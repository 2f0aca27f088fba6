package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// channel is the notification channel of the triggers.
const channel = "fleet_changes"

const (
	feedConnectTimeout = 5 * time.Second
	// checkAfter is how long no notification arrives before the connection is checked: a notification
	// that is committed over the pool must be heard within hearWithin. A connection that was dropped
	// without notice, as by a firewall, is detected within both.
	checkAfter = 5 * time.Second
	hearWithin = 3 * time.Second
	// unheardFor is how long changes are polled, each unheardPollEvery, after a connection that hears
	// nothing.
	unheardFor       = 30 * time.Second
	unheardPollEvery = time.Second
	// sumsWithin bounds the query for the sums of changes on a busy database.
	sumsWithin = 10 * time.Second
)

// errUnheard is the error of a listening connection that hears nothing.
var errUnheard = errors.New("a notification that was committed over DATABASE_URL was not heard on the listening " +
	"connection: a pooler such as PgBouncer loses LISTEN unless its pool_mode is session; set FLEET_LISTEN_URL to " +
	"reach the same database directly")

// Feed listens to committed changes on a connection of its own, outside the
// pool. The connection must reach the server itself: a pooler in transaction
// mode loses LISTEN.
type Feed struct {
	// Rates are DefaultFeedRates unless they are set before Listen.
	Rates  FeedRates
	config *pgx.ConnConfig
	conns  *conns
	lag    lag

	unheard bool                 // the last call of Listen has returned errUnheard
	sums    map[fleet.UUID]int64 // as the polls since then have read them last
}

// Feed returns a listener to committed changes. One goroutine listens; Probe and Lag may be called by
// others.
func (s *DB) Feed() *Feed {
	config := s.feed.Copy()
	config.ConnectTimeout = feedConnectTimeout
	config.RuntimeParams["application_name"] = "fleet feed"
	return &Feed{Rates: DefaultFeedRates, config: config, conns: s.conns}
}

// Listen calls ready once every change that is committed from then on is delivered, then each for
// every change in the order of the commits. An error passed to each is a notification that could
// not be read: anything may have changed. Listen returns when the connection is lost, when it does
// not hear what the pool's connections commit, or when ctx ends.
//
// After a connection that heard nothing, Listen polls for unheardFor before it tries again: it calls
// each without having called ready, so that subscribers learn of changes, if late.
func (f *Feed) Listen(ctx context.Context, ready func(), each func(fleet.TableChange, error)) error {
	if f.unheard {
		if err := f.poll(ctx, each); err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
	err := f.listen(ctx, ready, each)
	if f.unheard = errors.Is(err, errUnheard); !f.unheard {
		f.sums = nil
	}
	return err
}

// poll reports changes that the sums of company_changes show, which it reads over the pool.
func (f *Feed) poll(ctx context.Context, each func(fleet.TableChange, error)) (err error) {
	l := &listener{conns: f.conns, each: each, slot: noSlot, sums: f.sums}
	if l.sums == nil { // anything may have changed
		if l.sums, err = l.read(ctx); err != nil {
			return err
		}
		for company := range l.sums {
			l.publish(company)
		}
	}
	every := time.NewTicker(unheardPollEvery)
	defer every.Stop()
	for end := time.Now().Add(unheardFor); time.Now().Before(end); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-every.C:
		}
		if _, err := l.compare(ctx); err != nil {
			return err
		}
		f.sums = l.sums
	}
	return nil
}

// listen connects, proves that the connection hears, and delivers changes.
func (f *Feed) listen(ctx context.Context, ready func(), each func(fleet.TableChange, error)) error {
	conn, err := pgx.ConnectConfig(ctx, f.config)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(last)
	}()
	// Each connection has a channel of its own for checks, so that they wake no other.
	l := &listener{conn: conn, conns: f.conns, checks: channel + "_" + strings.ToLower(rand.Text()), rates: f.Rates,
		each: each, slot: noSlot, lag: &f.lag}
	if _, err := conn.Exec(ctx, "LISTEN "+channel+"; LISTEN "+l.checks); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := l.hello(ctx); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	// Not before: behind a pooler the locks would stay with a connection of others.
	if err := l.acquire(ctx); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	f.lag.listens(l.checks)
	defer f.lag.listens("")
	ready()
	for {
		if l.slot == noSlot {
			err = l.poll(ctx)
		} else {
			err = l.wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("listen: %w", err)
		}
	}
}

// notification is a change as the triggers write it.
type notification struct {
	Company   fleet.UUID   `json:"company"`
	Table     fleet.Table  `json:"table"`
	Operation string       `json:"operation"`
	Rows      []fleet.UUID `json:"rows"`
}

// parseChange reads the payload of a trigger's notification.
func parseChange(payload string) (fleet.TableChange, error) {
	var n notification
	if err := json.Unmarshal([]byte(payload), &n); err != nil {
		return fleet.TableChange{}, fmt.Errorf("read notification: %w", err)
	}
	if !n.Table.Valid() {
		return fleet.TableChange{}, fmt.Errorf("read notification: there is no table %s", fleet.Quote(string(n.Table)))
	}
	created := n.Operation == "INSERT" && n.Table != fleet.TableAssignments &&
		n.Table != fleet.TableSiteMoves
	return fleet.TableChange{Company: n.Company, Table: n.Table, Created: created, Rows: n.Rows}, nil
}

// FoldChanges replaces the rows of each company in company_changes by their sum, so that the sum
// stays fast to read. The sum is the same in every snapshot. When several instances fold at the
// same time, one of them does it. One statement; it reads the whole table, which it keeps small.
func (s *DB) FoldChanges(ctx context.Context) error {
	_, err := s.exec(ctx, `
		WITH lock AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('fold company_changes')) AS acquired),
		old AS (
		  DELETE FROM company_changes c USING lock
		  WHERE  lock.acquired AND c.company_id IN (SELECT company_id FROM company_changes
			GROUP BY 1 HAVING count(*) > 1)
		  RETURNING c.company_id, c.changes)
		INSERT INTO company_changes SELECT company_id, sum(changes) FROM old GROUP BY 1`)
	if err != nil {
		return fmt.Errorf("fold changes: %w", err)
	}
	return nil
}
