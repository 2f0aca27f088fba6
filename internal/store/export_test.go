package store

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Sent returns the statements that call sends, with their arguments.
func Sent(ctx context.Context, call func(context.Context) error) (texts []string, args [][]any, err error) {
	ctx, s := CountStatements(ctx)
	s.sent = func(sql string, a []any) {
		if len(a) > 0 {
			if _, isMode := a[0].(pgx.QueryExecMode); isMode {
				a = a[1:]
			}
		}
		texts, args = append(texts, sql), append(args, a)
	}
	err = call(ctx)
	return texts, args, err
}

// Plan returns PostgreSQL's plan of a statement with these values.
func (s *DB) Plan(ctx context.Context, sql string, args []any) (string, error) {
	rows, err := s.connections.Query(ctx, "EXPLAIN "+sql, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	if err != nil {
		return "", err
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	plan := ""
	for _, l := range lines {
		plan += l + "\n"
	}
	return plan, err
}

// Exec runs SQL as psql would.
func (s *DB) Exec(ctx context.Context, sql string, args ...any) error {
	_, err := s.connections.Exec(ctx, sql, args...)
	return err
}

// InTx runs do in a transaction as the writing methods do.
func (s *DB) InTx(ctx context.Context, do func(pgx.Tx) error) error { return s.inTx(ctx, do) }

// Warm opens n connections and sends a statement on each.
func (s *DB) Warm(ctx context.Context, n int, sql string, args ...any) error {
	for range n {
		conn, err := s.connections.Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		rows, err := conn.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		if rows.Close(); rows.Err() != nil {
			return rows.Err()
		}
	}
	return nil
}

// QueryOne reads one row past the methods of the store.
func (s *DB) QueryOne(ctx context.Context, sql string, into ...any) error {
	return s.connections.QueryRow(ctx, sql).Scan(into...)
}
