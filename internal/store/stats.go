package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// dimensions are the expressions that a summary groups by.
var dimensions = map[fleet.MaintenanceGrouping]string{
	fleet.ByEquipment:  "m.equipment_id",
	fleet.ByCategory:   "e.category",
	fleet.ByKind:       "m.kind",
	fleet.BySourceKind: "m.source_kind",
	fleet.ByStatus:     "m.status",
	fleet.ByYear:       "extract(year FROM m.maintenance_date)::int",
	fleet.ByMonth:      "to_char(m.maintenance_date, 'YYYY-MM')",
}

// summaryOrders are the expressions that a summary is ordered by, before the dimensions.
var summaryOrders = map[fleet.MaintenanceSummaryOrder]string{
	fleet.SummaryTotalCostDesc:   "coalesce(sum(m.cost), 0) DESC",
	fleet.SummaryTotalCostAsc:    "coalesce(sum(m.cost), 0)",
	fleet.SummaryAverageCostDesc: "avg(m.cost) DESC NULLS LAST",
	fleet.SummaryAverageCostAsc:  "avg(m.cost) NULLS FIRST",
	fleet.SummaryRecordsDesc:     "count(*) DESC",
	fleet.SummaryRecordsAsc:      "count(*)",
}

// MaintenanceSummary sums up the records that match f, one row per combination of the dimensions.
// Without First, more than MaxSummaryGroups rows are a LIMIT_EXCEEDED. One statement, so that the
// rows add up; index-only scan of maintenance_records_by_date unless a filter or dimension needs the
// table.
func (s *Fleet) MaintenanceSummary(ctx context.Context, v fleet.Viewer, f *fleet.MaintenanceFilter,
	summary fleet.MaintenanceSummary) ([]*fleet.MaintenanceGroup, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	q := s.query()
	q.unprepared = true // the number of rows to read depends on the values
	q.TableExpr("maintenance_records AS m")
	if order := summaryOrders[summary.OrderBy]; order != "" {
		q.OrderExpr(order)
	}
	for _, d := range summary.GroupBy {
		if d == fleet.ByCategory {
			q.Join("JOIN equipment AS e ON e.id = m.equipment_id")
		}
		q.ColumnExpr(dimensions[d]).GroupExpr(dimensions[d]).OrderExpr(dimensions[d])
	}
	q.ColumnExpr("count(*), coalesce(sum(m.cost), 0.00)::text, round(avg(m.cost), 2)::text, " +
		"count(*) - count(m.cost), min(m.maintenance_date), max(m.maintenance_date)")
	maintenanceWhere(q, v, f)
	q.Limit(int64(summary.Limit()))
	list, err := collect(ctx, q, func(row pgx.CollectableRow, _ ...any) (*fleet.MaintenanceGroup,
		error) {
		return scanGroup(row, summary.GroupBy)
	})
	if err != nil {
		return nil, fmt.Errorf("summarize maintenance: %w", err)
	}
	if err := summary.CheckSize(len(list)); err != nil {
		return nil, err
	}
	return list, nil
}

func scanGroup(row pgx.CollectableRow, by []fleet.MaintenanceGrouping) (*fleet.MaintenanceGroup, error) {
	g := new(fleet.MaintenanceGroup)
	columns := map[fleet.MaintenanceGrouping]any{
		fleet.ByEquipment: &g.EquipmentID, fleet.ByCategory: &g.Category, fleet.ByKind: &g.Kind,
		fleet.BySourceKind: &g.SourceKind,
		fleet.ByStatus:     &g.Status, fleet.ByYear: &g.Year, fleet.ByMonth: &g.Month,
	}
	var targets []any
	for _, d := range by {
		targets = append(targets, columns[d])
	}
	var first, last *time.Time
	if err := row.Scan(append(targets, &g.Records, (*string)(&g.TotalCost), &g.AverageCost, &g.UnknownCost,
		&first, &last)...); err != nil {
		return nil, err
	}
	if first != nil && last != nil {
		from, to := fleet.DateOf(*first), fleet.DateOf(*last)
		g.FirstDate, g.LastDate = &from, &to
	}
	return g, nil
}
