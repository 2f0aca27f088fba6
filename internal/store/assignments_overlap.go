package store

import (
	"context"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// nameOverlap returns the error of a refused assignment with the assignment that has its time, which lists do not show
// when its operator is deleted. Other errors are returned unchanged, and so is a refusal whose reason is gone by now.
// Two statements after a refusal; index assignments_never_overlap, primary key.
func (s *Fleet) nameOverlap(ctx context.Context, v fleet.Viewer, wanted *fleet.Assignment, refused error) error {
	var known *fleet.Error
	if wanted == nil || !errors.As(refused, &known) || known.Reason != fleet.Overlap {
		return refused
	}
	company := [16]byte(v.CompanyID)
	others, err := readRows(ctx, s.conns, only(scanAssignment), `SELECT `+assignmentColumns+` FROM assignments a
		WHERE a.company_id = $1 AND a.equipment_id = $2 AND a.id <> $3
		AND tstzrange(a.assigned_at, a.released_at) && tstzrange($4, $5) ORDER BY a.assigned_at LIMIT 1`, company,
		[16]byte(wanted.EquipmentID), [16]byte(wanted.ID), wanted.AssignedAt, wanted.ReleasedAt)
	if err != nil {
		return fmt.Errorf("find the assignment that overlaps: %w", err)
	}
	if len(others) == 0 {
		return refused
	}
	operators, err := readRows(ctx, s.conns, only(scanOperator), `SELECT `+operatorColumns+` FROM operators o
		WHERE o.company_id = $1 AND o.id = $2`, company, [16]byte(others[0].OperatorID))
	if err != nil {
		return fmt.Errorf("find the operator of the assignment that overlaps: %w", err)
	}
	if len(operators) == 0 {
		return refused
	}
	named := others[0].Occupied(operators[0])
	named.Related = known.Related
	return named
}
