package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const periodColumns = `s.id, s.equipment_id, s.status, s.since, s.until, s.user_id`

func scanPeriod(row pgx.CollectableRow, before ...any) (*fleet.StatusPeriod, error) {
	p := new(fleet.StatusPeriod)
	err := row.Scan(append(before, (*[16]byte)(&p.ID), (*[16]byte)(&p.EquipmentID), (*string)(&p.Status), &p.Since,
		&p.Until, &p.UserID)...)
	return p, err
}

// periodSortKey is the beginning as in the index: the first period of a machine begins before all others.
var periodSortKey = sortKey{`coalesce(s.since, '0001-01-01T00:00:00Z'::timestamptz)`, "?::timestamptz", true}

// StatusPeriodsByEquipment returns a page of the periods of each machine, newest first. One statement; index
// equipment_status_by_equipment.
func (s *Fleet) StatusPeriodsByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.StatusPeriod], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("equipment_status_periods AS s")
	q.shown(ofPeriods, "s", v, deletedRows{of: ofEquipment})
	q.Where("s.equipment_id = k.id")
	q.window("s", periodColumns, periodSortKey, w)
	outer.perParent(q, equipment, "s")
	groups, err := collectGroups(ctx, outer, scanPeriod)
	if err != nil {
		return nil, fmt.Errorf("status periods: %w", err)
	}
	return pages(w, equipment, groups), nil
}

// StatusPeriodCountByEquipment returns the number of periods of each machine. One statement; index
// equipment_status_by_equipment.
func (s *Fleet) StatusPeriodCountByEquipment(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("equipment_status_periods AS s").ColumnExpr("s.equipment_id, count(*)").GroupExpr("s.equipment_id")
	q.shown(ofPeriods, "s", v, deletedRows{of: ofEquipment})
	q.Where(q.args.in("s.equipment_id", equipment))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count status periods: %w", err)
	}
	return counts, nil
}
