// Package sharing lets subscribers who ask the same question share its answers:
// one execution for each event, one encoded payload, however many they are.
// Each has a short queue of their own. Who does not keep up is never waited
// for: what is queued gives way to the newest state, or to the event that
// says "load again".
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

// Question says which subscriptions are the same.
type Question struct {
	// Key is equal for two subscriptions if their answers always are: it
	// covers the document, the variables, and what of the viewer matters.
	Key string
	// State: each answer replaces the one before. Else each is an event, and
	// the first one is also what somebody gets who has missed some.
	State bool
}

// eventQueue is how many events one subscriber may lie behind.
const eventQueue = 32

// largeAnswer is how many bytes are too many to have several of them wait for
// one subscriber.
const largeAnswer = 64 << 10

// Extension shares subscriptions. Its zero value is not usable; New makes one.
type Extension struct {
	question func(ctx context.Context) (Question, bool)
	failed   func(ctx context.Context, panicked any) *graphql.Response

	mu      sync.Mutex // of masters and closed; taken before a master's
	masters map[string]*master
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

// New returns an extension. question names what a subscription asks; false
// leaves it to itself, as when it is about to be refused. failed logs a panic
// and returns what subscribers see of it. Close ends the extension.
func New(question func(ctx context.Context) (Question, bool), failed func(ctx context.Context, panicked any) *graphql.Response,
	reg prometheus.Registerer) *Extension {
	gauge := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	}
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	e := &Extension{
		question: question, failed: failed, masters: make(map[string]*master),
		subscribers: gauge("fleet_live_subscribers", "Subscriptions now."),
		questions:   gauge("fleet_live_questions", "Distinct questions that they ask."),
		answers:     counter("fleet_live_answers_total", "Answers computed, each for all who ask the question."),
		deliveries:  counter("fleet_live_deliveries_total", "Answers queued for subscribers."),
		skipped:     counter("fleet_live_skipped_total", "How often a subscriber did not keep up and was given the newest state or a RESYNC in place of what was queued."),
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
	q, shared := e.question(ctx)
	if !shared {
		return next(ctx)
	}
	s := e.join(ctx, q, next)
	return func(context.Context) *graphql.Response {
		// Not the context of the call: whose subscription began the question
		// would be given the question's, which does not end with it.
		select {
		case <-ctx.Done():
			return nil
		case answer := <-s.queue: // nil once the question has ended and all is read
			return answer
		}
	}
}

// Close ends all questions and waits until nothing of them runs any more.
func (e *Extension) Close() {
	e.mu.Lock()
	e.closed = true
	for _, m := range e.masters {
		m.cancel()
	}
	e.mu.Unlock()
	e.running.Wait()
}

// master executes one question for all who ask it. It has a goroutine from
// the first subscriber to the last.
type master struct {
	question Question
	cancel   context.CancelFunc

	mu          sync.Mutex
	subscribers map[*subscriber]struct{}
	kept        *graphql.Response // for those who come late or do not keep up; nil before the first answer
	ended       bool

	failure failure
}

type subscriber struct {
	queue chan *graphql.Response
}

// join makes a subscriber of a question, which ends with ctx.
func (e *Extension) join(ctx context.Context, q Question, next graphql.OperationHandler) *subscriber {
	size := eventQueue
	if q.State {
		size = 1
	}
	s := &subscriber{make(chan *graphql.Response, size)}
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		close(s.queue)
		return s
	}
	m := e.masters[q.Key]
	begin := m == nil
	if begin {
		m = &master{question: q, subscribers: make(map[*subscriber]struct{})}
		// It outlives the subscriber who happens to be the first.
		var own context.Context
		own, m.cancel = context.WithCancel(context.WithValue(context.WithoutCancel(ctx), failureKey{}, &m.failure))
		m.failure.present = e.failed
		e.masters[q.Key] = m
		e.questions.Inc()
		e.running.Add(1)
		defer func() {
			answers := e.begin(own, next)
			go e.run(own, m, answers)
		}()
	}
	m.add(s)
	e.subscribers.Inc()
	e.mu.Unlock()
	context.AfterFunc(ctx, func() {
		defer guard.Recover("leave of a subscriber")
		e.leave(m, s)
	})
	return s
}

