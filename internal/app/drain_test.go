package app_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
)

// started runs an App of the demo's fleet until stop is called; ended gets what Run returns.
func started(t *testing.T, set func(*app.Config)) (addr string, c app.Config, stop func(), ended chan error) {
	t.Helper()
	c = onDatabase(t)
	c.Demo = true
	set(&c)
	a, err := app.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- a.Run(ctx, func(addr string) { address <- addr }) }()
	t.Cleanup(func() {
		cancel()
		_ = a.Close(context.Background())
	})
	return <-address, c, cancel, ended
}

// refuses reports whether nothing listens at an address.
func refuses(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err == nil {
		_ = conn.Close()
	}
	return err != nil
}

// TestAServerThatDrainsStillServes: /readyz says 503, everything else goes on, then nothing listens.
func TestAServerThatDrainsStillServes(t *testing.T) {
	t.Parallel()
	addr, _, stop, ended := started(t, func(c *app.Config) { c.DrainDelay = 5 * time.Second })
	if w, _ := send(t, "GET", "http://"+addr+"/readyz", ""); w.StatusCode != http.StatusOK {
		t.Fatalf("before: %s", w.Status)
	}
	stop()
	until(t, "/readyz says 503", func() bool {
		w, _ := send(t, "GET", "http://"+addr+"/readyz", "")
		return w.StatusCode == http.StatusServiceUnavailable
	})
	if w, _ := send(t, "GET", "http://"+addr+"/healthz", ""); w.StatusCode != http.StatusOK {
		t.Errorf("/healthz: %s", w.Status)
	}
	w, body := send(t, "POST", "http://"+addr+"/graphql", someMachines)
	if w.StatusCode != http.StatusOK || !strings.Contains(body, `"nodes"`) || !w.Close {
		t.Errorf("%s, connection closed: %t\n%s", w.Status, w.Close, body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !refuses(addr) {
		t.Error("it listens after its end")
	}
}

// TestRequestsInProgressFinish after nothing listens any more.
func TestRequestsInProgressFinish(t *testing.T) {
	t.Parallel()
	addr, c, stop, ended := started(t, func(c *app.Config) { c.StopTimeout = time.Minute })
	release, waiters := hold(t, c.Database.URL, "equipment")
	answered := make(chan string, 1)
	go func() {
		_, body := send(t, "POST", "http://"+addr+"/graphql", someMachines)
		answered <- body
	}()
	until(t, "the request waits", func() bool { return waiters() > 0 })
	stop()
	until(t, "nothing listens", func() bool { return refuses(addr) })
	release()
	if body := <-answered; !strings.Contains(body, `"nodes"`) {
		t.Errorf("%s", body)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestRequestsThatTakeTooLongAreCut at the end of FLEET_STOP_TIMEOUT: the table stays locked.
func TestRequestsThatTakeTooLongAreCut(t *testing.T) {
	t.Parallel()
	addr, c, stop, ended := started(t, func(c *app.Config) { c.StopTimeout = 100 * time.Millisecond })
	_, waiters := hold(t, c.Database.URL, "equipment")
	failed := make(chan error, 1)
	go func() {
		r, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+addr+"/graphql", strings.NewReader(someMachines))
		if err == nil {
			r.Header.Set("Content-Type", "application/json")
			var w *http.Response
			if w, err = http.DefaultClient.Do(r); err == nil {
				_ = w.Body.Close()
			}
		}
		failed <- err
	}()
	until(t, "the request waits", func() bool { return waiters() > 0 })
	stop()
	if err := <-failed; err == nil {
		t.Error("the request was answered")
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
