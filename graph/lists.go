package graph

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
)

// filteredPages reads a page of the rows of each parent that meet a filter, in an order, and filteredNumbers their
// number.
type (
	filteredPages[T, F, O any] func(context.Context, fleet.Viewer, []fleet.UUID, F, O, fleet.Window) (map[fleet.UUID]fleet.Page[*T], error)
	filteredNumbers[F any]     func(context.Context, fleet.Viewer, []fleet.UUID, F) (map[fleet.UUID]int, error)
)

// filteredOf is the list of the rows of a parent that meet f, in the order o. all is the list of all parents' rows.
func filteredOf[T, F, O any](
	all list[T],
	pages filteredPages[T, F, O],
	numbers filteredNumbers[F],
	f F,
	o O,
) listOf[T] {
	return listOf[T]{
		list: all,
		pages: func(ctx context.Context, v fleet.Viewer, parents []fleet.UUID, w fleet.Window) (map[fleet.UUID]fleet.Page[*T], error) {
			return pages(ctx, v, parents, f, o, w)
		},
		numbers: func(ctx context.Context, v fleet.Viewer, parents []fleet.UUID) (map[fleet.UUID]int, error) {
			return numbers(ctx, v, parents, f)
		},
	}
}

// equipmentList is the list of the company's machines that meet f, in an order.
func (r *Resolver) equipmentList(f *fleet.EquipmentFilter, order *fleet.EquipmentOrder) list[fleet.Equipment] {
	o := or(order, fleet.EquipmentCreatedAtDesc)
	return list[fleet.Equipment]{
		check: f.Check,
		in:    o.List,
		at:    func(e *fleet.Equipment) fleet.Position { return e.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.Equipment], error) {
			return r.Store.EquipmentPage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.EquipmentCount(ctx, v, f) },
	}
}

// equipmentOf is the list of the machines of a row, such as an operator's, that meet f, in an order.
func (r *Resolver) equipmentOf(
	pages filteredPages[fleet.Equipment, *fleet.EquipmentFilter, fleet.EquipmentOrder],
	numbers filteredNumbers[*fleet.EquipmentFilter],
	f *fleet.EquipmentFilter,
	order *fleet.EquipmentOrder,
) listOf[fleet.Equipment] {
	return filteredOf(r.equipmentList(f, order), pages, numbers, f, or(order, fleet.EquipmentCreatedAtDesc))
}

// siteList is the list of the company's sites that meet f, in an order.
func (r *Resolver) siteList(f *fleet.SiteFilter, order *fleet.SiteOrder) list[fleet.Site] {
	o := or(order, fleet.SiteNameAsc)
	return list[fleet.Site]{
		check: f.Check,
		in:    o.List,
		at:    func(s *fleet.Site) fleet.Position { return s.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.Site], error) {
			return r.Store.SitePage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.SiteCount(ctx, v, f) },
	}
}

// savedQueryList is the list of the company's saved queries that meet f, in an order.
func (r *Resolver) savedQueryList(f *fleet.SavedQueryFilter, order *fleet.SavedQueryOrder) list[fleet.SavedQuery] {
	o := or(order, fleet.SavedQueryNameAsc)
	return list[fleet.SavedQuery]{
		check: f.Check,
		in:    o.List,
		at:    func(q *fleet.SavedQuery) fleet.Position { return q.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.SavedQuery], error) {
			return r.Store.SavedQueryPage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.SavedQueryCount(ctx, v, f) },
	}
}

// savedQueryVersions is the list of the versions of a saved query.
func (r *Resolver) savedQueryVersions() listOf[fleet.SavedQueryVersion] {
	return listOf[fleet.SavedQueryVersion]{
		list: list[fleet.SavedQueryVersion]{
			check: func() error { return nil }, in: fleet.SavedQueryVersionList, at: (*fleet.SavedQueryVersion).Position,
		},
		pages:   r.Store.SavedQueryVersions,
		numbers: r.Store.SavedQueryVersionCounts,
	}
}

