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
)

// SSE streams the results of one operation as events: the "distinct
// connections mode" of graphql-sse. POST carries any operation, GET (for
// browsers' EventSource) queries and subscriptions.
//
// What is no GraphQL request is refused with a status and JSON. After that the
// protocol wants every error, also of validation, as an event in a stream of
// status 200, because EventSource shows its user nothing of other answers.
type SSE struct {
	config   Config
	buffers  buffers
	mu       sync.Mutex
	open     map[*events]struct{}
	stopping bool
	streams  sync.WaitGroup
}

// NewSSE returns a transport for event streams.
func NewSSE(c Config) *SSE {
	return &SSE{config: c.withDefaults(), open: map[*events]struct{}{}}
}

var _ graphql.Transport = (*SSE)(nil)

// Supports implements graphql.Transport: an event stream is what the client
// wants most.
func (t *SSE) Supports(r *http.Request) bool { return wantsEvents(r.Header) }

// Open returns how many streams there are.
func (t *SSE) Open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

// Shutdown ends all streams without the event "complete", so that clients
// connect again, elsewhere, and waits until they have ended or ctx has. New
// streams are refused with 503.
func (t *SSE) Shutdown(ctx context.Context) error {
	t.mu.Lock()
	t.stopping = true
	for s := range t.open {
		s.cancel()
	}
	t.mu.Unlock()
	return wait(ctx, &t.streams)
}

// wait waits for the group, but not longer than ctx.
func wait(ctx context.Context, group *sync.WaitGroup) error {
	ended := make(chan struct{})
	go func() {
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

// Do implements graphql.Transport. The request's context must have no
// deadline, or the stream ends with it.
func (t *SSE) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	w.Header().Add("Vary", "Accept")
	params, done, refused := t.config.readRequest(w, r)
	if refused != nil {
		refused.write(w, plainJSON)
		return
	}
	done = sync.OnceFunc(done)
	defer done() // if it does not come to an operation
	ctx, cancel := context.WithCancel(withHeaders(r.Context(), w.Header()))
	defer cancel()
	s := &events{sse: t, w: w, control: http.NewResponseController(w), cancel: cancel}
	if !t.add(s) {
		refused := refuse(http.StatusServiceUnavailable, "the server is being restarted: connect again")
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

func (t *SSE) add(s *events) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopping {
		return false
	}
	t.open[s] = struct{}{}
	t.streams.Add(1)
	return true
}

func (t *SSE) remove(s *events) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, s)
	t.streams.Done()
}

// events is one stream. The request's goroutine pulls results and writes them;
// a timer writes comments while there are none.
type events struct {
	sse     *SSE
	w       http.ResponseWriter
	control *http.ResponseController
	cancel  context.CancelFunc

	mu      sync.Mutex // held while something is written
	ended   bool
	comment *time.Timer
}

// run executes the operation; prepared is called once there is one. A refusal
// means that the stream has not begun.
func (s *events) run(ctx context.Context, exec graphql.GraphExecutor, params *graphql.RawParams, prepared func(), method string) (refused *refusal) {
	var rc *graphql.OperationContext
	defer func() {
		if panicked := recover(); panicked != nil {
			s.next(s.sse.config.recovered(ctx, exec, rc, panicked))
			s.complete()
		}
	}()
	rc, errs := create(ctx, exec, params, prepared)
	ctx = graphql.WithOperationContext(ctx, rc)
	if len(errs) > 0 {
		s.start()
		s.next(exec.DispatchError(ctx, errs))
		s.complete()
		return nil
	}
	subscription := rc.Operation.Operation == ast.Subscription
	if rc.Operation.Operation == ast.Mutation && method == http.MethodGet {
		return mutationByGET()
	}
	if !subscription {
		limited, cancel := context.WithTimeout(ctx, s.sse.config.OperationTimeout)
		defer cancel()
		ctx = limited
	}
	s.start()
	s.stream(ctx, exec, rc, subscription)
	return nil
}

// stream writes results until there are no more, or the client or the server
// has had enough: then it just stops, and the client knows to come again.
func (s *events) stream(stream context.Context, exec graphql.GraphExecutor, rc *graphql.OperationContext, subscription bool) {
	// ctx may outlive the stream, when others share what this one has begun.
	next, ctx := exec.DispatchOperation(stream, rc)
	for more := true; ; {
		resp := next(ctx)
		switch {
		case resp == nil && more && errors.Is(stream.Err(), context.DeadlineExceeded):
			s.next(present(ctx, exec, stream.Err()))
			s.complete()
			return
		case errors.Is(stream.Err(), context.Canceled):
			return
		case resp == nil:
			s.complete()
			return
		}
		if subscription {
			if err := s.sse.config.recheck(ctx); err != nil {
				if isUnknown(err) {
					return // without "complete": the client comes again
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

// start sends the headers, so that the client knows that it is connected.
func (s *events) start() {
	h := s.w.Header()
	h.Set("Content-Type", eventStream+"; charset=utf-8")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // proxies would keep events back
	h.Set("X-Content-Type-Options", "nosniff")
	s.write([]byte(":\n\n"))
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.comment = time.AfterFunc(s.sse.config.CommentInterval, func() { s.write([]byte(":\n\n")) })
	}
}

func (s *events) next(resp *graphql.Response) bool {
	b := s.sse.buffers.get()
	defer s.sse.buffers.put(b)
	*b = append(*b, "event: next\ndata: "...)
	from := len(*b)
	*b = appendResponse(*b, resp)
	// Lines end an event. Between the tokens of JSON a space does as well, and
	// within strings there are no raw ones.
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

// complete has an empty data line, without which EventSource drops the event.
func (s *events) complete() { s.write([]byte("event: complete\ndata:\n\n")) }

// write writes and flushes b. When this fails the stream is over.
func (s *events) write(b []byte) bool {
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
	// A deadline left behind would end an HTTP/2 stream when it passes.
	_ = s.control.SetWriteDeadline(time.Time{})
	if err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.sse.config.Log.Info("stream cut", "reason", fmt.Sprintf("a write took over %s", s.sse.config.WriteTimeout))
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

// end keeps the timer from writing after the request is over.
func (s *events) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.comment != nil {
		s.comment.Stop()
	}
}
