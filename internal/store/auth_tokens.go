package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// AddToken keeps a new access token. One statement; a name that another
// working token of the user has is a CONFLICT.
func (s *Store) AddToken(ctx context.Context, secret fleet.SecretHash, t fleet.AccessToken) (fleet.AccessToken, error) {
	t.ID = fleet.NewUUID()
	err := s.pool.QueryRow(ctx, `
		INSERT INTO access_tokens (id, company_id, user_id, name, secret_hash, scope, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		RETURNING created_at`,
		[16]byte(t.ID), [16]byte(t.CompanyID), [16]byte(t.UserID), t.Name, secret[:], t.Scope, t.ExpiresAt).Scan(&t.CreatedAt)
	if violates(err, "access_tokens_name") {
		return t, fleet.Conflictf("name", "this user has a token %s already: revoke it first, or take another name", fleet.Quote(t.Name))
	}
	if err != nil {
		return t, fmt.Errorf("add token: %w", err)
	}
	return t, nil
}

// TokenGrant returns what the token of that secret opens, or NOT_FOUND when it
// is unknown, expired or revoked. One statement, index on secret_hash.
func (s *Store) TokenGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error) {
	var g fleet.Grant
	err := s.pool.QueryRow(ctx, `
		SELECT u.company_id, u.id, u.role, t.scope, t.id, coalesce(t.last_used_at, 'epoch'), t.expires_at
		FROM   access_tokens t
		JOIN   users u ON u.id = t.user_id
		WHERE  t.secret_hash = $1 AND t.expires_at > now() AND t.revoked_at IS NULL AND u.disabled_at IS NULL`, secret[:]).
		Scan((*[16]byte)(&g.CompanyID), (*[16]byte)(&g.UserID), &g.Role, &g.Scope, (*[16]byte)(&g.ID), &g.LastUsed, &g.End)
	if noRows(err) {
		return g, fleet.NotFoundf("", "there is no such token")
	}
	if err != nil {
		return g, fmt.Errorf("token: %w", err)
	}
	return g, nil
}

// TouchToken notes that a token was used. One statement, primary key.
func (s *Store) TouchToken(ctx context.Context, id fleet.UUID) error {
	if _, err := s.pool.Exec(ctx, `UPDATE access_tokens SET last_used_at = now() WHERE id = $1`, [16]byte(id)); err != nil {
		return fmt.Errorf("touch token: %w", err)
	}
	return nil
}

// RevokeToken ends a token of a company; of a user alone unless user is the
// zero UUID. NOT_FOUND when there is none that works. One statement, primary key.
func (s *Store) RevokeToken(ctx context.Context, company, user, id fleet.UUID) error {
	tag, err := s.pool.Exec(ctx, `
		UPDATE access_tokens SET revoked_at = now()
		WHERE  id = $1 AND company_id = $2 AND ($3 OR user_id = $4) AND revoked_at IS NULL`,
		[16]byte(id), [16]byte(company), user == fleet.UUID{}, [16]byte(user))
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fleet.NotFoundf("id", "there is no token %s, or it is revoked already", fleet.Quote(id.String()))
	}
	return nil
}

// Tokens returns a company's tokens, the newest first; those of one user
// unless user is the zero UUID. One statement; it reads the company's tokens,
// which are few.
func (s *Store) Tokens(ctx context.Context, company, user fleet.UUID) ([]fleet.AccessToken, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT t.id, t.company_id, t.user_id, u.email, t.name, t.scope, t.created_at, t.expires_at, t.revoked_at, t.last_used_at
		FROM   access_tokens t
		JOIN   users u ON u.id = t.user_id
		WHERE  t.company_id = $1 AND ($2 OR t.user_id = $3)
		ORDER  BY t.id DESC`, [16]byte(company), user == fleet.UUID{}, [16]byte(user))
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t fleet.AccessToken, err error) {
		return t, row.Scan((*[16]byte)(&t.ID), (*[16]byte)(&t.CompanyID), (*[16]byte)(&t.UserID), &t.Email, &t.Name, &t.Scope,
			&t.CreatedAt, &t.ExpiresAt, &t.RevokedAt, &t.LastUsed)
	})
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return list, nil
}

// CountFailure counts a failed sign-in of key before its password is looked
// at, so that guesses sent at once all count, and returns 0; or, when key has
// to wait, counts nothing and returns for how long. After free failures each
// further one doubles the wait, from a second to longest; after forget without
// any, all is forgotten. Two statements at most, primary key.
func (s *Store) CountFailure(ctx context.Context, key fleet.SecretHash, free int, longest, forget time.Duration) (time.Duration, error) {
	var failures int
	err := s.pool.QueryRow(ctx, `
		INSERT INTO sign_in_failures AS f (key, failures, last_at, blocked_until) VALUES ($1, 1, now(), now())
		ON CONFLICT (key) DO UPDATE SET
		  failures = CASE WHEN f.last_at < now() - $4::interval THEN 1 ELSE f.failures + 1 END,
		  last_at  = now(),
		  blocked_until = CASE WHEN f.last_at < now() - $4::interval OR f.failures + 1 < $2 THEN now()
		                  ELSE now() + least($3::interval, interval '1 second' * 2 ^ least(f.failures + 1 - $2, 20)) END
		WHERE f.blocked_until <= now()
		RETURNING failures`, key[:], free, longest, forget).Scan(&failures)
	if err == nil {
		return 0, nil
	}
	if !noRows(err) {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	var wait time.Duration
	err = s.pool.QueryRow(ctx, `SELECT greatest(blocked_until - now(), interval '1 second') FROM sign_in_failures WHERE key = $1`, key[:]).Scan(&wait)
	if noRows(err) { // swept, or signed in, between the two statements
		return time.Second, nil
	}
	if err != nil {
		return 0, fmt.Errorf("count failure: %w", err)
	}
	return wait, nil
}

// ForgetFailures takes the failures of an account back after it signed in, and
// one failure of the address: not all, else whoever has one account could guess
// at others for ever. Two statements, primary key.
func (s *Store) ForgetFailures(ctx context.Context, account, address fleet.SecretHash) error {
	var b pgx.Batch
	b.Queue(`DELETE FROM sign_in_failures WHERE key = $1`, account[:])
	b.Queue(`UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = now() WHERE key = $1`, address[:])
	if err := s.pool.SendBatch(ctx, &b).Close(); err != nil {
		return fmt.Errorf("forget failures: %w", err)
	}
	return nil
}
