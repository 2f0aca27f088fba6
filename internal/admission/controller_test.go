package admission_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// write answers with an error in the simplest form.
func write(w http.ResponseWriter, _ *http.Request, err error) {
	http.Error(w, err.Error(), http.StatusTooManyRequests)
}

// from returns a context of an anonymous client of a network.
func from(ctx context.Context, network string) context.Context {
	return caller.With(ctx, caller.Caller{Address: network})
}

// receive returns the context of an operation that a client has sent over a socket.
func receive(t testing.TB, c *admission.Controller, network string) context.Context {
	t.Helper()
	ctx, err := c.Receive(from(t.Context(), network), 0)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// TestSmallMessagesOfSocketsAreCharged: they share the budget of requests.
func TestSmallMessagesOfSocketsAreCharged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(admission.Config{Rate: admission.Rate{PerSecond: 1, Burst: 3}})
		ctx := from(t.Context(), "192.0.2.1")
		for i, bytes := range []int{50_000, 100_000, 50_000} { // 1 and 2 requests, then none is left
			if err := c.Charge(ctx, bytes); (fleet.CodeOf(err) == fleet.RateLimited) != (i == 2) || i < 2 && err != nil {
				t.Errorf("charge %d: %v", i, err)
			}
		}
		if err := c.Charge(from(t.Context(), "192.0.2.2"), 50_000); err != nil {
			t.Error("another client:", err)
		}
	})
}

func TestRequestsAreChargedOnceWithTheirOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(admission.Config{Rate: admission.Rate{PerSecond: 1, Burst: 10}})
		left := -1
		handler := c.Meter(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if n, err := io.Copy(io.Discard, r.Body); err != nil || n == 0 {
				t.Errorf("%d bytes, %v", n, err)
			}
			now, err := c.Spend(r.Context(), 12_000) // two requests more than the one that carries it
			if err != nil {
				t.Fatal(err)
			}
			left = *now
		}), c.Slowly(write))
		send := func(bytes int) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			handler.ServeHTTP(
				w,
				httptest.NewRequestWithContext(
					from(t.Context(), "192.0.2.1"),
					"POST",
					"/",
					strings.NewReader(strings.Repeat("x", bytes)),
				),
			)
			return w
		}
		w := send(1)
		if left != 7 || w.Header().Get("RateLimit") != `"requests";r=9;t=1` ||
			w.Header().Get("RateLimit-Policy") != `"requests";q=10;w=10` {
			t.Errorf("%d left, %v", left, w.Header())
		}
		if send(200_000); left != 2 { // one for the request, two for its bytes, two for its operation
			t.Errorf("%d left after a large body, want 2", left)
		}
		c.Admit(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "address:192.0.2.1", write)
		c.Admit(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "address:192.0.2.1", write)
		start := time.Now()
		w = send(1)
		if took := time.Since(
			start,
		); w.Code != http.StatusTooManyRequests || took != time.Second || w.Header().Get("Retry-After") != "1" ||
			w.Header().Get("Connection") != "" {
			t.Errorf("a refusal after %s: %d %v", took, w.Code, w.Header())
		}
		w = httptest.NewRecorder()
		c.Slowly(
			write,
		)(
			w,
			httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", 200_000))),
			errors.New("no"),
		)
		if w.Header().Get("Connection") != "close" {
			t.Errorf("a large refused request: %v", w.Header())
		}
	})
}