// assignmentPlans is the list of the open assignment plans of a machine or an operator.
func assignmentPlans(
	pages func(context.Context, fleet.Viewer, []fleet.UUID, fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.AssignmentPlan], error),
	numbers func(context.Context, fleet.Viewer, []fleet.UUID) (map[fleet.UUID]int, error),
) listOf[fleet.AssignmentPlan] {
	return listOf[fleet.AssignmentPlan]{
		list: list[fleet.AssignmentPlan]{
			check: func() error { return nil }, in: fleet.AssignmentPlanList, at: (*fleet.AssignmentPlan).Position,
		},
		pages:   pages,
		numbers: numbers,
	}
}

// siteMoves is the list of the moves of a machine.
func (r *Resolver) siteMoves() listOf[fleet.SiteMove] {
	return listOf[fleet.SiteMove]{
		list: list[fleet.SiteMove]{
			check: func() error { return nil }, in: fleet.SiteMoveList, at: (*fleet.SiteMove).Position,
		},
		pages:   r.Store.SiteMovesByEquipment,
		numbers: r.Store.SiteMoveCountByEquipment,
	}
}

// paperList is the list of the company's papers that meet f, in an order.
func (r *Resolver) paperList(f *fleet.PaperFilter, order *fleet.PaperOrder) list[fleet.Paper] {
	o := or(order, fleet.PaperValidUntilAsc)
	return list[fleet.Paper]{
		check: f.Check,
		in:    o.List,
		at:    func(p *fleet.Paper) fleet.Position { return p.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.Paper], error) {
			return r.Store.PaperPage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.PaperCount(ctx, v, f) },
	}
}

// papersOf is the list of the papers of a machine or an operator that meet f, in an order.
func (r *Resolver) papersOf(
	pages filteredPages[fleet.Paper, *fleet.PaperFilter, fleet.PaperOrder],
	numbers filteredNumbers[*fleet.PaperFilter],
	f *fleet.PaperFilter,
	order *fleet.PaperOrder,
) listOf[fleet.Paper] {
	return filteredOf(r.paperList(f, order), pages, numbers, f, or(order, fleet.PaperValidUntilAsc))
}

// operatorList is the list of the company's operators that meet f, in an order.
func (r *Resolver) operatorList(f *fleet.OperatorFilter, order *fleet.OperatorOrder) list[fleet.Operator] {
	o := or(order, fleet.OperatorNameAsc)
	return list[fleet.Operator]{
		check: f.Check,
		in:    o.List,
		at:    func(op *fleet.Operator) fleet.Position { return op.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.Operator], error) {
			return r.Store.OperatorPage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.OperatorCount(ctx, v, f) },
	}
}

// maintenanceList is the list of the company's maintenance records that meet f, in an order.
func (r *Resolver) maintenanceList(
	f *fleet.MaintenanceFilter,
	order *fleet.MaintenanceOrder,
) list[fleet.MaintenanceRecord] {
	o := or(order, fleet.MaintenanceDateDesc)
	return list[fleet.MaintenanceRecord]{
		check: f.Check,
		in:    o.List,
		at:    func(m *fleet.MaintenanceRecord) fleet.Position { return m.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.MaintenanceRecord], error) {
			return r.Store.MaintenancePage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.MaintenanceCount(ctx, v, f) },
	}
}

// maintenanceOfEquipment is the list of a machine's records.
func (r *Resolver) maintenanceOfEquipment(
	f *fleet.MaintenanceFilter,
	order *fleet.MaintenanceOrder,
) listOf[fleet.MaintenanceRecord] {
	return filteredOf(r.maintenanceList(f, order), r.Store.MaintenanceByEquipment, r.Store.MaintenanceCountByEquipment, f,
		or(order, fleet.MaintenanceDateDesc))
}

// assignmentsOf is the list of the assignments of a machine or an operator that meet f, in an order.
func assignmentsOf(
	pages filteredPages[fleet.Assignment, *fleet.AssignmentFilter, fleet.AssignmentOrder],
	numbers filteredNumbers[*fleet.AssignmentFilter],
	f *fleet.AssignmentFilter,
	order *fleet.AssignmentOrder,
) listOf[fleet.Assignment] {
	o := or(order, fleet.AssignmentAssignedAtDesc)
	return filteredOf(list[fleet.Assignment]{
		check: f.Check,
		in:    o.List,
		at:    func(a *fleet.Assignment) fleet.Position { return a.Position(o) },
	}, pages, numbers, f, o)
}

