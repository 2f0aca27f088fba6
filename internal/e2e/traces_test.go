package e2e_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	wire "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"bitcorp.dev/fleet/internal/app"
)

// spans are what a collector has received.
type spans struct {
	mu   sync.Mutex
	list []*wire.Span
	text string // all of it, resources included
}

// newCollector takes spans as the protocol describes: OTLP in protobuf over HTTP.
func newCollector(t testing.TB) (url string, received *spans) {
	t.Helper()
	received = new(spans)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(body); err != nil {
				t.Error(err)
				return
			}
		}
		sent, err := io.ReadAll(body)
		var export collector.ExportTraceServiceRequest
		if err != nil || r.URL.Path != "/v1/traces" || proto.Unmarshal(sent, &export) != nil {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		received.mu.Lock()
		defer received.mu.Unlock()
		received.text += prototext.Format(&export)
		for _, of := range export.GetResourceSpans() {
			for _, scope := range of.GetScopeSpans() {
				received.list = append(received.list, scope.GetSpans()...)
			}
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, received
}

// newTraced serves with traces, to a collector.
func newTraced(t testing.TB, with func(*app.Config)) (*service, *spans) {
	t.Helper()
	url, received := newCollector(t)
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) {
		c.TracesURL = url
		with(c)
	}
	s.serveAs("ours@example.com")
	s.fill(20)
	return s, received
}

// named returns the spans with a name in the order in which they began.
func (r *spans) named(name string) (list []*wire.Span) {
	for _, span := range r.list {
		if span.GetName() == name {
			list = append(list, span)
		}
	}
	return list
}

func attributeOf(span *wire.Span, name string) string {
	for _, a := range span.GetAttributes() {
		if a.GetKey() == name {
			return a.GetValue().GetStringValue()
		}
	}
	return ""
}

func intOf(span *wire.Span, name string) string {
	for _, a := range span.GetAttributes() {
		if a.GetKey() == name {
			return strconv.FormatInt(a.GetValue().GetIntValue(), 10)
		}
	}
	return ""
}

const (
	traced = `query Page($n: Int!, $s: String) { equipmentList(first: $n, filter: {search: $s}) {
		nodes { name maintenanceRecords(first: 3) { nodes { description } } assignedOperator { lastName } } } }`
	untold    = "a text for the database alone"
	aTraceID  = "4bf92f3577b34da6a3ce929d0e0e4736"
	aParentID = "00f067aa0ba902b7"
)

