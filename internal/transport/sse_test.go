package transport_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
	"bitcorp.dev/fleet/internal/transport/testschema"
)

const stream = "text/event-stream"

// events opens an event stream and returns its body, and a function that closes it.
func (s *service) events(t testing.TB, method, target, body string) (r *bufio.Reader, leave func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, s.url+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", stream)
	if body != "" {
		request.Header.Set("Content-Type", older)
	}
	resp, err := s.http.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != stream+"; charset=utf-8" ||
		resp.Header.Get("Cache-Control") != "no-store, no-transform" {
		t.Fatalf("%d %v", resp.StatusCode, resp.Header)
	}
	return bufio.NewReader(resp.Body), func() { resp.Body.Close() }
}

// whole reads a stream to its end.
func whole(t testing.TB, r *bufio.Reader) string {
	t.Helper()
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const complete = "event: complete\ndata:\n\n"

func TestAnEventStreamCarriesAllOperations(t *testing.T) {
	t.Parallel()
	patient := newService(t, transport.Config{})
	hasty := newService(t, transport.Config{OperationTimeout: 30 * time.Millisecond})
	for _, c := range []struct{ name, method, query, want string }{
		{"subscription", "POST", "subscription { count(to: 2) }",
			"event: next\ndata: {\"data\":{\"count\":1}}\n\nevent: next\ndata: {\"data\":{\"count\":2}}\n\n"},
		{"subscription by GET", "GET", "subscription { count(to: 1) }", "event: next\ndata: {\"data\":{\"count\":1}}\n\n"},
		{"query", "POST", "{ hello }", "event: next\ndata: {\"data\":{\"hello\":\"world\"}}\n\n"},
		{"query by GET", "GET", "{ hello }", "event: next\ndata: {\"data\":{\"hello\":\"world\"}}\n\n"},
		{"mutation", "POST", "mutation { increment }", "event: next\ndata: {\"data\":{\"increment\":1}}\n\n"},
		{"timed-out query", "POST", "{ wait }",
			"event: next\ndata: {\"errors\":[{\"message\":\"context deadline exceeded\"," +
				"\"extensions\":{\"code\":\"TIMEOUT\"}}],\"data\":{\"wait\":null}}\n\n"},
		{"validation error", "POST", "subscription { refused }", ""},
		{"refused subscription", "GET", `subscription { refused(code: "FORBIDDEN") }`,
			"event: next\ndata: {\"errors\":[{\"message\":\"failed on request\",\"extensions\":{\"code\":\"FORBIDDEN\"}}]}\n\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := patient
			if c.query == "{ wait }" {
				s = hasty
			}
			target, body := "", query(c.query)
			if c.method == "GET" {
				target, body = "?query="+url.QueryEscape(c.query), ""
			}
			r, _ := s.events(t, c.method, target, body)
			got := whole(t, r)
			if c.want == "" { // one "next" with the validation error
				if strings.Count(got, "event: next\ndata: {\"errors\":[") != 1 || !strings.HasSuffix(got,
					complete) || strings.Contains(got, `"data"`) {
					t.Errorf("got %s", got)
				}
				return
			}
			if got != ":\n\n"+c.want+complete {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestDataWithLineBreaksIsOneEvent(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	before := string(s.Shared)
	r, _ := s.events(t, "POST", "", query("subscription { shared }"))
	for _, want := range []string{":", "", "event: next", `data: {"data":{"shared":  "one"}}`, "", "event: next"} {
		line, err := r.ReadString('\n')
		if err != nil || strings.TrimSuffix(line, "\n") != want {
			t.Fatalf("got %q %v, want %q", line, err, want)
		}
	}
	if string(s.Shared) != before {
		t.Errorf("shared data is now %s", s.Shared)
	}
}

func TestMalformedRequestsOpenNoStream(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxBody: 100})
	for _, c := range []struct {
		method, target, contentType, body string
		status                            int
		allow                             string
	}{
		{"POST", "", older, "{", 400, ""},
		{"POST", "", older, "{}", 400, ""},
		{"POST", "", "text/plain", query("{ hello }"), 415, ""},
		{"POST", "", older, query(strings.Repeat(" ", 100)), 413, ""},
		{"GET", "?query=mutation{increment}", "", "", 405, "POST"},
		{"PUT", "", older, query("{ hello }"), 405, "GET, HEAD, POST"},
	} {
		a := s.do(t, c.method, c.target, stream, c.contentType, c.body)
		if a.status != c.status || a.header.Get("Allow") != c.allow || a.code() == "" ||
			a.header.Get("Content-Type") != older+"; charset=utf-8" {
			t.Errorf("%s %s %s: %d %v %s", c.method, c.target, c.body, a.status, a.header, a.body)
		}
	}
	if s.Increments.Load() != 0 {
		t.Error("a mutation ran")
	}
}

func TestStreamsOutliveTheServersTimeouts(t *testing.T) {
	t.Parallel()
	c := transport.Config{CommentInterval: 20 * time.Millisecond}
	s := newServiceWithTimeouts(t, c, time.Second, time.Second)
	r, _ := s.events(t, "POST", "", query("subscription { silence }"))
	// Sixty comments take longer than the server's timeouts.
	for range 120 {
		line, err := r.ReadString('\n')
		if err != nil || strings.Trim(line, ":\n") != "" {
			t.Fatalf("got %q %v", line, err)
		}
	}
	if s.Running.Load() != 1 {
		t.Error("the subscription has ended")
	}
}

// TestAnHTTP2StreamOutlivesItsWriteDeadline: over HTTP/2 a write deadline that
// passes ends the stream even when nothing is being written.
func TestAnHTTP2StreamOutlivesItsWriteDeadline(t *testing.T) {
	t.Parallel()
	c := transport.Config{WriteTimeout: 2 * time.Second, CommentInterval: 4 * time.Second}
	sse := transport.NewSSE(c)
	server := httptest.NewUnstartedServer(testschema.New().Handler(sse, transport.NewHTTP(c)))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	s := &service{url: server.URL, http: server}
	r, leave := s.events(t, "POST", "", query("subscription { silence }"))
	defer leave()
	for range 4 { // two comments
		if line, err := r.ReadString('\n'); err != nil {
			t.Fatalf("got %q %v", line, err)
		}
	}
}

func TestADisconnectedStreamsOperationIsCancelled(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	_, leave := s.events(t, "POST", "", query("subscription { silence }"))
	eventually(t, "it runs", func() bool { return s.Running.Load() == 1 && s.sse.Open() == 1 })
	leave()
	eventually(t, "it has ended", func() bool { return s.Running.Load() == 0 && s.sse.Open() == 0 })
}

func TestAStreamThatIsNotReadIsDropped(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{WriteTimeout: 2 * time.Second})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("GET /?query=" + url.QueryEscape("subscription{flood(bytes:60000)}") +
		" HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it runs", func() bool { return s.Running.Load() == 1 })
	eventually(t, "it is dropped", func() bool { return s.Running.Load() == 0 && s.sse.Open() == 0 })
}

func TestShutdownEndsStreamsWithoutComplete(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	r, _ := s.events(t, "POST", "", query("subscription { silence }"))
	if err := s.sse.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := whole(t, r); got != ":\n\n" {
		t.Errorf("got %q", got)
	}
	if a := s.do(t, "GET", "?query={hello}", stream, "", ""); a.status != 503 {
		t.Errorf("a new stream after shutdown: %d", a.status)
	}
}

func TestAPanicIsAnEventOfTheStream(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.handler.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler {
		panic("on request")
	})
	r, _ := s.events(t, "POST", "", query("{ hello }"))
	want := "event: next\ndata: {\"errors\":[{\"message\":\"a panic\",\"extensions\":{\"code\":\"INTERNAL\"}}]}\n\n"
	if got := whole(t, r); got != ":\n\n"+want+complete {
		t.Errorf("got %s", got)
	}
}

func TestEachEventOfAStreamIsRechecked(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		if calls.Add(1) > 2 {
			return &fleet.Error{Code: fleet.Unauthenticated, Message: "no longer valid"}
		}
		return nil
	}})
	r, _ := s.events(t, "POST", "", query("subscription { count }"))
	got := whole(t, r)
	if strings.Count(got, `"data"`) != 2 || strings.Contains(got, "errors") || strings.Contains(got, "complete") {
		t.Errorf("got %s", got)
	}
}

