package ingest_test

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// TestAFileThatNamesADuplicateMeansTheMachineThatStays, by its reference, serial number and id, also after two merges; no
// machine is made again.
func TestAFileThatNamesADuplicateMeansTheMachineThatStays(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	rows, bulk := db.Fleet(), db.Bulk()
	importOf := func(e ingest.Entity, columns, file string) ingest.Report {
		t.Helper()
		r, err := ingest.Run(t.Context(), bulk, v, ingest.Options{
			Entity:  e,
			SkipBad: true,
			Mapping: ingest.Mapping{
				DefaultCategory: "Crane",
				CreateMissing:   e == ingest.Maintenance,
				Columns:         mappingOf(columns),
			},
		}, strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	fleetFile := func() ingest.Report {
		t.Helper()
		return importOf(
			ingest.Equipment,
			"sourceRef=Nr,name=Name,serialNumber=Serial",
			"Nr,Name,Serial\nm1,A,S-1\nm2,B,S-2\nm3,C,S-3\n",
		)
	}
	if r := fleetFile(); r.Created != 3 {
		t.Fatalf("%+v", r)
	}
	byName := map[string]fleet.UUID{}
	for _, m := range machinesOf(t, db, v) {
		byName[m.Name] = m.ID
	}
	for _, m := range []fleet.Merge{{EquipmentID: byName["B"], DuplicateID: byName["C"]},
		{EquipmentID: byName["A"], DuplicateID: byName["B"]}} {
		if _, err := rows.MergeEquipment(t.Context(), v, fleet.WriteInfo{}, m); err != nil {
			t.Fatal(err)
		}
	}
	if r := fleetFile(); r.Created != 0 || r.Rejected != 0 {
		t.Errorf("the machines are imported again: %+v", r)
	}
	file := "Nr,Machine,Day\n1,m3,2026-01-02\n2,s 3,2026-01-02\n3,s-3,2026-01-02\n4," +
		fleet.GlobalID(fleet.KindEquipment, byName["C"]) + ",2026-01-02\n5,m2,2026-01-02\n"
	file = strings.ReplaceAll(file, "s 3", "S -3")
	if r := importOf(ingest.Maintenance, "sourceRef=Nr,equipment=Machine,maintenanceDate=Day", file); r.Created != 5 ||
		r.Rejected != 0 {
		t.Errorf("%+v", r)
	}
	page, err := rows.MaintenancePage(t.Context(), v, nil, fleet.MaintenanceDateDesc, fleet.Window{Limit: 9})
	if err != nil || len(page.Items) != 5 {
		t.Fatal(page.Items, err)
	}
	for _, m := range page.Items {
		if m.EquipmentID != byName["A"] {
			t.Errorf("a record is of another machine than A: %+v", m)
		}
	}
}
