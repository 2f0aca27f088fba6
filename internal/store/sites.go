package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// siteColumns are the columns of scanSite.
const siteColumns = `st.id, st.name, st.code, st.address, st.time_zone, st.created_at, st.updated_at, st.deleted_at,
	st.version`

// scanSite reads a row that ends with siteColumns; before receives the columns in front of them.
func scanSite(row pgx.CollectableRow, before ...any) (*fleet.Site, error) {
	s := new(fleet.Site)
	err := row.Scan(append(before, (*[16]byte)(&s.ID), &s.Name, &s.Code, &s.Address, &s.TimeZone, &s.CreatedAt,
		&s.UpdatedAt, &s.DeletedAt, &s.Version)...)
	return s, err
}

func siteSortKey(o fleet.SiteOrder) sortKey {
	switch o {
	case fleet.SiteCreatedAtAsc, fleet.SiteCreatedAtDesc:
		return sortKey{"st.created_at", "?::timestamptz", o == fleet.SiteCreatedAtDesc}
	case fleet.SiteCodeAsc, fleet.SiteCodeDesc:
		return sortKey{natural("coalesce(st.code, '')"), natural("?::text"), o == fleet.SiteCodeDesc}
	default:
		return sortKey{natural("st.name"), natural("?::text"), o == fleet.SiteNameDesc}
	}
}

// siteWhere limits q to the sites that are visible to the viewer and match f: without the deleted ones unless f
// asks for them.
func siteWhere(q *query, v fleet.Viewer, f *fleet.SiteFilter) {
	var d deletedRows
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofSites, "st", v, d)
	filter(q, f, siteConditions)
}

func siteConditions(c *conditions, f *fleet.SiteFilter) {
	c.ids("st.id", f.IDs)
	c.keyed("text_key(st.name)", f.Name)
	if f.Code != nil {
		c.keyed("st.code IS NOT NULL AND text_key(st.code)", f.Code.In)
		c.null("st.code IS NULL", f.Code.IsNull)
	}
	between(c, "st.created_at", "timestamptz", "st.created_at IS NULL", f.CreatedAt)
	between(c, "st.updated_at", "timestamptz", "st.updated_at IS NULL", f.UpdatedAt)
	c.search(`st.name || ' ' || coalesce(st.code, '') || ' ' || coalesce(st.address, '')`, f.Search)
	combine(c, f.And, f.Or, f.Not, siteConditions)
}

// SitePage returns a page of the sites that match f, in the order by. One statement; index sites_by_name, _by_code,
// _by_created, _name_key, _code_key or _deleted.
func (s *Fleet) SitePage(ctx context.Context, v fleet.Viewer, f *fleet.SiteFilter, by fleet.SiteOrder,
	w fleet.Window) (fleet.Page[*fleet.Site], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.Site]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("sites AS st")
	siteWhere(q, v, f)
	q.window("st", siteColumns, siteSortKey(by), w)
	list, err := collect(ctx, q, scanSite)
	if err != nil {
		return fleet.Page[*fleet.Site]{}, fmt.Errorf("list sites: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// SiteCount returns the number of sites that match f. One statement.
func (s *Fleet) SiteCount(ctx context.Context, v fleet.Viewer, f *fleet.SiteFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("sites AS st").ColumnExpr("count(*)")
	siteWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count sites: %w", err)
	}
	return n, nil
}

// SitesByID returns the undeleted, visible sites with these ids. One statement, primary key.
func (s *Fleet) SitesByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Site, error) {
	var args arguments
	text := `SELECT ` + siteColumns + ` FROM sites st WHERE ` + visible(ofSites, "st", v, args.add) + ` AND ` +
		args.in("st.id", ids)
	list, err := readRows(ctx, s.conns, only(scanSite), text, args...)
	if err != nil {
		return nil, fmt.Errorf("sites by id: %w", err)
	}
	return keyed(list, func(s *fleet.Site) fleet.UUID { return s.ID }), nil
}
