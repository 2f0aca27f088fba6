package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// MergeEquipment moves all that belongs to a machine to another one that is the same, and deletes it. Statements: begin,
// two locks, lock of imports, six to count and compare what both have, merge, ten to move, delete, touch, look for
// downtime, refresh services, plan, history, commit; two when the status of the machine that stays changes.
func (s *Fleet) MergeEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	in fleet.Merge) (*fleet.MergedMachines, error) {
	if err := in.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MergedMachines, error) {
		stays, duplicate, err := tx.lockMerged(ctx, in.EquipmentID, in.DuplicateID)
		if err != nil {
			return nil, err
		}
		if err := in.CheckVersions(stays, duplicate); err != nil {
			return nil, err
		}
		if err := tx.keepImportsOut(ctx, "duplicateId"); err != nil {
			return nil, err
		}
		if err := tx.checkMerge(ctx, stays, duplicate); err != nil {
			return nil, err
		}
		m := merge{id: fleet.NewUUID(), stays: stays.ID, duplicate: duplicate.ID}
		if _, err := tx.Exec(ctx, `INSERT INTO equipment_merges (id, company_id, equipment_id, duplicate_id)
			VALUES ($1, $2, $3, $4)`, [16]byte(m.id), [16]byte(v.CompanyID), [16]byte(m.stays),
			[16]byte(m.duplicate)); err != nil {
			return nil, fmt.Errorf("merge equipment: %w", err)
		}
		moved, err := tx.moveRows(ctx, m, mergeSteps)
		if err != nil {
			return nil, err
		}
		gone, err := tx.hideEquipment(ctx, m.duplicate)
		if err != nil {
			return nil, err
		}
		if stays, err = tx.followMerge(ctx, m.stays); err != nil {
			return nil, err
		}
		if err := tx.refreshServices(ctx, m.stays); err != nil {
			return nil, err
		}
		tx.recordHistory(fleet.SubjectEquipment, m.stays, fleet.ActionMerged,
			fleet.MergeChanges("duplicate", gone, moved))
		tx.recordHistory(fleet.SubjectEquipment, m.duplicate, fleet.ActionMerged,
			fleet.MergeChanges("equipment", stays, moved))
		return &fleet.MergedMachines{Equipment: stays, Duplicate: gone, Moved: moved.Sum()}, nil
	})
}

// merge names the machines of a merge.
type merge struct{ id, stays, duplicate fleet.UUID }

// lockMerged locks the machine that stays and the duplicate, neither of them deleted.
func (tx *writeTx) lockMerged(ctx context.Context, stays, duplicate fleet.UUID) (a, b *fleet.Equipment, err error) {
	err = inOrder(stays, duplicate, func() (err error) {
		a, err = tx.lockEquipment(ctx, stays)
		return fleet.InField("equipmentId", err)
	}, func() (err error) {
		b, err = tx.lockEquipment(ctx, duplicate)
		return fleet.InField("duplicateId", err)
	})
	return a, b, err
}

// inOrder locks two machines in the order of their keys, so that two writes of the same machines do not wait for each
// other.
func inOrder(a, b fleet.UUID, lockA, lockB func() error) error {
	steps := []func() error{lockA, lockB}
	if b.String() < a.String() {
		steps = []func() error{lockB, lockA}
	}
	for _, lock := range steps {
		if err := lock(); err != nil {
			return err
		}
	}
	return nil
}

