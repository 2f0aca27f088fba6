package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// Failed sign-ins. An account may be guessed at by many addresses, and an
// address may guess at many accounts; an office full of people shares one.
const (
	freePerAccount = 5
	freePerAddress = 30
	longestWait    = 15 * time.Minute
	forgetFailures = time.Hour
)

// Client is where a sign-in comes from.
type Client struct {
	Network   string // its address, or the part of it that one customer of a provider has
	UserAgent string // as the browser names itself
}

// errWrongSignIn answers every sign-in that fails, whatever the reason.
var errWrongSignIn = unauthenticated("e-mail address or password are not right")

// SignIn opens a session for who knows the password, and returns its secret
// for the cookie. Whatever is wrong, UNAUTHENTICATED is all it says, after the
// same work; Throttled when there were too many failures.
func (s *Service) SignIn(ctx context.Context, email, password string, from Client) (string, fleet.Session, error) {
	account := hashOf("account\x00" + strings.ToLower(email))
	address := hashOf("address\x00" + from.Network)
	if err := s.throttle(ctx, address, freePerAddress); err != nil {
		return "", fleet.Session{}, err
	}
	if err := s.throttle(ctx, account, freePerAccount); err != nil {
		return "", fleet.Session{}, err
	}
	hash := ""
	var v fleet.Viewer
	if fleet.CheckEmail(email) == nil { // what is no address may hold what PostgreSQL refuses
		var err error
		if v, hash, err = s.store.PasswordByEmail(ctx, email); err != nil && fleet.CodeOf(err) != fleet.NotFound {
			return "", fleet.Session{}, err
		}
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		password, hash = "", "" // nobody has one so long
	}
	right, outdated, err := s.hasher.verify(ctx, hash, password)
	if err != nil {
		return "", fleet.Session{}, err
	}
	if !right {
		s.config.Log.InfoContext(ctx, "sign-in refused", "network", from.Network)
		return "", fleet.Session{}, errWrongSignIn
	}
	if err := s.store.ForgetFailures(ctx, account, address); err != nil {
		return "", fleet.Session{}, err
	}
	if outdated {
		if hash, err = s.hasher.hash(ctx, password); err == nil {
			err = s.store.SetPassword(ctx, v.UserID, hash, false)
		}
		if err != nil { // they have signed in all the same
			s.config.Log.WarnContext(ctx, "hash a password again", "error", err)
		}
	}
	return s.open(ctx, v, fleet.ByPassword, from)
}

func (s *Service) throttle(ctx context.Context, key fleet.SecretHash, free int) error {
	wait, err := s.store.CountFailure(ctx, key, free, longestWait, forgetFailures)
	if err != nil || wait <= 0 {
		return err
	}
	wait = max(wait.Round(time.Second), time.Second)
	return &Throttled{After: wait, Message: fmt.Sprintf("too many failed sign-ins: try again in %s", wait)}
}

// maxUserAgent is how many characters of a browser's name are kept.
const maxUserAgent = 200

// open makes a session. Each sign-in has a new secret: one that somebody
// planted in the browser before opens nothing.
func (s *Service) open(ctx context.Context, v fleet.Viewer, how fleet.SignInMethod, from Client) (string, fleet.Session, error) {
	secret := newSecret()
	agent := []rune(strings.ReplaceAll(strings.ToValidUTF8(from.UserAgent, "?"), "\x00", "?"))
	session, err := s.store.AddSession(ctx, hashOf(secret), fleet.Session{
		CompanyID: v.CompanyID, UserID: v.UserID, Method: how, UserAgent: string(agent[:min(len(agent), maxUserAgent)]),
	}, s.config.SessionIdle, s.config.SessionMax)
	if err != nil {
		return "", fleet.Session{}, err
	}
	s.config.Log.InfoContext(ctx, "signed in", "user", v.UserID, "method", how, "session", session.ID)
	return secret, session, nil
}

// SignOut ends the session of a cookie; what is no session ends nothing.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	if !isSecret(secret) {
		return nil
	}
	hash := hashOf(secret)
	defer s.grants.Remove(hash)
	return s.store.EndSession(ctx, hash)
}

// SignOutEverywhere ends all sessions of a user, within a second also on other
// instances, and returns how many there were. Access tokens stay: they are
// revoked one by one.
func (s *Service) SignOutEverywhere(ctx context.Context, user fleet.UUID) (int, error) {
	defer s.forgetUser(user)
	return s.store.EndSessions(ctx, user)
}

// AddUser makes a user. Without a password they can sign in at their company's
// provider alone.
func (s *Service) AddUser(ctx context.Context, company fleet.UUID, u fleet.User, password string) (fleet.User, error) {
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
	return s.store.AddUser(ctx, company, u, hash)
}

// SetPassword gives a user a new password and ends all their sessions.
func (s *Service) SetPassword(ctx context.Context, user fleet.UUID, password string) error {
	if err := CheckPassword("password", password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	defer s.forgetUser(user)
	return s.store.SetPassword(ctx, user, hash, true)
}

// NewPassword returns a random password of 26 characters.
func NewPassword() string { return newSecret() }
