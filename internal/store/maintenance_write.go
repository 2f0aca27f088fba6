package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// RecordMaintenance adds a record with a new id. Work that keeps the machine down from now on sets
// its status to MAINTENANCE. Open work on a RETIRED machine is a CONFLICT. Statements: begin, lock,
// time, insert, history, commit; two more when the machine's status changes, one for the record that it reverses,
// one for the readings next to its meter value, one for the service of its schedule.
func (s *Fleet) RecordMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	m *fleet.MaintenanceRecord) (*fleet.Work, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Work, error) {
		machine, now, err := tx.lockMachine(ctx, m.EquipmentID)
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		if err := tx.checkReversalOf(ctx, nil, m); err != nil {
			return nil, err
		}
		m, err := m.New(machine, now)
		if err != nil {
			return nil, err
		}
		if err := tx.checkMeter(ctx, nil, m, now); err != nil {
			return nil, err
		}
		if err := tx.joinSchedule(ctx, m); err != nil {
			return nil, err
		}
		made, err := tx.record(ctx, `
			INSERT INTO maintenance_records AS m (id, company_id, equipment_id, kind, status, maintenance_date,
				description, cost, labour_cost, parts_cost, performed_by, down_from, down_to, meter_hours,
				due_date, first_due_date, started_at, completed_at, down_to_expected, labour_hours, reversal_of,
				schedule_id, occurrence, service_due_on, service_due_hours)
			VALUES ($2, $1, $3, $4, $5, $6, $7, $8::numeric, $9::numeric, $10::numeric, $11, $12, $13, $14::numeric,
				$15, $16, $17, $18, $19, $20::numeric, $21, $22, $23, $24, $25::numeric)
			RETURNING `+maintenanceColumns, [16]byte(fleet.NewUUID()), [16]byte(m.EquipmentID), string(m.Kind),
			string(m.Status), m.MaintenanceDate.Time(),
			m.Description, m.Cost, m.LabourCost, m.PartsCost, m.PerformedBy, m.DownFrom, m.DownTo, m.MeterHours,
			midnight(m.DueDate), midnight(m.FirstDueDate), m.StartedAt, m.CompletedAt, m.DownToExpected, m.LabourHours,
			m.ReversalOf, m.ScheduleID, m.Occurrence, midnight(m.ServiceDueOn), m.ServiceDueHours)
		if err != nil {
			return nil, fmt.Errorf("record maintenance: %w", err)
		}
		tx.recordHistory(fleet.SubjectMaintenance, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		machine, err = tx.followDowntime(ctx, machine, made.Down(now))
		return &fleet.Work{Record: made, Equipment: machine}, err
	})
}

// ChangeMaintenance applies a step to a record of the expected version, or of any version if
// expected is nil. The machine is in MAINTENANCE while work keeps it down, and what it was before when
// the last such work has ended. Statements: begin, find, two locks, time, update, history, commit; two more when
// the machine's status changes, one for the record that it reverses, one for the readings next to its meter value.
func (s *Fleet) ChangeMaintenance(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	step fleet.MaintenanceStep) (*fleet.Work, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Work, error) {
		l, err := tx.lockRecord(ctx, id, tx.findRecord)
		if err != nil {
			return nil, err
		}
		before, machine, now := l.record, l.machine, l.now
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if err := tx.checkReversalOf(ctx, before, step.Patch.Apply(before)); err != nil {
			return nil, err
		}
		after, err := step.Apply(before, now)
		if err != nil {
			return nil, err
		}
		if err := after.CheckMachine(machine, step.To == fleet.MaintenanceInProgress); err != nil {
			return nil, err
		}
		if err := tx.checkMeter(ctx, before, after, now); err != nil {
			return nil, err
		}
		saved, err := tx.saveRecord(ctx, before, after, step.Action)
		if err != nil {
			return nil, err
		}
		machine, err = tx.followDowntime(ctx, machine, saved.Down(now))
		return &fleet.Work{Record: saved, Equipment: machine}, err
	})
}

