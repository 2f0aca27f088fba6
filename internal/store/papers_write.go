package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CreatePaper adds a paper of a machine or of an operator. Statements: begin, lock, insert, history, commit.
func (s *Fleet) CreatePaper(
	ctx context.Context,
	v fleet.Viewer,
	w fleet.WriteInfo,
	p *fleet.Paper,
) (*fleet.Paper, error) {
	p.Tidy()
	if err := p.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Paper, error) {
		if p.OperatorID != nil {
			if _, err := tx.lockOperator(ctx, *p.OperatorID); err != nil {
				return nil, fleet.InField("operatorId", err)
			}
		} else if _, err := tx.lockEquipment(ctx, *p.EquipmentID); err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		made, err := tx.paper(ctx, `
			INSERT INTO papers AS p (id, company_id, equipment_id, operator_id, kind, number, issued_on, valid_until, note)
			VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9)
			RETURNING `+paperColumns, [16]byte(fleet.NewUUID()), p.EquipmentID, p.OperatorID, string(p.Kind), p.Number,
			midnight(p.IssuedOn), p.ValidUntil.Time(), p.Note)
		if err != nil {
			return nil, fmt.Errorf("create paper: %w", err)
		}
		tx.recordHistory(fleet.SubjectPaper, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// UpdatePaper changes a paper of the expected version. A patch without a difference leaves the version unchanged.
// Statements: begin, lock, update, history, commit.
func (s *Fleet) UpdatePaper(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.PaperPatch) (*fleet.Paper, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Paper, error) {
		before, err := tx.lockPaper(ctx, id, " AND p.deleted_at IS NULL")
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		after, err := patch.Apply(before)
		if err != nil {
			return nil, err
		}
		saved, err := tx.paper(ctx, `
			UPDATE papers AS p SET kind = $3, number = $4, issued_on = $5, valid_until = $6, note = $7
			WHERE  p.company_id = $1 AND p.id = $2 AND (p.kind, p.number, p.issued_on, p.valid_until, p.note)
			  IS DISTINCT FROM ($3::text, $4::text, $5::date, $6::date, $7::text)
			RETURNING `+paperColumns, [16]byte(id), string(after.Kind), after.Number, midnight(after.IssuedOn),
			after.ValidUntil.Time(), after.Note)
		if noRows(err) {
			return before, nil
		}
		if err != nil {
			return nil, fmt.Errorf("update paper: %w", err)
		}
		tx.recordHistory(fleet.SubjectPaper, id, fleet.ActionUpdated, fleet.Changes(before.Facts(), saved.Facts()))
		return saved, nil
	})
}

// DeletePaper marks a paper as deleted and returns it. Statements: begin, lock, update, history, commit.
func (s *Fleet) DeletePaper(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Paper, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Paper, error) {
		before, err := tx.lockPaper(ctx, id, " AND p.deleted_at IS NULL")
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		gone, err := tx.paper(ctx, `UPDATE papers AS p SET deleted_at = now() WHERE p.company_id = $1 AND p.id = $2
			RETURNING `+paperColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("delete paper: %w", err)
		}
		tx.recordHistory(fleet.SubjectPaper, id, fleet.ActionDeleted, fleet.Changes(before.Facts(), nil))
		return gone, nil
	})
}

// RestorePaper restores a deleted paper; one that is not deleted is returned unchanged. Statements: begin, lock,
// update, history, commit.
func (s *Fleet) RestorePaper(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.Paper, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Paper, error) {
		before, err := tx.lockPaper(ctx, id, "")
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if before.DeletedAt == nil {
			return before, nil
		}
		back, err := tx.paper(ctx, `UPDATE papers AS p SET deleted_at = NULL WHERE p.company_id = $1 AND p.id = $2
			RETURNING `+paperColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("restore paper: %w", err)
		}
		tx.recordHistory(fleet.SubjectPaper, id, fleet.ActionRestored, fleet.Changes(nil, back.Facts()))
		return back, nil
	})
}

// paper runs a statement that returns one paper; $1 is the company.
func (tx *writeTx) paper(ctx context.Context, sql string, args ...any) (*fleet.Paper, error) {
	return oneRow(ctx, tx, scanPaper, sql, args)
}

// lockPaper returns a paper of the company that meets a condition, of a machine or operator that is not deleted, and locks
// it until the transaction ends. Primary keys.
func (tx *writeTx) lockPaper(ctx context.Context, id fleet.UUID, condition string) (*fleet.Paper, error) {
	p, err := tx.paper(ctx, `SELECT `+paperColumns+` FROM papers p WHERE p.company_id = $1 AND p.id = $2`+condition+`
		AND NOT EXISTS (SELECT FROM equipment e WHERE e.id = p.equipment_id AND e.deleted_at IS NOT NULL)
		AND NOT EXISTS (SELECT FROM operators o WHERE o.id = p.operator_id AND o.deleted_at IS NOT NULL)
		FOR NO KEY UPDATE`, [16]byte(id))
	if noRows(err) {
		return nil, fleet.NotFoundf("paperId", "there is no paper %s in the company", fleet.GlobalID(fleet.KindPaper, id))
	}
	if err != nil {
		return nil, fmt.Errorf("lock paper: %w", err)
	}
	return p, nil
}
