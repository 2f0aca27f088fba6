package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// joinSchedule makes a record that names a schedule the next service of it on its locked machine. One statement if
// there is one, index scheduled_services_equipment_id_schedule_id_key.
func (tx *writeTx) joinSchedule(ctx context.Context, m *fleet.MaintenanceRecord) error {
	if m.ScheduleID == nil {
		return nil
	}
	var taken *fleet.UUID
	var due *time.Time
	err := tx.QueryRow(ctx, `SELECT d.occurrence, d.due_on, d.due_hours::text, d.record_id FROM scheduled_services d
		WHERE d.company_id = $1 AND d.equipment_id = $2 AND d.schedule_id = $3`, [16]byte(tx.v.CompanyID),
		[16]byte(m.EquipmentID), [16]byte(*m.ScheduleID)).Scan(&m.Occurrence, &due, &m.ServiceDueHours, &taken)
	switch {
	case noRows(err):
		return fleet.NotFoundf("serviceScheduleId", "no service schedule %s applies to the machine",
			fleet.GlobalID(fleet.KindSchedule, *m.ScheduleID))
	case err != nil:
		return fmt.Errorf("find the service of a schedule: %w", err)
	case taken != nil:
		return fleet.Conflictf(fleet.Taken, "serviceScheduleId", "the service is planned already: complete its record %s",
			fleet.GlobalID(fleet.KindMaintenance, *taken))
	}
	m.ServiceDueOn = dateOf(due)
	return nil
}

// withdrawServices deletes the services after that of a record that is open again or gone, if they are planned and no
// user has changed them since. They come back when it is completed. One statement for a service of a schedule; index
// maintenance_records_of_schedule.
func (tx *writeTx) withdrawServices(ctx context.Context, m *fleet.MaintenanceRecord) error {
	if m.ScheduleID == nil {
		return nil
	}
	rows, _ := tx.Query(ctx, `UPDATE maintenance_records AS m SET deleted_at = now() WHERE m.company_id = $1
		AND m.schedule_id = $2 AND m.equipment_id = $3 AND m.occurrence > $4 AND m.deleted_at IS NULL
		AND m.status = 'PLANNED' AND (m.planned_by_schedule OR m.version = 1)
		RETURNING `+maintenanceColumns, [16]byte(tx.v.CompanyID), [16]byte(*m.ScheduleID), [16]byte(m.EquipmentID), *m.Occurrence)
	gone, err := pgx.CollectRows(rows, only(scanMaintenance))
	if err != nil {
		return fmt.Errorf("withdraw later services: %w", err)
	}
	for _, g := range gone {
		tx.recordHistory(fleet.SubjectMaintenance, g.ID, fleet.ActionDeleted, fleet.Changes(g.Facts(), nil))
	}
	return nil
}

// planServices adds the records of the services that have come within their lead time on locked machines at a moment,
// which is now if it is nil, and returns their number; work that it has planned before follows its services. Two
// statements; index scheduled_services_equipment_id_schedule_id_key.
func (tx *writeTx) planServices(ctx context.Context, machines []fleet.UUID, at *time.Time) (int, error) {
	if err := tx.followServices(ctx, machines, at); err != nil {
		return 0, err
	}
	rows, _ := tx.Query(ctx, `
		INSERT INTO maintenance_records AS m (id, company_id, equipment_id, kind, status, description, maintenance_date,
			due_date, first_due_date, schedule_id, occurrence, service_due_on, service_due_hours, planned_by_schedule)
		SELECT uuid_v7(), d.company_id, d.equipment_id, s.kind, 'PLANNED', s.title, t.due, t.due, t.due, d.schedule_id,
		       d.occurrence, d.due_on, d.due_hours, true
		FROM   scheduled_services d
		JOIN   service_schedules s ON s.id = d.schedule_id AND s.deleted_at IS NULL
		JOIN   companies c ON c.id = d.company_id
		CROSS  JOIN LATERAL (SELECT (coalesce($3, statement_timestamp()) AT TIME ZONE c.time_zone)::date AS today) AS n
		CROSS  JOIN LATERAL (SELECT coalesce(d.expected_on, n.today) AS due) AS t
		WHERE  d.company_id = $1 AND d.equipment_id = ANY($2) AND d.active AND d.record_id IS NULL AND d.opens_on <= n.today
		ORDER  BY d.equipment_id, d.schedule_id
		ON CONFLICT (schedule_id, equipment_id, occurrence) WHERE schedule_id IS NOT NULL AND deleted_at IS NULL
		DO NOTHING
		RETURNING `+maintenanceColumns, [16]byte(tx.v.CompanyID), uuids(machines), at)
	made, err := pgx.CollectRows(rows, only(scanMaintenance))
	if err != nil {
		return 0, fmt.Errorf("plan services: %w", err)
	}
	for _, m := range made {
		tx.recordHistory(fleet.SubjectMaintenance, m.ID, fleet.ActionCreated, fleet.Changes(nil, m.Facts()))
	}
	return len(made), nil
}

