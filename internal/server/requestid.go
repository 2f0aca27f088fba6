package server

import (
	"context"
	"net/http"

	"bitcorp.dev/fleet/internal/fleet"
)

type requestIDKey struct{}

// requestIDHeader carries the id of a request back to the client, who can
// quote it; the log has it too.
const requestIDHeader = "X-Request-Id"

// withRequestID gives each request an id of ours: one sent by a client could
// be made to look like another's.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := fleet.NewUUID().String()
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
