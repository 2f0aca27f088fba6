package sharing

import (
	"context"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
)

// subscriber is a subscription and its queue. A transport either waits for responses in a goroutine, by the
// handler that InterceptOperation returns, or takes them by Next and Park: 10,000 goroutines that wait keep as
// many stacks.
type subscriber struct {
	ctx   context.Context // of the subscription
	queue chan *graphql.Response
	ended atomic.Bool // the queue is closed

	parked atomic.Bool
	wake   func() // valid while parked
}

// newSubscriber returns a subscriber of a group with the key.
func newSubscriber(ctx context.Context, key GroupKey) *subscriber {
	size := eventQueue
	if key.Snapshot {
		size = 1
	}
	return &subscriber{ctx: ctx, queue: make(chan *graphql.Response, size)}
}

// queueKey is where the queue stands among the statistics of an operation.
const queueKey = "SubscriptionQueue"

// Queue is the queue of a subscription that shares an execution. Its methods are for one caller at a time.
type Queue interface {
	// Next returns the next response. ok is false while there is none, and the response nil after the last one.
	Next() (response *graphql.Response, ok bool)
	// Park arranges that wake is called, once, when Next has something to return. If it has by now, Park returns
	// false and wake is not called. wake must not block.
	Park(wake func()) bool
}

// QueueOf returns the queue of an operation; nil for one that shares no execution.
func QueueOf(o *graphql.OperationContext) Queue {
	if s, ok := o.Stats.GetExtension(queueKey).(*subscriber); ok {
		return s
	}
	return nil
}

// Next implements Queue.
func (s *subscriber) Next() (response *graphql.Response, ok bool) {
	if s.ctx.Err() != nil {
		return nil, true
	}
	select {
	case response = <-s.queue:
		return response, true
	default:
		return nil, false
	}
}

// Park implements Queue.
func (s *subscriber) Park(wake func()) bool {
	s.wake = wake
	s.parked.Store(true)
	if len(s.queue) == 0 && !s.ended.Load() && s.ctx.Err() == nil {
		return true
	}
	return !s.parked.CompareAndSwap(true, false) // else it was woken meanwhile
}

// notify wakes the subscriber if it is parked. It follows every change of the queue, and the end of ctx.
func (s *subscriber) notify() {
	if s.parked.Load() && s.parked.CompareAndSwap(true, false) {
		s.wake()
	}
}

// end closes the queue. Only the group does, under its mutex, or nothing else knows the subscriber.
func (s *subscriber) end() {
	s.ended.Store(true)
	close(s.queue)
	s.notify()
}

// offer queues a response. If the queue is full, or not empty when the response
// is large, the queue is emptied and instead is queued. Only the group writes to
// the queue, under its mutex.
func (s *subscriber) offer(response, instead *graphql.Response) bool {
	defer s.notify()
	if len(response.Data) <= largeResponse || len(s.queue) == 0 {
		select {
		case s.queue <- response:
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
