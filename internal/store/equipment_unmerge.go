package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// UndoMergeEquipment restores a machine that was merged into another one, and moves back to it what has moved then and is
// still there. A serial number that another machine has by now is a CONFLICT. Statements: begin, find, two locks, find,
// thirteen to move, restore, readings that stay, two for each machine, open work, refresh services, plan, merge, history,
// commit; two for each machine that changes its status.
func (s *Fleet) UndoMergeEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, duplicate fleet.UUID,
	expected *int) (*fleet.MergedMachines, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MergedMachines, error) {
		m, err := tx.lockMerge(ctx, duplicate, expected)
		if err != nil {
			return nil, err
		}
		moved, err := tx.moveRows(ctx, m, unmergeSteps)
		if err != nil {
			return nil, err
		}
		if err := tx.checkReadingsLeft(ctx, m.stays); err != nil {
			return nil, err
		}
		// The duplicate is restored by followMerge, as the machine that stays is touched.
		back, err := tx.followMerge(ctx, m.duplicate)
		if err != nil {
			return nil, err
		}
		open, _, err := tx.countOpenWork(ctx, m.duplicate)
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckUndoMerge(back, open); err != nil {
			return nil, err
		}
		stays, err := tx.followMerge(ctx, m.stays)
		if err != nil {
			return nil, err
		}
		if err := tx.refreshServices(ctx, m.stays, m.duplicate); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, `UPDATE equipment_merges SET undone_at = now() WHERE company_id = $1 AND id = $2`,
			[16]byte(v.CompanyID), [16]byte(m.id)); err != nil {
			return nil, fmt.Errorf("undo merge: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, m.stays, fleet.ActionUnmerged, fleet.MergeChanges("duplicate", back, moved))
		tx.recordHistory(fleet.SubjectEquipment, m.duplicate, fleet.ActionUnmerged,
			fleet.MergeChanges("equipment", stays, moved))
		return &fleet.MergedMachines{Equipment: stays, Duplicate: back, Moved: moved.Sum()}, nil
	})
}

// mergedInto returns the merge of a duplicate that has not been taken back; nil for none. Index
// equipment_merges_standing.
func (tx *writeTx) mergedInto(ctx context.Context, duplicate fleet.UUID) (*merge, error) {
	m := merge{duplicate: duplicate}
	err := tx.QueryRow(ctx, `SELECT g.id, g.equipment_id FROM equipment_merges g WHERE g.company_id = $1
		AND g.duplicate_id = $2 AND g.undone_at IS NULL`, [16]byte(tx.v.CompanyID),
		[16]byte(duplicate)).Scan((*[16]byte)(&m.id), (*[16]byte)(&m.stays))
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the merge of a machine: %w", err)
	}
	return &m, nil
}

// checkNotMerged returns a CONFLICT for a machine that is merged into another one. Index equipment_merges_standing.
func (tx *writeTx) checkNotMerged(ctx context.Context, id fleet.UUID) error {
	m, err := tx.mergedInto(ctx, id)
	if err != nil || m == nil {
		return err
	}
	return fleet.RefuseRestoreOfMerged(m.stays)
}

// lockMerge locks the machines of the merge of a duplicate, which is in the expected version, and returns it. Statements:
// find, two locks, find.
func (tx *writeTx) lockMerge(ctx context.Context, duplicate fleet.UUID, expected *int) (merge, error) {
	found, err := tx.mergedInto(ctx, duplicate)
	if err != nil {
		return merge{}, err
	}
	if found == nil {
		if _, _, err := tx.lockAnyEquipment(ctx, duplicate, ""); err != nil {
			return merge{}, fleet.InField("duplicateId", err)
		}
		return merge{}, fleet.Conflictf(fleet.Transition, "duplicateId", "the machine is not merged into another one: there "+
			"is nothing to take back")
	}
	version := 0
	err = inOrder(found.stays, duplicate, func() error {
		_, err := tx.lockEquipment(ctx, found.stays)
		return fleet.InField("duplicateId", err)
	}, func() (err error) {
		_, version, err = tx.lockAnyEquipment(ctx, duplicate, "FOR NO KEY UPDATE")
		return fleet.InField("duplicateId", err)
	})
	if err != nil {
		return merge{}, err
	}
	if err := fleet.CheckDeletedVersion(expected, version); err != nil {
		return merge{}, err
	}
	// The merge may have been taken back before the machines were locked.
	locked, err := tx.mergedInto(ctx, duplicate)
	if err != nil {
		return merge{}, err
	}
	if locked == nil || locked.id != found.id {
		return merge{}, fleet.Conflictf(fleet.Concurrent, "duplicateId",
			"the merge was taken back at the same time: look at the machine again")
	}
	return *locked, nil
}