// askTraced sends the query twice with the context of a trace, the second time with a value that must not be told, then
// stops the server, which sends what is queued.
func (s *service) askTraced(t *testing.T) {
	t.Helper()
	for _, variables := range []map[string]any{{"n": 7}, {"n": 7, "s": untold}} {
		body, err := json.Marshal(map[string]any{"query": traced, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/graphql?"+strings.ReplaceAll(untold, " ", "+"),
			bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Traceparent", "00-"+aTraceID+"-"+aParentID+"-01")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"errors"`) {
			t.Fatal(w.Code, w.Body)
		}
	}
	s.stop()
	if err := s.app.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestARequestIsTracedToItsStatements compares the spans that a collector gets with what a request has done.
func TestARequestIsTracedToItsStatements(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plans   string
		batches int
	}{"plans": {"on", 0}, "resolvers": {"off", 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, received := newTraced(t, func(c2 *app.Config) { c2.Plans = c.plans })
			s.askTraced(t)
			requests, operations := received.named("POST /graphql"), received.named("query")
			if len(requests) != 2 || len(operations) != 2 {
				t.Fatalf("%d requests and %d operations, want 2 of each\n%s", len(requests), len(operations), received.text)
			}
			request, operation := requests[0], operations[0]
			if got := hex.EncodeToString(request.GetTraceId()) + hex.EncodeToString(request.GetParentSpanId()); got !=
				aTraceID+aParentID {
				t.Errorf("the trace and parent of the request are %s", got)
			}
			if !bytes.Equal(operation.GetParentSpanId(), request.GetSpanId()) {
				t.Error("the operation is not below its request")
			}
			if got := attributeOf(operation, "graphql.operation.name"); got != "Page" {
				t.Errorf("the operation is %q", got)
			}
			above := map[string]string{string(operation.GetSpanId()): "operation"}
			batches := 0
			for _, b := range received.named("batch") {
				if bytes.Equal(b.GetParentSpanId(), operation.GetSpanId()) {
					above[string(b.GetSpanId())] = attributeOf(b, "fleet.field")
					batches++
				}
			}
			if batches != c.batches {
				t.Errorf("%d batches, want %d", batches, c.batches)
			}
			fields := map[string]int{}
			for _, statement := range received.named("SELECT") {
				place, found := above[string(statement.GetParentSpanId())]
				field := attributeOf(statement, "fleet.field")
				if !found {
					continue
				}
				fields[field]++
				if place != "operation" && place != field {
					t.Errorf("a statement of %s is below the batch of %s", field, place)
				}
				if !strings.HasPrefix(attributeOf(statement, "db.query.text"), "SELECT ") || statement.GetEndTimeUnixNano() <=
					statement.GetStartTimeUnixNano() || statement.GetStartTimeUnixNano() < operation.GetStartTimeUnixNano() {
					t.Errorf("%v", statement)
				}
			}
			for _, field := range []string{"equipmentList.nodes.maintenanceRecords", "equipmentList.nodes.assignedOperator"} {
				if fields[field] != 1 {
					t.Errorf("%d statements of %s, want 1: %v", fields[field], field, fields)
				}
			}
			for _, word := range []string{untold, strings.ReplaceAll(untold, " ", "+"), "ours@example.com"} {
				if strings.Contains(received.text, word) {
					t.Errorf("the collector was told %q", word)
				}
			}
		})
	}
}

// TestTracesAreChosenByTheirIds asks with a context that calls itself sampled, of which a client could send any number.
func TestTracesAreChosenByTheirIds(t *testing.T) {
	t.Parallel()
	s, received := newTraced(t, func(c *app.Config) { c.TracesRatio = 0 })
	s.askTraced(t)
	if len(received.list) > 0 {
		t.Errorf("%d spans, want none: the part of traces that is sent is 0", len(received.list))
	}
}

// TestARequestThatTheServerFailsIsAFailedSpan asks with a session that cannot be looked up, and without one.
func TestARequestThatTheServerFailsIsAFailedSpan(t *testing.T) {
	t.Parallel()
	s, received := newTraced(t, func(*app.Config) {})
	s.exec(`ALTER TABLE sessions RENAME TO no_sessions`)
	for _, cookie := range []string{"", secret("unknown")} {
		r := httptest.NewRequestWithContext(
			t.Context(),
			http.MethodPost,
			"/graphql",
			strings.NewReader(`{"query":"{ me { id } }"}`),
		)
		r.Header.Set("Content-Type", "application/json")
		r.AddCookie(&http.Cookie{Name: "fleet_session", Value: cookie})
		s.handler.ServeHTTP(httptest.NewRecorder(), r)
	}
	s.stop()
	if err := s.app.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	failed := map[string]bool{}
	for _, span := range received.named("POST /graphql") {
		failed[intOf(span, "http.response.status_code")] = span.GetStatus().GetCode() == wire.Status_STATUS_CODE_ERROR
	}
	if want := map[string]bool{"200": false, "500": true}; !maps.Equal(failed, want) {
		t.Errorf("failed: %v, want %v", failed, want)
	}
}

// TestACollectorThatIsAwayCostsNoRequest has an address where nothing listens.
func TestACollectorThatIsAwayCostsNoRequest(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.TracesURL = gone.URL }
	s.serveAs("ours@example.com")
	for range 20 {
		if a := s.ask(`{ equipmentList { nodes { id } } }`, nil); len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
	}
}
