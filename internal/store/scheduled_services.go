package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// serviceStatus is how near a service d is on a day, which is an expression.
func serviceStatus(today string) string {
	return "CASE WHEN d.overdue_on <= " + today + " THEN 'OVERDUE' WHEN d.opens_on <= " + today +
		" THEN 'DUE' ELSE 'UPCOMING' END"
}

// serviceColumns are the columns of scanService.
const serviceColumns = `d.id, d.schedule_id, d.equipment_id, d.active, d.occurrence, d.record_id, d.due_on,
	d.due_hours::text, d.hours::text, d.read_at, d.use_per_day::text, d.lowest_use::text, d.highest_use::text, d.use_since,
	d.forecast_on, d.forecast_earliest, d.forecast_latest, d.forecast_reason, d.expected_on, `

func scanService(row pgx.CollectableRow, before ...any) (*fleet.ScheduledService, error) {
	s := new(fleet.ScheduledService)
	f := &s.Forecast
	var due, on, earliest, latest, expected *time.Time
	err := row.Scan(append(before, (*[16]byte)(&s.ID), (*[16]byte)(&s.ScheduleID), (*[16]byte)(&s.EquipmentID), &s.Active,
		&s.Occurrence, &s.RecordID, &due, &s.DueHours, &s.Hours, &f.Until, &f.UsePerDay, &f.LowestUsePerDay,
		&f.HighestUsePerDay, &f.Since, &on, &earliest, &latest, &f.NullReason, &expected, (*string)(&s.Today))...)
	s.DueOn, s.ExpectedOn = dateOf(due), dateOf(expected)
	f.On, f.Earliest, f.Latest = dateOf(on), dateOf(earliest), dateOf(latest)
	return s, err
}

// expectedKey orders services by the day on which they are expected. One without a day comes last.
var expectedKey = sortKey{"coalesce(d.expected_on, '9999-12-31'::date)", "?::date", false}

// today returns the day of the company as an expression, which PostgreSQL computes once.
func (q *query) today(v fleet.Viewer) string {
	return "(SELECT (statement_timestamp() AT TIME ZONE " + companyZone(q, v) + ")::date)"
}

// ServicesByEquipment returns a page of the services of each machine, in the order of the days. One statement; index
// scheduled_services_equipment_id_schedule_id_key, of which a machine has few rows.
func (s *Fleet) ServicesByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.ScheduledService], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("scheduled_services AS d")
	today := q.today(v)
	q.shown(ofServices, "d", v, deletedRows{of: ofEquipment})
	q.Where("d.equipment_id = k.id")
	q.window("d", serviceColumns+serviceStatus(today), expectedKey, w)
	outer.perParent(q, equipment, "d")
	groups, err := collectGroups(ctx, outer, scanService)
	if err != nil {
		return nil, fmt.Errorf("services of machines: %w", zoneError(err))
	}
	return pages(w, equipment, groups), nil
}

// ServiceCountByEquipment returns the number of services of each machine. One statement, same index.
func (s *Fleet) ServiceCountByEquipment(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("scheduled_services AS d").ColumnExpr("d.equipment_id, count(*)").GroupExpr("d.equipment_id")
	q.shown(ofServices, "d", v, deletedRows{of: ofEquipment})
	q.Where(q.args.in("d.equipment_id", equipment))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count services of machines: %w", err)
	}
	return counts, nil
}

// ServicesByID returns the visible services with these ids. One statement, primary key.
func (s *Fleet) ServicesByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.ScheduledService, error) {
	q := s.query()
	q.TableExpr("scheduled_services AS d").ColumnExpr(serviceColumns + serviceStatus(q.today(v)))
	q.visible(ofServices, "d", v)
	q.Where(q.args.in("d.id", ids))
	list, err := collect(ctx, q, scanService)
	if err != nil {
		return nil, fmt.Errorf("services by id: %w", zoneError(err))
	}
	return keyed(list, func(d *fleet.ScheduledService) fleet.UUID { return d.ID }), nil
}
