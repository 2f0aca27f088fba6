package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// conns sends statements over the connections of a pool. Any of them may be dead: the server was
// restarted, an administrator or a firewall has ended the connection, a replica has taken over. No
// request fails for that:
//
//   - a read is sent again on a connection that has answered just now, and so is one whose prepared
//     statement does not fit the schema any more;
//   - a transaction is repeated unless its COMMIT was sent, because until then it has changed nothing;
//   - a single statement that writes is sent once, on a connection that has answered just now. It may
//     have been committed although the answer was lost.
type conns struct {
	connections *pgxpool.Pool
	session     session
}

// attempts is how often a read or a transaction is tried. The last one is for a connection that ends
// while it is being tried.
const attempts = 3

// freshKey marks a context for which connections are checked before they are used.
type freshKey struct{}

func withFresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

// shouldPing reports whether a connection is checked before it is used: when it was idle for longer
// than pingIdle, and when a dead one has been found.
func shouldPing(ctx context.Context, p pgxpool.ShouldPingParams) bool {
	return p.IdleDuration > pingIdle || ctx.Value(freshKey{}) != nil
}

// acquire returns a connection, which the caller releases. It returns DeadlineExceeded if all are in
// use for longer than the wait of tracer, and errSilent if there would be room for one that answers.
func (c *conns) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := c.connections.Acquire(ctx)
	if err == nil || ctx.Err() != nil {
		return conn, err
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) { // says why
		return nil, err
	}
	if stat := c.connections.Stat(); errors.Is(err, context.DeadlineExceeded) && stat.AcquiredConns() >= stat.MaxConns() {
		return nil, err
	}
	return nil, errors.Join(errSilent, err) // or the pool is closed, or every connection has failed its check
}

// repeat calls do until it returns no error that repeatable accepts, attempts times at most.
func (c *conns) repeat(ctx context.Context, do func(context.Context) error) error {
	err := do(ctx)
	for attempt := 1; attempt < attempts && ctx.Err() == nil && repeatable(err); attempt++ {
		if stateOf(err) == stalePlan {
			c.connections.Reset() // every connection has statements of the old schema
		}
		err = do(withFresh(ctx))
	}
	return err
}

// stalePlan is feature_not_supported, which our statements get for one reason: "cached plan must not
// change result type".
const stalePlan = "0A000"

// repeatable reports whether a statement or transaction that failed with err was not committed, and
// may succeed on another connection.
func repeatable(err error) bool {
	var uncertain commitError
	if err == nil || errors.As(err, &uncertain) {
		return false
	}
	switch state := stateOf(err); state {
	case "":
	case "57P01", "57P02", "57P05", stalePlan: // ended by an administrator, a crash, or for being idle
		return true
	default:
		return strings.HasPrefix(state, "08") // connection exception: a pooler has lost the server
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false
	}
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Op != "dial" // nothing listens there
	}
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || pgconn.SafeToRetry(err)
}

// read sends a SELECT and returns what collect makes of its rows. collect is called for each attempt.
func read[T any](ctx context.Context, c *conns, sql string, args []any,
	collect func(pgx.Rows) (T, error)) (result T, err error) {
	if s := snapshotOf(ctx, c); s != nil {
		return readIn(ctx, s, sql, args, collect)
	}
	err = c.repeat(ctx, func(ctx context.Context) (err error) {
		result, err = send(ctx, c, sql, args, collect)
		return err
	})
	return result, err
}

// readRows sends a SELECT and returns its rows.
func readRows[T any](ctx context.Context, c *conns, scan pgx.RowToFunc[T], sql string, args ...any) ([]T, error) {
	return read(ctx, c, sql, args, func(rows pgx.Rows) ([]T, error) { return pgx.CollectRows(rows, scan) })
}

// readRow sends a SELECT for one row when the result is scanned.
func (c *conns) readRow(ctx context.Context, sql string, args ...any) row {
	return row{func(collect func(pgx.Rows) (struct{}, error)) error {
		_, err := read(ctx, c, sql, args, collect)
		return err
	}}
}

// exec sends a statement that writes, in a transaction of its own.
func (c *conns) exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return send(withFresh(ctx), c, sql, args, func(rows pgx.Rows) (pgconn.CommandTag, error) {
		rows.Close()
		return rows.CommandTag(), rows.Err()
	})
}

// execRow sends a statement that writes and returns one row when the result is scanned.
func (c *conns) execRow(ctx context.Context, sql string, args ...any) row {
	return row{func(collect func(pgx.Rows) (struct{}, error)) error {
		_, err := send(withFresh(ctx), c, sql, args, collect)
		return err
	}}
}

// row is a statement for one row, which Scan sends.
type row struct {
	send func(collect func(pgx.Rows) (struct{}, error)) error
}

// Scan reads the row. It returns pgx.ErrNoRows if there is none, and ignores further rows.
func (r row) Scan(targets ...any) error {
	return r.send(func(rows pgx.Rows) (struct{}, error) {
		defer rows.Close()
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, pgx.ErrNoRows
		}
		if err := rows.Scan(targets...); err != nil {
			return struct{}{}, err
		}
		rows.Close()
		return struct{}{}, rows.Err()
	})
}

// send sends a statement on any connection.
func send[T any](ctx context.Context, c *conns, sql string, args []any,
	collect func(pgx.Rows) (T, error)) (result T, err error) {
	conn, err := c.acquire(ctx)
	if err != nil {
		return result, err
	}
	defer conn.Release()
	if !c.session.pooled {
		rows, _ := conn.Query(ctx, sql, args...) // the rows have the error
		return collect(rows)
	}
	// Statements that are sent together without a BEGIN are one transaction, which the pooler gives
	// to one connection.
	var together pgx.Batch
	together.Queue(c.session.local)
	together.Queue(sql, withoutMode(args)...)
	results := conn.SendBatch(ctx, &together)
	if _, err = results.Exec(); err == nil {
		rows, _ := results.Query()
		result, err = collect(rows)
	}
	if closed := results.Close(); err == nil {
		err = closed
	}
	return result, err
}

// withoutMode returns the values of a statement: in a batch the mode is that of the connection.
func withoutMode(args []any) []any {
	if len(args) > 0 {
		if _, is := args[0].(pgx.QueryExecMode); is {
			return args[1:]
		}
	}
	return args
}

// inTx runs do in one transaction and commits when it returns nil. It may call do again, in another
// transaction.
func (c *conns) inTx(ctx context.Context, do func(pgx.Tx) error) error {
	return c.repeat(ctx, func(ctx context.Context) error { return c.inTxOnce(ctx, do) })
}

// inTxOnce is inTx for a do that cannot be called again.
func (c *conns) inTxOnce(ctx context.Context, do func(pgx.Tx) error) error {
	conn, err := c.acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	committing := false
	err = pgx.BeginTxFunc(ctx, conn, c.session.txOptions(), func(tx pgx.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		committing = true
		return nil
	})
	if err != nil && committing && unavailable(err) {
		return commitError{err}
	}
	return err
}

// begin begins a transaction on a connection that has answered just now.
func (c *conns) begin(ctx context.Context) (pgx.Tx, error) {
	return c.connections.BeginTx(withFresh(ctx), c.session.txOptions())
}
