package app_test

import (
	"net/http"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
)

// TestReadyzAsksTheStore closes the store of an App that runs.
func TestReadyzAsksTheStore(t *testing.T) {
	t.Parallel()
	c := onDatabase(t)
	var started *app.App
	addr := run(t, &c, false, func(a *app.App) { started = a })
	status := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+addr+"/readyz", nil)
		if err != nil {
			t.Fatal(err)
		}
		w, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = w.Body.Close()
		return w.StatusCode
	}
	if got := status(); got != http.StatusOK {
		t.Errorf("/readyz answers %d", got)
	}
	started.Store.Close()
	for deadline := time.Now().Add(time.Minute); status() != http.StatusServiceUnavailable; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("/readyz does not answer 503 within a minute after the store was closed")
		}
	}
}
