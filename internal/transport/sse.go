package transport

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

// SSE streams the results of one operation as server-sent events, by the
// "distinct connections mode" of graphql-sse. POST carries any operation; GET,
// for the browsers' EventSource, carries queries and subscriptions.
//
// A request that is not a well-formed GraphQL request is refused with a status
// and JSON. Every later error, of validation too, is an event in a stream of
// status 200, as the protocol requires, because EventSource gives scripts no
// access to other responses.
type SSE struct {
	config   Config
	buffers  buffers
	mu       sync.Mutex
	open     map[*stream]struct{}
	stopping bool
	streams  sync.WaitGroup
}

// NewSSE returns a transport for event streams.
func NewSSE(c Config) *SSE {
	return &SSE{config: c.withDefaults(), open: map[*stream]struct{}{}}
}

var _ graphql.Transport = (*SSE)(nil)

// Supports implements graphql.Transport. It reports whether the client prefers an
// event stream.
func (t *SSE) Supports(r *http.Request) bool { return wantsEvents(r.Header) }

// Open returns the number of open streams.
func (t *SSE) Open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

// Shutdown ends all streams without the event "complete", upon which clients
// connect again, to another instance. It waits until all have ended, or returns
// ctx's error. New streams are refused with 503.
func (t *SSE) Shutdown(ctx context.Context) error {
	t.mu.Lock()
	t.stopping = true
	for s := range t.open {
		s.cancel()
	}
	t.mu.Unlock()
	return wait(ctx, &t.streams)
}

// wait waits for the group, or returns ctx's error.
func wait(ctx context.Context, group *sync.WaitGroup) error {
	ended := make(chan struct{})
	go func() {
		defer guard.Recover("shutdown")
		group.Wait()
		close(ended)
	}()
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Do implements graphql.Transport. It returns when the stream has ended, which is
// no later than the request's context.
func (t *SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept")
	params, done, refused := t.config.readRequest(w, r)
	if refused != nil {
		refused.write(w, plainJSON)
		return
	}
	done = sync.OnceFunc(done)
	defer done() // if the request does not become an operation
	ctx, cancel := context.WithCancel(withHeaders(r.Context(), w.Header()))
	defer cancel()
	s := &stream{sse: t, w: w, control: http.NewResponseController(w), cancel: cancel}
	if !t.add(s) {
		refused := refuse(http.StatusServiceUnavailable, "the server is restarting: connect again")
		refused.code = fleet.Internal
		refused.write(w, plainJSON)
		return
	}
	defer t.remove(s)
	defer s.end()
	if refused := s.run(ctx, exec, params, done, r.Method); refused != nil {
		refused.write(w, plainJSON)
	}
}

func (t *SSE) add(s *stream) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopping {
		return false
	}
	t.open[s] = struct{}{}
	t.streams.Add(1)
	return true
}

func (t *SSE) remove(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, s)
	t.streams.Done()
}

// stream is one event stream. The request's goroutine writes the results; a timer
// writes comments while there are none.
type stream struct {
	sse     *SSE
	w       http.ResponseWriter
	control *http.ResponseController
	cancel  context.CancelFunc

	mu      sync.Mutex // held while an event or comment is written
	ended   bool
	comment *time.Timer
}

// run executes the operation; done is called once it has been validated. If it
// returns a refusal, the stream has not begun.
func (s *stream) run(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams,
	done func(), method string) (refused *refusal) {
	var rc *graphql.OperationContext
	defer func() {
		if panicked := recover(); panicked != nil {
			s.next(s.sse.config.recovered(ctx, exec, rc, panicked))
			s.complete()
		}
	}()
	rc, errs := create(ctx, exec, params, done)
	ctx = graphql.WithOperationContext(ctx, rc)
	if len(errs) > 0 {
		s.start()
		s.next(exec.DispatchError(ctx, errs))
		s.complete()
		return nil
	}
	subscription := rc.Operation.Operation == ast.Subscription
	if rc.Operation.Operation == ast.Mutation && method != http.MethodPost {
		return mutationByGET()
	}
	if !subscription {
		limited, cancel := context.WithTimeout(ctx, s.sse.config.OperationTimeout)
		defer cancel()
		ctx = limited
	}
	if method == http.MethodHead {
		s.writeHeader()
		return nil
	}
	s.start()
	if subscription {
		s.sse.config.watch(ctx, func(error) { s.cancel() })
	}
	s.results(ctx, exec, rc, subscription)
	return nil
}