// begin starts the execution of a question: not in its goroutine, because the
// executor's variables belong to the caller's.
func (e *Extension) begin(ctx context.Context, next graphql.OperationHandler) (answers graphql.ResponseHandler) {
	defer Recover(ctx)
	answers = graphql.OneShot(nil) // if next panics
	return next(ctx)
}

// run asks for one answer after the other and gives them to all.
func (e *Extension) run(ctx context.Context, m *master, answers graphql.ResponseHandler) {
	defer guard.Recover("shared subscription")
	defer e.running.Done()
	defer m.cancel()
	e.answerAll(ctx, m, answers)
	if answer := m.failure.response(); answer != nil {
		m.replace(answer)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.forget(m)
	m.end()
}

// answerAll returns when there are no more answers, or when the execution of
// one has panicked.
func (e *Extension) answerAll(ctx context.Context, m *master, answers graphql.ResponseHandler) {
	defer Recover(ctx)
	for answer := answers(ctx); answer != nil; answer = answers(ctx) {
		e.answers.Inc()
		own := *answer
		own.Data = bytes.Clone(answer.Data) // gqlgen writes the next answer into the same bytes
		delivered, skipped := m.deliver(&own)
		e.deliveries.Add(float64(delivered))
		e.skipped.Add(float64(skipped))
	}
}

// leave ends a subscriber; the last one's question ends too.
func (e *Extension) leave(m *master, s *subscriber) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.subscribers.Dec()
	if m.remove(s) == 0 {
		e.forget(m) // who comes now begins anew
		m.cancel()
	}
}

func (e *Extension) forget(m *master) {
	if e.masters[m.question.Key] == m {
		delete(e.masters, m.question.Key)
		e.questions.Dec()
	}
}

func (m *master) add(s *subscriber) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended {
		close(s.queue)
		return
	}
	if m.kept != nil {
		s.queue <- m.kept
	}
	m.subscribers[s] = struct{}{}
}

func (m *master) remove(s *subscriber) (left int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.subscribers, s)
	return len(m.subscribers)
}

func (m *master) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	for s := range m.subscribers {
		close(s.queue)
	}
	clear(m.subscribers)
}

// deliver queues an answer for every subscriber, unless it is a state that
// they have. It waits for nobody.
func (m *master) deliver(answer *graphql.Response) (delivered, skipped int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.question.State && m.kept != nil && bytes.Equal(m.kept.Data, answer.Data) && slices.Equal(m.kept.Errors, answer.Errors) {
		return 0, 0
	}
	if m.question.State || m.kept == nil {
		m.kept = answer
	}
	for s := range m.subscribers {
		if !s.offer(answer, m.kept) {
			skipped++
		}
	}
	return len(m.subscribers), skipped
}

// replace leaves the answer alone in every queue.
func (m *master) replace(answer *graphql.Response) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = answer
	for s := range m.subscribers {
		for len(s.queue) > 0 {
			select {
			case <-s.queue:
			default:
			}
		}
		s.queue <- answer
	}
}

// offer queues an answer; when the queue is full, or has anything in it behind
// which a large answer would have to wait, instead is all that stays in it. The
// master alone writes to the queue, under its lock.
func (s *subscriber) offer(answer, instead *graphql.Response) bool {
	if len(answer.Data) <= largeAnswer || len(s.queue) == 0 {
		select {
		case s.queue <- answer:
			return true
		default:
		}
	}
	for {
		select {
		case <-s.queue:
		default:
			s.queue <- instead
			return false
		}
	}
}
