package caller

import (
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks of trusted reverse proxies.
type Proxies []netip.Prefix

// ClientAddr returns the address that a request comes from; the zero Addr when
// it is unknown. Behind trusted proxies it is the last address in
// X-Forwarded-For that is not a proxy's: the client can forge all before it.
func (p Proxies) ClientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	if !p.contain(addr) { // the common case
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && p.contain(addr); i-- {
		hop, err := parseHop(strings.TrimSpace(hops[i]))
		if err != nil {
			break // written by the proxy, not by the client
		}
		addr = hop.Unmap()
	}
	return addr
}

// parseHop parses an address; some proxies append its port.
func parseHop(text string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(text, "[]"))
}

func (p Proxies) contain(addr netip.Addr) bool {
	for _, network := range p {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}

// Network names the part of the internet that shares a budget: an IPv4
// address, or the IPv6 /64 that one customer of a provider has.
func Network(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}
