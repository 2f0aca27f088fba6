package graph

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
)

// kpiRecords is the list of the records that a key figure of the machines of a filter is computed from.
func (r *Resolver) kpiRecords(k *fleet.Kpi) list[fleet.MaintenanceRecord] {
	l := r.maintenanceList(nil, nil)
	l.page = func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.MaintenanceRecord], error) {
		return r.Store.KpiRecords(ctx, v, k, w)
	}
	l.number = func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.KpiRecordCount(ctx, v, k) }
	return l
}

// kpiRecordsOfEquipment is the list of the records that a key figure of a machine is computed from.
func (r *Resolver) kpiRecordsOfEquipment(k *fleet.Kpi) listOf[fleet.MaintenanceRecord] {
	return listOf[fleet.MaintenanceRecord]{
		list: r.maintenanceList(nil, nil),
		pages: func(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID, w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MaintenanceRecord], error) {
			return r.Store.KpiRecordsByEquipment(ctx, v, equipment, k.Name, k.Window, w)
		},
		numbers: func(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID) (map[fleet.UUID]int, error) {
			return r.Store.KpiRecordCountByEquipment(ctx, v, equipment, k.Name, k.Window)
		},
	}
}
