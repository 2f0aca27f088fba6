package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const assignmentColumns = `a.id, a.equipment_id, a.operator_id, a.assigned_at, a.released_at, a.created_at`

func scanAssignment(row pgx.CollectableRow, before ...any) (*fleet.Assignment, error) {
	a := new(fleet.Assignment)
	err := row.Scan(append(before, (*[16]byte)(&a.ID), (*[16]byte)(&a.EquipmentID), (*[16]byte)(&a.OperatorID),
		&a.AssignedAt, &a.ReleasedAt, &a.CreatedAt)...)
	return a, err
}

// releasedKey is the end of an assignment as in the indexes: an open one ends after all others, so
// that one comparison of (key, id) finds the next page.
const (
	openEnd     = `'9999-12-31T00:00:00Z'::timestamptz`
	releasedKey = `coalesce(a.released_at, ` + openEnd + `)`
)

func assignmentSortKey(o fleet.AssignmentOrder) sortKey {
	switch o {
	case fleet.AssignmentReleasedAtAsc, fleet.AssignmentReleasedAtDesc:
		return sortKey{releasedKey, "?::timestamptz", o == fleet.AssignmentReleasedAtDesc}
	default:
		return sortKey{"a.assigned_at", "?::timestamptz", o != fleet.AssignmentAssignedAtAsc}
	}
}

// assignmentWhere limits q to the visible assignments that match f: without those of deleted machines
// and operators, unless f asks for them or they are reached through that row. With a filter it takes a slot: the
// order may be of one index and the condition of another.
func assignmentWhere(q *query, v fleet.Viewer, f *fleet.AssignmentFilter, through rowsOf) {
	q.scans = f != nil
	d := deletedRows{of: through}
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofAssignments, "a", v, d)
	filter(q, f, assignmentConditions)
}

func assignmentConditions(c *conditions, f *fleet.AssignmentFilter) {
	c.ids("a.id", f.IDs)
	c.reference("a.equipment_id", f.Equipment)
	c.reference("a.operator_id", f.Operator)
	c.null("a.released_at IS NULL", f.Open)
	between(c, "a.assigned_at", "timestamptz", "a.assigned_at IS NULL", f.AssignedAt)
	if f.ReleasedAt.Bounded() {
		c.add(releasedKey + " < " + openEnd)
	}
	between(c, releasedKey, "timestamptz", "a.released_at IS NULL", f.ReleasedAt)
	combine(c, f.And, f.Or, f.Not, assignmentConditions)
}

// AssignOperator assigns an operator to a machine from now on, or over a
// period. Statements: begin, two locks, time, insert, history, commit; two
// more to replace, three if the replaced operator has the machine again afterwards; one more after a refusal.
func (s *Fleet) AssignOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	in fleet.AssignmentInput) (*fleet.Assignment, error) {
	var wanted *fleet.Assignment
	made, err := write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Assignment, error) {
		operator, err := tx.lockOperator(ctx, in.OperatorID)
		if err != nil {
			return nil, fleet.InField("operatorId", err)
		}
		machine, err := tx.lockEquipment(ctx, in.EquipmentID)
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		if wanted, err = in.Assign(machine, operator, now); err != nil {
			return nil, err
		}
		if in.Replace {
			if err := tx.replace(ctx, wanted); err != nil {
				return nil, err
			}
		}
		return tx.assign(ctx, wanted)
	})
	return made, s.nameOverlap(ctx, v, wanted, err)
}

// ReleaseOperator ends the open assignment of a machine at a point in time, now if at is nil. A
// machine without an operator, or with another one than operator if that is not nil, is a CONFLICT. Statements: begin, lock, find, time, update, history,
// commit.
func (s *Fleet) ReleaseOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, equipment fleet.UUID,
	operator *fleet.UUID, at *time.Time) (*fleet.Assignment, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Assignment, error) {
		if _, err := tx.lockEquipment(ctx, equipment); err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		open, err := tx.assignment(ctx, `SELECT `+assignmentColumns+` FROM assignments a WHERE a.company_id = $1
			AND a.equipment_id = $2 AND a.released_at IS NULL`, [16]byte(equipment))
		if noRows(err) {
			return nil, fleet.Conflictf(fleet.Transition, "equipmentId", "no operator runs the machine now")
		}
		if err != nil {
			return nil, fmt.Errorf("open assignment: %w", err)
		}
		if err := open.CheckOperator(operator); err != nil {
			return nil, err
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		ended, err := open.Release(at, now)
		if err != nil {
			return nil, err
		}
		saved, err := tx.assignment(ctx, `UPDATE assignments AS a SET released_at = $3 WHERE a.company_id = $1
			AND a.id = $2 RETURNING `+assignmentColumns, [16]byte(open.ID), *ended.ReleasedAt)
		if err != nil {
			return nil, fmt.Errorf("release operator: %w", err)
		}
		tx.recordAssignment(fleet.ActionReleased, saved, saved.ReleaseChanges(open))
		return saved, nil
	})
}

// releaseMachines ends the open assignments of an operator, now. The operator is locked, so that it gets no
// other machine meanwhile; its machines are, before their assignments. Index equipment_by_operator.
func (tx *writeTx) releaseMachines(ctx context.Context, operator fleet.UUID) error {
	if _, err := tx.Exec(ctx, `SELECT FROM equipment e WHERE e.company_id = $1 AND e.operator_id = $2 ORDER BY e.id
		FOR NO KEY UPDATE`, [16]byte(tx.v.CompanyID), [16]byte(operator)); err != nil {
		return fmt.Errorf("lock machines of the operator: %w", err)
	}
	return tx.releaseAll(ctx, "operator_id", operator)
}

