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

// guess fails to sign in from a network, as often as that is looked at.
func (h *house) guess(email, network string, times int) (looked int, throttled *auth.Throttled) {
	h.t.Helper()
	for range times {
		_, _, err := h.SignIn(h.t.Context(), auth.Credentials{Email: email, Password: "wrong password"}, auth.Client{Network: network})
		if fleet.CodeOf(err) == fleet.RateLimited {
			return looked, asThrottled(h.t, err)
		}
		want(h.t, fleet.Unauthenticated, err)
		looked++
	}
	return looked, nil
}

func TestFailuresThrottleAnAccountWhereTheyComeFromAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	for _, email := range []string{"dana@example.com", "nobody@example.com"} {
		looked, throttled := h.guess(email, "192.0.2.9", 10)
		if looked < 5 || throttled == nil || throttled.RetryAfter < time.Second {
			t.Errorf("%s: of 10 failures %d were looked at, then %v", email, looked, throttled)
		}
	}
	h.exec(`UPDATE sign_in_failures SET blocked_until = now() + interval '15 minutes' WHERE blocked_until > last_at`)
	_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password}, auth.Client{Network: "192.0.2.9"})
	want(t, fleet.RateLimited, err)
	h.signIn() // from elsewhere: nobody is kept out by a stranger
	h.exec(`UPDATE sign_in_failures SET blocked_until = now()`)
	for range 2 { // and who signs in is not kept out by what failed before
		if _, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password}, auth.Client{Network: "192.0.2.9"}); err != nil {
			t.Error(err)
		}
	}
}

func TestGuessesFromManyPlacesAreThrottledTogether(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	for _, email := range []string{"dana@example.com", "nobody@example.com"} {
		looked := 0
		var throttled *auth.Throttled
		for i := 0; throttled == nil && i < 20; i++ {
			var n int
			n, throttled = h.guess(email, fmt.Sprintf("198.51.100.%d", i), 4)
			looked += n
		}
		if looked < 50 || looked > 52 { // a second may pass meanwhile
			t.Errorf("%s: %d guesses from many places were looked at, want 50", email, looked)
		}
	}
}

// TestOnePlaceDoesNotFillTheAccount: what one network tries in an hour stays
// below what keeps everybody out.
func TestOnePlaceDoesNotFillTheAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	h.guess("dana@example.com", "192.0.2.9", 10)
	for range 30 { // refused, it goes on
		h.guess("dana@example.com", "192.0.2.9", 1)
	}
	if n := h.failures("dana@example.com"); n > 15 {
		t.Errorf("%d failures of 40 from one place count", n)
	}
	h.signIn()
}

// failures returns how many failures of the account count, wherever they come from.
func (h *house) failures(email string) (n int) {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	account := sha256.Sum256([]byte("account\x00" + email))
	if err := conn.QueryRow(context.Background(), `SELECT coalesce(max(failures), 0) FROM sign_in_failures WHERE account = $1`, account[:]).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestANewPasswordForgetsFailuresOfAnAddressOfOneCompanyAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	reset := func() {
		if _, err := h.ResetPassword(t.Context(), boss(h.ours), fleet.Writing{}, h.dana.ID, password); err != nil {
			t.Fatal(err)
		}
	}
	h.guess("dana@example.com", "192.0.2.9", 3)
	reset()
	if n := h.failures("dana@example.com"); n != 0 {
		t.Errorf("%d failures are left", n)
	}
	if _, err := h.AddUser(t.Context(), boss(h.theirs), fleet.Writing{}, fleet.User{Email: "dana@example.com", Name: "x", Role: fleet.RoleAnalyst}, ""); err != nil {
		t.Fatal(err)
	}
	h.guess("dana@example.com", "192.0.2.9", 3)
	reset()
	if n := h.failures("dana@example.com"); n != 3 {
		t.Errorf("%d failures are left, want 3: of the other company's user too", n)
	}
}

func TestFailuresThrottleAnAddressWhoeverItTries(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	for i := range 31 {
		_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "user" + strings.Repeat("x", i) + "@example.com", Password: "wrong password"}, auth.Client{Network: "192.0.2.1"})
		if i < 30 {
			want(t, fleet.Unauthenticated, err)
		} else {
			want(t, fleet.RateLimited, err)
		}
	}
	if _, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: password}, auth.Client{Network: "192.0.2.2"}); err != nil {
		t.Error("another address waits too:", err)
	}
}

func TestGuessesSentAtOnceAllCount(t *testing.T) {
	t.Parallel()
	h := newHouse(t, auth.Config{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	looked := 0
	for range 25 {
		wg.Go(func() {
			_, _, err := h.SignIn(t.Context(), auth.Credentials{Email: "dana@example.com", Password: "wrong password"}, auth.Client{Network: "192.0.2.1"})
			if fleet.CodeOf(err) == fleet.Unauthenticated {
				mu.Lock()
				looked++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if looked > 6 { // one more may come when a second has passed
		t.Errorf("%d of 25 guesses at once were looked at, want 5", looked)
	}
}
