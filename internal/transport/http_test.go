package transport_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
	"bitcorp.dev/fleet/internal/transport/testschema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// service is a server with all three transports.
type service struct {
	*testschema.Schema
	url     string
	ws      *transport.WebSocket
	sse     *transport.SSE
	handler interface {
		http.Handler
		AroundOperations(graphql.OperationMiddleware)
		AroundResponses(graphql.ResponseMiddleware)
	}
	http *httptest.Server
}

// wrapped is a ResponseWriter like that of most middleware: it flushes and hijacks
// through Unwrap alone.
type wrapped struct{ inner http.ResponseWriter }

func (w wrapped) Header() http.Header         { return w.inner.Header() }
func (w wrapped) Write(b []byte) (int, error) { return w.inner.Write(b) }
func (w wrapped) WriteHeader(status int)      { w.inner.WriteHeader(status) }
func (w wrapped) Unwrap() http.ResponseWriter { return w.inner }

// newService starts a service without timeouts of the HTTP server.
func newService(t testing.TB, c transport.Config) *service {
	t.Helper()
	return newServiceWithTimeouts(t, c, 0, 0)
}

// newServiceWithTimeouts starts a service whose HTTP server has timeouts for reading
// a request and for writing a response.
func newServiceWithTimeouts(t testing.TB, c transport.Config, read, write time.Duration) *service {
	t.Helper()
	s := &service{Schema: testschema.New(), ws: transport.NewWebSocket(c), sse: transport.NewSSE(c)}
	s.handler = s.Handler(s.ws, s.sse, transport.NewHTTP(c))
	s.http = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handler.ServeHTTP(wrapped{w}, r)
	}))
	s.http.Config.WriteTimeout, s.http.Config.ReadTimeout = write, read
	s.http.Start()
	s.url = s.http.URL
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.ws.Shutdown(ctx); err != nil {
			t.Errorf("sockets did not end: %v", err)
		}
		if err := s.sse.Shutdown(ctx); err != nil {
			t.Errorf("streams did not end: %v", err)
		}
		s.http.Close()
		if n := s.ws.Open() + s.sse.Open(); n != 0 {
			t.Errorf("%d sockets and streams are still open", n)
		}
	})
	return s
}

// reply is a response over HTTP.
type reply struct {
	status int
	header http.Header
	body   string
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
	members map[string]json.RawMessage
}

func (r *reply) code() string {
	if len(r.Errors) == 0 {
		return ""
	}
	return r.Errors[0].Extensions.Code
}

