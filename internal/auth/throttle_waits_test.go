package auth_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// longestWait returns the wait that the last failure of the account on the network 192.0.2.9
// has caused, and ends all waits.
func (h *fixture) longestWait(email string) (wait time.Duration) {
	h.t.Helper()
	place := sha256.Sum256([]byte("place\x00192.0.2.9\x00" + email))
	h.row(
		&wait,
		`SELECT coalesce(max(blocked_until - last_at), interval '0') FROM sign_in_failures WHERE key = $1`,
		place[:],
	)
	h.exec(`UPDATE sign_in_failures SET blocked_until = now()`)
	return wait
}

// TestWaitsDoubleUpTo15Minutes: four failures of an account on one network are free,
// the fifth causes a wait of a second, and each further one doubles it.
func TestWaitsDoubleUpTo15Minutes(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	for i, seconds := range []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
		if verified, _ := h.guess("dana@example.com", "192.0.2.9", 1); verified != 1 {
			t.Fatalf("guess %d was throttled after the wait", i+1)
		}
		if got := h.longestWait("dana@example.com"); got != seconds*time.Second {
			t.Errorf("failure %d causes a wait of %s, want %s", i+1, got, seconds*time.Second)
		}
	}
}

// TestFailuresAreForgottenAfterAnHour moves the last failure into the past.
func TestFailuresAreForgottenAfterAnHour(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	h.guess("dana@example.com", "192.0.2.9", 5)
	h.exec(`UPDATE sign_in_failures SET last_at = now() - interval '59 minutes', blocked_until = now()`)
	h.guess("dana@example.com", "192.0.2.9", 1)
	if got := h.longestWait("dana@example.com"); got != 2*time.Second {
		t.Errorf("a failure after 59 minutes causes a wait of %s, want 2s", got)
	}
	h.exec(`UPDATE sign_in_failures SET last_at = now() - interval '61 minutes'`)
	h.guess("dana@example.com", "192.0.2.9", 4)
	if got := h.longestWait("dana@example.com"); got != 0 {
		t.Errorf("four failures after 61 minutes cause a wait of %s, want none", got)
	}
}

// TestGuessesAtThePresentPasswordAreThrottled: those of ChangePassword are counted
// apart from sign-ins.
func TestGuessesAtThePresentPasswordAreThrottled(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	viewer := fleet.Viewer{CompanyID: h.ours.ID, UserID: h.dana.ID, Role: fleet.RoleManager}
	change := func() error {
		_, err := h.ChangePassword(
			t.Context(),
			viewer,
			fleet.WriteInfo{},
			fleet.UUID{},
			"wrong password",
			"dumptruck umbrella",
		)
		return err
	}
	for range 5 {
		want(t, fleet.BadInput, change())
	}
	h.exec(`UPDATE sign_in_failures SET blocked_until = now() + interval '1 minute' WHERE blocked_until > last_at`)
	err := change()
	want(t, fleet.RateLimited, err)
	if got := asThrottled(t, err).RetryAfter; got < 50*time.Second || got > time.Minute {
		t.Errorf("RetryAfter is %s, want a minute", got)
	}
	h.signIn()
}
