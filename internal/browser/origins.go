package browser

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/rs/cors"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/cost"
)

// protect makes the guard of requests from pages of other sites.
func (b *Browser) protect() error {
	b.guard = http.NewCrossOriginProtection()
	origins := b.config.Origins
	if u := b.config.PublicURL; u != nil {
		origins = append([]string{u.Scheme + "://" + u.Host}, origins...)
	}
	for _, o := range origins {
		err := b.guard.AddTrustedOrigin(o)
		if err == nil && strings.Contains(o, "*") { // a pattern to rs/cors
			err = errors.New("it must be one origin, without *")
		}
		if err != nil {
			return fmt.Errorf("trusted origin %q is not of the form https://app.example.com: %w", o, err)
		}
	}
	b.guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // so that the page can read the reason; it has no secret
		b.config.Errors.Write(w, r, refused(r))
	}))
	return nil
}

// refused says what lets the page that sent r send it.
func refused(r *http.Request) error {
	page := "a page of another site"
	if origin := r.Header.Get("Origin"); origin != "" {
		page = "a page of " + fleet.Quote(origin)
	}
	return &fleet.Error{Code: fleet.Forbidden, Message: page + " may not send this: " +
		"if it is yours, add its origin to FLEET_ORIGINS, such as FLEET_ORIGINS=https://app.example.com, and restart the server"}
}

// Guard is middleware that refuses requests that change something and that a
// browser sends for a page of another site, which must not use the visitor's
// cookies. Programs, which send neither Origin nor Sec-Fetch-Site, pass. Pages
// of the trusted origins may also read the responses, and where the server is
// reached by https browsers are told to come by nothing else.
func (b *Browser) Guard(next http.Handler) http.Handler {
	return b.overTLS(b.shared(b.guard.Handler(next)))
}

// CheckSocket returns FORBIDDEN unless the page that sent r may open a socket: one
// of this server or of a trusted origin. A handshake is a GET, which Guard lets
// pass, but the operations of a socket may change something, with the visitor's
// cookies.
func (b *Browser) CheckSocket(r *http.Request) error {
	if !b.trusts(r) {
		return refused(r)
	}
	return nil
}

// trusts reports whether the page that sent r may change something.
func (b *Browser) trusts(r *http.Request) bool {
	asPost := r.Clone(r.Context())
	asPost.Method = http.MethodPost
	return b.guard.Check(asPost) == nil
}

// MayCompress reports whether the answer to r may be compressed. The length of a
// compressed answer tells whether text of an attacker occurs in its secrets too,
// if the attacker can send many requests with the visitor's cookies and see the
// lengths (BREACH). Links and windows of other sites do send such requests. So a
// request with cookies must have been sent by a script of this server's pages or
// of a trusted origin; browsers name both in headers that pages cannot set.
func (b *Browser) MayCompress(r *http.Request) bool {
	if r.Header.Get("Cookie") == "" {
		return true
	}
	return (r.Header.Get("Sec-Fetch-Site") == "same-origin" || r.Header.Get("Origin") != "") && b.trusts(r)
}

// allowedHeaders are the headers that pages of trusted origins may send: ours, and
// those of tracing and of clients that name themselves.
var allowedHeaders = []string{
	"Authorization", "Content-Type", cost.EstimateHeader,
	"traceparent", "tracestate", "baggage", "sentry-trace",
	"apollographql-client-name", "apollographql-client-version", "graphql-client-name", "graphql-client-version",
}

// shared lets pages of the trusted origins read the responses of next. The
// preflights of other pages are answered with what lets them pass.
func (b *Browser) shared(next http.Handler) http.Handler {
	forTrusted := b.sharedWithTrusted(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" && !b.trusts(r) {
			w.Header().Add("Vary", "Origin")
			b.config.Errors.Write(w, r, refused(r))
			return
		}
		forTrusted.ServeHTTP(w, r)
	})
}

func (b *Browser) sharedWithTrusted(next http.Handler) http.Handler {
	if len(b.config.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:   b.config.Origins,
		AllowCredentials: true,
		AllowedMethods:   []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders:   allowedHeaders,
		ExposedHeaders: []string{caller.RequestIDHeader, "RateLimit", "RateLimit-Policy", "Retry-After",
			"X-Response-Time", "X-Memory-Used"},
		MaxAge: 600,
	}).Handler(next)
}

// overTLS makes browsers use https from now on, where the server is reached by it.
func (b *Browser) overTLS(next http.Handler) http.Handler {
	if !overHTTPS(b.config.PublicURL) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}
