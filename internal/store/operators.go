package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// operatorColumns are the columns of scanOperator.
const operatorColumns = `o.id, o.user_id, o.first_name, o.last_name, o.license_number, o.status, o.created_at,
	o.updated_at, o.deleted_at, o.version`

// scanOperator reads a row that ends with operatorColumns; before receives the columns in front of
// them.
func scanOperator(row pgx.CollectableRow, before ...any) (*fleet.Operator, error) {
	o := new(fleet.Operator)
	err := row.Scan(append(before, (*[16]byte)(&o.ID), &o.UserID, &o.FirstName, &o.LastName, &o.LicenseNumber,
		(*string)(&o.Status), &o.CreatedAt, &o.UpdatedAt, &o.DeletedAt, &o.Version)...)
	return o, err
}

func operatorSortKey(o fleet.OperatorOrder) sortKey {
	switch o {
	case fleet.OperatorCreatedAtAsc, fleet.OperatorCreatedAtDesc:
		return sortKey{"o.created_at", "?::timestamptz", o == fleet.OperatorCreatedAtDesc}
	default:
		return sortKey{natural("(o.last_name || ' ' || o.first_name)"), natural("?::text"), o == fleet.OperatorNameDesc}
	}
}

// operatorWhere limits q to the operators that are visible to the viewer and match f: without the
// deleted ones unless f asks for them.
func operatorWhere(q *query, v fleet.Viewer, f *fleet.OperatorFilter) {
	var d deletedRows
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofOperators, "o", v, d)
	filter(q, f, operatorConditions)
}

func operatorConditions(c *conditions, f *fleet.OperatorFilter) {
	c.ids("o.id", f.IDs)
	oneOf(c, "o.status", f.Status)
	c.reference("o.user_id", f.User)
	c.folded("lower(o.license_number)", "o.license_number IS NULL", f.LicenseNumber)
	between(c, "o.created_at", "timestamptz", "o.created_at IS NULL", f.CreatedAt)
	between(c, "o.updated_at", "timestamptz", "o.updated_at IS NULL", f.UpdatedAt)
	c.search(`o.first_name || ' ' || o.last_name || ' ' || coalesce(o.license_number, '')`, f.Search)
	combine(c, f.And, f.Or, f.Not, operatorConditions)
}

// OperatorPage returns a page of the operators that match f, in the order by. One statement; index
// operators_by_natural_name, _by_created, _search_folded, _words_folded or _deleted.
func (s *Fleet) OperatorPage(ctx context.Context, v fleet.Viewer, f *fleet.OperatorFilter, by fleet.OperatorOrder,
	w fleet.Window) (fleet.Page[*fleet.Operator], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.Operator]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("operators AS o")
	operatorWhere(q, v, f)
	q.window("o", operatorColumns, operatorSortKey(by), w)
	list, err := collect(ctx, q, scanOperator)
	if err != nil {
		return fleet.Page[*fleet.Operator]{}, fmt.Errorf("list operators: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// OperatorCount returns the number of operators that match f. One statement.
func (s *Fleet) OperatorCount(ctx context.Context, v fleet.Viewer, f *fleet.OperatorFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("operators AS o").ColumnExpr("count(*)")
	operatorWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count operators: %w", err)
	}
	return n, nil
}

// OperatorsByID returns the undeleted, visible operators with these ids. One statement, primary
// key.
func (s *Fleet) OperatorsByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Operator,
	error) {
	return s.operatorsByID(ctx, v, ids, deletedRows{})
}

// OperatorsOf returns the visible operators with these ids, which are those of assignments that the
// viewer sees: deleted ones as EquipmentOf does. One statement, primary key.
func (s *Fleet) OperatorsOf(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Operator,
	error) {
	return s.operatorsByID(ctx, v, ids, withDeleted())
}

func (s *Fleet) operatorsByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	d deletedRows) (map[fleet.UUID]*fleet.Operator, error) {
	var args arguments
	text := `
		SELECT ` + operatorColumns + `
		FROM   operators o
		WHERE  ` + shown(ofOperators, "o", v, d, args.add) + ` AND ` + args.in("o.id", ids)
	list, err := readRows(ctx, s.conns, only(scanOperator), text, args...)
	if err != nil {
		return nil, fmt.Errorf("operators by id: %w", err)
	}
	return keyed(list, func(o *fleet.Operator) fleet.UUID { return o.ID }), nil
}
