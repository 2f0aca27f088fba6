package fleet

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Code says what kind of failure an Error is; clients branch on it.
type Code string

// The codes of the contract. Everything that is not an Error is Internal.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // the request has no valid session or token
	Forbidden       Code = "FORBIDDEN"       // the viewer's role does not allow it
	BadInput        Code = "BAD_INPUT"       // an argument is outside what is allowed
	NotFound        Code = "NOT_FOUND"       // no such row that the viewer may see
	Conflict        Code = "CONFLICT"        // the data, as it is now, does not allow it
	LimitExceeded   Code = "LIMIT_EXCEEDED"  // the request asks for too much at once
	RateLimited     Code = "RATE_LIMITED"    // too many requests in a short time
	Timeout         Code = "TIMEOUT"         // the deadline passed before the response was complete
	Unavailable     Code = "UNAVAILABLE"     // the database does not answer; the same request may succeed later
	Internal        Code = "INTERNAL"        // a fault of the server; details are only in the log
)

// Error is a failure that the caller can act on. Any other error is internal
// and only logged.
type Error struct {
	Code    Code
	Reason  Reason // why it was refused; "" for that of the code
	Field   string // path of the invalid argument, such as "filter.costMin"; "" for none
	Related string // the argument to name instead when Field was not given; "" for none
	Message string // for people: the value and what is allowed
}

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// BadInputf returns a BAD_INPUT about the argument named by field.
func BadInputf(field, format string, args ...any) error {
	return &Error{Code: BadInput, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Conflictf returns a CONFLICT for that reason, about the argument named by field.
func Conflictf(why Reason, field, format string, args ...any) error {
	return &Error{Code: Conflict, Reason: why, Field: field, Message: fmt.Sprintf(format, args...)}
}

// NotFoundf returns a NOT_FOUND about the argument named by field.
func NotFoundf(field, format string, args ...any) error {
	return &Error{Code: NotFound, Field: field, Message: fmt.Sprintf(format, args...)}
}

// InField returns err with parent prepended to its field: an Error about "costMin" in the field
// "filter" becomes one about "filter.costMin". Other errors, and nil, are returned unchanged.
func InField(parent string, err error) error {
	var conflict *StaleVersion
	if errors.As(err, &conflict) {
		in := *conflict
		in.Field = below(parent, in.Field)
		return &in
	}
	list := FaultsOf(err)
	if list == nil {
		return err
	}
	var in Faults
	for _, e := range list {
		moved := *e
		moved.Field = below(parent, e.Field)
		if e.Related != "" {
			moved.Related = below(parent, e.Related)
		}
		in = append(in, &moved)
	}
	return in.Err()
}

// below returns the path of a field within parent; either may be empty.
func below(parent, field string) string {
	if parent == "" || field == "" {
		return parent + field
	}
	return parent + "." + field
}

// CodeOf returns the code of an Error within err, else Internal.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// quoteMax is how many bytes of a refused value an error repeats: enough to
// recognise it, too few to flood a log.
const quoteMax = 60

// Quote returns s in quotes, cut to a length fit for a message.
func Quote(s string) string {
	if len(s) <= quoteMax {
		return strconv.Quote(s)
	}
	cut := quoteMax
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return strconv.Quote(s[:cut]) + "…"
}
