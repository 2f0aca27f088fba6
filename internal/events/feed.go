// Package events delivers committed changes to the parts of this process that
// wait for them, whichever instance or psql made the change. Triggers in the
// database describe what changed (migrations/00008_change_feed.sql and 00016),
// internal/store carries it here; a Feed reconnects after a lost connection,
// calls its handlers and wakes the watches of the company.
package events

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/fleet"
)

// Carrier delivers committed changes. store.Feed does, by PostgreSQL's LISTEN;
// a message broker or logical replication could replace it.
type Carrier interface {
	// Listen calls ready once no change that is committed from then on can be
	// missed, then each for every change in the order of the commits. An error
	// handed to each is a change that could not be read. It may call each
	// without ready, for changes that it learns of late. Listen returns when the
	// connection is lost or ctx ends; both functions return soon.
	Listen(ctx context.Context, ready func(), each func(fleet.TableChange, error)) error
	// Probe sends a notification to the listening connection; Lag is how long the last one took to
	// arrive, or has been on its way.
	Probe(ctx context.Context) error
	Lag() time.Duration
}

// Handler is called for changes, one call at a time. Its methods return soon
// and never call the Feed.
type Handler interface {
	// Changed reports a committed change.
	Changed(fleet.TableChange)
	// Lost reports that changes may be missed from now on.
	Lost()
	// Found reports that none is missed from now on; anything may have changed before.
	Found()
}

// The delays between attempts to listen again.
const (
	firstDelay   = 50 * time.Millisecond
	longestDelay = 2 * time.Second
)

// Feed listens on behalf of one process. It calls its handlers first, in their
// order, then wakes the watches: whatever a change wakes finds caches that have
// already seen it.
type Feed struct {
	carrier  Carrier
	handlers []Handler
	broker   broker
	log      *slog.Logger
	metrics  metrics
}

// New returns a feed that calls handlers while Run runs. Until it listens, they
// are in the state after Lost.
func New(carrier Carrier, log *slog.Logger, handlers ...Handler) *Feed {
	f := &Feed{carrier: carrier, handlers: handlers, log: log, metrics: newMetrics()}
	f.broker.init()
	for _, h := range handlers {
		h.Lost()
	}
	return f
}

// Register adds the feed's metrics.
func (f *Feed) Register(reg prometheus.Registerer) {
	f.metrics.register(reg)
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fleet_feed_lag_seconds",
		Help: "Time from the commit of the last probe to its arrival, in seconds; grows while one does not arrive."},
		func() float64 { return f.carrier.Lag().Seconds() }))
}

// probeEvery is how often the lag is measured.
const probeEvery = 10 * time.Second

// RunProbes measures the lag until ctx ends.
func (f *Feed) RunProbes(ctx context.Context) error {
	every := time.NewTicker(probeEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
			if err := f.carrier.Probe(ctx); err != nil && ctx.Err() == nil {
				f.log.DebugContext(ctx, "probe of the change feed", "error", err)
			}
		}
	}
}

// Run listens, and listens again after each loss, until ctx ends; then it
// returns nil. Watches stay silent after it.
func (f *Feed) Run(ctx context.Context) error {
	defer f.broker.stop()
	delay := firstDelay
	for {
		err := f.carrier.Listen(ctx, func() { //nolint:contextcheck // a panic in a timer is logged without a request
			delay = firstDelay
			f.log.InfoContext(ctx, "change feed listens")
			f.found()
		}, f.receive)
		f.lost()
		if ctx.Err() != nil {
			return nil
		}
		f.log.WarnContext(ctx, "change feed lost", "error", err, "retry_in", delay)
		f.metrics.losses.Inc()
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(delay + rand.N(delay)): // spreads the reconnects of several instances
		}
		delay = min(2*delay, longestDelay)
	}
}

func (f *Feed) found() {
	f.metrics.listening.Set(1)
	for _, h := range f.handlers {
		h.Found()
	}
	f.broker.resync()
}

func (f *Feed) lost() {
	f.metrics.listening.Set(0)
	for _, h := range f.handlers {
		h.Lost()
	}
}

// receive publishes a change. One that could not be read may mean anything, so
// that it counts as a change of everything.
func (f *Feed) receive(c fleet.TableChange, err error) {
	if err != nil {
		f.log.Warn("unreadable change notification", "error", err)
		f.found()
		return
	}
	f.metrics.changes.WithLabelValues(string(c.Table)).Inc()
	for _, h := range f.handlers {
		h.Changed(c)
	}
	f.broker.publish(c)
}

// metrics are the feed's metrics.
type metrics struct {
	listening prometheus.Gauge
	losses    prometheus.Counter
	changes   *prometheus.CounterVec
}

func newMetrics() metrics {
	return metrics{
		listening: prometheus.NewGauge(prometheus.GaugeOpts{Name: "fleet_feed_listening",
			Help: "1 while committed changes arrive, 0 while the connection is lost or, behind a pooler, hears nothing."}),
		losses: prometheus.NewCounter(prometheus.CounterOpts{Name: "fleet_feed_losses_total",
			Help: "Connections that were lost, could not be made, or heard nothing."}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fleet_feed_changes_total",
			Help: "Changes received, by table."}, []string{"table"}),
	}
}

func (m metrics) register(reg prometheus.Registerer) {
	reg.MustRegister(m.listening, m.losses, m.changes)
}
