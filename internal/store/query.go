package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/schema"

	"bitcorp.dev/fleet/internal/fleet"
)

// query is a SELECT that is built by bun and prepared by PostgreSQL. bun assembles the parts that
// vary; values are sent beside the text as $1, $2, …, so that one text serves all values and is
// planned once per connection.
type query struct {
	*bun.SelectQuery
	db   *database
	args arguments
	// unprepared plans the statement with its values each time, for conditions of such different
	// selectivity that no single plan suits them all.
	unprepared bool
	// scans is set for statements that no index serves: they take a slot.
	scans bool
	// unique is set for lists in which no two rows have the same sort key: their order needs no id,
	// and so an index without it supplies the order.
	unique bool
	// exact is set for pages of which nothing tells whether the list continues: no row is read beyond them.
	exact bool
}

func (s *database) query() *query { return &query{SelectQuery: s.bun.NewSelect(), db: s} }

// arg adds a value and returns its placeholder for bun's `?`.
func (q *query) arg(v any) schema.QueryAppender {
	return bun.Safe(q.args.add(v))
}

// where adds a condition; each `?` in it becomes the placeholder of a value.
func (q *query) where(condition string, values ...any) {
	placeholders := make([]any, len(values))
	for i, v := range values {
		placeholders[i] = q.arg(v)
	}
	q.Where(condition, placeholders...)
}

// sortKey is an expression that orders rows. Ties are ordered by id.
type sortKey struct {
	expression string // as in the index
	value      string // the same for the text of a cursor, which is `?`
	desc       bool
}

// shown is the expression of a row's sort key in a cursor: the text itself where the order is that of natural.
func (k sortKey) shown() string {
	if text, is := strings.CutPrefix(k.expression, naturalBegin); is {
		return strings.TrimSuffix(text, naturalEnd)
	}
	return k.expression
}

// window selects columns of the rows of table in an order and limits them to the window and, unless q is
// exact, one row more, which tells whether the list continues. A single comparison of (key, id) finds the position
// in the index, at any depth. An offset is turned into such a position by a subquery that needs no
// other columns, so that an index-only scan skips the rows.
func (q *query) window(table, columns string, k sortKey, w fleet.Window) {
	key := fmt.Sprintf("(%s, %s.id)", k.expression, table)
	bound := func(operator string, p *fleet.Position) {
		if p != nil {
			q.where(fmt.Sprintf("%s %s (%s, ?)", key, operator, k.value), p.Key, [16]byte(p.ID))
		}
	}
	behind, front := ">", "<"
	if k.desc {
		behind, front = front, behind
	}
	bound(behind, w.After)
	bound(front, w.Before)
	direction := "ASC"
	if k.desc != w.Backward {
		direction = "DESC"
	}
	order := k.expression + " " + direction
	if !q.unique {
		order += fmt.Sprintf(", %s.id %s", table, direction)
	}
	if w.Offset > 0 {
		start := q.SelectQuery.Clone().ColumnExpr(k.expression + ", " + table + ".id").OrderExpr(order).Limit(1)
		q.Where(fmt.Sprintf("%s %s= (? OFFSET ?)", key, behind), start, q.arg(w.Offset))
	}
	q.ColumnExpr(columns)
	q.OrderExpr(order)
	limit := int64(w.Limit)
	if !q.exact {
		limit++
	}
	q.Limit(limit)
}

// perParent makes q a query that runs inner once per key, as column k.id, and returns the key in
// front of each row. The first rows of each parent are read from the index, independently of the
// number of others: row_number() and DISTINCT ON would read them all. The rows of one parent come
// in inner's order in every plan, because only a nested loop can run a LATERAL subquery with a
// limit.
func (q *query) perParent(inner *query, keys []fleet.UUID, table string) {
	q.args, q.unprepared, q.scans = inner.args, inner.unprepared, inner.scans
	parents := "unnest(?::uuid[]) AS k(id)"
	value := any(uuids(keys))
	if len(keys) == 1 { // else planned anew each time, see arguments.in
		parents, value = "(SELECT ?::uuid AS id) AS k", [16]byte(keys[0])
	}
	q.TableExpr(parents, q.arg(value)).
		Join("CROSS JOIN LATERAL (?) AS "+table, inner.SelectQuery).
		ColumnExpr("k.id, " + table + ".*")
}

