package ingest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// contents writes what a company has: its records, machines that cannot run, machines and operators without any.
func contents(t *testing.T, db *store.DB, v fleet.Viewer) []string {
	t.Helper()
	var list []string
	fleetRows := machinesOf(t, db, v)
	byID := map[fleet.UUID]*fleet.Equipment{}
	for _, e := range fleetRows {
		byID[e.ID] = e
	}
	for _, r := range records(t, db, v) {
		list = append(list, line(byID[r.EquipmentID], r))
		if e := byID[r.EquipmentID]; !e.Status.CanRun() {
			list = append(list, fmt.Sprintf("%s is %s", e.Name, e.Status))
		}
	}
	if len(list) == 0 && len(records(t, db, v)) == 0 {
		for _, e := range fleetRows {
			list = append(list, fmt.Sprintf("%s|%s|%s|%s|%s", e.Name, text(e.SerialNumber), e.Category, e.Status, text(e.Cost)))
		}
	}
	page, err := db.Fleet().OperatorPage(t.Context(), v, nil, fleet.OperatorNameAsc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range page.Items {
		list = append(list, fmt.Sprintf("%s|%s|%s", o.FirstName, o.LastName, text(o.LicenseNumber)))
	}
	slices.Sort(list)
	return list
}

// line writes a record.
func line(e *fleet.Equipment, r *fleet.MaintenanceRecord) string {
	return fmt.Sprintf("%s|%s|%s|%s|%s|%s|%s|%s|%s|%s|%s", e.Name, r.MaintenanceDate, text(r.Description), r.Kind,
		text(r.SourceKind), r.Status, text(r.Cost), at(r.DownFrom), at(r.DownTo), text(r.MeterHours), text(r.SourceRef))
}

// recent writes the records of a source.
func recent(t *testing.T, db *store.DB, v fleet.Viewer, source string) (list []string) {
	t.Helper()
	byID := map[fleet.UUID]*fleet.Equipment{}
	for _, e := range machinesOf(t, db, v) {
		byID[e.ID] = e
	}
	var refs []string
	for i := range 8 {
		refs = append(refs, fmt.Sprintf("%s:%d", source, i))
	}
	page, err := db.Fleet().MaintenancePage(t.Context(), v, &fleet.MaintenanceFilter{
		SourceRef: &fleet.StringFilter{In: refs}}, fleet.MaintenanceDateAsc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range page.Items {
		list = append(list, line(byID[r.EquipmentID], r))
	}
	slices.Sort(list)
	return list
}

func machinesOf(t *testing.T, db *store.DB, v fleet.Viewer) []*fleet.Equipment {
	t.Helper()
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func text[T ~string](s *T) string {
	if s == nil {
		return ""
	}
	return string(*s)
}

func at(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// deleteRecord deletes all records, as a person does with one.
func deleteRecord(t *testing.T, _ *store.DB, url string, _ fleet.Viewer) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), `UPDATE maintenance_records SET deleted_at = now()`); err != nil {
		t.Fatal(err)
	}
}

// retireFirst retires the first machine and moves it to another category, as a person does.
func retireFirst(t *testing.T, db *store.DB, _ string, v fleet.Viewer) {
	t.Helper()
	patch := fleet.EquipmentPatch{Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: fleet.EquipmentRetired},
		Category: fleet.Maybe[string]{Set: true, To: "Mobile crane"}}
	if _, err := db.Fleet().UpdateEquipment(t.Context(), v, fleet.WriteInfo{}, machinesOf(t, db, v)[0].ID, nil,
		patch); err != nil {
		t.Fatal(err)
	}
}
