package server

import (
	"fmt"
	"net"
	"net/http"
	"strings"
)

// CheckDemo returns an error unless addr is on the loopback interface: in demo
// mode there is no sign-in.
func CheckDemo(addr string) error {
	if IsLoopback(addr) {
		return nil
	}
	return fmt.Errorf(
		"demo mode answers everybody without sign-in, so it is refused on %s: listen on 127.0.0.1, or leave --demo out",
		addr,
	)
}

// loopbackOnly is middleware that refuses other hosts than this machine in demo
// mode: a page of another site could resolve its own name to 127.0.0.1 and would
// pass for a page of this server. It holds for both listeners.
func (s *Server) loopbackOnly(next http.Handler) http.Handler {
	if s.config.Demo == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !IsLoopback(r.Host) {
			http.Error(w, "demo mode answers at localhost and 127.0.0.1 only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// IsLoopback reports whether a host, with or without a port, is this machine.
func IsLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
