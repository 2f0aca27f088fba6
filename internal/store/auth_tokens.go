package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

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
