package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// The methods of the auth_*.go files are internal/auth's and take no viewer:
// they find out who that is. No resolver may ask them.

// PasswordByEmail returns who the user of that e-mail address is and the hash
// of their password, "" without one; NOT_FOUND when there is no such user, or
// a disabled one, or their company signs in at its own provider alone.
// One statement, index users_email.
func (s *Store) PasswordByEmail(ctx context.Context, email string) (fleet.Viewer, string, error) {
	var v fleet.Viewer
	var hash string
	err := s.pool.QueryRow(ctx, `
		SELECT u.company_id, u.id, u.role, coalesce(p.hash, '')
		FROM   users u
		LEFT   JOIN passwords p          ON p.user_id = u.id
		LEFT   JOIN identity_providers i ON i.company_id = u.company_id
		WHERE  lower(u.email) = lower($1) AND u.disabled_at IS NULL AND i.passwords IS NOT FALSE`, email).
		Scan((*[16]byte)(&v.CompanyID), (*[16]byte)(&v.UserID), &v.Role, &hash)
	if noRows(err) {
		return v, "", fleet.NotFoundf("email", "there is no user %s who may sign in by password", fleet.Quote(email))
	}
	if err != nil {
		return v, "", fmt.Errorf("password by e-mail: %w", err)
	}
	return v, hash, nil
}

// SetPassword gives a user a new password. With endSessions it ends their
// sessions, since whoever knew the old one may have opened them. Two
// statements at most, in one transaction; primary key and sessions_by_user.
func (s *Store) SetPassword(ctx context.Context, user fleet.UUID, hash string, endSessions bool) error {
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			INSERT INTO passwords (user_id, hash) VALUES ($1, $2)
			ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash,
			  changed_at = CASE WHEN $3 THEN now() ELSE passwords.changed_at END`, [16]byte(user), hash, endSessions); err != nil {
			return err
		}
		if !endSessions {
			return nil
		}
		_, err := tx.Exec(ctx, `DELETE FROM sessions WHERE user_id = $1`, [16]byte(user))
		return err
	})
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	return nil
}

// UserByEmail returns the user of that e-mail address, disabled or not, and
// their company, or NOT_FOUND. One statement, index users_email.
func (s *Store) UserByEmail(ctx context.Context, email string) (u fleet.User, company fleet.UUID, err error) {
	err = s.pool.QueryRow(ctx, `
		SELECT id, email, name, role, created_at, disabled_at, company_id
		FROM   users
		WHERE  lower(email) = lower($1)`, email).
		Scan((*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt, (*[16]byte)(&company))
	if noRows(err) {
		return u, company, fleet.NotFoundf("email", "there is no user %s", fleet.Quote(email))
	}
	if err != nil {
		return u, company, fmt.Errorf("user by e-mail: %w", err)
	}
	return u, company, nil
}

// Users returns a company's users in the order of their names. One statement;
// it reads the company's users, who are few.
func (s *Store) Users(ctx context.Context, company fleet.UUID) ([]fleet.User, error) {
	rows, err := s.pool.Query(ctx, `
		SELECT id, email, name, role, created_at, disabled_at
		FROM   users
		WHERE  company_id = $1
		ORDER  BY name, id`, [16]byte(company))
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (u fleet.User, err error) {
		return u, row.Scan((*[16]byte)(&u.ID), &u.Email, &u.Name, &u.Role, &u.CreatedAt, &u.DisabledAt)
	})
	if err != nil {
		return nil, fmt.Errorf("users: %w", err)
	}
	return list, nil
}

// AddUser makes a user, with the hash of a password unless that is "". Two
// statements at most, in one transaction; an address that is taken is a CONFLICT.
func (s *Store) AddUser(ctx context.Context, company fleet.UUID, u fleet.User, hash string) (fleet.User, error) {
	u.ID = fleet.NewUUID()
	err := s.inTx(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, `INSERT INTO users (id, company_id, email, name, role) VALUES ($1, $2, $3, $4, $5) RETURNING created_at`,
			[16]byte(u.ID), [16]byte(company), u.Email, u.Name, u.Role).Scan(&u.CreatedAt); err != nil {
			return err
		}
		if hash == "" {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO passwords (user_id, hash) VALUES ($1, $2)`, [16]byte(u.ID), hash)
		return err
	})
	if violates(err, "users_email") {
		return u, fleet.Conflictf("email", "there is a user %s already", fleet.Quote(u.Email))
	}
	if err != nil {
		return u, fmt.Errorf("add user: %w", err)
	}
	return u, nil
}

// violates reports whether err says that a unique constraint or index was violated.
func violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == constraint
}