// checkMerge returns an error unless what both machines have can be true of one. Statements: six; indexes
// maintenance_records_open, assignments_by_equipment, assignment_plans_by_equipment, site_moves_by_equipment, that of the
// meters' key, meter_readings_by_equipment_time.
func (tx *writeTx) checkMerge(ctx context.Context, stays, duplicate *fleet.Equipment) error {
	open, _, err := tx.countOpenWork(ctx, duplicate.ID)
	if err != nil {
		return err
	}
	if err := fleet.CheckMerge(stays, duplicate, open); err != nil {
		return err
	}
	company, both := [16]byte(tx.v.CompanyID), uuids([]fleet.UUID{stays.ID, duplicate.ID})
	rows, _ := tx.Query(ctx, `SELECT `+assignmentColumns+` FROM assignments a WHERE a.company_id = $1
		AND a.equipment_id = ANY($2)`, company, both)
	assignments, err := pgx.CollectRows(rows, only(scanAssignment))
	if err != nil {
		return fmt.Errorf("compare assignments: %w", err)
	}
	if err := fleet.CheckMergedAssignments(assignments); err != nil {
		return err
	}
	rows, _ = tx.Query(ctx, `SELECT `+assignmentPlanColumns+` FROM assignment_plans ap WHERE ap.company_id = $1
		AND ap.equipment_id = ANY($2) AND ap.closed_at IS NULL ORDER BY ap.starts_at, ap.id`, company, both)
	plans, err := pgx.CollectRows(rows, only(scanAssignmentPlan))
	if err != nil {
		return fmt.Errorf("compare assignment plans: %w", err)
	}
	if err := fleet.CheckMergedPlans(stays, plans); err != nil {
		return err
	}
	rows, _ = tx.Query(ctx, `SELECT `+siteMoveColumns+` FROM site_moves sm WHERE sm.company_id = $1
		AND sm.equipment_id = ANY($2)`, company, both)
	moves, err := pgx.CollectRows(rows, only(scanSiteMove))
	if err != nil {
		return fmt.Errorf("compare site moves: %w", err)
	}
	if err := fleet.CheckMergedSites(moves); err != nil {
		return err
	}
	if err := tx.checkMergedMeters(ctx, both); err != nil {
		return err
	}
	// Readings of an hour meter next to one of the other machine.
	rows, _ = tx.Query(ctx, `SELECT `+readingColumns+` FROM (
			SELECT r.*, lag(r.equipment_id) OVER near AS before, lead(r.equipment_id) OVER near AS after
			FROM   meter_readings r WHERE r.company_id = $1 AND r.equipment_id = ANY($2) AND `+isCounted+`
			AND    `+ofHourMeter+`
			WINDOW near AS (ORDER BY r.read_at, r.id)) r
		WHERE r.before <> r.equipment_id OR r.after <> r.equipment_id ORDER BY r.read_at, r.id`, company, both)
	readings, err := pgx.CollectRows(rows, only(scanReading))
	if err != nil {
		return fmt.Errorf("compare meter readings: %w", err)
	}
	return fleet.CheckMergedReadings(readings, tx.confirmed)
}

// checkMergedMeters returns an error when two of both machines' further meters have one name, or they are too many. One
// statement.
func (tx *writeTx) checkMergedMeters(ctx context.Context, both [][16]byte) error {
	rows, _ := tx.Query(ctx, `SELECT m.twice, `+meterColumns+` FROM (
			SELECT *, count(*) OVER (PARTITION BY text_key(name)) > 1 AS twice FROM meters
			WHERE  company_id = $1 AND equipment_id = ANY($2)) m JOIN meters mt ON mt.id = m.id
		ORDER BY text_key(mt.name), mt.id`, [16]byte(tx.v.CompanyID), both)
	var twice []*fleet.Meter
	var again bool
	meters, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*fleet.Meter, error) {
		m, err := scanMeter(row, &again)
		if again {
			twice = append(twice, m)
		}
		return m, err
	})
	if err != nil {
		return fmt.Errorf("compare meters: %w", err)
	}
	return fleet.CheckMergedMeters(len(meters), twice)
}

// moveStep moves the rows of one kind. Its statement has the parameters company, merge, machine that stays and duplicate.
type moveStep struct {
	what  string
	count func(*fleet.MergedRows) *int
	sql   string
}

// mergeSteps move what belongs to the duplicate to the machine that stays, and note it. Schedules are first, because they
// take the lock of the company's services alone that the others share.
var mergeSteps = []moveStep{
	{"service schedules", func(n *fleet.MergedRows) *int { return &n.Schedules },
		moveOf("service_schedules", "SERVICE_SCHEDULE")},
	{"maintenance records", func(n *fleet.MergedRows) *int { return &n.Records }, moveRecords},
	{"meters", func(n *fleet.MergedRows) *int { return &n.Meters }, moveOf("meters", "METER")},
	{"meter readings", func(n *fleet.MergedRows) *int { return &n.Readings }, moveOf("meter_readings", "METER_READING")},
	{"assignments", func(n *fleet.MergedRows) *int { return &n.Assignments }, moveOf("assignments", "ASSIGNMENT")},
	{"assignment plans", func(n *fleet.MergedRows) *int { return &n.AssignmentPlans },
		moveOf("assignment_plans", "ASSIGNMENT_PLAN")},
	{"site moves", func(n *fleet.MergedRows) *int { return &n.SiteMoves }, moveOf("site_moves", "SITE_MOVE")},
	{"papers", func(n *fleet.MergedRows) *int { return &n.Papers }, moveOf("papers", "PAPER")},
}

