package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const userColumns = `u.id, u.email, u.name, u.role, u.created_at, u.disabled_at`

func scanUser(rows pgx.Rows) (*fleet.User, error) {
	u := new(fleet.User)
	return u, rows.Scan((*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt)
}

// UserPage returns a part of the users in the order of their names. One
// statement; it reads the company's users, who are few.
func (s *Store) UserPage(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.User], error) {
	q := s.query()
	q.TableExpr("users AS u").ColumnExpr(userColumns)
	q.visible(ofUsers, "u", v)
	q.window("u", sortKey{"lower(u.name)", "lower(?::text)", false}, w)
	rows, err := q.rows(ctx, s)
	list, err := all(rows, err, scanUser)
	if err != nil {
		return fleet.Page[*fleet.User]{}, fmt.Errorf("list users: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// UserCount returns how many users there are. One statement.
func (s *Store) UserCount(ctx context.Context, v fleet.Viewer) (n int, err error) {
	var args arguments
	text := `SELECT count(*) FROM users u WHERE ` + visible(ofUsers, "u", v, args.add)
	if err := s.pool.QueryRow(ctx, text, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count users: %w", err)
	}
	return n, nil
}

// ChangeUser changes what a user of the company may do. A company keeps one who can sign in: to take the last one's role or shut
// them out is a CONFLICT. Who is shut out, or let in again, is signed out.
// Statements: begin, lock the administrators, lock the user, update, delete,
// commit; the locks keep two administrators from demoting each other.
func (s *Store) ChangeUser(ctx context.Context, v fleet.Viewer, id fleet.UUID, change fleet.UserChange) (*fleet.User, error) {
	if err := change.Check(); err != nil {
		return nil, err
	}
	var after fleet.User
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT `+userColumns+`
			FROM   users u
			WHERE  u.company_id = $1 AND u.role = 'ADMIN' AND u.disabled_at IS NULL
			ORDER  BY u.id FOR NO KEY UPDATE`, [16]byte(v.CompanyID))
		admins, err := all(rows, err, scanUser)
		if err != nil {
			return err
		}
		rows, err = tx.Query(ctx, `SELECT `+userColumns+` FROM users u WHERE u.company_id = $1 AND u.id = $2 FOR NO KEY UPDATE`,
			[16]byte(v.CompanyID), [16]byte(id))
		before, err := one(rows, err, scanUser)
		if noRows(err) {
			return fleet.NotFoundf("id", "the company has no user of this id")
		}
		if err != nil {
			return err
		}
		after = change.Apply(*before, time.Now())
		if before.Administers() && !after.Administers() && len(admins) < 2 {
			return fleet.Conflictf("id", "%s is the company's last administrator: make another user one first", fleet.Quote(before.Email))
		}
		if _, err := tx.Exec(ctx, `UPDATE users SET role = $3, disabled_at = $4 WHERE company_id = $1 AND id = $2`,
			[16]byte(v.CompanyID), [16]byte(id), after.Role, after.DisabledAt); err != nil {
			return err
		}
		if change.Disabled.Set {
			_, err = tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(id))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change user: %w", err)
	}
	return &after, nil
}

// ownMost is how many sessions and how many tokens of one's own are listed.
const ownMost = fleet.MaxPage

// OwnSessions returns the viewer's sessions that have not ended, the last used
// first, 100 at most. One statement, index sessions_by_user.
func (s *Store) OwnSessions(ctx context.Context, v fleet.Viewer) ([]*fleet.Session, error) {
	list, err := s.Sessions(ctx, v.UserID)
	if err != nil {
		return nil, err
	}
	return pointers(list[:min(len(list), ownMost)]), nil
}

// EndOwnSession ends a session of the viewer; NOT_FOUND when there is none of
// that id. One statement, index on id.
func (s *Store) EndOwnSession(ctx context.Context, v fleet.Viewer, id fleet.UUID) error {
	tag, err := s.pool.Exec(ctx, `DELETE FROM sessions WHERE id = $1 AND user_id = $2 AND idle_expires_at > now()`, [16]byte(id), [16]byte(v.UserID))
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fleet.NotFoundf("id", "you have no session of this id, or it has ended already")
	}
	return nil
}

const tokenColumns = `t.id, t.company_id, t.user_id, t.name, t.scope, t.created_at, t.expires_at, t.revoked_at, t.last_used_at` //nolint:gosec // names of columns

func scanToken(rows pgx.Rows) (*fleet.AccessToken, error) {
	t := new(fleet.AccessToken)
	return t, rows.Scan((*[16]byte)(&t.ID), (*[16]byte)(&t.CompanyID), (*[16]byte)(&t.UserID), &t.Name, &t.Scope,
		&t.CreatedAt, &t.ExpiresAt, &t.RevokedAt, &t.LastUsed)
}

// OwnTokens returns the viewer's access tokens, those that work first, then
// the newest, 100 at most. One statement, index access_tokens_by_user.
func (s *Store) OwnTokens(ctx context.Context, v fleet.Viewer) ([]*fleet.AccessToken, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT `+tokenColumns+`
		FROM   access_tokens t
		WHERE  t.user_id = $1 AND t.company_id = $2
		ORDER  BY t.revoked_at IS NULL AND t.expires_at > now() DESC, t.id DESC
		LIMIT  $3`, [16]byte(v.UserID), [16]byte(v.CompanyID), ownMost)
	list, err := all(rows, err, scanToken)
	if err != nil {
		return nil, fmt.Errorf("own tokens: %w", err)
	}
	return list, nil
}

// RevokeOwnToken ends an access token of the viewer and returns it; NOT_FOUND
// when there is none of that id that is not revoked. One statement, primary key.
func (s *Store) RevokeOwnToken(ctx context.Context, v fleet.Viewer, id fleet.UUID) (*fleet.AccessToken, error) {
	rows, err := s.pool.Query(ctx, `
		UPDATE access_tokens t SET revoked_at = now()
		WHERE  t.id = $1 AND t.company_id = $2 AND t.user_id = $3 AND t.revoked_at IS NULL
		RETURNING `+tokenColumns, [16]byte(id), [16]byte(v.CompanyID), [16]byte(v.UserID))
	t, err := one(rows, err, scanToken)
	if noRows(err) {
		return nil, fleet.NotFoundf("id", "you have no access token of this id, or it is revoked already")
	}
	if err != nil {
		return nil, fmt.Errorf("revoke token: %w", err)
	}
	return t, nil
}

func pointers[T any](list []T) []*T {
	made := make([]*T, len(list))
	for i := range list {
		made[i] = &list[i]
	}
	return made
}
