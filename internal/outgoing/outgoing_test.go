package outgoing_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"bitcorp.dev/fleet/internal/outgoing"
)

const issuer = "https://login.example.com"

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	t.Parallel()
	c := outgoing.New(outgoing.Config{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}})
	for _, host := range []string{"127.0.0.1", "127.1.2.3", "localhost", "0.0.0.0", "10.0.0.1", "10.2.0.1", "172.16.0.1",
		"192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]",
		"[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"} {
		w, err := c.For(issuer).Get("https://" + host + ":1/")
		if err == nil {
			_ = w.Body.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "FLEET_OUTGOING_NETWORKS") {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// TestTheAddressIsCheckedAfterTheNameIsResolved: localhost is a name of this machine.
func TestTheAddressIsCheckedAfterTheNameIsResolved(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	refused := func(c *outgoing.Clients, peer string) bool {
		w, err := c.For(peer).Get("https://localhost:" + port + "/")
		if err == nil {
			_ = w.Body.Close()
		}
		return err != nil && strings.Contains(err.Error(), "FLEET_OUTGOING_NETWORKS")
	}
	if !refused(outgoing.New(outgoing.Config{}), issuer) {
		t.Error("this machine is reached on behalf of a public issuer")
	}
	if refused(outgoing.New(outgoing.Config{}), "https://localhost:1") { // the certificate is refused instead
		t.Error("an issuer on this machine cannot be reached")
	}
	if refused(outgoing.New(outgoing.Config{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"),
		netip.MustParsePrefix("::1/128")}}), issuer) {
		t.Error("a network that is allowed cannot be reached")
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests have arrived", asked.Load())
	}
}

func TestOnlyHTTPSButToThisMachineOnItsBehalf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		peer, to string
		allowed  bool
	}{
		{issuer, "https://token.example.com/x", true},
		{issuer, "http://login.example.com/x", false},
		{issuer, "http://127.0.0.1/x", false},
		{issuer, "file:///etc/passwd", false},
		{issuer, "", false},
		{issuer, "/token", false},
		{"http://127.0.0.1:9", "http://127.0.0.1:8/x", true},
		{"http://localhost:9", "http://[::1]:8/x", true},
		{"http://localhost:9", "https://login.example.com/x", true},
		{"http://localhost:9", "http://login.example.com/x", false},
		{"http://localhost.example.com", "http://127.0.0.1/x", false},
	} {
		if err := outgoing.CheckURL(c.peer, c.to); (err == nil) != c.allowed {
			t.Errorf("%s on behalf of %s: %v", c.to, c.peer, err)
		}
		if c.to == "" || c.allowed {
			continue
		}
		if w, err := outgoing.New(outgoing.Config{}).For(c.peer).Get(c.to); err == nil {
			_ = w.Body.Close()
			t.Errorf("%s on behalf of %s is requested", c.to, c.peer)
		}
	}
}

func TestRedirectsAreNotFollowedAndResponsesAreBounded(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/large" {
			_, _ = w.Write(make([]byte, 3<<20))
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	defer s.Close()
	c := outgoing.New(outgoing.Config{}).For(s.URL)
	defer c.CloseIdleConnections()
	w, err := c.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if w.StatusCode != http.StatusFound || asked.Load() != 1 {
		t.Errorf("%s after %d requests", w.Status, asked.Load())
	}
	w, err = c.Get(s.URL + "/large")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Body.Close() }()
	if body, _ := io.ReadAll(w.Body); len(body) != 1<<20 {
		t.Errorf("%d bytes are read", len(body))
	}
}

// TestAProxyIsUsedAndItsTargetsAreChecked as far as they are addresses. It sets the environment.
func TestAProxyIsUsedAndItsTargetsAreChecked(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Method != http.MethodConnect || r.Host != "login.example.com:443" {
			t.Errorf("the proxy got %s %s", r.Method, r.Host)
		}
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	c := outgoing.New(outgoing.Config{})
	for to, reaches := range map[string]bool{issuer: true, "https://10.0.0.1/": false} {
		before := asked.Load()
		if w, err := c.For(issuer).Get(to); err == nil {
			_ = w.Body.Close()
			t.Errorf("%s: %s", to, w.Status)
		}
		if (asked.Load() > before) != reaches {
			t.Errorf("%s: %d requests reach the proxy", to, asked.Load()-before)
		}
	}
}

// TestTheTraceIsPassedOn sends a request in a trace and one that is in none.
func TestTheTraceIsPassedOn(t *testing.T) {
	t.Parallel()
	var got []string
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Traceparent"))
	}))
	defer s.Close()
	of := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: 1})
	for _, ctx := range []context.Context{trace.ContextWithSpanContext(t.Context(), of), t.Context()} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := outgoing.New(outgoing.Config{}).For(s.URL).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		if len(r.Header) > 0 {
			t.Errorf("the request itself has got %v", r.Header)
		}
	}
	if want := []string{"00-01000000000000000000000000000000-0200000000000000-01", ""}; !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}
