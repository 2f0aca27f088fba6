package store

import "bitcorp.dev/fleet/internal/fleet"

// The Reads of lists. Each reads what the method without Read in its name returns, by the same index.

func (s Reads) equipmentOrdered(v fleet.Viewer, f *fleet.EquipmentFilter, o fleet.EquipmentOrder) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindEquipment], key: equipmentSortKey(o),
		where: func(q *query) { equipmentWhere(q, v, f) },
	}
}

// ReadEquipmentPage reads a page of EquipmentPage. One statement.
func (s Reads) ReadEquipmentPage(v fleet.Viewer, f *fleet.EquipmentFilter, o fleet.EquipmentOrder, w fleet.Window,
	c Columns) Read {
	return s.readPage(s.equipmentOrdered(v, f, o), !equipmentIndexed(v, f, o), w, c)
}

// ReadEquipmentCount counts as EquipmentCount does. One statement.
func (s Reads) ReadEquipmentCount(v fleet.Viewer, f *fleet.EquipmentFilter) Read {
	return s.readCount(s.equipmentOrdered(v, f, ""))
}

// ReadEquipmentByOperator reads the pages of EquipmentByOperator. One statement.
func (s Reads) ReadEquipmentByOperator(v fleet.Viewer, operators []fleet.UUID, f *fleet.EquipmentFilter,
	o fleet.EquipmentOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.equipmentOrdered(v, f, o), "e.operator_id", operators, w, c)
}

// ReadEquipmentCountByOperator counts as EquipmentCountByOperator does. One statement.
func (s Reads) ReadEquipmentCountByOperator(v fleet.Viewer, operators []fleet.UUID, f *fleet.EquipmentFilter) Read {
	return s.readCountOf(s.equipmentOrdered(v, f, ""), "e.operator_id", operators)
}

// ReadEquipmentBySite reads the pages of EquipmentBySite. One statement.
func (s Reads) ReadEquipmentBySite(v fleet.Viewer, sites []fleet.UUID, f *fleet.EquipmentFilter,
	o fleet.EquipmentOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.equipmentOrdered(v, f, o), "e.site_id", sites, w, c)
}

// ReadEquipmentCountBySite counts as EquipmentCountBySite does. One statement.
func (s Reads) ReadEquipmentCountBySite(v fleet.Viewer, sites []fleet.UUID, f *fleet.EquipmentFilter) Read {
	return s.readCountOf(s.equipmentOrdered(v, f, ""), "e.site_id", sites)
}

func (s Reads) sitesOrdered(v fleet.Viewer, f *fleet.SiteFilter, o fleet.SiteOrder) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindSite], key: siteSortKey(o),
		where: func(q *query) { siteWhere(q, v, f) },
	}
}

// ReadSitePage reads a page of SitePage. One statement.
func (s Reads) ReadSitePage(v fleet.Viewer, f *fleet.SiteFilter, o fleet.SiteOrder, w fleet.Window, c Columns) Read {
	return s.readPage(s.sitesOrdered(v, f, o), f != nil, w, c)
}

// ReadSiteCount counts as SiteCount does. One statement.
func (s Reads) ReadSiteCount(v fleet.Viewer, f *fleet.SiteFilter) Read {
	return s.readCount(s.sitesOrdered(v, f, ""))
}

func (s Reads) operatorsOrdered(v fleet.Viewer, f *fleet.OperatorFilter, o fleet.OperatorOrder) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindOperator], key: operatorSortKey(o),
		where: func(q *query) { operatorWhere(q, v, f) },
	}
}

// ReadOperatorPage reads a page of OperatorPage. One statement.
func (s Reads) ReadOperatorPage(v fleet.Viewer, f *fleet.OperatorFilter, o fleet.OperatorOrder, w fleet.Window,
	c Columns) Read {
	return s.readPage(s.operatorsOrdered(v, f, o), f != nil, w, c)
}

// ReadOperatorCount counts as OperatorCount does. One statement.
func (s Reads) ReadOperatorCount(v fleet.Viewer, f *fleet.OperatorFilter) Read {
	return s.readCount(s.operatorsOrdered(v, f, ""))
}

// ReadOperatorsByEquipment reads the operators of machines by the machines' ids. One statement, primary keys.
func (s Reads) ReadOperatorsByEquipment(v fleet.Viewer, equipment []fleet.UUID, c Columns) Read {
	var args arguments
	t := rowsOfKind[fleet.KindOperator]
	text := "SELECT e.id, " + t.list(c, nil) + " FROM equipment e JOIN operators o ON o.id = e.operator_id WHERE " +
		args.in("e.id", equipment) + " AND " + visible(ofOperators, "o", v, args.add)
	return Read{text: text, args: args}
}