// TestTheEndOfCredentialsEndsStreams: without "complete", so that clients
// subscribe again.
func TestTheEndOfCredentialsEndsStreams(t *testing.T) {
	t.Parallel()
	watched := make(chan func(error), 1)
	s := newService(t, transport.Config{Watch: func(_ context.Context, ended func(error)) { watched <- ended }})
	whole(t, first(s.events(t, "POST", "", query("{ hello }"))))
	if len(watched) != 0 {
		t.Error("a query is watched")
	}
	r, _ := s.events(t, "POST", "", query("subscription { silence }"))
	(<-watched)(&fleet.Error{Code: fleet.Unauthenticated, Message: "the token is revoked"})
	if got := whole(t, r); got != ":\n\n" {
		t.Errorf("got %s", got)
	}
	eventually(t, "the subscription has ended", func() bool { return s.Running.Load() == 0 })
}

func first[T, U any](one T, _ U) T { return one }

func TestOnlyClientsThatPreferEventsGetThem(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for accept, want := range map[string]string{
		stream:                                 stream,
		stream + ", */*;q=0.1":                 stream,
		stream + ", multipart/mixed":           stream,
		stream + ";q=0.9, " + older:            older,
		newer + ", " + stream + ";q=0.9":       newer,
		older + ", " + stream:                  older,
		"*/*":                                  older,
		stream + ";q=0, application/*":         older,
		older + ";q=0.4, " + stream + ";q=0.5": stream,
	} {
		a := s.do(t, "GET", "?query={hello}", accept, "", "")
		if got, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); got != want || a.status != 200 {
			t.Errorf("%s: %d %s, want %s", accept, a.status, got, want)
		}
	}
}
