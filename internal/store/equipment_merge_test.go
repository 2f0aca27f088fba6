package store_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// strayRows counts the rows of deleted machines, all rows, and the machines with another operator than that of their open
// assignment.
const strayRows = `SELECT count(*) FILTER (WHERE e.deleted_at IS NOT NULL), count(*),
	(SELECT count(*) FROM equipment m WHERE m.operator_id IS DISTINCT FROM
		(SELECT a.operator_id FROM assignments a WHERE a.equipment_id = m.id AND a.released_at IS NULL))
	FROM equipment e JOIN (
		SELECT equipment_id FROM maintenance_records UNION ALL
		SELECT equipment_id FROM meter_readings UNION ALL
		SELECT equipment_id FROM site_moves UNION ALL
		SELECT equipment_id FROM assignments UNION ALL
		SELECT equipment_id FROM assignment_plans UNION ALL
		SELECT equipment_id FROM papers WHERE equipment_id IS NOT NULL UNION ALL
		SELECT equipment_id FROM service_schedules WHERE equipment_id IS NOT NULL) r ON r.equipment_id = e.id`

func machinesToMerge(t *testing.T, n int) (*store.DB, fleet.Viewer, []*fleet.Equipment) {
	t.Helper()
	db, v := sitesAndMachines(t, 1, n)
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: n})
	if err != nil || len(page.Items) != n {
		t.Fatal(page.Items, err)
	}
	return db, v, page.Items
}

// TestMachinesAreMergedWhileTheyAreWritten by many at once, each into each other and taken apart: every call is done or
// refused, no row is left on a deleted machine, and none is lost.
func TestMachinesAreMergedWhileTheyAreWritten(t *testing.T) {
	t.Parallel()
	db, v, machines := machinesToMerge(t, 4)
	rows := db.Fleet()
	operator, err := rows.CreateOperator(
		t.Context(),
		v,
		fleet.WriteInfo{},
		&fleet.Operator{FirstName: "Ada", LastName: "Byron",
			LicenseNumber: new("L-1"), Status: fleet.OperatorActive},
	)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var counted sync.Mutex
	added, merges, undone := 0, 0, 0
	for n := range 4 {
		random := rand.New(rand.NewPCG(7, uint64(n)))
		all.Go(func() {
			for i := range 40 {
				a, b := pick(random, machines...).ID, pick(random, machines...).ID
				var err error
				is := &added
				switch random.IntN(9) {
				case 0, 1:
					_, err = rows.MergeEquipment(t.Context(), v, fleet.WriteInfo{}, fleet.Merge{EquipmentID: a, DuplicateID: b})
					is = &merges
				case 2, 3:
					_, err = rows.UndoMergeEquipment(t.Context(), v, fleet.WriteInfo{}, a, nil)
					is = &undone
				case 4:
					_, err = rows.RecordMaintenance(t.Context(), v, fleet.WriteInfo{}, &fleet.MaintenanceRecord{EquipmentID: a,
						Kind: fleet.OtherKind, Status: fleet.MaintenanceCompleted, MaintenanceDate: fleet.DateOf(time.Now())})
				case 5:
					_, err = rows.AddMeterReading(t.Context(), v, fleet.WriteInfo{Confirmed: true}, fleet.MeterReading{EquipmentID: a,
						Hours: "5", ReadAt: time.Now().Add(-time.Duration(100*n+i+1) * time.Minute)})
				case 6:
					_, err = rows.CreatePaper(t.Context(), v, fleet.WriteInfo{}, &fleet.Paper{EquipmentID: &a, Kind: fleet.PaperOther,
						ValidUntil: fleet.DateOf(time.Now())})
				case 7:
					_, err = rows.PlanAssignment(t.Context(), v, fleet.WriteInfo{}, fleet.AssignmentPlanInput{EquipmentID: a,
						OperatorID: &operator.ID, StartsAt: time.Now().Add(time.Duration(100*n+i+1) * time.Hour)})
				default:
					from := time.Now().Add(-time.Duration(100*n+i+2) * time.Hour)
					to := from.Add(time.Minute)
					_, err = rows.AssignOperator(t.Context(), v, fleet.WriteInfo{}, fleet.AssignmentInput{EquipmentID: a,
						OperatorID: operator.ID, AssignedAt: &from, ReleasedAt: &to})
				}
				if err != nil && fleet.FaultsOf(err) == nil {
					t.Error(err)
				}
				if err == nil {
					counted.Lock()
					*is++
					counted.Unlock()
				}
			}
		})
	}
	all.Wait()
	var stray, there, wrong int
	if err := db.QueryOne(
		t.Context(),
		strayRows,
		&stray,
		&there,
		&wrong,
	); err != nil || stray > 0 || there != added ||
		wrong > 0 {
		t.Errorf(
			"%d rows are on deleted machines, %d of %d are there, %d machines have a wrong operator, %v",
			stray,
			there,
			added,
			wrong,
			err,
		)
	}
	if merges == 0 || undone == 0 || added == 0 {
		t.Errorf("%d merges, %d taken back, %d rows: this shows nothing", merges, undone, added)
	}
}

