package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

func TestThePathMayEndWithASlash(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	w := o.do(o.browser(), "POST", "/graphql/", "application/json", `{"query":"{ __typename }"}`)
	if w.StatusCode != 200 || w.body != `{"data":{"__typename":"Query"}}` {
		t.Errorf("%s %s", w.Status, w.body)
	}
	if w := o.do(
		o.browser(),
		"POST",
		"/graphql/other",
		"application/json",
		`{"query":"{ __typename }"}`,
	); w.StatusCode == 200 {
		t.Error("any path below is answered")
	}
}

// TestEveryAnswerHasAPolicy, so that none acts as a page of this server that it is not.
func TestEveryAnswerHasAPolicy(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	for _, c := range [][]string{
		{"GET", "/"}, {"GET", "/sign-in"}, {"POST", "/sign-in"}, {"GET", "/graphql?query={__typename}"}, {"POST", "/graphql"},
		{"PUT", "/graphql"}, {"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/nowhere.js"}, {"GET", "/sign-in/oidc?company=Ours"},
	} {
		h := o.do(o.browser(), c[0], c[1], "application/json", "").Header
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: policy %q, nosniff %q", c, policy, h.Get("X-Content-Type-Options"))
		}
	}
}

// TestARequestOfTwoLengthsClosesItsConnection: a proxy may take the rest of the
// connection for another request.
func TestARequestOfTwoLengthsClosesItsConnection(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	const body = `{"query":"{ __typename }"}`
	chunked := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
	for _, c := range []struct {
		headers, body string
		closed        bool
	}{
		{fmt.Sprintf("Content-Length: %d\r\n", len(body)), body, false},
		{"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunked, true},
	} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(o.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_ = conn.SetDeadline(time.Now().Add(time.Minute))
		request := "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + c.headers + "\r\n" + c.body
		r := bufio.NewReader(conn)
		for n := 0; ; n++ {
			if _, err := io.WriteString(conn, request); err != nil && !c.closed {
				t.Fatal(err)
			}
			w, err := http.ReadResponse(r, nil)
			if n == 1 {
				if (err != nil) != c.closed {
					t.Errorf("%q: the second answer is %v, %v", c.headers, w, err)
				}
				break
			}
			if err != nil || w.StatusCode != 200 || w.Close != c.closed {
				t.Fatalf("%q: %v, %v", c.headers, w, err)
			}
			_, _ = io.Copy(io.Discard, w.Body)
			_ = w.Body.Close()
		}
	}
}

func TestARefusedIntrospectionSaysWhoseTurnItIs(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	operator, analyst := o.signedIn("olga"), o.signedIn("ann")
	for _, query := range []string{
		`{ __schema { types { name } } }`, `{ s: __type(name: "Equipment") { name } viewer { id } }`,
		`{ ...F } fragment F on Query { ... { __schema { directives { name } } } }`,
	} {
		for c, want := range map[*http.Client]fleet.Code{o.browser(): fleet.Unauthenticated, operator: fleet.Forbidden, analyst: ""} {
			_, a := o.query(c, query, nil)
			if want == "" && len(a.Errors) == 0 && !strings.Contains(string(a.Data), `"defer"`) {
				continue
			}
			if want == "" || len(a.Errors) != 1 || !coded(a, want) {
				t.Errorf("%s: %s %+v, want %s", query, a.Data, a.Errors, want)
			}
		}
	}
	if _, a := o.query(
		operator,
		`query($no: Boolean = false) { __typename __schema @include(if: $no) { types { name } } }`,
		nil,
	); len(
		a.Errors,
	) > 0 {
		t.Errorf("a field that is left out is refused: %+v", a.Errors)
	}
	if strings.Contains(o.log.String(), "level=ERROR") {
		t.Errorf("an error is logged:\n%s", o.log)
	}
}

func TestPagesOfTrustedOriginsSendHeadersOfTracing(t *testing.T) {
	t.Parallel()
	const other = "https://app.example.com"
	o := newSignInFixture(t, func(c *app.Config) { c.Origins = []string{other} })
	for _, header := range []string{"traceparent", "tracestate", "baggage", "sentry-trace", "apollographql-client-name",
		"apollographql-client-version", "graphql-client-name", "graphql-client-version", "authorization", "content-type"} {
		w := o.do(
			o.browser(),
			http.MethodOptions,
			"/graphql",
			"",
			"",
			"Origin",
			other,
			"Access-Control-Request-Method",
			"POST",
			"Access-Control-Request-Headers",
			header,
		)
		if got := w.Header.Get("Access-Control-Allow-Headers"); !strings.EqualFold(got, header) {
			t.Errorf("%s: %q", header, got)
		}
	}
}

// TestRefusedPagesLearnWhatLetsThemIn: before the request and after it.
func TestRefusedPagesLearnWhatLetsThemIn(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	headers := []string{"Origin", "http://localhost:3000"}
	for name, w := range map[string]reply{
		"preflight": o.do(o.browser(), http.MethodOptions, "/graphql", "", "", append(headers, "Access-Control-Request-Method", "POST")...),
		"request":   o.do(o.browser(), http.MethodPost, "/graphql", "application/json", `{"query":"{ __typename }"}`, headers...),
		"socket":    o.do(o.browser(), http.MethodGet, "/graphql", "", "", append(headers, "Upgrade", "websocket", "Connection", "Upgrade")...),
	} {
		if w.StatusCode != 403 || !strings.Contains(w.body, "FLEET_ORIGINS") || !strings.Contains(w.body, "localhost:3000") {
			t.Errorf("%s: %s %s", name, w.Status, w.body)
		}
		if got := w.Header.Get(
			"Access-Control-Allow-Origin",
		); (got == "*") != (name == "request") ||
			w.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %q may read it", name, got)
		}
	}
}

