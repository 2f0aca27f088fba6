package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// served is the condition that the machine of a record m was in service in the window, and meets another
// condition, in which time is its time.
func served(condition string) string {
	return `EXISTS (SELECT FROM equipment e CROSS JOIN LATERAL (SELECT ` + serviceOf("e", "p.start", "p.stop") + `
		- coalesce(` + idlePeriods + `, '{}') AS time) AS t
		WHERE e.id = m.equipment_id AND NOT isempty(t.time) AND ` + condition + `)`
}

const (
	isRepaired = `m.kind = 'CORRECTIVE' AND m.status = 'COMPLETED' AND coalesce(m.cost, 0) >= 0
		AND m.started_at IS NOT NULL AND m.completed_at >= start AND m.completed_at < stop`
	isStopInTime = "m.down_from < stop AND " + downEnd + " > start"
	isOutage     = "m.down_from >= start AND m.down_from < stop AND " + downEnd + " < now"
	failedAt     = `CASE WHEN m.down_from <= now THEN m.down_from ELSE ` + beganOn + `::timestamp AT TIME ZONE zone END`
	isFailed     = isFailure + " AND " + failedAt + " BETWEEN start AND stop - interval '1 microsecond'"
	inDowntime   = "t.time && tstzmultirange(tstzrange(m.down_from, " + downEnd + ", '[]'))"
	isPaid       = "m.status IN ('IN_PROGRESS', 'COMPLETED') AND m.maintenance_date BETWEEN first AND last"
	isBacklog    = "m.status IN ('PLANNED', 'IN_PROGRESS')"
)

// kpiRecords are the conditions that a record m meets that a key figure is computed from.
var kpiRecords = map[fleet.KpiName]string{
	fleet.KpiCalendarAvailability:    isStopInTime + " AND " + served(inDowntime),
	fleet.KpiInherentAvailability:    isStopInTime + " AND m.kind = 'CORRECTIVE' AND " + served(inDowntime),
	fleet.KpiFailures:                isFailed,
	fleet.KpiStoppingFailures:        isFailed + " AND m.down_from <= now",
	fleet.KpiMeanUpTime:              isFailed + " AND " + served("t.time @> "+failedAt),
	fleet.KpiMeanOperatingTime:       isFailed + " AND " + served("true"),
	fleet.KpiMeanTimeToRestoration:   isRepaired,
	fleet.KpiMedianTimeToRestoration: isRepaired,
	fleet.KpiP90TimeToRestoration:    isRepaired,
	fleet.KpiMeanDownTime:            isOutage,
	fleet.KpiMedianDownTime:          isOutage,
	fleet.KpiP90DownTime:             isOutage,
	fleet.KpiCostPerHour:             isPaid + " AND m.cost IS NOT NULL AND " + served("true"),
	fleet.KpiLabourCostPerHour:       isPaid + " AND m.labour_cost IS NOT NULL AND " + served("true"),
	fleet.KpiPartsCostPerHour:        isPaid + " AND m.parts_cost IS NOT NULL AND " + served("true"),
	fleet.KpiCostToReplacement:       isPaid + " AND m.cost IS NOT NULL AND " + served("e.replacement_value IS NOT NULL"),
	fleet.KpiPlannedShare: `m.status = 'COMPLETED' AND coalesce(m.cost, 0) >= 0
		AND m.maintenance_date BETWEEN first AND last`,
	fleet.KpiBacklog: isBacklog,
	fleet.KpiOverdue: isBacklog + " AND m.due_date < (now AT TIME ZONE zone)::date",
}

