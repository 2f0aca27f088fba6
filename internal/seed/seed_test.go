package seed_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store/storetest"
)

var tables = []string{"companies", "users", "operators", "equipment", "assignments", "maintenance_records",
	"meter_readings", "sites", "site_moves", "papers"}

func smallFleet() seed.Params {
	return seed.Params{Company: "Marsh & Söhne Tiefbau", Equipment: 150, Operators: 25, Records: 2000, Seed: 42,
		Now: time.Date(2025, time.June, 17, 15, 4, 5, 0, time.UTC)}
}

// query returns the value that a query selects.
func query[T any](t *testing.T, url, sql string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var value T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return value
}

// content returns a hash over the rows of each table.
func content(t *testing.T, url string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range tables {
		sums[table] = query[string](t, url,
			"SELECT count(*) || ' ' || md5(string_agg(t::text, E'\n' ORDER BY id)) FROM "+table+" t")
	}
	return sums
}

func run(t *testing.T, p seed.Params) (seed.Result, string) {
	t.Helper()
	s, url := storetest.New(t)
	made, err := seed.Run(t.Context(), s.Bulk(), p, seed.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	return made, url
}

func TestSameParamsSameRows(t *testing.T) {
	t.Parallel()
	_, first := run(t, smallFleet())
	sameDay := smallFleet()
	sameDay.Now = sameDay.Now.Add(3 * time.Hour)
	_, second := run(t, sameDay)
	if diff := cmp.Diff(content(t, first), content(t, second)); diff != "" {
		t.Errorf("the same parameters made other rows:\n%s", diff)
	}
	other := smallFleet()
	other.Seed++
	_, third := run(t, other)
	a, b := content(t, first), content(t, third)
	for _, table := range tables {
		if a[table] == b[table] {
			t.Errorf("another seed made the same %s", table)
		}
	}
}

func TestCompaniesWithOneSeedShareNothing(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	for _, name := range []string{"Marsh Tiefbau", "Marsh-Tiefbau", "Märsh Tiefbau", "建設機械"} {
		p := smallFleet()
		p.Company = name
		if _, err := seed.Run(t.Context(), s.Bulk(), p, seed.Hooks{}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if n := query[int](t, url, "SELECT count(*) FROM equipment"); n != 4*150 {
		t.Errorf("%d machines, want %d", n, 4*150)
	}
}

func TestCountsAreExact(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]seed.Params{
		"as asked":             {Equipment: 150, Operators: 25, Records: 1999},
		"fewer records":        {Equipment: 200, Operators: 10, Records: 37},
		"no records":           {Equipment: 20, Operators: 3},
		"no operators":         {Equipment: 20, Records: 100},
		"one machine":          {Equipment: 1, Operators: 1, Records: 1},
		"a much serviced one":  {Equipment: 1, Operators: 2, Records: 3000},
		"a crowd of operators": {Equipment: 3, Operators: 2000, Records: 9},
		"far back in the past": {Equipment: 30, Operators: 5, Records: 400,
			Now: time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)},
		"ends on 29 February": {Equipment: 30, Operators: 5, Records: 400,
			Now: time.Date(2024, 2, 29, 23, 59, 59, 0, time.UTC)},
		"more than one machine": {Equipment: 7, Operators: 1, Records: 5000, Seed: 1<<64 - 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p.Company = name
			if p.Now.IsZero() {
				p.Now = smallFleet().Now
			}
			made, url := run(t, p)
			want := seed.Result{Company: made.Company, Manager: made.Manager, Equipment: p.Equipment, Operators: p.Operators,
				MaintenanceRecords: p.Records,
				Users:              query[int](t, url, "SELECT count(*) FROM users"),
				Assignments:        query[int](t, url, "SELECT count(*) FROM assignments"),
				MeterReadings:      query[int](t, url, "SELECT count(*) FROM meter_readings"),
				Sites:              query[int](t, url, "SELECT count(*) FROM sites"),
				SiteMoves:          query[int](t, url, "SELECT count(*) FROM site_moves"),
				Papers:             query[int](t, url, "SELECT count(*) FROM papers")}
			if diff := cmp.Diff(want, made); diff != "" {
				t.Error(diff)
			}
			for table, n := range map[string]int{"equipment": p.Equipment, "operators": p.Operators,
				"maintenance_records": p.Records} {
				if got := query[int](t, url, "SELECT count(*) FROM "+table+" WHERE company_id = $1",
					[16]byte(made.Company)); got != n {
					t.Errorf("%d %s, want %d", got, table, n)
				}
			}
		})
	}
}

