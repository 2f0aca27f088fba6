package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// DashboardStats returns the figures of the visible machines of a scope. One statement, so that all of them
// come from one snapshot; index-only scan of equipment_sums_by_user and of company_changes_by_company. For
// an OPERATOR it counts the few machines that the operator runs.
func (s *Fleet) DashboardStats(ctx context.Context, v fleet.Viewer, scope fleet.StatsScope) (fleet.DashboardStats,
	error) {
	q := s.query()
	if v.Role == fleet.RoleOperator {
		q.countMachines(v)
	} else {
		q.sumMachines(v, scope)
	}
	q.ColumnExpr("statement_timestamp()")
	if v.SeesSequence() {
		q.ColumnExpr("(SELECT coalesce(sum(c.changes), 0)::bigint FROM company_changes c WHERE c.company_id = ?)",
			q.arg([16]byte(v.CompanyID)))
	} else {
		q.ColumnExpr("NULL::bigint")
	}

	var stats fleet.DashboardStats
	targets := []any{&stats.TotalEquipment, &stats.AverageCost, (*string)(&stats.TotalValue)}
	stats.StatusCounts = make([]fleet.StatusCount, len(fleet.EquipmentStatuses()))
	for i, status := range fleet.EquipmentStatuses() {
		stats.StatusCounts[i].Status = status
		targets = append(targets, &stats.StatusCounts[i].Count)
	}
	targets = append(targets, &stats.ComputedAt, &stats.Sequence)
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

// sumMachines selects the number of machines, their mean and total cost and the number in each status from
// the sums that triggers keep (migrations/00054_equipment_sums.sql).
func (q *query) sumMachines(v fleet.Viewer, scope fleet.StatsScope) {
	q.TableExpr("equipment_sums AS s").
		ColumnExpr("coalesce(sum(s.machines), 0)::bigint").
		ColumnExpr("round(sum(s.cost) / nullif(sum(s.priced), 0), 2)::text").
		ColumnExpr("round(coalesce(sum(s.cost), 0), 2)::text")
	for _, status := range fleet.EquipmentStatuses() {
		q.ColumnExpr("coalesce(sum(s.machines) FILTER (WHERE s.status = ?), 0)::bigint", q.arg(string(status)))
	}
	q.visible(ofSums, "s", v)
	if user := v.StatsUser(scope); user != nil {
		q.where("s.user_id = ?", [16]byte(*user))
	} else {
		q.Where("s.user_id IS NULL")
	}
}

// countMachines selects the same from the machines that the viewer sees.
func (q *query) countMachines(v fleet.Viewer) {
	q.TableExpr("equipment AS e").
		ColumnExpr("count(*)").
		ColumnExpr("round(avg(e.cost), 2)::text").
		ColumnExpr("coalesce(sum(e.cost), 0.00)::text")
	for _, status := range fleet.EquipmentStatuses() {
		q.ColumnExpr("count(*) FILTER (WHERE e.status = ?)", q.arg(string(status)))
	}
	equipmentWhere(q, v, nil)
}

// FoldEquipmentSums replaces the rows of equipment_sums that add up to one figure by their sum, so that
// statistics stay fast to read. The sums are the same in every snapshot. When several instances fold at
// the same time, one of them does it. One statement; it reads the whole table, which it keeps small.
func (s *DB) FoldEquipmentSums(ctx context.Context) error {
	_, err := s.exec(ctx, `
		WITH lock AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('fold equipment_sums')) AS acquired),
		many AS (
		  SELECT company_id, user_id, status FROM equipment_sums GROUP BY 1, 2, 3
		  HAVING count(*) > 1 OR sum(machines) = 0 AND sum(priced) = 0 AND sum(cost) = 0),
		old AS (
		  DELETE FROM equipment_sums s USING lock, many m
		  WHERE  lock.acquired AND s.company_id = m.company_id AND s.status = m.status
			AND s.user_id IS NOT DISTINCT FROM m.user_id
		  RETURNING s.*)
		INSERT INTO equipment_sums
		SELECT company_id, user_id, status, sum(machines), sum(priced), sum(cost) FROM old GROUP BY 1, 2, 3
		HAVING sum(machines) <> 0 OR sum(priced) <> 0 OR sum(cost) <> 0`)
	if err != nil {
		return fmt.Errorf("fold sums of equipment: %w", err)
	}
	return nil
}
