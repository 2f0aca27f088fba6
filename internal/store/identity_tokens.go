package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

//nolint:gosec // names of columns
const tokenColumns = `t.id, t.company_id, t.user_id, t.name, t.scope, t.created_at, t.expires_at,
	t.revoked_at, t.last_used_at`

func scanToken(row pgx.CollectableRow, before ...any) (*fleet.AccessToken, error) {
	t := new(fleet.AccessToken)
	err := row.Scan(append(before, (*[16]byte)(&t.ID), (*[16]byte)(&t.CompanyID), (*[16]byte)(&t.UserID), &t.Name,
		&t.Scope,
		&t.CreatedAt, &t.ExpiresAt, &t.RevokedAt, &t.LastUsed)...)
	return t, err
}

// AddToken stores a new access token of a user of the company. The name of another token of the
// user that is not revoked is a CONFLICT, and so are more valid tokens than fleet.CheckTokens
// allows. Statements: begin, lock, count, insert, history, commit; index access_tokens_by_user.
func (s *Identity) AddToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, secret fleet.SecretHash,
	t fleet.AccessToken) (*fleet.AccessToken, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.AccessToken, error) {
		u, err := tx.lockUser(ctx, t.UserID) // serializes the count and the insert
		if err != nil {
			return nil, err
		}
		var working int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM access_tokens WHERE user_id = $1 AND revoked_at IS NULL
			AND expires_at > now()`,
			[16]byte(u.ID)).Scan(&working); err != nil {
			return nil, fmt.Errorf("count tokens: %w", err)
		}
		if err := fleet.CheckTokens(working); err != nil {
			return nil, err
		}
		rows, _ := tx.Query(ctx, `
			INSERT INTO access_tokens AS t (id, company_id, user_id, name, secret_hash, scope, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			RETURNING `+tokenColumns,
			[16]byte(fleet.NewUUID()), [16]byte(v.CompanyID), [16]byte(u.ID), t.Name, secret[:], t.Scope, t.ExpiresAt)
		made, err := pgx.CollectExactlyOneRow(rows, only(scanToken))
		if violates(err, "access_tokens_name") {
			return nil, fleet.Conflictf(fleet.Taken, "name",
				"this user has a token %s already: revoke it first, or take another name", fleet.Quote(t.Name))
		}
		if err != nil {
			return nil, fmt.Errorf("add token: %w", err)
		}
		tx.recordHistory(fleet.SubjectToken, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// RevokeToken revokes a visible access token and returns it, or NOT_FOUND if there is none that is
// not revoked. Statements: begin, user, update, history, commit; primary key.
func (s *Identity) RevokeToken(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.AccessToken, error) {
	missing := fleet.NotFoundf("accessTokenId", "there is no access token of this id, or it is revoked already")
	owner := func(ctx context.Context, tx *writeTx) (user fleet.UUID, err error) {
		var args arguments
		text := `SELECT t.user_id FROM access_tokens t
			WHERE ` + visible(ofTokens, "t", v, args.add) + ` AND t.id = ` + args.add([16]byte(id))
		return user, tx.owner(ctx, &user, missing, text, args)
	}
	return ending(ctx, s.database, v, w, owner, func(tx *writeTx) (*fleet.AccessToken, error) {
		var args arguments
		text := `
			UPDATE access_tokens t SET revoked_at = now()
			WHERE  ` + visible(ofTokens, "t", v, args.add) + ` AND t.id = ` + args.add([16]byte(id)) + `
				AND t.revoked_at IS NULL
			RETURNING ` + tokenColumns
		rows, _ := tx.Query(ctx, text, args...)
		t, err := pgx.CollectExactlyOneRow(rows, only(scanToken))
		if noRows(err) {
			return nil, missing
		}
		if err != nil {
			return nil, fmt.Errorf("revoke token: %w", err)
		}
		before := *t
		before.RevokedAt = nil
		tx.recordHistory(fleet.SubjectToken, id, fleet.ActionRevoked, fleet.Changes(before.Facts(), t.Facts()))
		return t, nil
	})
}

// TokensByUser returns the visible access tokens of each user, valid ones first, then the newest,
// 100 at most. One statement, index access_tokens_by_user.
func (s *Identity) TokensByUser(ctx context.Context, v fleet.Viewer,
	users []fleet.UUID) (map[fleet.UUID][]*fleet.AccessToken, error) {
	q, outer := s.query(), s.query()
	q.TableExpr("access_tokens AS t").ColumnExpr(tokenColumns)
	q.visible(ofTokens, "t", v)
	q.Where("t.user_id = k.id").
		OrderExpr("t.revoked_at IS NULL AND t.expires_at > now() DESC, t.id DESC").Limit(fleet.MaxPage)
	outer.perParent(q, users, "t")
	lists, err := collectGroups(ctx, outer, scanToken)
	if err != nil {
		return nil, fmt.Errorf("tokens by user: %w", err)
	}
	return lists, nil
}

// Tokens returns the visible access tokens with the e-mail addresses of their users, the newest
// first. One statement; it reads the company's tokens, which are few.
func (s *Identity) Tokens(ctx context.Context, v fleet.Viewer) ([]*fleet.AccessToken, error) {
	var args arguments
	text := `
		SELECT u.email, ` + tokenColumns + `
		FROM   access_tokens t
		JOIN   users u ON u.id = t.user_id
		WHERE  ` + visible(ofTokens, "t", v, args.add) + `
		ORDER  BY t.id DESC`
	list, err := readRows(ctx, s.conns, func(r pgx.CollectableRow) (*fleet.AccessToken, error) {
		var email string
		t, err := scanToken(r, &email)
		t.Email = email
		return t, err
	}, text, args...)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return list, nil
}

// TokenGrant returns the grant of the access token with that secret, or NOT_FOUND if it is unknown,
// expired or revoked. One statement, index on secret_hash.
func (s *Identity) TokenGrant(ctx context.Context, secret fleet.SecretHash) (fleet.Grant, error) {
	found, err := s.TokenGrants(ctx, []fleet.SecretHash{secret})
	g, is := found[secret]
	if err == nil && !is {
		err = fleet.NotFoundf("", "there is no such token")
	}
	return g, err
}

// TokenGrants returns the grants of the access tokens with those secrets; tokens for which TokenGrant
// returns NOT_FOUND are missing. One statement, index on secret_hash.
func (s *Identity) TokenGrants(ctx context.Context, secrets []fleet.SecretHash) (map[fleet.SecretHash]fleet.Grant,
	error) {
	found, err := read(ctx, s.conns, `
		SELECT t.secret_hash, u.company_id, u.id, u.role, t.scope, t.id, coalesce(t.last_used_at, 'epoch'), t.expires_at
		FROM   access_tokens t
		JOIN   users u ON u.id = t.user_id
		WHERE  t.secret_hash = ANY($1) AND t.expires_at > now() AND t.revoked_at IS NULL
			AND u.disabled_at IS NULL`, []any{hashes(secrets)}, collectGrants)
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return found, nil
}

// TouchToken records the use of a token. One statement, primary key.
func (s *Identity) TouchToken(ctx context.Context, id fleet.UUID) error {
	if _, err := s.exec(ctx, `UPDATE access_tokens SET last_used_at = now()
		WHERE id = $1`, [16]byte(id)); err != nil {
		return fmt.Errorf("touch token: %w", err)
	}
	return nil
}
