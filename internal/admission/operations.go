package admission

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// Expensive work runs under the semaphore: parsing large bodies, validating
// unknown documents, operations of a high cost, statements that may read whole
// lists, and all work of callers that have used half of their budget. Together
// it leaves processors, and the database's, to cheap requests.
const (
	// expensiveCost is the cost from which on an operation needs a slot.
	expensiveCost = 25_000
	// expensiveBody is the number of bytes above which parsing a body needs one.
	expensiveBody = 100_000
	// expensiveDocument is the number of bytes above which validating a document
	// needs one, unless it was found valid lately.
	expensiveDocument = 2000
	// costOfOne is how much of an operation's cost is charged as one more
	// request. Above a hundred thousand it takes the whole of the usual burst.
	costOfOne = 5000
	// requestsOfExport is as how many requests an export is charged, whatever its length.
	requestsOfExport = 5
)

// Reserve reserves memory for more bytes of a body that is still arriving, for
// slow clients hold it for long. The error is RATE_LIMITED.
func (c *Controller) Reserve(ctx context.Context, bytes int) (release func(), err error) {
	key := caller.Of(ctx).QuotaKey()
	if !c.memory.Reserve(key, bytes) {
		return nil, errMemory
	}
	return func() { c.memory.Release(key, bytes) }, nil
}

// Parse waits until a request of so many bytes may be parsed. done says that its
// document has been validated too.
func (c *Controller) Parse(ctx context.Context, bytes int) (done func(), err error) {
	if bytes > expensiveBody || c.overHalf(ctx) {
		err = c.hold(ctx)
	}
	return TicketOf(ctx).Release, err
}

// OpenSocket counts a socket of the caller, until ctx ends. The error is
// LIMIT_EXCEEDED.
func (c *Controller) OpenSocket(ctx context.Context) error {
	return open(ctx, c.sockets, "sockets")
}

// Receive charges an operation that a socket has sent in so many bytes, before
// it is looked at, and returns a context with a ticket of its own. While a
// refusal is delayed nothing more is read from the socket. The error is RATE_LIMITED.
func (c *Controller) Receive(ctx context.Context, bytes int) (context.Context, error) {
	ctx = c.withTicket(ctx)
	d := c.budget.Take(caller.Of(ctx).BudgetKey(), 1+bytes/bytesOfOne)
	if !d.OK {
		c.wait(ctx)
		return ctx, rateLimited(d)
	}
	TicketOf(ctx).charged.Store(true)
	return ctx, nil
}

// Charge charges messages of a socket that start no operation. The error is RATE_LIMITED, after a delay.
func (c *Controller) Charge(ctx context.Context, bytes int) error {
	d := c.budget.Take(caller.Of(ctx).BudgetKey(), 1+bytes/bytesOfOne)
	if !d.OK {
		c.wait(ctx)
		return rateLimited(d)
	}
	return nil
}

// Validate waits until an unknown document of so many bytes may be parsed and
// validated. The done of Parse ends it.
func (c *Controller) Validate(ctx context.Context, bytes int) error {
	if bytes <= expensiveDocument {
		return nil
	}
	return c.hold(ctx)
}

// Spend charges what an operation costs beyond the request that carried it. It
// returns the requests that are left, nil without a budget; the error is
// RATE_LIMITED.
func (c *Controller) Spend(ctx context.Context, cost int) (left *int, err error) {
	n := min(1+cost/costOfOne, max(c.config.Rate.Burst, 1)) // above the burst it waits for a full bucket
	if t := TicketOf(ctx); t != nil && t.charged.Swap(false) {
		n--
	}
	d := c.budget.Take(caller.Of(ctx).BudgetKey(), n)
	if !d.Limited {
		return nil, nil
	}
	setHeaders(transport.Headers(ctx), d)
	if !d.OK {
		return nil, rateLimited(d)
	}
	return &d.Remaining, nil
}

// Execute waits until an operation of a cost may run; done says that it has.
func (c *Controller) Execute(ctx context.Context, cost int) (done func(), err error) {
	if cost >= expensiveCost || c.overHalf(ctx) {
		err = c.hold(ctx)
	}
	return TicketOf(ctx).Release, err
}

// Export counts an export of the caller, until done is called or ctx ends, and charges it. The error is LIMIT_EXCEEDED
// or RATE_LIMITED.
func (c *Controller) Export(ctx context.Context) (done func(), err error) {
	ended, ok := c.exportsOfOne.Open(ctx, caller.Of(ctx).QuotaKey())
	if !ok {
		return nil, &fleet.Error{Code: fleet.LimitExceeded, Message: fmt.Sprintf(
			"%d exports are in progress, which is the most that one user may have: wait until one has ended",
			c.exportsOfOne.most)}
	}
	endedHere, ok := c.exports.Open(ctx, "")
	if !ok {
		ended()
		return nil, errExports
	}
	done = func() { endedHere(); ended() }
	d := c.budget.Take(caller.Of(ctx).BudgetKey(), min(requestsOfExport, max(c.config.Rate.Burst/2, 1)))
	setHeaders(transport.Headers(ctx), d)
	if !d.OK {
		done()
		return nil, rateLimited(d)
	}
	return done, nil
}

// Page waits for a slot in which a page of an export is read. It is given back for each page, so that exports
// delay other expensive work by a page at most.
func (c *Controller) Page(ctx context.Context) (done func(), err error) {
	err = c.hold(ctx)
	return TicketOf(ctx).Release, err
}

// Subscribe counts a subscription of the caller, until ctx ends. The error is
// LIMIT_EXCEEDED.
func (c *Controller) Subscribe(ctx context.Context) error {
	return open(ctx, c.subscriptions, "subscriptions")
}

func (c *Controller) overHalf(ctx context.Context) bool {
	return c.budget.OverHalf(caller.Of(ctx).BudgetKey())
}

// hold waits for a slot for the whole of ctx's request, but not longer than MaxWait.
func (c *Controller) hold(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.config.MaxWait)
	defer cancel()
	return present(TicketOf(ctx).Hold(ctx))
}

func open(ctx context.Context, q *Quota, what string) error {
	if _, ok := q.Open(ctx, caller.Of(ctx).QuotaKey()); ok {
		return nil
	}
	return &fleet.Error{Code: fleet.LimitExceeded, Message: fmt.Sprintf(
		"%d %s are open, which is the most that one user may have", q.most, what)}
}
