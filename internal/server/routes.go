package server

import (
	"context"
	"net/http"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
	"bitcorp.dev/fleet/internal/telemetry"
)

// routes returns the handler of all requests.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	graphql := s.authenticate(s.admission.Meter(http.HandlerFunc(s.serveGraphQL), s.slowly))
	mux.Handle("/graphql", graphql)
	mux.Handle("/graphql/{$}", graphql)
	mux.Handle("GET "+exportPath+"{file}", s.authenticate(s.admission.Meter(http.HandlerFunc(s.serveExport), s.slowly)))
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	s.browser.Routes(mux)
	guarded := s.closing(s.loopbackOnly(s.browser.Guard(routed(mux))))
	return noPage(s.withCaller(s.traced(s.measured(s.recovering(guarded)))))
}

// noPage is middleware that keeps answers from acting as a page of this server. Pages set a policy of their own.
func noPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy",
			"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// closing is middleware that closes connections after their answer while the
// server drains, and those of requests with Transfer-Encoding always. Such a one must be closed if the request has a
// Content-Length too (RFC 9112, section 6.1), because a proxy may have read the
// rest as another request, and net/http hides whether it has.
func (s *Server) closing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 1 && (len(r.TransferEncoding) > 0 || s.draining.Load()) {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// withCaller is middleware that gives each request an id, the address of its
// client and its measurements.
func (s *Server) withCaller(next http.Handler) http.Handler {
	proxies := caller.Proxies(s.config.TrustedProxies)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := caller.Caller{RequestID: requestID(r), Address: caller.Network(proxies.ClientAddr(r))}
		w.Header().Set(caller.RequestIDHeader, c.RequestID)
		ctx, _ := telemetry.With(caller.With(r.Context(), c), c.RequestID)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recovering is middleware that answers a panic of a handler with INTERNAL.
// net/http would drop the connection and log the panic below the level that is written.
func (s *Server) recovering(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // it has the request
			panicked := recover()
			if panicked == nil {
				return
			}
			if panicked == http.ErrAbortHandler { //nolint:errorlint // the value itself, which drops the connection
				panic(panicked)
			}
			guard.Log(r.Context(), "handler", panicked, "request", caller.Of(r.Context()).RequestID)
			s.errors.Write(w, r, &guard.Panic{Where: "handler", Value: panicked})
		}()
		next.ServeHTTP(w, r)
	})
}

// authenticate is middleware that loads the caller from a bearer token or the
// session cookie. Failed lookups are charged to the client's network, but not
// when the database is down.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, expired, err := s.callers.Authenticate(r)
		if err != nil {
			code := fleet.CodeOf(err)
			failed := code == fleet.Unauthenticated || code == fleet.RateLimited
			if !failed || s.admission.Admit(w, r, caller.Of(r.Context()).AddressKey(), s.slowly) {
				s.errors.Write(w, r, err)
			}
			return
		}
		if expired {
			s.browser.DropSession(w)
		}
		telemetry.Of(r.Context()).SetUser(userOf(c))
		next.ServeHTTP(w, r.WithContext(caller.With(r.Context(), c)))
	})
}

// serveGraphQL answers requests, sockets and event streams.
func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	if s.transports.Streams(r) {
		if err := s.admission.Connect(s.transports.Sockets() + s.transports.EventStreams()); err != nil {
			s.errors.WriteStatus(w, r, http.StatusServiceUnavailable, err)
			return
		}
	}
	s.transports.Cut(s.graphql).ServeHTTP(w, r)
}

// connect authenticates a socket by its first message.
func (s *Server) connect(ctx context.Context, _ *http.Request, payload map[string]any) (context.Context, error) {
	return s.callers.Connect(ctx, payload)
}

// explores returns an error unless the caller of ctx may explore the schema: programs
// are written against it and analyses made with it, while operators and
// anonymous callers use a client that knows it.
func explores(ctx context.Context) error {
	v, ok := caller.ViewerOf(ctx)
	if !ok {
		return &fleet.Error{Code: fleet.Unauthenticated, Message: "the schema is for users who are signed in: sign in first"}
	}
	return v.Check(fleet.RoleAnalyst, fleet.ScopeRead)
}
