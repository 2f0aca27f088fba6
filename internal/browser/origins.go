package browser

import (
	"fmt"
	"net/http"

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
		if err := b.guard.AddTrustedOrigin(o); err != nil {
			return fmt.Errorf("trusted origin %q is not of the form https://app.example.com: %w", o, err)
		}
	}
	b.guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.config.Errors.Write(w, r, &fleet.Error{Code: fleet.Forbidden,
			Message: "this request came from a page of another site: its origin is not among the trusted ones"})
	}))
	return nil
}

// Guard is middleware that refuses requests that change something and that a
// browser sends for a page of another site, which must not use the visitor's
// cookies. Programs, which send neither Origin nor Sec-Fetch-Site, pass. Pages
// of the trusted origins may also read the responses, and where the server is
// reached by https browsers are told to come by nothing else.
func (b *Browser) Guard(next http.Handler) http.Handler {
	return b.overTLS(b.shared(b.guard.Handler(next)))
}

// MayOpenSocket reports whether the page that sent r may open a socket: one of
// this server or of a trusted origin. A handshake is a GET, which Guard lets
// pass, but the operations of a socket may change something, with the visitor's
// cookies.
func (b *Browser) MayOpenSocket(r *http.Request) bool {
	asPost := r.Clone(r.Context())
	asPost.Method = http.MethodPost
	return b.guard.Check(asPost) == nil
}

// shared lets pages of the trusted origins read the responses of next.
func (b *Browser) shared(next http.Handler) http.Handler {
	if len(b.config.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:   b.config.Origins,
		AllowCredentials: true,
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   []string{"Authorization", "Content-Type", cost.EstimateHeader},
		ExposedHeaders:   []string{caller.RequestIDHeader, "RateLimit", "RateLimit-Policy", "Retry-After"},
		MaxAge:           600,
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
