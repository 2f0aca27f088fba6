package e2e_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/migrations"
)

// listener counts the machines that the feed has reported, as far as it names them.
type ear struct{ rows atomic.Int64 }

func (e *ear) Changed(c fleet.TableChange) {
	if c.Table == fleet.TableEquipment {
		e.rows.Add(int64(len(c.Rows)))
	}
}

func (*ear) Lost() {}

func (*ear) Found() {}

// TestALostListenerLosesNothing cuts the feed again and again during writes.
func TestALostListenerLosesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	figures := s.overSocket(watchStats, nil)
	rows := s.overSocket(`subscription { equipmentChanged { change id } }`, nil)
	for i := range 10 {
		s.machine(nil)
		s.exec(
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'fleet feed'`,
		)
		s.exec(
			`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`,
			[16]byte(s.viewer.CompanyID),
		)
		s.eventually(func() bool { return s.total() == 2*(i+1) }) // also without a listener
	}
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 20 })
	resyncs := func() (n int) {
		for _, e := range all[equipmentNews](t, rows) {
			if e.EquipmentChanged.Change == "RESYNC" {
				n++
			}
		}
		return n
	}
	s.eventually(func() bool { return resyncs() >= 2 })
	before := resyncs()
	m := s.machine(nil)
	s.eventually(func() bool { // by its name, or, if the last cut was not noticed before, as one of all
		return last[equipmentNews](t, rows).EquipmentChanged.ID == m.ID || resyncs() > before
	})
}

// TestADatabaseThatComesBack stops the database under a server and starts it again.
func TestADatabaseThatComesBack(t *testing.T) {
	t.Parallel()
	dir := pgtest.Dir(t)
	start := func() *localpg.Server {
		pg, err := localpg.Start(t.Context(), localpg.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return pg
	}
	stop := func(pg *localpg.Server) {
		if err := pg.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	pg := start()
	defer func() { stop(pg) }()
	if _, err := migrations.Up(t.Context(), pg.URL()); err != nil {
		t.Fatal(err)
	}
	db, url := storetest.Open(t, pg.URL())
	s := &service{t: t, store: db, url: url}
	s.people()
	s.serveAs("ours@example.com")
	s.machine(nil)
	figures := s.overSocket(watchStats, nil)
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 1 })

	// Reads go on all the time, bypassing the cache too.
	var asking sync.WaitGroup
	ended := make(chan struct{})
	finish := sync.OnceFunc(func() { close(ended); asking.Wait() })
	defer finish()
	var answered, refused atomic.Int64
	for _, query := range []string{askStats, `{ equipmentList(first: 1) { nodes { name } } }`} {
		asking.Go(func() {
			for {
				select {
				case <-ended:
					return
				case <-time.After(2 * time.Millisecond):
				}
				begun := time.Now()
				a := s.ask(query, nil)
				if took := time.Since(begun); took > 40*time.Second {
					t.Errorf("an answer took %s, its deadline is after 30 s", took)
				}
				if len(a.Errors) == 0 {
					answered.Add(1)
					continue
				}
				refused.Add(1)
				if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unavailable) ||
					!strings.Contains(a.Errors[0].Message, "database does not answer") {
					t.Errorf("while the database is away: %+v", a.Errors)
				}
			}
		})
	}
	stop(pg)
	s.eventually(func() bool { return s.metric("fleet_feed_listening") == 0 && refused.Load() > 0 })
	a := s.ask(askStats, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Unavailable) ||
		!strings.Contains(a.Errors[0].Message, "database does not answer") {
		t.Errorf("without a database: %s %+v", a.Data, a.Errors)
	}
	if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") != "1" {
		t.Errorf("without a database: status %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
	}
	// Nothing is known of a token then, so that its client is asked to try again.
	if code := s.closeCode(tokenOf(secret("anybody"))); code != websocket.StatusTryAgainLater {
		t.Errorf("without a database: a socket with a token is closed with %d", code)
	}
	pg = start()
	s.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'psql', 'Crane')`, [16]byte(s.viewer.CompanyID))
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 2 })
	s.eventually(func() bool { return len(s.ask(askStats, nil).Errors) == 0 })
	finish()
	if got := s.total(); got != 2 {
		t.Errorf("%d machines afterwards, want 2", got)
	}
	if answered.Load() == 0 {
		t.Error("nobody was answered: this shows nothing")
	}
}
