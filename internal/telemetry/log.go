package telemetry

import (
	"context"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/time/rate"
)

// slowPerSecond is how many lines of slow requests, and of slow statements, are written in a second: a
// database that stands still makes every request slow.
const slowPerSecond = 20

// Defaults of LogConfig.
const (
	DefaultLogRate     = 100.0
	DefaultSlowRequest = time.Second
)

// LogConfig configures a Log.
type LogConfig struct {
	// Rate is how many lines of requests are written in a second; 0 writes none but those of slow
	// requests.
	Rate float64
	// Slow is how long a request may take before it has a line of its own, as a warning.
	Slow time.Duration
	Log  *slog.Logger
}

// Log writes a line for each request, up to a rate. A line says how many before it were left out.
type Log struct {
	config      LogConfig
	every, slow *rate.Limiter
	leftOut     atomic.Int64
	unwritten   prometheus.Counter
}

// NewLog returns a log and registers its metric.
func NewLog(c LogConfig, reg prometheus.Registerer) *Log {
	l := &Log{config: c, every: rate.NewLimiter(rate.Limit(c.Rate), int(math.Ceil(c.Rate))),
		slow: rate.NewLimiter(slowPerSecond, slowPerSecond),
		unwritten: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_log_lines_left_out_total",
			Help: "Requests without a line in the log, because there were more than FLEET_LOG_REQUESTS in a second."})}
	reg.MustRegister(l.unwritten)
	return l
}

// Write writes the line of a request that has ended. Attributes say how it came in; stream is true for
// one that stays open as long as the client likes, which is never slow.
func (l *Log) Write(ctx context.Context, r *Request, stream bool, attributes ...slog.Attr) {
	total := r.Total()
	if slow := !stream && total >= l.config.Slow; slow {
		if l.slow.Allow() {
			l.config.Log.LogAttrs(ctx, slog.LevelWarn, "slow request",
				append(r.attributes(total, attributes), slog.String("why", r.Slowest(total)),
					slog.Float64("queue_ms", Milliseconds(r.Took(Queue))), slog.Float64("parse_ms", Milliseconds(r.Took(Parse))),
					slog.Float64("validate_ms", Milliseconds(r.Took(Validate))),
					slog.Float64("writing_ms", Milliseconds(r.Took(Writing))))...)
			return
		}
	}
	if !l.config.Log.Enabled(ctx, slog.LevelInfo) {
		return
	}
	if !l.every.Allow() {
		l.leftOut.Add(1)
		l.unwritten.Inc()
		return
	}
	line := r.attributes(total, attributes)
	if n := l.leftOut.Swap(0); n > 0 {
		line = append(line, slog.Int64("left_out", n))
	}
	l.config.Log.LogAttrs(ctx, slog.LevelInfo, "request", line...)
}

// attributes returns what every line has.
func (r *Request) attributes(total time.Duration, before []slog.Attr) []slog.Attr {
	r.mu.Lock()
	o, user := r.operation, r.user
	r.mu.Unlock()
	line := append(make([]slog.Attr, 0, len(before)+16), before...)
	if o.Type != "" || o.Outcome != "" {
		line = append(line, slog.String("operation", o.Name), slog.String("type", o.Type),
			slog.String("outcome", o.Outcome), slog.Int("cost", o.Cost))
	}
	if o.Type == "export" {
		line = append(line, slog.Int64("rows", o.Rows))
	}
	line = append(line, slog.Float64("duration_ms", Milliseconds(total)), slog.Int("statements", r.Statements()),
		slog.Float64("sql_ms", Milliseconds(r.Took(SQL))))
	if hits, misses := r.hits.Load(), r.misses.Load(); hits+misses > 0 {
		line = append(line, slog.Int64("cache_hits", hits), slog.Int64("cache_misses", misses))
	}
	line = append(line, slog.String(requestAttribute, r.id))
	if user != "" {
		line = append(line, slog.String("user", user))
	}
	return line
}

// requestAttribute is the key of the request's id in the log.
const requestAttribute = "request"

// traceAttribute is the key of the trace's id in the log.
const traceAttribute = "trace"

// Handler returns a handler that adds the id of the request to lines that are written with its context
// and have none, and the id of its trace if it has one that is sent.
func Handler(next slog.Handler) slog.Handler {
	if _, done := next.(withRequest); done {
		return next
	}
	return withRequest{next}
}

type withRequest struct{ slog.Handler }

// Handle implements slog.Handler.
func (h withRequest) Handle(ctx context.Context, line slog.Record) error {
	if id := Of(ctx).ID(); id != "" && !hasRequest(line) {
		line = line.Clone()
		line.AddAttrs(slog.String(requestAttribute, id))
	}
	if of := trace.SpanContextFromContext(ctx); of.IsSampled() {
		line = line.Clone()
		line.AddAttrs(slog.String(traceAttribute, of.TraceID().String()))
	}
	return h.Handler.Handle(ctx, line)
}

func hasRequest(line slog.Record) (found bool) {
	line.Attrs(func(a slog.Attr) bool {
		found = a.Key == requestAttribute
		return !found
	})
	return found
}

// WithAttrs implements slog.Handler.
func (h withRequest) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withRequest{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h withRequest) WithGroup(name string) slog.Handler {
	return withRequest{h.Handler.WithGroup(name)}
}
