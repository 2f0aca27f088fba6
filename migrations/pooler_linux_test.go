package migrations_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/migrations"
)

// TestInstancesMayStartAtOnceBehindAPooler migrates an empty database through
// PgBouncer in transaction mode, which gives no session to hold a lock in.
func TestInstancesMayStartAtOnceBehindAPooler(t *testing.T) {
	t.Parallel()
	pooler := pgtest.Pooler(t, pgtest.Empty(t))
	var applied atomic.Int64
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			n, err := migrations.Up(t.Context(), pooler)
			if err != nil {
				t.Error(err)
			}
			applied.Add(int64(n))
		})
	}
	wg.Wait()
	list, err := migrations.List(t.Context(), pooler)
	if err != nil || int(applied.Load()) != len(list) {
		t.Errorf("%d applied, want each of %d once: %v", applied.Load(), len(list), err)
	}
}

func TestAnInstanceBehindAPoolerWaitsForAnother(t *testing.T) {
	t.Parallel()
	direct := pgtest.Empty(t)
	waitsForAnother(t, direct, pgtest.Pooler(t, direct))
}
