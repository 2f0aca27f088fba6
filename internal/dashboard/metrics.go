package dashboard

import (
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

type counts struct {
	hits, misses, bypasses, loads, failures, drops, evictions atomic.Uint64
}

// Metrics are a cache's counters since it was made. Every read that is not a
// hit is a miss or a bypass.
type Metrics struct {
	Hits      uint64 // reads answered from memory
	Misses    uint64 // reads without a valid value in memory
	Bypasses  uint64 // reads during a fenced write or while suspended
	Loads     uint64 // calls of the source
	Failures  uint64 // loads that returned an error
	Drops     uint64 // values that ristretto rejected: its buffer was full, or others were used more
	Evictions uint64 // values that were removed for others, or expired
	Cost      int64  // bytes of the stored values
}

// Metrics returns the counters, which are read one after the other.
func (c *Cache[V]) Metrics() Metrics {
	return Metrics{
		Hits: c.counts.hits.Load(), Misses: c.counts.misses.Load(), Bypasses: c.counts.bypasses.Load(),
		Loads: c.counts.loads.Load(), Failures: c.counts.failures.Load(),
		Drops: c.counts.drops.Load(), Evictions: c.counts.evictions.Load(),
		Cost: c.values.MaxCost() - c.values.RemainingCost(),
	}
}

// metric is one figure as Prometheus sees it.
type metric struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	read func(Metrics) float64
}

var metrics = []metric{
	counter("hits_total", "Statistics answered from memory.", func(m Metrics) uint64 { return m.Hits }),
	counter("misses_total", "Statistics that were not in memory, or not true any more.",
		func(m Metrics) uint64 { return m.Misses }),
	counter("bypasses_total", "Statistics read from the database because a write was under way.",
		func(m Metrics) uint64 { return m.Bypasses }),
	counter("loads_total", "Statements that computed statistics.", func(m Metrics) uint64 { return m.Loads }),
	counter("load_failures_total", "Statements for statistics that failed.",
		func(m Metrics) uint64 { return m.Failures }),
	counter("drops_total", "Statistics that the cache did not take: its buffer was full, or others were worth more.",
		func(m Metrics) uint64 { return m.Drops }),
	counter("evictions_total", "Statistics that made room for others, or were kept for as long as they may.",
		func(m Metrics) uint64 { return m.Evictions }),
	{describe("bytes", "Estimated memory of the statistics kept, in bytes."), prometheus.GaugeValue,
		func(m Metrics) float64 { return float64(m.Cost) }},
}

func counter(name, help string, read func(Metrics) uint64) metric {
	return metric{describe(name, help), prometheus.CounterValue, func(m Metrics) float64 { return float64(read(m)) }}
}

func describe(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("fleet_statistics_cache_"+name, help, nil, nil)
}

// Describe implements prometheus.Collector.
func (d *Dashboard) Describe(to chan<- *prometheus.Desc) {
	for _, m := range metrics {
		to <- m.desc
	}
}

// Collect implements prometheus.Collector. It also works after Close.
func (d *Dashboard) Collect(to chan<- prometheus.Metric) {
	now := d.Metrics()
	for _, m := range metrics {
		to <- prometheus.MustNewConstMetric(m.desc, m.kind, m.read(now))
	}
}

// Register registers d, which panics if another Dashboard is there.
func (d *Dashboard) Register(reg prometheus.Registerer) { reg.MustRegister(d) }