// fetch sends q and returns what collect makes of its rows.
func fetch[T any](ctx context.Context, q *query, collect func(pgx.Rows) (T, error)) (T, error) {
	text, err := q.AppendQuery(q.db.bun.QueryGen(), nil)
	if err != nil {
		var none T
		return none, err
	}
	args := q.args
	if q.unprepared {
		// An unnamed statement is planned with the values that it is bound to.
		args = append([]any{pgx.QueryExecModeCacheDescribe}, args...)
	}
	return read(ctx, q.db.conns, string(text), args, collect)
}

// count sends a query that returns one number.
func (q *query) count(ctx context.Context) (int, error) {
	return fetch(ctx, q, func(rows pgx.Rows) (int, error) { return pgx.CollectExactlyOneRow(rows, pgx.RowTo[int]) })
}

// slot waits until a statement that no index serves may run; done releases its slot.
func (q *query) slot(ctx context.Context) (done func(), err error) {
	if !q.scans {
		return func() {}, nil
	}
	return q.db.scan(ctx)
}

// counts sends a query that returns a number per key. The result has no entry for a key without
// rows.
func (q *query) counts(ctx context.Context) (map[fleet.UUID]int, error) {
	done, err := q.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return fetch(ctx, q, func(rows pgx.Rows) (map[fleet.UUID]int, error) {
		counts := make(map[fleet.UUID]int)
		var key fleet.UUID
		var n int
		_, err := pgx.ForEachRow(rows, []any{(*[16]byte)(&key), &n}, func() error {
			counts[key] = n
			return nil
		})
		return counts, err
	})
}

// rowScan reads a row that ends with the columns of T; before receives the columns in front of
// them. Targets such as *[16]byte are scanned without reflection.
type rowScan[T any] func(row pgx.CollectableRow, before ...any) (T, error)

// only adapts scan to pgx's collectors, for rows without other columns.
func only[T any](scan rowScan[T]) pgx.RowToFunc[T] {
	return func(row pgx.CollectableRow) (T, error) { return scan(row) }
}

// collect sends q and reads every row.
func collect[T any](ctx context.Context, q *query, scan rowScan[T]) ([]T, error) {
	return fetch(ctx, q, func(rows pgx.Rows) ([]T, error) { return pgx.CollectRows(rows, only(scan)) })
}

// collectGroups sends q, a query with the key of the parent as first column, and returns the rows
// of each parent.
func collectGroups[T any](ctx context.Context, q *query, scan rowScan[T]) (map[fleet.UUID][]T, error) {
	done, err := q.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	type child struct {
		parent fleet.UUID
		row    T
	}
	var parent fleet.UUID
	children, err := fetch(ctx, q, func(rows pgx.Rows) ([]child, error) {
		return pgx.CollectRows(rows, func(r pgx.CollectableRow) (child, error) {
			row, err := scan(r, (*[16]byte)(&parent))
			return child{parent, row}, err
		})
	})
	if err != nil {
		return nil, err
	}
	groups := make(map[fleet.UUID][]T)
	for _, c := range children {
		groups[c.parent] = append(groups[c.parent], c.row)
	}
	return groups, nil
}

// pages returns a page for each key, empty for one without rows.
func pages[T any](w fleet.Window, keys []fleet.UUID, groups map[fleet.UUID][]T) map[fleet.UUID]fleet.Page[T] {
	made := make(map[fleet.UUID]fleet.Page[T], len(keys))
	for _, k := range keys {
		made[k] = fleet.NewPage(w, groups[k])
	}
	return made
}

// keyed returns rows by their key.
func keyed[T any](rows []T, key func(T) fleet.UUID) map[fleet.UUID]T {
	found := make(map[fleet.UUID]T, len(rows))
	for _, row := range rows {
		found[key(row)] = row
	}
	return found
}
