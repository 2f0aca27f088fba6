package server

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// healthz answers that the process runs.
func healthz(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) }

// readyz answers whether the database does, unless the server is about to stop.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		http.Error(w, "the server is about to stop", http.StatusServiceUnavailable)
		return
	}
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

// watchEvery is how often the database is checked while nothing asks.
const watchEvery = 5 * time.Second

// watchDatabase logs when the database does not answer any more, and when it does again, until ctx ends.
func (s *Server) watchDatabase(ctx context.Context) error {
	every := time.NewTicker(watchEvery)
	defer every.Stop()
	var lost time.Time // zero while it answers
	for {
		err := s.health.check(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil && lost.IsZero():
			lost = time.Now()
			s.config.Log.ErrorContext(ctx, "database lost", "error", err)
		case err == nil && !lost.IsZero():
			s.config.Log.InfoContext(ctx, "database found", "away_ms", time.Since(lost).Milliseconds())
			lost = time.Time{}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
}

// isUp reports whether the last check of the database has succeeded.
func (h *health) isUp() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err == nil
}

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
