package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/server"
)

// TestReadinessChecksTheDatabaseOnceASecond: /readyz is open to all, as often as they like.
func TestReadinessChecksTheDatabaseOnceASecond(t *testing.T) {
	t.Parallel()
	var checks atomic.Int64
	s, err := server.New(
		server.Config{Addr: "127.0.0.1:0", Resolver: new(graph.Resolver), Ready: func(context.Context) error {
			checks.Add(1)
			return nil
		}},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", nil))
			if w.Code != 200 {
				t.Error(w.Code)
			}
		})
	}
	all.Wait()
	if n := checks.Load(); n < 1 || n > 10 {
		t.Errorf("100 requests made %d checks", n)
	}
}
