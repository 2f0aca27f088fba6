package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// DashboardStats counts the visible machines of a scope. One statement, so that all figures come
// from one snapshot; index-only scan of equipment_by_status for the company, of
// equipment_by_user_status for one user; and company_changes_by_company.
func (s *Fleet) DashboardStats(ctx context.Context, v fleet.Viewer, scope fleet.StatsScope) (fleet.DashboardStats,
	error) {
	q := s.query()
	q.TableExpr("equipment AS e").
		ColumnExpr("count(*)").
		ColumnExpr("round(avg(e.cost), 2)::text").
		ColumnExpr("coalesce(sum(e.cost), 0.00)::text").
		ColumnExpr("statement_timestamp()")
	if v.SeesSequence() {
		q.ColumnExpr("(SELECT coalesce(sum(c.changes), 0)::bigint FROM company_changes c WHERE c.company_id = ?)",
			q.arg([16]byte(v.CompanyID)))
	} else {
		q.ColumnExpr("NULL::bigint")
	}
	for _, status := range fleet.EquipmentStatuses() {
		q.ColumnExpr("count(*) FILTER (WHERE e.status = ?)", q.arg(string(status)))
	}
	var ofUser *fleet.EquipmentFilter
	if user := v.StatsUser(scope); user != nil {
		ofUser = &fleet.EquipmentFilter{User: &fleet.IDFilter{In: fleet.RowIDs(fleet.KindUser, *user)}}
	}
	equipmentWhere(q, v, ofUser)

	var stats fleet.DashboardStats
	targets := []any{&stats.TotalEquipment, &stats.AverageCost, (*string)(&stats.TotalValue), &stats.ComputedAt,
		&stats.Sequence}
	stats.StatusCounts = make([]fleet.StatusCount, len(fleet.EquipmentStatuses()))
	for i, status := range fleet.EquipmentStatuses() {
		stats.StatusCounts[i].Status = status
		targets = append(targets, &stats.StatusCounts[i].Count)
	}
	if _, err := fetch(ctx, q, func(rows pgx.Rows) (struct{}, error) {
		return pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
			return struct{}{}, row.Scan(targets...)
		})
	}); err != nil {
		return fleet.DashboardStats{}, fmt.Errorf("dashboard statistics: %w", err)
	}
	for _, c := range stats.StatusCounts {
		switch c.Status {
		case fleet.EquipmentActive:
			stats.ActiveEquipment = c.Count
		case fleet.EquipmentMaintenance:
			stats.MaintenanceEquipment = c.Count
		}
	}
	stats.ComputedAt = stats.ComputedAt.UTC()
	return stats, nil
}

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
		order := dimensions[d]
		if d == fleet.ByCategory {
			order += " COLLATE fleet_natural"
		}
		q.ColumnExpr(dimensions[d]).GroupExpr(dimensions[d]).OrderExpr(order)
	}
	q.ColumnExpr("count(*), coalesce(sum(m.cost), 0.00)::text, round(avg(m.cost), 2)::text, " +
		"count(*) - count(m.cost), min(m.maintenance_date), max(m.maintenance_date)")
	maintenanceWhere(q, v, f, ofNothing)
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
