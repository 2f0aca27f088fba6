package fleet

import (
	"crypto/sha256"
	"fmt"
	"time"
)

// WriteInfo describes the request that makes a write.
type WriteInfo struct {
	Request string // id of the request; "" from the command line
	// By is the session or the access token of the request; zero from the command line and
	// in demo mode. A write is refused once it has ended.
	By Credential
	// Once, if not nil, makes a repeated write happen once.
	Once *Once
	// Reason is why the change is made, as the user gave it; nil for none. The history has it.
	Reason *string
	// Confirmed says that values that can hardly be true are what the user means.
	Confirmed bool
}

// Credential names the session or the access token that proved a viewer: at most one of both.
type Credential struct{ Session, Token UUID }

// Proof is what a sign-in has verified. A session is opened only while it still holds.
type Proof struct {
	Hash            string // of the password; "" for single sign-on
	Issuer, Subject string // of the identity provider; "" for a password
}

// IdempotencyTTL is how long the answer to a write with a key is stored: a device that was offline
// for weeks can send its writes again.
const IdempotencyTTL = 30 * 24 * time.Hour

// Once is a client's idempotency key. Within IdempotencyTTL the same key and
// input get the first answer again; the same key with another input is a CONFLICT.
type Once struct {
	Key   string
	Input [sha256.Size]byte // hash of the operation and its arguments
}

// MaxIdempotencyKey is the maximum length of a key, in characters.
const MaxIdempotencyKey = 200

// CheckKey returns a BAD_INPUT without field unless the key is valid.
func (o *Once) CheckKey() error { return checkRequired(o.Key, MaxIdempotencyKey) }

// CheckInput returns a CONFLICT unless the key was first used with this input.
func (o *Once) CheckInput(first []byte) error {
	if string(first) != string(o.Input[:]) {
		return Conflictf(KeyReused, "idempotencyKey",
			"%s was used for another input within the last 30 days: a key belongs to one input", Quote(o.Key))
	}
	return nil
}

// Item returns the WriteInfo of the item at index i of a batch, with a key derived from that of the
// batch.
func (w WriteInfo) Item(i int) WriteInfo {
	if w.Once != nil {
		once := *w.Once
		once.Key = fmt.Sprintf("%s #%d", once.Key, i)
		w.Once = &once
	}
	return w
}
