// Package sharing lets equal subscriptions share one execution: each event is
// resolved and encoded once, for any number of subscribers. Each subscriber has
// a short queue. A slow subscriber is never waited for: what is queued is
// replaced by the newest snapshot, or by the event that says "load again".
package sharing

import (
	"bytes"
	"context"
	"slices"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/guard"
)

// GroupKey identifies the subscriptions that share an execution.
type GroupKey struct {
	// Key is equal for two subscriptions only if their responses always are:
	// it covers the document, the variables and the relevant part of the viewer.
	Key string
	// Snapshot: each response replaces the one before. Otherwise each is an
	// event, and the first one is also sent to subscribers that missed some.
	Snapshot bool
}

// eventQueue is how many events a subscriber may be behind.
const eventQueue = 32

// largeResponse is the size in bytes above which a subscriber's queue holds one
// response at most.
const largeResponse = 64 << 10

// Extension shares subscriptions. Its zero value is not usable; New makes one.
type Extension struct {
	groupKey func(ctx context.Context) (GroupKey, bool)
	failed   func(ctx context.Context, panicked any) *graphql.Response

	mu      sync.Mutex // guards groups and closed; locked before a group's mutex
	groups  map[string]*group
	closed  bool
	running sync.WaitGroup

	subscribers, questions prometheus.Gauge
	answers, deliveries    prometheus.Counter
	skipped                prometheus.Counter
}

var (
	_ graphql.HandlerExtension     = (*Extension)(nil)
	_ graphql.OperationInterceptor = (*Extension)(nil)
)

// New returns an extension. groupKey returns the group of a subscription; false
// excludes it from sharing, as when it will be refused. failed logs a panic and
// returns what subscribers see of it. Close ends the extension.
func New(
	groupKey func(ctx context.Context) (GroupKey, bool),
	failed func(ctx context.Context, panicked any) *graphql.Response,
	reg prometheus.Registerer,
) *Extension {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	e := &Extension{
		groupKey:    groupKey,
		failed:      failed,
		groups:      make(map[string]*group),
		subscribers: gauge("fleet_live_subscribers", "Subscriptions now."),
		questions:   gauge("fleet_live_questions", "Groups of equal subscriptions now."),
		answers:     counter("fleet_live_answers_total", "Responses computed, each for all subscribers of a group."),
		deliveries:  counter("fleet_live_deliveries_total", "Responses queued for subscribers."),
		skipped: counter(
			"fleet_live_skipped_total",
			"Times that a slow subscriber got the newest snapshot or a RESYNC in place of what was queued.",
		),
	}
	reg.MustRegister(e.subscribers, e.questions, e.answers, e.deliveries, e.skipped)
	return e
}

// ExtensionName implements graphql.HandlerExtension.
func (*Extension) ExtensionName() string { return "SharedSubscriptions" }

// Validate implements graphql.HandlerExtension.
func (*Extension) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (e *Extension) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation != ast.Subscription {
		return next(ctx)
	}
	key, shared := e.groupKey(ctx)
	if !shared {
		return next(ctx)
	}
	s := newSubscriber(ctx, key)
	// Before the group begins: its goroutine reads the operation's extensions.
	graphql.GetOperationContext(ctx).Stats.SetExtension(queueKey, s)
	e.join(ctx, key, s, next)
	return func(context.Context) *graphql.Response {
		// Not the context of the call: the subscriber that started the group
		// gets the group's context, which outlives the subscription.
		select {
		case <-ctx.Done():
			return nil
		case response := <-s.queue: // nil once the group has ended and the queue is empty
			return response
		}
	}
}

// Close ends all groups and waits for their goroutines.
func (e *Extension) Close() {
	e.mu.Lock()
	e.closed = true
	for _, g := range e.groups {
		g.cancel()
	}
	e.mu.Unlock()
	e.running.Wait()
}

// group is one execution and its subscribers. Its goroutine runs from the first
// subscriber to the last.
type group struct {
	key    GroupKey
	cancel context.CancelFunc

	mu          sync.Mutex
	subscribers map[*subscriber]struct{}
	kept        *graphql.Response // for new and slow subscribers; nil before the first response
	ended       bool

	failure failure
}

