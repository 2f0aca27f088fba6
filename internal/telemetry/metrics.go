package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// other is the label of operations, methods and types that are not known: names that clients invent
// would make any number of series.
const other = "other"

// Metrics count requests and operations.
type Metrics struct {
	known map[string]bool

	requests        *prometheus.CounterVec
	requestDuration *prometheus.HistogramVec
	operations      *prometheus.CounterVec
	operationTime   *prometheus.HistogramVec
	statements      *prometheus.HistogramVec
	phaseTime       *prometheus.CounterVec
}

// durations are the buckets of durations, in seconds: from an answer out of memory to the deadline.
var durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

// NewMetrics returns metrics, which it registers. Operations that are not among known are counted as
// "other".
func NewMetrics(known []string, reg prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, labels)
	}
	m := &Metrics{
		known: map[string]bool{},
		requests: counter("http_requests_total",
			"Requests answered, by method, endpoint and status. Sockets count when they open, event streams when they end.",
			"method", "endpoint", "status"),
		requestDuration: histogram("http_request_duration_seconds",
			"Time from the headers of a request to the end of its answer, in seconds, without sockets and event streams.",
			durations, "method", "endpoint"),
		operations: counter("graphql_operations_total",
			`GraphQL operations over all transports, by name ("other" unless the client in this release has it), `+
				`type and outcome: "ok" or the code of the first error.`, "operation", "type", "outcome"),
		operationTime: histogram("graphql_operation_duration_seconds",
			"Time of a query or mutation, in seconds, from its request to its answer.", durations, "operation", "type"),
		statements: histogram("graphql_operation_statements",
			"SQL statements of a query or mutation.", []float64{0, 1, 2, 3, 5, 8, 13, 21, 50, 100, 500}, "type"),
		phaseTime: counter("graphql_phase_seconds_total",
			"Time that queries and mutations have spent in a phase, in seconds: queue, parse, validate, sql. "+
				"Statements that run at the same time are added up.", "phase"),
	}
	for _, name := range known {
		m.known[name] = true
	}
	reg.MustRegister(m.requests, m.requestDuration, m.operations, m.operationTime, m.statements, m.phaseTime)
	return m
}

// Request counts a request that has ended. Endpoint is a pattern of routes, never a path.
func (m *Metrics) Request(method, endpoint, status string, took time.Duration, stream bool) {
	switch method {
	case "GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE":
	default:
		method = other
	}
	m.requests.WithLabelValues(method, endpoint, status).Inc()
	if !stream {
		m.requestDuration.WithLabelValues(method, endpoint).Observe(took.Seconds())
	}
}

// Operation counts the operation of r, which has its outcome. A subscription counts at its start and
// has no duration.
func (m *Metrics) Operation(r *Request) {
	o := r.Operation()
	name, kind := o.Name, o.Type
	if !m.known[name] {
		name = other
	}
	if kind == "" { // refused before its document was read
		kind = other
	}
	m.operations.WithLabelValues(name, kind, o.Outcome).Inc()
	if kind != "query" && kind != "mutation" {
		return
	}
	m.operationTime.WithLabelValues(name, kind).Observe(r.Total().Seconds())
	m.statements.WithLabelValues(kind).Observe(float64(r.Statements()))
	for p := Queue; p < Writing; p++ {
		m.phaseTime.WithLabelValues(p.String()).Add(r.Took(p).Seconds())
	}
}
