package transport

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// statuses is the HTTP status of each code, for requests that were not
// executed. Whatever else the executor reports is an invalid request.
var statuses = map[fleet.Code]int{
	fleet.BadInput:        http.StatusBadRequest,
	fleet.Unauthenticated: http.StatusUnauthorized,
	fleet.Forbidden:       http.StatusForbidden,
	fleet.NotFound:        http.StatusNotFound,
	fleet.Conflict:        http.StatusConflict,
	fleet.LimitExceeded:   http.StatusBadRequest, // of the request; a limit of the server is its own 503
	fleet.RateLimited:     http.StatusTooManyRequests,
	fleet.Timeout:         http.StatusGatewayTimeout,
	fleet.Unavailable:     http.StatusServiceUnavailable,
	fleet.Internal:        http.StatusInternalServerError,
}

// StatusOf returns the HTTP status of a code.
func StatusOf(code fleet.Code) int {
	if status, ok := statuses[code]; ok {
		return status
	}
	return http.StatusBadRequest
}

// statusOf returns the status of a response in application/graphql-response+json.
// A response with data, also null, is a success with or without errors, unless
// it has no value at all because the database does not answer.
func statusOf(r *graphql.Response) int {
	switch {
	case isUnavailable(r):
		return http.StatusServiceUnavailable
	case !isRequestError(r):
		return http.StatusOK
	default:
		return StatusOf(codeOf(r))
	}
}

// plainStatusOf returns the status of a response in application/json: 200 for
// every well-formed request, except one over its budget and one that the
// database did not answer, which proxies and libraries know how to repeat.
func plainStatusOf(r *graphql.Response) int {
	switch {
	case isUnavailable(r):
		return http.StatusServiceUnavailable
	case isRequestError(r) && codeOf(r) == fleet.RateLimited:
		return http.StatusTooManyRequests
	default:
		return http.StatusOK
	}
}

// isUnavailable reports whether r has no value, because the database does not
// answer: every field of the operation is null, and an error says UNAVAILABLE.
func isUnavailable(r *graphql.Response) bool {
	if !slices.ContainsFunc(r.Errors, func(e *gqlerror.Error) bool { return codeOfError(e) == fleet.Unavailable }) {
		return false
	}
	if r.Data == nil {
		return true
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(r.Data, &fields); err != nil {
		return false
	}
	for _, value := range fields {
		if string(value) != "null" {
			return false
		}
	}
	return true
}
