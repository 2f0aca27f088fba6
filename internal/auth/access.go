package auth

import (
	"bytes"
	"context"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// The methods below change users, sessions and tokens on behalf of a viewer. They
// also drop them from the cache, so that a change takes effect on this instance
// without delay and on others within a second. Store checks the viewer's role.

// AddUser adds a user to the viewer's company. Without a password the user can
// sign in through single sign-on only. It returns BAD_INPUT for an invalid field
// and CONFLICT if the company has a user with the e-mail address.
func (s *Service) AddUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, u fleet.User,
	password string) (fleet.User, error) {
	if err := fleet.CheckEmail(u.Email); err != nil {
		return u, err
	}
	if err := fleet.CheckName("name", u.Name, fleet.MaxUserName); err != nil {
		return u, err
	}
	if !u.Role.Valid() {
		return u, fleet.BadInputf("role", "%s is not a role: %v", fleet.Quote(string(u.Role)), fleet.Roles())
	}
	hash := ""
	if password != "" {
		owner, err := s.store.PasswordOwner(ctx, v, fleet.UUID{})
		if err != nil {
			return u, err
		}
		owner.Email, owner.Name = u.Email, u.Name
		if err = CheckPassword("password", password, owner); err == nil {
			hash, err = s.hasher.hash(ctx, password)
		}
		if err != nil {
			return u, err
		}
	}
	return s.store.AddUser(ctx, v, w, u, hash)
}

// ChangeUser changes a user, or disables or enables the user. It returns
// the errors of Store.ChangeUser.
func (s *Service) ChangeUser(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int, change fleet.UserChange) (*fleet.User, error) {
	defer s.uncacheUser(id)
	u, err := s.store.ChangeUser(ctx, v, w, id, expected, change)
	if err == nil {
		s.config.Log.InfoContext(ctx, "user changed",
			"user", u.ID, "role", u.Role, "disabled", u.DisabledAt != nil, "by", v.UserID)
	}
	return u, err
}

// ChangePassword replaces the viewer's password and ends the viewer's sessions,
// except the one with the id keep. It returns BAD_INPUT if current is wrong or
// password is not a new valid one, CONFLICT for a user without a password, and
// Throttled after too many failures, because the session may be stolen.
func (s *Service) ChangePassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, keep fleet.UUID,
	current, password string) (*fleet.User, error) {
	owner, err := s.store.PasswordOwner(ctx, v, v.UserID)
	if err == nil {
		err = CheckPassword("new", password, owner)
	}
	if err != nil {
		return nil, err
	}
	// Counted apart from sign-ins, so that guesses here do not delay those.
	attempt, err := s.attempt(ctx, counter{hashOf("change\x00" + v.UserID.String()), freeChanges})
	if err != nil {
		return nil, err
	}
	matches, _, err := s.hasher.verify(ctx, owner.Hash, current)
	if err == nil && owner.Hash != "" && !matches {
		return nil, fleet.BadInputf("current", "this is not your password")
	}
	attempt.takeBack(ctx)
	switch {
	case err != nil:
		return nil, err
	case owner.Hash == "":
		return nil, fleet.Conflictf(fleet.NoPassword, "",
			"you have no password: you sign in through your company's identity provider")
	case bytes.Equal(normalize(current), normalize(password)):
		return nil, fleet.BadInputf("new", "this is your present password: choose another one")
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	defer s.uncacheUser(v.UserID)
	return s.store.ChangePassword(ctx, v, w, keep, owner.Hash, hash)
}

// ResetPassword sets the password of a user of the viewer's company and ends all of
// the user's sessions. The user is to change the password. It returns BAD_INPUT for
// an invalid password, and for the viewer's own user: a session or token left open
// must not get a password without the current one.
func (s *Service) ResetPassword(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	password string) (*fleet.User, error) {
	if id == v.UserID {
		return nil, fleet.BadInputf("userId",
			"this is your own user: use changePassword, which requires the current password")
	}
	owner, err := s.store.PasswordOwner(ctx, v, id)
	if err != nil {
		return nil, fleet.InField("userId", err)
	}
	if err := CheckPassword("password", password, owner); err != nil {
		return nil, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	defer s.uncacheUser(id)
	return s.store.ResetPassword(ctx, v, w, id, hash)
}

// NewPassword returns a random password of 26 characters and 130 bits.
func NewPassword() string { return newSecret() }

// EndSession ends the session with that id. It must be the viewer's, or, for
// administrators, of the viewer's company; else it returns NOT_FOUND.
func (s *Service) EndSession(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) error {
	user, err := s.store.EndSessionByID(ctx, v, w, id)
	s.uncacheUser(user)
	return err
}

// MaxTokenLife is the longest lifetime of an access token.
const MaxTokenLife = 366 * 24 * time.Hour

// tokenLife is the default lifetime of an access token.
const tokenLife = 90 * 24 * time.Hour

// CreateToken creates an access token with t's user, name, scope and expiry
// (default 90 days), and returns it with its secret, which is not stored. If the
// request itself was authenticated by an access token, limit is its expiry, else
// zero. The new token expires no later, so that a stolen token cannot renew
// itself. It returns BAD_INPUT for an invalid field.
func (s *Service) CreateToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, t fleet.AccessToken,
	limit time.Time) (string, *fleet.AccessToken, error) {
	if err := fleet.CheckName("name", t.Name, 100); err != nil {
		return "", nil, err
	}
	if !t.Scope.Valid() {
		return "", nil, fleet.BadInputf("scope", "%s is not a scope: %v", fleet.Quote(string(t.Scope)), fleet.Scopes())
	}
	now := s.now()
	if t.ExpiresAt.IsZero() {
		t.ExpiresAt = now.Add(tokenLife)
		if !limit.IsZero() && limit.Before(t.ExpiresAt) {
			t.ExpiresAt = limit
		}
	}
	if !t.ExpiresAt.After(now) || t.ExpiresAt.After(now.Add(MaxTokenLife)) {
		return "", nil, fleet.BadInputf("expiresAt", "%s is not within the next %d days",
			stamp(t.ExpiresAt), int(MaxTokenLife.Hours()/24))
	}
	if !limit.IsZero() && t.ExpiresAt.After(limit) {
		return "", nil, fleet.BadInputf("expiresAt", "%s is after %s, when the token of this request expires",
			stamp(t.ExpiresAt), stamp(limit))
	}
	token, hash := newToken()
	kept, err := s.store.AddToken(ctx, v, w, hash, t)
	if err != nil {
		return "", nil, err
	}
	return token, kept, nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// RevokeToken revokes the access token with that id and returns it. It must be the
// viewer's, or, for administrators, of the viewer's company; else it returns
// NOT_FOUND.
func (s *Service) RevokeToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID) (
	*fleet.AccessToken, error) {
	t, err := s.store.RevokeToken(ctx, v, w, id)
	if err == nil {
		s.uncacheUser(t.UserID)
		s.config.Log.InfoContext(ctx, "access token revoked", "token", t.ID, "user", t.UserID, "by", v.UserID)
	}
	return t, err
}
