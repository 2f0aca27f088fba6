package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CompanyByName returns the company of that name, upper and lower case alike,
// or NOT_FOUND. It takes no viewer: only the command line and sign-in, which
// have none yet, may ask. One statement, index companies_name.
func (s *Store) CompanyByName(ctx context.Context, name string) (fleet.Company, error) {
	c := fleet.Company{}
	err := s.pool.QueryRow(ctx, `SELECT id, name, created_at FROM companies WHERE lower(name) = lower($1)`, name).
		Scan((*[16]byte)(&c.ID), &c.Name, &c.CreatedAt)
	if noRows(err) {
		return c, &fleet.Error{Code: fleet.NotFound, Field: "company", Message: fmt.Sprintf("there is no company %s", fleet.Quote(name))}
	}
	if err != nil {
		return c, fmt.Errorf("company by name: %w", err)
	}
	return c, nil
}

// ViewerByEmail returns the viewer that the user of that e-mail address is, the
// oldest one where several companies have one, or NOT_FOUND. It takes no
// viewer: it makes one. One statement, index users_email.
func (s *Store) ViewerByEmail(ctx context.Context, email string) (fleet.Viewer, error) {
	v := fleet.Viewer{}
	err := s.pool.QueryRow(ctx, `SELECT company_id, id, role FROM users WHERE lower(email) = lower($1) ORDER BY created_at, id LIMIT 1`, email).
		Scan((*[16]byte)(&v.CompanyID), (*[16]byte)(&v.UserID), &v.Role)
	if noRows(err) {
		return v, &fleet.Error{Code: fleet.NotFound, Field: "email", Message: fmt.Sprintf("there is no user %s", fleet.Quote(email))}
	}
	if err != nil {
		return v, fmt.Errorf("viewer by e-mail: %w", err)
	}
	return v, nil
}

// UsersByID returns the users of these keys that the viewer may see. One statement, primary key.
func (s *Store) UsersByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.User, error) {
	var args arguments
	text := `
		SELECT ` + userColumns + `
		FROM   users u
		WHERE  ` + visible(ofUsers, "u", v, args.add) + ` AND u.id = ANY(` + args.add(uuids(ids)) + `)`
	rows, err := s.pool.Query(ctx, text, args...)
	found, err := byID(rows, err, scanUser, func(u *fleet.User) fleet.UUID { return u.ID })
	if err != nil {
		return nil, fmt.Errorf("users by id: %w", err)
	}
	return found, nil
}

// CreateCompany makes a company. It takes no viewer: only the command line may
// ask. One statement; a name that is taken is a CONFLICT.
func (s *Store) CreateCompany(ctx context.Context, name string) (fleet.Company, error) {
	c := fleet.Company{ID: fleet.NewUUID(), Name: name}
	err := s.pool.QueryRow(ctx, `INSERT INTO companies (id, name) VALUES ($1, $2) ON CONFLICT ((lower(name))) DO NOTHING RETURNING created_at`,
		[16]byte(c.ID), name).Scan(&c.CreatedAt)
	if noRows(err) {
		return c, &fleet.Error{Code: fleet.Conflict, Field: "company", Message: fmt.Sprintf("there is a company %s already", fleet.Quote(name))}
	}
	if err != nil {
		return c, fmt.Errorf("create company: %w", err)
	}
	return c, nil
}
