package dashboard

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

type counts struct {
	hits, misses, bypasses, loads, failures atomic.Uint64
}

// Metrics are a cache's counters since it was made.
type Metrics struct {
	Hits      uint64 // reads answered from memory
	Misses    uint64 // reads that found nothing, or nothing true any more
	Bypasses  uint64 // reads that met a write under way
	Loads     uint64 // how often the source was asked
	Failures  uint64 // loads that returned an error
	Drops     uint64 // values that ristretto refused to keep
	Evictions uint64 // values that made room for others
	Cost      uint64 // bytes of the values kept
}

// Metrics returns the counters.
func (c *Cache[V]) Metrics() Metrics {
	r := c.values.Metrics
	return Metrics{
		Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load(), Bypasses: c.counts.bypasses.Load(),
		Loads: c.counts.loads.Load(), Failures: c.counts.failures.Load(),
		Drops:     r.SetsDropped() + r.SetsRejected(),
		Evictions: r.KeysEvicted(), Cost: r.CostAdded() - r.CostEvicted(),
	}
}

// Register registers the counters of d's cache.
func (d *Dashboard) Register(reg prometheus.Registerer) {
	counter := func(name, help string, read func(Metrics) uint64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "fleet_statistics_cache_" + name, Help: help},
			func() float64 { return float64(read(d.cache.Metrics())) }))
	}
	counter("hits_total", "Statistics answered from memory.", func(m Metrics) uint64 { return m.Hits })
	counter("misses_total", "Statistics that were not in memory, or not true any more.", func(m Metrics) uint64 { return m.Misses })
	counter("bypasses_total", "Statistics read from the database because a write was under way.", func(m Metrics) uint64 { return m.Bypasses })
	counter("loads_total", "Statements that computed statistics.", func(m Metrics) uint64 { return m.Loads })
	counter("load_failures_total", "Statements for statistics that failed.", func(m Metrics) uint64 { return m.Failures })
	counter("drops_total", "Statistics that the cache refused to keep.", func(m Metrics) uint64 { return m.Drops })
	counter("evictions_total", "Statistics that made room for others.", func(m Metrics) uint64 { return m.Evictions })
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fleet_statistics_cache_bytes", Help: "Estimated memory of the statistics kept, in bytes."},
		func() float64 { return float64(d.cache.Metrics().Cost) }))
}
