package e2e_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// newTwoWays serves one database twice: by plans, and by resolvers alone.
func newTwoWays(t testing.TB, more func(*app.Config)) (plans, resolvers *accessFixture) {
	t.Helper()
	plans = buildAccessFixture(t, nil)
	adjusted := func(way string) func(*app.Config) {
		return func(c *app.Config) {
			c.Plans, c.ReportCost, c.StatsTTL = way, true, 0
			c.MaxAliases, c.MaxRepetitions, c.MaxDirectives, c.MaxTurns = 1000, 1000, 1000, 4
			if more != nil {
				more(c)
			}
		}
	}
	of := [16]byte(key("Ours"))
	plans.exec(
		`INSERT INTO operators (company_id, first_name, last_name, license_number, status, user_id, created_at, deleted_at)
		SELECT $1, CASE i % 3 WHEN 0 THEN 'Zoë "Z" \' ELSE 'First' || i END, 'Last' || i % 4, CASE WHEN i % 3 > 0 THEN 'L-' || i END,
		  CASE WHEN i % 5 = 0 THEN 'INACTIVE' ELSE 'ACTIVE' END, NULL,
		  '2022-01-01 00:00:00.123456Z'::timestamptz + i * interval '1.000100 s', CASE WHEN i % 7 = 0 THEN now() END
		FROM generate_series(1, 25) i`,
		of,
	)
	plans.exec(
		`INSERT INTO equipment (company_id, user_id, name, serial_number, description, category, status, cost, created_at, deleted_at)
		SELECT $1, CASE WHEN i % 3 > 0 THEN $2::uuid END, 'Machine ' || i % 20, CASE WHEN i % 4 > 0 THEN 'SN-' || i END,
		  CASE i % 3 WHEN 0 THEN E'a "quoted" \\ text\n\twith \u00e9 \u0001 \U0001F600' END, (ARRAY['Excavator','Crane','Öl'])[1 + i % 3],
		  (ARRAY['ACTIVE','ACTIVE','MAINTENANCE','INACTIVE','RETIRED'])[1 + i % 5],
		  CASE WHEN i % 6 > 0 THEN (i % 11) * 1000.25 END, '2023-01-01'::timestamptz + (i % 30) * interval '1 h',
		  CASE WHEN i % 9 = 0 THEN now() END
		FROM generate_series(1, 60) i`,
		of,
		[16]byte(key("manager user")),
	)
	plans.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at)
		SELECT $1, e.id, o.id, '2024-01-01'::timestamptz + e.n * interval '1 minute', CASE WHEN e.n % 5 = 0 THEN '2024-02-01'::timestamptz END
		FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM equipment WHERE company_id = $1 AND name LIKE 'Machine%') e
		JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM operators WHERE company_id = $1 AND last_name LIKE 'Last%') o
		  ON o.n = 1 + e.n % 25`, of)
	plans.exec(
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, due_date, first_due_date, cost, description)
		SELECT $1, e.id, (ARRAY['PREVENTIVE','CORRECTIVE','INSPECTION'])[1 + i % 3], (ARRAY['COMPLETED','IN_PROGRESS','PLANNED','CANCELLED'])[1 + (i + e.n) % 4],
		  date '2026-01-01' - (i / 2)::int, CASE WHEN i % 2 = 0 THEN date '2026-01-01' - i END, CASE WHEN i % 2 = 0 THEN date '2026-01-01' - i END,
		  CASE WHEN i % 4 > 0 THEN (i - 3) * 10.50 END, 'Work ' || i
		FROM (SELECT id, (row_number() OVER (ORDER BY id))::int AS n FROM equipment WHERE company_id = $1) e, generate_series(1, 8) i
		WHERE e.n % 4 > 0`,
		of,
	)
	plans.exec(`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours)
		SELECT $1, e.id, '2024-01-01'::timestamptz + i * interval '1 day', i * 10.5 FROM equipment e, generate_series(1, 3) i
		WHERE e.company_id = $1 AND e.name LIKE 'Machine 1%'`, of)
	plans.exec(`ANALYZE`)
	plans.adjust = adjusted("on")
	plans.serve("")
	other, service := *plans, *plans.service
	other.service = &service
	other.adjust = adjusted("off")
	other.serve("")
	return plans, &other
}

