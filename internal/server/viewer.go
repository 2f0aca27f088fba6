package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// authenticate is middleware that loads the caller from a bearer token or the
// session cookie. Failed lookups are charged to the client's network, but not
// when the database is down.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = s.visited(r)
		c, expired, err := s.callers.Authenticate(r)
		if err != nil {
			if code := fleet.CodeOf(err); code == fleet.Unauthenticated || code == fleet.RateLimited {
				if d := s.budget.Take(addressOf(r.Context()), 1); !d.OK { //nolint:contextcheck // it is made from the request's
					tellBudget(w.Header(), d)
					s.turnAway(w, r, d)
					return
				}
			}
			s.refuse(w, r, err)
			return
		}
		if expired {
			http.SetCookie(w, s.cookie(s.sessionCookie(), "", -1))
		}
		next.ServeHTTP(w, r.WithContext(caller.With(r.Context(), c))) //nolint:contextcheck // it is made from the request's
	})
}

// allowLookup returns RATE_LIMITED when the network of ctx's request has no
// budget left.
func (s *Server) allowLookup(ctx context.Context) error {
	if d := s.budget.Take(addressOf(ctx), 0); d.Limited && d.Remaining == 0 {
		return tooMany(d)
	}
	return nil
}

// initSocket authenticates a socket and counts it.
func (s *Server) initSocket(ctx context.Context, _ *http.Request, payload map[string]any) (context.Context, error) {
	ctx, err := s.callers.Connect(ctx, payload)
	if err != nil {
		return ctx, err
	}
	return ctx, s.openSockets.take(ctx, person(ctx))
}

// statusOf is the HTTP status of a refusal outside of GraphQL's own answers.
func statusOf(err error) int {
	switch fleet.CodeOf(err) {
	case fleet.Unauthenticated:
		return http.StatusUnauthorized
	case fleet.Forbidden:
		return http.StatusForbidden
	case fleet.BadInput:
		return http.StatusBadRequest
	case fleet.NotFound:
		return http.StatusNotFound
	case fleet.RateLimited:
		return http.StatusTooManyRequests
	case fleet.LimitExceeded: // of the server as a whole
		return http.StatusServiceUnavailable
	case fleet.Timeout:
		return http.StatusGatewayTimeout
	default:
		if errors.Is(err, context.DeadlineExceeded) || store.Unavailable(err) {
			return http.StatusServiceUnavailable
		}
		return http.StatusInternalServerError
	}
}

// refuse answers a request that is not looked at further, in the shape of a
// GraphQL answer.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	shown := s.presentError(r.Context(), err)
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if strings.Contains(r.Header.Get("Accept"), "application/graphql-response+json") {
		h.Set("Content-Type", "application/graphql-response+json; charset=utf-8")
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="fleet", error="invalid_token"`)
	}
	retryAfter(h, err)
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(map[string]any{"errors": []any{shown}}); err != nil {
		s.config.Log.DebugContext(r.Context(), "refuse a request", "error", err)
	}
}

// retryAfter says when what was throttled may be tried again.
func retryAfter(h http.Header, err error) {
	var throttled *auth.Throttled
	switch {
	case errors.As(err, &throttled):
		h.Set("Retry-After", strconv.Itoa(int(throttled.RetryAfter.Seconds())))
	case statusOf(err) == http.StatusServiceUnavailable, statusOf(err) == http.StatusTooManyRequests:
		h.Set("Retry-After", "1")
	}
}

// crossOrigin refuses requests that change something and that a browser sends
// for a page of another site: the visitor's cookies are not that page's to use.
// Programs, which send neither Origin nor Sec-Fetch-Site, pass.
func (s *Server) crossOrigin(next http.Handler) (http.Handler, error) {
	guard := http.NewCrossOriginProtection()
	origins := s.config.Origins
	if u := s.config.PublicURL; u != nil {
		origins = append([]string{u.Scheme + "://" + u.Host}, origins...)
	}
	for _, o := range origins {
		if err := guard.AddTrustedOrigin(o); err != nil {
			return nil, fmt.Errorf("trusted origin %q is not of the form https://app.example.com: %w", o, err)
		}
	}
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, &fleet.Error{Code: fleet.Forbidden, Message: "this request came from a page of another site: its origin is not among the trusted ones"})
	}))
	s.guard = guard
	return guard.Handler(next), nil
}

// ownPage reports whether a page may open a socket: one of ours or of a
// trusted origin. A handshake is a GET, which the guard lets pass, but what
// comes over the socket may change something, with the visitor's cookies.
func (s *Server) ownPage(r *http.Request) bool {
	asked := r.Clone(r.Context())
	asked.Method = http.MethodPost
	return s.guard.Check(asked) == nil
}
