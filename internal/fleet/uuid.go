package fleet

import (
	"errors"

	"github.com/google/uuid"
)

// UUID is the key of a row. New rows get version 7 keys (RFC 9562 §5.7):
// they begin with the time, so that newer rows sort behind older ones.
type UUID [16]byte

// NewUUID returns a new version 7 key. Keys made by one process increase
// strictly, also within one millisecond.
func NewUUID() UUID {
	return UUID(uuid.Must(uuid.NewV7())) // fails only when the system has no randomness
}

// String returns the 36-character form, lower case.
func (u UUID) String() string { return uuid.UUID(u).String() }

// IsZero reports whether u is the zero key, which no row has.
func (u UUID) IsZero() bool { return u == UUID{} }

// ErrUUID says that a text is not a UUID.
var ErrUUID = errors.New("not a UUID")

// ParseUUID reads the 36-character form in either case.
func ParseUUID(s string) (UUID, error) {
	if len(s) != 36 { // the library takes three more forms; one way to write a key is enough
		return UUID{}, ErrUUID
	}
	u, err := uuid.Parse(s)
	if err != nil {
		return UUID{}, ErrUUID
	}
	return UUID(u), nil
}

// MarshalText writes the 36-character form.
func (u UUID) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the 36-character form.
func (u *UUID) UnmarshalText(text []byte) (err error) {
	*u, err = ParseUUID(string(text))
	return err
}
