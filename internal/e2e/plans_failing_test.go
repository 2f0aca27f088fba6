package e2e_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestPlansFailAsResolversDo holds locks, so that statements are ended by PostgreSQL, and compares the answers of
// both ways: which fields have an error, with which code and path.
func TestPlansFailAsResolversDo(t *testing.T) {
	t.Parallel()
	plans, resolvers := newTwoWays(t, func(c *app.Config) { c.Database.StatementTimeout = 500 * time.Millisecond })
	admin := personOf("admin").byToken(fleet.ScopeAdmin)
	machine := mine.id(fleet.KindEquipment)
	// On a busy machine the look-up of the token may take longer than the timeout: then no field has an error.
	answer := func(s *accessFixture, request []byte) (body string) {
		for range 10 {
			if body = s.as(admin).body(request); !strings.Contains(body, `"errors"`) || strings.Contains(body, `"path"`) {
				break
			}
		}
		return body
	}
	for _, c := range []struct{ table, query string }{
		{"equipment", `{ equipmentList(first: 2) { nodes { name assignedOperator { lastName } } } operators(first: 1) { nodes { lastName } } }`},
		{"operators", `{ equipmentList(first: 3) { nodes { name assignedOperator { lastName } latestMaintenance { cost } } } }`},
		{"maintenance_records", `{ a: equipmentList(first: 3) { totalCount nodes { name maintenanceRecords(first: 1) { nodes { cost } } } }
			b: equipmentList(first: 2) { nodes { name user { name } } } }`},
		{"operators", `{ equipment(id: "` + machine + `") { name assignedOperator { lastName } user { name } } }`},
		{"equipment", `{ equipment(id: "` + machine + `") { name } node(id: "` + machine + `") { ... on Equipment { name } } }`},
		{"operators", `{ nodes(ids: ["` + machine + `", "` + mine.id(fleet.KindOperator) + `"]) { id ... on Operator { lastName } } }`},
		{"equipment", `{ maintenanceRecords(first: 2) { totalCount } }`},
		{"maintenance_records", `{ maintenanceRecords(first: 2, filter: {search: "work"}) { nodes { cost } totalCount } }`},
	} {
		request, err := json.Marshal(map[string]any{"query": c.query})
		if err != nil {
			t.Fatal(err)
		}
		release := plans.lock(`LOCK TABLE ` + c.table + ` IN ACCESS EXCLUSIVE MODE`)
		got, want := answer(plans, request), answer(resolvers, request)
		release()
		if got != want || !strings.Contains(got, `"code":"TIMEOUT"`) {
			t.Errorf("%s is locked: %s\n got %s\nwant %s", c.table, c.query, got, want)
		}
		// On a busy machine a statement may take longer than the timeout without a lock, too.
		for range 10 {
			if got, want = answer(plans, request), answer(resolvers, request); !strings.Contains(got+want, `"TIMEOUT"`) {
				break
			}
		}
		if got != want || strings.Contains(got, `"errors"`) {
			t.Errorf("%s is free again: %s\n got %s\nwant %s", c.table, c.query, got, want)
		}
	}
}

// TestPlansSurviveLostConnections ends every connection of the server between two requests.
func TestPlansSurviveLostConnections(t *testing.T) {
	t.Parallel()
	plans, resolvers := newTwoWays(t, nil)
	admin := personOf("admin").byToken(fleet.ScopeAdmin)
	request := []byte(
		`{"query":"{ equipmentList(first: 5) { totalCount nodes { name assignedOperator { lastName } maintenanceRecords(first: 2) { nodes { cost } } } } }"}`,
	)
	want := resolvers.as(admin).body(request)
	for range 3 {
		plans.exec(
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet'
			AND state = 'idle' AND query NOT LIKE 'LISTEN%'`,
		)
		if got := plans.as(admin).body(request); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	if ways := plans.counters("fleet_query_fields_total", "way"); ways["plan"] != 3 || ways["failed"] > 0 {
		t.Errorf("the ways of the fields: %v, want 3 plans", ways)
	}
}

// TestPlansOfPoolers compares both ways where statements have no names and settings are made in each transaction.
func TestPlansOfPoolers(t *testing.T) {
	t.Parallel()
	plans, resolvers := newTwoWays(t, func(c *app.Config) { c.Database.Pooler = "yes" })
	admin := personOf("admin").byToken(fleet.ScopeAdmin)
	for _, query := range []string{
		`{ equipmentList(first: 5, filter: {search: \"machine\"}) { totalCount nodes { name cost createdAt assignedOperator { lastName } } } }`,
		`{ equipment(id: \"` + mine.id(fleet.KindEquipment) + `\") { name latestMaintenance { maintenanceDate } assignments { edges { cursor } } } }`,
	} {
		request := []byte(`{"query":"` + query + `"}`)
		got, want := plans.as(admin).body(request), resolvers.as(admin).body(request)
		if got != want || bytes.Contains([]byte(got), []byte("errors")) {
			t.Errorf("%s\n got %s\nwant %s", query, got, want)
		}
	}
	if ways := plans.counters("fleet_query_fields_total", "way"); ways["plan"] != 2 {
		t.Errorf("the ways of the fields: %v, want 2 plans", ways)
	}
}
