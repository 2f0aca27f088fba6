package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

type identityKey struct{}

// identified finds out who asks before next answers: by an access token, else
// by the session's cookie, else nobody, which in demo mode is its manager. A
// token that opens nothing is refused, since a program must not go on as
// somebody else; a session that has ended is nobody's, and its cookie is
// taken back.
func (s *Server) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = s.visited(r)
		ctx, err := s.identify(w, r)
		if err != nil {
			// Who tries out tokens pays by their address; nobody does for a
			// database that does not answer.
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
		next.ServeHTTP(w, r.WithContext(ctx)) //nolint:contextcheck // it is made from the request's
	})
}

func (s *Server) identify(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	ctx := r.Context()
	if given := r.Header.Values("Authorization"); len(given) > 0 {
		if len(given) > 1 {
			return ctx, errAuthorization
		}
		return s.withAuthorization(ctx, given[0])
	}
	identity, err := s.session(r)
	switch {
	case err == nil:
		return withIdentity(ctx, identity), nil
	case fleet.CodeOf(err) != fleet.Unauthenticated:
		return ctx, err
	case !errors.Is(err, errNoCookie):
		http.SetCookie(w, s.cookie(s.sessionCookie(), "", -1))
	}
	if s.config.Demo != nil {
		ctx = graph.WithViewer(ctx, *s.config.Demo)
	}
	return ctx, nil
}

var (
	errNoCookie      = &fleet.Error{Code: fleet.Unauthenticated, Message: "nobody is signed in"}
	errAuthorization = &fleet.Error{Code: fleet.Unauthenticated, Message: "programs sign in by one header, Authorization: Bearer " + auth.TokenPrefix + "…"}
)

// withAuthorization returns a context of the user whose access token stands in
// an Authorization header, or UNAUTHENTICATED.
func (s *Server) withAuthorization(ctx context.Context, header string) (context.Context, error) {
	token, is := bearer(header)
	if !is || s.config.Auth == nil {
		return ctx, errAuthorization
	}
	if err := s.mayLookUp(ctx, token); err != nil {
		return ctx, err
	}
	identity, err := s.config.Auth.AuthenticateToken(ctx, token)
	if err != nil {
		return ctx, err
	}
	return withIdentity(ctx, identity), nil
}

// mayLookUp returns RATE_LIMITED for a secret that has opened nothing here
// lately, when its address has nothing left to spend: the database is not asked
// about what somebody makes up as fast as they can.
func (s *Server) mayLookUp(ctx context.Context, secret string) error {
	if s.config.Auth.IsCached(secret) {
		return nil
	}
	if d := s.budget.Take(addressOf(ctx), 0); d.Limited && d.Remaining == 0 {
		return tooMany(d)
	}
	return nil
}

// initSocket lets a client that cannot set headers, as one in a browser, sign
// in by the first message of its socket: {"Authorization": "Bearer …"}.
func (s *Server) initSocket(ctx context.Context, _ *http.Request, payload map[string]any) (context.Context, error) {
	for _, name := range []string{"Authorization", "authorization"} {
		if given, ok := payload[name].(string); ok {
			var err error
			if ctx, err = s.withAuthorization(ctx, given); err != nil {
				return ctx, err
			}
			break
		}
	}
	return ctx, s.openSockets.take(ctx, person(ctx))
}

// bearer returns the token of an Authorization header of that scheme (RFC 6750 §2.1).
func bearer(header string) (string, bool) {
	scheme, token, found := strings.Cut(header, " ")
	if !found || !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	token = strings.Trim(token, " ")
	return token, token != ""
}

// session returns whose session the request's cookie is, or UNAUTHENTICATED.
func (s *Server) session(r *http.Request) (auth.Identity, error) {
	cookie, err := r.Cookie(s.sessionCookie())
	if err != nil || s.config.Auth == nil {
		return auth.Identity{}, errNoCookie
	}
	if err := s.mayLookUp(r.Context(), cookie.Value); err != nil {
		return auth.Identity{}, err
	}
	return s.config.Auth.AuthenticateSession(r.Context(), cookie.Value)
}

func withIdentity(ctx context.Context, i auth.Identity) context.Context {
	ctx = context.WithValue(ctx, identityKey{}, i)
	if i.Kind == auth.BySession {
		ctx = graph.WithSession(ctx, i.ID)
	} else {
		ctx = graph.WithTokenEnd(ctx, i.End)
	}
	return graph.WithViewer(ctx, i.Viewer)
}

// identityOf returns what the request of ctx proved who asks with; the demo's
// manager and nobody have proved nothing.
func identityOf(ctx context.Context) (auth.Identity, bool) {
	i, ok := ctx.Value(identityKey{}).(auth.Identity)
	return i, ok
}

var errChanged = &fleet.Error{Code: fleet.Unauthenticated, Message: "your role has changed since this connection was opened: connect again"}

// recheck returns UNAUTHENTICATED when what opened the connection of ctx opens
// nothing any more, or something else. A connection that lasts asks it before
// each event; it takes a statement a second at most.
func (s *Server) recheck(ctx context.Context) error {
	before, ok := identityOf(ctx)
	if !ok {
		return nil
	}
	now, err := s.config.Auth.Recheck(ctx, before)
	if err != nil {
		return err
	}
	if now.Viewer != before.Viewer {
		return errChanged
	}
	return nil
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
