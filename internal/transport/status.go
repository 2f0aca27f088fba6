package transport

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql"

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
// A response with data, also null, is a success with or without errors.
func statusOf(r *graphql.Response) int {
	if !isRequestError(r) {
		return http.StatusOK
	}
	return StatusOf(codeOf(r))
}

// plainStatusOf returns the status of a response in application/json: 200 for
// every well-formed request, except one over its budget, which proxies and
// libraries know how to repeat.
func plainStatusOf(r *graphql.Response) int {
	if isRequestError(r) && codeOf(r) == fleet.RateLimited {
		return http.StatusTooManyRequests
	}
	return http.StatusOK
}
