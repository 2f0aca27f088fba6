package store

import (
	"context"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// assign adds an assignment with a new id, and its history.
func (tx *writeTx) assign(ctx context.Context, a *fleet.Assignment) (*fleet.Assignment, error) {
	made, err := tx.assignment(ctx, `
		INSERT INTO assignments AS a (id, company_id, equipment_id, operator_id, assigned_at, released_at)
			VALUES ($2, $1, $3, $4, $5, $6)
		RETURNING `+assignmentColumns, [16]byte(fleet.NewUUID()), [16]byte(a.EquipmentID), [16]byte(a.OperatorID),
		a.AssignedAt, a.ReleasedAt)
	if err != nil {
		return nil, fmt.Errorf("assign operator: %w", err)
	}
	tx.recordAssignment(fleet.ActionAssigned, made, fleet.Changes(nil, made.Facts()))
	return made, nil
}

// replace makes room for a new assignment: the one during whose period it begins ends there, and goes on after the new
// one if it lasts longer. Statements: find, end, insert; index assignments_by_equipment.
func (tx *writeTx) replace(ctx context.Context, by *fleet.Assignment) error {
	current, err := tx.assignment(ctx, `SELECT `+assignmentColumns+` FROM assignments a WHERE a.company_id = $1
		AND a.equipment_id = $2 AND a.assigned_at < $3 AND (a.released_at IS NULL OR a.released_at > $3)`,
		[16]byte(by.EquipmentID), by.AssignedAt)
	if noRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the operator to replace: %w", err)
	}
	ended, rest := current.Replaced(by)
	saved, err := tx.saveAssignment(ctx, ended)
	if err != nil {
		return err
	}
	tx.recordAssignment(fleet.ActionReleased, saved, saved.ReleaseChanges(current))
	if rest != nil {
		_, err = tx.assign(ctx, rest)
	}
	return err
}

// saveAssignment writes the operator and the period of an assignment. Primary key.
func (tx *writeTx) saveAssignment(ctx context.Context, a *fleet.Assignment) (*fleet.Assignment, error) {
	saved, err := tx.assignment(ctx, `UPDATE assignments AS a SET operator_id = $3, assigned_at = $4, released_at = $5
		WHERE a.company_id = $1 AND a.id = $2 RETURNING `+assignmentColumns, [16]byte(a.ID), [16]byte(a.OperatorID),
		a.AssignedAt, a.ReleasedAt)
	if err != nil {
		return nil, fmt.Errorf("change assignment: %w", err)
	}
	return saved, nil
}

// CorrectAssignment corrects the operator or the period of an assignment. Statements: begin, find, two locks and one of
// the operator, time, update, history, commit; one more after a refusal.
func (s *Fleet) CorrectAssignment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	patch fleet.AssignmentPatch) (*fleet.Assignment, error) {
	var after *fleet.Assignment
	corrected, err := write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Assignment, error) {
		before, machine, operator, err := tx.lockAssignment(ctx, id, &patch.OperatorID)
		if err != nil {
			return nil, err
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		if after, err = patch.Apply(before, machine, operator, now); err != nil {
			return nil, err
		}
		saved, err := tx.saveAssignment(ctx, after)
		if err != nil {
			return nil, aboutAssignment(err)
		}
		if len(fleet.Changes(before.Facts(), saved.Facts())) == 0 {
			return saved, nil
		}
		changes := saved.CorrectionChanges(before)
		tx.recordAssignment(fleet.ActionAssignmentCorrected, saved, changes)
		if saved.OperatorID != before.OperatorID {
			tx.recordHistory(fleet.SubjectOperator, before.OperatorID, fleet.ActionAssignmentCorrected, changes)
		}
		return saved, nil
	})
	return corrected, s.nameOverlap(ctx, v, after, err)
}

// aboutAssignment returns the refusal of a correction, which may not name the argument that a new assignment has.
func aboutAssignment(err error) error {
	var refused *fleet.Error
	if !errors.As(refusal(err), &refused) {
		return err
	}
	about := *refused
	about.Related = "assignmentId"
	return &about
}

// DeleteAssignment removes an assignment, and returns it with its machine. Statements: begin, find, two locks,
// delete, history, commit.
func (s *Fleet) DeleteAssignment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.DeletedAssignment, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.DeletedAssignment, error) {
		gone, machine, _, err := tx.lockAssignment(ctx, id, nil)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM assignments WHERE company_id = $1 AND id = $2`,
			[16]byte(tx.v.CompanyID), [16]byte(id)); err != nil {
			return nil, fmt.Errorf("delete assignment: %w", err)
		}
		tx.recordAssignment(fleet.ActionAssignmentDeleted, gone, fleet.Changes(gone.Facts(), nil))
		if gone.ReleasedAt == nil {
			machine.OperatorID = nil // as the trigger has it since
		}
		return &fleet.DeletedAssignment{Assignment: gone, Equipment: machine}, nil
	})
}

// lockAssignment locks the operator that an assignment has, or is to have, then its machine, then the assignment, and
// returns them: every write that locks operators and machines does it in this order. With to nil there is no operator.
// Assignments stay with their machine; CONFLICT if the operator has changed meanwhile. Statements: find, two locks, one
// more for the operator; primary keys.
func (tx *writeTx) lockAssignment(ctx context.Context, id fleet.UUID, to *fleet.Maybe[fleet.UUID]) (
	*fleet.Assignment, *fleet.Equipment, *fleet.Operator, error) {
	find := func(lock string) (*fleet.Assignment, error) {
		a, err := tx.assignment(ctx, `SELECT `+assignmentColumns+` FROM assignments a WHERE a.company_id = $1
			AND a.id = $2`+lock, [16]byte(id))
		if noRows(err) {
			return nil, fleet.NotFoundf("assignmentId", "there is no assignment %s in the company",
				fleet.GlobalID(fleet.KindAssignment, id))
		}
		if err != nil {
			return nil, fmt.Errorf("find assignment: %w", err)
		}
		return a, nil
	}
	found, err := find("")
	if err != nil {
		return nil, nil, nil, err
	}
	var operator *fleet.Operator
	if to != nil {
		operatorID, field := found.OperatorID, "assignmentId"
		if to.Set {
			operatorID, field = to.To, "operatorId"
		}
		if operator, err = tx.lockOperator(ctx, operatorID); err != nil {
			return nil, nil, nil, fleet.InField(field, err)
		}
	}
	machine, err := tx.lockEquipment(ctx, found.EquipmentID)
	if err != nil {
		return nil, nil, nil, fleet.InField("assignmentId", err)
	}
	locked, err := find(" FOR NO KEY UPDATE")
	if err == nil && to != nil && !to.Set && locked.OperatorID != found.OperatorID {
		err = &fleet.Error{Code: fleet.Conflict, Reason: fleet.Concurrent, Field: "assignmentId",
			Message: "the assignment was given another operator meanwhile: read it again"}
	}
	return locked, machine, operator, err
}
