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
	"bitcorp.dev/fleet/internal/outgoing"
	"bitcorp.dev/fleet/internal/store"
)

// provider is an identity provider that serves its metadata unless it is down.
type provider struct {
	*httptest.Server
	down     atomic.Bool
	padding  atomic.Int32 // bytes of white space before the metadata
	change   func(metadata map[string]any)
	requests atomic.Int32 // for metadata
	wait     func()       // before each response
}

// sso is a fixture whose first company has an identity provider, with a clock that
// tests set.
type sso struct {
	*fixture
	provider *provider
	public   *url.URL
	client   *http.Client
	clock    atomic.Int64 // Unix seconds
}

func newSSO(t *testing.T, client *http.Client) *sso {
	t.Helper()
	p := &provider{wait: func() {}, change: func(map[string]any) {}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/openid-configuration" {
			p.requests.Add(1)
			p.wait()
		}
		if p.down.Load() {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(bytes.Repeat([]byte(" "), int(p.padding.Load())))
		metadata := map[string]any{
			"issuer": p.URL, "authorization_endpoint": p.URL + "/auth",
			"token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		}
		p.change(metadata)
		_ = json.NewEncoder(w).Encode(metadata)
	}))
	t.Cleanup(p.Close)
	if client == nil {
		client = outgoing.New(outgoing.Config{}).For(p.URL)
		t.Cleanup(client.CloseIdleConnections)
	}
	b := &sso{provider: p, public: &url.URL{Scheme: "https", Host: "fleet.example.com"}, client: client}
	b.fixture = newFixture(t, auth.Config{PublicURL: b.public,
		Clients: func(string) *http.Client { return client }})
	b.clock.Store(time.Now().Unix())
	b.SetNow(func() time.Time { return time.Unix(b.clock.Load(), 0) })
	if err := b.store.Identity().SetProvider(t.Context(),
		fleet.IdentityProvider{CompanyID: b.ours.ID, Issuer: p.URL, ClientID: "fleet", Passwords: true}); err != nil {
		t.Fatal(err)
	}
	return b
}

// begin starts a single sign-on and fails the test unless it succeeds as ok says and
// the provider has had that many requests for metadata in all.
func (b *sso) begin(ok bool, requests int32) auth.Flow {
	b.t.Helper()
	_, f, err := b.BeginSSO(b.t.Context(), "Ours", "/")
	if (err == nil) != ok || err != nil && fleet.CodeOf(err) != fleet.Unauthenticated ||
		b.provider.requests.Load() != requests {
		b.t.Errorf("got %v after %d requests, want %d", err, b.provider.requests.Load(), requests)
	}
	return f
}

func (b *sso) later(d time.Duration) { b.clock.Add(int64(d.Seconds())) }

// countingStore is a store that counts down lookups of a provider.
type countingStore struct {
	*store.Identity
	lookups *sync.WaitGroup
}

func (l countingStore) Provider(ctx context.Context, company fleet.UUID) (fleet.IdentityProvider, error) {
	defer l.lookups.Done()
	return l.Identity.Provider(ctx, company)
}

func TestConcurrentDiscoveriesShareOneRequest(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
	const many = 50
	var lookups, all sync.WaitGroup
	lookups.Add(many)
	b.provider.wait = lookups.Wait
	s, err := auth.New(countingStore{b.store.Identity(), &lookups},
		auth.Config{PublicURL: b.public, Clients: func(string) *http.Client { return b.client }, Hashing: cheap})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = s
	for range many {
		all.Go(func() { b.begin(true, 1) })
	}
	all.Wait()
}

