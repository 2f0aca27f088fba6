package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// paperColumns are the columns of scanPaper.
const paperColumns = `p.id, p.equipment_id, p.operator_id, p.kind, p.number, p.issued_on, p.valid_until, p.note,
	p.created_at, p.updated_at, p.deleted_at, p.version`

// scanPaper reads a row that ends with paperColumns; before receives the columns in front of them.
func scanPaper(row pgx.CollectableRow, before ...any) (*fleet.Paper, error) {
	p := new(fleet.Paper)
	var issued *time.Time
	var until time.Time
	err := row.Scan(append(before, (*[16]byte)(&p.ID), &p.EquipmentID, &p.OperatorID, (*string)(&p.Kind), &p.Number,
		&issued, &until, &p.Note, &p.CreatedAt, &p.UpdatedAt, &p.DeletedAt, &p.Version)...)
	p.IssuedOn, p.ValidUntil = dateOf(issued), fleet.DateOf(until)
	return p, err
}

func paperSortKey(o fleet.PaperOrder) sortKey {
	switch o {
	case fleet.PaperCreatedAtAsc, fleet.PaperCreatedAtDesc:
		return sortKey{"p.created_at", "?::timestamptz", o == fleet.PaperCreatedAtDesc}
	default:
		return sortKey{"p.valid_until", "?::date", o == fleet.PaperValidUntilDesc}
	}
}

// paperWhere limits q to the papers that are visible to the viewer and match f: without deleted ones and those of
// deleted machines and operators, unless f asks for them or they are reached through that row. With a filter on the
// papers of a row it takes a slot: the order may be of one index and the condition of another.
func paperWhere(q *query, v fleet.Viewer, f *fleet.PaperFilter, through rowsOf) {
	d := deletedRows{of: through}
	if f != nil {
		d.want = f.Deleted
	}
	q.scans = f != nil
	q.shown(ofPapers, "p", v, d)
	filter(q, f, paperConditions)
}

// ownerRetired is the condition that the machine or operator of a paper p is RETIRED. Each is found by its key.
const ownerRetired = `coalesce(
	(SELECT e.status = 'RETIRED' FROM equipment e WHERE e.company_id = p.company_id AND e.id = p.equipment_id),
	(SELECT o.status = 'RETIRED' FROM operators o WHERE o.company_id = p.company_id AND o.id = p.operator_id))`

func paperConditions(c *conditions, f *fleet.PaperFilter) {
	c.ids("p.id", f.IDs)
	oneOf(c, "p.kind", f.Kind)
	c.reference("p.equipment_id", f.Equipment)
	c.reference("p.operator_id", f.Operator)
	c.null(ownerRetired, f.OwnerRetired)
	if f.Number != nil {
		c.keyed("p.number IS NOT NULL AND text_key(p.number)", f.Number.In)
		c.null("p.number IS NULL", f.Number.IsNull)
	}
	between(c, "p.issued_on", "date", "p.issued_on IS NULL", f.IssuedOn)
	between(c, "p.valid_until", "date", "p.valid_until IS NULL", f.ValidUntil)
	between(c, "p.created_at", "timestamptz", "p.created_at IS NULL", f.CreatedAt)
	between(c, "p.updated_at", "timestamptz", "p.updated_at IS NULL", f.UpdatedAt)
	combine(c, f.And, f.Or, f.Not, paperConditions)
}

// PaperPage returns a page of the papers that match f, in the order by. One statement; index papers_by_valid_until,
// _by_kind, _by_created, _by_number, _by_equipment, _by_operator or _deleted.
func (s *Fleet) PaperPage(ctx context.Context, v fleet.Viewer, f *fleet.PaperFilter, by fleet.PaperOrder,
	w fleet.Window) (fleet.Page[*fleet.Paper], error) {
	if f != nil || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.Paper]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("papers AS p")
	paperWhere(q, v, f, ofNothing)
	q.window("p", paperColumns, paperSortKey(by), w)
	list, err := collect(ctx, q, scanPaper)
	if err != nil {
		return fleet.Page[*fleet.Paper]{}, fmt.Errorf("list papers: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// PaperCount returns the number of papers that match f. One statement.
func (s *Fleet) PaperCount(ctx context.Context, v fleet.Viewer, f *fleet.PaperFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("papers AS p").ColumnExpr("count(*)")
	paperWhere(q, v, f, ofNothing)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count papers: %w", err)
	}
	return n, nil
}

// PapersByEquipment returns a page of the papers of each machine that match f. One statement; index
// papers_by_equipment.
func (s *Fleet) PapersByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID, f *fleet.PaperFilter,
	o fleet.PaperOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Paper], error) {
	return s.papersBy(ctx, v, "p.equipment_id", equipment, f, o, w)
}

// PapersByOperator returns a page of the papers of each operator that match f. One statement; index
// papers_by_operator.
func (s *Fleet) PapersByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID, f *fleet.PaperFilter,
	o fleet.PaperOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Paper], error) {
	return s.papersBy(ctx, v, "p.operator_id", operators, f, o, w)
}

// papersThrough are the rows that the papers with a key in a column are reached through.
var papersThrough = map[string]rowsOf{"p.equipment_id": ofEquipment, "p.operator_id": ofOperators}

func (s *Fleet) papersBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.PaperFilter, o fleet.PaperOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Paper], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("papers AS p")
	paperWhere(q, v, f, papersThrough[parent])
	q.Where(parent + " = k.id")
	q.window("p", paperColumns, paperSortKey(o), w)
	outer.perParent(q, parents, "p")
	groups, err := collectGroups(ctx, outer, scanPaper)
	if err != nil {
		return nil, fmt.Errorf("papers: %w", err)
	}
	return pages(w, parents, groups), nil
}

// PaperCountByEquipment returns the number of papers of each machine that match f. One statement; index
// papers_by_equipment.
func (s *Fleet) PaperCountByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.PaperFilter) (map[fleet.UUID]int, error) {
	return s.paperCountBy(ctx, v, "p.equipment_id", equipment, f)
}

// PaperCountByOperator returns the number of papers of each operator that match f. One statement; index
// papers_by_operator.
func (s *Fleet) PaperCountByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	f *fleet.PaperFilter) (map[fleet.UUID]int, error) {
	return s.paperCountBy(ctx, v, "p.operator_id", operators, f)
}

func (s *Fleet) paperCountBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.PaperFilter) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("papers AS p").ColumnExpr(parent + ", count(*)").GroupExpr(parent)
	paperWhere(q, v, f, papersThrough[parent])
	q.Where(q.args.in(parent, parents))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count papers: %w", err)
	}
	return counts, nil
}

// PapersByID returns the undeleted, visible papers with these ids. One statement, primary key.
func (s *Fleet) PapersByID(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Paper, error) {
	var args arguments
	text := `SELECT ` + paperColumns + ` FROM papers p WHERE ` + visible(ofPapers, "p", v, args.add) + ` AND ` +
		args.in("p.id", ids)
	list, err := readRows(ctx, s.conns, only(scanPaper), text, args...)
	if err != nil {
		return nil, fmt.Errorf("papers by id: %w", err)
	}
	return keyed(list, func(p *fleet.Paper) fleet.UUID { return p.ID }), nil
}
