package auth_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
)

// ends is a watched connection.
type ends struct {
	calls atomic.Int64
	why   atomic.Value // of the last call, a string
}

func (e *ends) ended(err error) {
	e.calls.Add(1)
	e.why.Store(err.Error())
}

func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what + ": it did not come")
		}
	}
}

// runWatches runs the checks until the end of the test.
func runWatches(t *testing.T, s *auth.Service) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- s.RunWatches(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
	})
}

// TestALongConnectionEndsWithItsCredentials: whatever ends them, also past the
// server, and no other connection of the user.
func TestALongConnectionEndsWithItsCredentials(t *testing.T) {
	t.Parallel()
	h := newFixture(t, auth.Config{})
	runWatches(t, h.Service)
	watch := func(i auth.Identity, err error) *ends {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		e := new(ends)
		h.Watch(t.Context(), i, e.ended)
		return e
	}
	secret, _ := h.signIn()
	stays := watch(h.AuthenticateSession(t.Context(), secret))
	const ofToken, ofSession = "the access token is unknown, expired or revoked", "the session has ended: sign in again"
	for _, c := range []struct{ sql, back, token, session string }{
		{sql: `UPDATE access_tokens SET revoked_at = now() WHERE name = $1`, token: ofToken},
		{sql: `UPDATE access_tokens SET expires_at = now() WHERE name = $1`, token: ofToken},
		{sql: `DELETE FROM sessions WHERE id::text = $2`, session: ofSession},
		{sql: `UPDATE sessions SET idle_expires_at = now() WHERE id::text = $2`, session: ofSession},
	} {
		token, kept := h.token(c.sql, fleet.ScopeRead)
		secret, session := h.signIn()
		byToken, bySession := watch(
			h.AuthenticateToken(t.Context(), token),
		), watch(
			h.AuthenticateSession(t.Context(), secret),
		)
		h.exec(c.sql+` AND ($1 = $1 OR $2 = $2)`, kept.Name, session.ID.String())
		for e, want := range map[*ends]string{byToken: c.token, bySession: c.session} {
			if want != "" {
				eventually(t, c.sql, func() bool { return e.why.Load() == want })
			} else if e.calls.Load() != 0 {
				t.Errorf("%s ended another connection: %s", c.sql, e.why.Load())
			}
		}
	}
	if stays.calls.Load() != 0 {
		t.Error("a connection ended without a reason:", stays.why.Load())
	}
	token, _ := h.token("role", fleet.ScopeWrite)
	byToken := watch(h.AuthenticateToken(t.Context(), token))
	h.exec(`UPDATE users SET role = 'ANALYST' WHERE id = $1`, [16]byte(h.dana.ID))
	for _, e := range []*ends{stays, byToken} {
		eventually(t, "another role", func() bool {
			return e.why.Load() == "your role has changed since this connection was opened: connect again"
		})
	}
	token, _ = h.token("disabled", fleet.ScopeWrite)
	byToken = watch(h.AuthenticateToken(t.Context(), token))
	h.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, [16]byte(h.dana.ID))
	eventually(t, "a disabled user", func() bool { return byToken.why.Load() == ofToken })
	if n := byToken.calls.Load(); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// watchedStore answers batches.
type watchedStore struct {
	fakeStore
	batches atomic.Int64
	down    atomic.Bool
	gone    atomic.Bool
}

func (f *watchedStore) TokenGrants(
	_ context.Context,
	secrets []fleet.SecretHash,
) (map[fleet.SecretHash]fleet.Grant, error) {
	if len(secrets) > 0 {
		panic("no token is watched")
	}
	return nil, nil
}

func (f *watchedStore) SessionGrants(
	_ context.Context,
	secrets []fleet.SecretHash,
) (map[fleet.SecretHash]fleet.Grant, error) {
	f.batches.Add(1)
	if f.down.Load() {
		return nil, errors.New("the database is down")
	}
	found := map[fleet.SecretHash]fleet.Grant{}
	for _, secret := range secrets {
		if !f.gone.Load() {
			found[secret] = fleet.Grant{}
		}
	}
	return found, nil
}

// TestConnectionsStayOpenWhileTheDatabaseIsDown, and are not checked after their end.
func TestConnectionsStayOpenWhileTheDatabaseIsDown(t *testing.T) {
	t.Parallel()
	f := &watchedStore{fakeStore: fakeStore{grant: fleet.Grant{LastUsed: time.Now()}}}
	s := serviceOn(t, f, time.Now)
	session, err := s.AuthenticateSession(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	f.down.Store(true)
	f.gone.Store(true)
	open, left := new(ends), new(ends)
	ctx, leave := context.WithCancel(t.Context())
	s.Watch(t.Context(), session, open.ended)
	s.Watch(ctx, session, left.ended)
	runWatches(t, s)
	eventually(t, "it is checked", func() bool { return f.batches.Load() >= 2 })
	leave()
	if open.calls.Load() != 0 {
		t.Error("it ended with the database")
	}
	eventually(t, "the other is not watched", func() bool { return s.Watched() == 1 })
	f.down.Store(false)
	eventually(t, "it ends", func() bool { return open.calls.Load() == 1 })
	if left.calls.Load() != 0 || s.Watched() != 0 {
		t.Errorf("a connection that has ended was told, %d are watched", s.Watched())
	}
}
