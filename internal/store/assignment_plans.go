package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const assignmentPlanColumns = `ap.id, ap.equipment_id, ap.operator_id, ap.starts_at, ap.ends_at, ap.reason, ap.status,
	ap.returns_to, ap.closed_at, ap.dropped_because, ap.user_id, ap.created_at`

func scanAssignmentPlan(row pgx.CollectableRow, before ...any) (*fleet.AssignmentPlan, error) {
	p := new(fleet.AssignmentPlan)
	err := row.Scan(append(before, (*[16]byte)(&p.ID), (*[16]byte)(&p.EquipmentID), &p.OperatorID, &p.StartsAt, &p.EndsAt,
		&p.Reason, (*string)(&p.Status), &p.ReturnsTo, &p.ClosedAt, &p.DroppedBecause, &p.UserID, &p.CreatedAt)...)
	return p, err
}

var assignmentPlanSortKey = sortKey{"ap.starts_at", "?::timestamptz", false}

// AssignmentPlansByEquipment returns a page of the open plans of each machine, soonest first. One statement; index
// assignment_plans_by_equipment.
func (s *Fleet) AssignmentPlansByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.AssignmentPlan], error) {
	return s.assignmentPlansBy(ctx, v, planOwner{"ap.equipment_id", ofEquipment}, equipment, w)
}

// AssignmentPlansByOperator returns a page of the open plans of each operator, soonest first. One statement; index
// assignment_plans_by_operator.
func (s *Fleet) AssignmentPlansByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.AssignmentPlan], error) {
	return s.assignmentPlansBy(ctx, v, planOwner{"ap.operator_id", ofOperators}, operators, w)
}

// planOwner is the column of the rows through which plans are reached.
type planOwner struct {
	column string
	rows   rowsOf
}

// openPlans limits q to the visible plans that are not closed.
func (o planOwner) openPlans(q *query, v fleet.Viewer) {
	q.TableExpr("assignment_plans AS ap")
	q.shown(ofAssignmentPlans, "ap", v, deletedRows{of: o.rows})
	q.Where("ap.closed_at IS NULL")
}

func (s *Fleet) assignmentPlansBy(ctx context.Context, v fleet.Viewer, of planOwner, parents []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.AssignmentPlan], error) {
	q, outer := s.query(), s.query()
	of.openPlans(q, v)
	q.Where(of.column + " = k.id")
	q.window("ap", assignmentPlanColumns, assignmentPlanSortKey, w)
	outer.perParent(q, parents, "ap")
	groups, err := collectGroups(ctx, outer, scanAssignmentPlan)
	if err != nil {
		return nil, fmt.Errorf("assignment plans: %w", err)
	}
	return pages(w, parents, groups), nil
}

// AssignmentPlanCountByEquipment returns the number of open plans of each machine. One statement; index
// assignment_plans_by_equipment.
func (s *Fleet) AssignmentPlanCountByEquipment(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]int, error) {
	return s.assignmentPlanCountBy(ctx, v, planOwner{"ap.equipment_id", ofEquipment}, equipment)
}

// AssignmentPlanCountByOperator returns the number of open plans of each operator. One statement; index
// assignment_plans_by_operator.
func (s *Fleet) AssignmentPlanCountByOperator(ctx context.Context, v fleet.Viewer,
	operators []fleet.UUID) (map[fleet.UUID]int, error) {
	return s.assignmentPlanCountBy(ctx, v, planOwner{"ap.operator_id", ofOperators}, operators)
}

func (s *Fleet) assignmentPlanCountBy(ctx context.Context, v fleet.Viewer, of planOwner,
	parents []fleet.UUID) (map[fleet.UUID]int, error) {
	q := s.query()
	of.openPlans(q, v)
	q.ColumnExpr(of.column + ", count(*)").GroupExpr(of.column)
	q.Where(q.args.in(of.column, parents))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count assignment plans: %w", err)
	}
	return counts, nil
}

// AssignmentPlansByID returns the visible plans with these ids, closed ones too. One statement, primary key.
func (s *Fleet) AssignmentPlansByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.AssignmentPlan, error) {
	var args arguments
	text := `SELECT ` + assignmentPlanColumns + ` FROM assignment_plans ap WHERE ` +
		visible(ofAssignmentPlans, "ap", v, args.add) + ` AND ` + args.in("ap.id", ids)
	list, err := readRows(ctx, s.conns, only(scanAssignmentPlan), text, args...)
	if err != nil {
		return nil, fmt.Errorf("assignment plans by id: %w", err)
	}
	return keyed(list, func(p *fleet.AssignmentPlan) fleet.UUID { return p.ID }), nil
}

