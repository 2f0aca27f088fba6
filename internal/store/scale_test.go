package store_test

import (
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// The size at which plans are proven.
const (
	manyMachines = 100_000
	manyRecords  = 1_000_000
)

// TestAtScale tests plans and paging on one large fleet.
func TestAtScale(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a large fleet takes a minute to make")
	}
	t.Parallel()
	db, _ := storetest.New(t)
	made, err := seed.Run(t.Context(), db.Bulk(),
		seed.Params{Company: "Large", Equipment: manyMachines, Operators: 5_000, Records: manyRecords,
			Seed: 1, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}, seed.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	// Where commits are asynchronous, as in a test cluster, the vacuum at the end
	// of seeding comes too early to mark pages as visible to all.
	if err := db.Exec(t.Context(), `VACUUM (ANALYZE) equipment, maintenance_records, operators,
		assignments`); err != nil {
		t.Fatal(err)
	}
	v := fleet.Viewer{CompanyID: made.Company, Role: fleet.RoleManager}
	v.UserID = busiestUser(t, db, v)
	t.Run("plans", func(t *testing.T) { testPlans(t, db, v) })
	t.Run("paging", func(t *testing.T) { testPaging(t, db, v) })
}

// busiestUser returns a user that is responsible for machines.
func busiestUser(t *testing.T, db *store.DB, v fleet.Viewer) fleet.UUID {
	t.Helper()
	page, err := db.Fleet().EquipmentPage(t.Context(), v, nil, fleet.EquipmentCreatedAtDesc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Items {
		if e.UserID != nil {
			return *e.UserID
		}
	}
	t.Fatal("none of 100 machines has a responsible user")
	return fleet.UUID{}
}
