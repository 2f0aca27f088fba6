package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// channel is the notification channel of the triggers.
const channel = "fleet_changes"

const (
	feedConnectTimeout = 5 * time.Second
	// pingAfter is how long no notification arrives before the connection is checked. A connection that was
	// dropped without notice, as by a firewall, is detected within pingAfter and pongWithin.
	pingAfter  = 5 * time.Second
	pongWithin = 2 * time.Second
	// sumsWithin bounds the query for the sums of changes on a busy database.
	sumsWithin = 10 * time.Second
)

// Feed listens to committed changes on a connection of its own, outside the
// pool. The connection must reach the server itself: a pooler in transaction
// mode loses LISTEN.
type Feed struct {
	// Rates are DefaultFeedRates unless they are set before Listen.
	Rates  FeedRates
	config *pgx.ConnConfig
}

// Feed returns a listener to committed changes.
func (s *DB) Feed() *Feed {
	config := s.feed.Copy()
	config.ConnectTimeout = feedConnectTimeout
	config.RuntimeParams["application_name"] = "fleet feed"
	return &Feed{Rates: DefaultFeedRates, config: config}
}

// Listen calls ready once every change that is committed from then on is delivered, then each for
// every change in the order of the commits. An error passed to each is a notification that could
// not be read: anything may have changed. Listen returns when the connection is lost or ctx ends.
func (f *Feed) Listen(ctx context.Context, ready func(), each func(fleet.TableChange, error)) error {
	conn, err := pgx.ConnectConfig(ctx, f.config)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(last)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	l := &listener{conn: conn, rates: f.Rates, each: each, slot: noSlot}
	if err := l.acquire(ctx); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
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
	created := n.Operation == "INSERT" && n.Table != fleet.TableAssignments
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
