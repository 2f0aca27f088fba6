package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

type statementsKey struct{}

// Statements counts the SQL statements of one request.
type Statements struct {
	n atomic.Int64
	// sent, if not nil, is called for each statement. Tests read plans with it.
	sent func(sql string, args []any)
}

// Count returns how many statements have been sent so far.
func (s *Statements) Count() int { return int(s.n.Load()) }

// CountStatements returns a context that counts the statements sent with it. Transaction control
// (BEGIN, COMMIT, ROLLBACK) counts too, because each is a round trip.
func CountStatements(ctx context.Context) (context.Context, *Statements) {
	s := new(Statements)
	return context.WithValue(ctx, statementsKey{}, s), s
}

func count(ctx context.Context) {
	if s, ok := ctx.Value(statementsKey{}).(*Statements); ok {
		s.n.Add(1)
	}
}

// tracer counts statements in the driver, so that none is missed, and bounds the wait for a
// connection.
type tracer struct{ wait time.Duration }

var (
	_ pgx.QueryTracer    = tracer{}
	_ pgx.BatchTracer    = tracer{}
	_ pgx.CopyFromTracer = tracer{}

	_ pgxpool.AcquireTracer = tracer{}
)

func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	count(ctx)
	if s, ok := ctx.Value(statementsKey{}).(*Statements); ok && s.sent != nil {
		s.sent(q.SQL, q.Args)
	}
	return ctx
}
func (tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchQueryData) {
	count(ctx)
}
func (tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

type acquiringKey struct{}

// TraceAcquireStart bounds the wait for a connection, which could otherwise last as long as the
// request. The context that it returns is used for the wait only.
func (t tracer) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool,
	_ pgxpool.TraceAcquireStartData) context.Context {
	ctx, cancel := context.WithTimeout(ctx, t.wait)
	return context.WithValue(ctx, acquiringKey{}, cancel)
}

// TraceAcquireEnd ends the wait.
func (tracer) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	if cancel, ok := ctx.Value(acquiringKey{}).(context.CancelFunc); ok {
		cancel()
	}
}

func (tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	count(ctx)
	return ctx
}
func (tracer) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}
