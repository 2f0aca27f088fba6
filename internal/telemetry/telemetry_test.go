package telemetry_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"bitcorp.dev/fleet/internal/telemetry"
)

func TestTheLongestPhaseIsWhyARequestIsSlow(t *testing.T) {
	t.Parallel()
	for want, spend := range map[string]func(*telemetry.Request){
		"executor": func(*telemetry.Request) {},
		"sql":      func(r *telemetry.Request) { r.Statement(600 * time.Millisecond) },
		"queue": func(r *telemetry.Request) {
			r.Since(telemetry.Queue, time.Now().Add(-500*time.Millisecond))
			r.Statement(100 * time.Millisecond)
		},
		"writing": func(r *telemetry.Request) { r.Since(telemetry.Writing, time.Now().Add(-900*time.Millisecond)) },
	} {
		_, r := telemetry.With(t.Context(), "1")
		spend(r)
		if got := r.Slowest(time.Second); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestStatementsAtTheSameTimeAreAddedUp: they may take longer together than the request.
func TestStatementsAtTheSameTimeAreAddedUp(t *testing.T) {
	t.Parallel()
	_, r := telemetry.With(t.Context(), "1")
	r.Describe(func(o *telemetry.Operation) { o.Type = "query" })
	r.Statement(2 * time.Second)
	r.Statement(time.Second)
	if got := r.Slowest(time.Second); got != "sql" {
		t.Errorf("%s", got)
	}
	want := regexp.MustCompile(`^queue;dur=0\.000, parse;dur=0\.000, validate;dur=0\.000, ` +
		`sql;dur=3000\.000;desc="statements: 2", total;dur=[0-9.]+$`)
	if got := r.ServerTiming(); !want.MatchString(got) {
		t.Errorf("%s", got)
	}
}

func TestNilGathersNothing(t *testing.T) {
	t.Parallel()
	r := telemetry.Of(context.Background())
	r.Since(telemetry.SQL, time.Now())
	r.Statement(time.Second)
	r.Cache(true)
	r.SetUser("u")
	r.SetEndpoint("/")
	r.Describe(func(*telemetry.Operation) { t.Error("nil has an operation") })
	if r.ID() != "" || r.Operation() != (telemetry.Operation{}) {
		t.Error("nil has gathered something")
	}
}

// TestLinesAboveTheRateAreLeftOutAndCounted: the line after them says how many.
func TestLinesAboveTheRateAreLeftOutAndCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		reg := prometheus.NewRegistry()
		log := telemetry.NewLog(telemetry.LogConfig{
			Rate: 2, Slow: time.Second, Log: slog.New(slog.NewTextHandler(&out, nil)),
		}, reg)
		write := func() {
			ctx, r := telemetry.With(t.Context(), "id-1")
			log.Write(ctx, r, false, slog.String("method", "GET"))
		}
		for range 5 {
			write()
		}
		if n := strings.Count(out.String(), "msg=request"); n != 2 {
			t.Errorf("%d lines of 5 requests at 2 a second:\n%s", n, &out)
		}
		time.Sleep(time.Second)
		write()
		if n := strings.Count(out.String(), "msg=request"); n != 3 || !strings.Contains(out.String(), "left_out=3") {
			t.Errorf("%d lines:\n%s", n, &out)
		}
		write()
		if strings.Count(out.String(), "left_out") != 1 {
			t.Errorf("what was left out is told twice:\n%s", &out)
		}
		if n, err := testutil.GatherAndCount(reg, "fleet_log_lines_left_out_total"); err != nil || n != 1 {
			t.Errorf("%d series, %v", n, err)
		}
	})
}

