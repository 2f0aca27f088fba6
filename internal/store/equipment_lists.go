package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// EquipmentByOperator returns a page of the machines that each operator runs now. One statement;
// index equipment_by_operator.
func (s *Fleet) EquipmentByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	f *fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Equipment],
	error) {
	return s.equipmentBy(ctx, v, "e.operator_id", operators, f, o, w)
}

// EquipmentCountByOperator returns the number of machines that each operator runs now and that
// match f. One statement; index equipment_by_operator.
func (s *Fleet) EquipmentCountByOperator(ctx context.Context, v fleet.Viewer, operators []fleet.UUID,
	f *fleet.EquipmentFilter) (map[fleet.UUID]int, error) {
	return s.equipmentCountBy(ctx, v, "e.operator_id", operators, f)
}

// EquipmentBySite returns a page of the machines that are at each site now. One statement; index equipment_by_site.
func (s *Fleet) EquipmentBySite(ctx context.Context, v fleet.Viewer, sites []fleet.UUID,
	f *fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Equipment],
	error) {
	return s.equipmentBy(ctx, v, "e.site_id", sites, f, o, w)
}

// EquipmentCountBySite returns the number of machines that are at each site now and that match f. One statement;
// index equipment_by_site.
func (s *Fleet) EquipmentCountBySite(ctx context.Context, v fleet.Viewer, sites []fleet.UUID,
	f *fleet.EquipmentFilter) (map[fleet.UUID]int, error) {
	return s.equipmentCountBy(ctx, v, "e.site_id", sites, f)
}

// equipmentBy returns a page of the machines that have each parent in a column.
func (s *Fleet) equipmentBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.Equipment],
	error) {
	q, outer := s.query(), s.query()
	q.TableExpr("equipment AS e")
	equipmentWhere(q, v, f)
	q.Where(parent + " = k.id")
	q.window("e", equipmentColumns, equipmentSortKey(o), w)
	outer.perParent(q, parents, "e")
	groups, err := collectGroups(ctx, outer, scanEquipment)
	if err != nil {
		return nil, fmt.Errorf("equipment by %s: %w", parent, err)
	}
	return pages(w, parents, groups), nil
}

// equipmentCountBy returns the number of machines that have each parent in a column.
func (s *Fleet) equipmentCountBy(ctx context.Context, v fleet.Viewer, parent string, parents []fleet.UUID,
	f *fleet.EquipmentFilter) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("equipment AS e").ColumnExpr(parent + ", count(*)").GroupExpr(parent)
	equipmentWhere(q, v, f)
	q.Where(q.args.in(parent, parents))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count equipment by %s: %w", parent, err)
	}
	return counts, nil
}
