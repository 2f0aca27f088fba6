package batch

import "github.com/prometheus/client_golang/prometheus"

// Metrics describe the batches.
type Metrics struct {
	backstops prometheus.Counter
	batches   prometheus.Histogram
}

// NewMetrics returns metrics, registered with reg unless it is nil.
func NewMetrics(reg prometheus.Registerer) *Metrics {
	m := &Metrics{
		backstops: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "fleet_loader_backstops_total",
			Help: "Batches sent by the back-stop timer because not all siblings had arrived. Stays 0; anything else is a fault.",
		}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "fleet_loader_batch_keys",
			Help:    "Number of keys in a batch.",
			Buckets: []float64{1, 3, 10, 30, 100, 300, 1000, 3000, 10000},
		}),
	}
	if reg != nil {
		reg.MustRegister(m.backstops, m.batches)
	}
	return m
}

// Backstops returns the counter of batches that the back-stop timer sent.
func (m *Metrics) Backstops() prometheus.Counter { return m.backstops }
