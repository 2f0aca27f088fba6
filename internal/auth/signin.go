package auth

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// Client describes the client of a sign-in.
type Client struct {
	Network   string // IP address, or the prefix that one customer of a provider gets
	UserAgent string // User-Agent header; 200 characters are kept
}

// errWrongSignIn is the error of every failed sign-in, whatever the reason.
var errWrongSignIn = unauthenticated("the e-mail address or the password is wrong")

// Credentials are those of a sign-in by password.
type Credentials struct {
	Email    string
	Password string
	Company  string // the company's name, or "" to look in all companies
}

// SignIn verifies the credentials, creates a session and returns it with its
// secret, which goes into the session cookie. It returns UNAUTHENTICATED, with the
// same message, for an unknown user as for a wrong password, and Throttled after
// too many failures or while too many sign-ins are queued.
//
// If two companies have a user with the e-mail address, the password selects the user,
// and the older one if both have it. Of users in more companies than fleet.SignInCompanies
// only the oldest can be selected so; the others give their Company. Every attempt
// computes as many hashes and takes Config.SignInTime at least, so that its time tells nothing about the address.
func (s *Service) SignIn(ctx context.Context, c Credentials, from Client) (string, fleet.Session, error) {
	attempt, err := s.attempt(ctx,
		counter{hashOf("address\x00" + from.Network), freePerNetwork},
		counter{hashOf("place\x00" + from.Network + "\x00" + fleet.AddressKey(c.Email)), freePerNetworkAccount},
		counter{hashOf("hour\x00" + s.now().UTC().Format("2006-01-02T15") + "\x00" + fleet.AddressKey(c.Email)),
			freePerAccountHour})
	if err != nil {
		if fleet.CodeOf(err) == fleet.RateLimited {
			s.config.Log.InfoContext(ctx, "sign-in throttled", "network", from.Network)
		}
		return "", fleet.Session{}, err
	}
	defer wait(ctx, time.Now().Add(s.config.SignInTime))
	secret, session, outdated, err := s.openByPassword(ctx, c, from)
	if fleet.CodeOf(err) == fleet.NotFound {
		s.config.Log.InfoContext(ctx, "sign-in refused", "network", from.Network)
		return "", fleet.Session{}, errWrongSignIn
	}
	attempt.takeBack(ctx)
	if err != nil {
		return "", fleet.Session{}, err
	}
	if outdated != "" {
		hash, err := s.hasher.hash(ctx, c.Password)
		if err == nil {
			err = s.store.RehashPassword(ctx, session.UserID, outdated, hash)
		}
		if err != nil { // not worth a refusal
			s.config.Log.WarnContext(ctx, "rehash a password", "error", err)
		}
	}
	return secret, session, nil
}

// wait returns at a point in time, or when ctx ends.
func wait(ctx context.Context, until time.Time) {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// openByPassword creates a session for the account that the credentials match, and returns the hash of its
// password if that is outdated. It returns NOT_FOUND for none. The password may be changed or rehashed while
// it is verified: then it is verified once more, with what is stored now.
func (s *Service) openByPassword(ctx context.Context, c Credentials, from Client) (secret string,
	session fleet.Session, outdated string, err error) {
	for range 2 {
		found, old, err := s.find(ctx, c)
		if err == nil && found == nil {
			err = fleet.NotFoundf("", "no account matches")
		}
		if err != nil {
			return "", fleet.Session{}, "", err
		}
		secret, session, err = s.open(ctx, found.Viewer, fleet.Proof{Hash: found.Hash}, from)
		if err == nil && old {
			outdated = found.Hash
		}
		if fleet.CodeOf(err) != fleet.NotFound {
			return secret, session, outdated, err
		}
	}
	return "", fleet.Session{}, "", fleet.NotFoundf("", "the password was changed while it was verified")
}

// find returns the oldest account that the password matches, or nil, and whether
// its hash is outdated. It verifies the password fleet.SignInCompanies times, whatever the
// address and the company have, so that the time tells nothing about them.
func (s *Service) find(ctx context.Context, c Credentials) (found *fleet.Account, outdated bool, err error) {
	var accounts []fleet.Account
	// Other text may hold characters that PostgreSQL rejects.
	if fleet.CheckText(c.Email) == nil && fleet.CheckText(c.Company) == nil {
		if accounts, err = s.store.AccountsByEmail(ctx, c.Email, c.Company); err != nil {
			return nil, false, err
		}
	}
	if utf8.RuneCountInString(c.Password) > MaxPassword {
		accounts, c.Password = nil, "" // no password is that long
	}
	for i := range fleet.SignInCompanies {
		account := &fleet.Account{} // matches nothing and takes as long
		if i < len(accounts) {
			account = &accounts[i]
		}
		matches, old, err := s.hasher.verify(ctx, account.Hash, c.Password)
		if err != nil {
			return nil, false, err
		}
		if matches && found == nil {
			found, outdated = account, old
		}
	}
	return found, outdated, nil
}

// maxUserAgent is how many characters of a User-Agent are kept.
const maxUserAgent = 200

// open creates a session. Its secret is always new, which prevents session
// fixation. It returns NOT_FOUND if p does not hold any more: what was verified may have been changed while
// it was verified.
func (s *Service) open(ctx context.Context, v fleet.Viewer, p fleet.Proof, from Client) (
	string, fleet.Session, error) {
	method := fleet.ByPassword
	if p.Issuer != "" {
		method = fleet.ByOIDC
	}
	secret := newSecret()
	agent := []rune(strings.ReplaceAll(strings.ToValidUTF8(from.UserAgent, "?"), "\x00", "?"))
	session, err := s.store.AddSession(ctx, hashOf(secret), fleet.Session{
		CompanyID: v.CompanyID, UserID: v.UserID, Method: method,
		UserAgent: string(agent[:min(len(agent), maxUserAgent)]),
	}, p, s.config.SessionIdle, s.config.SessionMax)
	if err != nil {
		return "", fleet.Session{}, err
	}
	s.config.Log.InfoContext(ctx, "signed in", "user", v.UserID, "method", method, "session", session.ID,
		"network", from.Network)
	return secret, session, nil
}

// SignOut ends the session with that secret. It is no error if there is none.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	if !isSecret(secret) {
		return nil
	}
	user, err := s.store.EndSession(ctx, hashOf(secret))
	s.uncacheUser(user)
	return err
}

// SignOutEverywhere ends all sessions of the viewer except keep, which may be zero, and
// returns how many there were. On other instances they end within a second. Access tokens remain valid: they
// are revoked one by one.
func (s *Service) SignOutEverywhere(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, keep fleet.UUID) (
	int, error) {
	defer s.uncacheUser(v.UserID)
	return s.store.EndSessions(ctx, v, w, keep)
}