// PlanAssignment plans which operator a machine has from a moment on, or over a period that is to come. w.Reason is kept
// with the plan. Statements: begin, lock of the operator if there is one, lock of the machine, time, find what overlaps,
// insert, history, commit; index assignment_plans_by_equipment.
func (s *Fleet) PlanAssignment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	in fleet.AssignmentPlanInput) (*fleet.AssignmentPlan, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.AssignmentPlan, error) {
		var operator *fleet.Operator
		var err error
		if in.OperatorID != nil {
			if operator, err = tx.lockOperator(ctx, *in.OperatorID); err != nil {
				return nil, fleet.InField("operatorId", err)
			}
		}
		machine, err := tx.lockEquipment(ctx, in.EquipmentID)
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		p, err := in.Plan(machine, operator, w.Reason, now)
		if err != nil {
			return nil, err
		}
		if err := tx.checkPlanOverlap(ctx, p); err != nil {
			return nil, err
		}
		made, err := tx.assignmentPlan(ctx, `
			INSERT INTO assignment_plans AS ap (id, company_id, equipment_id, operator_id, starts_at, ends_at, reason, user_id)
				VALUES ($2, $1, $3, $4, $5, $6, $7, $8)
			RETURNING `+assignmentPlanColumns, [16]byte(fleet.NewUUID()), [16]byte(p.EquipmentID), p.OperatorID, p.StartsAt,
			p.EndsAt, p.Reason, userOf(v))
		if err != nil {
			return nil, fmt.Errorf("plan an assignment: %w", err)
		}
		tx.recordPlan(fleet.ActionAssignmentPlanned, made, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// checkPlanOverlap returns a CONFLICT that names the first open plan of the locked machine with which a new one overlaps.
func (tx *writeTx) checkPlanOverlap(ctx context.Context, p *fleet.AssignmentPlan) error {
	rows, _ := tx.Query(ctx, `SELECT coalesce(o.first_name || ' ' || o.last_name, ''), `+assignmentPlanColumns+`
		FROM assignment_plans ap LEFT JOIN operators o ON o.id = ap.operator_id
		WHERE ap.company_id = $1 AND ap.equipment_id = $2 AND ap.closed_at IS NULL
		  AND ap.starts_at <= coalesce($4::timestamptz, $3) AND coalesce(ap.ends_at, ap.starts_at) >= $3::timestamptz ORDER BY ap.starts_at, ap.id`,
		[16]byte(tx.v.CompanyID), [16]byte(p.EquipmentID), p.StartsAt, p.EndsAt)
	var name string
	defer rows.Close()
	for rows.Next() {
		other, err := scanAssignmentPlan(rows, &name)
		if err != nil {
			return fmt.Errorf("find plans of the same time: %w", err)
		}
		if p.Overlaps(other) {
			return other.RefuseOverlap(name)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("find plans of the same time: %w", err)
	}
	return nil
}

// CancelAssignmentPlan closes a plan that has not been carried out. One that has started leaves the machine with the
// operator that has it now. Statements: begin, update, history, commit; one more for a plan that is closed already.
// Primary key.
func (s *Fleet) CancelAssignmentPlan(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.AssignmentPlan, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.AssignmentPlan, error) {
		p, err := tx.assignmentPlan(ctx, `UPDATE assignment_plans AS ap SET status = 'CANCELLED', closed_at = now()
			WHERE ap.company_id = $1 AND ap.id = $2 AND ap.closed_at IS NULL RETURNING `+assignmentPlanColumns, [16]byte(id))
		if noRows(err) {
			return nil, tx.refuseCancel(ctx, id)
		}
		if err != nil {
			return nil, fmt.Errorf("cancel an assignment plan: %w", err)
		}
		tx.recordPlan(fleet.ActionAssignmentPlanCancelled, p, fleet.Changes(p.Facts(), nil))
		return p, nil
	})
}

// refuseCancel returns why there is no open plan with an id.
func (tx *writeTx) refuseCancel(ctx context.Context, id fleet.UUID) error {
	p, err := tx.assignmentPlan(ctx, `SELECT `+assignmentPlanColumns+` FROM assignment_plans ap WHERE ap.company_id = $1
		AND ap.id = $2`, [16]byte(id))
	if noRows(err) {
		return fleet.NotFoundf("assignmentPlanId", "there is no assignment plan %s in the company",
			fleet.GlobalID(fleet.KindAssignmentPlan, id))
	}
	if err != nil {
		return fmt.Errorf("find an assignment plan: %w", err)
	}
	return p.CheckCancel()
}

// dropPlans closes the open plans with this id in column, equipment_id or operator_id, of a locked machine or operator. A
// plan of the operator that has started stays: the operator of before has the machine again at its end. One statement;
// index assignment_plans_by_equipment or _by_operator.
func (tx *writeTx) dropPlans(ctx context.Context, column string, id fleet.UUID, because string) error {
	rows, _ := tx.Query(ctx, `
		UPDATE assignment_plans AS ap SET status = 'DROPPED', closed_at = now(), dropped_because = $3
		WHERE  ap.company_id = $1 AND ap.`+column+` = $2 AND ap.closed_at IS NULL
		  AND  (ap.status = 'PLANNED' OR ap.equipment_id = $2)
		RETURNING `+assignmentPlanColumns, [16]byte(tx.v.CompanyID), [16]byte(id), because)
	dropped, err := pgx.CollectRows(rows, only(scanAssignmentPlan))
	if err != nil {
		return fmt.Errorf("drop assignment plans: %w", err)
	}
	for _, p := range dropped {
		tx.recordPlan(fleet.ActionAssignmentPlanDropped, p, p.DropChanges())
	}
	return nil
}

// recordPlan adds an entry for the machine of a plan, and one for its operator.
func (tx *writeTx) recordPlan(action fleet.Action, p *fleet.AssignmentPlan, changes []fleet.FieldChange) {
	tx.recordHistory(fleet.SubjectEquipment, p.EquipmentID, action, changes)
	if p.OperatorID != nil {
		tx.recordHistory(fleet.SubjectOperator, *p.OperatorID, action, changes)
	}
}

// assignmentPlan runs a statement that returns one plan; $1 is the company.
func (tx *writeTx) assignmentPlan(ctx context.Context, sql string, args ...any) (*fleet.AssignmentPlan, error) {
	return oneRow(ctx, tx, scanAssignmentPlan, sql, args)
}
