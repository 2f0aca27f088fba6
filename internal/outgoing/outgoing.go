// Package outgoing makes the HTTP clients for requests to addresses that others have chosen, such as those
// that an identity provider describes: a request of the server's must not reach what only the server's
// network can reach.
package outgoing

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"go.opentelemetry.io/otel/propagation"
	"golang.org/x/net/http/httpproxy"
)

// Config is the configuration of Clients. The zero Config reaches the public Internet alone.
type Config struct {
	// Networks may be reached beyond the public Internet, such as the one of a provider of one's own.
	Networks []netip.Prefix
	// Timeout limits a request, its response included (default 10 s).
	Timeout time.Duration
}

// maxResponse is how much of a response is read, in bytes. Metadata and keys of a provider take a few
// thousand.
const maxResponse = 1 << 20

// Clients are HTTP clients that send requests
//   - by https, or by http to this machine on behalf of a peer on this machine;
//   - to public addresses and Config.Networks. The address is checked when the connection is opened, after
//     the name was resolved, so that a name cannot change its address in between;
//   - without following redirects, which would choose another address;
//   - and read at most 1 MiB of a response.
//
// A proxy of the environment (HTTPS_PROXY) is used and not checked; it decides on the names that it resolves.
type Clients struct{ public, local *http.Client }

// New returns the clients.
func New(c Config) *Clients {
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	loopback := parse("127.0.0.0/8", "::1/128")
	return &Clients{public: client(c, false), local: client(Config{slices.Concat(c.Networks, loopback), c.Timeout}, true)}
}

// For returns the client for requests on behalf of the peer with that URL, such as an issuer.
func (c *Clients) For(peer string) *http.Client {
	if u, err := url.Parse(peer); err == nil && isLoopback(u.Hostname()) {
		return c.local
	}
	return c.public
}

// CheckURL returns an error unless a request on behalf of peer may go to that URL, as far as the URL tells.
func CheckURL(peer, to string) error {
	from, err := url.Parse(peer)
	if err != nil {
		return err
	}
	u, err := url.Parse(to)
	if err != nil || u.Host == "" {
		return fmt.Errorf("%q is not a URL", to)
	}
	return checkURL(u, isLoopback(from.Hostname()))
}

func checkURL(u *url.URL, local bool) error {
	if u.Scheme == "https" || u.Scheme == "http" && local && isLoopback(u.Hostname()) {
		return nil
	}
	return fmt.Errorf("requests to %s://%s are refused: only https is allowed", u.Scheme, u.Host)
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.Unmap().IsLoopback()
}

func client(c Config, local bool) *http.Client {
	environment := httpproxy.FromEnvironment()
	proxies, proxyOf := proxiesOf(environment), environment.ProxyFunc()
	plain := &net.Dialer{Timeout: c.Timeout}
	checking := &net.Dialer{Timeout: c.Timeout, Control: func(_, address string, _ syscall.RawConn) error {
		peer, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return c.checkAddr(peer.Addr())
	}}
	transport := &http.Transport{
		Proxy: func(r *http.Request) (*url.URL, error) { return proxyOf(r.URL) },
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if slices.Contains(proxies, address) {
				return plain.DialContext(ctx, network, address)
			}
			return checking.DialContext(ctx, network, address)
		},
		ForceAttemptHTTP2: true, TLSHandshakeTimeout: c.Timeout, MaxIdleConns: 10, IdleConnTimeout: 30 * time.Second,
	}
	return &http.Client{
		Transport: checked{transport, c, local}, Timeout: c.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// proxiesOf returns host and port of the proxies.
func proxiesOf(c *httpproxy.Config) (list []string) {
	for _, text := range []string{c.HTTPProxy, c.HTTPSProxy} {
		if !strings.Contains(text, "://") {
			text = "http://" + text
		}
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			continue
		}
		port := u.Port()
		if port == "" {
			port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
		}
		list = append(list, net.JoinHostPort(u.Hostname(), cmp.Or(port, "80")))
	}
	return list
}

// special are the networks of the IANA special-purpose registries (RFC 6890 and its updates) that are not
// globally reachable, and those that carry IPv4 addresses in IPv6 ones.
var special = parse("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	"5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8")

func parse(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// checkAddr returns an error unless the address is public or of one of the networks.
func (c Config) checkAddr(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	contains := func(p netip.Prefix) bool { return p.Contains(addr) }
	if !slices.ContainsFunc(special, contains) || slices.ContainsFunc(c.Networks, contains) {
		return nil
	}
	return fmt.Errorf("requests to %s are refused: it is not a public address, and FLEET_OUTGOING_NETWORKS does not "+
		"allow its network", addr)
}

// checked is a transport that refuses requests to other addresses, bounds responses and passes on the context of the
// trace.
type checked struct {
	http.RoundTripper
	config Config
	local  bool
}

// RoundTrip implements http.RoundTripper.
func (t checked) RoundTrip(r *http.Request) (*http.Response, error) {
	err := checkURL(r.URL, t.local)
	if ip, not := netip.ParseAddr(r.URL.Hostname()); err == nil && not == nil {
		err = t.config.checkAddr(ip) // a proxy would connect to it
	}
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	ctx := r.Context()
	r = r.Clone(ctx) // a transport must not change the request
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(r.Header))
	w, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		w.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(w.Body, maxResponse), w.Body}
	}
	return w, err
}
