package e2e_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/store"
)

// slowRefill gives everybody 20 requests and, as long as a test takes, no more.
func slowRefill(c *app.Config) { c.RateLimit, c.RateBurst = of(0.001), 20 }

// TestAClientOverHalfItsBudgetQueues runs one request at a time of a client that
// has used half of its budget; other clients are answered meanwhile.
func TestAClientOverHalfItsBudgetQueues(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t, slowRefill, func(c *app.Config) { c.MaxTurns = 1 })
	max, ann := o.signedIn("max"), o.signedIn("ann")
	ask := func(c *http.Client, query string) string {
		w, _ := o.query(c, query, nil)
		return w.body
	}
	const machines, nothing = `{ equipmentList(first: 1) { nodes { id } } }`, `{ viewer { name } }`
	for range 11 {
		ask(max, nothing)
	}
	release := o.lock("LOCK TABLE equipment")
	var answered atomic.Int64
	var all sync.WaitGroup
	press := func() {
		all.Go(func() {
			if text := ask(max, machines); !strings.Contains(text, `"nodes":[]`) {
				t.Error(text)
			}
			answered.Add(1)
		})
	}
	press() // has the turn, and waits for the table
	o.eventually(func() bool { return o.waitingFor("equipment") == 1 })
	press()
	press()
	o.eventually(func() bool { return o.metric("fleet_turns_waiting") == 2 })
	if text := ask(ann, nothing); !strings.Contains(text, "ann") {
		t.Errorf("who asks for little got %s", text)
	}
	if n := o.waitingFor("equipment"); n != 1 || answered.Load() != 0 {
		t.Errorf("%d requests of who presses ran at once, %d were answered", n, answered.Load())
	}
	release()
	all.Wait()
}

// TestAnUnknownDocumentWaitsForItsTurn: its validation may take long, each time
// until it is found good, whether it comes as it is or by its hash.
func TestAnUnknownDocumentWaitsForItsTurn(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t, func(c *app.Config) { c.MaxTurns = 1 })
	ann := o.signedIn("ann")
	occupied := func() (release func()) {
		unlock := o.lock("LOCK TABLE maintenance_records")
		var one sync.WaitGroup
		one.Go(func() { o.query(o.signedIn("max"), `{ maintenanceSummary { records } }`, nil) })
		o.eventually(func() bool { return o.waitingFor("maintenance_records") == 1 })
		return func() { unlock(); one.Wait() }
	}
	waits := func(what string, ask func() string, want string) {
		t.Helper()
		release := occupied()
		var one sync.WaitGroup
		var got string
		one.Go(func() { got = ask() })
		o.eventually(func() bool { return o.metric("fleet_turns_waiting") == 1 })
		release()
		one.Wait()
		if !strings.Contains(got, want) {
			t.Errorf("%s got %s, want %s", what, got, want)
		}
	}
	persisted := func(document string) string {
		sum := sha256.Sum256([]byte(document))
		return o.do(ann, http.MethodPost, "/graphql", "application/json",
			fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%x"}}}`, document, sum)).body
	}
	byItsHash := func(document string) string {
		return o.do(ann, http.MethodGet, byHash(fmt.Sprintf("%x", sha256.Sum256([]byte(document)))), "", "").body
	}
	good := `{ viewer { name } } #` + strings.Repeat("x", 2000)
	bad := `{ viewer { nothing } } #` + strings.Repeat("x", 2000)
	waits("a good one", func() string { return persisted(good) }, "ann")
	waits("a bad one", func() string { return persisted(bad) }, "BAD_INPUT")
	waits("a bad one by its hash", func() string { return byItsHash(bad) }, "BAD_INPUT")
	release := occupied()
	defer release()
	if got := byItsHash(good); !strings.Contains(got, "ann") { // does not wait: it is known
		t.Errorf("a known one got %s", got)
	}
}

// waitingFor is how many statements wait for a table.
func (s *service) waitingFor(table string) (n int) {
	s.t.Helper()
	s.row(`SELECT count(*)::int FROM pg_locks WHERE NOT granted AND relation = $1::regclass`, []any{&n}, table)
	return n
}

