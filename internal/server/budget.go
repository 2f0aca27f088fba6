package server

import (
	"context"
	"fmt"
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

// budgetKeys is how many users, tokens and addresses are remembered.
const budgetKeys = 100_000

// visit is what a connection knows of who pays for what it asks.
type visit struct {
	address string      // who pays while nobody is signed in
	paid    atomic.Bool // the request was paid for when it came in: its first operation costs one less
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
			s.refuse(w, r, tooMany(d))
			return
		}
		v.paid.Store(true)
		next.ServeHTTP(w, r)
	})
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
