package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/internal/testlog"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener")); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

// service is a server under test on a database of its own.
type service struct {
	t        testing.TB
	store    *store.DB
	stats    *dashboard.Dashboard
	url      string
	app      *app.App
	stop     func() // ends Run
	handler  http.Handler
	viewer   fleet.Viewer
	registry *prometheus.Registry
	header   http.Header    // of every request
	heard    events.Handler // of the feed too, unless nil
	deaf     bool           // the feed will not hear
	adjust   func(*app.Config)
}

// newService serves an empty database with one company to its manager.
func newService(t testing.TB) *service {
	t.Helper()
	s := emptyService(t)
	s.people()
	s.serveAs("ours@example.com")
	return s
}

// newServiceOfResolvers is newService without plans, for tests of what resolvers stand on.
func newServiceOfResolvers(t testing.TB) *service {
	t.Helper()
	s := emptyService(t)
	s.people()
	s.adjust = func(c *app.Config) { c.Plans = "off" }
	s.serveAs("ours@example.com")
	return s
}

// emptyService has an empty database and does not serve it yet.
func emptyService(t testing.TB) *service {
	t.Helper()
	db, url := storetest.New(t)
	return &service{t: t, store: db, url: url}
}

// people makes two companies with a manager each.
func (s *service) people() {
	s.t.Helper()
	s.exec(`INSERT INTO companies (name) VALUES ('Ours'), ('Theirs')`)
	s.exec(
		`INSERT INTO users (company_id, email, name, role) SELECT id, lower(name) || '@example.com', name || ' manager', 'MANAGER' FROM companies`,
	)
}

// another returns one more server on the same database.
func (s *service) another() *service {
	s.t.Helper()
	other := *s
	other.serveAs("ours@example.com")
	return &other
}

// serveAs makes the user of that address the sender of requests.
func (s *service) serveAs(email string) {
	s.t.Helper()
	viewer, err := s.store.Identity().ViewerByEmail(s.t.Context(), email)
	if err != nil {
		s.t.Fatal(err)
	}
	s.viewer = viewer
	s.serve(email)
}

// config returns the configuration of a server under test: quotas of one user
// are off, passwords are cheap and a busy machine is waited for, unless a test
// sets them.
func (s *service) config(log *slog.Logger) app.Config {
	c := app.Default()
	c.Database = app.Database{URL: s.url, MaxConns: 16, KeepConns: 1, ConnWait: time.Minute}
	c.Addr, c.MetricsAddr = "127.0.0.1:0", ""
	c.Hashing, c.SignInTime = auth.Hashing{Memory: 64, Passes: 1, Threads: 1}, 0
	c.ReportCost = false
	none, unlimited := 0, 0.0
	c.RateLimit, c.MaxSubscriptions, c.MaxSockets, c.MaxConnections = &unlimited, &none, &none, 0
	c.Log = log
	return c
}

// serve starts a server. Anonymous requests are those of the user with the
// address demoUser; "" leaves them anonymous.
func (s *service) serve(demoUser string) {
	s.t.Helper()
	c := s.config(testlog.New(s.t, "server"))
	c.Demo, c.DemoUser = demoUser != "", demoUser
	if s.heard != nil { // receives changes after the cache
		c.Handlers = []events.Handler{s.heard}
	}
	if s.adjust != nil {
		s.adjust(&c)
	}
	s.start(c)
	s.handler = onThisMachine(s.handler)
}

// start runs an App until the end of the test, or until stop.
func (s *service) start(c app.Config) {
	s.t.Helper()
	a, err := app.New(s.t.Context(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.app, s.handler, s.stats, s.registry = a, a.Server.Handler(), a.Dashboard, a.Registry
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(string) {}) }()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	stop, metric := s.stop, s.metric
	s.t.Cleanup(func() {
		stop()
		if err := a.Close(context.Background()); err != nil {
			s.t.Error(err)
		}
	})
	s.t.Cleanup(func() {
		if n := metric("fleet_loader_backstops_total"); n != 0 { // no batch may wait for the timer
			s.t.Errorf("%v batches were sent by the back-stop timer", n)
		}
	})
	s.eventually(func() bool { return s.deaf || s.metric("fleet_feed_listening") == 1 })
}

// onThisMachine asks by the name that demo mode answers to, unless a test says another.
func onThisMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "example.com" { // httptest's
			r.Host = "localhost"
		}
		next.ServeHTTP(w, r)
	})
}

// of returns a setting that is given.
func of[T any](v T) *T { return &v }

// metric reads a gauge or counter.
func (s *service) metric(name string) float64 {
	s.t.Helper()
	families, err := s.registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == name {
			m := f.GetMetric()[0]
			return m.GetCounter().GetValue() + m.GetGauge().GetValue()
		}
	}
	s.t.Fatalf("there is no metric %s", name)
	return 0
}

// exec runs SQL as psql would, past the server.
func (s *service) exec(sql string, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(context.Background(), sql, args...); err != nil {
		s.t.Fatalf("%v\n%s", err, sql)
	}
}

// row reads one row past the server.
func (s *service) row(sql string, into []any, args ...any) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(context.Background(), sql, args...).Scan(into...); err != nil {
		s.t.Fatalf("%v\n%s", err, sql)
	}
}

// lock runs a statement in a transaction that stays open until release.
func (s *service) lock(sql string) (release func()) {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := conn.Exec(context.Background(), "BEGIN; "+sql); err != nil {
		s.t.Fatal(err)
	}
	release = sync.OnceFunc(func() { _ = conn.Close(context.Background()) })
	s.t.Cleanup(release)
	return release
}