func (s *service) do(t testing.TB, method, target, accept, contentType, body string) *reply {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.url+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if accept != "" {
		r.Header.Set("Accept", accept)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	resp, err := s.http.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := &reply{status: resp.StatusCode, header: resp.Header, body: string(got)}
	if len(got) > 0 && method != http.MethodHead && strings.Contains(resp.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(got, a); err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if err := json.Unmarshal(got, &a.members); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func query(text string) string {
	b, _ := json.Marshal(map[string]any{"query": text})
	return string(b)
}

const (
	newer = "application/graphql-response+json"
	older = "application/json"
)

func TestMalformedRequestsAreRefusedUnderBothMediaTypes(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxBody: 1000})
	for _, c := range []struct {
		name, method, target, contentType, body string
		status                                  int
		code, allow, says                       string
	}{
		{"no JSON", "POST", "", older, `{"query":secret`, 400, "BAD_INPUT", "", "not valid JSON at byte 10"},
		{"nothing", "POST", "", older, ``, 400, "BAD_INPUT", "", "not valid JSON"},
		{"a string", "POST", "", older, `"secret"`, 400, "BAD_INPUT", "", "must be a JSON object"},
		{"null", "POST", "", older, `null`, 400, "BAD_INPUT", "", "must be a JSON object"},
		{"trailing garbage", "POST", "", older, query("{ hello }") + `secret`, 400, "BAD_INPUT", "", "not valid JSON"},
		{"two objects", "POST", "", older, query("{ hello }") + query("{ hello }"), 400, "BAD_INPUT", "", "not valid JSON"},
		{"a batch", "POST", "", older, ` [` + query("{ hello }") + `]`, 400, "BAD_INPUT", "", "batches"},
		{"invalid UTF-8", "POST", "", older, "{\"query\":\"{ hello } #secret\xff\"}", 400, "BAD_INPUT", "", "UTF-8"},
		{"no query", "POST", "", older, `{}`, 400, "BAD_INPUT", "", "query is missing"},
		{"a query of another name", "POST", "", older, `{"Query":"{ hello }"}`, 400, "BAD_INPUT", "", "query is missing"},
		{"query is null", "POST", "", older, `{"query":null}`, 400, "BAD_INPUT", "", "query is missing"},
		{"query is a number", "POST", "", older, `{"query":1}`, 400, "BAD_INPUT", "", "query must be a string"},
		{"operationName is a list", "POST", "", older, `{"query":"{ hello }","operationName":["secret"]}`, 400, "BAD_INPUT",
			"", "operationName must be a string"},
		{"variables is a string", "POST", "", older, `{"query":"{ hello }","variables":"secret"}`, 400, "BAD_INPUT", "",
			"variables must be an object"},
		{"extensions is false", "POST", "", older, `{"query":"{ hello }","extensions":false}`, 400, "BAD_INPUT", "",
			"extensions must be an object"},
		{"a form", "POST", "", "application/x-www-form-urlencoded", `query={hello}`, 415, "BAD_INPUT", "",
			"application/json"},
		{"text", "POST", "", "text/plain", query("{ hello }"), 415, "BAD_INPUT", "", "application/json"},
		{"multipart", "POST", "", "multipart/form-data; boundary=x", "--x--", 415, "BAD_INPUT", "", "application/json"},
		{"another charset", "POST", "", older + "; charset=utf-16", query("{ hello }"), 415, "BAD_INPUT", "", "utf-8"},
		{"no content type", "POST", "", "", query("{ hello }"), 415, "BAD_INPUT", "", "missing"},
		{"a large body", "POST", "", older, query(strings.Repeat(" ", 1000) + "{ hello }"), 413, "LIMIT_EXCEEDED", "",
			"1000 bytes"},
		{"PUT", "PUT", "", older, query("{ hello }"), 405, "BAD_INPUT", "GET, HEAD, POST", "GET, HEAD and POST"},
		{"DELETE", "DELETE", "", "", "", 405, "BAD_INPUT", "GET, HEAD, POST", "GET, HEAD and POST"},
		{"GET without query", "GET", "?operationName=secret", "", "", 400, "BAD_INPUT", "", "query is missing"},
		{"GET with two queries", "GET", "?query={hello}&query={hello}", "", "", 400, "BAD_INPUT", "", "2 times"},
		{"GET with bad variables", "GET", "?query={hello}&variables=secret", "", "", 400, "BAD_INPUT", "",
			"variables must be"},
		{"GET with a list of variables", "GET", "?query={hello}&variables=[]", "", "", 400, "BAD_INPUT", "",
			"variables must be"},
		{"GET with two variables", "GET", "?query={hello}&variables={}{}", "", "", 400, "BAD_INPUT", "", "variables must be"},
		{"GET with bad extensions", "GET", "?query={hello}&extensions=1", "", "", 400, "BAD_INPUT", "", "extensions must be"},
		{"GET with invalid UTF-8", "GET", "?query=%ff", "", "", 400, "BAD_INPUT", "", "UTF-8"},
		{"GET with a bad escape", "GET", "?query=%zz", "", "", 400, "BAD_INPUT", "", "not well formed"},
		{"GET of a mutation", "GET", "?query=mutation{increment}", "", "", 405, "BAD_INPUT", "POST", "by POST"},
		{"a subscription", "POST", "", older, query("subscription { silence }"), 406, "BAD_INPUT", "", "text/event-stream"},
	} {
		for _, accept := range []string{newer, older} {
			t.Run(c.name+" "+accept, func(t *testing.T) {
				a := s.do(t, c.method, c.target, accept, c.contentType, c.body)
				if a.status != c.status || a.code() != c.code || a.header.Get("Allow") != c.allow || !strings.Contains(a.body,
					c.says) {
					t.Errorf("%d, Allow %q, %s", a.status, a.header.Get("Allow"), a.body)
				}
				if strings.Contains(a.body, "secret") {
					t.Errorf("the refusal quotes the request: %s", a.body)
				}
				if _, has := a.members["data"]; has {
					t.Errorf("a request error has data: %s", a.body)
				}
				if got := a.header.Get("Content-Type"); got != accept+"; charset=utf-8" {
					t.Errorf("Content-Type is %s", got)
				}
			})
		}
	}
	if n := s.Increments.Load(); n != 0 {
		t.Errorf("%d mutations ran", n)
	}
}

func TestTheStatusDependsOnTheMediaType(t *testing.T) {
	t.Parallel()
	patient := newService(t, transport.Config{})
	hasty := newService(t, transport.Config{OperationTimeout: 30 * time.Millisecond})
	// An operation whose name is an error code is refused with it before execution.
	refuse := func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		switch name := graphql.GetOperationContext(ctx).OperationName; name {
		case "":
			return next(ctx)
		case "NOTHING": // the deadline passes and there is no response
			<-ctx.Done()
			return func(context.Context) *graphql.Response { return nil }
		case "PANIC":
			panic("on request")
		default:
			return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{{Message: "refused",
				Extensions: map[string]any{"code": fleet.Code(name)}}}})
		}
	}
	patient.handler.AroundOperations(refuse)
	hasty.handler.AroundOperations(refuse)
	refusedWith := func(code string) string {
		return `{"query":"query ` + code + ` { hello }","operationName":"` + code + `"}`
	}
	for _, c := range []struct {
		name, body string
		status     int
		code, data string
	}{
		{"success", query("{ hello }"), 200, "", `{"hello":"world"}`},
		{"null parameters", `{"query":"{ hello }","operationName":null,"variables":null,"extensions":null}`, 200, "",
			`{"hello":"world"}`},
		{"long numbers", `{"query":"query($t: String) { echo(text: $t) }","variables":{"t":"12345678901234567890"}}`, 200,
			"", `{"echo":"12345678901234567890"}`},
		{"parse error", query("{"), 400, "BAD_INPUT", ""},
		{"validation error", query("{ nothing }"), 400, "BAD_INPUT", ""},
		{"missing variable", query("query($c: String!) { fail(code: $c) }"), 400, "BAD_INPUT", ""},
		{"forbidden field", query(`{ fail(code: "FORBIDDEN") }`), 200, "FORBIDDEN", `{"fail":null}`},
		{"internal field", query(`{ fail(code: "INTERNAL") }`), 200, "INTERNAL", `{"fail":null}`},
		{"timed-out field", query(`{ wait }`), 200, "TIMEOUT", `{"wait":null}`},
		{"unauthenticated", refusedWith("UNAUTHENTICATED"), 401, "UNAUTHENTICATED", ""},
		{"forbidden", refusedWith("FORBIDDEN"), 403, "FORBIDDEN", ""},
		{"rate limited", refusedWith("RATE_LIMITED"), 429, "RATE_LIMITED", ""},
		{"timeout", refusedWith("TIMEOUT"), 504, "TIMEOUT", ""},
		{"no response in time", refusedWith("NOTHING"), 504, "TIMEOUT", ""},
		{"panic", refusedWith("PANIC"), 500, "INTERNAL", ""},
		{"internal", refusedWith("INTERNAL"), 500, "INTERNAL", ""},
		{"limit", refusedWith("LIMIT_EXCEEDED"), 400, "LIMIT_EXCEEDED", ""},
	} {
		for _, accept := range []string{newer, older} {
			t.Run(c.name+" "+accept, func(t *testing.T) {
				s := patient
				if c.code == "TIMEOUT" {
					s = hasty
				}
				a := s.do(t, "POST", "", accept, older, c.body)
				status := c.status
				if accept == older && status != 429 { // which proxies and libraries retry
					status = 200
				}
				if a.status != status || a.code() != c.code || string(a.Data) != c.data {
					t.Errorf("%d %s, want %d", a.status, a.body, status)
				}
				if (a.status == 429) != (a.header.Get("Retry-After") != "") {
					t.Errorf("Retry-After is %q", a.header.Get("Retry-After"))
				}
			})
		}
	}
}

