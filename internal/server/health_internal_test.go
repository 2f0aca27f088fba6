package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestReadyzAsksTheDatabase: once a second, and with a deadline that is not that
// of the client.
func TestReadyzAsksTheDatabase(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked int
		var down error
		s := &Server{
			config: Config{Log: slog.New(slog.DiscardHandler)},
			health: health{ready: func(ctx context.Context) error {
				asked++
				if end, ok := ctx.Deadline(); !ok || time.Until(end) != 2*time.Second || ctx.Err() != nil {
					t.Errorf("the deadline is %s, %t, %v", end, ok, ctx.Err())
				}
				runtime.Gosched() // the others arrive; a sleep would not end while they wait for a mutex
				return down
			}},
		}
		status := func() int {
			ctx, cancel := context.WithCancel(t.Context())
			cancel() // the client has disconnected
			w := httptest.NewRecorder()
			s.readyz(w, httptest.NewRequestWithContext(ctx, "GET", "/readyz", nil))
			return w.Code
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if got := status(); got != http.StatusOK {
					t.Errorf("status %d", got)
				}
			})
		}
		all.Wait()
		if asked != 1 {
			t.Errorf("the database was asked %d times at once", asked)
		}
		down = errors.New("connection refused")
		if got := status(); got != http.StatusOK {
			t.Errorf("within a second: status %d", got)
		}
		time.Sleep(time.Second)
		if got := status(); got != http.StatusServiceUnavailable || asked != 2 {
			t.Errorf("status %d, the database was asked %d times", got, asked)
		}
		down = nil
		time.Sleep(time.Second)
		if got := status(); got != http.StatusOK || asked != 3 {
			t.Errorf("status %d, the database was asked %d times", got, asked)
		}
	})
	w := httptest.NewRecorder()
	(&Server{}).readyz(w, httptest.NewRequestWithContext(t.Context(), "GET", "/readyz", nil))
	if w.Code != http.StatusOK {
		t.Errorf("without a database: status %d", w.Code)
	}
}
