package store

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// maintenanceColumns are the columns of scanMaintenance.
const maintenanceColumns = `m.id, m.equipment_id, m.kind, m.source_kind, m.status, m.due_date, m.first_due_date,
	m.started_at, m.completed_at, m.maintenance_date, m.description,
	m.cost::text, m.labour_cost::text, m.parts_cost::text, m.labour_hours::text, m.performed_by, m.down_from, m.down_to,
	m.down_to_expected, m.meter_hours::text,
	m.source_ref, m.reversal_of, m.schedule_id, m.occurrence, m.service_due_on, m.service_due_hours::text,
	m.created_at, m.updated_at, m.deleted_at, m.version`

// scanMaintenance reads a row that ends with maintenanceColumns; before receives the columns in
// front of them.
func scanMaintenance(row pgx.CollectableRow, before ...any) (*fleet.MaintenanceRecord, error) {
	m := new(fleet.MaintenanceRecord)
	var due, first, service *time.Time
	var day time.Time
	err := row.Scan(append(before, (*[16]byte)(&m.ID), (*[16]byte)(&m.EquipmentID), (*string)(&m.Kind), &m.SourceKind,
		(*string)(&m.Status), &due, &first, &m.StartedAt, &m.CompletedAt, &day, &m.Description, &m.Cost, &m.LabourCost,
		&m.PartsCost, &m.LabourHours, &m.PerformedBy,
		&m.DownFrom, &m.DownTo, &m.DownToExpected, &m.MeterHours, &m.SourceRef, &m.ReversalOf, &m.ScheduleID,
		&m.Occurrence, &service, &m.ServiceDueHours, &m.CreatedAt, &m.UpdatedAt, &m.DeletedAt, &m.Version)...)
	m.DueDate, m.FirstDueDate, m.MaintenanceDate = dateOf(due), dateOf(first), fleet.DateOf(day)
	m.ServiceDueOn = dateOf(service)
	return m, err
}

// dateOf and midnight convert a day that may be absent from and to what the driver reads and writes.
func dateOf(day *time.Time) *fleet.Date {
	if day == nil {
		return nil
	}
	d := fleet.DateOf(*day)
	return &d
}

func midnight(d *fleet.Date) *time.Time {
	if d == nil {
		return nil
	}
	t := d.Time()
	return &t
}

// knownCost is the sort key of the orders by cost, and has an index. An unknown cost is below every
// cost.
const knownCost = "coalesce(m.cost, -1000000000000)"

func maintenanceSortKey(o fleet.MaintenanceOrder) sortKey {
	switch o {
	case fleet.MaintenanceCostAsc, fleet.MaintenanceCostDesc:
		return sortKey{knownCost, "?::numeric", o == fleet.MaintenanceCostDesc}
	default:
		return sortKey{"m.maintenance_date", "?::date", o != fleet.MaintenanceDateAsc}
	}
}

// maintenanceWhere limits q to the records that are visible to the viewer and match f: without deleted
// ones and those of deleted machines, unless f asks for them or the records are reached through their
// machine.
func maintenanceWhere(q *query, v fleet.Viewer, f *fleet.MaintenanceFilter, through rowsOf) {
	d := deletedRows{of: through}
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofRecords, "m", v, d)
	filter(q, f, maintenanceConditions)
}

// recordText is the text of a record that a search looks at, as in the indexes
// maintenance_records_search_folded and _words_folded.
const recordText = `coalesce(m.description, '') || ' ' || coalesce(m.performed_by, '') || ' ' ||
	coalesce(m.source_ref, '')`

// isDown is the condition that a record m keeps its machine down now: fleet.MaintenanceRecord.Down.
const isDown = `m.down_from IS NOT NULL AND (m.down_to IS NULL OR m.down_to_expected)
	AND m.status IN ('PLANNED', 'IN_PROGRESS') AND m.down_from <= statement_timestamp()`

