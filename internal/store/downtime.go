package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// isDue is the condition that the status of a machine e is not the one that its work calls for: it can
// run although work keeps it down, or waits for work that has ended.
const isDue = `e.deleted_at IS NULL AND (
	e.status IN ('ACTIVE', 'INACTIVE') AND EXISTS (SELECT FROM maintenance_records m
		WHERE m.equipment_id = e.id AND ` + isDown + ` AND m.deleted_at IS NULL)
	OR e.status = 'MAINTENANCE' AND e.status_after_work IS NOT NULL AND NOT EXISTS (SELECT FROM maintenance_records m
		WHERE m.equipment_id = e.id AND ` + isDown + ` AND m.deleted_at IS NULL))`

// dueMachines is the maximum number of machines of one BeginDowntimes.
const dueMachines = 1000

// BeginDowntimes sets machines to MAINTENANCE when downtime begins that was recorded ahead, and returns
// how many. When several instances do it at the same time, each machine is changed once. Statements:
// one, and a write for each machine; index maintenance_records_stops, which has few rows.
func (s *DB) BeginDowntimes(ctx context.Context) (int, error) {
	type machine struct{ company, id fleet.UUID }
	due, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (m machine, err error) {
		return m, row.Scan((*[16]byte)(&m.company), (*[16]byte)(&m.id))
	}, `SELECT DISTINCT m.company_id, m.equipment_id
		FROM   maintenance_records m JOIN equipment e ON e.id = m.equipment_id
		WHERE  `+isDown+` AND m.deleted_at IS NULL AND e.status IN ('ACTIVE', 'INACTIVE') AND e.deleted_at IS NULL
		LIMIT  $1`, dueMachines)
	if err != nil {
		return 0, fmt.Errorf("begin downtimes: %w", err)
	}
	begun := 0
	for _, m := range due {
		v := fleet.Viewer{CompanyID: m.company} // no user, as on the command line
		changed, err := write(ctx, s.database, v, fleet.WriteInfo{}, func(tx *writeTx) (int, error) {
			return tx.followWork(ctx, []fleet.UUID{m.id})
		})
		if err != nil {
			return begun, fmt.Errorf("begin downtime: %w", err)
		}
		begun += changed
	}
	return begun, nil
}

// followWork gives machines the status that their work calls for, and returns how many have changed.
// Statements: find and lock, two for each machine that changes; primary key and index
// maintenance_records_open.
func (tx *writeTx) followWork(ctx context.Context, machines []fleet.UUID) (int, error) {
	rows, _ := tx.Query(ctx, `SELECT `+equipmentColumns+` FROM equipment e WHERE e.company_id = $1 AND e.id = ANY($2)
		AND `+isDue+` ORDER BY e.id FOR NO KEY UPDATE OF e`, [16]byte(tx.v.CompanyID), uuids(machines))
	due, err := pgx.CollectRows(rows, only(scanEquipment))
	if err != nil {
		return 0, fmt.Errorf("find machines whose downtime begins or ends: %w", err)
	}
	changed := 0
	for _, before := range due {
		down, err := tx.isDown(ctx, before.ID) // it may have changed before the machine was locked
		if err != nil {
			return changed, err
		}
		after, err := tx.followDowntime(ctx, before, down)
		if err != nil {
			return changed, err
		}
		if after != before {
			changed++
		}
	}
	return changed, nil
}
