package e2e_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/testlog"
)

// pooledService serves a database through PgBouncer in transaction mode.
// listen is the URL at which its feed listens; "" is that of the pooler.
func pooledService(
	t *testing.T,
	listen func(direct string) string,
) (s *service, pooler string, logged *testlog.Buffer) {
	t.Helper()
	s = emptyService(t)
	s.people()
	pooler, logged = pgtest.Pooler(t, s.url), new(testlog.Buffer)
	s.adjust = func(c *app.Config) {
		c.Database.URL, c.Database.ListenURL = pooler, listen(s.url)
		c.Log = slog.New(slog.NewTextHandler(logged, nil))
	}
	s.deaf = listen(s.url) == ""
	s.serveAs("ours@example.com")
	return s, pooler, logged
}

const insertCrane = `INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`

// TestThroughAPoolerInTransactionMode reads, writes, subscribes and changes
// machines past the server, which must notice it.
func TestThroughAPoolerInTransactionMode(t *testing.T) {
	t.Parallel()
	s, _, logged := pooledService(t, func(direct string) string { return direct })
	s.fill(30)
	figures := s.overSocket(watchStats, nil)
	company := [16]byte(s.viewer.CompanyID)
	for n := range 10 {
		s.machine(vars{"serialNumber": "P-" + string(rune('a'+n))}) // by mutation
		s.exec(insertCrane, company)
		want := 30 + 2*(n+1)
		s.eventually(func() bool { return s.total() == want })
		s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == want })
	}
	readsSurvive(t, s, 10, `UPDATE equipment SET description = 'again'`)
	readsSurvive(t, s, 5, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	var left string
	s.row(`SELECT coalesce(string_agg(DISTINCT query, '; '), '') FROM pg_stat_activity
		WHERE datname = current_database() AND state LIKE 'idle in transaction%'`, []any{&left})
	if left != "" {
		t.Errorf("transactions are left open: %s", left)
	}
	if text := logged.String(); strings.Contains(text, "level=ERROR") || strings.Contains(text, "FLEET_LISTEN_URL") {
		t.Errorf("the log has\n%s", text)
	}
}

// TestSettingsStayWithinTheirTransactions looks for what the server has left
// on the connections that it shares with others.
func TestSettingsStayWithinTheirTransactions(t *testing.T) {
	t.Parallel()
	s, pooler, _ := pooledService(t, func(direct string) string { return direct })
	s.fill(3)
	s.machine(nil)
	if got := s.total(); got != 4 {
		t.Errorf("%d machines, want 4", got)
	}
	if _, err := seed.Demo(t.Context(), s.app.Store.Bulk()); err != nil { // copies, and vacuums
		t.Error(err)
	}
	pooled := *s
	pooled.url = pooler
	var jit, timeout, prepared, held string
	pooled.row(`SELECT current_setting('jit'), current_setting('statement_timeout'),
		(SELECT count(*) FROM pg_prepared_statements)::text,
		(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())::text`,
		[]any{&jit, &timeout, &prepared, &held}, pgx.QueryExecModeSimpleProtocol)
	if jit != "on" || timeout != "0" || prepared != "0" || held != "0" {
		t.Errorf("on a connection of the pooler: jit %s, statement_timeout %s, %s prepared statements, %s advisory locks",
			jit, timeout, prepared, held)
	}
}

// TestAListenerBehindAPoolerSaysSo has no connection of its own for LISTEN:
// figures come from the database, subscribers learn of changes by polling, and
// the log and the metrics say what is wrong.
func TestAListenerBehindAPoolerSaysSo(t *testing.T) {
	t.Parallel()
	s, _, logged := pooledService(t, func(string) string { return "" })
	figures := s.overSocket(watchStats, nil)
	company := [16]byte(s.viewer.CompanyID)
	for n := range 20 {
		s.exec(insertCrane, company)
		if got := s.total(); got != n+1 {
			t.Fatalf("%d machines after %d inserts", got, n+1)
		}
	}
	s.eventually(func() bool { return s.metric("fleet_feed_losses_total") >= 1 })
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 20 })
	s.exec(insertCrane, company)
	if got := s.total(); got != 21 {
		t.Errorf("%d machines, want 21", got)
	}
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 21 })
	if n := s.metric("fleet_feed_listening"); n != 0 {
		t.Errorf("fleet_feed_listening is %v", n)
	}
	if text := logged.String(); !strings.Contains(text, "level=WARN") || !strings.Contains(text, "pooler") ||
		!strings.Contains(text, "FLEET_LISTEN_URL") {
		t.Errorf("the log does not name poolers and FLEET_LISTEN_URL:\n%s", text)
	}
	var locks int
	s.row(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, []any{&locks})
	if locks != 0 {
		t.Errorf("%d advisory locks are left with connections of the pooler", locks)
	}
}

// TestAStatementThatTakesTooLongBehindAPoolerIsTIMEOUT locks a table for longer
// than a statement may take.
func TestAStatementThatTakesTooLongBehindAPoolerIsTIMEOUT(t *testing.T) {
	t.Parallel()
	s, _, _ := pooledService(t, func(direct string) string { return direct })
	adjust := s.adjust
	s.adjust = func(c *app.Config) {
		adjust(c)
		c.Database.StatementTimeout = 200 * time.Millisecond
	}
	s.serveAs("ours@example.com")
	release := s.lock(`LOCK TABLE equipment, equipment_sums IN ACCESS EXCLUSIVE MODE`)
	defer release()
	for _, query := range []string{askStats,
		`mutation { createEquipment(input: { name: "Crane", category: "Crane" }) { errors { message } } }`} {
		if a := s.ask(query, nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Timeout) {
			t.Errorf("%s: %+v", query, a.Errors)
		}
	}
}
