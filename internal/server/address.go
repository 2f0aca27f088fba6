package server

import (
	"net/http"
	"net/netip"
	"strings"

	"bitcorp.dev/fleet/internal/limit"
)

// clientAddr returns the address that a request comes from; the zero Addr when
// it cannot be told. Behind proxies that we trust it is the last one in
// X-Forwarded-For that is not one of theirs: what stands before it the client
// may have written.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.isProxy(addr); i-- {
		hop, err := parseHop(strings.TrimSpace(hops[i]))
		if err != nil {
			break // the proxy has the word, not the client
		}
		addr = hop.Unmap()
	}
	return addr
}

// parseHop reads an address; some proxies write its port behind it.
func parseHop(text string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(text); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(text, "[]"))
}

func (s *Server) isProxy(addr netip.Addr) bool {
	for _, p := range s.config.TrustedProxies {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// network names whose budget an anonymous request uses.
func (s *Server) network(r *http.Request) string { return limit.Network(s.clientAddr(r)) }
