package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/migrations"
)

// TestADatabaseThatIsAwayBehindAPooler stops PostgreSQL, and then PgBouncer has
// nothing to give.
func TestADatabaseThatIsAwayBehindAPooler(t *testing.T) {
	t.Parallel()
	dir := pgtest.Dir(t)
	start := func() *localpg.Server {
		pg, err := localpg.Start(t.Context(), localpg.Options{Dir: dir, Trust: true})
		if err != nil {
			t.Fatal(err)
		}
		return pg
	}
	pg := start()
	stop := func() {
		if err := pg.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	defer func() { stop() }()
	if _, err := migrations.Up(t.Context(), pg.URL()); err != nil {
		t.Fatal(err)
	}
	db, url := storetest.Open(t, pg.URL())
	s := &service{t: t, store: db, url: url}
	s.people()
	pooler := pgtest.Pooler(t, url)
	s.adjust = func(c *app.Config) {
		c.Database.URL, c.Database.ListenURL = pooler, url
		c.RequestTimeout = 5 * time.Second
	}
	s.serveAs("ours@example.com")
	s.machine(nil)
	stop()
	s.eventually(func() bool {
		a := s.ask(askStats, nil)
		switch {
		case len(a.Errors) != 1:
			t.Errorf("without a database: %s %+v", a.Data, a.Errors)
		case a.Errors[0].Extensions["code"] == string(fleet.Unavailable):
			return a.status == http.StatusServiceUnavailable
		case a.Errors[0].Extensions["code"] != string(fleet.Timeout): // PgBouncer may let a statement wait
			t.Errorf("without a database: %+v", a.Errors)
		}
		return false
	})
	pg = start()
	s.eventually(func() bool {
		a := s.ask(askStats, nil)
		if len(a.Errors) > 0 && !coded(a, fleet.Unavailable) && !coded(a, fleet.Timeout) {
			t.Errorf("while the database comes back: %+v", a.Errors)
		}
		return len(a.Errors) == 0
	})
	if got := s.total(); got != 1 {
		t.Errorf("%d machines, want 1", got)
	}
}
