package auth

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
)

// Throttling of failed sign-ins. An account is an e-mail address, whether or not
// a user has it. After the free failures each further one doubles the wait.
//
// A network may be an office with many users, so it has more free failures than
// one account from one network. Guesses from one network delay only that network;
// the count per account and hour limits what many networks can try together, and
// ends with the hour, so that they cannot lock out a user for longer.
const (
	freePerNetworkAccount = 5  // per account and network
	freePerAccountHour    = 50 // per account and hour, over all networks
	freePerNetwork        = 30 // per network, over all accounts
	freeChanges           = 5  // per user, of the present password in ChangePassword
	longestWait           = 15 * time.Minute
	forgetFailures        = time.Hour // without a failure, a count starts again
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
// If several companies have a user with the e-mail address, the password selects
// the user, and the oldest one if several share it, unless Company names one. One
// hash is computed for each such user, and one if there is none.
func (s *Service) SignIn(ctx context.Context, c Credentials, from Client) (string, fleet.Session, error) {
	account := accountOf(c.Email)
	address := hashOf("address\x00" + from.Network)
	atPlace := hashOf("place\x00" + from.Network + "\x00" + fleet.AddressKey(c.Email))
	hour := hashOf("hour\x00" + s.now().UTC().Format("2006-01-02T15") + "\x00" + fleet.AddressKey(c.Email))
	if err := s.throttle(ctx, address, nil, freePerNetwork); err != nil {
		return "", fleet.Session{}, err
	}
	// Before the count of the hour: an attempt that is refused here must not count there.
	if err := s.throttle(ctx, atPlace, &account, freePerNetworkAccount); err != nil {
		return "", fleet.Session{}, err
	}
	if err := s.throttle(ctx, hour, &account, freePerAccountHour); err != nil {
		return "", fleet.Session{}, err
	}
	secret, session, outdated, err := s.openByPassword(ctx, c, from)
	if fleet.CodeOf(err) == fleet.NotFound {
		s.config.Log.InfoContext(ctx, "sign-in refused", "network", from.Network)
		return "", fleet.Session{}, errWrongSignIn
	}
	if err != nil {
		return "", fleet.Session{}, err
	}
	// One failure each, not all: else the user of the same address in another
	// company could reset the count and guess at this account without end.
	if err := s.store.TakeBackFailures(ctx, address, atPlace, hour); err != nil {
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
// its hash is outdated. It verifies the password with every account, so that the
// time does not tell which one matched.
func (s *Service) find(ctx context.Context, c Credentials) (found *fleet.Account, outdated bool, err error) {
	var accounts []fleet.Account
	// Other text may hold characters that PostgreSQL rejects.
	if fleet.CheckText(c.Email) == nil && fleet.CheckText(c.Company) == nil {
		if accounts, err = s.store.AccountsByEmail(ctx, c.Email, c.Company); err != nil {
			return nil, false, err
		}
	}
	if len(accounts) == 0 {
		accounts = []fleet.Account{{}} // matches nothing and takes as long
	}
	if utf8.RuneCountInString(c.Password) > MaxPassword {
		accounts, c.Password = []fleet.Account{{}}, "" // no password is that long
	}
	for i := range accounts {
		matches, old, err := s.hasher.verify(ctx, accounts[i].Hash, c.Password)
		if err != nil {
			return nil, false, err
		}
		if matches && found == nil {
			found, outdated = &accounts[i], old
		}
	}
	return found, outdated, nil
}

// accountOf returns the key under which failures of an e-mail address are counted.
func accountOf(email string) fleet.SecretHash { return hashOf("account\x00" + fleet.AddressKey(email)) }

// throttle counts a failed sign-in of key in advance, so that concurrent guesses all
// count, or returns Throttled. A sign-in that succeeds takes it back.
func (s *Service) throttle(ctx context.Context, key fleet.SecretHash, account *fleet.SecretHash, free int) error {
	wait, err := s.store.CountFailure(ctx, key, account, free, longestWait, forgetFailures)
	if err != nil || wait <= 0 {
		return err
	}
	wait = max(wait.Round(time.Second), time.Second)
	return &Throttled{RetryAfter: wait, Message: fmt.Sprintf("too many failed sign-ins: try again in %s", wait)}
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
	s.config.Log.InfoContext(ctx, "signed in", "user", v.UserID, "method", method, "session", session.ID)
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