func (s Reads) maintenanceOrdered(v fleet.Viewer, f *fleet.MaintenanceFilter, o fleet.MaintenanceOrder,
	through rowsOf) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindMaintenance], key: maintenanceSortKey(o),
		where: func(q *query) { maintenanceWhere(q, v, f, through) },
	}
}

// ReadMaintenancePage reads a page of MaintenancePage. One statement.
func (s Reads) ReadMaintenancePage(v fleet.Viewer, f *fleet.MaintenanceFilter, o fleet.MaintenanceOrder,
	w fleet.Window, c Columns) Read {
	return s.readPage(s.maintenanceOrdered(v, f, o, ofNothing), !recordsIndexed(v, f, o), w, c)
}

// ReadMaintenanceCount counts as MaintenanceCount does. One statement.
func (s Reads) ReadMaintenanceCount(v fleet.Viewer, f *fleet.MaintenanceFilter) Read {
	return s.readCount(s.maintenanceOrdered(v, f, "", ofNothing))
}

// ReadMaintenanceByEquipment reads the pages of MaintenanceByEquipment. One statement.
func (s Reads) ReadMaintenanceByEquipment(v fleet.Viewer, equipment []fleet.UUID, f *fleet.MaintenanceFilter,
	o fleet.MaintenanceOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.maintenanceOrdered(v, f, o, ofEquipment), "m.equipment_id", equipment, w, c)
}

// ReadMaintenanceCountByEquipment counts as MaintenanceCountByEquipment does. One statement.
func (s Reads) ReadMaintenanceCountByEquipment(v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MaintenanceFilter) Read {
	return s.readCountOf(s.maintenanceOrdered(v, f, "", ofEquipment), "m.equipment_id", equipment)
}

// ReadLatestMaintenance reads what LatestMaintenance returns. One statement.
func (s Reads) ReadLatestMaintenance(v fleet.Viewer, equipment []fleet.UUID, c Columns) Read {
	return s.readFirstOfEach(v, equipment, latestWork, c)
}

// ReadNextMaintenance reads what NextMaintenance returns. One statement.
func (s Reads) ReadNextMaintenance(v fleet.Viewer, equipment []fleet.UUID, c Columns) Read {
	return s.readFirstOfEach(v, equipment, nextWork, c)
}

// readFirstOfEach reads what firstOfEach returns. One statement. One machine needs no LATERAL: compared by =, the
// statement is not planned anew each time (see arguments.in).
func (s Reads) readFirstOfEach(v fleet.Viewer, equipment []fleet.UUID, which string, c Columns) Read {
	var args arguments
	t := rowsOfKind[fleet.KindMaintenance]
	if len(equipment) == 1 {
		text := "SELECT m.equipment_id, " + t.list(c, nil) + " FROM maintenance_records m WHERE m.equipment_id = " +
			args.add([16]byte(equipment[0])) + " AND " + shown(ofRecords, "m", v, deletedRows{of: ofEquipment}, args.add) +
			" AND " + which + " LIMIT 1"
		return Read{text: text, args: args}
	}
	text := "SELECT k.id, m.* FROM unnest(" + args.add(
		uuids(equipment),
	) + "::uuid[]) AS k(id) CROSS JOIN LATERAL (SELECT " +
		t.list(
			c,
			nil,
		) + " FROM maintenance_records m WHERE m.equipment_id = k.id AND " +
		shown(
			ofRecords,
			"m",
			v,
			deletedRows{of: ofEquipment},
			args.add,
		) + " AND " + which + " LIMIT 1) AS m"
	return Read{text: text, args: args}
}

func (s Reads) assignmentsOrdered(v fleet.Viewer, f *fleet.AssignmentFilter, o fleet.AssignmentOrder,
	through rowsOf) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindAssignment], key: assignmentSortKey(o),
		where: func(q *query) { assignmentWhere(q, v, f, through) },
	}
}

// ReadAssignmentsByEquipment reads the pages of AssignmentsByEquipment. One statement.
func (s Reads) ReadAssignmentsByEquipment(v fleet.Viewer, equipment []fleet.UUID, f *fleet.AssignmentFilter,
	o fleet.AssignmentOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.assignmentsOrdered(v, f, o, ofEquipment), "a.equipment_id", equipment, w, c)
}

// ReadAssignmentCountByEquipment counts as AssignmentCountByEquipment does. One statement.
func (s Reads) ReadAssignmentCountByEquipment(v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.AssignmentFilter) Read {
	return s.readCountOf(s.assignmentsOrdered(v, f, "", ofEquipment), "a.equipment_id", equipment)
}

