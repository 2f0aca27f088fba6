package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"bitcorp.dev/fleet/internal/fleet"
)

// Hashing is what one password costs with Argon2id (RFC 9106).
type Hashing struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultHashing is the first choice of OWASP's password storage cheat sheet
// that suits a server which hashes many at once: 19 MiB, two passes.
var DefaultHashing = Hashing{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	saltLength = 16
	keyLength  = 32

	// Of a stored hash, whoever wrote it: more would let a row of the
	// database take the server's memory.
	maxMemory = 1 << 20 // KiB
	maxPasses = 100
)

// Bounds of a password, in characters.
const (
	MinPassword = 12
	MaxPassword = 200
)

// CheckPassword returns an error about field unless a new password is long
// enough. Length is what protects; rules about digits and signs do not.
func CheckPassword(field, password string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return fleet.BadInputf(field, "the password is not valid UTF-8")
	case n < MinPassword || n > MaxPassword:
		return fleet.BadInputf(field, "the password has %d characters: %d to %d are needed", n, MinPassword, MaxPassword)
	}
	return nil
}

// hasher hashes a few passwords at a time: each takes memory, and whoever
// floods the sign-in must not be able to take all of it.
type hasher struct {
	cost   Hashing
	places chan struct{} // of those who hash
	queue  chan struct{} // of those who hash or wait to
	decoy  string        // the hash of nobody's password
}

// waiting is how many may wait for each one that hashes.
const waiting = 16

func newHasher(cost Hashing) (*hasher, error) {
	if cost.Memory < 8*uint32(cost.Threads) || cost.Memory > maxMemory || cost.Passes < 1 || cost.Passes > maxPasses || cost.Threads < 1 {
		return nil, fmt.Errorf("passwords cannot be hashed with %+v", cost)
	}
	n := max(2, runtime.GOMAXPROCS(0))
	h := &hasher{cost: cost, places: make(chan struct{}, n), queue: make(chan struct{}, n*(1+waiting))}
	h.decoy = h.sum(newSecret())
	return h, nil
}

// hash returns the PHC string of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return h.sum(password), nil
}

// verify reports whether password is the one of a PHC string, and whether that
// should be made again since the cost has changed. For the empty string it
// works as long as for any other and reports false.
func (h *hasher) verify(ctx context.Context, phc, password string) (right, outdated bool, err error) {
	known := phc != ""
	if !known {
		phc = h.decoy
	}
	cost, salt, key, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	got := argon2.IDKey(normal(password), salt, cost.Passes, cost.Memory, cost.Threads, uint32(len(key)))
	same := subtle.ConstantTimeCompare(got, key) == 1
	return same && known, cost != h.cost || len(key) != keyLength, nil
}

// enter waits for a place, unless too many wait already.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, &Throttled{RetryAfter: 2 * time.Second, Message: "too many people sign in at this moment: try again in 2 seconds"}
	}
	select {
	case h.places <- struct{}{}:
		return func() { <-h.places; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, ctx.Err()
	}
}

func (h *hasher) sum(password string) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: it ends the process instead
	key := argon2.IDKey(normal(password), salt, h.cost.Passes, h.cost.Memory, h.cost.Threads, keyLength)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.Memory, h.cost.Passes, h.cost.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// normal returns the bytes of a password that are the same on every keyboard.
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

func parsePHC(phc string) (cost Hashing, salt, key []byte, err error) {
	bad := func() (Hashing, []byte, []byte, error) {
		return Hashing{}, nil, nil, fmt.Errorf("a stored password is no Argon2id hash") // never say what it is
	}
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad()
	}
	var rest string
	if n, err := fmt.Sscanf(parts[3]+" .", "m=%d,t=%d,p=%d %s", &cost.Memory, &cost.Passes, &cost.Threads, &rest); err != nil || n != 4 || rest != "." {
		return bad()
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err = b64.DecodeString(parts[4])
	if err != nil || len(salt) < 8 || len(salt) > 64 {
		return bad()
	}
	key, err = b64.DecodeString(parts[5])
	if err != nil || len(key) < 16 || len(key) > 64 ||
		cost.Memory < 8 || cost.Memory > maxMemory || cost.Passes < 1 || cost.Passes > maxPasses || cost.Threads < 1 {
		return bad()
	}
	return cost, salt, key, nil
}
