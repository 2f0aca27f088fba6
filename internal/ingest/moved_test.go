package ingest_test

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// TestAMovedRecordStaysWhereAPersonPutIt, and one that was deleted and restored is the file's again.
func TestAMovedRecordStaysWhereAPersonPutIt(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	rows, bulk := db.Fleet(), db.Bulk()
	importOf := func(e ingest.Entity, columns, file string) ingest.Report {
		t.Helper()
		r, err := ingest.Run(t.Context(), bulk, v, ingest.Options{Entity: e, SkipBad: true, WithoutSourceRef: true,
			Mapping: ingest.Mapping{DefaultCategory: "Crane", Columns: mappingOf(columns)}}, strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	importOf(ingest.Equipment, "name=Name", "Name\nA\nB\n")
	work := func(machine, cost, hours string) ingest.Report {
		t.Helper()
		return importOf(ingest.Maintenance, "sourceRef=Nr,equipment=Machine,maintenanceDate=Day,cost=Cost,labourHours=Hours",
			"Nr,Machine,Day,Cost,Hours\n1,"+machine+",2026-01-02,"+cost+","+hours+"\n")
	}
	if r := work("A", "5", "1.5"); r.Created != 1 {
		t.Fatalf("%+v", r)
	}
	a, b := machinesOf(t, db, v)[0].ID, machinesOf(t, db, v)[1].ID
	record := func() *fleet.MaintenanceRecord {
		t.Helper()
		page, err := rows.MaintenancePage(t.Context(), v, nil, fleet.MaintenanceDateDesc, fleet.Window{Limit: 9})
		if err != nil || len(page.Items) != 1 {
			t.Fatal(page.Items, err)
		}
		return page.Items[0]
	}
	is := func(r ingest.Report, updated, rejected int64, machine fleet.UUID, cost, hours string) {
		t.Helper()
		m := record()
		if r.Updated != updated || r.Rejected != rejected || m.EquipmentID != machine || text(m.Cost) != cost ||
			text(m.LabourHours) != hours {
			t.Errorf("%+v: of %v, cost %s, %s hours", r, m.EquipmentID, text(m.Cost), text(m.LabourHours))
		}
	}
	is(ingest.Report{}, 0, 0, a, "5.00", "1.50")
	if _, err := rows.MoveMaintenance(t.Context(), v, fleet.WriteInfo{}, record().ID, nil, b); err != nil {
		t.Fatal(err)
	}
	is(work("A", "5", "1.5"), 0, 0, b, "5.00", "1.50")
	is(work("A", "6", "2"), 1, 0, b, "6.00", "2.00")
	is(work("B", "6", "2"), 0, 0, b, "6.00", "2.00") // the file has followed
	id := record().ID
	if _, err := rows.DeleteMaintenance(t.Context(), v, fleet.WriteInfo{}, id, nil); err != nil {
		t.Fatal(err)
	}
	if r := work("B", "7", "2"); r.Deleted != 1 || r.Updated != 0 || r.Created != 0 {
		t.Errorf("a deleted record is imported again: %+v", r)
	}
	if _, err := rows.RestoreMaintenance(t.Context(), v, fleet.WriteInfo{}, id, nil); err != nil {
		t.Fatal(err)
	}
	is(work("B", "7", "2"), 1, 0, b, "7.00", "2.00")
}