func TestDiscoveryIsRetriedEvery30Seconds(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
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

func TestMetadataRemainsInUseWhileTheProviderIsDown(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
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

func TestResponsesOfAProviderAreLimited(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
	b.provider.padding.Store(1 << 20)
	b.begin(false, 1)
	b.later(31 * time.Second)
	b.provider.padding.Store(1<<20 - 1000)
	b.begin(true, 2)
}

// deadlineCounter counts requests, and those without a deadline.
type deadlineCounter struct {
	http.RoundTripper
	requests atomic.Int32
	endless  atomic.Int32
}

func (h *deadlineCounter) RoundTrip(r *http.Request) (*http.Response, error) {
	h.requests.Add(1)
	if _, ok := r.Context().Deadline(); !ok {
		h.endless.Add(1)
	}
	return h.RoundTripper.RoundTrip(r)
}

func TestRequestsToAProviderHaveDeadlines(t *testing.T) {
	t.Parallel()
	transport := new(http.Transport)
	t.Cleanup(transport.CloseIdleConnections)
	h := &deadlineCounter{RoundTripper: transport}
	b := newSSO(t, &http.Client{Transport: h})
	f := b.begin(true, 1)
	_, _, err := b.FinishSSO(t.Context(), f, auth.Callback{Company: b.ours.ID.String(), State: f.State, Code: "x"},
		auth.Client{})
	want(t, fleet.Unauthenticated, err)
	if h.endless.Load() != 0 || h.requests.Load() < 2 {
		t.Errorf("%d of %d requests have no deadline", h.endless.Load(), h.requests.Load())
	}
}

// TestEndpointsMustBeWhereRequestsMayGo: a provider describes its endpoints itself.
func TestEndpointsMustBeWhereRequestsMayGo(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
	n := int32(0)
	for _, endpoint := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
		for _, url := range []string{"http://login.example.com/x", "ftp://127.0.0.1/x", "javascript:alert(1)", "/x", ""} {
			b.provider.change = func(metadata map[string]any) { metadata[endpoint] = url }
			n++
			b.begin(false, n)
			b.later(31 * time.Second)
		}
	}
	b.provider.change = func(metadata map[string]any) {
		metadata["token_endpoint_auth_methods_supported"] = []string{"private_key_jwt"}
	}
	b.begin(false, n+1)
}

// TestTheSecretIsSentOnce and in the way that the provider describes.
func TestTheSecretIsSentOnce(t *testing.T) {
	t.Parallel()
	for method, inHeader := range map[string]bool{"": true, "client_secret_basic": true, "client_secret_post": false} {
		b := newSSO(t, nil)
		if method != "" {
			b.provider.change = func(metadata map[string]any) {
				metadata["token_endpoint_auth_methods_supported"] = []string{"private_key_jwt", method}
			}
		}
		var asked, basic, posted atomic.Int32
		serve := b.provider.Config.Handler
		b.provider.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/token" {
				serve.ServeHTTP(w, r)
				return
			}
			asked.Add(1)
			if _, _, ok := r.BasicAuth(); ok {
				basic.Add(1)
			}
			if r.FormValue("client_secret") != "" || r.FormValue("client_id") != "" {
				posted.Add(1)
			}
			http.Error(w, `{"error":"invalid_client"}`, http.StatusUnauthorized)
		})
		f := b.begin(true, 1)
		_, _, err := b.FinishSSO(t.Context(), f, auth.Callback{Company: b.ours.ID.String(), State: f.State, Code: "x"},
			auth.Client{})
		want(t, fleet.Unauthenticated, err)
		if asked.Load() != 1 || (basic.Load() == 1) != inHeader || (posted.Load() == 1) == inHeader {
			t.Errorf("%q: %d requests, %d with the secret in the header, %d in the body",
				method, asked.Load(), basic.Load(), posted.Load())
		}
	}
}

// TestSessionsOfAProviderEndWithIt: when it is removed, and when another issuer takes its place. Sessions by
// password stay.
func TestSessionsOfAProviderEndWithIt(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(b *sso) error{
		"removed": func(b *sso) error { return b.store.Identity().RemoveProvider(t.Context(), b.ours.ID) },
		"replaced": func(b *sso) error {
			return b.store.Identity().SetProvider(t.Context(), fleet.IdentityProvider{CompanyID: b.ours.ID,
				Issuer: "https://another.example", ClientID: "fleet", Passwords: true})
		},
	} {
		b := newSSO(t, nil)
		b.signIn()
		b.exec(`INSERT INTO sessions (secret_hash, id, company_id, user_id, method, user_agent, idle_expires_at, expires_at)
			VALUES (sha256('x'), gen_random_uuid(), $1, $2, 'OIDC', '', now() + interval '1 hour', now() + interval '1 hour')`,
			[16]byte(b.ours.ID), [16]byte(b.dana.ID))
		if err := end(b); err != nil {
			t.Fatal(err)
		}
		var left string
		b.row(&left, `SELECT string_agg(method, ' ') FROM sessions`)
		if left != "PASSWORD" {
			t.Errorf("%s: sessions by %s are left", name, left)
		}
	}
}

func TestACallbackNeedsAFlowOfItsCompanyAndProvider(t *testing.T) {
	t.Parallel()
	b := newSSO(t, nil)
	for name, change := range map[string]func(*auth.Flow, *auth.Callback){
		"another company's redirect URI": func(_ *auth.Flow, a *auth.Callback) { a.Company = b.theirs.ID.String() },
		"no company":                     func(_ *auth.Flow, a *auth.Callback) { a.Company = "" },
		"another state":                  func(_ *auth.Flow, a *auth.Callback) { a.State += "x" },
		"no code":                        func(_ *auth.Flow, a *auth.Callback) { a.Code = "" },
		"an expired flow":                func(f *auth.Flow, _ *auth.Callback) { f.Began -= 601 },
		"a flow from the future":         func(f *auth.Flow, _ *auth.Callback) { f.Began += 61 },
		"a previous provider":            func(f *auth.Flow, _ *auth.Callback) { f.Issuer = "https://previous.example" },
	} {
		f := b.begin(true, 1)
		a := auth.Callback{Company: b.ours.ID.String(), State: f.State, Code: "x"}
		change(&f, &a)
		const refused = "this sign-in did not start in this browser, or has expired: start again"
		if _, _, err := b.FinishSSO(t.Context(), f, a, auth.Client{}); err == nil || err.Error() != refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}
