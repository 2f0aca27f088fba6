package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const companyColumns = `c.id, c.name, c.currency, c.time_zone, c.scheduled_hours_per_week::text, c.created_at, c.version`

func scanCompany(row pgx.CollectableRow, before ...any) (*fleet.Company, error) {
	c := new(fleet.Company)
	return c, row.Scan(append(before, (*[16]byte)(&c.ID), &c.Name, &c.Currency, &c.TimeZone,
		(*string)(&c.ScheduledHoursPerWeek), &c.CreatedAt, &c.Version)...)
}

// CompaniesByID returns the visible companies with these ids: the viewer's own at most. One
// statement, primary key.
func (s *Fleet) CompaniesByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.Company, error) {
	var args arguments
	text := `
		SELECT ` + companyColumns + `
		FROM   companies c
		WHERE  ` + visible(ofCompanies, "c", v, args.add) + ` AND ` + args.in("c.id", ids)
	list, err := readRows(ctx, s.conns, only(scanCompany), text, args...)
	if err != nil {
		return nil, fmt.Errorf("companies by id: %w", err)
	}
	return keyed(list, func(c *fleet.Company) fleet.UUID { return c.ID }), nil
}

// UpdateCompany changes the viewer's company of the expected version. The name of another company
// is a CONFLICT. A patch without a difference leaves the version unchanged. Statements: begin, lock,
// update, history, commit.
func (s *Fleet) UpdateCompany(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, expected *int,
	patch fleet.CompanyPatch) (*fleet.Company, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Company, error) {
		before, err := tx.company(ctx, `SELECT `+companyColumns+` FROM companies c WHERE c.id = $1
			FOR NO KEY UPDATE`)
		if err != nil {
			return nil, fmt.Errorf("lock company: %w", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		after, err := patch.Apply(before)
		if err != nil {
			return nil, err
		}
		saved, err := tx.company(ctx, `
			UPDATE companies AS c SET name = $2, currency = $3, time_zone = $4, scheduled_hours_per_week = $5::numeric
			WHERE  c.id = $1
			  AND  (c.name, c.currency, c.time_zone, c.scheduled_hours_per_week) IS DISTINCT
				FROM ($2::text, $3::text, $4::text, $5::numeric)
			RETURNING `+companyColumns, after.Name, after.Currency, after.TimeZone, string(after.ScheduledHoursPerWeek))
		if noRows(err) {
			return before, nil
		}
		if err != nil {
			return nil, fmt.Errorf("update company: %w", err)
		}
		tx.recordHistory(fleet.SubjectCompany, v.CompanyID, fleet.ActionUpdated,
			fleet.Changes(before.Facts(), saved.Facts()))
		return saved, nil
	})
}

// company runs a statement that returns the company; $1 is its id.
func (tx *writeTx) company(ctx context.Context, sql string, args ...any) (*fleet.Company, error) {
	return oneRow(ctx, tx, scanCompany, sql, args)
}
