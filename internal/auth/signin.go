package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// Failed sign-ins. An account is what somebody calls theirs, whether there is
// one or not. One place may guess at many accounts, and an office full of
// people is one place. Who guesses from one place keeps nobody else out but
// those there; freePerAccount bounds what many places can try together, for
// one hour, so that they lock nobody out for longer.
const (
	freePerPlace   = 5  // of an account, from one network
	freePerAccount = 50 // in an hour, wherever they come from
	freePerAddress = 30 // of one network, whatever the account
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

// Credentials are what somebody signs in with by password.
type Credentials struct {
	Email    string
	Password string
	Company  string // name of theirs; "" where the address is one user's alone
}

// SignIn opens a session for who knows the password, and returns its secret
// for the cookie. Whatever is wrong, UNAUTHENTICATED is all it says; Throttled
// when there were too many failures. Where several companies have a user of
// the address, the password tells which one is meant, and where they share
// that, the oldest one is; a company's name decides it. One password is hashed
// at least, and one for each such user.
func (s *Service) SignIn(ctx context.Context, c Credentials, from Client) (string, fleet.Session, error) {
	account := accountOf(c.Email)
	address := hashOf("address\x00" + from.Network)
	place := hashOf("place\x00" + from.Network + "\x00" + strings.ToLower(c.Email))
	hour := hashOf("hour\x00" + s.now().UTC().Format("2006-01-02T15") + "\x00" + strings.ToLower(c.Email))
	if err := s.throttle(ctx, address, nil, freePerAddress); err != nil {
		return "", fleet.Session{}, err
	}
	if err := s.throttle(ctx, place, &account, freePerPlace); err != nil { // before hour: what is refused here must not count there
		return "", fleet.Session{}, err
	}
	if err := s.throttle(ctx, hour, &account, freePerAccount); err != nil {
		return "", fleet.Session{}, err
	}
	found, outdated, err := s.find(ctx, c)
	if err != nil {
		return "", fleet.Session{}, err
	}
	if found == nil {
		s.config.Log.InfoContext(ctx, "sign-in refused", "network", from.Network)
		return "", fleet.Session{}, errWrongSignIn
	}
	// One failure each, not all: whoever has an account of the same address in
	// another company could guess at this one for ever.
	if err := s.store.TakeBackFailures(ctx, address, place, hour); err != nil {
		return "", fleet.Session{}, err
	}
	if outdated {
		hash, err := s.hasher.hash(ctx, c.Password)
		if err == nil {
			err = s.store.RehashPassword(ctx, found.UserID, found.Hash, hash)
		}
		if err != nil { // they have signed in all the same
			s.config.Log.WarnContext(ctx, "hash a password again", "error", err)
		}
	}
	return s.open(ctx, found.Viewer, fleet.ByPassword, from)
}

// find returns the oldest account whose password it is, nil for none, and
// whether that should be hashed again. It looks at all of them.
func (s *Service) find(ctx context.Context, c Credentials) (found *fleet.Account, outdated bool, err error) {
	var accounts []fleet.Account
	if fleet.CheckEmail(c.Email) == nil && fleet.CheckText(c.Company) == nil { // else it may hold what PostgreSQL refuses
		if accounts, err = s.store.AccountsByEmail(ctx, c.Email, c.Company); err != nil {
			return nil, false, err
		}
	}
	if len(accounts) == 0 {
		accounts = []fleet.Account{{}} // nobody's, which takes as long
	}
	if utf8.RuneCountInString(c.Password) > MaxPassword {
		accounts, c.Password = []fleet.Account{{}}, "" // nobody has one so long
	}
	for i := range accounts {
		right, old, err := s.hasher.verify(ctx, accounts[i].Hash, c.Password)
		if err != nil {
			return nil, false, err
		}
		if right && found == nil {
			found, outdated = &accounts[i], old
		}
	}
	return found, outdated, nil
}

// accountOf is what failures call the account of an address.
func accountOf(email string) fleet.SecretHash { return hashOf("account\x00" + strings.ToLower(email)) }

func (s *Service) throttle(ctx context.Context, key fleet.SecretHash, account *fleet.SecretHash, free int) error {
	wait, err := s.store.CountFailure(ctx, key, account, free, longestWait, forgetFailures)
	if err != nil || wait <= 0 {
		return err
	}
	wait = max(wait.Round(time.Second), time.Second)
	return &Throttled{RetryAfter: wait, Message: fmt.Sprintf("too many failed sign-ins: try again in %s", wait)}
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
