package server

import (
	"net/http"

	"bitcorp.dev/fleet/internal/caller"
)

// network returns the network that an anonymous request is charged to.
func (s *Server) network(r *http.Request) string {
	return caller.Network(caller.Proxies(s.config.TrustedProxies).ClientAddr(r))
}
