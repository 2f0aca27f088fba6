package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CompanyByName returns the company with that name, ignoring case, or NOT_FOUND. It takes no
// viewer: it serves the command line and sign-in, which have none yet. One statement, index
// companies_name.
func (s *Identity) CompanyByName(ctx context.Context, name string) (fleet.Company, error) {
	c := fleet.Company{}
	err := s.readRow(ctx, `SELECT id, name, created_at FROM companies WHERE lower(name) = lower($1)`, name).
		Scan((*[16]byte)(&c.ID), &c.Name, &c.CreatedAt)
	if noRows(err) {
		return c, &fleet.Error{Code: fleet.NotFound, Field: "company",
			Message: fmt.Sprintf("there is no company %s", fleet.Quote(name))}
	}
	if err != nil {
		return c, fmt.Errorf("company by name: %w", err)
	}
	return c, nil
}

// CreateCompany creates a company. It takes no viewer: it serves the command line. An existing name
// is a CONFLICT. One statement.
func (s *Identity) CreateCompany(ctx context.Context, name string) (fleet.Company, error) {
	c := fleet.Company{ID: fleet.NewUUID(), Name: name}
	err := s.execRow(ctx, `INSERT INTO companies (id, name) VALUES ($1, $2) ON CONFLICT ((lower(name))) DO NOTHING
		RETURNING created_at`,
		[16]byte(c.ID), name).Scan(&c.CreatedAt)
	if noRows(err) {
		return c, &fleet.Error{Code: fleet.Conflict, Reason: fleet.Taken, Field: "company",
			Message: fmt.Sprintf("there is a company %s already", fleet.Quote(name))}
	}
	if err != nil {
		return c, fmt.Errorf("create company: %w", err)
	}
	return c, nil
}
