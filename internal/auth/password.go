package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Hashing is the cost of one password hash: the parameters of Argon2id (RFC 9106).
type Hashing struct {
	Memory  uint32 // memory size m, in KiB: 8 for each thread to 1 GiB
	Passes  uint32 // number of passes t: 1 to 100
	Threads uint8  // degree of parallelism p: at least 1
}

// DefaultHashing is 19 MiB and two passes: of the settings that OWASP's password
// storage cheat sheet recommends, one that suits a server which hashes several
// passwords at once.
var DefaultHashing = Hashing{Memory: 19 * 1024, Passes: 2, Threads: 1}

const (
	saltLength = 16
	keyLength  = 32

	// Limits of the parameters, also of a stored hash: without them a row of the
	// database could exhaust the server's memory.
	maxMemory = 1 << 20 // KiB
	maxPasses = 100
)

// valid reports whether the parameters are in range.
func (c Hashing) valid() bool {
	return c.Memory >= 8 && c.Memory <= maxMemory && c.Passes >= 1 && c.Passes <= maxPasses && c.Threads >= 1
}

// hasher hashes a limited number of passwords at a time: each hash takes memory,
// and a flood of sign-ins must not exhaust it.
//
// Hashes for new passwords run one at a time and wait in a queue of their own, so that
// setting many passwords leaves the other slots to sign-ins.
type hasher struct {
	cost     Hashing
	slots    semaphore    // of all hashes
	settings semaphore    // of hashes for new passwords, which then need a slot too
	decoy    string       // PHC string of a random password, for unknown users
	verified atomic.Int64 // hashes of sign-ins so far, which tests count
}

// maxQueued is how many hashes may wait per slot.
const maxQueued = 16

// semaphore has a bounded queue.
type semaphore struct {
	running chan struct{}
	queued  chan struct{} // those that run too
}

func newSemaphore(slots int) semaphore {
	return semaphore{running: make(chan struct{}, slots), queued: make(chan struct{}, slots*(1+maxQueued))}
}

// acquire waits for a slot. It returns Throttled if the queue is full.
func (s semaphore) acquire(ctx context.Context, what string) (release func(), err error) {
	select {
	case s.queued <- struct{}{}:
	default:
		return nil, &Throttled{RetryAfter: 2 * time.Second,
			Message: "too many " + what + " at the moment: try again in 2 seconds"}
	}
	select {
	case s.running <- struct{}{}:
		return func() { <-s.running; <-s.queued }, nil
	case <-ctx.Done():
		<-s.queued
		return nil, ctx.Err()
	}
}

func newHasher(cost Hashing) (*hasher, error) {
	if !cost.valid() || cost.Memory < 8*uint32(cost.Threads) {
		return nil, fmt.Errorf("Argon2id parameters out of range: %+v", cost)
	}
	h := &hasher{cost: cost, slots: newSemaphore(max(2, runtime.GOMAXPROCS(0))), settings: newSemaphore(1)}
	h.decoy = h.sum(newSecret())
	return h, nil
}

// hash returns the hash of a new password as a PHC string. It waits for a slot and returns
// Throttled if too many callers wait already, else ctx's error.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	done, err := h.settings.acquire(ctx, "passwords are being set")
	if err != nil {
		return "", err
	}
	defer done()
	release, err := h.slots.acquire(ctx, "sign-ins")
	if err != nil {
		return "", err
	}
	defer release()
	return h.sum(password), nil
}

// verify reports whether password matches a PHC string, and whether the hash is
// outdated because the configured cost differs. The empty PHC string matches no
// password; verifying it takes as long as any other, so that the time does not
// tell whether a user exists. Errors are those of hash, and one for a malformed
// PHC string.
func (h *hasher) verify(ctx context.Context, phc, password string) (matches, outdated bool, err error) {
	known := phc != ""
	if !known {
		phc = h.decoy
	}
	cost, salt, key, err := parsePHC(phc)
	if err != nil {
		return false, false, err
	}
	release, err := h.slots.acquire(ctx, "sign-ins")
	if err != nil {
		return false, false, err
	}
	defer release()
	h.verified.Add(1)
	got := argon2.IDKey(normalize(password), salt, cost.Passes, cost.Memory, cost.Threads, uint32(len(key)))
	same := subtle.ConstantTimeCompare(got, key) == 1
	return same && known, cost != h.cost || len(key) != keyLength, nil
}

// sum returns a password's hash, with a random salt, as a PHC string.
func (h *hasher) sum(password string) string {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // cannot fail: crypto/rand crashes the program instead
	key := argon2.IDKey(normalize(password), salt, h.cost.Passes, h.cost.Memory, h.cost.Threads, keyLength)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, h.cost.Memory, h.cost.Passes, h.cost.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(key))
}

// normalize returns the NFKC form of a password, because keyboards and systems
// encode the same characters differently.
func normalize(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

// parsePHC parses the PHC string of an Argon2id hash. Its parameters must be in
// range. The error does not quote the string.
func parsePHC(phc string) (cost Hashing, salt, key []byte, err error) {
	bad := func() (Hashing, []byte, []byte, error) {
		return Hashing{}, nil, nil, errors.New("a stored password is not a valid Argon2id hash")
	}
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return bad()
	}
	var rest string
	n, err := fmt.Sscanf(parts[3]+" .", "m=%d,t=%d,p=%d %s", &cost.Memory, &cost.Passes, &cost.Threads, &rest)
	if err != nil || n != 4 || rest != "." {
		return bad()
	}
	b64 := base64.RawStdEncoding.Strict()
	salt, err = b64.DecodeString(parts[4])
	if err != nil || len(salt) < 8 || len(salt) > 64 {
		return bad()
	}
	key, err = b64.DecodeString(parts[5])
	if err != nil || len(key) < 16 || len(key) > 64 || !cost.valid() {
		return bad()
	}
	return cost, salt, key, nil
}