func maintenanceConditions(c *conditions, f *fleet.MaintenanceFilter) {
	c.ids("m.id", f.IDs)
	c.reference("m.equipment_id", f.Equipment)
	if len(f.Category) > 0 {
		c.q.unprepared, c.q.scans = true, true // a frequent and a rare category need different plans
		c.add(`m.equipment_id IN (SELECT e.id FROM equipment e WHERE e.company_id = m.company_id
			AND text_key(e.category) = ANY(ARRAY(SELECT text_key(t) FROM unnest(?::text[]) t)))`, f.Category)
	}
	oneOf(c, "m.kind", f.Kind)
	c.text("m.source_kind", f.SourceKind)
	oneOf(c, "m.status", f.Status)
	between(c, "m.maintenance_date", "date", "m.maintenance_date IS NULL", f.MaintenanceDate)
	if f.Cost.Bounded() {
		c.add(knownCost + " > -1000000000000")
	}
	between(c, knownCost, "numeric", knownCost+" = -1000000000000", f.Cost)
	c.text("m.performed_by", f.PerformedBy)
	c.text("m.source_ref", f.SourceRef)
	c.null(isDown, f.Down)
	between(c, "m.created_at", "timestamptz", "m.created_at IS NULL", f.CreatedAt)
	between(c, "m.updated_at", "timestamptz", "m.updated_at IS NULL", f.UpdatedAt)
	c.search(recordText, f.Search)
	combine(c, f.And, f.Or, f.Not, maintenanceConditions)
}

// recordsIndexed reports whether an index has the records that match f in the order o, without others between
// them: all records, and by date those of one kind or one status. The rows that an OPERATOR
// sees lie among others.
func recordsIndexed(v fleet.Viewer, f *fleet.MaintenanceFilter, o fleet.MaintenanceOrder) bool {
	if f == nil {
		return true
	}
	rest := *f
	rest.Kind, rest.Status = nil, nil
	return v.Role != fleet.RoleOperator && reflect.ValueOf(rest).IsZero() &&
		(o == fleet.MaintenanceDateAsc || o == fleet.MaintenanceDateDesc) &&
		len(f.Kind)+len(f.Status) <= 1
}

// MaintenancePage returns a page of the records that match f, in the order o. One statement; index
// maintenance_records_by_date, _by_work_cost, or the one of the filter (_by_equipment, _by_kind,
// _by_status, _by_performer, _source, _stops, _search_folded, _words_folded).
func (s *Fleet) MaintenancePage(ctx context.Context, v fleet.Viewer, f *fleet.MaintenanceFilter,
	o fleet.MaintenanceOrder, w fleet.Window) (fleet.Page[*fleet.MaintenanceRecord], error) {
	if !recordsIndexed(v, f, o) || w.Offset > 0 {
		done, err := s.scan(ctx)
		if err != nil {
			return fleet.Page[*fleet.MaintenanceRecord]{}, err
		}
		defer done()
	}
	q := s.query()
	q.TableExpr("maintenance_records AS m")
	maintenanceWhere(q, v, f, ofNothing)
	q.window("m", maintenanceColumns, maintenanceSortKey(o), w)
	list, err := collect(ctx, q, scanMaintenance)
	if err != nil {
		return fleet.Page[*fleet.MaintenanceRecord]{}, fmt.Errorf("list maintenance records: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// MaintenanceCount returns the number of records that match f. One statement.
func (s *Fleet) MaintenanceCount(ctx context.Context, v fleet.Viewer, f *fleet.MaintenanceFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("maintenance_records AS m").ColumnExpr("count(*)")
	maintenanceWhere(q, v, f, ofNothing)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count maintenance records: %w", err)
	}
	return n, nil
}

// MaintenanceByID returns the undeleted, visible records with these ids. One statement, primary
// key.
func (s *Fleet) MaintenanceByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	var args arguments
	text := `
		SELECT ` + maintenanceColumns + `
		FROM   maintenance_records m
		WHERE  ` + visible(ofRecords, "m", v, args.add) + ` AND ` + args.in("m.id", ids)
	list, err := readRows(ctx, s.conns, only(scanMaintenance), text, args...)
	if err != nil {
		return nil, fmt.Errorf("maintenance records by id: %w", err)
	}
	return keyed(list, func(m *fleet.MaintenanceRecord) fleet.UUID { return m.ID }), nil
}

// MaintenanceAmong returns the records with these ids that match f. Without ids it returns all that
// match, for viewers with few visible rows. One statement, primary key.
func (s *Fleet) MaintenanceAmong(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	f *fleet.MaintenanceFilter) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	q := s.query()
	q.TableExpr("maintenance_records AS m").ColumnExpr(maintenanceColumns)
	maintenanceWhere(q, v, f, ofNothing)
	if len(ids) > 0 {
		q.Where(q.args.in("m.id", ids))
	}
	list, err := collect(ctx, q, scanMaintenance)
	if err != nil {
		return nil, fmt.Errorf("maintenance records among: %w", err)
	}
	return keyed(list, func(m *fleet.MaintenanceRecord) fleet.UUID { return m.ID }), nil
}