// eventually waits for what must come; the bound is for a machine that is busy.
func (s *service) eventually(come func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !come(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatal("it did not come")
		}
	}
}

// fill adds n machines to the company, two to an operator, each with 5 records.
func (s *service) fill(n int) {
	s.t.Helper()
	company := [16]byte(s.viewer.CompanyID)
	s.exec(`INSERT INTO operators (company_id, first_name, last_name, license_number)
	        SELECT $1, 'First' || i, 'Last' || i, 'L-' || i FROM generate_series(1, ($2::int + 1) / 2) i`, company, n)
	s.exec(`INSERT INTO equipment (company_id, user_id, name, serial_number, category, status, cost, created_at)
	        SELECT $1, $3, 'Machine ' || i, 'SN-' || i, (ARRAY['Excavator','Crane'])[1 + i % 2],
	               (ARRAY['ACTIVE','ACTIVE','MAINTENANCE','INACTIVE'])[1 + i % 4], i * 1000.25, now() - i * interval '1 hour'
	        FROM generate_series(1, $2::int) i`, company, n, [16]byte(s.viewer.UserID))
	s.exec(`UPDATE equipment_status_periods p SET user_id = e.user_id FROM equipment e WHERE e.id = p.equipment_id`)
	s.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at)
	        SELECT $1, e.id, o.id, now() - interval '1 day'
	        FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM equipment WHERE company_id = $1) e
	        JOIN (SELECT id, row_number() OVER (ORDER BY license_number) AS n FROM operators WHERE company_id = $1) o ON o.n = (e.n + 1) / 2`, company)
	s.exec(`INSERT INTO assignment_plans (company_id, equipment_id, operator_id, starts_at, ends_at, user_id)
	        SELECT $1, a.equipment_id, a.operator_id, now() + i * interval '1 day', now() + (i * 24 + 1) * interval '1 hour', $2
	        FROM assignments a, generate_series(1, 3) i WHERE a.company_id = $1`, company, [16]byte(s.viewer.UserID))
	s.exec(
		`INSERT INTO sites (company_id, name, code) SELECT $1, 'Site ' || i, 'S' || i FROM generate_series(1, ($2::int + 4) / 5) i`,
		company,
		n,
	)
	s.exec(`INSERT INTO site_moves (company_id, equipment_id, site_id, arrived_at)
	        SELECT $1, e.id, s.id, now() - interval '1 day'
	        FROM (SELECT id, row_number() OVER (ORDER BY name) AS n FROM equipment WHERE company_id = $1) e
	        JOIN (SELECT id, row_number() OVER (ORDER BY name) AS n FROM sites WHERE company_id = $1) s ON s.n = (e.n + 4) / 5`, company)
	s.exec(`INSERT INTO saved_queries (company_id, name, document, created_by, changed_by)
	        SELECT $1, 'Query ' || i, '{ viewer { name } }', $3, $3 FROM generate_series(1, $2::int) i`,
		company, n, [16]byte(s.viewer.UserID))
	s.exec(`INSERT INTO saved_query_versions (company_id, saved_query_id, number, action, name, document, user_id)
	        SELECT $1, q.id, i, 'UPDATED', q.name, q.document, q.created_by FROM saved_queries q, generate_series(1, 3) i
	        WHERE q.company_id = $1`, company)
	s.exec(`INSERT INTO papers (company_id, equipment_id, kind, number, valid_until)
	        SELECT $1, e.id, (ARRAY['INSURANCE','INSPECTION'])[i], 'P-' || i, date '2026-12-01' + i FROM equipment e, generate_series(1, 2) i
	        WHERE e.company_id = $1`, company)
	s.exec(`INSERT INTO papers (company_id, operator_id, kind, valid_until) SELECT $1, o.id, 'LICENCE', '2027-01-01'
	        FROM operators o WHERE o.company_id = $1`, company)
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, cost, description)
	        SELECT $1, e.id, (ARRAY['PREVENTIVE','CORRECTIVE'])[1 + i % 2], date '2026-01-01' - i, i * 10, 'Work ' || i
	        FROM equipment e, generate_series(1, 5) i WHERE e.company_id = $1`, company)
}

type answer struct {
	Data       json.RawMessage
	Extensions json.RawMessage
	Errors     []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	statements int
	status     int
	header     http.Header
}

// ask sends a query and counts its SQL statements.
func (s *service) ask(query string, variables map[string]any) answer {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.send(body)
}

func (s *service) send(body []byte) answer {
	s.t.Helper()
	ctx, statements := store.CountStatements(context.Background())
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, s.request(ctx, body))
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		s.t.Errorf("the answer is not JSON: %v\n%.300s", err, w.Body)
	}
	a.statements, a.status, a.header = statements.Count(), w.Code, w.Header()
	return a
}

func (s *service) request(ctx context.Context, body []byte) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", bytes.NewReader(body))
	maps.Copy(r.Header, s.header)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// data asks, expects no error, and decodes the answer.
func (s *service) data(into any, query string, variables map[string]any) answer {
	s.t.Helper()
	a := s.ask(query, variables)
	if len(a.Errors) > 0 {
		s.t.Fatalf("%s: %+v", query, a.Errors)
	}
	if err := json.Unmarshal(a.Data, into); err != nil {
		s.t.Fatal(err)
	}
	return a
}
