package events

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Carrier brings notifications. PostgreSQL's LISTEN is the one there is; a
// message broker or logical replication could take its place.
type Carrier interface {
	// Listen calls ready once nothing that is committed from then on can be
	// missed, then each for every notification in the order of the commits. It
	// returns when the connection is lost or ctx ends; both calls return soon.
	Listen(ctx context.Context, ready func(), each func(payload string)) error
}

// Handler is told of changes, one call at a time; its methods return soon and
// never call the Feed.
type Handler interface {
	// Changed says what was committed.
	Changed(Change)
	// Lost says that changes may be missed from now on.
	Lost()
	// Found says that none is missed from now on; anything may have changed before.
	Found()
}

// Waits between attempts to listen again.
const (
	firstWait   = 50 * time.Millisecond
	longestWait = 2 * time.Second
)

// Feed listens on behalf of one process. Its handlers are told first, in
// their order, then those who watch: who is woken by a change finds no cache
// that has not heard of it.
type Feed struct {
	carrier  Carrier
	handlers []Handler
	hub      hub
	log      *slog.Logger
	metrics  metrics
}

// New returns a feed that tells handlers once Run runs; until it listens they
// are told that it is lost.
func New(carrier Carrier, log *slog.Logger, handlers ...Handler) *Feed {
	f := &Feed{carrier: carrier, handlers: handlers, log: log, metrics: newMetrics()}
	f.hub.init()
	for _, h := range handlers {
		h.Lost()
	}
	return f
}

// Register adds the feed's metrics.
func (f *Feed) Register(reg prometheus.Registerer) { f.metrics.register(reg) }

// Run listens, and listens again after each loss, until ctx ends; then it
// returns nil. Watches stay silent after it.
func (f *Feed) Run(ctx context.Context) error {
	defer f.hub.stop()
	wait := firstWait
	for {
		err := f.carrier.Listen(ctx, func() {
			wait = firstWait
			f.found()
		}, f.receive)
		f.lost()
		if ctx.Err() != nil {
			return nil
		}
		f.log.WarnContext(ctx, "the change feed was lost", "error", err, "again in", wait)
		f.metrics.losses.Inc()
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait + rand.N(wait)): // instances do not come back all at once
		}
		wait = min(2*wait, longestWait)
	}
}

func (f *Feed) found() {
	f.metrics.listening.Set(1)
	for _, h := range f.handlers {
		h.Found()
	}
	f.hub.resync()
}

func (f *Feed) lost() {
	f.metrics.listening.Set(0)
	for _, h := range f.handlers {
		h.Lost()
	}
}

// receive tells of a notification. What cannot be read may mean anything: all
// are told that anything may have changed.
func (f *Feed) receive(payload string) {
	c, err := parse(payload)
	if err != nil {
		f.log.Warn("a notification of nobody we know", "error", err)
		f.found()
		return
	}
	f.metrics.changes.WithLabelValues(string(c.Table)).Inc()
	for _, h := range f.handlers {
		h.Changed(c)
	}
	f.hub.tell(c)
}

// metrics are the feed's figures.
type metrics struct {
	listening prometheus.Gauge
	losses    prometheus.Counter
	changes   *prometheus.CounterVec
}

func newMetrics() metrics {
	return metrics{
		listening: prometheus.NewGauge(prometheus.GaugeOpts{Name: "fleet_feed_listening", Help: "1 while committed changes are heard, 0 while the connection is lost."}),
		losses:    prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_feed_losses_total", Help: "How often the connection was lost or could not be made."}),
		changes:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_feed_changes_total", Help: "Changes heard of, by table."}, []string{"table"}),
	}
}

func (m metrics) register(reg prometheus.Registerer) {
	reg.MustRegister(m.listening, m.losses, m.changes)
}
