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
	db, url := storetest.New(t)
	made, err := seed.Run(t.Context(), db.Bulk(),
		seed.Params{Company: "Large", Equipment: manyMachines, Operators: 5_000, Records: manyRecords,
			Seed: 1, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}, seed.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	fillPeople(t, url, made.Company)
	// Where commits are asynchronous, as in a test cluster, the vacuum at the end
	// of seeding comes too early to mark pages as visible to all.
	if _, err := connect(t, url).Exec(t.Context(), `VACUUM (ANALYZE) equipment, maintenance_records, operators,
		assignments, meter_readings, users, history, sites, site_moves, papers, assignment_plans,
		saved_queries, saved_query_versions`); err != nil {
		t.Fatal(err)
	}
	v := fleet.Viewer{CompanyID: made.Company, Role: fleet.RoleManager}
	v.UserID = busiestUser(t, db, v)
	t.Run("plans", func(t *testing.T) { testPlans(t, db, v) })
	t.Run("plans of people", func(t *testing.T) { testPlansOfPeople(t, db, v) })
	t.Run("paging", func(t *testing.T) { testPaging(t, db, v) })
}

// fillPeople adds users of every role and state, more sites, and a history of the machines. The store would
// cancel such statements on a busy machine.
func fillPeople(t *testing.T, url string, company fleet.UUID) {
	t.Helper()
	conn := connect(t, url)
	for _, sql := range []string{
		`INSERT INTO users (company_id, email, name, role, created_at, disabled_at)
			SELECT $1, 'person' || i || '@example.com', 'Person ' || hashint4(i),
				CASE WHEN i % 100 = 0 THEN 'ADMIN' WHEN i % 10 = 0 THEN 'MANAGER' ELSE 'OPERATOR' END,
				now() - i * interval '1 hour', CASE WHEN i % 50 = 0 THEN now() END
			FROM generate_series(1, 20000) i`,
		`INSERT INTO sites (company_id, name, code, created_at) SELECT $1, 'Site ' || i, 'C-' || i,
			now() - i * interval '1 hour' FROM generate_series(1, 2000) i`,
		`INSERT INTO saved_queries (company_id, name, document, created_by, changed_by, updated_at)
			SELECT $1, 'Query ' || i, '{ viewer { name } }', u.id, u.id, now() - i * interval '1 hour'
			FROM (SELECT id FROM users WHERE company_id = $1 LIMIT 1) u, generate_series(1, 1000) i`,
		`INSERT INTO saved_query_versions (company_id, saved_query_id, number, action, name, document, user_id)
			SELECT $1, q.id, i, 'UPDATED', q.name, q.document, q.created_by
			FROM saved_queries q, generate_series(1, 20) i WHERE q.company_id = $1`,
		`INSERT INTO assignment_plans (company_id, equipment_id, operator_id, starts_at, ends_at)
			SELECT $1, e.equipment_id, e.operator_id, now() + i * interval '2 hours',
				now() + (2 * i + 1) * interval '1 hour'
			FROM assignments e, generate_series(1, 4) i WHERE e.company_id = $1 AND e.released_at IS NULL`,
		`INSERT INTO history (company_id, user_id, subject, subject_id, action, changes, at)
			SELECT $1, u.id, 'EQUIPMENT', e.id, CASE WHEN e.n % 1000 = 0 THEN 'PURGED' ELSE 'UPDATED' END, '[]',
				now() - e.n * interval '1 minute'
			FROM (SELECT id, row_number() OVER () AS n FROM equipment WHERE company_id = $1) e
			LEFT JOIN (SELECT id, row_number() OVER () AS n FROM users WHERE company_id = $1) u ON u.n = e.n % 500`,
	} {
		if _, err := conn.Exec(t.Context(), sql, [16]byte(company)); err != nil {
			t.Fatal(err)
		}
	}
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