// TestRefusalsWithoutDelay: sign-in answers at once, and in its own form.
func TestRefusalsWithoutDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(admission.Config{Rate: admission.Rate{PerSecond: 0.1, Burst: 1}})
		var refused error
		refuse := func(_ http.ResponseWriter, _ *http.Request, err error) { refused = err }
		r := httptest.NewRequestWithContext(from(t.Context(), "192.0.2.1"), "POST", "/sign-in", nil)
		if err := c.AdmitLookup(r.Context()); err != nil {
			t.Errorf("a lookup with budget left: %v", err)
		}
		if !c.Admit(httptest.NewRecorder(), r, "address:192.0.2.1", refuse) || refused != nil {
			t.Errorf("the first of one: %v", refused)
		}
		start, w := time.Now(), httptest.NewRecorder()
		var throttled *auth.Throttled
		if c.Admit(w, r, "address:192.0.2.1", refuse) || !errors.As(refused, &throttled) ||
			throttled.RetryAfter != 10*time.Second ||
			time.Since(start) != 0 ||
			w.Header().Get("Retry-After") != "10" {
			t.Errorf("the second of one: %v after %s, %v", refused, time.Since(start), w.Header())
		}
		if err := c.AdmitLookup(r.Context()); fleet.CodeOf(err) != fleet.RateLimited {
			t.Errorf("a lookup without budget: %v", err)
		}
		if err := c.AdmitLookup(from(t.Context(), "192.0.2.2")); err != nil {
			t.Errorf("another network's lookup: %v", err)
		}
	})
}

// TestOnlySoManyRefusalsAreDelayed: delayed requests take memory too.
func TestOnlySoManyRefusalsAreDelayed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(admission.Config{Rate: admission.Rate{PerSecond: 0.001, Burst: 1}})
		metrics := prometheus.NewRegistry()
		c.Register(metrics)
		c.Admit(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "address:192.0.2.1", write)
		for range 1000 {
			go func() { _, _ = c.Receive(from(t.Context(), "192.0.2.1"), 0) }()
		}
		synctest.Wait()
		for _, name := range []string{"fleet_refusals_held", "fleet_admission_delayed_refusals"} {
			if n := gaugeOf(t, metrics, name); n != 1000 {
				t.Errorf("%s is %v", name, n)
			}
		}
		start := time.Now()
		w := httptest.NewRecorder()
		c.Slowly(write)(w, httptest.NewRequest("GET", "/", nil), errors.New("no"))
		if time.Since(start) != 0 || w.Header().Get("Connection") != "close" {
			t.Errorf("one more was delayed by %s: %v", time.Since(start), w.Header())
		}
		time.Sleep(2 * time.Second)
	})
}

func gaugeOf(t testing.TB, g prometheus.Gatherer, name string) float64 {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			return f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	t.Fatalf("no metric %s", name)
	return 0
}

// TestExpensiveWorkWaitsForASlot: each kind at its threshold, and all work of a
// client that has used half of its budget.
func TestExpensiveWorkWaitsForASlot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(
			admission.Config{Rate: admission.Rate{PerSecond: 0.001, Burst: 100}, Slots: 1, MaxWait: 5 * time.Second},
		)
		holder := receive(t, c, "192.0.2.1")
		done, err := c.Execute(holder, 25_000)
		if err != nil {
			t.Fatal(err)
		}
		parse := func(ctx context.Context, n int) error {
			done, err := c.Parse(ctx, n)
			done()
			return err
		}
		execute := func(ctx context.Context, n int) error {
			done, err := c.Execute(ctx, n)
			done()
			return err
		}
		for name, work := range map[string]struct {
			do      func(context.Context, int) error
			n       int
			waiting bool
		}{
			"a cheap operation":      {execute, 24_999, false},
			"an expensive operation": {execute, 25_000, true},
			"a body":                 {parse, 100_000, false},
			"a large body":           {parse, 100_001, true},
			"a document":             {c.Validate, 2000, false},
			"a large document":       {c.Validate, 2001, true},
		} {
			start := time.Now()
			err := work.do(receive(t, c, "192.0.2.2"), work.n)
			if took := time.Since(
				start,
			); work.waiting && (!errors.Is(err, context.DeadlineExceeded) || took != 5*time.Second) ||
				!work.waiting && (err != nil || took != 0) {
				t.Errorf("%s: %v after %s", name, err, took)
			}
		}
		if part, err := admission.BeforeScan(holder); err != nil {
			t.Errorf("a scan of the request that holds the slot: %v", err)
		} else {
			part()
		}
		over := receive(t, c, "192.0.2.3")
		for range 50 {
			c.Admit(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "address:192.0.2.3", write)
		}
		if err := execute(over, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a cheap operation of a client over half of its budget: %v", err)
		}
		done()
		if err := execute(over, 1); err != nil {
			t.Errorf("once the slot is free: %v", err)
		}
	})
}