func TestCompanyWithDataIsRefused(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	if _, err := seed.Run(t.Context(), s.Bulk(), smallFleet(), seed.Hooks{}); err != nil {
		t.Fatal(err)
	}
	before := content(t, url)
	again := smallFleet()
	again.Company = "  MARSH & söhne Tiefbau "
	again.Seed = 43
	_, err := seed.Run(t.Context(), s.Bulk(), again,
		seed.Hooks{AfterCommit: func(fleet.UUID) { t.Error("AfterCommit without a commit") }})
	if fleet.CodeOf(err) != fleet.Conflict {
		t.Errorf("got %v, want a CONFLICT", err)
	}
	if diff := cmp.Diff(before, content(t, url)); diff != "" {
		t.Errorf("the refusal left something behind:\n%s", diff)
	}
}

func TestCompanyWithoutDataIsFilled(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	id := query[[16]byte](t, url, "INSERT INTO companies (name) VALUES ('marsh & söhne tiefbau') RETURNING id")
	made, err := seed.Run(t.Context(), s.Bulk(), smallFleet(), seed.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	if made.Company != fleet.UUID(id) {
		t.Errorf("filled %s, want the company that was there, %s", made.Company, fleet.UUID(id))
	}
}

func TestTakenAddressIsAConflict(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	p := smallFleet()
	p.Lead = seed.Lead{Name: "Ada Marsh", Email: "ada@marsh.example"}
	query[int](t, url, `WITH c AS (INSERT INTO companies (name) VALUES ('Marsh & Söhne Tiefbau') RETURNING id)
		INSERT INTO users (company_id, email, name, role) SELECT id, 'ADA@marsh.example', 'Ada', 'ADMIN' FROM c RETURNING 1`)
	if _, err := seed.Run(t.Context(), s.Bulk(), p, seed.Hooks{}); fleet.CodeOf(err) != fleet.Conflict {
		t.Errorf("got %v, want a CONFLICT", err)
	}
}

func TestInterruptedRunLeavesNothing(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	_, err := seed.Run(ctx, s.Bulk(), smallFleet(), seed.Hooks{
		Row: func(table string, _ int) {
			if rows++; table == "maintenance records" {
				cancel()
			}
		},
		AfterCommit: func(fleet.UUID) { t.Error("AfterCommit without a commit") },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if rows < 150 {
		t.Errorf("only %d rows passed before the interruption", rows)
	}
	if n := query[int](t, url, "SELECT count(*) FROM companies"); n != 0 {
		t.Errorf("%d companies are left", n)
	}
}

func TestHooksSeeEveryRowAndTheCommit(t *testing.T) {
	t.Parallel()
	s, url := storetest.New(t)
	seen, announced := map[string]int{}, map[string]int{}
	visible := 0
	made, err := seed.Run(t.Context(), s.Bulk(), smallFleet(), seed.Hooks{
		Row: func(table string, of int) { seen[table]++; announced[table] = of },
		AfterCommit: func(company fleet.UUID) {
			visible += query[int](t, url, "SELECT count(*) FROM equipment WHERE company_id = $1", [16]byte(company))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if visible != 150 {
		t.Errorf("others saw %d machines at AfterCommit, want 150", visible)
	}
	want := map[string]int{"users": made.Users, "operators": 25, "equipment": 150, "assignments": made.Assignments,
		"maintenance records": 2000, "meter readings": made.MeterReadings, "sites": made.Sites, "site moves": made.SiteMoves,
		"papers": made.Papers}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, announced); diff != "" {
		t.Error(diff)
	}
}

func TestPlannerKnowsTheFleet(t *testing.T) {
	t.Parallel()
	_, url := run(t, smallFleet())
	if n := query[float64](t, url,
		"SELECT reltuples FROM pg_class WHERE oid = 'maintenance_records'::regclass"); n != 2000 {
		t.Errorf("the planner expects %v records, want 2000", n)
	}
	if n := query[int](t, url, "SELECT count(*) FROM pg_stats WHERE tablename = 'equipment'"); n == 0 {
		t.Error("there are no statistics of equipment")
	}
}

func TestParamsAreChecked(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*seed.Params){
		"company":   func(p *seed.Params) { p.Company = " \t" },
		"equipment": func(p *seed.Params) { p.Equipment = 0 },
		"operators": func(p *seed.Params) { p.Operators = -1 },
		"records":   func(p *seed.Params) { p.Records = seed.MaxRecords + 1 },
		"now":       func(p *seed.Params) { p.Now = time.Time{} },
	} {
		p := smallFleet()
		change(&p)
		var e *fleet.Error
		if err := p.Check(); !errors.As(err, &e) || e.Code != fleet.BadInput || e.Field != field {
			t.Errorf("%s: got %v, want a BAD_INPUT about it", field, err)
		}
	}
}

// BenchmarkLarge measures the fleet of 100,000 machines and 1,000,000 records:
// go test ./internal/seed -run '^$' -bench Large -benchtime 1x
func BenchmarkLarge(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s, _ := storetest.New(b)
		b.StartTimer()
		if _, err := seed.Run(b.Context(), s.Bulk(), seed.Large(), seed.Hooks{}); err != nil {
			b.Fatal(err)
		}
	}
}
