package caller

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// Credentials checks sessions and access tokens; *auth.Service does.
type Credentials interface {
	AuthenticateSession(ctx context.Context, secret string) (auth.Identity, error)
	AuthenticateToken(ctx context.Context, token string) (auth.Identity, error)
	// Recheck checks an identity that an earlier request proved.
	Recheck(ctx context.Context, i auth.Identity) error
	// Watch calls ended when i is no longer valid, unless ctx ends before.
	Watch(ctx context.Context, i auth.Identity, ended func(error))
	// IsCached reports whether a secret was valid here lately.
	IsCached(secret string) bool
}

// Authenticator finds the caller of a request.
type Authenticator struct {
	// Credentials is nil for a server without sign-in.
	Credentials Credentials
	// Cookie is the name of the session cookie.
	Cookie string
	// Demo is the viewer of anonymous requests; nil leaves them anonymous.
	Demo *fleet.Viewer
	// AllowLookup returns RATE_LIMITED when the network of ctx's request may
	// not try unknown credentials now; nil allows all.
	AllowLookup func(ctx context.Context) error
}

// ErrNoCookie is returned for a request without a session cookie.
var ErrNoCookie error = &fleet.Error{Code: fleet.Unauthenticated, Message: "nobody is signed in"}

var errAuthorization = &fleet.Error{
	Code:    fleet.Unauthenticated,
	Message: "programs sign in by one header, Authorization: Bearer " + auth.TokenPrefix + "…",
}

// Authenticate returns the caller of r: the owner of its bearer token, or else
// of its session cookie, or else an anonymous one, which in demo mode is the
// demo's manager. An invalid token is an error: a program must not go on as
// another user. An ended session leaves the caller anonymous, and expired is
// true so that the browser drops the cookie.
func (a *Authenticator) Authenticate(r *http.Request) (c Caller, expired bool, err error) {
	ctx := r.Context()
	if headers := r.Header.Values("Authorization"); len(headers) > 0 {
		if len(headers) > 1 {
			return Caller{}, false, errAuthorization
		}
		c, err = a.authorize(ctx, headers[0])
		return c, false, err
	}
	c = Of(ctx)
	identity, err := a.Session(r)
	switch {
	case err == nil:
		return c.SignedInAs(identity), false, nil
	case fleet.CodeOf(err) != fleet.Unauthenticated:
		return Caller{}, false, err
	case a.Demo != nil:
		c.Viewer = *a.Demo
	}
	return c, !errors.Is(err, ErrNoCookie), nil
}

// Session returns the identity that r's session cookie proves, or UNAUTHENTICATED.
func (a *Authenticator) Session(r *http.Request) (auth.Identity, error) {
	cookie, err := r.Cookie(a.Cookie)
	if err != nil || a.Credentials == nil {
		return auth.Identity{}, ErrNoCookie
	}
	if err := a.allowLookup(r.Context(), cookie.Value); err != nil {
		return auth.Identity{}, err
	}
	return a.Credentials.AuthenticateSession(r.Context(), cookie.Value)
}

// Connect returns the context of a socket from the payload of its first
// message, {"Authorization": "Bearer …"} or {"headers": {"Authorization":
// "Bearer …"}}: clients in browsers cannot set headers. Without a token in it the
// caller of the handshake stays. Names are taken in any case, as those of headers.
func (a *Authenticator) Connect(ctx context.Context, payload map[string]any) (context.Context, error) {
	var given []any
	for name, value := range payload {
		switch {
		case isAuthorization(name, value):
			given = append(given, value)
		case strings.EqualFold(name, "headers"):
			headers, _ := value.(map[string]any)
			for name, value := range headers {
				if isAuthorization(name, value) {
					given = append(given, value)
				}
			}
		}
	}
	if len(given) == 0 {
		return ctx, nil
	}
	header, ok := given[0].(string)
	if !ok || len(given) > 1 {
		return ctx, errAuthorization
	}
	c, err := a.authorize(ctx, header)
	if err != nil {
		return ctx, err
	}
	return With(ctx, c), nil
}

// isAuthorization reports whether a member of a payload is the header; a client
// that has no token may send null.
func isAuthorization(name string, value any) bool {
	return value != nil && strings.EqualFold(name, "Authorization")
}

// Watch calls ended with UNAUTHENTICATED, once, when the credentials that opened
// the connection of ctx have become invalid or those of another role, unless ctx
// ends before.
func (a *Authenticator) Watch(ctx context.Context, ended func(error)) {
	if c := Of(ctx); c.SignedIn() {
		a.Credentials.Watch(ctx, c.Identity, ended)
	}
}

// Recheck returns UNAUTHENTICATED when the credentials that opened the
// connection of ctx have become invalid or those of another role. Long
// connections call it before each event; it takes at most one statement a second.
func (a *Authenticator) Recheck(ctx context.Context) error {
	before := Of(ctx)
	if !before.SignedIn() {
		return nil
	}
	return a.Credentials.Recheck(ctx, before.Identity)
}

// authorize returns the caller whose token is in an Authorization header, or
// UNAUTHENTICATED.
func (a *Authenticator) authorize(ctx context.Context, header string) (Caller, error) {
	token, ok := bearer(header)
	if !ok || a.Credentials == nil {
		return Caller{}, errAuthorization
	}
	if err := a.allowLookup(ctx, token); err != nil {
		return Caller{}, err
	}
	identity, err := a.Credentials.AuthenticateToken(ctx, token)
	if err != nil {
		return Caller{}, err
	}
	return Of(ctx).SignedInAs(identity), nil
}

// allowLookup rejects unknown credentials once the client's network has
// exhausted its budget, so that guesses never reach the database.
func (a *Authenticator) allowLookup(ctx context.Context, secret string) error {
	if a.AllowLookup == nil || a.Credentials.IsCached(secret) {
		return nil
	}
	return a.AllowLookup(ctx)
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
