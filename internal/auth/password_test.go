package auth

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

var fastHashing = Hashing{Memory: 64, Passes: 1, Threads: 1}

func newTestHasher(t *testing.T, cost Hashing) *hasher {
	t.Helper()
	h, err := newHasher(cost)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestCheckPasswordCountsCharacters(t *testing.T) {
	t.Parallel()
	for password, valid := range map[string]bool{
		"":                       false,
		strings.Repeat("a", 11):  false,
		strings.Repeat("a", 12):  true,
		strings.Repeat("é", 11):  false, // 22 bytes
		strings.Repeat("é", 200): true,  // 400 bytes
		strings.Repeat("a", 201): false,
		"twelve bytes\xff":       false,
	} {
		err := CheckPassword("new", password)
		if (err == nil) != valid {
			t.Errorf("%q: %v", password, err)
		}
		if err != nil && (fleet.CodeOf(err) != fleet.BadInput || !strings.HasPrefix(err.Error(), "new: ")) {
			t.Errorf("%q: %v is no BAD_INPUT of the field", password, err)
		}
	}
}

func TestHashingParametersHaveLimits(t *testing.T) {
	t.Parallel()
	for _, cost := range []Hashing{
		{},
		{Memory: 64, Passes: 1},
		{Memory: 64, Threads: 1},
		{Memory: 7, Passes: 1, Threads: 1},
		{Memory: 63, Passes: 1, Threads: 8},
		{Memory: 1<<20 + 1, Passes: 1, Threads: 1},
		{Memory: 64, Passes: 101, Threads: 1},
	} {
		if _, err := newHasher(cost); err == nil {
			t.Errorf("%+v is accepted", cost)
		}
	}
	if DefaultHashing != (Hashing{Memory: 19 * 1024, Passes: 2, Threads: 1}) {
		t.Errorf("DefaultHashing is %+v", DefaultHashing)
	}
}

func TestHashesAreSaltedPHCStrings(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, fastHashing)
	first, err := h.hash(t.Context(), "correct horse battery staple")
	if err != nil {
		t.Fatal(err)
	}
	second, _ := h.hash(t.Context(), "correct horse battery staple")
	if first == second || !strings.HasPrefix(first, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("hashes are %s and %s", first, second)
	}
	cost, salt, key, err := parsePHC(first)
	if err != nil || cost != fastHashing || len(salt) != 16 || len(key) != 32 {
		t.Errorf("%+v, salt of %d bytes, key of %d bytes, %v", cost, len(salt), len(key), err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, fastHashing)
	composed, decomposed := "caf\u00e9 au lait, twice", "cafe\u0301 au lait, twice"
	phc, err := h.hash(t.Context(), composed)
	if err != nil {
		t.Fatal(err)
	}
	other := newTestHasher(t, Hashing{Memory: 128, Passes: 1, Threads: 1})
	for _, c := range []struct {
		name              string
		hasher            *hasher
		phc, password     string
		matches, outdated bool
	}{
		{"the password", h, phc, composed, true, false},
		{"the same characters, decomposed", h, phc, decomposed, true, false},
		{"another password", h, phc, composed + "!", false, false},
		{"another cost", other, phc, composed, true, true},
		{"no hash", h, "", "", false, false},
		{"no hash, the decoy's", h, "", h.decoy, false, false},
	} {
		matches, outdated, err := c.hasher.verify(t.Context(), c.phc, c.password)
		if matches != c.matches || outdated != c.outdated || err != nil {
			t.Errorf("%s: matches %v, outdated %v, %v", c.name, matches, outdated, err)
		}
	}
}

func TestMalformedHashesAreNotVerifiedNorQuoted(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, fastHashing)
	const salt, key = "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	if _, _, _, err := parsePHC("$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key); err != nil {
		t.Fatal(err)
	}
	for _, phc := range []string{
		"secret",
		"$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=18$m=64,t=1,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=1,x=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1$" + salt + "$" + key,
		"$argon2id$v=19$m=1048577,t=1,p=1$" + salt + "$" + key, // over 1 GiB
		"$argon2id$v=19$m=64,t=101,p=1$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=0$" + salt + "$" + key,
		"$argon2id$v=19$m=64,t=1,p=1$AAAA$" + key,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AAAA",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "=",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + key + "$",
	} {
		matches, _, err := h.verify(t.Context(), phc, "secret")
		if err == nil || matches {
			t.Errorf("%s: matches %v, %v", phc, matches, err)
		} else if strings.Contains(err.Error(), phc) || strings.Contains(err.Error(), salt) {
			t.Errorf("the error quotes the hash: %v", err)
		}
	}
}

// TestTheQueueOfHashesIsBounded fills the semaphores by hand.
func TestTheQueueOfHashesIsBounded(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, fastHashing)
	if cap(h.queue) != 17*cap(h.slots) {
		t.Errorf("%d slots, and %d places in the queue", cap(h.slots), cap(h.queue)-cap(h.slots))
	}
	var releases []func()
	for range cap(h.slots) {
		release, err := h.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, release)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.hash(cancelled, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("a hash that waits with a cancelled context: %v", err)
	}
	if len(h.queue) != cap(h.slots) {
		t.Errorf("%d are queued after the one that was cancelled", len(h.queue)-cap(h.slots))
	}
	for len(h.queue) < cap(h.queue) {
		h.queue <- struct{}{}
	}
	var throttled *Throttled
	if _, err := h.hash(t.Context(), "x"); !errors.As(err, &throttled) || fleet.CodeOf(err) != fleet.RateLimited {
		t.Errorf("a hash over the queue: %v", err)
	}
	for _, release := range releases {
		release()
	}
	if len(h.slots) != 0 || len(h.queue) != cap(h.queue)-cap(h.slots) {
		t.Errorf("after the release %d slots are taken, %d are queued", len(h.slots), len(h.queue))
	}
}
