package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// provider describes itself, unless it is down.
type provider struct {
	*httptest.Server
	down    atomic.Bool
	verbose atomic.Int32 // bytes before what it has to say
	asked   atomic.Int32
	wait    func() // before it answers
}

// begins is a house whose company signs in at a provider, and what the clock
// there says.
type begins struct {
	*house
	provider *provider
	public   *url.URL
	client   *http.Client
	clock    atomic.Int64 // Unix seconds
}

func newBegins(t *testing.T, client *http.Client) *begins {
	t.Helper()
	p := &provider{wait: func() {}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/openid-configuration" {
			p.asked.Add(1)
			p.wait()
		}
		if p.down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bytes.Repeat([]byte(" "), int(p.verbose.Load())))
		_ = json.NewEncoder(w).Encode(map[string]string{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		})
	}))
	t.Cleanup(p.Close)
	if client == nil {
		transport := new(http.Transport)
		t.Cleanup(transport.CloseIdleConnections)
		client = &http.Client{Transport: transport}
	}
	b := &begins{provider: p, public: &url.URL{Scheme: "https", Host: "fleet.example.com"}, client: client}
	b.house = newHouse(t, auth.Config{PublicURL: b.public, Client: client})
	b.clock.Store(time.Now().Unix())
	b.SetNow(func() time.Time { return time.Unix(b.clock.Load(), 0) })
	if err := b.store.SetProvider(t.Context(), fleet.IdentityProvider{CompanyID: b.ours.ID, Issuer: p.URL, ClientID: "fleet", Passwords: true}); err != nil {
		t.Fatal(err)
	}
	return b
}

// begin begins a sign-in, which has to go as ok says, and counts how often the
// provider has been asked in all.
func (b *begins) begin(ok bool, asked int32) auth.Flow {
	b.t.Helper()
	_, f, err := b.BeginSSO(b.t.Context(), "Ours", "/")
	if (err == nil) != ok || err != nil && fleet.CodeOf(err) != fleet.Unauthenticated || b.provider.asked.Load() != asked {
		b.t.Errorf("got %v, asked %d times, want %d", err, b.provider.asked.Load(), asked)
	}
	return f
}

func (b *begins) later(d time.Duration) { b.clock.Add(int64(d.Seconds())) }

// looking is a store that tells when a provider was looked up.
type looking struct {
	*store.Store
	looked *sync.WaitGroup
}

func (l looking) Provider(ctx context.Context, company fleet.UUID) (fleet.IdentityProvider, error) {
	defer l.looked.Done()
	return l.Store.Provider(ctx, company)
}

func TestAProviderIsAskedOnceForAllWhoWait(t *testing.T) {
	t.Parallel()
	b := newBegins(t, nil)
	const many = 50
	var looked, all sync.WaitGroup
	looked.Add(many)
	b.provider.wait = looked.Wait
	s, err := auth.New(looking{b.store, &looked}, auth.Config{PublicURL: b.public, Client: b.client, Hashing: cheap})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = s
	for range many {
		all.Go(func() { b.begin(true, 1) })
	}
	all.Wait()
}

func TestAProviderThatIsDownIsAskedNowAndThen(t *testing.T) {
	t.Parallel()
	b := newBegins(t, nil)
	b.provider.down.Store(true)
	b.begin(false, 1)
	b.later(29 * time.Second)
	b.begin(false, 1)
	b.later(2 * time.Second)
	b.begin(false, 2)
	b.provider.down.Store(false)
	b.begin(false, 2)
	b.later(31 * time.Second)
	b.begin(true, 3)
	b.begin(true, 3)
}

func TestWhatAProviderToldGoesOnWhileItIsDown(t *testing.T) {
	t.Parallel()
	b := newBegins(t, nil)
	b.begin(true, 1)
	b.later(59 * time.Minute)
	b.begin(true, 1)
	b.provider.down.Store(true)
	b.later(2 * time.Minute)
	b.begin(true, 2)
	b.begin(true, 2)
	b.later(24 * time.Hour)
	b.begin(true, 3)
	b.provider.down.Store(false)
	b.later(31 * time.Second)
	b.begin(true, 4)
	b.later(59 * time.Minute)
	b.begin(true, 4)
}

func TestAProviderIsNotReadWithoutEnd(t *testing.T) {
	t.Parallel()
	b := newBegins(t, nil)
	b.provider.verbose.Store(1 << 20)
	b.begin(false, 1)
	b.later(31 * time.Second)
	b.provider.verbose.Store(1<<20 - 1000)
	b.begin(true, 2)
}

// hurried is a client that notes who may be waited for without end.
type hurried struct {
	http.RoundTripper
	endless atomic.Int32
	asked   atomic.Int32
}

func (h *hurried) RoundTrip(r *http.Request) (*http.Response, error) {
	h.asked.Add(1)
	if _, ok := r.Context().Deadline(); !ok {
		h.endless.Add(1)
	}
	return h.RoundTripper.RoundTrip(r)
}

func TestAProviderIsNotWaitedForWithoutEnd(t *testing.T) {
	t.Parallel()
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	h := &hurried{RoundTripper: transport}
	b := newBegins(t, &http.Client{Transport: h})
	f := b.begin(true, 1)
	_, _, err := b.FinishSSO(t.Context(), f, auth.Callback{Company: b.ours.ID.String(), State: f.State, Code: "x"}, auth.Client{})
	want(t, fleet.Unauthenticated, err)
	if h.endless.Load() != 0 || h.asked.Load() < 2 {
		t.Errorf("%d of %d requests have no deadline", h.endless.Load(), h.asked.Load())
	}
}

func TestAnAnswerNeedsAFlowOfItsCompanyAndProvider(t *testing.T) {
	t.Parallel()
	b := newBegins(t, nil)
	for what, change := range map[string]func(*auth.Flow, *auth.Callback){
		"another company's address": func(_ *auth.Flow, a *auth.Callback) { a.Company = b.theirs.ID.String() },
		"no company's address":      func(_ *auth.Flow, a *auth.Callback) { a.Company = "" },
		"another state":             func(_ *auth.Flow, a *auth.Callback) { a.State += "x" },
		"no code":                   func(_ *auth.Flow, a *auth.Callback) { a.Code = "" },
		"a flow of long ago":        func(f *auth.Flow, _ *auth.Callback) { f.Began -= 601 },
		"a flow from the future":    func(f *auth.Flow, _ *auth.Callback) { f.Began += 61 },
		"a provider of before":      func(f *auth.Flow, _ *auth.Callback) { f.Issuer = "https://before.example" },
	} {
		f := b.begin(true, 1)
		a := auth.Callback{Company: b.ours.ID.String(), State: f.State, Code: "x"}
		change(&f, &a)
		if _, _, err := b.FinishSSO(t.Context(), f, a, auth.Client{}); err == nil || err.Error() != "this sign-in did not begin in this browser, or too long ago: begin again" {
			t.Errorf("%s: %v", what, err)
		}
	}
}
