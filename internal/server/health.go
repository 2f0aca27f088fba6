package server

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// healthz answers that the process runs.
func healthz(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// readyz answers whether the database does.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if err := s.health.check(r.Context()); err != nil {
		s.config.Log.WarnContext(r.Context(), "not ready", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// A check is repeated once a second at most, however many clients ask, and
// takes no longer than checkTimeout.
const (
	checkEvery   = time.Second
	checkTimeout = 2 * time.Second
)

// health remembers the result of the last check.
type health struct {
	ready func(context.Context) error // nil: always ready

	mu      sync.Mutex // held during a check
	checked time.Time
	err     error
}

// check returns why the server cannot answer requests; nil if it can.
func (h *health) check(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ready == nil || time.Since(h.checked) < checkEvery {
		return h.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTimeout) // others wait for the result too
	defer cancel()
	h.err = h.ready(ctx)
	h.checked = time.Now()
	return h.err
}
