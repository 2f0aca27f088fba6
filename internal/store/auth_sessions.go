package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// AddSession keeps a new session, which ends idle from now if unused and after
// whole in any case, and fills in its times. One statement.
func (s *Store) AddSession(ctx context.Context, secret fleet.SecretHash, n fleet.Session, idle, whole time.Duration) (fleet.Session, error) {
	n.ID = fleet.NewUUID()
	err := s.pool.QueryRow(ctx, `
		INSERT INTO sessions (secret_hash, id, company_id, user_id, method, user_agent, idle_expires_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, now() + least($7::interval, $8), now() + $8::interval)
		RETURNING created_at, last_used_at, idle_expires_at, expires_at`,
		secret[:], [16]byte(n.ID), [16]byte(n.CompanyID), [16]byte(n.UserID), n.Method, n.UserAgent, idle, whole).
		Scan(&n.CreatedAt, &n.LastUsed, &n.IdleEnd, &n.End)
	if err != nil {
		return n, fmt.Errorf("add session: %w", err)
	}
	return n, nil
}

// SessionGrant returns what the session of that secret opens, or NOT_FOUND
// when it has ended, or was opened by a password where the company takes none:
// a sign-in may have been under way when that was set. One statement, primary keys.
func (s *Store) SessionGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error) {
	var g fleet.Grant
	err := s.pool.QueryRow(ctx, `
		SELECT u.company_id, u.id, u.role, s.id, s.last_used_at, least(s.idle_expires_at, s.expires_at)
		FROM   sessions s
		JOIN   users u ON u.id = s.user_id
		LEFT   JOIN identity_providers i ON i.company_id = s.company_id
		WHERE  s.secret_hash = $1 AND s.idle_expires_at > now() AND s.expires_at > now() AND u.disabled_at IS NULL
		AND    (s.method <> 'PASSWORD' OR i.passwords IS NOT FALSE)`, secret[:]).
		Scan((*[16]byte)(&g.CompanyID), (*[16]byte)(&g.UserID), &g.Role, (*[16]byte)(&g.ID), &g.LastUsed, &g.End)
	if noRows(err) {
		return g, fleet.NotFoundf("", "there is no such session")
	}
	if err != nil {
		return g, fmt.Errorf("session: %w", err)
	}
	return g, nil
}

// TouchSession notes that a session was used and moves its end. One statement, primary key.
func (s *Store) TouchSession(ctx context.Context, secret fleet.SecretHash, idle time.Duration) error {
	_, err := s.pool.Exec(ctx, `
		UPDATE sessions SET last_used_at = now(), idle_expires_at = least(now() + $2::interval, expires_at)
		WHERE  secret_hash = $1 AND idle_expires_at > now()`, secret[:], idle)
	if err != nil {
		return fmt.Errorf("touch session: %w", err)
	}
	return nil
}

// EndSession ends the session of that secret, if there is one. One statement, primary key.
func (s *Store) EndSession(ctx context.Context, secret fleet.SecretHash) error {
	if _, err := s.pool.Exec(ctx, `DELETE FROM sessions WHERE secret_hash = $1`, secret[:]); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}

// EndSessions ends every session of a user and returns how many there were.
// One statement, index sessions_by_user.
func (s *Store) EndSessions(ctx context.Context, user fleet.UUID) (int, error) {
	tag, err := s.pool.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(user))
	if err != nil {
		return 0, fmt.Errorf("end sessions: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

// SweepIdentity forgets sessions that have ended, failed sign-ins older than
// forget, and tokens that have been of no use for a year. Three statements,
// each by an index on its age but the last, which reads the tokens, which are few.
func (s *Store) SweepIdentity(ctx context.Context, forget time.Duration) error {
	var b pgx.Batch
	b.Queue(`DELETE FROM sessions WHERE idle_expires_at < now()`)
	b.Queue(`DELETE FROM sign_in_failures WHERE last_at < now() - $1::interval AND blocked_until < now()`, forget)
	b.Queue(`DELETE FROM access_tokens WHERE least(expires_at, revoked_at) < now() - interval '1 year'`)
	if err := s.pool.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}
