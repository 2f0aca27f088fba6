package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// strayPlans selects from the work m that a schedule has planned and no user has changed what does not agree with its
// service d at the moment $1, which is now if it is null: there is no such service any more, it is not within its lead
// time, or the work says that it is overdue while the service is not.
const strayPlans = `
	FROM   maintenance_records m
	JOIN   companies c ON c.id = m.company_id
	CROSS  JOIN LATERAL (SELECT (coalesce($1, statement_timestamp()) AT TIME ZONE c.time_zone)::date AS today) AS n
	LEFT   JOIN scheduled_services d ON d.record_id = m.id
	CROSS  JOIN LATERAL (SELECT d.id IS NULL OR d.active AND coalesce(d.opens_on > n.today, true) AS gone) AS t
	WHERE  m.planned_by_schedule AND m.status = 'PLANNED' AND m.deleted_at IS NULL
	AND    (t.gone OR d.active AND m.due_date < n.today AND coalesce(d.overdue_on > n.today, true))`

// followServices makes the work on locked machines that a schedule has planned and no user has changed agree with its
// services: work that is not due any more is deleted, and planned again when it is; work that has become overdue by
// mistake gets the day of its service. One statement, index maintenance_records_planned_by_schedule; three more for work
// that strays.
func (tx *writeTx) followServices(ctx context.Context, machines []fleet.UUID, at *time.Time) error {
	type stray struct {
		record *fleet.MaintenanceRecord
		due    *time.Time // nil: it goes
		on     *time.Time
		hours  *fleet.Decimal
	}
	rows, _ := tx.Query(ctx, `SELECT CASE WHEN NOT t.gone THEN greatest(d.expected_on, n.today) END, d.due_on,
		d.due_hours::text, `+maintenanceColumns+strayPlans+` AND m.company_id = $2 AND m.equipment_id = ANY($3) ORDER BY m.id`,
		at, [16]byte(tx.v.CompanyID), uuids(machines))
	strays, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s stray, err error) {
		s.record, err = scanMaintenance(row, &s.due, &s.on, &s.hours)
		return s, err
	})
	if err != nil {
		return fmt.Errorf("find work that strays from its service: %w", err)
	}
	if len(strays) == 0 {
		return nil
	}
	before := map[fleet.UUID]*fleet.MaintenanceRecord{}
	ids, due, on := make([][16]byte, len(strays)), make([]*time.Time, len(strays)), make([]*time.Time, len(strays))
	hours := make([]*fleet.Decimal, len(strays))
	for i, s := range strays {
		before[s.record.ID] = s.record
		ids[i], due[i], on[i], hours[i] = s.record.ID, s.due, s.on, s.hours
	}
	var after []*fleet.MaintenanceRecord
	err = tx.asPlanner(ctx, func() error {
		rows, _ := tx.Query(ctx, `
			UPDATE maintenance_records AS m SET deleted_at = CASE WHEN t.due IS NULL THEN now() END,
				due_date = coalesce(t.due, m.due_date), first_due_date = coalesce(t.due, m.first_due_date),
				maintenance_date = coalesce(t.due, m.maintenance_date),
				service_due_on = CASE WHEN t.due IS NULL THEN m.service_due_on ELSE t.due_on END,
				service_due_hours = CASE WHEN t.due IS NULL THEN m.service_due_hours ELSE t.due_hours END
			FROM  unnest($2::uuid[], $3::date[], $4::date[], $5::numeric[]) AS t (id, due, due_on, due_hours)
			WHERE m.company_id = $1 AND m.id = t.id
			RETURNING `+maintenanceColumns, [16]byte(tx.v.CompanyID), ids, due, on, hours)
		after, err = pgx.CollectRows(rows, only(scanMaintenance))
		return err
	})
	if err != nil {
		return fmt.Errorf("let work follow its service: %w", err)
	}
	for _, m := range after {
		if m.DeletedAt != nil {
			tx.recordHistory(fleet.SubjectMaintenance, m.ID, fleet.ActionDeleted, fleet.Changes(m.Facts(), nil))
			continue
		}
		tx.recordHistory(fleet.SubjectMaintenance, m.ID, fleet.ActionUpdated,
			fleet.Changes(before[m.ID].Facts(), m.Facts()))
	}
	return nil
}

// asPlanner runs writes that are not those of a user: work that a schedule has planned keeps its mark. Two statements
// more than do.
func (tx *writeTx) asPlanner(ctx context.Context, do func() error) error {
	mark := func(on string) error {
		if _, err := tx.Exec(ctx, `SELECT set_config('fleet.planning', $1, true)`, on); err != nil {
			return fmt.Errorf("write as the planner: %w", err)
		}
		return nil
	}
	if err := mark("on"); err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return mark("")
}
