package store

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"bitcorp.dev/fleet/internal/telemetry"
)

// slowPerSecond is how many slow statements are logged in a second: when the database stands still, all are.
const slowPerSecond = 20

// measure measures statements, and logs slow ones.
type measure struct {
	slow  time.Duration
	log   *slog.Logger
	lines *rate.Limiter

	durations prometheus.Histogram
	failures  prometheus.Counter
	slowOnes  prometheus.Counter
}

func newMeasure(slow time.Duration, log *slog.Logger) *measure {
	return &measure{
		slow: slow, log: log, lines: rate.NewLimiter(slowPerSecond, slowPerSecond),
		durations: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "fleet_db_statement_duration_seconds",
			Help:    "Time of a statement from sending it to its last row, in seconds.",
			Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 30}}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_db_statement_failures_total",
			Help: "Statements that ended with an error, those of lost connections and broken constraints included."}),
		slowOnes: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_db_slow_statements_total",
			Help: "Statements that took longer than FLEET_SLOW_STATEMENT."}),
	}
}

type startedKey struct{}

// started is a statement that has been sent.
type started struct {
	at   time.Time
	sql  string
	rows int64 // of the last statement of a batch

	each     bool // of a batch: whether each statement is measured
	settings int  // statements in front of those that are measured
}

func begin(ctx context.Context, sql string) context.Context {
	return context.WithValue(ctx, startedKey{}, &started{at: time.Now(), sql: sql})
}

// end measures the statement of ctx.
func (m *measure) end(ctx context.Context, rows int64, err error) {
	s, ok := ctx.Value(startedKey{}).(*started)
	if !ok {
		return
	}
	took := time.Since(s.at)
	request := telemetry.Of(ctx)
	request.Statement(took)
	m.durations.Observe(took.Seconds())
	telemetry.AddStatement(ctx, telemetry.Statement{
		SQL: s.sql, Begun: s.at, Took: took, Rows: rows, Slow: took >= m.slow, Failed: err}, normal)
	if err != nil {
		m.failures.Inc()
	}
	if took < m.slow {
		return
	}
	m.slowOnes.Inc()
	if !m.lines.Allow() {
		return
	}
	text := normal(s.sql)
	m.log.WarnContext(ctx, "slow statement", "duration_ms", telemetry.Milliseconds(took), "rows", rows,
		"failed", err != nil, "fingerprint", fingerprint(text), "statement", text[:min(len(text), shownBytes)],
		"operation", request.Operation().Name)
}

// shownBytes is how much of a slow statement is logged. Its values are parameters, which are not.
const shownBytes = 100

var (
	space   = regexp.MustCompile(`\s+`)
	holders = regexp.MustCompile(`\$\d+`)
	repeats = regexp.MustCompile(`(\([$, ]+\), )+(\([$, ]+\))`)
)

// normal returns a statement in one line, the same for any number of rows that it inserts.
func normal(sql string) string {
	text := strings.TrimSpace(space.ReplaceAllString(sql, " "))
	return repeats.ReplaceAllString(holders.ReplaceAllString(text, "$$"), "$2")
}

// fingerprint returns a short name of a normal statement, by which lines of the log can be grouped.
func fingerprint(text string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(text)) // never fails
	return fmt.Sprintf("%016x", sum.Sum64())
}

// Register registers the metrics of statements, and those of the pool.
func (s *DB) Register(reg prometheus.Registerer) {
	reg.MustRegister(s.measure.durations, s.measure.failures, s.measure.slowOnes)
	pool := s.connections
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(
			prometheus.GaugeOpts{Name: "fleet_db_pool_" + name, Help: help, ConstLabels: labels}, value))
	}
	counter := func(name, help string, value func() float64) {
		reg.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Name: "fleet_db_pool_" + name, Help: help}, value))
	}
	const connections = "Connections of the pool now, by what they do."
	gauge("connections", connections, prometheus.Labels{"state": "in_use"},
		func() float64 { return float64(pool.Stat().AcquiredConns()) })
	gauge("connections", connections, prometheus.Labels{"state": "idle"},
		func() float64 { return float64(pool.Stat().IdleConns()) })
	gauge("connections", connections, prometheus.Labels{"state": "opening"},
		func() float64 { return float64(pool.Stat().ConstructingConns()) })
	gauge("max_connections", "Most connections of the pool.", nil,
		func() float64 { return float64(pool.Stat().MaxConns()) })
	counter("acquires_total", "Times that a connection was taken from the pool.",
		func() float64 { return float64(pool.Stat().AcquireCount()) })
	counter("waits_total", "Times that a connection was taken after a wait, because none was idle.",
		func() float64 { return float64(pool.Stat().EmptyAcquireCount()) })
	counter("wait_seconds_total", "Time that was waited for connections, in seconds.",
		func() float64 { return pool.Stat().EmptyAcquireWaitTime().Seconds() })
	counter("canceled_acquires_total", "Waits that ended without a connection: FLEET_CONN_WAIT or the deadline passed.",
		func() float64 { return float64(pool.Stat().CanceledAcquireCount()) })
	counter("opened_total", "Connections opened.", func() float64 { return float64(pool.Stat().NewConnsCount()) })
	counter("expired_total", "Connections closed because they were old or idle.",
		func() float64 {
			return float64(pool.Stat().MaxLifetimeDestroyCount() + pool.Stat().MaxIdleDestroyCount())
		})
}
