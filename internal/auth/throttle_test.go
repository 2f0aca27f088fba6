package auth_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// guess signs in from a network with a wrong password, until it is throttled. It
// returns how many passwords were verified.
func (h *fixture) guess(email, network string, times int) (verified int, throttled *auth.Throttled) {
	h.t.Helper()
	for range times {
		_, _, err := h.SignIn(h.t.Context(), auth.Credentials{Email: email, Password: "wrong password"},
			auth.Client{Network: network})
		if fleet.CodeOf(err) == fleet.RateLimited {
			return verified, asThrottled(h.t, err)
		}
		want(h.t, fleet.Unauthenticated, err)
		verified++
	}
	return verified, nil
}

func TestFailuresThrottleAnAccountOnTheirNetworkAlone(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for _, email := range []string{"dana@example.com", "nobody@example.com"} {
		verified, throttled := h.guess(email, "192.0.2.9", 10)
		if verified < 5 || throttled == nil || throttled.RetryAfter < time.Second {
			t.Errorf("%s: %d of 10 passwords were verified, then %v", email, verified, throttled)
		}
	}
	h.exec(`UPDATE sign_in_failures SET blocked_until = now() + interval '15 minutes' WHERE blocked_until > last_at`)
	_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password},
		auth.Client{Network: "192.0.2.9"})
	want(t, fleet.RateLimited, err)
	h.signIn() // from another network
	h.exec(`UPDATE sign_in_failures SET blocked_until = now()`)
	for range 2 { // a success is not delayed by the failures before it
		if _, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password},
			auth.Client{Network: "192.0.2.9"}); err != nil {
			t.Error(err)
		}
	}
}

func TestGuessesFromManyNetworksAreThrottledTogether(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for _, email := range []string{"dana@example.com", "nobody@example.com"} {
		verified := 0
		var throttled *auth.Throttled
		for i := 0; throttled == nil && i < 20; i++ {
			var n int
			n, throttled = h.guess(email, fmt.Sprintf("198.51.100.%d", i), 4)
			verified += n
		}
		if verified < 50 || verified > 52 { // a wait of a second may end meanwhile
			t.Errorf("%s: %d guesses from many networks were verified, want 50", email, verified)
		}
	}
}

// TestOneNetworkDoesNotExhaustTheAccount: guesses from one network, throttled, stay
// below the limit per account and hour.
func TestOneNetworkDoesNotExhaustTheAccount(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	h.guess("dana@example.com", "192.0.2.9", 10)
	for range 30 { // although refused
		h.guess("dana@example.com", "192.0.2.9", 1)
	}
	if n := h.failures("dana@example.com"); n > 15 {
		t.Errorf("%d failures of 40 from one network count", n)
	}
	h.signIn()
}

// failures returns the highest count of failures of the account.
func (h *fixture) failures(email string) (n int) {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	account := sha256.Sum256([]byte("account\x00" + email))
	if err := conn.QueryRow(context.Background(),
		`SELECT coalesce(max(failures), 0) FROM sign_in_failures WHERE account = $1`, account[:]).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestAResetDeletesFailuresOnlyOfAnAddressInOneCompany(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	reset := func() {
		if _, err := h.ResetPassword(t.Context(), admin(h.ours), fleet.WriteInfo{}, h.dana.ID, password); err != nil {
			t.Fatal(err)
		}
	}
	h.guess("dana@example.com", "192.0.2.9", 3)
	reset()
	if n := h.failures("dana@example.com"); n != 0 {
		t.Errorf("%d failures are left", n)
	}
	if _, err := h.AddUser(t.Context(), admin(h.theirs), fleet.WriteInfo{},
		fleet.User{Email: "dana@example.com", Name: "x", Role: fleet.RoleAnalyst}, ""); err != nil {
		t.Fatal(err)
	}
	h.guess("dana@example.com", "192.0.2.9", 3)
	reset()
	if n := h.failures("dana@example.com"); n != 3 {
		t.Errorf("%d failures are left, want 3: the address has a user in another company", n)
	}
}

func TestFailuresThrottleANetworkOverAllAccounts(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for i := range 31 {
		_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "user" + strings.Repeat("x", i) + "@example.com",
			Password: "wrong password"}, auth.Client{Network: "192.0.2.1"})
		if i < 30 {
			want(t, fleet.Unauthenticated, err)
		} else {
			want(t, fleet.RateLimited, err)
		}
	}
	if _, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password},
		auth.Client{Network: "192.0.2.2"}); err != nil {
		t.Error("another network is throttled too:", err)
	}
}

func TestConcurrentGuessesAllCount(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	verified := 0
	for range 25 {
		wg.Go(func() {
			_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: "wrong password"},
				auth.Client{Network: "192.0.2.1"})
			if fleet.CodeOf(err) == fleet.Unauthenticated {
				mu.Lock()
				verified++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if verified > 6 { // one more when a second has passed
		t.Errorf("%d of 25 concurrent guesses were verified, want 5", verified)
	}
}
