package transport

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

// operation is one under way on a socket.
type operation struct {
	id     string
	head   []byte // {"id":"…","type":
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex // held while something is sent
	ended bool       // nothing may be sent any more
}

// subscribe starts an operation that came in so many bytes, in a goroutine of its own.
func (s *socket) subscribe(id string, params *graphql.RawParams, bytes int) {
	ctx, refused := s.ctx, error(nil)
	if s.isReady() && s.ws.config.Received != nil {
		ctx, refused = s.ws.config.Received(ctx, bytes)
	}
	params.Headers = s.header
	s.mu.Lock()
	if s.ending {
		s.mu.Unlock()
		return
	}
	ready, before, busy := s.ready, s.operations[id], s.busy
	// One that the client has ended may still take a moment to stop: twice as
	// many goroutines as operations allow for it.
	full := len(s.operations) >= s.ws.config.MaxOperations || busy >= 2*s.ws.config.MaxOperations
	op := &operation{id: id, head: append(appendJSON([]byte(`{"id":`), id), `,"type":`...)}
	if ready && before == nil && !full && refused == nil {
		op.ctx, op.cancel = context.WithCancel(ctx)
		s.operations[id] = op
		s.busy++
		s.wg.Go(func() { s.serve(op, params, bytes) })
	}
	s.mu.Unlock()
	switch {
	case !ready:
		s.close(closeNotReady, "Unauthorized")
	case before != nil:
		s.close(closeSameID, "Subscriber for "+shorten(id, 60)+" already exists")
	case refused != nil:
		_ = op.send(s, "error", refusalOf(refused).response())
	case full:
		_ = op.send(s, "error", errorResponse(fleet.LimitExceeded, fmt.Sprintf(
			"%d operations are under way on this socket, which is as many as may be", s.ws.config.MaxOperations)))
	}
}

// complete ends an operation that the client has had enough of. When it
// returns, nothing more is sent for it: the client may use the id again.
func (s *socket) complete(id string) {
	s.mu.Lock()
	op := s.operations[id]
	delete(s.operations, id)
	s.mu.Unlock()
	if op == nil {
		return
	}
	op.mu.Lock()
	defer op.mu.Unlock()
	op.ended = true
	op.cancel()
}

// serve executes an operation and sends what comes of it.
func (s *socket) serve(op *operation, params *graphql.RawParams, bytes int) {
	var rc *graphql.OperationContext
	ctx := graphql.StartOperationTrace(op.ctx)
	defer func() {
		if panicked := recover(); panicked != nil {
			s.finish(op, s.ws.config.recovered(ctx, s.exec, rc, panicked))
		}
		op.cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.busy--
	}()
	done, err := s.ws.config.admitted(ctx, bytes)
	if err != nil {
		s.finish(op, refusalOf(err).response())
		return
	}
	var errs gqlerror.List
	rc, errs = create(ctx, s.exec, params, done)
	ctx = graphql.WithOperationContext(ctx, rc)
	if len(errs) > 0 {
		s.finish(op, s.exec.DispatchError(ctx, errs))
		return
	}
	if !s.may(ctx, op) {
		return
	}
	subscription := rc.Operation.Operation == ast.Subscription
	if !subscription {
		limited, cancel := context.WithTimeout(ctx, s.ws.config.OperationTimeout)
		defer cancel()
		ctx = limited
	}
	next, ctx := s.exec.DispatchOperation(ctx, rc)
	for first, more := true, true; ; first = false {
		resp := next(ctx)
		switch {
		case resp == nil && more && errors.Is(ctx.Err(), context.DeadlineExceeded):
			s.finish(op, present(ctx, s.exec, ctx.Err()))
			return
		case resp == nil || ctx.Err() != nil && op.ctx.Err() != nil:
			s.finish(op, nil)
			return
		case first && isRequestError(resp):
			s.finish(op, resp)
			return
		}
		if !s.may(ctx, op) || op.send(s, "next", resp) != nil {
			return
		}
		more = resp.HasNext != nil && *resp.HasNext
	}
}

// may asks whether the operation may still be answered, and ends it if not.
func (s *socket) may(ctx context.Context, op *operation) bool {
	err := s.ws.config.recheck(ctx)
	if err == nil {
		return true
	}
	if isUnknown(err) && ctx.Err() == nil { // else it is the operation that has ended
		s.close(closeTryAgain, "it could not be checked who you are")
		return false
	}
	s.finish(op, present(ctx, s.exec, err))
	if fleet.CodeOf(err) == fleet.Unauthenticated {
		s.close(closeForbidden, "Forbidden: sign in again")
	}
	return false
}

// finish ends an operation with an error, or, if there is none, as complete.
// Its id is free before the client hears of it, who may use it at once.
func (s *socket) finish(op *operation, failed *graphql.Response) {
	s.mu.Lock()
	if s.operations[op.id] == op {
		delete(s.operations, op.id)
	}
	s.mu.Unlock()
	if failed == nil {
		_ = op.send(s, "complete", nil)
	} else {
		_ = op.send(s, "error", failed)
	}
}

// errEnded says that nobody wants to hear of the operation any more.
var errEnded = errors.New("operation ended")

// send sends a message about the operation, unless the client has ended it, or
// the socket ends: "complete" would keep the client from asking again elsewhere.
func (op *operation) send(s *socket, kind string, resp *graphql.Response) error {
	b := s.ws.buffers.get()
	defer s.ws.buffers.put(b)
	*b = append(append(append(append(*b, op.head...), '"'), kind...), '"')
	switch kind {
	case "next":
		*b = appendResponse(append(*b, `,"payload":`...), resp)
	case "error":
		*b = appendJSON(append(*b, `,"payload":`...), resp.Errors)
	}
	*b = append(*b, '}')
	op.mu.Lock()
	defer op.mu.Unlock()
	if op.ended || s.isEnding() {
		return errEnded
	}
	op.ended = kind != "next"
	return s.send(*b)
}