// ReadAssignmentsByOperator reads the pages of AssignmentsByOperator. One statement.
func (s Reads) ReadAssignmentsByOperator(v fleet.Viewer, operators []fleet.UUID, f *fleet.AssignmentFilter,
	o fleet.AssignmentOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.assignmentsOrdered(v, f, o, ofOperators), "a.operator_id", operators, w, c)
}

// ReadAssignmentCountByOperator counts as AssignmentCountByOperator does. One statement.
func (s Reads) ReadAssignmentCountByOperator(v fleet.Viewer, operators []fleet.UUID,
	f *fleet.AssignmentFilter) Read {
	return s.readCountOf(s.assignmentsOrdered(v, f, "", ofOperators), "a.operator_id", operators)
}

func (s Reads) readingsOrdered(v fleet.Viewer, f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder,
	of string) ordered {
	key := readingSortKey(o)
	return ordered{
		keyedRows: rowsOfKind[fleet.KindMeterReading], key: key, unique: key.expression == readAtKey,
		where: func(q *query) { readingWhere(q, v, f, of) },
	}
}

// ReadMeterReadingsByEquipment reads the pages of MeterReadingsByEquipment. One statement.
func (s Reads) ReadMeterReadingsByEquipment(v fleet.Viewer, equipment []fleet.UUID, f *fleet.MeterReadingFilter,
	o fleet.MeterReadingOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.readingsOrdered(v, f, o, ofHourMeter), "r.equipment_id", equipment, w, c)
}

// ReadMeterReadingCountByEquipment counts as MeterReadingCountByEquipment does. One statement.
func (s Reads) ReadMeterReadingCountByEquipment(v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MeterReadingFilter) Read {
	return s.readCountOf(s.readingsOrdered(v, f, "", ofHourMeter), "r.equipment_id", equipment)
}

// ReadMeterReadingsByMeter reads the pages of MeterReadingsByMeter. One statement.
func (s Reads) ReadMeterReadingsByMeter(v fleet.Viewer, meters []fleet.UUID, f *fleet.MeterReadingFilter,
	o fleet.MeterReadingOrder, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.readingsOrdered(v, f, o, ofFurtherMeter), "r.meter_id", meters, w, c)
}

// ReadMeterReadingCountByMeter counts as MeterReadingCountByMeter does. One statement.
func (s Reads) ReadMeterReadingCountByMeter(v fleet.Viewer, meters []fleet.UUID, f *fleet.MeterReadingFilter) Read {
	return s.readCountOf(s.readingsOrdered(v, f, "", ofFurtherMeter), "r.meter_id", meters)
}

func (s Reads) historyOrdered(v fleet.Viewer, f *fleet.HistoryFilter) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindHistory], key: historySortKey,
		where: func(q *query) { historyWhere(q, v, f) },
	}
}

// ReadHistoryPage reads a page of HistoryPage. One statement.
func (s Reads) ReadHistoryPage(v fleet.Viewer, f *fleet.HistoryFilter, w fleet.Window, c Columns) Read {
	return s.readPage(s.historyOrdered(v, f), f != nil, w, c)
}

// ReadHistoryCount counts as HistoryCount does. One statement.
func (s Reads) ReadHistoryCount(v fleet.Viewer, f *fleet.HistoryFilter) Read {
	return s.readCount(s.historyOrdered(v, f))
}

// ReadHistoryBySubject reads the pages of HistoryBySubject. One statement.
func (s Reads) ReadHistoryBySubject(v fleet.Viewer, subjects []fleet.UUID, w fleet.Window, c Columns) Read {
	return s.readPageOf(s.historyOrdered(v, nil), "h.subject_id", subjects, w, c)
}

// ReadHistoryCountBySubject counts as HistoryCountBySubject does. One statement.
func (s Reads) ReadHistoryCountBySubject(v fleet.Viewer, subjects []fleet.UUID) Read {
	return s.readCountOf(s.historyOrdered(v, nil), "h.subject_id", subjects)
}

func (s Reads) usersOrdered(v fleet.Viewer, f *fleet.UserFilter, o fleet.UserOrder) ordered {
	return ordered{
		keyedRows: rowsOfKind[fleet.KindUser], key: userSortKey(o),
		where: func(q *query) { userWhere(q, v, f) },
	}
}

// ReadUserPage reads a page of Identity.UserPage. One statement.
func (s Reads) ReadUserPage(v fleet.Viewer, f *fleet.UserFilter, o fleet.UserOrder, w fleet.Window,
	c Columns) Read {
	return s.readPage(s.usersOrdered(v, f, o), f != nil, w, c)
}

// ReadUserCount counts as Identity.UserCount does. One statement.
func (s Reads) ReadUserCount(v fleet.Viewer, f *fleet.UserFilter) Read {
	return s.readCount(s.usersOrdered(v, f, ""))
}
