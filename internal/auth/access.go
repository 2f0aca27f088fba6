package auth

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// What follows changes who may sign in on behalf of a viewer. Here is
// forgotten what was remembered, so that it ends on this instance without
// delay, and on others within a second.

// AddUser makes a user of the viewer's company. Without a password they can
// sign in at their company's provider alone.
func (s *Service) AddUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, u fleet.User, password string) (fleet.User, error) {
	if err := fleet.CheckEmail(u.Email); err != nil {
		return u, err
	}
	if err := fleet.CheckName("name", u.Name, 200); err != nil {
		return u, err
	}
	if !u.Role.Valid() {
		return u, fleet.BadInputf("role", "%s is no role: %v", fleet.Quote(string(u.Role)), fleet.Roles())
	}
	hash := ""
	if password != "" {
		err := CheckPassword("password", password)
		if err == nil {
			hash, err = s.hasher.hash(ctx, password)
		}
		if err != nil {
			return u, err
		}
	}
	return s.store.AddUser(ctx, v, how, u, hash)
}

// ChangeUser changes a user's role, shuts them out or lets them in again.
func (s *Service) ChangeUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID, change fleet.UserChange) (*fleet.User, error) {
	defer s.forgetUser(id)
	u, err := s.store.ChangeUser(ctx, v, how, id, change)
	if err == nil {
		s.config.Log.InfoContext(ctx, "user changed", "user", u.ID, "role", u.Role, "disabled", u.DisabledAt != nil, "by", v.UserID)
	}
	return u, err
}

// ChangePassword gives the viewer another password, for who knows the one they
// have, and ends their sessions but keep. Throttled when there were too many
// failures: whoever found a session open may guess.
func (s *Service) ChangePassword(ctx context.Context, v fleet.Viewer, how fleet.Writing, keep fleet.UUID, current, password string) (*fleet.User, error) {
	if err := CheckPassword("new", password); err != nil {
		return nil, err
	}
	email, old, err := s.store.OwnPassword(ctx, v)
	if err != nil {
		return nil, err
	}
	account := accountOf(email)
	// Apart from sign-in, which nobody else's guesses here may block.
	guesses := hashOf("change\x00" + v.UserID.String())
	if err := s.throttle(ctx, guesses, &account, freePerPlace); err != nil {
		return nil, err
	}
	right, _, err := s.hasher.verify(ctx, old, current)
	switch {
	case err != nil:
		return nil, err
	case old == "":
		return nil, fleet.Conflictf("", "you sign in at your company's provider and have no password here")
	case !right:
		return nil, fleet.BadInputf("current", "this is not your password")
	}
	if err := s.store.TakeBackFailures(ctx, guesses); err != nil {
		return nil, err
	}
	if string(normal(current)) == string(normal(password)) {
		return nil, fleet.BadInputf("new", "this is the password that you have: take another one")
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	defer s.forgetUser(v.UserID)
	u, err := s.store.ChangePassword(ctx, v, how, keep, old, hash)
	if err == nil {
		s.forgetFailures(ctx, account, email)
	}
	return u, err
}

// ResetPassword gives a user of the viewer's company a password that somebody
// else knows, and ends all their sessions. Failed sign-ins are forgotten.
func (s *Service) ResetPassword(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID, password string) (*fleet.User, error) {
	if err := CheckPassword("password", password); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	defer s.forgetUser(id)
	u, err := s.store.ResetPassword(ctx, v, how, id, hash)
	if err == nil {
		s.forgetFailures(ctx, accountOf(u.Email), u.Email)
	}
	return u, err
}

// forgetFailures takes back the failed sign-ins of an account that has another
// password now: it is told, whatever becomes of them.
func (s *Service) forgetFailures(ctx context.Context, account fleet.SecretHash, email string) {
	if err := s.store.ForgetFailures(ctx, account, email); err != nil {
		s.config.Log.WarnContext(ctx, "forget failed sign-ins", "error", err)
	}
}

// NewPassword returns a random password of 26 characters.
func NewPassword() string { return newSecret() }

// EndSession ends a session by its id: the viewer's, or any of the company for
// its administrators.
func (s *Service) EndSession(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID) error {
	user, err := s.store.EndSessionByID(ctx, v, how, id)
	s.forgetUser(user)
	return err
}

// MaxTokenLife is how long an access token may last.
const MaxTokenLife = 366 * 24 * time.Hour

// tokenLife is how long an access token lasts unless told.
const tokenLife = 90 * 24 * time.Hour

// CreateToken makes an access token of t's user, name, scope and end, and
// returns it: it is never shown again. Where a token asks for it, asking is
// when that one ends, and the new one ends no later: else a token that somebody
// found could renew itself for ever.
func (s *Service) CreateToken(ctx context.Context, v fleet.Viewer, how fleet.Writing, t fleet.AccessToken, asking time.Time) (string, *fleet.AccessToken, error) {
	if err := fleet.CheckName("name", t.Name, 100); err != nil {
		return "", nil, err
	}
	if !t.Scope.Valid() {
		return "", nil, fleet.BadInputf("scope", "%s is no scope: %v", fleet.Quote(string(t.Scope)), fleet.Scopes())
	}
	now := s.now()
	if t.ExpiresAt.IsZero() {
		t.ExpiresAt = now.Add(tokenLife)
		if !asking.IsZero() && asking.Before(t.ExpiresAt) {
			t.ExpiresAt = asking
		}
	}
	if !t.ExpiresAt.After(now) || t.ExpiresAt.After(now.Add(MaxTokenLife)) {
		return "", nil, fleet.BadInputf("expiresAt", "%s is not in the next %d days", stamp(t.ExpiresAt), int(MaxTokenLife.Hours()/24))
	}
	if !asking.IsZero() && t.ExpiresAt.After(asking) {
		return "", nil, fleet.BadInputf("expiresAt", "%s is after %s, when the token ends with which you ask: it makes none that outlasts it", stamp(t.ExpiresAt), stamp(asking))
	}
	token, hash := newToken()
	kept, err := s.store.AddToken(ctx, v, how, hash, t)
	if err != nil {
		return "", nil, err
	}
	return token, kept, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// RevokeToken ends an access token and returns it: one of the viewer's, or any
// of the company for its administrators.
func (s *Service) RevokeToken(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID) (*fleet.AccessToken, error) {
	t, err := s.store.RevokeToken(ctx, v, how, id)
	if err == nil {
		s.forgetUser(t.UserID)
		s.config.Log.InfoContext(ctx, "access token revoked", "token", t.ID, "user", t.UserID, "by", v.UserID)
	}
	return t, err
}
