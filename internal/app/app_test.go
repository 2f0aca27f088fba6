package app_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store/storetest"
	"bitcorp.dev/fleet/internal/testlog"
)

// onDatabase returns a configuration for an empty database.
func onDatabase(t *testing.T) app.Config {
	t.Helper()
	c := app.Default()
	c.Database.URL, c.Database.KeepConns = pgtest.Clone(t, storetest.Template()), 1
	c.Addr, c.MetricsAddr, c.Log = "127.0.0.1:0", "", testlog.New(t, "app")
	return c
}

// idle are goroutines that end with the connections of a pool, or of a client.
func idle() []goleak.Option {
	return []goleak.Option{
		goleak.IgnoreCurrent(), goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"),
	}
}

// TestRunServesAndLeavesNothing is not parallel: it counts goroutines.
func TestRunServesAndLeavesNothing(t *testing.T) {
	c := onDatabase(t)
	before := idle()
	a, err := app.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(addr string) { address <- addr }) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+<-address+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if w.StatusCode != http.StatusOK {
		t.Errorf("/readyz answers %s", w.Status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run = %v", err)
	}
	for range 2 {
		if err := a.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
	}
	if err := goleak.Find(before...); err != nil {
		t.Error(err)
	}
}

// TestCloseWithoutRunLeavesNothing is not parallel either.
func TestCloseWithoutRunLeavesNothing(t *testing.T) {
	c := onDatabase(t)
	before := idle()
	a, err := app.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
	if err := goleak.Find(before...); err != nil {
		t.Error(err)
	}
}

// TestAPartThatFailsLeavesNothing lets New fail after most parts are made.
func TestAPartThatFailsLeavesNothing(t *testing.T) {
	file := t.TempDir() + "/manifest.json"
	if err := os.WriteFile(file, []byte(`{"not a hash": "{ viewer { name } }"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, set := range map[string]func(*app.Config){
		"trusted documents": func(c *app.Config) { c.TrustedDocuments = file },
		"origins":           func(c *app.Config) { c.Origins = []string{"app.example.com/path"} },
		"demo user":         func(c *app.Config) { c.Demo, c.DemoUser = true, "missing@example.com" },
		"settings":          func(c *app.Config) { c.BodyTimeout = 0 },
	} {
		c := onDatabase(t)
		before := idle()
		set(&c)
		if a, err := app.New(t.Context(), c); err == nil {
			t.Errorf("%s: New returned no error", name)
			_ = a.Close(t.Context())
		} else if name == "settings" && !strings.Contains(err.Error(), "FLEET_BODY_TIMEOUT") {
			t.Errorf("%s: %v", name, err)
		}
		if err := goleak.Find(before...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
