package caller_test

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"bitcorp.dev/fleet/internal/caller"
)

func TestProxiesReportTheClient(t *testing.T) {
	t.Parallel()
	proxies := caller.Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	for _, at := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:1", "198.51.100.1", "192.0.2.1"}, // not a proxy: its header counts for nothing
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "203.0.113.9, 198.51.100.1, 10.2.3.4", "198.51.100.1"},
		{"10.0.0.1:1", "198.51.100.1:4711", "198.51.100.1"},
		{"10.0.0.1:1", "[2001:db8::1]:4711", "2001:db8::/64"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"[2001:db8::1]:1", "", "2001:db8::/64"},
		{"nonsense", "", "invalid IP"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
		r.RemoteAddr = at.peer
		r.Header.Set("X-Forwarded-For", at.forwarded)
		if got := caller.Network(proxies.ClientAddr(r)); got != at.want {
			t.Errorf("%+v: %s", at, got)
		}
	}
}

func TestNetworks(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "::1": "::/64",
	} {
		if got := caller.Network(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s is %s, want %s", addr, got, want)
		}
	}
}
