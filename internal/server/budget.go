package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/limit"
	"bitcorp.dev/fleet/internal/transport"
)

// costOfOne is how much of an operation's cost makes it count as one more
// request: the dearest that is allowed uses up the usual burst of 20.
const costOfOne = 25_000

// bytesOfOne is how many bytes of a body or a message make it count as one more
// request, since they must be read before they can be refused.
const bytesOfOne = transport.LargeBody

// Who goes on asking with nothing left to spend is served slowly: a refusal
// takes its time too. It waits for the length of pace, unless so many wait.
const (
	pace     = time.Second
	mostHeld = 1000
)

// budgetKeys is how many users, tokens and addresses are remembered.
const budgetKeys = 100_000

// visit is what a request, or an operation of a socket, knows of who pays for it.
type visit struct {
	address string      // who pays while nobody is signed in
	paid    atomic.Bool // the request, or the message, was paid for when it came in: its operation costs one less
}

type visitKey struct{}

// metered lets a request in if who asks may ask now: by their user or token,
// or by their address as long as nobody is signed in.
func (s *Server) metered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{address: s.network(r)}
		ctx := context.WithValue(r.Context(), visitKey{}, v)
		r = r.WithContext(ctx)
		d := s.budget.Take(principal(ctx), 1)
		tellBudget(w.Header(), d)
		if !d.OK {
			if r.ContentLength < 0 || r.ContentLength > bytesOfOne {
				w.Header().Set("Connection", "close") // else the rest of the body would be read
			}
			s.hold(ctx)
			s.refuse(w, r, tooMany(d))
			return
		}
		v.paid.Store(true)
		if r.Body != nil && s.budget != nil {
			r.Body = &weighed{ReadCloser: r.Body, owe: func(n int) { s.budget.Owe(principal(ctx), n) }}
		}
		next.ServeHTTP(w, r)
	})
}

// weighed is a body that is paid for as it is read.
type weighed struct {
	io.ReadCloser
	owe  func(n int)
	read int // bytes
}

// Read implements io.Reader.
func (b *weighed) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	before := b.read / bytesOfOne
	b.read += n
	if more := b.read/bytesOfOne - before; more > 0 {
		b.owe(more)
	}
	return n, err
}

// received lets an operation of a socket in that came in so many bytes, before
// anything is done with it. While a refusal is held, nothing more is read of
// the socket.
func (s *Server) received(ctx context.Context, bytes int) context.Context {
	if s.budget == nil {
		return ctx
	}
	v := new(visit)
	if socket, ok := ctx.Value(visitKey{}).(*visit); ok {
		v.address = socket.address
	}
	ctx = context.WithValue(ctx, visitKey{}, v)
	if d := s.budget.Take(principal(ctx), 1+bytes/bytesOfOne); d.OK {
		v.paid.Store(true)
		return ctx
	}
	s.hold(ctx)
	return ctx
}

// hold waits for the length of pace.
func (s *Server) hold(ctx context.Context) {
	if s.held.Add(1) <= mostHeld {
		select {
		case <-ctx.Done():
		case <-time.After(pace):
		}
	}
	s.held.Add(-1)
}

// spend takes what an operation costs beyond the request that brought it.
func (s *Server) spend(ctx context.Context, cost int) (*int, error) {
	n := 1 + cost/costOfOne
	if v, ok := ctx.Value(visitKey{}).(*visit); ok && v.paid.Swap(false) {
		n--
	}
	d := s.budget.Take(principal(ctx), n)
	if !d.Limited {
		return nil, nil
	}
	tellBudget(transport.Headers(ctx), d)
	if !d.OK {
		return nil, tooMany(d)
	}
	return &d.Remaining, nil
}

// dearInLine is how many dear operations of one user may wait for their turn.
const dearInLine = 20

// turn waits for the turn of an operation that counts as several requests:
// few of them run at once, so that they leave processors to the others.
func (s *Server) turn(ctx context.Context, cost int) (done func(), err error) {
	if cost < costOfOne {
		return func() {}, nil
	}
	done, err = s.dear.Take(ctx, principal(ctx))
	if errors.Is(err, limit.ErrLine) {
		return nil, &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf("%d dear operations of yours are waiting, as many as may: ask for smaller pages, or one after the other", dearInLine)}
	}
	return done, err
}

// largeInLine is how many large bodies of one user may wait to be parsed.
const largeInLine = 10

// large waits for the turn of a body or message that takes long to parse.
func (s *Server) large(ctx context.Context, bytes int) (done func(), err error) {
	done, err = s.parsing.Take(ctx, principal(ctx))
	if errors.Is(err, limit.ErrLine) {
		return nil, fmt.Errorf("%d requests of yours of more than %d bytes are waiting, as many as may; this one has %d", largeInLine, bytesOfOne, bytes)
	}
	return done, err
}

// principal names who pays for what ctx asks.
func principal(ctx context.Context) string {
	if i, ok := identityOf(ctx); ok {
		return i.Principal()
	}
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return "address:" + v.address
	}
	return ""
}

func tooMany(d limit.Decision) error {
	after := max(d.After.Round(time.Second), time.Second)
	return &auth.Throttled{After: after, Message: fmt.Sprintf(
		"too many requests: %g a second are allowed, %d at once, and a dear one counts as several; try again in %s", d.Policy.PerSecond, d.Policy.Burst, after)}
}

// tellBudget writes the headers of draft-ietf-httpapi-ratelimit-headers-10.
func tellBudget(h http.Header, d limit.Decision) {
	if !d.Limited {
		return
	}
	window := int(float64(d.Policy.Burst)/d.Policy.PerSecond + 0.5)
	h.Set("RateLimit-Policy", fmt.Sprintf(`"requests";q=%d;w=%d`, d.Policy.Burst, max(window, 1)))
	h.Set("RateLimit", fmt.Sprintf(`"requests";r=%d;t=%d`, d.Remaining, int(d.Full.Seconds()+0.5)))
	if !d.OK {
		h.Set("Retry-After", strconv.Itoa(int(max(d.After.Round(time.Second), time.Second).Seconds())))
	}
}

// quota counts what each principal has open.
type quota struct {
	most int // 0 or less: no limit
	what string

	mu   sync.Mutex
	open map[string]int
}

// take adds one that ends with ctx, or returns a LIMIT_EXCEEDED.
func (q *quota) take(ctx context.Context, who string) error {
	if q.most <= 0 {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == nil {
		q.open = make(map[string]int)
	}
	if q.open[who] >= q.most {
		return &fleet.Error{Code: fleet.LimitExceeded, Message: fmt.Sprintf("%d %s are open, which is as many as one user may have", q.most, q.what)}
	}
	q.open[who]++
	context.AfterFunc(ctx, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.open[who]--; q.open[who] == 0 {
			delete(q.open, who)
		}
	})
	return nil
}
