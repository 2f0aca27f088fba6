package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// snapshot is a transaction whose reads all see the database at one moment. Its connection carries one statement at a
// time.
type snapshot struct {
	conns *conns
	mu    sync.Mutex
	tx    pgx.Tx
}

type snapshotKey struct{}

// Snapshot returns a context whose reads all see the database as it is at the first of them, whatever is
// committed meanwhile. They share one connection, so that they run one after the other, and are not repeated when it
// ends. end must be called; it ends the transaction. PostgreSQL ends it when no statement has come for idle: as long as
// it is open, rows that others delete are kept. Statements: begin, one for the settings, rollback.
func (s *DB) Snapshot(ctx context.Context, idle time.Duration) (in context.Context, end func(), err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("begin a snapshot: %w", err)
	}
	end = func() { _ = tx.Rollback(context.WithoutCancel(ctx)) } // the connection is closed if that fails
	// One text without values, so that it needs no statement of its own for each setting.
	_, err = tx.Exec(ctx, fmt.Sprintf(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
		SET LOCAL idle_in_transaction_session_timeout = %d`, idle.Milliseconds()), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		end()
		return nil, nil, fmt.Errorf("begin a snapshot: %w", err)
	}
	return context.WithValue(ctx, snapshotKey{}, &snapshot{conns: s.conns, tx: tx}), end, nil
}

// snapshotOf returns the snapshot that reads of ctx belong to; nil for none.
func snapshotOf(ctx context.Context, c *conns) *snapshot {
	if s, _ := ctx.Value(snapshotKey{}).(*snapshot); s != nil && s.conns == c {
		return s
	}
	return nil
}

// readIn is read in a snapshot.
func readIn[T any](ctx context.Context, s *snapshot, sql string, args []any,
	collect func(pgx.Rows) (T, error)) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, _ := s.tx.Query(ctx, sql, args...) // the rows have the error
	return collect(rows)
}