// viewers are senders of each role, by tokens of different scopes and by a session.
func viewers() []sender {
	return []sender{
		personOf("operator").byToken(fleet.ScopeRead), personOf("manager").byToken(fleet.ScopeWrite),
		personOf("analyst").byToken(fleet.ScopeRead), personOf("admin").byToken(fleet.ScopeAdmin),
		personOf("admin").byToken(fleet.ScopeRead), personOf("chief").bySession(), anonymous,
	}
}

// requestID stands in answers of internal errors alone.
var requestID = regexp.MustCompile(`"requestId":"[^"]*"`)

// body sends a request and returns the bytes of the answer.
func (h *accessFixture) body(request []byte) string {
	h.t.Helper()
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, h.request(context.Background(), request))
	return requestID.ReplaceAllString(sortedErrors(w.Body.String()), "")
}

// sortedErrors returns an answer with its errors in order. Fields fail in any order.
func sortedErrors(answer string) string {
	errors, rest, found := strings.Cut(answer, `],"data":`)
	errors, begins := strings.CutPrefix(errors, `{"errors":[`)
	if !found || !begins {
		return answer
	}
	list := strings.Split(errors, `},{"message":`)
	list[0] = strings.TrimPrefix(list[0], `{"message":`)
	list[len(list)-1] = strings.TrimSuffix(list[len(list)-1], "}")
	slices.Sort(list)
	return `{"errors":[{"message":` + strings.Join(list, `},{"message":`) + `}],"data":` + rest
}

// rootsOfRows are the fields of the query that are compared: those that lead to rows, and some beside them that
// have no plan.
var rootsOfRows = []string{
	"equipmentList", "equipmentList", "equipmentList", "equipment", "operators", "operators", "operator",
	"maintenanceRecords", "maintenanceRecords", "maintenanceRecord", "users", "history", "node", "nodes", "viewer",
	"categories",
}

// TestPlansAnswerAsResolversDo compares the answers of both ways to random documents, byte by byte with errors
// and costs, for viewers of all roles. PLANS_FOR is how long, such as 10m.
func TestPlansAnswerAsResolversDo(t *testing.T) {
	t.Parallel()
	plans, resolvers := newTwoWays(t, nil)
	long, err := time.ParseDuration(os.Getenv("PLANS_FOR"))
	if err != nil {
		long = 8 * time.Second
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	d := &documents{
		Rand:    rand.New(rand.NewPCG(seed, 1)),
		schema:  graph.Schema(),
		ids:     allIDs(),
		cursors: map[string][]string{},
	}
	asked, differ := 0, 0
	senders := viewers()
	for end := time.Now().Add(long); time.Now().Before(end) && differ < 5; asked++ {
		query, variables := d.operation(rootsOfRows)
		request, err := json.Marshal(map[string]any{"query": query, "variables": variables})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second finds the plan made
			who := pick(d, senders)
			got, want := plans.as(who).body(request), resolvers.as(who).body(request)
			if got != want {
				differ++
				t.Errorf("%s\n%s\n got %.3000s\nwant %.3000s", who.name(), request, got, want)
				break
			}
			var answer struct{ Data any }
			if err := json.Unmarshal([]byte(want), &answer); err != nil {
				t.Fatalf("%v: %s", err, want)
			}
			d.collect(answer.Data)
		}
	}
	ways := plans.counters("fleet_query_fields_total", "way")
	t.Logf("%d documents; fields of the query by the way: %v", asked, ways)
	if ways["plan"] < float64(asked)/4 {
		t.Errorf("only %v of %d fields went by plans", ways["plan"], asked)
	}
	if ways["failed"] > 0 {
		t.Errorf("%v plans failed", ways["failed"])
	}
	if n := resolvers.counters("fleet_query_fields_total", "way"); len(n) > 0 {
		t.Errorf("with FLEET_PLANS=off there were plans: %v", n)
	}
}

// counters returns the counters of a metric by the value of a label.
func (s *service) counters(name, label string) map[string]float64 {
	s.t.Helper()
	families, err := s.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	found := map[string]float64{}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == label {
					found[l.GetValue()] += m.GetCounter().GetValue()
				}
			}
		}
	}
	return found
}
