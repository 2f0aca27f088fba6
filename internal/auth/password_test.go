package auth

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"
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
	long := strings.Repeat("v\u00e9", 100)
	long = "kljw82hbq0zz" + long[len(long)-3*94:]
	for password, valid := range map[string]bool{
		"":                      false,
		"kljw82hbq0z":           false,
		"kljw82hbq0zz":          true,
		"klj\u00e982hbq\u00e9z": false, // 11 characters, 13 bytes
		long:                    true,  // 200 characters, 300 bytes
		long + "x":              false,
		"twelve bytes\xff":      false,
	} {
		err := CheckPassword("new", password, fleet.PasswordOwner{})
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

// TestQueuesOfHashesAreBounded fills the semaphores by hand.
func TestQueuesOfHashesAreBounded(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, fastHashing)
	signIn := func(ctx context.Context) error {
		_, _, err := h.verify(ctx, "", "x")
		return err
	}
	set := func(ctx context.Context) error {
		_, err := h.hash(ctx, "x")
		return err
	}
	for _, c := range []struct {
		name string
		of   semaphore
		hash func(context.Context) error
	}{{"sign-ins", h.slots, signIn}, {"new passwords", h.settings, set}} {
		if cap(c.of.queued) != 17*cap(c.of.running) {
			t.Errorf("%s: %d slots, %d queued", c.name, cap(c.of.running), cap(c.of.queued))
		}
		var releases []func()
		for range cap(c.of.running) {
			release, err := c.of.acquire(t.Context(), "tests")
			if err != nil {
				t.Fatal(err)
			}
			releases = append(releases, release)
		}
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		if err := c.hash(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a hash that waits with a cancelled context: %v", c.name, err)
		}
		if len(c.of.queued) != cap(c.of.running) {
			t.Errorf("%s: %d are queued after the one that was cancelled", c.name, len(c.of.queued)-cap(c.of.running))
		}
		for len(c.of.queued) < cap(c.of.queued) {
			c.of.queued <- struct{}{}
		}
		var throttled *Throttled
		if err := c.hash(t.Context()); !errors.As(err, &throttled) || fleet.CodeOf(err) != fleet.RateLimited {
			t.Errorf("%s: a hash over the queue: %v", c.name, err)
		}
		for _, release := range releases {
			release()
		}
		if len(c.of.running) != 0 || len(c.of.queued) != cap(c.of.queued)-cap(c.of.running) {
			t.Errorf("%s: after the release %d slots are taken, %d are queued", c.name, len(c.of.running), len(c.of.queued))
		}
		for len(c.of.queued) > 0 {
			<-c.of.queued
		}
	}
}

// TestNewPasswordsLeaveASlotToSignIns: however many passwords are being set, a sign-in is verified.
func TestNewPasswordsLeaveASlotToSignIns(t *testing.T) {
	t.Parallel()
	h := newTestHasher(t, Hashing{Memory: 19 * 1024, Passes: 100, Threads: 1})
	ctx, cancel := context.WithCancel(t.Context())
	var settings sync.WaitGroup
	for range 10 {
		settings.Go(func() { _, _ = h.hash(ctx, "x") })
	}
	for len(h.settings.queued) < 10 {
		runtime.Gosched()
	}
	if len(h.slots.running) > 1 {
		t.Errorf("%d hashes of new passwords run at once", len(h.slots.running))
	}
	if len(h.slots.queued) > 1 {
		t.Errorf("%d hashes of new passwords wait among the sign-ins", len(h.slots.queued))
	}
	release, err := h.slots.acquire(ctx, "sign-ins")
	if err != nil {
		t.Fatal(err)
	}
	release()
	cancel()
	settings.Wait()
}
