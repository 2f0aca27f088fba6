package server

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/limit"
	"bitcorp.dev/fleet/internal/transport"
)

// costOfOne is how much of an operation's cost makes it count as one more
// request. Above a hundred thousand it takes the whole of the usual burst.
const costOfOne = 5000

// bytesOfOne is how many bytes of a body or a message make it count as one more
// request, since they must be read before they can be refused.
const bytesOfOne = 100_000

// Who goes on asking with nothing left to spend is served slowly: a refusal
// takes its time too. It waits for the length of pace, unless so many wait.
const (
	pace     = time.Second
	mostHeld = 1000
)

// budgetKeys is how many users, tokens and addresses are remembered.
const budgetKeys = 100_000

// visit is what a request, or an operation of a socket, has been charged.
type visit struct {
	paid atomic.Bool // the request, or the message, was paid for when it came in: its operation costs one less
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

// visited begins the visit of a request.
func (s *Server) visited(r *http.Request) *http.Request {
	c := caller.Of(r.Context())
	c.Address = s.network(r)
	return r.WithContext(s.visit(caller.With(r.Context(), c)))
}

func (s *Server) visit(ctx context.Context) context.Context {
	return s.seated(context.WithValue(ctx, visitKey{}, &visit{}))
}

// metered lets a request in if who asks may ask now: by their user or token,
// or by their address as long as nobody is signed in.
func (s *Server) metered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		d := s.budget.Take(payer(ctx), 1)
		tellBudget(w.Header(), d)
		if !d.OK {
			s.turnAway(w, r, d)
			return
		}
		visitOf(ctx).paid.Store(true)
		if r.Body != nil && s.budget != nil {
			r.Body = &weighed{ReadCloser: r.Body, owe: func(n int) { s.budget.Owe(payer(ctx), n) }}
		}
		next.ServeHTTP(w, r)
	})
}

// turnAway refuses a request for want of budget, slowly.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, d limit.Decision) {
	if !s.delay(r.Context()) || r.ContentLength < 0 || r.ContentLength > bytesOfOne {
		w.Header().Set("Connection", "close") // the rest of the body is not worth reading
	}
	s.refuse(w, r, tooMany(d))
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
func (s *Server) received(ctx context.Context, bytes int) (context.Context, error) {
	ctx = s.visit(ctx)
	d := s.budget.Take(payer(ctx), 1+bytes/bytesOfOne)
	if !d.OK {
		s.delay(ctx)
		return ctx, tooMany(d)
	}
	visitOf(ctx).paid.Store(true)
	return ctx, nil
}

// delay waits for the length of pace, and reports whether it could.
func (s *Server) delay(ctx context.Context) bool {
	defer s.held.Add(-1)
	if s.held.Add(1) > mostHeld {
		return false
	}
	select {
	case <-ctx.Done():
	case <-time.After(pace):
	}
	return true
}

// spend takes what an operation costs beyond the request that brought it.
func (s *Server) spend(ctx context.Context, cost int) (*int, error) {
	n := min(1+cost/costOfOne, max(s.config.Rate.Burst, 1)) // what costs more waits for a full bucket
	if v := visitOf(ctx); v != nil && v.paid.Swap(false) {
		n--
	}
	d := s.budget.Take(payer(ctx), n)
	if !d.Limited {
		return nil, nil
	}
	tellBudget(transport.Headers(ctx), d)
	if !d.OK {
		return nil, tooMany(d)
	}
	return &d.Remaining, nil
}

func payer(ctx context.Context) string { return caller.Of(ctx).BudgetKey() }

func person(ctx context.Context) string { return caller.Of(ctx).QuotaKey() }

func addressOf(ctx context.Context) string { return caller.Of(ctx).AddressKey() }

func tooMany(d limit.Decision) error {
	after := wholeSeconds(d.After)
	return &auth.Throttled{RetryAfter: after, Message: fmt.Sprintf(
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
		h.Set("Retry-After", strconv.Itoa(int(wholeSeconds(d.After).Seconds())))
	}
}

// wholeSeconds rounds up, to a second at least: who comes back earlier is refused again.
func wholeSeconds(d time.Duration) time.Duration {
	return max((d + time.Second - 1).Truncate(time.Second), time.Second)
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