// TestTwoMergesCross: of A into B and B into A, one is done, and the other one finds a deleted machine.
func TestTwoMergesCross(t *testing.T) {
	t.Parallel()
	db, v, machines := machinesToMerge(t, 2)
	for range 10 {
		var all sync.WaitGroup
		errs := make([]error, 2)
		for i := range 2 {
			all.Go(func() {
				_, errs[i] = db.Fleet().MergeEquipment(t.Context(), v, fleet.WriteInfo{},
					fleet.Merge{EquipmentID: machines[i].ID, DuplicateID: machines[1-i].ID})
			})
		}
		all.Wait()
		gone := 1
		if errs[0] != nil {
			gone = 0
		}
		if errs[1-gone] != nil || fleet.CodeOf(errs[gone]) != fleet.NotFound {
			t.Fatal(errs)
		}
		if _, err := db.Fleet().UndoMergeEquipment(t.Context(), v, fleet.WriteInfo{}, machines[gone].ID, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// TestARecordOfADuplicateWaitsForTheMerge, and is refused then: it would be hidden with the duplicate.
func TestARecordOfADuplicateWaitsForTheMerge(t *testing.T) {
	t.Parallel()
	db, v, machines := machinesToMerge(t, 2)
	merged, recorded := make(chan error, 1), make(chan error, 1)
	waiting := func(n int) {
		for found := 0; found < n; time.Sleep(time.Millisecond) {
			if err := db.QueryOne(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
				AND wait_event_type = 'Lock'`, &found); err != nil {
				t.Error(err)
				return
			}
		}
	}
	if err := db.InTx(t.Context(), func(tx pgx.Tx) error { // holds both machines, so that the merge stops half way
		if _, err := tx.Exec(t.Context(), `SELECT FROM equipment FOR UPDATE`); err != nil {
			return err
		}
		go func() {
			_, err := db.Fleet().MergeEquipment(t.Context(), v, fleet.WriteInfo{},
				fleet.Merge{EquipmentID: machines[1].ID, DuplicateID: machines[0].ID})
			merged <- err
		}()
		waiting(1)
		go func() {
			_, err := db.Fleet().RecordMaintenance(t.Context(), v, fleet.WriteInfo{}, &fleet.MaintenanceRecord{
				EquipmentID: machines[0].ID, Kind: fleet.OtherKind, Status: fleet.MaintenanceCompleted,
				MaintenanceDate: fleet.DateOf(time.Now())})
			recorded <- err
		}()
		waiting(2)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	mergeErr, recordErr := <-merged, <-recorded
	var stray, there, wrong int
	if err := db.QueryOne(t.Context(), strayRows, &stray, &there, &wrong); err != nil || stray > 0 {
		t.Errorf("%d rows are on the deleted machine, %v", stray, err)
	}
	if mergeErr != nil || recordErr != nil && fleet.CodeOf(recordErr) != fleet.NotFound {
		t.Errorf("the merge: %v, the record: %v", mergeErr, recordErr)
	}
}

// TestMachinesDoNotGoWhileTheirRowsAreImported, because an import does not lock the machines of its rows: its work would
// be that of a deleted machine, or open work on a RETIRED one.
func TestMachinesDoNotGoWhileTheirRowsAreImported(t *testing.T) {
	t.Parallel()
	db, v, machines := machinesToMerge(t, 4)
	retired := fleet.EquipmentPatch{Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: fleet.EquipmentRetired}}
	goings := map[string]func() error{
		"merge": func() error {
			_, err := db.Fleet().MergeEquipment(t.Context(), v, fleet.WriteInfo{},
				fleet.Merge{EquipmentID: machines[0].ID, DuplicateID: machines[1].ID})
			return err
		},
		"delete": func() error {
			_, err := db.Fleet().DeleteEquipment(t.Context(), v, fleet.WriteInfo{}, machines[2].ID, nil, fleet.OpenWorkCancel)
			return err
		},
		"retire": func() error {
			_, err := db.Fleet().UpdateEquipment(t.Context(), v, fleet.WriteInfo{}, machines[3].ID, nil, retired)
			return err
		},
	}
	for _, table := range []string{store.ImportRecords, store.ImportPapers} {
		if err := db.Bulk().Import(t.Context(), v, store.ImportTable{Name: table}, nil,
			func(*store.Import) (bool, error) {
				for name, do := range goings {
					if err := do(); fleet.CodeOf(err) != fleet.Conflict {
						t.Errorf("%s while an import of %s runs: %v", name, table, err)
					}
				}
				return false, nil
			}); err != nil {
			t.Fatal(err)
		}
	}
	for name, do := range goings {
		if err := do(); err != nil {
			t.Errorf("%s after the import: %v", name, err)
		}
	}
}