// join adds a subscriber to a group; it leaves when ctx ends.
func (e *Extension) join(ctx context.Context, key GroupKey, s *subscriber, next graphql.OperationHandler) {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		s.end()
		return
	}
	g := e.groups[key.Key]
	begin := g == nil
	if begin {
		g = &group{key: key, subscribers: make(map[*subscriber]struct{})}
		// The group outlives its first subscriber.
		var own context.Context
		own, g.cancel = context.WithCancel(context.WithValue(context.WithoutCancel(ctx), failureKey{}, &g.failure))
		g.failure.present = e.failed
		e.groups[key.Key] = g
		e.questions.Inc()
		e.running.Add(1)
		defer func() {
			responses := e.begin(own, next)
			go e.run(own, g, responses)
		}()
	}
	g.add(s)
	e.subscribers.Inc()
	e.mu.Unlock()
	context.AfterFunc(ctx, func() {
		defer guard.Recover("leave of a subscriber")
		defer s.notify()
		e.leave(g, s)
	})
}

// begin starts the execution of a group, but not in its goroutine, which must
// not use the executor's variables.
func (*Extension) begin(ctx context.Context, next graphql.OperationHandler) (responses graphql.ResponseHandler) {
	defer Recover(ctx)
	responses = graphql.OneShot(nil) // if next panics
	return next(ctx)
}

// run executes a group. After a panic its subscribers get an error.
func (e *Extension) run(ctx context.Context, g *group, responses graphql.ResponseHandler) {
	defer guard.Recover("shared subscription")
	defer e.running.Done()
	defer g.cancel()
	defer e.finish(g) // also when a panic could not be presented
	e.deliverAll(ctx, g, responses)
	if response := g.failure.response(); response != nil {
		g.replace(response)
	}
}

// finish ends a group and its subscriptions.
func (e *Extension) finish(g *group) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forget(g)
	g.end()
}

// deliverAll resolves one response after another and delivers each to all
// subscribers. It returns after the last one, or after a panic.
func (e *Extension) deliverAll(ctx context.Context, g *group, responses graphql.ResponseHandler) {
	defer Recover(ctx)
	for response := responses(ctx); response != nil; response = responses(ctx) {
		e.answers.Inc()
		own := *response
		own.Data = bytes.Clone(response.Data) // gqlgen reuses the buffer for the next response
		delivered, skipped := g.deliver(&own)
		e.deliveries.Add(float64(delivered))
		e.skipped.Add(float64(skipped))
	}
}

// leave removes a subscriber; with the last one the group ends.
func (e *Extension) leave(g *group, s *subscriber) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subscribers.Dec()
	if g.remove(s) == 0 {
		e.forget(g) // a later subscriber starts a new group
		g.cancel()
	}
}

func (e *Extension) forget(g *group) {
	if e.groups[g.key.Key] == g {
		delete(e.groups, g.key.Key)
		e.questions.Dec()
	}
}

func (g *group) add(s *subscriber) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ended {
		s.end()
		return
	}
	if g.kept != nil {
		s.queue <- g.kept
	}
	g.subscribers[s] = struct{}{}
}

func (g *group) remove(s *subscriber) (left int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.subscribers, s)
	return len(g.subscribers)
}

func (g *group) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = true
	for s := range g.subscribers {
		s.end()
	}
	clear(g.subscribers)
}

// deliver queues a response for every subscriber, unless it is a snapshot equal
// to the one before. It never blocks.
func (g *group) deliver(response *graphql.Response) (delivered, skipped int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.key.Snapshot && g.kept != nil && bytes.Equal(g.kept.Data, response.Data) &&
		slices.Equal(g.kept.Errors, response.Errors) {
		return 0, 0
	}
	if g.key.Snapshot || g.kept == nil {
		g.kept = response
	}
	for s := range g.subscribers {
		if !s.offer(response, g.kept) {
			skipped++
		}
	}
	return len(g.subscribers), skipped
}

// replace leaves the response alone in every queue.
func (g *group) replace(response *graphql.Response) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.kept = response
	for s := range g.subscribers {
		for len(s.queue) > 0 {
			select {
			case <-s.queue:
			default:
			}
		}
		s.queue <- response
		s.notify()
	}
}