// plannedAtOnce is the maximum number of machines of one transaction of PlanServices.
const plannedAtOnce = 250

// PlanServices adds the records of all services that have come within their lead time at a moment, which is now if
// it is nil, and returns their number. Several instances may do it at the same time: one plans the services of a
// company, and the others leave it alone until the next time. A service gets one record, because a unique index says
// so. Statements: one, and for each company and 250 machines begin, lock of the company, lock of the machines, stray
// work, insert, history, commit; indexes scheduled_services_to_plan and maintenance_records_planned_by_schedule, which
// have few rows.
func (s *DB) PlanServices(ctx context.Context, at *time.Time) (planned int, err error) {
	type machine struct{ company, id fleet.UUID }
	var last machine
	for more := true; more; {
		due, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (m machine, err error) {
			return m, row.Scan((*[16]byte)(&m.company), (*[16]byte)(&m.id))
		}, `SELECT d.company_id, d.equipment_id
			FROM   scheduled_services d JOIN companies c ON c.id = d.company_id
			WHERE  d.active AND d.record_id IS NULL
			AND    d.opens_on <= (coalesce($1, statement_timestamp()) AT TIME ZONE c.time_zone)::date
			AND    (d.company_id, d.equipment_id) > ($2, $3)
			UNION
			SELECT m.company_id, m.equipment_id`+strayPlans+` AND (m.company_id, m.equipment_id) > ($2, $3)
			ORDER  BY company_id, equipment_id LIMIT $4`, at, [16]byte(last.company), [16]byte(last.id), plannedAtOnce)
		if err != nil {
			return planned, fmt.Errorf("find services to plan: %w", err)
		}
		more = len(due) == plannedAtOnce
		for len(due) > 0 {
			var machines []fleet.UUID
			company := due[0].company
			for len(due) > 0 && due[0].company == company {
				last, due = due[0], due[1:]
				machines = append(machines, last.id)
			}
			n, err := s.planCompany(ctx, company, machines, at)
			if planned += n; err != nil {
				return planned, err
			}
		}
	}
	return planned, nil
}

// planCompany plans services on machines of a company, unless another instance does.
func (s *DB) planCompany(ctx context.Context, company fleet.UUID, machines []fleet.UUID, at *time.Time) (int, error) {
	v := fleet.Viewer{CompanyID: company} // no user, as on the command line
	n, err := write(ctx, s.database, v, fleet.WriteInfo{}, func(tx *writeTx) (int, error) {
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('fleet_service_planning'), hashtext($1::text))`,
			company.String()).Scan(&mine); err != nil || !mine {
			return 0, err
		}
		rows, _ := tx.Query(ctx, `SELECT e.id FROM equipment e WHERE e.company_id = $1 AND e.id = ANY($2)
			ORDER BY e.id FOR NO KEY UPDATE`, [16]byte(company), uuids(machines))
		if _, err := pgx.CollectRows(rows, pgx.RowTo[[16]byte]); err != nil {
			return 0, fmt.Errorf("lock machines: %w", err)
		}
		return tx.planServices(ctx, machines, at)
	})
	if err != nil {
		return n, fmt.Errorf("plan services of a company: %w", err)
	}
	return n, nil
}
