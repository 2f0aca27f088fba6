package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CreateOperator adds an operator with a new id. Statements: begin, insert, history, commit.
func (s *Fleet) CreateOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	o *fleet.Operator) (*fleet.Operator, error) {
	o.Tidy()
	if err := o.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Operator, error) {
		made, err := tx.operator(ctx, `
			INSERT INTO operators AS o (id, company_id, first_name, last_name, license_number, status, user_id)
			VALUES ($2, $1, $3, $4, $5, $6, $7)
			RETURNING `+operatorColumns, [16]byte(fleet.NewUUID()), o.FirstName, o.LastName, o.LicenseNumber,
			string(o.Status), o.UserID)
		if err != nil {
			return nil, fmt.Errorf("create operator: %w", err)
		}
		tx.recordHistory(fleet.SubjectOperator, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// UpdateOperator changes an operator of the expected version. A patch without a difference leaves
// the version unchanged. Statements: begin, lock, update, history, commit; three more when the status
// ends the assignments, and one when it is RETIRED, which drops the plans of the operator.
func (s *Fleet) UpdateOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.OperatorPatch) (*fleet.Operator, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Operator, error) {
		return tx.updateOperator(ctx, id, expected, patch, fleet.ActionUpdated)
	})
}

// RetireOperator sets the status RETIRED, ends all assignments of the operator and drops those that are planned.
// Statements: begin, two locks, time, release, drop plans, update, history, commit.
func (s *Fleet) RetireOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Operator, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Operator, error) {
		return tx.updateOperator(ctx, id, expected, fleet.Retirement(), fleet.ActionRetired)
	})
}

// DeleteOperator marks an operator as deleted and returns it. It can be restored, and until then its
// licence number and its user can be another operator's. Open assignments end, and planned ones
// are dropped. Statements: begin, two locks, time, release, drop plans, update, history, commit.
func (s *Fleet) DeleteOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Operator, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Operator, error) {
		before, err := tx.lockOperator(ctx, id)
		if err != nil {
			return nil, fleet.InField("operatorId", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if err := tx.releaseMachines(ctx, id); err != nil {
			return nil, err
		}
		if err := tx.dropPlans(ctx, "operator_id", id, fleet.OperatorDeleted); err != nil {
			return nil, err
		}
		gone, err := tx.operator(ctx, `UPDATE operators AS o SET deleted_at = now() WHERE o.company_id = $1
			AND o.id = $2 RETURNING `+operatorColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("delete operator: %w", err)
		}
		tx.recordHistory(fleet.SubjectOperator, id, fleet.ActionDeleted, []fleet.FieldChange{})
		return gone, nil
	})
}

// RestoreOperator restores a deleted operator; one that is not deleted is returned unchanged. A
// licence number or user that another operator has by now is a CONFLICT. Statements: begin, lock,
// update, history, commit.
func (s *Fleet) RestoreOperator(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Operator, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Operator, error) {
		before, err := tx.operator(ctx, `SELECT `+operatorColumns+` FROM operators o WHERE o.company_id = $1
			AND o.id = $2 FOR NO KEY UPDATE`, [16]byte(id))
		if noRows(err) {
			return nil, noOperator("operatorId", id)
		}
		if err != nil {
			return nil, fmt.Errorf("lock operator: %w", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if before.DeletedAt == nil {
			return before, nil
		}
		back, err := tx.operator(ctx, `UPDATE operators AS o SET deleted_at = NULL WHERE o.company_id = $1
			AND o.id = $2 RETURNING `+operatorColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("restore operator: %w", err)
		}
		tx.recordHistory(fleet.SubjectOperator, id, fleet.ActionRestored, []fleet.FieldChange{})
		return back, nil
	})
}

func noOperator(field string, id fleet.UUID) error {
	return fleet.NotFoundf(field, "there is no operator %s in the company", fleet.GlobalID(fleet.KindOperator, id))
}

func (tx *writeTx) updateOperator(ctx context.Context, id fleet.UUID, expected *int, patch fleet.OperatorPatch,
	action fleet.Action) (*fleet.Operator, error) {
	before, err := tx.lockOperator(ctx, id)
	if err != nil {
		return nil, fleet.InField("operatorId", err)
	}
	if err := fleet.CheckVersion(expected, before); err != nil {
		return nil, err
	}
	after, err := patch.Apply(before)
	if err != nil {
		return nil, err
	}
	if before.Status.LosesMachines(after.Status) {
		if err := tx.releaseMachines(ctx, id); err != nil {
			return nil, err
		}
	}
	if before.Status != after.Status && after.Status == fleet.OperatorRetired {
		if err := tx.dropPlans(ctx, "operator_id", id, fleet.OperatorLeft); err != nil {
			return nil, err
		}
	}
	saved, err := tx.operator(ctx, `
		UPDATE operators AS o SET first_name = $3, last_name = $4, license_number = $5, status = $6, user_id = $7
		WHERE  o.company_id = $1 AND o.id = $2
		  AND  (o.first_name, o.last_name, o.license_number, o.status, o.user_id) IS DISTINCT
			FROM ($3::text, $4::text, $5::text, $6::text, $7::uuid)
		RETURNING `+operatorColumns, [16]byte(id), after.FirstName, after.LastName, after.LicenseNumber,
		string(after.Status), after.UserID)
	if noRows(err) {
		return before, nil
	}
	if err != nil {
		return nil, fmt.Errorf("update operator: %w", err)
	}
	tx.recordHistory(fleet.SubjectOperator, id, action, fleet.Changes(before.Facts(), saved.Facts()))
	return saved, nil
}

// operator runs a statement that returns one operator; $1 is the company.
func (tx *writeTx) operator(ctx context.Context, sql string, args ...any) (*fleet.Operator, error) {
	return oneRow(ctx, tx, scanOperator, sql, args)
}

// lockOperator returns an undeleted operator of the company and locks it until the transaction
// ends.
func (tx *writeTx) lockOperator(ctx context.Context, id fleet.UUID) (*fleet.Operator, error) {
	o, err := tx.operator(ctx, `SELECT `+operatorColumns+` FROM operators o WHERE o.company_id = $1 AND o.id = $2
		AND o.deleted_at IS NULL FOR NO KEY UPDATE`, [16]byte(id))
	if noRows(err) {
		return nil, noOperator("", id)
	}
	if err != nil {
		return nil, fmt.Errorf("lock operator: %w", err)
	}
	return o, nil
}