// unmergeSteps move back what a merge has moved and the machine that stays still has. The first two are about work of
// the schedules that move back: what was added since stays with the machine, and so leaves them.
var unmergeSteps = []moveStep{
	{"service schedules", func(n *fleet.MergedRows) *int { return &n.Schedules },
		moveBackOf("service_schedules", "SERVICE_SCHEDULE")},
	{"services of schedules", nil, `
		UPDATE maintenance_records AS m SET schedule_id = NULL, occurrence = NULL, service_due_on = NULL,
			service_due_hours = NULL
		FROM   service_schedules s
		WHERE  m.company_id = $1 AND m.equipment_id = $3 AND m.schedule_id = s.id AND s.equipment_id = $4
		AND    NOT EXISTS (SELECT FROM equipment_merge_rows r WHERE r.merge_id = $2 AND r.kind = 'MAINTENANCE_RECORD'
			AND r.row_id = m.id)`},
	{"maintenance records", func(n *fleet.MergedRows) *int { return &n.Records }, `
		UPDATE maintenance_records AS m SET equipment_id = $4,
			schedule_id       = CASE WHEN m.schedule_id IS NULL THEN r.schedule_id ELSE m.schedule_id END,
			occurrence        = CASE WHEN m.schedule_id IS NULL THEN r.occurrence ELSE m.occurrence END,
			service_due_on    = CASE WHEN m.schedule_id IS NULL THEN r.service_due_on ELSE m.service_due_on END,
			service_due_hours = CASE WHEN m.schedule_id IS NULL THEN r.service_due_hours ELSE m.service_due_hours END
		FROM   equipment_merge_rows r
		WHERE  r.company_id = $1 AND r.merge_id = $2 AND r.kind = 'MAINTENANCE_RECORD' AND m.company_id = $1
		AND    m.id = r.row_id AND m.equipment_id = $3`},
	// A reversal stays with what it reverses, also when it was recorded since; index maintenance_records_by_reversed.
	{"reversals", func(n *fleet.MergedRows) *int { return &n.Records }, `
		UPDATE maintenance_records AS m SET equipment_id = $4
		FROM   equipment_merge_rows r JOIN maintenance_records o ON o.company_id = $1 AND o.id = r.row_id
		WHERE  r.company_id = $1 AND r.merge_id = $2 AND r.kind = 'MAINTENANCE_RECORD' AND o.equipment_id = $4
		AND    m.company_id = $1 AND m.reversal_of = o.id AND m.equipment_id = $3`},
	{"meters", func(n *fleet.MergedRows) *int { return &n.Meters }, moveBackOf("meters", "METER")},
	{
		"meter readings",
		func(n *fleet.MergedRows) *int { return &n.Readings },
		moveBackOf("meter_readings", "METER_READING"),
	},
	// What was added to a meter that moves back goes with it; index meter_readings_by_meter_hours.
	{"readings of meters", nil, `
		UPDATE meter_readings AS r SET equipment_id = $4
		FROM   equipment_merge_rows g JOIN meters mt ON mt.company_id = $1 AND mt.id = g.row_id
		WHERE  g.company_id = $1 AND g.merge_id = $2 AND g.kind = 'METER' AND mt.equipment_id = $4
		AND    r.meter_id = mt.id AND r.equipment_id = $3`},
	{"assignments", func(n *fleet.MergedRows) *int { return &n.Assignments }, moveBackOf("assignments", "ASSIGNMENT")},
	{"assignment plans", func(n *fleet.MergedRows) *int { return &n.AssignmentPlans },
		moveBackOf("assignment_plans", "ASSIGNMENT_PLAN")},
	{"site moves", func(n *fleet.MergedRows) *int { return &n.SiteMoves }, moveBackOf("site_moves", "SITE_MOVE")},
	{"papers", func(n *fleet.MergedRows) *int { return &n.Papers }, moveBackOf("papers", "PAPER")},
}

// moveBackOf moves the rows of a table back. Primary keys.
func moveBackOf(table, kind string) string {
	return `
		UPDATE ` + table + ` AS t SET equipment_id = $4 FROM equipment_merge_rows r
		WHERE  r.company_id = $1 AND r.merge_id = $2 AND r.kind = '` + kind + `' AND t.company_id = $1 AND t.id = r.row_id
		AND    t.equipment_id = $3`
}

// checkReadingsLeft returns a CONFLICT when the readings of the hour meter of the machine that stays would decrease
// without those that have moved back, as they do without the first one of a new meter. One statement; index
// meter_readings_by_equipment_time.
func (tx *writeTx) checkReadingsLeft(ctx context.Context, stays fleet.UUID) error {
	rows, _ := tx.Query(ctx, `SELECT `+readingColumns+` FROM (
			SELECT r.*, lag(r.hours) OVER near AS before, lead(r.hours) OVER near AS after,
			       lead(r.replacement) OVER near AS replaced
			FROM   meter_readings r WHERE r.company_id = $1 AND r.equipment_id = $2 AND `+isCounted+`
			AND    `+ofHourMeter+`
			WINDOW near AS (ORDER BY r.read_at)) r
		WHERE r.hours < r.before AND NOT r.replacement OR r.after < r.hours AND NOT r.replaced
		ORDER BY r.read_at LIMIT 2`, [16]byte(tx.v.CompanyID), [16]byte(stays))
	left, err := pgx.CollectRows(rows, only(scanReading))
	if err != nil {
		return fmt.Errorf("compare the readings that stay: %w", err)
	}
	return fleet.CheckReadingsLeft(left)
}
