package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// nameOverlap returns the error of a refused assignment with the assignment that has its time, which lists do not show
// when its operator is deleted. Other errors are returned unchanged, and so is a refusal if the reason is gone by now.
// One statement after a refusal; index assignments_never_overlap.
func (s *Fleet) nameOverlap(ctx context.Context, v fleet.Viewer, wanted *fleet.Assignment, refused error) error {
	var known *fleet.Error
	if wanted == nil || !errors.As(refused, &known) || known.Reason != fleet.Overlap {
		return refused
	}
	var operator fleet.Operator
	others, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (*fleet.Assignment, error) {
		return scanAssignment(row, &operator.FirstName, &operator.LastName, &operator.DeletedAt)
	}, `SELECT o.first_name, o.last_name, o.deleted_at, `+assignmentColumns+`
		FROM assignments a JOIN operators o ON o.id = a.operator_id
		WHERE a.company_id = $1 AND a.equipment_id = $2 AND a.id <> $3
		AND tstzrange(a.assigned_at, a.released_at) && tstzrange($4, $5) ORDER BY a.assigned_at LIMIT 1`,
		[16]byte(v.CompanyID), [16]byte(wanted.EquipmentID), [16]byte(wanted.ID), wanted.AssignedAt, wanted.ReleasedAt)
	if err != nil {
		return fmt.Errorf("find the assignment that overlaps: %w", err)
	}
	if len(others) == 0 {
		return refused
	}
	operator.ID = others[0].OperatorID
	named := others[0].Occupied(&operator)
	named.Related = known.Related
	return named
}
