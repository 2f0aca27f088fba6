package server

import (
	"context"
	"net/http"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// requestIDHeader returns the id of a request to the client, which can quote
// it; the log has it too.
const requestIDHeader = "X-Request-Id"

// withRequestID is middleware that gives each request an id. An id sent by the
// client is ignored: it could be made to look like another request's.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := fleet.NewUUID().String()
		w.Header().Set(requestIDHeader, id)
		next.ServeHTTP(w, r.WithContext(caller.With(r.Context(), caller.Caller{RequestID: id})))
	})
}

func requestID(ctx context.Context) string { return caller.Of(ctx).RequestID }
