package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/guard"
)

// delivery sends the responses in the queue of a subscription. No goroutine waits for them: each burst is sent in
// a short-lived one, as messages are handled.
type delivery struct {
	socket *socket
	op     *operation
	ctx    context.Context // of the operation
	rc     *graphql.OperationContext
	queue  Queue
	wake   func()
	sent   bool // something, before
}

// deliver sends what is in the queue now, and arranges that what comes later is sent too. The operation is released
// after the last response.
func (s *socket) deliver(ctx context.Context, op *operation, rc *graphql.OperationContext, queue Queue) {
	d := &delivery{socket: s, op: op, ctx: ctx, rc: rc, queue: queue}
	d.wake = func() {
		go func() {
			defer guard.Recover("delivery to a socket")
			d.run()
		}()
	}
	d.run()
}

func (d *delivery) run() {
	s, parked := d.socket, false
	defer func() {
		if panicked := recover(); panicked != nil {
			s.finish(d.op, s.ws.config.recovered(d.ctx, s.exec, d.rc, panicked))
		}
		if !parked {
			s.release(d.op)
		}
	}()
	for {
		response, ok := d.queue.Next()
		if !ok {
			if parked = d.queue.Park(d.wake); parked {
				return // to another goroutine, which may run by now
			}
			continue
		}
		if !s.sendNext(d.ctx, d.op, response, !d.sent) {
			return
		}
		d.sent = true
	}
}
