package auth_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/testlog"
)

// fakeStore has one session and one access token for every secret. Its other
// methods panic.
type fakeStore struct {
	auth.Store
	grant   fleet.Grant
	find    func(context.Context) error // before a grant is returned; nil for none
	found   atomic.Int64
	touched atomic.Int64
	tokens  []fleet.AccessToken
}

func (f *fakeStore) SessionGrant(ctx context.Context, _ fleet.SecretHash) (fleet.Grant, error) {
	f.found.Add(1)
	if f.find != nil {
		if err := f.find(ctx); err != nil {
			return fleet.Grant{}, err
		}
	}
	return f.grant, nil
}

func (f *fakeStore) TokenGrant(ctx context.Context, hash fleet.SecretHash) (fleet.Grant, error) {
	return f.SessionGrant(ctx, hash)
}

func (f *fakeStore) TouchSession(context.Context, fleet.SecretHash, time.Duration) error {
	f.touched.Add(1)
	return errors.New("a failure to record the last use is only logged")
}

func (f *fakeStore) AddToken(_ context.Context, _ fleet.Viewer, _ fleet.WriteInfo, _ fleet.SecretHash,
	t fleet.AccessToken) (*fleet.AccessToken, error) {
	f.tokens = append(f.tokens, t)
	return &t, nil
}

func serviceOn(t *testing.T, store auth.Store, now func() time.Time) *auth.Service {
	t.Helper()
	log := slog.New(slog.NewTextHandler(testlog.Writer(t, "auth"), nil))
	s, err := auth.New(store, auth.Config{Hashing: cheap, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s.SetNow(now)
	return s
}

// secret has the form of a session's secret.
var secret = strings.Repeat("A", 26)

func TestAChecksResultHoldsForASecondAndItsUseIsRecordedOnceAMinute(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	now := began
	f := &fakeStore{grant: fleet.Grant{LastUsed: began}}
	s := serviceOn(t, f, func() time.Time { return now })
	for _, c := range []struct {
		after          time.Duration
		found, touched int64
	}{{0, 1, 0}, {999 * time.Millisecond, 1, 0}, {time.Second, 2, 0}, {59 * time.Second, 3, 0},
		{time.Minute, 4, 1}, {time.Minute + time.Millisecond, 4, 1}} {
		now = began.Add(c.after)
		if _, err := s.AuthenticateSession(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if f.found.Load() != c.found || f.touched.Load() != c.touched {
			t.Errorf("after %s: %d lookups and %d updates, want %d and %d",
				c.after, f.found.Load(), f.touched.Load(), c.found, c.touched)
		}
	}
	if !s.IsCached(secret) || s.IsCached(strings.Repeat("B", 26)) {
		t.Error("IsCached does not tell a secret that was valid from another")
	}
}

func TestAFailedLookupIsNotCached(t *testing.T) {
	t.Parallel()
	down := true
	f := &fakeStore{find: func(context.Context) error {
		if down {
			return errors.New("the database is down")
		}
		return nil
	}}
	s := serviceOn(t, f, time.Now)
	if _, err := s.AuthenticateSession(t.Context(), secret); err == nil || fleet.CodeOf(err) == fleet.Unauthenticated {
		t.Errorf("while the database is down: %v", err)
	}
	down = false
	if _, err := s.AuthenticateSession(t.Context(), secret); err != nil {
		t.Error(err)
	}
}

// TestConcurrentChecksShareOneLookup: the lookup has a deadline, and goes on when
// the caller that started it has left.
func TestConcurrentChecksShareOneLookup(t *testing.T) {
	t.Parallel()
	now := time.Now() // stands still, so that nothing expires on a slow machine
	started, finish := make(chan time.Duration, 1), make(chan struct{})
	f := &fakeStore{grant: fleet.Grant{LastUsed: time.Now()}, find: func(ctx context.Context) error {
		end, _ := ctx.Deadline()
		started <- time.Until(end)
		<-finish
		return ctx.Err()
	}}
	s := serviceOn(t, f, func() time.Time { return now })
	first, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := s.AuthenticateSession(first, secret)
		left <- err
	}()
	if limit := <-started; limit < 5*time.Second || limit > 10*time.Second {
		t.Errorf("the lookup has %s, want 10s", limit)
	}
	var others sync.WaitGroup
	for range 20 {
		others.Go(func() {
			if _, err := s.AuthenticateSession(t.Context(), secret); err != nil {
				t.Error(err)
			}
		})
	}
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the first caller gets %v", err)
	}
	close(finish)
	others.Wait()
	if n := f.found.Load(); n != 1 {
		t.Errorf("%d lookups, want 1", n)
	}
}

func TestATokenExpiresWithinItsLimits(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f := new(fakeStore)
	s := serviceOn(t, f, func() time.Time { return now })
	for _, c := range []struct {
		name                 string
		expires, limit, want time.Duration // after now; 0 for none
	}{
		{"default", 0, 0, 90 * day},
		{"default, by a token that expires before", 0, day, day},
		{"default, by a token that expires later", 0, 100 * day, 90 * day},
		{"longest", auth.MaxTokenLife, 0, 366 * day},
		{"too long", auth.MaxTokenLife + time.Second, 0, 0},
		{"in the past", -time.Second, 0, 0},
		{"as long as the token of the request", day, day, day},
		{"longer than the token of the request", day + time.Second, day, 0},
	} {
		f.tokens = nil
		at := func(d time.Duration) (end time.Time) {
			if d != 0 {
				end = now.Add(d)
			}
			return end
		}
		_, _, err := s.CreateToken(t.Context(), fleet.Viewer{}, fleet.WriteInfo{},
			fleet.AccessToken{Name: "x", Scope: fleet.ScopeRead, ExpiresAt: at(c.expires)}, at(c.limit))
		switch {
		case c.want == 0:
			if fleet.CodeOf(err) != fleet.BadInput || len(f.tokens) != 0 {
				t.Errorf("%s: %v, %v", c.name, f.tokens, err)
			}
		case err != nil || len(f.tokens) != 1 || !f.tokens[0].ExpiresAt.Equal(now.Add(c.want)):
			t.Errorf("%s: %v, %v, want an expiry after %s", c.name, f.tokens, err, c.want)
		}
	}
}