// TestAnswersThatOtherSitesCanCauseAreNotCompressed: their lengths would tell
// about secrets beside an attacker's text.
func TestAnswersThatOtherSitesCanCauseAreNotCompressed(t *testing.T) {
	t.Parallel()
	const other = "https://app.example.com"
	o := newSignInFixture(t, func(c *app.Config) { c.Origins = []string{other} })
	c := o.signedIn("max")
	token, _ := o.token("max", fleet.ScopeRead)
	var long strings.Builder
	for letter := range 8 { // the names make the answer large
		long.WriteString("+" + strings.Repeat(string(rune('a'+letter)), 150) + ":__typename")
	}
	get := "/graphql?query=%7Bviewer%7Bname%7D" + long.String() + "%7D"
	for _, x := range []struct {
		client     *http.Client
		headers    []string
		compressed bool
	}{
		{o.browser(), []string{"Authorization", "Bearer " + token}, true},
		{c, nil, false},
		{c, []string{"Sec-Fetch-Site", "same-origin"}, true},
		{c, []string{"Sec-Fetch-Site", "cross-site"}, false},
		{c, []string{"Sec-Fetch-Site", "same-site"}, false},
		{c, []string{"Sec-Fetch-Site", "none"}, false},
		{c, []string{"Sec-Fetch-Site", "cross-site", "Origin", other}, true},
		{c, []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		{c, []string{"Origin", "null"}, false},
	} {
		w := o.do(x.client, http.MethodGet, get, "", "", append(x.headers, "Accept-Encoding", "gzip")...)
		if w.StatusCode != 200 || (w.Header.Get("Content-Encoding") == "gzip") != x.compressed {
			t.Errorf("%v: %s %v %.80s", x.headers, w.Status, w.Header, w.body)
		}
	}
}

func TestPagesThatHaveNotChangedAreNotSentAgain(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	w := o.do(o.browser(), http.MethodGet, "/graphiql", "", "")
	tag := w.Header.Get("ETag")
	if w.StatusCode != 200 || len(tag) < 10 {
		t.Fatalf("%s, tag %q", w.Status, tag)
	}
	again := o.do(o.browser(), http.MethodGet, "/graphiql", "", "", "If-None-Match", tag)
	if again.StatusCode != 304 || again.body != "" || again.Header.Get("ETag") != tag {
		t.Errorf("%s %v", again.Status, again.Header)
	}
	if w := o.do(
		o.browser(),
		http.MethodGet,
		"/",
		"",
		"",
		"If-None-Match",
		tag,
	); w.StatusCode != 200 ||
		w.Header.Get("ETag") == tag {
		t.Errorf("another page: %s %v", w.Status, w.Header)
	}
}
