package server

import (
	"net/http"

	"github.com/rs/cors"

	"bitcorp.dev/fleet/internal/gql/cost"
)

// shared lets pages of the configured origins read the answers of next. With
// none configured no page of another site may.
func (s *Server) shared(next http.Handler) http.Handler {
	if len(s.config.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:   s.config.Origins,
		AllowCredentials: true,
		AllowedMethods:   []string{http.MethodGet, http.MethodPost},
		AllowedHeaders:   []string{"Authorization", "Content-Type", cost.EstimateHeader},
		ExposedHeaders:   []string{requestIDHeader, "RateLimit", "RateLimit-Policy", "Retry-After"},
		MaxAge:           600,
	}).Handler(next)
}

// overTLS tells browsers to come by https alone from now on, where they do.
func (s *Server) overTLS(next http.Handler) http.Handler {
	if s.config.PublicURL == nil || s.config.PublicURL.Scheme != "https" {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}