// releaseAll ends the open assignments with this id in column, now.
func (tx *writeTx) releaseAll(ctx context.Context, column string, id fleet.UUID) error {
	now, err := tx.now(ctx)
	if err != nil {
		return err
	}
	return tx.release(ctx, column, id, now)
}

// release ends the open assignments with this id in column at a point in time, except those that
// begin later.
func (tx *writeTx) release(ctx context.Context, column string, id fleet.UUID, at time.Time) error {
	rows, _ := tx.Query(ctx, `
		UPDATE assignments AS a SET released_at = $3 WHERE a.company_id = $1 AND a.`+column+` = $2
			AND a.released_at IS NULL AND a.assigned_at < $3
		RETURNING `+assignmentColumns, [16]byte(tx.v.CompanyID), [16]byte(id), at)
	ended, err := pgx.CollectRows(rows, only(scanAssignment))
	if err != nil {
		return fmt.Errorf("release operators: %w", err)
	}
	for _, a := range ended {
		open := *a
		open.ReleasedAt = nil
		tx.recordAssignment(fleet.ActionReleased, a, a.ReleaseChanges(&open))
	}
	return nil
}

// recordAssignment adds an entry for the machine and one for the operator.
func (tx *writeTx) recordAssignment(action fleet.Action, a *fleet.Assignment, changes []fleet.FieldChange) {
	tx.recordHistory(fleet.SubjectEquipment, a.EquipmentID, action, changes)
	tx.recordHistory(fleet.SubjectOperator, a.OperatorID, action, changes)
}

// now returns the database's time, the only clock that all instances share. It is read after locks
// are acquired and is not the time at which the transaction began, so that of two transactions that
// lock the same row the second one has the later time.
func (tx *writeTx) now(ctx context.Context) (now time.Time, err error) {
	if err = tx.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&now); err != nil {
		return now, fmt.Errorf("read the clock: %w", err)
	}
	return now, nil
}

// assignment runs a statement that returns one assignment; $1 is the company.
func (tx *writeTx) assignment(ctx context.Context, sql string, args ...any) (*fleet.Assignment, error) {
	return oneRow(ctx, tx, scanAssignment, sql, args)
}

// AssignmentsByEquipment returns a page of the assignments of each machine that match f, in the
// order o. One statement; index assignments_by_equipment or _ends_by_equipment.
func (s *Fleet) AssignmentsByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.AssignmentFilter, o fleet.AssignmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Assignment],
	error) {
	return s.assignmentsBy(ctx, v, "a.equipment_id", equipment, f, o, w)
}

// AssignmentsByOperator returns a page of the assignments of each operator that match f, in the
// order o. One statement; index assignments_by_operator, _ends_by_operator or _open_by_operator.
func (s *Fleet) AssignmentsByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	f *fleet.AssignmentFilter, o fleet.AssignmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Assignment],
	error) {
	return s.assignmentsBy(ctx, v, "a.operator_id", operators, f, o, w)
}

// reachedThrough are the rows that the assignments with a key in a column are reached through.
var reachedThrough = map[string]rowsOf{"a.equipment_id": ofEquipment, "a.operator_id": ofOperators}

func (s *Fleet) assignmentsBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.AssignmentFilter, o fleet.AssignmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Assignment],
	error) {
	q, outer := s.query(), s.query()
	q.TableExpr("assignments AS a")
	assignmentWhere(q, v, f, reachedThrough[parent])
	q.Where(parent + " = k.id")
	q.window("a", assignmentColumns, assignmentSortKey(o), w)
	outer.perParent(q, parents, "a")
	groups, err := collectGroups(ctx, outer, scanAssignment)
	if err != nil {
		return nil, fmt.Errorf("assignments: %w", err)
	}
	return pages(w, parents, groups), nil
}

// AssignmentCountByEquipment returns the number of assignments of each machine that match f. One
// statement; index assignments_by_equipment.
func (s *Fleet) AssignmentCountByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.AssignmentFilter) (map[fleet.UUID]int, error) {
	return s.assignmentCountBy(ctx, v, "a.equipment_id", equipment, f)
}

// AssignmentCountByOperator returns the number of assignments of each operator that match f. One
// statement; index assignments_by_operator.
func (s *Fleet) AssignmentCountByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	f *fleet.AssignmentFilter) (map[fleet.UUID]int, error) {
	return s.assignmentCountBy(ctx, v, "a.operator_id", operators, f)
}

func (s *Fleet) assignmentCountBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.AssignmentFilter) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("assignments AS a").ColumnExpr(parent + ", count(*)").GroupExpr(parent)
	assignmentWhere(q, v, f, reachedThrough[parent])
	q.Where(q.args.in(parent, parents))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count assignments: %w", err)
	}
	return counts, nil
}

// AssignmentsByID returns the visible assignments with these ids. One statement, primary key.
func (s *Fleet) AssignmentsByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.Assignment, error) {
	var args arguments
	text := `SELECT ` + assignmentColumns + ` FROM assignments a WHERE ` + visible(ofAssignments, "a", v, args.add) + `
		AND ` + args.in("a.id", ids)
	list, err := readRows(ctx, s.conns, only(scanAssignment), text, args...)
	if err != nil {
		return nil, fmt.Errorf("assignments by id: %w", err)
	}
	return keyed(list, func(a *fleet.Assignment) fleet.UUID { return a.ID }), nil
}