func TestTheMediaTypeIsChosenByAccept(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for accept, want := range map[string]string{
		"":                                 older,
		"*/*":                              older,
		"application/*":                    older,
		"application/json":                 older,
		"Application/JSON; charset=utf-8":  older,
		newer:                              newer,
		newer + ", application/json":       newer,
		"application/json, " + newer:       newer,
		newer + ";q=0.5, application/json": older,
		"application/json;q=0.5, " + newer: newer,
		"*/*;q=0.1, " + newer + ";q=0.2":   newer,
		"*/*, " + newer + ";q=0":           older,
		"*/*, application/json;q=0":        newer,
		newer + ", application/graphql+json, application/json, text/event-stream, multipart/mixed": newer,
		"text/html":             "",
		"application/json;q=0":  "",
		"image/*, text/*;q=0.1": "",
	} {
		a := s.do(t, "GET", "?query={hello}", accept, "", "")
		if want == "" {
			if a.status != 406 || a.code() != "BAD_INPUT" {
				t.Errorf("%q: %d %s, want 406", accept, a.status, a.body)
			}
			continue
		}
		if got := a.header.Get("Content-Type"); got != want+"; charset=utf-8" || a.status != 200 ||
			a.header.Get("Vary") != "Accept, Accept-Encoding" {
			t.Errorf("%q: %d %s, want %s", accept, a.status, got, want)
		}
	}
}