// kpiRecordsOf is the query of the visible records that a key figure is computed from.
func (s *Fleet) kpiRecordsOf(v fleet.Viewer, n fleet.KpiName, w fleet.KpiWindow) *query {
	q := s.query()
	q.unprepared, q.scans = true, true
	zone := companyZone(q, v)
	q.TableExpr("maintenance_records AS m").Join(fmt.Sprintf(`CROSS JOIN (SELECT zone, now, first, last,
		first::timestamp AT TIME ZONE zone AS start, least((last + 1)::timestamp AT TIME ZONE zone, now) AS stop
		FROM (SELECT %s AS zone, statement_timestamp() AS now, %s::date AS first, %s::date AS last) AS given) AS p`,
		zone, q.args.add(w.From.Time()), q.args.add(w.To.Time())))
	maintenanceWhere(q, v, nil, ofEquipment)
	q.Where(kpiRecords[n])
	return q
}

// ofMachines limits the records of q to those of the visible machines that match f.
func (s *Fleet) ofMachines(q *query, v fleet.Viewer, f *fleet.EquipmentFilter) {
	machines := s.query()
	machines.args = q.args
	machines.TableExpr("equipment AS e").ColumnExpr("e.id")
	equipmentWhere(machines, v, f)
	q.args = machines.args
	q.Where("m.equipment_id IN (?)", machines.SelectQuery)
}

// KpiRecords returns a page of the records that a key figure of the machines that match f is computed
// from, newest first. One statement; index maintenance_records_by_date.
func (s *Fleet) KpiRecords(ctx context.Context, v fleet.Viewer, k *fleet.Kpi,
	w fleet.Window) (fleet.Page[*fleet.MaintenanceRecord], error) {
	q := s.kpiRecordsOf(v, k.Name, k.Window)
	s.ofMachines(q, v, k.Filter)
	q.window("m", maintenanceColumns, maintenanceSortKey(fleet.MaintenanceDateDesc), w)
	done, err := q.slot(ctx)
	if err != nil {
		return fleet.Page[*fleet.MaintenanceRecord]{}, err
	}
	defer done()
	list, err := collect(ctx, q, scanMaintenance)
	if err != nil {
		return fleet.Page[*fleet.MaintenanceRecord]{}, fmt.Errorf("records of a key figure: %w", zoneError(err))
	}
	return fleet.NewPage(w, list), nil
}

// KpiRecordCount returns the number of those records. One statement.
func (s *Fleet) KpiRecordCount(ctx context.Context, v fleet.Viewer, k *fleet.Kpi) (int, error) {
	q := s.kpiRecordsOf(v, k.Name, k.Window)
	s.ofMachines(q, v, k.Filter)
	q.ColumnExpr("count(*)")
	done, err := q.slot(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count records of a key figure: %w", zoneError(err))
	}
	return n, nil
}

// KpiRecordsByEquipment returns a page of the records that a key figure of each machine is computed from.
// One statement; index maintenance_records_by_equipment.
func (s *Fleet) KpiRecordsByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID, n fleet.KpiName,
	period fleet.KpiWindow, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MaintenanceRecord], error) {
	q, outer := s.kpiRecordsOf(v, n, period), s.query()
	q.Where("m.equipment_id = k.id")
	q.window("m", maintenanceColumns, maintenanceSortKey(fleet.MaintenanceDateDesc), w)
	outer.perParent(q, equipment, "m")
	groups, err := collectGroups(ctx, outer, scanMaintenance)
	if err != nil {
		return nil, fmt.Errorf("records of a key figure by equipment: %w", zoneError(err))
	}
	return pages(w, equipment, groups), nil
}

// KpiRecordCountByEquipment returns the number of those records of each machine. One statement.
func (s *Fleet) KpiRecordCountByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID, n fleet.KpiName,
	period fleet.KpiWindow) (map[fleet.UUID]int, error) {
	q := s.kpiRecordsOf(v, n, period)
	q.ColumnExpr("m.equipment_id, count(*)").GroupExpr("m.equipment_id")
	q.where("m.equipment_id = ANY(?)", uuids(equipment))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count records of a key figure by equipment: %w", zoneError(err))
	}
	return counts, nil
}
