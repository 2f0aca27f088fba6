// Package caller holds what the server knows about the sender of a request: one
// value in the context, filled by middleware and read by everything below it.
// Authenticator fills it from a bearer token or the session cookie, Proxies
// finds the client's address. What a caller may see and change is decided in
// the fleet and the store.
package caller

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// RequestIDHeader is the response header with the id of the request.
const RequestIDHeader = "X-Request-Id"

// Caller is the sender of a request. The zero Caller is an anonymous client
// of an unknown address.
type Caller struct {
	// RequestID is returned to the client in a header; the log and the history
	// of the fleet's rows quote it.
	RequestID string
	// Address is the network of the client, as Network names it.
	Address string
	// Viewer is the user on whose behalf the request is answered; the zero
	// Viewer for anonymous requests. In demo mode it is set without a sign-in.
	Viewer fleet.Viewer
	// Identity is the session or the access token that proved Viewer; its Kind
	// is "" when there was none.
	Identity auth.Identity
}

type key struct{}

// With returns a context whose request was sent by c, in place of an earlier caller.
func With(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, key{}, &c)
}

// Of returns the caller of ctx's request; the zero Caller outside of requests.
func Of(ctx context.Context) Caller {
	if c, ok := ctx.Value(key{}).(*Caller); ok {
		return *c
	}
	return Caller{}
}

// ViewerOf returns the viewer of ctx's request, and whether there is one.
func ViewerOf(ctx context.Context) (fleet.Viewer, bool) {
	c, ok := ctx.Value(key{}).(*Caller)
	if !ok {
		return fleet.Viewer{}, false
	}
	return c.Viewer, c.Viewer != fleet.Viewer{}
}

// SignedInAs returns c with the identity that a session or a token proved.
func (c Caller) SignedInAs(i auth.Identity) Caller {
	c.Identity, c.Viewer = i, i.Viewer
	return c
}

// SignedIn reports whether the request carried a valid session or token.
func (c Caller) SignedIn() bool { return c.Identity.Kind != "" }

// Session returns the id of the browser session that sent the request; zero
// for other requests.
func (c Caller) Session() fleet.UUID {
	if c.Identity.Kind != auth.BySession {
		return fleet.UUID{}
	}
	return c.Identity.ID
}

// Credential names the session or the access token of the request; zero without one.
func (c Caller) Credential() fleet.Credential { return c.Identity.Credential() }

// TokenEnd returns the time at which the access token of the request ends; zero
// for requests without one.
func (c Caller) TokenEnd() time.Time {
	if c.Identity.Kind != auth.ByToken {
		return time.Time{}
	}
	return c.Identity.End
}

// BudgetKey names the request budget that c draws from: each access token has
// its own, all browsers of a user share one, anonymous clients of a network
// share another.
func (c Caller) BudgetKey() string {
	if c.Identity.Kind == auth.ByToken {
		return c.Identity.TokenKey()
	}
	return c.QuotaKey()
}

// QuotaKey names the user that c is, with whatever credentials: more access
// tokens must not open more sockets. Anonymous clients are counted by network.
func (c Caller) QuotaKey() string {
	if c.SignedIn() {
		return c.Identity.UserKey()
	}
	return c.AddressKey()
}

// AddressKey names the budget of c's network, which failed sign-ins and
// unknown tokens are charged to.
func (c Caller) AddressKey() string { return "address:" + c.Address }
