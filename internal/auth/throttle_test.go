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

// failures returns the failures of the account in this hour, over all networks.
func (h *fixture) failures(email string) (n int) {
	h.t.Helper()
	hour := sha256.Sum256([]byte("hour\x00" + time.Now().UTC().Format("2006-01-02T15") + "\x00" + email))
	h.row(&n, `SELECT coalesce(max(failures), 0) FROM sign_in_failures WHERE key = $1`, hour[:])
	return n
}

// row reads one value.
func (h *fixture) row(to any, sql string, args ...any) {
	h.t.Helper()
	conn, err := pgx.Connect(context.Background(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(to); err != nil {
		h.t.Fatal(err)
	}
}

// TestANewPasswordDeletesNoFailures: an administrator could otherwise tell by the wait after a reset whether
// the address has a user in another company, and reset the count of guesses at that user.
func TestANewPasswordDeletesNoFailures(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	count := func() int {
		h.guess("dana@example.com", "192.0.2.9", 3)
		if _, err := h.ResetPassword(t.Context(), admin(h.ours), fleet.WriteInfo{}, h.dana.ID, password); err != nil {
			t.Fatal(err)
		}
		if _, err := h.ChangePassword(t.Context(), h.viewer(), fleet.WriteInfo{}, fleet.UUID{}, password,
			"dumptruck umbrella"); err != nil {
			t.Fatal(err)
		}
		return h.failures("dana@example.com")
	}
	if n := count(); n != 3 {
		t.Errorf("%d failures are left of 3", n)
	}
	h.exec(`DELETE FROM sign_in_failures`)
	if _, err := h.AddUser(t.Context(), admin(h.theirs), fleet.WriteInfo{},
		fleet.User{Email: "dana@example.com", Name: "x", Role: fleet.RoleAnalyst}, ""); err != nil {
		t.Fatal(err)
	}
	if n := count(); n != 3 {
		t.Errorf("%d failures are left of 3 of an address with a user in another company", n)
	}
}

// TestOnlyAWrongPasswordIsAFailure: attempts that end before the verdict count nowhere, such as those of a
// client that leaves, of a throttled account and of a full queue.
func TestOnlyAWrongPasswordIsAFailure(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{Hashing: auth.Hashing{Memory: 19 * 1024, Passes: 6, Threads: 1}})
	var sum int
	total := func() int {
		h.row(&sum, `SELECT coalesce(sum(failures), 0)::int FROM sign_in_failures`)
		return sum
	}
	for range 3 { // more than the free failures
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		var leave sync.WaitGroup
		for range 6 { // so that some wait for a slot
			leave.Go(func() {
				_, _, err := h.SignIn(ctx, auth.Credentials{Email: "dana@example.com", Password: password},
					auth.Client{Network: "192.0.2.9"})
				if fleet.CodeOf(err) == fleet.Unauthenticated {
					t.Error("the right password is wrong")
				}
			})
		}
		leave.Wait()
		cancel()
	}
	if n := total(); n != 0 {
		t.Errorf("%d failures are left of cut connections with the right password", n)
	}
	h.guess("dana@example.com", "192.0.2.9", 5)
	h.exec(`UPDATE sign_in_failures SET blocked_until = now() + interval '1 minute' WHERE blocked_until > last_at`)
	before := total()
	h.guess("dana@example.com", "192.0.2.9", 1)
	if n := total(); n != before {
		t.Errorf("an attempt that was throttled counts: %d failures, %d before", n, before)
	}
}

// TestATakenBackFailureLeavesTheBlockOfAnother that was counted at the same time.
func TestATakenBackFailureLeavesTheBlockOfAnother(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	key := sha256.Sum256([]byte("test"))
	ctx, identity := t.Context(), h.store.Identity()
	count := func() fleet.CountedFailure {
		counted, wait, err := identity.CountFailure(ctx, key, 2, time.Hour, time.Hour)
		if err != nil || wait != 0 {
			t.Fatal(wait, err)
		}
		return counted
	}
	first := count()
	count() // causes a block
	if err := identity.TakeBackFailures(ctx, []fleet.CountedFailure{first}); err != nil {
		t.Fatal(err)
	}
	if _, wait, err := identity.CountFailure(ctx, key, 1, time.Hour, time.Hour); err != nil || wait == 0 {
		t.Errorf("the block of the second failure has ended: %v, %v", wait, err)
	}
}

// TestASignInTakesItsTimeWhateverItFinds: the hashes of this test take a small part of it.
func TestASignInTakesItsTimeWhateverItFinds(t *testing.T) {
	t.Parallel()
	const least = 300 * time.Millisecond
	h := newFixture(t, auth.Config{SignInTime: least})
	for _, c := range []auth.Credentials{
		{Email: "nowhere@example.com", Password: password},
		{Email: "dana@example.com", Password: "umbrella dumptruck"},
		{Email: "dana@example.com", Password: password},
	} {
		begun := time.Now()
		_, _, err := h.SignIn(t.Context(), c, auth.Client{Network: "192.0.2.1"})
		if took := time.Since(begun); took < least {
			t.Errorf("a sign-in that got %v took %v", err, took)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(least/10, cancel)
	begun := time.Now()
	_, _, err := h.service(auth.Config{Hashing: cheap, SignInTime: time.Hour}).
		SignIn(ctx, auth.Credentials{Email: "dana@example.com", Password: password}, auth.Client{Network: "192.0.2.1"})
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("a client that left was waited for: %v, %v", took, err)
	}
}

// TestEverySignInTakesAsManyHashes: whatever the address and the company have. The right password is
// counted too.
func TestEverySignInTakesAsManyHashes(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	third, err := h.store.Identity().CreateCompany(t.Context(), "Third")
	if err != nil {
		t.Fatal(err)
	}
	for email, companies := range map[string][]fleet.Company{
		"two@example.com": {h.ours, h.theirs}, "three@example.com": {h.ours, h.theirs, third}, "none@example.com": {h.ours},
	} {
		for _, c := range companies {
			p := password
			if email == "none@example.com" {
				p = ""
			}
			if _, err := h.AddUser(t.Context(), admin(c), fleet.WriteInfo{},
				fleet.User{Email: email, Name: "x", Role: fleet.RoleAnalyst}, p); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []auth.Credentials{
		{Email: "nowhere@example.com"}, {Email: "none@example.com"}, {Email: "dana@example.com"}, {Email: "two@example.com"},
		{Email: "three@example.com"}, {Email: "three@example.com", Company: "Third"}, {Email: "dana@example.com", Company: "x"},
		{Email: "dana@example.com", Password: password}, {Email: "two@example.com", Password: password},
		{Email: "dana@example.com", Password: strings.Repeat("x", 201)}, {Email: "\x00"},
	} {
		if c.Password == "" {
			c.Password = "umbrella dumptruck"
		}
		before := h.Hashes()
		_, _, _ = h.SignIn(t.Context(), c, auth.Client{Network: c.Email})
		if n := h.Hashes() - before; n != fleet.SignInCompanies {
			t.Errorf("%q of %q took %d hashes", c.Email, c.Company, n)
		}
	}
	if _, _, err := h.SignIn(
		t.Context(),
		auth.Credentials{Email: "three@example.com", Password: password, Company: "Third"},
		auth.Client{},
	); err != nil {
		t.Error("the third company, named:", err)
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
