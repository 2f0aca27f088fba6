package store

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bitcorp.dev/fleet/internal/telemetry"
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

// tracer counts and measures statements in the driver, so that none is missed, and bounds the wait for
// a connection.
type tracer struct {
	wait    time.Duration
	measure *measure
}

var (
	_ pgx.QueryTracer    = tracer{}
	_ pgx.BatchTracer    = tracer{}
	_ pgx.CopyFromTracer = tracer{}

	_ pgxpool.AcquireTracer = tracer{}
)

// TraceQueryStart implements pgx.QueryTracer.
func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	count(ctx)
	if s, ok := ctx.Value(statementsKey{}).(*Statements); ok && s.sent != nil {
		s.sent(q.SQL, q.Args)
	}
	return begin(ctx, q.SQL)
}

// TraceQueryEnd implements pgx.QueryTracer. The rows have been read.
func (t tracer) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryEndData) {
	t.measure.end(ctx, q.CommandTag.RowsAffected(), q.Err)
}

// eachKey marks a context for batches whose statements are measured each. Its value is the number of
// statements in front of them, which are not: behind a pooler they make settings.
type eachKey struct{}

// TraceBatchStart implements pgx.BatchTracer.
func (tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	before, each := ctx.Value(eachKey{}).(int)
	ctx = begin(ctx, "")
	if s, ok := ctx.Value(startedKey{}).(*started); ok {
		s.each, s.settings = each, before
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer. The time of a batch is that of its last statement, because behind
// a pooler those before it make settings. Where each is measured, its time begins when the one before has ended.
func (t tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchQueryData) {
	count(ctx)
	s, ok := ctx.Value(startedKey{}).(*started)
	if !ok {
		return
	}
	s.sql, s.rows = q.SQL, q.CommandTag.RowsAffected()
	switch {
	case !s.each:
	case s.settings > 0:
		s.settings--
	default:
		if sent, ok := ctx.Value(statementsKey{}).(*Statements); ok && sent.sent != nil {
			sent.sent(q.SQL, q.Args)
		}
		t.measure.end(ctx, s.rows, q.Err)
		s.at = time.Now()
	}
}

// TraceBatchEnd implements pgx.BatchTracer.
func (t tracer) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, q pgx.TraceBatchEndData) {
	if s, ok := ctx.Value(startedKey{}).(*started); ok && !s.each {
		t.measure.end(ctx, s.rows, q.Err)
	}
}

type acquiringKey struct{}

// TraceAcquireStart bounds the wait for a connection, which could otherwise last as long as the
// request. The context that it returns is used for the wait only.
func (t tracer) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool,
	_ pgxpool.TraceAcquireStartData) context.Context {
	begun := time.Now()
	request := telemetry.Of(ctx)
	ctx, cancel := context.WithTimeout(ctx, t.wait)
	return context.WithValue(ctx, acquiringKey{}, func() {
		cancel()
		request.Since(telemetry.Queue, begun)
	})
}

// TraceAcquireEnd ends the wait.
func (tracer) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	if done, ok := ctx.Value(acquiringKey{}).(func()); ok {
		done()
	}
}

// TraceCopyFromStart implements pgx.CopyFromTracer. Copies are of bulk loads, which are not measured: they
// take as long as their source.
func (tracer) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	count(ctx)
	return ctx
}

// TraceCopyFromEnd implements pgx.CopyFromTracer.
func (tracer) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}
