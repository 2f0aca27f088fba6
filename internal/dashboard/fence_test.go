package dashboard_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/fleet"
)

// machines is a source with one figure, the number of committed machines.
type machines struct{ committed atomic.Int64 }

func (m *machines) DashboardStats(context.Context, fleet.Viewer, fleet.StatsScope) (fleet.DashboardStats, error) {
	return fleet.DashboardStats{TotalEquipment: int(m.committed.Load())}, nil
}

// TestTheFenceAloneKeepsFiguresFresh writes without a change feed: in every phase of a write only
// the fence makes the next figures current.
func TestTheFenceAloneKeepsFiguresFresh(t *testing.T) {
	var source machines
	d := newDashboard(t, &source)
	v := fleet.Viewer{CompanyID: fleet.UUID{1}, UserID: fleet.UUID{2}, Role: fleet.RoleManager}
	read := func() int {
		t.Helper()
		stats, err := d.Stats(t.Context(), v, fleet.StatsScopeCompany)
		if err != nil {
			t.Fatal(err)
		}
		return stats.TotalEquipment
	}
	cached := func() { // until ristretto shows the value
		t.Helper()
		for hits := d.Metrics().Hits; d.Metrics().Hits == hits; time.Sleep(time.Millisecond) {
			read()
		}
	}
	for n := range 3 {
		cached()
		lower := d.Fence(v.CompanyID)
		if got := read(); got != n {
			t.Errorf("write %d: %d machines before the commit, want %d", n, got, n)
		}
		source.committed.Add(1)
		if got := read(); got != n+1 {
			t.Errorf("write %d: %d machines between the commit and the end of the fence, want %d", n, got, n+1)
		}
		lower()
		if got := read(); got != n+1 {
			t.Errorf("write %d: %d machines after the fence, want %d", n, got, n+1)
		}
	}
}

// TestALoadThatOverlapsAFencedWriteIsNotKept has a load that reads before the
// commit and returns after the fence: the next reader must not get its value.
func TestALoadThatOverlapsAFencedWriteIsNotKept(t *testing.T) {
	c := newCache(t, dashboard.CacheConfig{TTL: time.Hour, MaxCost: 1 << 20, LoadTimeout: time.Minute})
	hasRead, mayReturn, returned := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(returned)
		if _, err := c.Get(t.Context(), "g", "k", func(context.Context) (int64, error) {
			close(hasRead)
			<-mayReturn
			return 1, nil // as it was before the commit
		}); err != nil {
			t.Error(err)
		}
	}()
	<-hasRead
	c.Fence("g")() // the whole write
	close(mayReturn)
	<-returned
	if v, err := c.Get(t.Context(), "g", "k",
		func(context.Context) (int64, error) { return 2, nil }); v != 2 || err != nil {
		t.Errorf("a read after the write got %d, %v; want 2", v, err)
	}
}