// moveOf moves all rows of a table. Each table has an index on the machine; of readings it is meter_readings_by_hours.
func moveOf(table, kind string) string {
	return `
		WITH moved AS (UPDATE ` + table + ` AS t SET equipment_id = $3 WHERE t.company_id = $1 AND t.equipment_id = $4
			RETURNING t.id)
		INSERT INTO equipment_merge_rows (company_id, merge_id, kind, row_id) SELECT $1, $2, '` + kind + `', id FROM moved`
}

// moveRecords moves all records. One that is a service of a schedule of a category or model leaves it where the machine
// that stays has services of the same schedule: both count from 1. Indexes maintenance_records_by_equipment,
// _deleted_by_equipment and _of_schedule.
const moveRecords = `
	WITH own AS (
		SELECT m.id, m.schedule_id, m.occurrence, m.service_due_on, m.service_due_hours,
		       EXISTS (SELECT FROM maintenance_records o WHERE o.schedule_id = m.schedule_id AND o.equipment_id = $3
		               AND o.deleted_at IS NULL) AS leaves
		FROM   (SELECT * FROM maintenance_records d WHERE d.equipment_id = $4 AND d.deleted_at IS NULL UNION ALL
		        SELECT * FROM maintenance_records d WHERE d.equipment_id = $4 AND d.deleted_at IS NOT NULL) m
		WHERE  m.company_id = $1),
	moved AS (
		UPDATE maintenance_records AS m SET equipment_id = $3,
			schedule_id       = CASE WHEN NOT own.leaves THEN m.schedule_id END,
			occurrence        = CASE WHEN NOT own.leaves THEN m.occurrence END,
			service_due_on    = CASE WHEN NOT own.leaves THEN m.service_due_on END,
			service_due_hours = CASE WHEN NOT own.leaves THEN m.service_due_hours END
		FROM  own WHERE m.id = own.id
		RETURNING m.id)
	INSERT INTO equipment_merge_rows (company_id, merge_id, kind, row_id, schedule_id, occurrence, service_due_on,
		service_due_hours)
	SELECT $1, $2, 'MAINTENANCE_RECORD', own.id, CASE WHEN own.leaves THEN own.schedule_id END,
	       CASE WHEN own.leaves THEN own.occurrence END, CASE WHEN own.leaves THEN own.service_due_on END,
	       CASE WHEN own.leaves THEN own.service_due_hours END
	FROM   own JOIN moved USING (id)`

// moveRows takes the steps of a merge, and returns how many rows have moved. Two statements more than steps.
func (tx *writeTx) moveRows(ctx context.Context, m merge, steps []moveStep) (moved fleet.MergedRows, err error) {
	err = tx.asPlanner(ctx, func() error {
		for _, step := range steps {
			tag, err := tx.Exec(ctx, step.sql, [16]byte(tx.v.CompanyID), [16]byte(m.id), [16]byte(m.stays),
				[16]byte(m.duplicate))
			if err != nil {
				return fmt.Errorf("move %s: %w", step.what, err)
			}
			if step.count != nil {
				*step.count(&moved) += int(tag.RowsAffected())
			}
		}
		return nil
	})
	return moved, err
}

// followMerge returns a machine of which rows have come or gone: with its operator and site, the status that its work
// calls for, and a new version, because those that look at it see another machine. Statements: update, look for downtime;
// two more when the status changes.
func (tx *writeTx) followMerge(ctx context.Context, id fleet.UUID) (*fleet.Equipment, error) {
	machine, err := tx.equipment(ctx, `UPDATE equipment AS e SET deleted_at = NULL WHERE e.company_id = $1
		AND e.id = $2 RETURNING `+equipmentColumns, [16]byte(id))
	if err != nil {
		return nil, fmt.Errorf("follow a merge: %w", err)
	}
	down, err := tx.isDown(ctx, id)
	if err != nil {
		return nil, err
	}
	return tx.followDowntime(ctx, machine, down)
}

// refreshServices computes the services of machines again and plans what has become due: the triggers of readings
// refresh the machine to which a reading moves, and not the one that it leaves. Three statements; more for work that
// strays.
func (tx *writeTx) refreshServices(ctx context.Context, machines ...fleet.UUID) error {
	if _, err := tx.Exec(ctx, `SELECT share_services(ARRAY[$1::uuid])`, [16]byte(tx.v.CompanyID)); err != nil {
		return fmt.Errorf("refresh services: %w", err)
	}
	if _, err := tx.Exec(ctx, `SELECT refresh_services($1::uuid[], NULL)`, uuids(machines)); err != nil {
		return fmt.Errorf("refresh services: %w", err)
	}
	_, err := tx.planServices(ctx, machines, nil)
	return err
}
