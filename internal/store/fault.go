package store

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// errSilent is returned when the pool has room for a connection, but none that answers.
var errSilent = errors.New("no connection to the database answers")

// commitError is the loss of a connection during a COMMIT: the transaction may have been committed.
type commitError struct{ error }

func (e commitError) Unwrap() error { return e.error }

// Fault returns what the caller of a request is told of an error of the database: TIMEOUT for a
// statement that PostgreSQL has ended, UNAVAILABLE for a database that cannot be reached, nil for
// any other error.
func Fault(err error) *fleet.Error {
	var uncertain commitError
	switch {
	case stateOf(err) == "57014": // query_canceled, by statement_timeout
		return &fleet.Error{Code: fleet.Timeout,
			Message: "the database ended a statement that took too long: ask for less at once, or try again in a moment"}
	case !unavailable(err):
		return nil
	case errors.As(err, &uncertain):
		return &fleet.Error{Code: fleet.Unavailable, Message: "the database did not confirm the change, " +
			"which may have been saved: look at it first, or repeat it with the same idempotencyKey"}
	default:
		return &fleet.Error{Code: fleet.Unavailable, Message: "the database does not answer: try again in a moment"}
	}
}

// unavailable reports whether err means that the database cannot be reached: it is stopped,
// starting, out of connections, or behind a broken network. The same request may succeed later.
func unavailable(err error) bool {
	if state := stateOf(err); state != "" {
		// Class 08: connection exception; 57P: shut down, crashed, starting; 53300: too many connections.
		return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P") || state == "53300"
	}
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) || errors.Is(err, errSilent) {
		return true
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return false // the request has ended, which closes its connection
	}
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, pgconn.ErrConnClosed)
}

// stateOf returns the SQLSTATE of an error that PostgreSQL has sent, "" for any other.
func stateOf(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}
