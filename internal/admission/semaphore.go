package admission

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// ErrQueueFull is returned to a key that has as many waiters as are allowed.
var ErrQueueFull = errors.New("the queue is full")

// Semaphore bounds how much expensive work runs at once. Waiters are served
// round robin by key, so that a client with many requests delays no other, and
// from two queues: the first is empty before the second is served. Its methods
// may be called concurrently.
type Semaphore struct {
	maxQueued int // waiters of one key in a queue

	mu     sync.Mutex
	free   int      // slots
	queues [2]queue // by priority
}

// queue holds waiters by key, and the order in which keys are served.
type queue struct {
	waiting map[string][]*waiter
	order   []string // keys; the first is next
}

// waiter waits for a slot. Its channel is closed when it has one.
type waiter struct{ ready chan struct{} }

// NewSemaphore returns a semaphore of so many slots, with at most maxQueued
// waiters of one key in a queue; both are at least 1.
func NewSemaphore(slots, maxQueued int) *Semaphore {
	s := &Semaphore{free: max(slots, 1), maxQueued: max(maxQueued, 1)}
	for i := range s.queues {
		s.queues[i].waiting = make(map[string][]*waiter)
	}
	return s
}

// Acquire waits for a slot, in the first queue or in the second. release must
// be called when the work is done. The error is ErrQueueFull, or ctx's when
// ctx ends first.
func (s *Semaphore) Acquire(ctx context.Context, key string, first bool) (release func(), err error) {
	q := &s.queues[1]
	if first {
		q = &s.queues[0]
	}
	s.mu.Lock()
	if s.free > 0 {
		s.free--
		s.mu.Unlock()
		return sync.OnceFunc(s.release), nil
	}
	if len(q.waiting[key]) >= s.maxQueued {
		s.mu.Unlock()
		return nil, ErrQueueFull
	}
	own := &waiter{make(chan struct{})}
	q.push(key, own)
	s.mu.Unlock()
	select {
	case <-own.ready:
		return sync.OnceFunc(s.release), nil
	case <-ctx.Done():
		s.mu.Lock()
		waited := q.remove(key, own)
		s.mu.Unlock()
		if !waited {
			s.release() // the slot had just come
		}
		return nil, ctx.Err()
	}
}

// Waiting returns the number of waiters.
func (s *Semaphore) Waiting() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.queues {
		for _, all := range s.queues[i].waiting {
			n += len(all)
		}
	}
	return n
}

// release gives a slot to the next waiter.
func (s *Semaphore) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.queues {
		if next := s.queues[i].pop(); next != nil {
			close(next.ready)
			return
		}
	}
	s.free++
}

func (q *queue) push(key string, w *waiter) {
	if len(q.waiting[key]) == 0 {
		q.order = append(q.order, key)
	}
	q.waiting[key] = append(q.waiting[key], w)
}

// pop removes the next waiter; nil when the queue is empty.
func (q *queue) pop() *waiter {
	if len(q.order) == 0 {
		return nil
	}
	key := q.order[0]
	q.order = q.order[1:]
	all := q.waiting[key]
	if len(all) == 1 {
		delete(q.waiting, key)
	} else {
		q.waiting[key] = all[1:]
		q.order = append(q.order, key)
	}
	return all[0]
}

// remove removes a waiter, and reports whether it was still in the queue.
func (q *queue) remove(key string, w *waiter) bool {
	all := q.waiting[key]
	i := slices.Index(all, w)
	if i < 0 {
		return false
	}
	if len(all) == 1 {
		delete(q.waiting, key)
		q.order = slices.DeleteFunc(q.order, func(other string) bool { return other == key })
	} else {
		q.waiting[key] = slices.Delete(slices.Clone(all), i, i+1)
	}
	return true
}
