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

// AddUser makes a user of the viewer's company, with the hash of a password
// that somebody else knows unless that is "". An address that another user of
// the company has is a CONFLICT. Statements: begin, insert, password, history, commit.
func (s *Store) AddUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, u fleet.User, hash string) (fleet.User, error) {
	return write(ctx, s, v, how, func(w *writing) (fleet.User, error) {
		u.ID = fleet.NewUUID()
		err := w.tx.QueryRow(ctx, `INSERT INTO users (id, company_id, email, name, role) VALUES ($1, $2, $3, $4, $5) RETURNING created_at`,
			[16]byte(u.ID), [16]byte(v.CompanyID), u.Email, u.Name, u.Role).Scan(&u.CreatedAt)
		if violates(err, "users_email") {
			return u, fleet.Conflictf("email", "the company has a user %s already", fleet.Quote(u.Email))
		}
		if err == nil && hash != "" {
			_, err = w.tx.Exec(ctx, `INSERT INTO passwords (user_id, hash, must_change) VALUES ($1, $2, true)`, [16]byte(u.ID), hash)
		}
		if err != nil {
			return u, fmt.Errorf("add user: %w", err)
		}
		w.tell(fleet.SubjectUser, u.ID, fleet.ActionCreated, fleet.Changes(nil, u.Facts()))
		return u, nil
	})
}

// ChangeUser changes what a user of the company may do. A company keeps one
// administrator who can sign in: to take the last one's role or shut them out
// is a CONFLICT. Who is shut out, or let in again, is signed out. Statements:
// begin, lock the administrators, lock the user, update, delete, history,
// commit; the locks keep two administrators from demoting each other.
func (s *Store) ChangeUser(ctx context.Context, v fleet.Viewer, how fleet.Writing, id fleet.UUID, change fleet.UserChange) (*fleet.User, error) {
	if err := change.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s, v, how, func(w *writing) (*fleet.User, error) {
		rows, err := w.tx.Query(ctx, `
			SELECT `+userColumns+`
			FROM   users u
			WHERE  u.company_id = $1 AND u.role = 'ADMIN' AND u.disabled_at IS NULL
			ORDER  BY u.id FOR NO KEY UPDATE`, [16]byte(v.CompanyID))
		admins, err := all(rows, err, scanUser)
		if err != nil {
			return nil, fmt.Errorf("change user: %w", err)
		}
		before, err := w.lockUser(ctx, id)
		if err != nil {
			return nil, fleet.InField("id", err)
		}
		after := change.Apply(*before, time.Now().Truncate(time.Microsecond)) // as it will be kept
		if before.Administers() && !after.Administers() && len(admins) < 2 {
			return nil, fleet.Conflictf("id", "%s is the company's last administrator: make another user one first", fleet.Quote(before.Email))
		}
		if _, err = w.tx.Exec(ctx, `UPDATE users SET role = $3, disabled_at = $4 WHERE company_id = $1 AND id = $2`,
			[16]byte(v.CompanyID), [16]byte(id), after.Role, after.DisabledAt); err == nil && (before.DisabledAt == nil) != (after.DisabledAt == nil) {
			_, err = w.tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(id))
		}
		if err != nil {
			return nil, fmt.Errorf("change user: %w", err)
		}
		if changes := fleet.Changes(before.Facts(), after.Facts()); len(changes) > 0 {
			w.tell(fleet.SubjectUser, id, fleet.ActionUpdated, changes)
		}
		return &after, nil
	})
}
