package dashboard_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/fleet"
)

// counting is a source that returns the number of its calls.
type counting struct{ statements atomic.Int64 }

func (s *counting) DashboardStats(context.Context, fleet.Viewer, fleet.StatsScope) (fleet.DashboardStats, error) {
	return fleet.DashboardStats{TotalEquipment: int(s.statements.Add(1))}, nil
}

func newDashboard(t testing.TB, source dashboard.Source) *dashboard.Dashboard {
	t.Helper()
	d, err := dashboard.New(source, dashboard.DefaultTTL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func TestStatsAreSharedWithinACompanyAndScope(t *testing.T) {
	d := newDashboard(t, new(counting))
	acme, other := fleet.UUID{1}, fleet.UUID{2}
	ann := fleet.Viewer{CompanyID: acme, UserID: fleet.UUID{3}, Role: fleet.RoleAdmin}
	bob := fleet.Viewer{CompanyID: acme, UserID: fleet.UUID{4}, Role: fleet.RoleAnalyst}
	eve := fleet.Viewer{CompanyID: other, UserID: fleet.UUID{3}, Role: fleet.RoleAdmin}
	read := func() (got []int) {
		t.Helper()
		for _, v := range []fleet.Viewer{ann, bob, eve} {
			for _, scope := range []fleet.StatsScope{fleet.StatsScopeCompany, fleet.StatsScopeMine} {
				stats, err := d.Stats(t.Context(), v, scope)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, stats.TotalEquipment)
			}
		}
		return got
	}
	for _, step := range []struct {
		name string
		do   func()
		want []int // for ann, bob and eve: the company's, mine
	}{
		{"at first", func() {}, []int{1, 2, 1, 3, 4, 5}},
		{"again", func() {}, []int{1, 2, 1, 3, 4, 5}},
		{"after a write elsewhere", func() { d.Invalidate(acme) }, []int{6, 7, 6, 8, 4, 5}},
		{"after a write here", func() { d.Fence(other)() }, []int{6, 7, 6, 8, 9, 10}},
		{"after writes to both", func() { d.Invalidate(acme, other) }, []int{11, 12, 11, 13, 14, 15}},
		{"after a reconnect", d.InvalidateAll, []int{16, 17, 16, 18, 19, 20}},
	} {
		step.do()
		if diff := cmp.Diff(step.want, read()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestMetricsCountReads(t *testing.T) {
	d := newDashboard(t, new(counting))
	registry := prometheus.NewPedanticRegistry()
	d.Register(registry)
	v := fleet.Viewer{CompanyID: fleet.UUID{1}}
	read := func() {
		t.Helper()
		if _, err := d.Stats(t.Context(), v, fleet.StatsScopeCompany); err != nil {
			t.Fatal(err)
		}
	}
	read()
	for d.Metrics().Hits == 0 { // until ristretto shows the value, readers join its load
		time.Sleep(time.Millisecond)
		read()
	}
	lower := d.Fence(v.CompanyID)
	read()
	lower()
	before := d.Metrics()
	if before.Bypasses != 1 || before.Loads != 2 || before.Failures != 0 || before.Cost == 0 {
		t.Errorf("%+v, want a bypass, 2 loads, no failure, some bytes", before)
	}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		m := f.GetMetric()[0]
		got[f.GetName()] = m.GetCounter().GetValue() + m.GetGauge().GetValue()
	}
	want := map[string]float64{
		"hits_total": float64(before.Hits), "misses_total": float64(before.Misses), "bypasses_total": 1,
		"loads_total": 2, "load_failures_total": 0, "drops_total": 0, "evictions_total": 0,
		"bytes": float64(before.Cost),
	}
	full := map[string]float64{}
	for name, value := range want {
		full["fleet_statistics_cache_"+name] = value
	}
	if diff := cmp.Diff(full, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func BenchmarkHotStats(b *testing.B) {
	d := newDashboard(b, new(counting))
	v := fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: fleet.NewUUID()}
	for _, scope := range []fleet.StatsScope{fleet.StatsScopeCompany, fleet.StatsScopeMine} {
		b.Run(string(scope), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = d.Stats(b.Context(), v, scope)
			}
		})
	}
}

func BenchmarkGet(b *testing.B) {
	c := newCache(b, roomy)
	load := func(context.Context) (int64, error) { return 1, nil }
	b.Run("hot", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = c.Get(b.Context(), "g", "k", load)
		}
	})
	b.Run("hot, parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, _ = c.Get(b.Context(), "g", "k", load)
			}
		})
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Invalidate("g")
			_, _ = c.Get(b.Context(), "g", "k", load)
		}
	})
}