// meterReadings is the list of the readings of a machine's hour meter, or of a further meter, that meet f, in an order.
func meterReadings(
	pages filteredPages[fleet.MeterReading, *fleet.MeterReadingFilter, fleet.MeterReadingOrder],
	numbers filteredNumbers[*fleet.MeterReadingFilter],
	f *fleet.MeterReadingFilter,
	order *fleet.MeterReadingOrder,
) listOf[fleet.MeterReading] {
	o := or(order, fleet.MeterReadingReadAtDesc)
	return filteredOf(list[fleet.MeterReading]{
		check: f.Check,
		in:    o.List,
		at:    func(reading *fleet.MeterReading) fleet.Position { return reading.Position(o) },
	}, pages, numbers, f, o)
}

// statusPeriods is the list of the periods in which a machine had one status.
func (r *Resolver) statusPeriods() listOf[fleet.StatusPeriod] {
	return listOf[fleet.StatusPeriod]{
		list: list[fleet.StatusPeriod]{
			check: func() error { return nil }, in: fleet.StatusPeriodList, at: (*fleet.StatusPeriod).Position,
		},
		pages:   r.Store.StatusPeriodsByEquipment,
		numbers: r.Store.StatusPeriodCountByEquipment,
	}
}

// historyList is the list of the entries of the company's history that meet f.
func (r *Resolver) historyList(f *fleet.HistoryFilter) list[fleet.HistoryEntry] {
	return list[fleet.HistoryEntry]{
		check: f.Check, in: fleet.HistoryList, at: (*fleet.HistoryEntry).Position,
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.HistoryEntry], error) {
			return r.Store.HistoryPage(ctx, v, f, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.HistoryCount(ctx, v, f) },
	}
}

// historyOf is the list of the entries of one row's history.
func (r *Resolver) historyOf() listOf[fleet.HistoryEntry] {
	return listOf[fleet.HistoryEntry]{
		list:    r.historyList(nil),
		pages:   r.Store.HistoryBySubject,
		numbers: r.Store.HistoryCountBySubject,
	}
}

// serviceScheduleList is the list of the company's service schedules that meet f, in an order.
func (r *Resolver) serviceScheduleList(
	f *fleet.ServiceScheduleFilter,
	order *fleet.ServiceScheduleOrder,
) list[fleet.ServiceSchedule] {
	o := or(order, fleet.ScheduleTitleAsc)
	return list[fleet.ServiceSchedule]{
		check: f.Check,
		in:    o.List,
		at:    func(s *fleet.ServiceSchedule) fleet.Position { return s.Position(o) },
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.ServiceSchedule], error) {
			return r.Store.SchedulePage(ctx, v, f, o, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.ScheduleCount(ctx, v, f) },
	}
}

// servicesOf is the list of the next services of a machine.
func (r *Resolver) servicesOf() listOf[fleet.ScheduledService] {
	return listOf[fleet.ScheduledService]{
		list: list[fleet.ScheduledService]{
			check: func() error { return nil }, in: fleet.ScheduledServiceList, at: (*fleet.ScheduledService).Position,
		},
		pages:   r.Store.ServicesByEquipment,
		numbers: r.Store.ServiceCountByEquipment,
	}
}

// dueMaintenance is the list of what is to be done on the company's machines and meets f.
func (r *Resolver) dueMaintenance(f *fleet.DueMaintenanceFilter) list[fleet.DueMaintenance] {
	return list[fleet.DueMaintenance]{
		check: f.Check, in: fleet.DueMaintenanceList, at: (*fleet.DueMaintenance).Position,
		page: func(ctx context.Context, v fleet.Viewer, w fleet.Window) (fleet.Page[*fleet.DueMaintenance], error) {
			return r.Store.DueMaintenancePage(ctx, v, f, w)
		},
		number: func(ctx context.Context, v fleet.Viewer) (int, error) { return r.Store.DueMaintenanceCount(ctx, v, f) },
	}
}
