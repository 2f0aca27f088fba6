package fleet

// Reason says why a mutation was refused, finer than a Code, so that clients can react without
// reading the message.
type Reason string

// The reasons of the contract.
const (
	Invalid     Reason = "INVALID"   // the value is not allowed
	Missing     Reason = "NOT_FOUND" // the company has no such row
	Taken       Reason = "TAKEN"     // another row has this value, which must be unique
	Stale       Reason = "STALE_VERSION"
	Transition  Reason = "TRANSITION"  // the status of a row does not allow the change
	Overlap     Reason = "OVERLAP"     // another assignment of the machine has this time
	InUse       Reason = "IN_USE"      // the row is still in use
	Decreasing  Reason = "DECREASING"  // the readings of a meter would decrease
	Implausible Reason = "IMPLAUSIBLE" // the value can hardly be true; it can be confirmed
	LastAdmin   Reason = "LAST_ADMIN"  // the company would have no administrator
	TooMany     Reason = "TOO_MANY"    // the user or the company has as many rows of this kind as are allowed
	NoPassword  Reason = "NO_PASSWORD" // the user signs in through an identity provider
	KeyReused   Reason = "KEY_REUSED"  // the idempotency key belongs to another input
	Concurrent  Reason = "CONCURRENT"  // another change was made at the same time; a retry may succeed
	Unanswered  Reason = "UNAVAILABLE" // the database did not answer
	ServerError Reason = "INTERNAL"    // a fault of the server
)

// Reasons lists every reason.
func Reasons() []Reason {
	return []Reason{
		Invalid,
		Missing,
		Taken,
		Stale,
		Transition,
		Overlap,
		InUse,
		Decreasing,
		Implausible,
		LastAdmin,
		TooMany,
		NoPassword,
		KeyReused,
		Concurrent,
		Unanswered,
		ServerError,
	}
}

// Why returns the reason of the error: the one that was given, or that of its code.
func (e *Error) Why() Reason {
	switch {
	case e.Reason != "":
		return e.Reason
	case e.Code == BadInput:
		return Invalid
	case e.Code == NotFound:
		return Missing
	case e.Code == Unavailable:
		return Unanswered
	default:
		return ServerError
	}
}
