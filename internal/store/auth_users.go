package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/fleet"
)

// The methods of the auth_*.go files are internal/auth's and take no viewer:
// they find out who that is. No resolver may ask them.

// UserByEmail returns the user of that e-mail address, disabled or not, and
// their company, in the company of that name or, where it is "", in whichever
// has one. NOT_FOUND when there is none, CONFLICT when several companies have
// one. One statement, index users_email.
func (s *Store) UserByEmail(ctx context.Context, email, company string) (fleet.User, fleet.UUID, error) {
	type found struct {
		fleet.User
		company fleet.Company
	}
	rows, err := s.pool.Query(ctx, `
		SELECT `+userColumns+`, c.id, c.name
		FROM   users u
		JOIN   companies c ON c.id = u.company_id
		WHERE  lower(u.email) = lower($1) AND ($2 = '' OR lower(c.name) = lower($2))
		ORDER  BY c.name`, email, company)
	list, err := all(rows, err, func(rows pgx.Rows) (f found, err error) {
		return f, rows.Scan((*[16]byte)(&f.ID), &f.Email, &f.Name, &f.Role, &f.CreatedAt, &f.DisabledAt, (*[16]byte)(&f.company.ID), &f.company.Name)
	})
	switch {
	case err != nil:
		return fleet.User{}, fleet.UUID{}, fmt.Errorf("user by e-mail: %w", err)
	case len(list) == 0 && company == "":
		return fleet.User{}, fleet.UUID{}, fleet.NotFoundf("email", "there is no user %s", fleet.Quote(email))
	case len(list) == 0:
		return fleet.User{}, fleet.UUID{}, fleet.NotFoundf("email", "there is no user %s in the company %s", fleet.Quote(email), fleet.Quote(company))
	case len(list) > 1:
		var names []string
		for _, f := range list {
			names = append(names, fleet.Quote(f.company.Name))
		}
		return fleet.User{}, fleet.UUID{}, fleet.Conflictf("company", "several companies have a user %s: name one of %s", fleet.Quote(email), strings.Join(names, ", "))
	}
	return list[0].User, list[0].company.ID, nil
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

// violates reports whether err says that a unique constraint or index was violated.
func violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == constraint
}
