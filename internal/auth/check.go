package auth

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"bitcorp.dev/fleet/internal/fleet"
)

// cacheFor is how long the result of a check is cached. A revoked session or token
// stops working within this time on every instance.
const cacheFor = time.Second

// checkTimeout limits a check that the database does not answer.
const checkTimeout = 10 * time.Second

// touchEvery is how much the recorded last use may lag behind.
const touchEvery = time.Minute

type cachedGrant struct {
	grant fleet.Grant
	read  time.Time // before the query was sent: its result is at least as new
	// endings is the number of endings on this instance before the query was sent.
	endings uint64
	// keys are made once, because each request needs them.
	keys *keys
}

// keys name the user and the access token of an identity in budgets and quotas.
type keys struct{ user, token string }

func keysOf(g fleet.Grant) *keys {
	return &keys{user: "user:" + g.UserID.String(), token: "token:" + g.ID.String()}
}

// Kind is a kind of credentials.
type Kind string

// The kinds of credentials.
const (
	BySession Kind = "session"
	ByToken   Kind = "token"
)

// Identity is an authenticated caller: the viewer, and the session or access token
// that the request carried.
type Identity struct {
	fleet.Grant
	Kind Kind
	hash fleet.SecretHash
	keys *keys // nil for one that was made elsewhere
}

// UserKey names the user in budgets and quotas.
func (i Identity) UserKey() string { return i.named().user }

// TokenKey names the access token in budgets.
func (i Identity) TokenKey() string { return i.named().token }

func (i Identity) named() *keys {
	if i.keys != nil {
		return i.keys
	}
	return keysOf(i.Grant)
}

// Credential names the session or the access token; zero for the zero Identity.
func (i Identity) Credential() fleet.Credential {
	switch i.Kind {
	case BySession:
		return fleet.Credential{Session: i.ID}
	case ByToken:
		return fleet.Credential{Token: i.ID}
	default:
		return fleet.Credential{}
	}
}

// AuthenticateSession returns the identity of the session with that secret, which
// the session cookie holds, or UNAUTHENTICATED if there is no such session or it
// has ended. It takes at most one statement per session and second, and a second
// one per minute, to record the use.
func (s *Service) AuthenticateSession(ctx context.Context, secret string) (Identity, error) {
	if !isSecret(secret) {
		return Identity{}, errNoSession
	}
	return s.check(ctx, BySession, hashOf(secret))
}

// AuthenticateToken returns the identity of an access token, or UNAUTHENTICATED if
// it is unknown, expired or revoked. It takes as many statements as
// AuthenticateSession, and none for text that is not an access token.
func (s *Service) AuthenticateToken(ctx context.Context, token string) (Identity, error) {
	hash, is := parseToken(token)
	if !is {
		return Identity{}, errNoToken
	}
	return s.check(ctx, ByToken, hash)
}

// IsCached reports whether a session's secret or an access token was valid on this
// instance recently. It takes no statement and does not authenticate: the session
// or token may have ended since.
func (s *Service) IsCached(secret string) bool {
	return s.grants.Contains(hashOf(secret))
}

// Recheck returns UNAUTHENTICATED once a session or access token that was valid
// before has ended or its user has another role. Long connections call it before
// each event.
func (s *Service) Recheck(ctx context.Context, i Identity) error {
	now, err := s.check(ctx, i.Kind, i.hash)
	if err == nil && now.Viewer != i.Viewer {
		return errRoleChanged
	}
	return err
}

var (
	errNoSession = unauthenticated("the session has ended: sign in again")
	errNoToken   = unauthenticated("the access token is unknown, expired or revoked")
)

// check returns the identity of a session or token from the cache or the store.
func (s *Service) check(ctx context.Context, kind Kind, hash fleet.SecretHash) (Identity, error) {
	if c, ok := s.cached(hash); ok {
		return Identity{Grant: c.grant, Kind: kind, hash: hash, keys: c.keys}, nil
	}
	find, none := s.store.SessionGrant, errNoSession
	if kind == ByToken {
		find, none = s.store.TokenGrant, errNoToken
	}
	g, err := s.findShared(ctx, hash, find)
	if fleet.CodeOf(err) == fleet.NotFound {
		s.grants.Remove(hash)
		return Identity{}, none
	}
	if err != nil {
		return Identity{}, err
	}
	if s.now().Sub(g.LastUsed) >= touchEvery {
		if kind == ByToken {
			err = s.store.TouchToken(ctx, g.ID)
		} else {
			err = s.store.TouchSession(ctx, hash, s.config.SessionIdle)
		}
		if err != nil { // not worth a refusal
			s.config.Log.WarnContext(ctx, "record the last use of a session or token", "error", err)
		}
	}
	return Identity{Grant: g, Kind: kind, hash: hash}, nil
}

// cached returns what a secret gave access to when it was last looked up, unless
// that is longer ago than cacheFor, or something of the user has ended since.
func (s *Service) cached(hash fleet.SecretHash) (cachedGrant, bool) {
	c, ok := s.grants.Get(hash)
	return c, ok && s.now().Sub(c.read) < cacheFor && !s.endings.since(c.grant.UserID, c.endings)
}

// findShared calls find once for all concurrent checks of the same secret, because
// each event rechecks all subscriptions of a session at once, and caches the
// result as of the moment before the call. The call outlives the context of the
// caller that started it. A result that was read before something of its user ended
// on this instance is read again: it must not answer a request that began later.
func (s *Service) findShared(ctx context.Context, hash fleet.SecretHash,
	find func(context.Context, fleet.SecretHash) (fleet.Grant, error)) (fleet.Grant, error) {
	for {
		shared := s.checks.DoChan(string(hash[:]), func() (any, error) {
			if c, ok := s.cached(hash); ok { // by a call that ended after this check had begun
				return c, nil
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
			defer cancel()
			c := cachedGrant{read: s.now(), endings: s.endings.count()}
			var err error
			if c.grant, err = find(ctx, hash); err == nil {
				c.keys = keysOf(c.grant)
				s.grants.Add(hash, c)
			}
			return c, err
		})
		select {
		case <-ctx.Done():
			return fleet.Grant{}, ctx.Err()
		case result := <-shared:
			c, _ := result.Val.(cachedGrant)
			if result.Err != nil || !s.endings.since(c.grant.UserID, c.endings) {
				return c.grant, result.Err
			}
		}
	}
}

// uncacheUser drops a user's sessions and tokens from the cache, so that revoking
// them takes effect on this instance without delay, also for checks in progress.
func (s *Service) uncacheUser(user fleet.UUID) { s.endings.add(user) }

// endings counts the acts on this instance that may have ended a session or token,
// and remembers the last one of each user.
type endings struct {
	mu sync.Mutex // orders the entries of one user
	n  atomic.Uint64
	of *lru.Cache[fleet.UUID, uint64]
}

func newEndings() (*endings, error) {
	of, err := lru.New[fleet.UUID, uint64](cachedGrants)
	if err != nil {
		return nil, fmt.Errorf("cache of endings: %w", err)
	}
	return &endings{of: of}, nil
}

func (e *endings) add(user fleet.UUID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.of.Add(user, e.n.Add(1))
}

func (e *endings) count() uint64 { return e.n.Load() }

// since reports whether something of the user ended after the first n endings.
func (e *endings) since(user fleet.UUID, n uint64) bool {
	last, ok := e.of.Get(user)
	return ok && last > n
}
