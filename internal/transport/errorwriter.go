package transport

import (
	"cmp"
	"context"
	"errors"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// ErrorWriter answers HTTP requests that fail outside of the transports, such as
// one whose token is invalid, in the form of a GraphQL response.
type ErrorWriter struct {
	// Present returns what clients may see of err.
	Present func(ctx context.Context, err error) *gqlerror.Error
	// Fault returns what clients see of an error of the database, nil for any
	// other error.
	Fault func(err error) *fleet.Error
}

// Status returns the HTTP status of err: that of its code, or 503 when the
// database is down or too slow.
func (e *ErrorWriter) Status(err error) int {
	code := fleet.CodeOf(err)
	if code != fleet.Internal {
		return StatusOf(code)
	}
	if fault := e.Fault(err); fault != nil {
		return StatusOf(fault.Code)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return StatusOf(code)
}

// Write answers r with err, with its status. A Retry-After that is set stays.
func (e *ErrorWriter) Write(w http.ResponseWriter, r *http.Request, err error) {
	e.WriteStatus(w, r, e.Status(err), err)
}

// WriteStatus answers r with err and a status of its own.
func (e *ErrorWriter) WriteStatus(w http.ResponseWriter, r *http.Request, status int, err error) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="fleet", error="invalid_token"`)
	}
	writeJSON(
		w,
		status,
		cmp.Or(jsonType(r.Header), plainJSON),
		&graphql.Response{Errors: gqlerror.List{e.Present(r.Context(), err)}},
	)
}

// SetRetryAfter says that a request with this status may be repeated after a
// second, unless it says something else already or should not be repeated.
func SetRetryAfter(h http.Header, status int) {
	if (status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable) && h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
}