// saveRecord updates the record's values if they differ.
func (tx *writeTx) saveRecord(ctx context.Context, before, after *fleet.MaintenanceRecord,
	action fleet.Action) (*fleet.MaintenanceRecord, error) {
	saved, err := tx.record(ctx, `
		UPDATE maintenance_records AS m SET kind = $3, status = $4, maintenance_date = $5, description = $6,
			cost = $7::numeric, labour_cost = $8::numeric,
		       parts_cost = $9::numeric, performed_by = $10, down_from = $11, down_to = $12, meter_hours = $13::numeric,
		       due_date = $14, first_due_date = $15, started_at = $16, completed_at = $17,
		       down_to_expected = $18, labour_hours = $19::numeric, reversal_of = $20
		WHERE  m.company_id = $1 AND m.id = $2
		  AND  (m.kind, m.status, m.maintenance_date, m.description, m.cost, m.labour_cost, m.parts_cost,
			m.performed_by, m.down_from, m.down_to, m.meter_hours, m.due_date, m.first_due_date, m.started_at,
			m.completed_at, m.down_to_expected, m.labour_hours, m.reversal_of)
		       IS DISTINCT FROM ($3::text, $4::text, $5::date, $6::text, $7::numeric, $8::numeric, $9::numeric,
			$10::text, $11::timestamptz, $12::timestamptz, $13::numeric, $14::date, $15::date, $16::timestamptz,
			$17::timestamptz, $18::boolean, $19::numeric, $20::uuid)
		RETURNING `+maintenanceColumns, [16]byte(before.ID), string(after.Kind), string(after.Status),
		after.MaintenanceDate.Time(), after.Description,
		after.Cost, after.LabourCost, after.PartsCost, after.PerformedBy, after.DownFrom, after.DownTo,
		after.MeterHours, midnight(after.DueDate), midnight(after.FirstDueDate), after.StartedAt, after.CompletedAt,
		after.DownToExpected, after.LabourHours, after.ReversalOf)
	if noRows(err) {
		return before, nil
	}
	if err != nil {
		return nil, fmt.Errorf("update maintenance record: %w", err)
	}
	tx.recordHistory(fleet.SubjectMaintenance, before.ID, action, fleet.Changes(before.Facts(), saved.Facts()))
	return saved, nil
}

// followDowntime updates the machine's status when a record on it begins or ceases to keep it down.
func (tx *writeTx) followDowntime(ctx context.Context, machine *fleet.Equipment,
	isDown bool) (*fleet.Equipment, error) {
	after, err := machine.AfterWork(isDown, func() (bool, error) { return tx.isDown(ctx, machine.ID) })
	if err != nil || after == machine {
		return machine, err
	}
	return tx.saveEquipment(ctx, machine, after, fleet.ActionStatusFollows)
}

