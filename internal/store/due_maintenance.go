package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// dueOrder orders due work by the day on which it is expected. Both parts of the list have an index in this order.
var dueOrder = sortKey{"d.day", "?::date", false}

func scanDue(row pgx.CollectableRow, before ...any) (*fleet.DueMaintenance, error) {
	d := new(fleet.DueMaintenance)
	var expected *time.Time
	err := row.Scan(append(before, (*[16]byte)(&d.ID), (*[16]byte)(&d.EquipmentID), (*string)(&d.Status), &expected,
		&d.ServiceID, &d.RecordID)...)
	d.ExpectedOn = dateOf(expected)
	return d, err
}

// dueWork makes q a query of the visible work that is due and matches f: the services of active schedules, and planned
// records that are none of these. Both parts are limited to the window, if there is one, so that an index has each in its
// order: PostgreSQL does not look for one below a union.
func (s *Fleet) dueWork(q *query, v fleet.Viewer, f *fleet.DueMaintenanceFilter, w *fleet.Window) {
	services := s.query()
	services.args = q.args
	services.TableExpr("scheduled_services AS d").
		ColumnExpr("d.id, d.company_id, d.equipment_id, d.schedule_id, coalesce(d.expected_on, '9999-12-31'::date) AS day").
		ColumnExpr("d.opens_on, d.overdue_on, d.id AS service_id, d.record_id").Where("d.active")
	services.visible(ofServices, "d", v)
	first := s.duePart(services, v, f, w)
	records := s.query()
	records.args = first.args
	records.TableExpr("maintenance_records AS m").
		ColumnExpr("m.id, m.company_id, m.equipment_id, m.schedule_id, m.maintenance_date AS day").
		ColumnExpr("m.maintenance_date AS opens_on, m.maintenance_date + 1 AS overdue_on, NULL::uuid AS service_id").
		ColumnExpr("m.id AS record_id").
		Where("m.status = 'PLANNED'").
		Where("NOT EXISTS (SELECT FROM scheduled_services n WHERE n.record_id = m.id AND n.active)")
	records.visible(ofRecords, "m", v)
	second := s.duePart(records, v, f, w)
	q.args, q.unprepared, q.scans = second.args, second.unprepared, f != nil
	q.TableExpr("((?) UNION ALL (?)) AS d", first.SelectQuery, second.SelectQuery)
}

// duePart is the part of the rows of a query that matches f and lies within the window.
func (s *Fleet) duePart(of *query, v fleet.Viewer, f *fleet.DueMaintenanceFilter, w *fleet.Window) *query {
	part := s.query()
	part.args = of.args
	part.TableExpr("(?) AS d", of.SelectQuery)
	filter(part, f, func(c *conditions, f *fleet.DueMaintenanceFilter) { dueConditions(c, v, f) })
	if w == nil {
		part.ColumnExpr("d.*")
	} else {
		part.window("d", "d.*", dueOrder, *w)
	}
	return part
}

func dueConditions(c *conditions, v fleet.Viewer, f *fleet.DueMaintenanceFilter) {
	if len(f.Status) > 0 {
		today := c.q.today(v)
		oneOf(c, "("+serviceStatus(today)+")", f.Status)
		if !slices.Contains(f.Status, fleet.Upcoming) { // what the others have in common
			c.add("(d.opens_on <= " + today + " OR d.overdue_on <= " + today + ")")
		}
	}
	between(c, "d.day", "date", "d.day = '9999-12-31'", f.ExpectedOn)
	bounded(c, f.ExpectedOn, "d.day < '9999-12-31'")
	c.reference("d.equipment_id", f.Equipment)
	if len(f.Category) > 0 {
		c.q.unprepared = true // a frequent and a rare category need different plans
		c.add(`d.equipment_id IN (SELECT e.id FROM equipment e WHERE e.company_id = d.company_id
			AND text_key(e.category) = ANY(ARRAY(SELECT text_key(t) FROM unnest(?::text[]) t)))`, f.Category)
	}
	c.reference("d.schedule_id", f.ServiceSchedule)
}

// DueMaintenancePage returns a page of the work that is due and matches f, in the order of the days. One statement;
// index scheduled_services_by_day and maintenance_records_by_status.
func (s *Fleet) DueMaintenancePage(ctx context.Context, v fleet.Viewer, f *fleet.DueMaintenanceFilter,
	w fleet.Window) (fleet.Page[*fleet.DueMaintenance], error) {
	q := s.query()
	s.dueWork(q, v, f, &w)
	q.scans = q.scans || v.Role == fleet.RoleOperator
	done, err := q.slot(ctx)
	if err != nil {
		return fleet.Page[*fleet.DueMaintenance]{}, err
	}
	defer done()
	q.window(
		"d",
		"d.id, d.equipment_id, "+serviceStatus(q.today(v))+`, nullif(d.day, '9999-12-31'), d.service_id, d.record_id`,
		dueOrder,
		w,
	)
	list, err := collect(ctx, q, scanDue)
	if err != nil {
		return fleet.Page[*fleet.DueMaintenance]{}, fmt.Errorf("list due work: %w", zoneError(err))
	}
	return fleet.NewPage(w, list), nil
}

// DueMaintenanceCount returns how much work is due and matches f. One statement.
func (s *Fleet) DueMaintenanceCount(ctx context.Context, v fleet.Viewer, f *fleet.DueMaintenanceFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	s.dueWork(q, v, f, nil)
	q.ColumnExpr("count(*)")
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count due work: %w", zoneError(err))
	}
	return n, nil
}
