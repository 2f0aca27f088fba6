package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// FollowWork gives the machines of the written records the status that their work calls for, and
// returns how many have changed. Each is an entry of the history. Statements: two, and two for each
// machine that changes.
func (i *Import) FollowWork(ctx context.Context) (int64, error) {
	machines, err := i.keys(ctx, `SELECT DISTINCT r.equipment_id::uuid FROM import_rows r WHERE r.bad_reason IS NULL`)
	if err != nil {
		return 0, fmt.Errorf("list machines of the import: %w", err)
	}
	tx := &writeTx{Tx: i.tx, v: i.v}
	changed, err := tx.followWork(ctx, machines)
	if err != nil {
		return 0, err
	}
	return int64(changed), tx.writeHistory(ctx)
}

// FollowStatus does for the written machines what a status that a person gives them does: what is open
// of a machine that is RETIRED ends, and one that work keeps down stays in MAINTENANCE. It returns how
// many of these there are. Statements: three, and those of each machine.
func (i *Import) FollowStatus(ctx context.Context) (int64, error) {
	company := [16]byte(i.v.CompanyID)
	const written = `(SELECT e.id, e.status FROM import_rows r JOIN equipment e ON e.company_id = $1
			AND e.id = coalesce(r.found, r.id) WHERE r.bad_reason IS NULL AND e.deleted_at IS NULL) AS e`
	retired, err := i.keys(ctx, `SELECT e.id FROM `+written+` WHERE e.status = 'RETIRED'
		AND (EXISTS (SELECT FROM maintenance_records m WHERE m.equipment_id = e.id AND m.deleted_at IS NULL
				AND m.status IN ('PLANNED', 'IN_PROGRESS'))
			OR EXISTS (SELECT FROM assignments a WHERE a.equipment_id = e.id AND a.released_at IS NULL))
		ORDER BY e.id`, company)
	if err != nil {
		return 0, fmt.Errorf("list retired machines of the import: %w", err)
	}
	tx := &writeTx{Tx: i.tx, v: i.v}
	for _, id := range retired {
		if err := tx.endOpen(ctx, id); err != nil {
			return 0, err
		}
	}
	machines, err := i.keys(ctx, `SELECT e.id FROM `+written+` WHERE e.status IN ('ACTIVE', 'INACTIVE')`, company)
	if err != nil {
		return 0, fmt.Errorf("list machines of the import: %w", err)
	}
	changed, err := tx.followWork(ctx, machines)
	if err != nil {
		return 0, err
	}
	return int64(len(retired) + changed), tx.writeHistory(ctx)
}

func (i *Import) keys(ctx context.Context, sql string, args ...any) ([]fleet.UUID, error) {
	rows, _ := i.tx.Query(ctx, sql, args...)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (id fleet.UUID, err error) {
		return id, row.Scan((*[16]byte)(&id))
	})
}
