package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// savedQueryColumns are the columns of scanSavedQuery.
const savedQueryColumns = `sq.id, sq.name, sq.description, sq.document, sq.variables, sq.created_by, sq.changed_by,
	sq.created_at, sq.updated_at, sq.deleted_at, sq.version`

// scanSavedQuery reads a row that ends with savedQueryColumns; before receives the columns in front of them.
func scanSavedQuery(row pgx.CollectableRow, before ...any) (*fleet.SavedQuery, error) {
	q := new(fleet.SavedQuery)
	err := row.Scan(append(before, (*[16]byte)(&q.ID), &q.Name, &q.Description, &q.Document, &q.Variables,
		(*[16]byte)(&q.CreatorID), (*[16]byte)(&q.EditorID), &q.CreatedAt, &q.UpdatedAt, &q.DeletedAt, &q.Version)...)
	return q, err
}

func savedQuerySortKey(o fleet.SavedQueryOrder) sortKey {
	switch o {
	case fleet.SavedQueryUpdatedAtAsc, fleet.SavedQueryUpdatedAtDesc:
		return sortKey{"sq.updated_at", "?::timestamptz", o == fleet.SavedQueryUpdatedAtDesc}
	default:
		return sortKey{natural("sq.name"), natural("?::text"), o == fleet.SavedQueryNameDesc}
	}
}

// savedQueryWhere limits q to the saved queries that are visible to the viewer and match f: without the deleted ones
// unless f asks for them.
func savedQueryWhere(q *query, v fleet.Viewer, f *fleet.SavedQueryFilter) {
	var d deletedRows
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofSavedQueries, "sq", v, d)
	filter(q, f, savedQueryConditions)
}

func savedQueryConditions(c *conditions, f *fleet.SavedQueryFilter) {
	c.ids("sq.id", f.IDs)
	c.keyed("text_key(sq.name)", f.Name)
	c.reference("sq.created_by", f.CreatedBy)
	between(c, "sq.updated_at", "timestamptz", "sq.updated_at IS NULL", f.UpdatedAt)
	c.search(`sq.name || ' ' || coalesce(sq.description, '')`, f.Search)
	combine(c, f.And, f.Or, f.Not, savedQueryConditions)
}

// SavedQueryPage returns a page of the saved queries that match f, in the order by. One statement; index
// saved_queries_by_name, _by_updated, _name_key or _deleted.
func (s *Fleet) SavedQueryPage(ctx context.Context, v fleet.Viewer, f *fleet.SavedQueryFilter,
	by fleet.SavedQueryOrder, w fleet.Window) (fleet.Page[*fleet.SavedQuery], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.SavedQuery]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("saved_queries AS sq")
	savedQueryWhere(q, v, f)
	q.window("sq", savedQueryColumns, savedQuerySortKey(by), w)
	list, err := collect(ctx, q, scanSavedQuery)
	if err != nil {
		return fleet.Page[*fleet.SavedQuery]{}, fmt.Errorf("list saved queries: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// SavedQueryCount returns the number of saved queries that match f. One statement.
func (s *Fleet) SavedQueryCount(ctx context.Context, v fleet.Viewer, f *fleet.SavedQueryFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("saved_queries AS sq").ColumnExpr("count(*)")
	savedQueryWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count saved queries: %w", err)
	}
	return n, nil
}

// SavedQueriesByID returns the undeleted, visible saved queries with these ids. One statement, primary key.
func (s *Fleet) SavedQueriesByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.SavedQuery, error) {
	var args arguments
	text := `SELECT ` + savedQueryColumns + ` FROM saved_queries sq WHERE ` +
		visible(ofSavedQueries, "sq", v, args.add) + ` AND ` + args.in("sq.id", ids)
	list, err := readRows(ctx, s.conns, only(scanSavedQuery), text, args...)
	if err != nil {
		return nil, fmt.Errorf("saved queries by id: %w", err)
	}
	return keyed(list, func(q *fleet.SavedQuery) fleet.UUID { return q.ID }), nil
}

const savedQueryVersionColumns = `qv.id, qv.number, qv.action, qv.name, qv.description, qv.document, qv.variables,
	qv.user_id, qv.saved_at`

func scanSavedQueryVersion(row pgx.CollectableRow, before ...any) (*fleet.SavedQueryVersion, error) {
	v := new(fleet.SavedQueryVersion)
	err := row.Scan(append(before, (*[16]byte)(&v.ID), &v.Number, (*string)(&v.Action), &v.Name, &v.Description,
		&v.Document, &v.Variables, (*[16]byte)(&v.UserID), &v.SavedAt)...)
	return v, err
}

var savedQueryVersionSortKey = sortKey{"qv.number", "?::integer", true}

// savedQueryVersions limits q to the visible versions of saved queries that the viewer has reached.
func savedQueryVersions(q *query, v fleet.Viewer) {
	q.TableExpr("saved_query_versions AS qv")
	q.shown(ofSavedQueryVersions, "qv", v, deletedRows{of: ofSavedQueries})
}

// SavedQueryVersions returns a page of the versions of each saved query, newest first. One statement; index
// saved_query_versions_by_number.
func (s *Fleet) SavedQueryVersions(ctx context.Context, v fleet.Viewer, queries []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.SavedQueryVersion], error) {
	q, outer := s.query(), s.query()
	q.unique = true
	savedQueryVersions(q, v)
	q.Where("qv.saved_query_id = k.id")
	q.window("qv", savedQueryVersionColumns, savedQueryVersionSortKey, w)
	outer.perParent(q, queries, "qv")
	groups, err := collectGroups(ctx, outer, scanSavedQueryVersion)
	if err != nil {
		return nil, fmt.Errorf("versions of saved queries: %w", err)
	}
	return pages(w, queries, groups), nil
}

// SavedQueryVersionCounts returns the number of kept versions of each saved query. One statement; index
// saved_query_versions_by_number.
func (s *Fleet) SavedQueryVersionCounts(ctx context.Context, v fleet.Viewer,
	queries []fleet.UUID) (map[fleet.UUID]int, error) {
	q := s.query()
	savedQueryVersions(q, v)
	q.ColumnExpr("qv.saved_query_id, count(*)").GroupExpr("qv.saved_query_id")
	q.Where(q.args.in("qv.saved_query_id", queries))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count versions of saved queries: %w", err)
	}
	return counts, nil
}
