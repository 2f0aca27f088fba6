package main

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// companyFlag selects a company.
type companyFlag struct {
	Company string `required:"" placeholder:"NAME" help:"Name of the company."`
}

// open opens the store and finds the company; closeStore closes the store.
func (c companyFlag) open(ctx context.Context, g *globals) (
	db *store.DB, company fleet.Company, closeStore func(), err error,
) {
	db, closeStore, err = g.openStore(ctx)
	if err != nil {
		return nil, fleet.Company{}, nil, err
	}
	if company, err = db.Identity().CompanyByName(ctx, c.Company); err != nil {
		closeStore()
		return nil, fleet.Company{}, nil, err
	}
	return db, company, closeStore, nil
}
