package store_test

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// wrongSites counts the machines with another site than that of their open move, and those with a changed version.
const wrongSites = `SELECT count(*) FILTER (WHERE e.site_id IS DISTINCT FROM m.site_id), count(*) FILTER (WHERE e.version > 1)
	FROM equipment e LEFT JOIN site_moves m ON m.equipment_id = e.id AND m.left_at IS NULL`

func sitesAndMachines(t *testing.T, sites, machines int) (db *store.DB, v fleet.Viewer) {
	t.Helper()
	db, _ = storetest.New(t)
	v = fleet.Viewer{CompanyID: fleet.NewUUID(), Role: fleet.RoleManager}
	company := [16]byte(v.CompanyID)
	for _, sql := range []string{
		`INSERT INTO companies (id, name) VALUES ($1, 'Ours')`,
		`INSERT INTO sites (company_id, name) SELECT $1, 'Site ' || i FROM generate_series(1, $2) i`,
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Machine ' || i, 'Crane' FROM generate_series(1, $2) i`,
	} {
		args := []any{company, sites, machines}
		switch sql[:15] {
		case "INSERT INTO com":
			args = args[:1]
		case "INSERT INTO sit":
			args = args[:2]
		default:
			args = []any{company, machines}
		}
		if err := db.Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	return db, v
}

func checkSites(t *testing.T, db *store.DB, after string) {
	t.Helper()
	var wrong, changed int
	if err := db.QueryOne(t.Context(), wrongSites, &wrong, &changed); err != nil || wrong > 0 || changed > 0 {
		t.Errorf("%s: %d machines have another site than their move, %d another version, %v", after, wrong, changed, err)
	}
}

// TestTheSiteOfAMachineFollowsItsMoves whatever writes them.
func TestTheSiteOfAMachineFollowsItsMoves(t *testing.T) {
	t.Parallel()
	db, _ := sitesAndMachines(t, 3, 20)
	for _, sql := range []string{
		`INSERT INTO site_moves (company_id, equipment_id, site_id, arrived_at) SELECT e.company_id, e.id,
			(SELECT id FROM sites ORDER BY name LIMIT 1), now() - interval '9 days' FROM equipment e`,
		`UPDATE site_moves SET site_id = (SELECT max(id::text)::uuid FROM sites) WHERE random() < 0.5`,
		`UPDATE site_moves SET left_at = now() - interval '1 day' WHERE random() < 0.5`,
		`INSERT INTO site_moves (company_id, equipment_id, site_id) SELECT e.company_id, e.id, s.id FROM equipment e,
			(SELECT id FROM sites ORDER BY name DESC LIMIT 1) s WHERE e.site_id IS NULL`,
		`UPDATE equipment SET site_id = NULL`,
		`UPDATE equipment SET site_id = (SELECT min(id::text)::uuid FROM sites)`,
		`DELETE FROM site_moves WHERE random() < 0.3`,
		`INSERT INTO equipment (company_id, name, category, site_id) SELECT company_id, 'New', 'Crane', id FROM sites`,
		`TRUNCATE site_moves`,
	} {
		if err := db.Exec(t.Context(), "SET LOCAL fleet.migrating = 'off'; "+sql); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		if sql[:16] == "UPDATE equipment" { // which is a change of the machines
			if err := db.Exec(t.Context(), `ALTER TABLE equipment DISABLE TRIGGER equipment_touch;
				UPDATE equipment SET version = 1;
				ALTER TABLE equipment ENABLE TRIGGER equipment_touch`); err != nil {
				t.Fatal(err)
			}
		}
		checkSites(t, db, sql)
	}
}

// TestMachinesMoveWhileSitesAreDeleted by many at once: each is refused or done, none is at a deleted site.
func TestMachinesMoveWhileSitesAreDeleted(t *testing.T) {
	t.Parallel()
	db, v := sitesAndMachines(t, 4, 3)
	rows := db.Fleet()
	places, err := rows.SitePage(t.Context(), v, nil, fleet.SiteNameAsc, fleet.Window{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	machines, err := rows.EquipmentPage(t.Context(), v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 4 {
		random := rand.New(rand.NewPCG(3, uint64(n)))
		all.Go(func() {
			for range 40 {
				site, machine := pick(random, places.Items...).ID, pick(random, machines.Items...).ID
				var err error
				switch random.IntN(5) {
				case 0:
					_, err = rows.DeleteSite(t.Context(), v, fleet.WriteInfo{}, site, nil)
				case 1:
					_, err = rows.RestoreSite(t.Context(), v, fleet.WriteInfo{}, site, nil)
				case 2:
					_, err = rows.MoveEquipment(t.Context(), v, fleet.WriteInfo{}, fleet.SiteMoveInput{EquipmentID: machine}, nil)
				default:
					_, err = rows.MoveEquipment(t.Context(), v, fleet.WriteInfo{},
						fleet.SiteMoveInput{EquipmentID: machine, SiteID: &site}, nil)
				}
				if err != nil && fleet.FaultsOf(err) == nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	checkSites(t, db, "all moves")
	var astray, overlapping int
	if err := db.QueryOne(t.Context(), `SELECT (SELECT count(*) FROM equipment e JOIN sites s ON s.id = e.site_id
			WHERE s.deleted_at IS NOT NULL),
		(SELECT count(*) FROM site_moves a JOIN site_moves b ON a.equipment_id = b.equipment_id AND a.id < b.id
			AND tstzrange(a.arrived_at, a.left_at) && tstzrange(b.arrived_at, b.left_at))`,
		&astray, &overlapping); err != nil || astray > 0 || overlapping > 0 {
		t.Errorf("%d machines are at deleted sites, %d moves overlap, %v", astray, overlapping, err)
	}
}

// TestASiteIsNotDeletedWhileAMachineMovesThere: the move holds the site, and the deletion waits for it.
func TestASiteIsNotDeletedWhileAMachineMovesThere(t *testing.T) {
	t.Parallel()
	db, v := sitesAndMachines(t, 1, 1)
	rows := db.Fleet()
	places, err := rows.SitePage(t.Context(), v, nil, fleet.SiteNameAsc, fleet.Window{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	machines, err := rows.EquipmentPage(t.Context(), v, nil, fleet.EquipmentNameAsc, fleet.Window{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	site, machine := places.Items[0].ID, machines.Items[0].ID
	deleted := make(chan error, 1)
	moved := make(chan error, 1)
	waiting := func(n int) bool {
		var found int
		if err := db.QueryOne(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`, &found); err != nil {
			t.Error(err)
			return true
		}
		return found >= n
	}
	if err := db.InTx(t.Context(), func(tx pgx.Tx) error { // holds the machine, so that its move stops half way
		if _, err := tx.Exec(t.Context(), `SELECT FROM equipment FOR UPDATE`); err != nil {
			return err
		}
		go func() {
			_, err := rows.MoveEquipment(t.Context(), v, fleet.WriteInfo{},
				fleet.SiteMoveInput{EquipmentID: machine, SiteID: &site}, nil)
			moved <- err
		}()
		for !waiting(1) {
			time.Sleep(time.Millisecond)
		}
		go func() {
			_, err := rows.DeleteSite(t.Context(), v, fleet.WriteInfo{}, site, nil)
			deleted <- err
		}()
		for !waiting(2) && len(deleted) == 0 {
			time.Sleep(time.Millisecond)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := <-moved; err != nil {
		t.Errorf("the move: %v", err)
	}
	if err := <-deleted; fleet.CodeOf(err) != fleet.Conflict {
		t.Errorf("the deletion: %v", err)
	}
}