// TestMadeUpSecretsAreLookedUpOnlyWithinTheBudget counts the statements of
// made-up tokens and cookies.
func TestMadeUpSecretsAreLookedUpOnlyWithinTheBudget(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"token", "cookie"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := newSignInFixture(t, slowRefill)
			known := o.signedIn("ann")
			ask := func(n int) (status, statements int) {
				madeUp := secret(fmt.Sprint("made up ", n))
				r := httptest.NewRequestWithContext(
					t.Context(),
					http.MethodPost,
					"/graphql",
					strings.NewReader(`{"query":"{ viewer { name } }"}`),
				)
				r.RemoteAddr = "198.51.100.7:1"
				r.Header.Set("Content-Type", "application/json")
				if kind == "token" {
					r.Header.Set("Authorization", "Bearer "+tokenOf(madeUp))
				} else {
					r.Header.Set("Cookie", "fleet_session="+madeUp)
				}
				ctx, sent := store.CountStatements(r.Context())
				w := httptest.NewRecorder()
				o.handler.ServeHTTP(w, r.WithContext(ctx))
				return w.Code, sent.Count()
			}
			looked := 0
			for i := range 25 {
				status, n := ask(i)
				looked += n
				if i >= 21 && (status != http.StatusTooManyRequests || n != 0) {
					t.Errorf("the %dth got %d after %d statements", i, status, n)
				}
			}
			if looked < 19 || looked > 21 {
				t.Errorf("%d were looked up, want about as many as the budget has", looked)
			}
			if who := o.who(known); who != "ann" {
				t.Errorf("%q asks, who is signed in", who)
			}
		})
	}
}

// TestEachEventOfASubscriptionIsBounded asks for too much each time.
func TestEachEventOfASubscriptionIsBounded(t *testing.T) {
	t.Parallel()
	s := newService(t)
	const news = `subscription { equipmentChanged { change equipment { maintenanceRecords(first: %d) { nodes { %s } } } } }`
	dear := s.overSocket(fmt.Sprintf(news, 100, strings.Repeat("id ", 51)), nil)
	s.eventually(func() bool { return strings.Contains(dear.why(), "each event of the subscription may cost") })
	cheap := s.overSocket(fmt.Sprintf(news, 10, "id cost"), nil)
	s.eventually(func() bool { return strings.Contains(cheap.text(), "RESYNC") })
}

// TestDemoModeAnswersToThisMachinesNamesAlone: a page of another site can make
// its own name lead here.
func TestDemoModeAnswersToThisMachinesNamesAlone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "LOCALHOST": 200, "evil.example:8080": 421, "localhost.evil.example": 421, "192.0.2.1": 421, "": 421,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query=%7Bviewer%7Bname%7D%7D", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.app.Server.Handler().ServeHTTP(w, r)
		if w.Code != want || strings.Contains(w.Body.String(), "manager") != (want == 200) {
			t.Errorf("%q got %d %s", host, w.Code, w.Body)
		}
	}
}

// TestOnlyWhoIsSignedInHasDocumentsKept: others could throw them out all the time.
func TestOnlyWhoIsSignedInHasDocumentsKept(t *testing.T) {
	t.Parallel()
	o := newSignInFixture(t)
	body := fmt.Sprintf(
		`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`,
		trustedDocument,
		trustedHash,
	)
	anonymous, max := o.browser(), o.signedIn("max")
	known := func() bool {
		return !strings.Contains(
			o.do(anonymous, http.MethodGet, byHash(trustedHash), "", "").body,
			"PERSISTED_QUERY_NOT_FOUND",
		)
	}
	o.do(anonymous, http.MethodPost, "/graphql", "application/json", body)
	if known() {
		t.Error("a document is kept that nobody sent")
	}
	o.do(max, http.MethodPost, "/graphql", "application/json", body)
	if !known() {
		t.Error("max's document is not kept")
	}
}

// TestWhatTheServerHasTooManyOfIsToldByItsStatus fills it with sockets.
func TestWhatTheServerHasTooManyOfIsToldByItsStatus(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.MaxConnections = 1 }
	s.serveAs("ours@example.com")
	one := s.overSocket(watchStats, nil)
	s.eventually(func() bool { return len(all[statistics](t, one)) > 0 })
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/graphql?query=%7Bviewer%7Bname%7D%7D", nil)
	r.Header.Set("Accept", "text/event-stream")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" ||
		!strings.Contains(w.Body.String(), `"LIMIT_EXCEEDED"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
