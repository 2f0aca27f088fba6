package auth

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// cacheFor is how long a check holds: what is revoked stops within it.
const cacheFor = time.Second

// checkTimeout bounds a check, so that a database which does not answer is no
// reason for all to wait as long as their requests may.
const checkTimeout = 10 * time.Second

// touchEvery is how far the last use on record may lie behind.
const touchEvery = time.Minute

type cachedGrant struct {
	grant fleet.Grant
	asked time.Time // before the database was: what it answered may be as old
}

// Kind says what an identity was proven with.
type Kind string

// The kinds of credentials.
const (
	BySession Kind = "session"
	ByToken   Kind = "token"
)

// Identity is who asks and what proved it.
type Identity struct {
	fleet.Grant
	Kind Kind
	hash fleet.SecretHash
}

// AuthenticateSession returns who is signed in with a cookie's secret, or UNAUTHENTICATED.
// It asks the database once a second at most, with one statement, and with a
// second one once a minute.
func (s *Service) AuthenticateSession(ctx context.Context, secret string) (Identity, error) {
	if !isSecret(secret) {
		return Identity{}, errNoSession
	}
	return s.check(ctx, BySession, hashOf(secret))
}

// AuthenticateToken returns whose access token it is, or UNAUTHENTICATED, with as many
// statements as Session.
func (s *Service) AuthenticateToken(ctx context.Context, token string) (Identity, error) {
	hash, is := parseToken(token)
	if !is {
		return Identity{}, errNoToken
	}
	return s.check(ctx, ByToken, hash)
}

// IsCached reports whether a session's secret or a token has opened something
// here not long ago. It asks nobody, and it proves nothing.
func (s *Service) IsCached(secret string) bool {
	return s.grants.Contains(hashOf(secret))
}

// Recheck checks an identity that was given before, for connections that last:
// its session or token may have ended, its role may be another.
func (s *Service) Recheck(ctx context.Context, i Identity) (Identity, error) {
	return s.check(ctx, i.Kind, i.hash)
}

var (
	errNoSession = unauthenticated("the session has ended: sign in again")
	errNoToken   = unauthenticated("the access token is unknown, expired or revoked")
)

func (s *Service) check(ctx context.Context, kind Kind, hash fleet.SecretHash) (Identity, error) {
	asked := s.now()
	if c, ok := s.grants.Get(hash); ok && asked.Sub(c.asked) < cacheFor {
		return Identity{Grant: c.grant, Kind: kind, hash: hash}, nil
	}
	find, none := s.store.SessionGrant, errNoSession
	if kind == ByToken {
		find, none = s.store.TokenGrant, errNoToken
	}
	g, err := s.once(ctx, hash, find)
	if fleet.CodeOf(err) == fleet.NotFound {
		s.grants.Remove(hash)
		return Identity{}, none
	}
	if err != nil {
		return Identity{}, err
	}
	if asked.Sub(g.LastUsed) >= touchEvery {
		if kind == ByToken {
			err = s.store.TouchToken(ctx, g.ID)
		} else {
			err = s.store.TouchSession(ctx, hash, s.config.SessionIdle)
		}
		if err != nil { // it opens all the same
			s.config.Log.WarnContext(ctx, "note the last use", "error", err)
		}
	}
	s.grants.Add(hash, cachedGrant{g, asked})
	return Identity{Grant: g, Kind: kind, hash: hash}, nil
}

// once lets all who ask about the same secret at the same time share one
// statement: a session's subscriptions are all checked when an event comes. It
// goes on when the first of them leaves.
func (s *Service) once(ctx context.Context, hash fleet.SecretHash, find func(context.Context, fleet.SecretHash) (fleet.Grant, error)) (fleet.Grant, error) {
	shared := s.checks.DoChan(string(hash[:]), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout)
		defer cancel()
		return find(ctx, hash)
	})
	select {
	case <-ctx.Done():
		return fleet.Grant{}, ctx.Err()
	case answer := <-shared:
		g, _ := answer.Val.(fleet.Grant)
		return g, answer.Err
	}
}

// forgetUser drops what is remembered of a user, so that it ends on this
// instance without delay.
func (s *Service) forgetUser(user fleet.UUID) {
	for _, hash := range s.grants.Keys() {
		if c, ok := s.grants.Peek(hash); ok && c.grant.UserID == user {
			s.grants.Remove(hash)
		}
	}
}
