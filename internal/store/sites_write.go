package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CreateSite adds a site with a new id. Statements: begin, insert, history, commit.
func (s *Fleet) CreateSite(
	ctx context.Context,
	v fleet.Viewer,
	w fleet.WriteInfo,
	site *fleet.Site,
) (*fleet.Site, error) {
	site.Tidy()
	if err := site.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Site, error) {
		made, err := tx.site(ctx, `
			INSERT INTO sites AS st (id, company_id, name, code, address, time_zone) VALUES ($2, $1, $3, $4, $5, $6)
			RETURNING `+siteColumns, [16]byte(fleet.NewUUID()), site.Name, site.Code, site.Address, site.TimeZone)
		if err != nil {
			return nil, fmt.Errorf("create site: %w", err)
		}
		tx.recordHistory(fleet.SubjectSite, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// UpdateSite changes a site of the expected version. A patch without a difference leaves the version unchanged.
// Statements: begin, lock, update, history, commit.
func (s *Fleet) UpdateSite(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.SitePatch) (*fleet.Site, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Site, error) {
		before, err := tx.lockSite(ctx, id, forChange)
		if err != nil {
			return nil, fleet.InField("siteId", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		after, err := patch.Apply(before)
		if err != nil {
			return nil, err
		}
		saved, err := tx.site(ctx, `
			UPDATE sites AS st SET name = $3, code = $4, address = $5, time_zone = $6
			WHERE  st.company_id = $1 AND st.id = $2
			  AND  (st.name, st.code, st.address, st.time_zone) IS DISTINCT FROM ($3::text, $4::text, $5::text, $6::text)
			RETURNING `+siteColumns, [16]byte(id), after.Name, after.Code, after.Address, after.TimeZone)
		if noRows(err) {
			return before, nil
		}
		if err != nil {
			return nil, fmt.Errorf("update site: %w", err)
		}
		tx.recordHistory(fleet.SubjectSite, id, fleet.ActionUpdated, fleet.Changes(before.Facts(), saved.Facts()))
		return saved, nil
	})
}

// DeleteSite marks a site as deleted and returns it. It can be restored, and until then its name and code can be
// another site's. A site at which machines are is a CONFLICT. Statements: begin, lock, count, update, history,
// commit; index equipment_by_site.
func (s *Fleet) DeleteSite(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Site, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Site, error) {
		before, err := tx.lockSite(ctx, id, forChange)
		if err != nil {
			return nil, fleet.InField("siteId", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		var machines int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM equipment e WHERE e.company_id = $1 AND e.site_id = $2`,
			[16]byte(v.CompanyID), [16]byte(id)).Scan(&machines); err != nil {
			return nil, fmt.Errorf("count machines at the site: %w", err)
		}
		if err := before.CheckDelete(machines); err != nil {
			return nil, err
		}
		gone, err := tx.site(ctx, `UPDATE sites AS st SET deleted_at = now() WHERE st.company_id = $1 AND st.id = $2
			RETURNING `+siteColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("delete site: %w", err)
		}
		tx.recordHistory(fleet.SubjectSite, id, fleet.ActionDeleted, []fleet.FieldChange{})
		return gone, nil
	})
}

// RestoreSite restores a deleted site; one that is not deleted is returned unchanged. A name or code that another
// site has by now is a CONFLICT. Statements: begin, lock, update, history, commit.
func (s *Fleet) RestoreSite(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Site, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Site, error) {
		before, err := tx.site(ctx, `SELECT `+siteColumns+` FROM sites st WHERE st.company_id = $1 AND st.id = $2
			FOR NO KEY UPDATE`, [16]byte(id))
		if noRows(err) {
			return nil, noSite("siteId", id)
		}
		if err != nil {
			return nil, fmt.Errorf("lock site: %w", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if before.DeletedAt == nil {
			return before, nil
		}
		back, err := tx.site(ctx, `UPDATE sites AS st SET deleted_at = NULL WHERE st.company_id = $1 AND st.id = $2
			RETURNING `+siteColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("restore site: %w", err)
		}
		tx.recordHistory(fleet.SubjectSite, id, fleet.ActionRestored, []fleet.FieldChange{})
		return back, nil
	})
}

func noSite(field string, id fleet.UUID) error {
	return fleet.NotFoundf(field, "there is no site %s in the company", fleet.GlobalID(fleet.KindSite, id))
}

// site runs a statement that returns one site; $1 is the company.
func (tx *writeTx) site(ctx context.Context, sql string, args ...any) (*fleet.Site, error) {
	return oneRow(ctx, tx, scanSite, sql, args)
}

// Locks of a site. A move to it only keeps it from being deleted, so that machines move there side by side.
const (
	forChange = " FOR NO KEY UPDATE"
	forMove   = " FOR SHARE"
)

// lockSite returns an undeleted site of the company and locks it until the transaction ends. Sites are locked before
// machines.
func (tx *writeTx) lockSite(ctx context.Context, id fleet.UUID, lock string) (*fleet.Site, error) {
	site, err := tx.site(ctx, `SELECT `+siteColumns+` FROM sites st WHERE st.company_id = $1 AND st.id = $2
		AND st.deleted_at IS NULL`+lock, [16]byte(id))
	if noRows(err) {
		return nil, noSite("", id)
	}
	if err != nil {
		return nil, fmt.Errorf("lock site: %w", err)
	}
	return site, nil
}