// isDown reports whether work keeps a machine down. One statement; index maintenance_records_open.
func (tx *writeTx) isDown(ctx context.Context, equipment fleet.UUID) (down bool, err error) {
	err = tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM maintenance_records m WHERE m.company_id = $1 AND m.equipment_id = $2
		               AND `+isDown+` AND m.deleted_at IS NULL)`,
		[16]byte(tx.v.CompanyID), [16]byte(equipment)).Scan(&down)
	if err != nil {
		return false, fmt.Errorf("look for open downtime: %w", err)
	}
	return down, nil
}

// countOpenWork returns the number of records of a machine that are planned or in progress, and how many of them a
// schedule has planned and no user has changed. One statement; index maintenance_records_open.
func (tx *writeTx) countOpenWork(ctx context.Context, equipment fleet.UUID) (open, planned int, err error) {
	err = tx.QueryRow(ctx, `SELECT count(*), count(*) FILTER (WHERE m.planned_by_schedule) FROM maintenance_records m
		WHERE m.company_id = $1 AND m.equipment_id = $2 AND m.status IN ('PLANNED', 'IN_PROGRESS')
		AND m.deleted_at IS NULL`, [16]byte(tx.v.CompanyID), [16]byte(equipment)).Scan(&open, &planned)
	if err != nil {
		return 0, 0, fmt.Errorf("count open work: %w", err)
	}
	return open, planned, nil
}

// cancelOpenWork cancels the work on a locked machine that is planned or in progress. Statements: find
// and lock, time, one for each record; index maintenance_records_open.
func (tx *writeTx) cancelOpenWork(ctx context.Context, equipment fleet.UUID) error {
	rows, _ := tx.Query(ctx, `SELECT `+maintenanceColumns+` FROM maintenance_records m WHERE m.company_id = $1
		AND m.equipment_id = $2 AND m.status IN ('PLANNED', 'IN_PROGRESS') AND m.deleted_at IS NULL
		ORDER BY m.id FOR NO KEY UPDATE`, [16]byte(tx.v.CompanyID), [16]byte(equipment))
	open, err := pgx.CollectRows(rows, only(scanMaintenance))
	if err != nil {
		return fmt.Errorf("find open work: %w", err)
	}
	now, err := tx.localTime(ctx)
	if err != nil {
		return err
	}
	for _, before := range open {
		if _, err := tx.saveRecord(ctx, before, before.Cancelled(now), fleet.ActionCancelled); err != nil {
			return err
		}
	}
	return nil
}

// lockMachine locks a machine, then reads the clock, in the company's time zone.
func (tx *writeTx) lockMachine(ctx context.Context, id fleet.UUID) (*fleet.Equipment, time.Time, error) {
	machine, err := tx.lockEquipment(ctx, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	now, err := tx.localTime(ctx)
	return machine, now, err
}

// localTime is now in the company's time zone, which decides the day.
func (tx *writeTx) localTime(ctx context.Context) (now time.Time, err error) {
	var zone string
	if err = tx.QueryRow(ctx, `SELECT clock_timestamp(), c.time_zone FROM companies c WHERE c.id = $1`,
		[16]byte(tx.v.CompanyID)).Scan(&now, &zone); err != nil {
		return now, fmt.Errorf("read the clock: %w", err)
	}
	location, err := time.LoadLocation(zone)
	if err != nil {
		return now, fmt.Errorf("read the clock: %w", err)
	}
	return now.In(location), nil
}

// findRecord returns a record of the company that is not deleted. Primary key.
func (tx *writeTx) findRecord(ctx context.Context, id fleet.UUID, lock string) (*fleet.MaintenanceRecord, error) {
	m, err := tx.findAnyRecord(ctx, id, lock)
	if err == nil && m.DeletedAt != nil {
		return nil, fleet.NotFoundf("", "the maintenance record %s has been deleted: restore it first",
			m.GlobalID())
	}
	return m, err
}

// findAnyRecord returns a record of the company, deleted or not. Primary key.
func (tx *writeTx) findAnyRecord(ctx context.Context, id fleet.UUID, lock string) (*fleet.MaintenanceRecord, error) {
	m, err := tx.record(ctx, `SELECT `+maintenanceColumns+` FROM maintenance_records m WHERE m.company_id = $1
		AND m.id = $2`+lock, [16]byte(id))
	if noRows(err) {
		return nil, fleet.NotFoundf("", "there is no maintenance record %s in the company",
			fleet.GlobalID(fleet.KindMaintenance, id))
	}
	if err != nil {
		return nil, fmt.Errorf("find maintenance record: %w", err)
	}
	return m, nil
}

// record runs a statement that returns one record; $1 is the company.
func (tx *writeTx) record(ctx context.Context, sql string, args ...any) (*fleet.MaintenanceRecord, error) {
	return oneRow(ctx, tx, scanMaintenance, sql, args)
}