// TestTheQueueOfAUserIsBounded: the error says what the user can do, also when it
// comes from a statement.
func TestTheQueueOfAUserIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := admission.New(admission.Config{Slots: 1, MaxWait: time.Minute})
		metrics := prometheus.NewRegistry()
		c.Register(metrics)
		done, err := c.Execute(receive(t, c, "192.0.2.1"), 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			ctx := receive(t, c, "192.0.2.2")
			go func() {
				if done, err := c.Execute(ctx, 1_000_000); err != nil {
					t.Error(err)
				} else {
					done()
				}
			}()
		}
		synctest.Wait()
		for _, name := range []string{"fleet_turns_waiting", "fleet_admission_queued_requests"} {
			if n := gaugeOf(t, metrics, name); n != 20 {
				t.Errorf("%s is %v", name, n)
			}
		}
		ctx := receive(t, c, "192.0.2.2")
		if _, err := c.Execute(ctx, 1_000_000); fleet.CodeOf(err) != fleet.RateLimited {
			t.Errorf("the 21st operation in the queue: %v", err)
		}
		if _, err := admission.BeforeScan(ctx); fleet.CodeOf(err) != fleet.RateLimited {
			t.Errorf("the 21st statement in the queue: %v", err)
		}
		done()
		synctest.Wait()
	})
}

func TestQuotasOfAUser(t *testing.T) {
	t.Parallel()
	c := admission.New(admission.Config{MaxSockets: 1, MaxSubscriptions: 2, MaxConnections: 3})
	user := fleet.Viewer{UserID: fleet.NewUUID(), Role: fleet.RoleManager}
	with := func(kind auth.Kind) context.Context {
		i := auth.Identity{Grant: fleet.Grant{ID: fleet.NewUUID(), Viewer: user}, Kind: kind}
		return caller.With(t.Context(), caller.Caller{}.SignedInAs(i))
	}
	if err := c.OpenSocket(with(auth.BySession)); err != nil {
		t.Error(err)
	}
	if err := c.OpenSocket(
		with(auth.ByToken),
	); fleet.CodeOf(err) != fleet.LimitExceeded ||
		!strings.Contains(err.Error(), "1 sockets") {
		t.Errorf("a second socket of one, with a token: %v", err)
	}
	if err := c.OpenSocket(from(t.Context(), "192.0.2.1")); err != nil {
		t.Errorf("another caller's first: %v", err)
	}
	for range 2 {
		if err := c.Subscribe(with(auth.ByToken)); err != nil {
			t.Error(err)
		}
	}
	if err := c.Subscribe(
		with(auth.ByToken),
	); fleet.CodeOf(err) != fleet.LimitExceeded ||
		!strings.Contains(err.Error(), "2 subscriptions") {
		t.Errorf("a third subscription of two: %v", err)
	}
	if err := c.Connect(2); err != nil {
		t.Error(err)
	}
	if err := c.Connect(3); fleet.CodeOf(err) != fleet.LimitExceeded {
		t.Errorf("a fourth connection of three: %v", err)
	}
	if err := admission.New(admission.Config{}).Connect(1_000_000); err != nil {
		t.Errorf("no limit: %v", err)
	}
}

func TestMemoryOfLargeBodies(t *testing.T) {
	t.Parallel()
	c := admission.New(admission.Config{})
	release, err := c.Reserve(from(t.Context(), "192.0.2.1"), 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Reserve(from(t.Context(), "192.0.2.1"), 1); fleet.CodeOf(err) != fleet.RateLimited {
		t.Errorf("more than 8 MiB of one: %v", err)
	}
	if _, err := c.Reserve(from(t.Context(), "192.0.2.2"), 8<<20); err != nil {
		t.Errorf("8 MiB of another: %v", err)
	}
	release()
	if _, err := c.Reserve(from(t.Context(), "192.0.2.1"), 8<<20); err != nil {
		t.Errorf("after release: %v", err)
	}
}
