package admission

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/telemetry"
)

// Ticket is what the semaphore knows of one request: however many expensive
// parts it has, it holds one slot at a time. Its methods may be called
// concurrently, and on nil, which waits for nothing.
type Ticket struct {
	slots *Semaphore
	owner func(ctx context.Context) (key string, first bool)

	// charged is set while the request, or the message that carries an
	// operation, has been charged and its operation has not.
	charged atomic.Bool

	wait sync.Mutex // held by the part that waits for the slot or has it

	mu      sync.Mutex
	held    bool   // the whole request holds a slot
	release func() // of that slot; nil while it is lent to a part
}

type ticketKey struct{}

// WithTicket attaches an admission ticket to ctx. owner returns the key of the
// caller, and whether it is served from the first queue; it is called before
// each wait, with the context of that moment.
func WithTicket(
	ctx context.Context,
	slots *Semaphore,
	owner func(ctx context.Context) (key string, first bool),
) context.Context {
	return context.WithValue(ctx, ticketKey{}, &Ticket{slots: slots, owner: owner})
}

// TicketOf returns the ticket of ctx's request; nil outside of requests.
func TicketOf(ctx context.Context) *Ticket {
	t, _ := ctx.Value(ticketKey{}).(*Ticket)
	return t
}

// withTicket attaches a ticket of c's semaphore to ctx. Callers that have used
// half of their budget are served from the second queue.
func (c *Controller) withTicket(ctx context.Context) context.Context {
	return WithTicket(ctx, c.slots, func(ctx context.Context) (string, bool) {
		from := caller.Of(ctx)
		return from.QuotaKey(), !c.budget.OverHalf(from.BudgetKey())
	})
}

// Hold waits for a slot for the whole request, until Release. A request that
// holds one goes on. The error is ErrQueueFull, or ctx's.
func (t *Ticket) Hold(ctx context.Context) error {
	if t == nil {
		return nil
	}
	t.wait.Lock()
	defer t.wait.Unlock()
	t.mu.Lock()
	held := t.held
	t.mu.Unlock()
	if held {
		return nil
	}
	release, err := t.acquire(ctx)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held, t.release = true, release
	return nil
}

// Release returns the slot of the whole request, if it holds one.
func (t *Ticket) Release() {
	if t == nil {
		return
	}
	t.mu.Lock()
	release := t.release
	t.held, t.release = false, nil
	t.mu.Unlock()
	if release != nil {
		release()
	}
}

// Part waits for a slot for an expensive part of the request. A slot that the
// whole request holds is returned first, so that a request of many such parts
// does not delay other requests by all of them; the whole goes on with the
// part's slot. done must be called once. The error is ErrQueueFull, or ctx's.
func (t *Ticket) Part(ctx context.Context) (done func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	t.wait.Lock()
	t.mu.Lock()
	release := t.release
	t.release = nil
	t.mu.Unlock()
	if release != nil {
		release()
	}
	release, err = t.acquire(ctx)
	if err != nil {
		t.wait.Unlock()
		return nil, err
	}
	return func() {
		defer t.wait.Unlock()
		t.mu.Lock()
		held := t.held
		if held {
			t.release = release
		}
		t.mu.Unlock()
		if !held {
			release()
		}
	}, nil
}

func (t *Ticket) acquire(ctx context.Context) (release func(), err error) {
	key, first := t.owner(ctx)
	defer telemetry.Of(ctx).Since(telemetry.Queue, time.Now())
	return t.slots.Acquire(ctx, key, first)
}

// BeforeScan waits for a slot before a statement that may read the whole list
// of a company; the store calls it, and done when the statement has ended. Work
// outside of requests, such as an import, does not wait.
func BeforeScan(ctx context.Context) (done func(), err error) {
	done, err = TicketOf(ctx).Part(ctx)
	return done, present(err)
}

// present returns an error that clients can act on for a queue that is full.
func present(err error) error {
	if errors.Is(err, ErrQueueFull) {
		return errQueued
	}
	return err
}