// results writes the results of an operation, and "complete" after the last one.
// If the client leaves, the server shuts down or the credentials end it stops
// without "complete", upon which clients connect again.
func (s *stream) results(ended context.Context, exec graphql.GraphExecutor, rc *graphql.OperationContext,
	subscription bool) {
	// ctx may outlive the stream: other subscribers may share its execution.
	next, ctx := exec.DispatchOperation(ended, rc)
	for more := true; ; {
		resp := next(ctx)
		switch {
		case resp == nil && more && errors.Is(ended.Err(), context.DeadlineExceeded):
			s.next(present(ctx, exec, ended.Err()))
			s.complete()
			return
		case errors.Is(ended.Err(), context.Canceled):
			return
		case resp == nil:
			s.complete()
			return
		}
		if subscription {
			if err := s.sse.config.recheck(ctx); err != nil {
				if isInconclusive(err) || fleet.CodeOf(err) == fleet.Unauthenticated {
					return // without "complete": the client connects again
				}
				s.next(present(ctx, exec, err))
				s.complete()
				return
			}
		}
		if !s.next(resp) {
			return
		}
		more = resp.HasNext != nil && *resp.HasNext
	}
}

// writeHeader sets the headers of the response.
func (s *stream) writeHeader() {
	h := s.w.Header()
	h.Set("Content-Type", eventStream+"; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // else nginx buffers events
	h.Set("X-Content-Type-Options", "nosniff")
}

// start sends the headers and a comment, so that the client knows that it is
// connected.
func (s *stream) start() {
	s.writeHeader()
	s.write([]byte(":\n\n"))
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.comment = time.AfterFunc(s.sse.config.CommentInterval, func() {
			defer guard.Recover("comment of an event stream")
			s.write([]byte(":\n\n"))
		})
	}
}

// next writes the event "next" with a result.
func (s *stream) next(resp *graphql.Response) bool {
	b := s.sse.buffers.get()
	defer s.sse.buffers.put(b)
	*b = append(*b, "event: next\ndata: "...)
	from := len(*b)
	*b = appendResponse(*b, resp)
	// A line break would end the data field. JSON has raw ones between tokens
	// only, where a space means the same.
	for i := from; i < len(*b); i++ {
		at := bytes.IndexAny((*b)[i:], "\r\n")
		if at < 0 {
			break
		}
		i += at
		(*b)[i] = ' '
	}
	*b = append(*b, "\n\n"...)
	return s.write(*b)
}

// complete writes the event "complete". It has an empty data field because
// EventSource drops events without one.
func (s *stream) complete() { s.write([]byte("event: complete\ndata:\n\n")) }

// write writes and flushes b. It returns false once the stream has ended; a failed
// write ends it.
func (s *stream) write(b []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	_ = s.control.SetWriteDeadline(time.Now().Add(s.sse.config.WriteTimeout))
	_, err := s.w.Write(b)
	if err == nil {
		err = s.control.Flush()
	}
	// A deadline that is left set ends an HTTP/2 stream when it passes.
	_ = s.control.SetWriteDeadline(time.Time{})
	if err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			reason := fmt.Sprintf("a write took over %s", s.sse.config.WriteTimeout)
			s.sse.config.Log.Info("event stream dropped", "reason", reason)
		}
		s.ended = true
		s.cancel()
		return false
	}
	if s.comment != nil {
		s.comment.Reset(s.sse.config.CommentInterval)
	}
	return true
}

// end stops the comment timer, which must not write after the request has ended.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.comment != nil {
		s.comment.Stop()
	}
}
