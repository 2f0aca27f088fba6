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
	"bitcorp.dev/fleet/internal/guard"
)

// operation is a running operation of a socket.
type operation struct {
	id     string
	prefix []byte // of its messages: {"id":"…","type":
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex // held while a message is written
	ended bool       // nothing more may be sent
}

// subscribe starts an operation in a goroutine of its own. bytes is the size of
// its message.
func (s *socket) subscribe(id string, params *graphql.RawParams, bytes int) {
	ctx, refused := s.ctx, error(nil)
	if s.isReady() {
		ctx, refused = s.ws.config.SocketAdmission.Receive(ctx, bytes)
	}
	params.Headers = s.header
	s.mu.Lock()
	if s.ending {
		s.mu.Unlock()
		return
	}
	ready, duplicate, most := s.ready, s.operations[id] != nil, s.ws.config.MaxOperations
	// An operation that the client has completed may take a moment to stop, so
	// there may be twice as many goroutines as operations.
	full := len(s.operations) >= most || s.running >= 2*most
	op := &operation{id: id, prefix: append(appendJSON([]byte(`{"id":`), id), `,"type":`...)}
	if ready && !duplicate && !full && refused == nil {
		op.ctx, op.cancel = context.WithCancel(ctx)
		s.operations[id] = op
		s.running++
		s.wg.Add(1)
		go func() {
			defer guard.Recover("operation of a socket")
			s.serve(op, params, bytes)
		}()
	}
	s.mu.Unlock()
	switch {
	case !ready:
		s.close(closeUnauthorized, "Unauthorized")
	case duplicate:
		s.close(closeDuplicateID, "Subscriber for "+shorten(id, 60)+" already exists")
	case refused != nil:
		_ = op.send(s, "error", refusalOf(refused).response())
	case full:
		_ = op.send(s, "error", errorResponse(fleet.LimitExceeded, fmt.Sprintf(
			"%d operations are running on this socket, which is the maximum", most)))
	}
}

// complete handles the client's complete message. When it returns, nothing more
// is sent for the operation, and the client may use the id again.
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

// serve executes an operation and sends its results, or has a delivery send them.
func (s *socket) serve(op *operation, params *graphql.RawParams, bytes int) {
	var rc *graphql.OperationContext
	ctx := graphql.StartOperationTrace(op.ctx)
	handedOver := false
	defer func() {
		if panicked := recover(); panicked != nil {
			s.finish(op, s.ws.config.recovered(ctx, s.exec, rc, panicked))
		}
		if !handedOver {
			s.release(op)
		}
	}()
	done, err := s.ws.config.Admission.Parse(ctx, bytes)
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
	if !s.recheck(ctx, op) {
		return
	}
	subscription := rc.Operation.Operation == ast.Subscription
	if !subscription {
		limited, cancel := context.WithTimeout(ctx, s.ws.config.OperationTimeout)
		defer cancel()
		ctx = limited
	}
	next, ctx := s.exec.DispatchOperation(ctx, rc)
	if subscription && s.ws.config.Queue != nil {
		if queue := s.ws.config.Queue(rc); queue != nil {
			handedOver = true
			s.deliver(ctx, op, rc, queue)
			return
		}
	}
	for first, more := true, true; ; first = false {
		resp := next(ctx)
		if resp == nil && more && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			s.finish(op, present(ctx, s.exec, ctx.Err()))
			return
		}
		if !s.sendNext(ctx, op, resp, first) {
			return
		}
		more = resp.HasNext != nil && *resp.HasNext
	}
}

// sendNext sends a result of an operation, and reports whether there may be another one. A nil result ends the
// operation, and so does the first one if nothing was executed.
func (s *socket) sendNext(ctx context.Context, op *operation, resp *graphql.Response, first bool) bool {
	switch {
	case resp == nil || ctx.Err() != nil && op.ctx.Err() != nil:
		s.finish(op, nil)
		return false
	case first && isRequestError(resp):
		s.finish(op, resp)
		return false
	}
	return s.recheck(ctx, op) && op.send(s, "next", resp) == nil
}

// release ends an operation that has been served.
func (s *socket) release(op *operation) {
	op.cancel()
	s.mu.Lock()
	s.running--
	s.mu.Unlock()
	s.wg.Done()
}

// recheck calls Config.Recheck for an operation and, if it fails, ends the
// operation or the socket and returns false.
func (s *socket) recheck(ctx context.Context, op *operation) bool {
	err := s.ws.config.recheck(ctx)
	if err == nil {
		return true
	}
	if isInconclusive(err) && ctx.Err() == nil { // with ctx ended, only the operation has
		s.close(closeTryAgain, "the session could not be verified")
		return false
	}
	if fleet.CodeOf(err) == fleet.Unauthenticated {
		// Alone: after an error the client would not subscribe again.
		s.close(closeForbidden, forbidden(err))
		return false
	}
	s.finish(op, present(ctx, s.exec, err))
	return false
}

// finish ends an operation with an error message, or with complete if failed is
// nil. The id is released first, because the client may use it again as soon as
// it has the message.
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

// errEnded is returned by send after the operation or its socket has ended.
var errEnded = errors.New("operation ended")

// send sends a message of the operation, unless the client has completed it or
// the socket is ending: a complete message would keep the client from
// subscribing again on its next connection.
func (op *operation) send(s *socket, kind string, resp *graphql.Response) error {
	b := s.ws.buffers.get()
	defer s.ws.buffers.put(b)
	*b = append(append(append(append(*b, op.prefix...), '"'), kind...), '"')
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