// TestSlowRequestsHaveAWarningWhateverTheRate: also when ordinary ones have no line.
func TestSlowRequestsHaveAWarningWhateverTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := telemetry.NewLog(telemetry.LogConfig{
			Rate: 0, Slow: time.Second, Log: slog.New(slog.NewTextHandler(&out, nil)),
		}, prometheus.NewRegistry())
		ctx, r := telemetry.With(t.Context(), "id-1")
		r.Describe(func(o *telemetry.Operation) {
			*o = telemetry.Operation{Name: "Fleet", Type: "query", Outcome: "ok", Cost: 7}
		})
		r.SetUser("user-1")
		r.Cache(true)
		time.Sleep(1500 * time.Millisecond)
		log.Write(ctx, r, true)
		if out.Len() > 0 {
			t.Errorf("a stream is slow: %s", &out)
		}
		log.Write(ctx, r, false)
		for _, part := range []string{"level=WARN", `msg="slow request"`, "operation=Fleet", "type=query", "outcome=ok", "cost=7",
			"duration_ms=1500", "statements=0", "sql_ms=0", "cache_hits=1", "request=id-1", "user=user-1", "why=executor", "queue_ms=0"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("the line has no %s: %s", part, &out)
			}
		}
	})
}

// TestLinesHaveTheIDOfTheirRequest once, also those of a logger with attributes and groups.
func TestLinesHaveTheIDOfTheirRequest(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(telemetry.Handler(telemetry.Handler(slog.NewTextHandler(&out, nil))))
	ctx, _ := telemetry.With(t.Context(), "id-1")
	for want, write := range map[string]func(){
		"msg=a request=id-1":         func() { log.InfoContext(ctx, "a") },
		"msg=b x=1 request=id-1":     func() { log.With("x", 1).InfoContext(ctx, "b") },
		"msg=c request=other":        func() { log.InfoContext(ctx, "c", "request", "other") },
		"msg=d x=1\n":                func() { log.Info("d", "x", 1) },
		"msg=e g.x=1 g.request=id-1": func() { log.WithGroup("g").InfoContext(ctx, "e", "x", 1) },
	} {
		out.Reset()
		write()
		if !strings.Contains(out.String(), want) || strings.Count(out.String(), "request=") > 1 {
			t.Errorf("%q, want %q", &out, want)
		}
	}
}

// TestNamesThatClientsInventMakeNoSeries sends a hundred of them, and methods too.
func TestNamesThatClientsInventMakeNoSeries(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	m := telemetry.NewMetrics([]string{"Fleet"}, reg)
	operation := func(name, kind, outcome string) {
		_, r := telemetry.With(t.Context(), "1")
		r.Describe(func(o *telemetry.Operation) { *o = telemetry.Operation{Name: name, Type: kind, Outcome: outcome} })
		m.Operation(r)
	}
	operation("Fleet", "query", "ok")
	for i := range 100 {
		operation("Fleet"+strings.Repeat("x", i+1), "query", "ok")
		m.Request("M"+strings.Repeat("X", i), "/graphql", "200", time.Millisecond, false)
	}
	operation("", "", "bad_input")
	const want = `
		# HELP graphql_operations_total GraphQL operations over all transports, by name ("other" unless the client in this release has it), type and outcome: "ok" or the code of the first error.
		# TYPE graphql_operations_total counter
		graphql_operations_total{operation="Fleet",outcome="ok",type="query"} 1
		graphql_operations_total{operation="other",outcome="bad_input",type="other"} 1
		graphql_operations_total{operation="other",outcome="ok",type="query"} 100
		# HELP http_requests_total Requests answered, by method, endpoint and status. Sockets count when they open, event streams when they end.
		# TYPE http_requests_total counter
		http_requests_total{endpoint="/graphql",method="other",status="200"} 100
	`
	if err := testutil.GatherAndCompare(
		reg,
		strings.NewReader(want),
		"graphql_operations_total",
		"http_requests_total",
	); err != nil {
		t.Error(err)
	}
	if n, err := testutil.GatherAndCount(reg, "graphql_operation_duration_seconds"); err != nil || n != 2 {
		t.Errorf("%d durations, %v; want 2, as what was never read has none", n, err)
	}
}
