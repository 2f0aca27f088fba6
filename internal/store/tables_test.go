package store_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// outsideOfTheFeed are tables of a company that no subscription and no statistics depend on.
var outsideOfTheFeed = []string{
	"access_tokens",
	"assignment_plans",
	"company_changes",
	"equipment_merge_rows",
	"equipment_merges",
	"equipment_status_periods",
	"equipment_sums",
	"history",
	"idempotency_keys",
	"identity_providers",
	"import_changes",
	"imports",
	"meter_readings",
	"meters",
	"papers",
	"saved_queries",
	"saved_query_versions",
	"scheduled_services",
	"service_schedules",
	"sessions",
	"user_identities",
	"users",
	"sites",     // the site of a machine is published with its moves, as operators are with assignments
	"operators", // only a change of the user account is published (migrations/00016_operators_sign_in.sql)
}

// TestTheChangeFeedHasEveryTableOfTheFleet fails for a new table until it has the triggers of the change feed for every
// kind of statement, or is listed as one that needs none.
func TestTheChangeFeedHasEveryTableOfTheFleet(t *testing.T) {
	t.Parallel()
	_, url := storetest.New(t)
	conn := connect(t, url)
	rows, _ := conn.Query(t.Context(), `
		SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
		WHERE  c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND
		       (SELECT count(DISTINCT t.tgtype) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
		        WHERE t.tgrelid = c.oid AND p.proname LIKE 'tell%') < 4 -- INSERT, UPDATE, DELETE, TRUNCATE
		ORDER  BY 1`)
	missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range missing {
		if !slices.Contains(outsideOfTheFeed, table) {
			t.Errorf("table %s lacks triggers of the change feed (migrations/00008_change_feed.sql)", table)
		}
	}
	for _, table := range outsideOfTheFeed {
		if !slices.Contains(missing, table) {
			t.Errorf("table %s is listed as outside of the change feed and is not", table)
		}
	}
}

func TestEveryRoleIsStored(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	company := [16]byte(fleet.NewUUID())
	if err := db.Exec(t.Context(), `INSERT INTO companies (id, name) VALUES ($1, 'Ours')`, company); err != nil {
		t.Fatal(err)
	}
	for _, role := range fleet.Roles() {
		if err := db.Exec(t.Context(), `INSERT INTO users (company_id, email, name, role)
			VALUES ($1, $2 || '@example.com', $2, $2)`,
			company, string(role)); err != nil {
			t.Errorf("a user of the role %s: %v", role, err)
		}
	}
}