// MaintenanceByEquipment returns a page of the records of each machine. One statement; index
// maintenance_records_by_equipment.
func (s *Fleet) MaintenanceByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MaintenanceFilter, o fleet.MaintenanceOrder,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MaintenanceRecord], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("maintenance_records AS m")
	maintenanceWhere(q, v, f, ofEquipment)
	q.Where("m.equipment_id = k.id")
	q.window("m", maintenanceColumns, maintenanceSortKey(o), w)
	outer.perParent(q, equipment, "m")
	groups, err := collectGroups(ctx, outer, scanMaintenance)
	if err != nil {
		return nil, fmt.Errorf("maintenance records by equipment: %w", err)
	}
	return pages(w, equipment, groups), nil
}

// MaintenanceCountByEquipment returns the number of records of each machine that match f. One
// statement; index maintenance_records_by_equipment.
func (s *Fleet) MaintenanceCountByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MaintenanceFilter) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("maintenance_records AS m").ColumnExpr("m.equipment_id, count(*)").GroupExpr("m.equipment_id")
	maintenanceWhere(q, v, f, ofEquipment)
	q.Where(q.args.in("m.equipment_id", equipment))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count maintenance records by equipment: %w", err)
	}
	return counts, nil
}

// latestWork and nextWork find and order the records of LatestMaintenance and NextMaintenance.
const (
	latestWork = `m.status IN ('IN_PROGRESS', 'COMPLETED') ORDER BY m.maintenance_date DESC, m.id DESC`
	nextWork   = `m.status = 'PLANNED' ORDER BY m.maintenance_date, m.id`
)

// LatestMaintenance returns the work of each machine that has begun or is done and has the newest
// date, of several the one with the highest id. One statement; index maintenance_records_latest.
func (s *Fleet) LatestMaintenance(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	return s.firstOfEach(ctx, v, equipment, latestWork)
}

// NextMaintenance returns the planned work of each machine that is due first, of several the one with
// the lowest id. One statement; index maintenance_records_next.
func (s *Fleet) NextMaintenance(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	return s.firstOfEach(ctx, v, equipment, nextWork)
}

// firstOfEach returns the first record of each machine that meets a condition, in an order. One
// statement.
func (s *Fleet) firstOfEach(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	which string) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
	var args arguments
	text := `
		SELECT m.*
		FROM   unnest(` + args.add(uuids(equipment)) + `::uuid[]) AS k(id)
		CROSS  JOIN LATERAL (
		         SELECT ` + maintenanceColumns + `
		         FROM   maintenance_records m
		         WHERE  m.equipment_id = k.id
		         AND    ` + shown(ofRecords, "m", v, deletedRows{of: ofEquipment}, args.add) + `
		         AND    ` + which + `
		         LIMIT  1) AS m`
	list, err := readRows(ctx, s.conns, only(scanMaintenance), text, args...)
	if err != nil {
		return nil, fmt.Errorf("first maintenance of each machine: %w", err)
	}
	return keyed(list, func(m *fleet.MaintenanceRecord) fleet.UUID { return m.EquipmentID }), nil
}