func TestGETCarriesVariablesAndOperationName(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	a := s.do(t, "GET", "?"+url.Values{
		"query":         {"query A { hello } query B($t: String) { echo(text: $t) }"},
		"operationName": {"B"}, "variables": {`{"t":"é"}`}, "extensions": {`{}`},
	}.Encode(), newer, "", "")
	if a.status != 200 || string(a.Data) != `{"echo":"é"}` {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestInterceptorsMaySetHeaders(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.handler.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		transport.Headers(ctx).Set("Fleet-Cost", "7")
		return next(ctx)
	})
	if a := s.do(t, "POST", "", newer, older, query("{ hello }")); a.header.Get("Fleet-Cost") != "7" {
		t.Errorf("headers are %v", a.header)
	}
	transport.Headers(t.Context()).Set("Fleet-Cost", "discarded")
}

func TestIncrementalDeliveryIsRefusedOverHTTP(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	more := true
	s.handler.AroundOperations(func(context.Context, graphql.OperationHandler) graphql.ResponseHandler {
		return graphql.OneShot(&graphql.Response{Data: json.RawMessage(`{}`), HasNext: &more})
	})
	a := s.do(t, "POST", "", newer, older, query("{ hello }"))
	if a.status != 400 || a.code() != "BAD_INPUT" || !strings.Contains(a.body, "incremental delivery") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestTheReadTimeoutDoesNotEndOperations(t *testing.T) {
	t.Parallel()
	s := newServiceWithTimeouts(t, transport.Config{OperationTimeout: 1500 * time.Millisecond}, time.Second, 0)
	if a := s.do(t, "POST", "", newer, older, query("{ wait }")); a.code() != "TIMEOUT" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestADisconnectedClientsOperationIsCancelled(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	ctx, leave := context.WithCancel(t.Context())
	r, _ := http.NewRequestWithContext(ctx, "POST", s.url, strings.NewReader(query("{ wait }")))
	r.Header.Set("Content-Type", older)
	left := make(chan struct{})
	go func() {
		defer close(left)
		if resp, err := s.http.Client().Do(r); err == nil {
			resp.Body.Close()
		}
	}()
	eventually(t, "the operation runs", func() bool { return s.Running.Load() == 1 })
	leave()
	<-left
	eventually(t, "the operation has ended", func() bool { return s.Running.Load() == 0 })
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
