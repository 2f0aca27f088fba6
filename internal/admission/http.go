package admission

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
)

// bytesOfOne is how many bytes of a body or a message are charged as one more
// request, since they must be read before they can be refused.
const bytesOfOne = 100_000

// Clients that keep sending without a budget are answered slowly: a refusal is
// delayed, unless as many as maxDelayed are.
const (
	delay      = time.Second
	maxDelayed = 1000
)

// Refuse answers a request with an error.
type Refuse = func(w http.ResponseWriter, r *http.Request, err error)

// Admit charges a request to the budget of key and reports the budget in the
// headers. When none is left it answers with refuse, and returns false.
func (c *Controller) Admit(w http.ResponseWriter, r *http.Request, key string, refuse Refuse) bool {
	d := c.budget.Take(key, 1)
	setHeaders(w.Header(), d)
	if !d.OK {
		refuse(w, r, rateLimited(d))
	}
	return d.OK
}

// AdmitLookup returns RATE_LIMITED when the network of ctx's request has no
// budget left to try unknown credentials.
func (c *Controller) AdmitLookup(ctx context.Context) error {
	if d := c.budget.Take(caller.Of(ctx).AddressKey(), 0); d.Limited && d.Remaining == 0 {
		return rateLimited(d)
	}
	return nil
}

// Meter is middleware that charges requests, and the bytes of their bodies as
// they are read, to the budget of the caller, and gives each a ticket.
func (c *Controller) Meter(next http.Handler, refuse Refuse) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := caller.Of(r.Context()).BudgetKey()
		if !c.Admit(w, r, key, refuse) {
			return
		}
		ctx := c.withTicket(r.Context())
		TicketOf(ctx).charged.Store(true)
		r = r.WithContext(ctx)
		if r.Body != nil && c.budget != nil {
			r.Body = &meteredBody{ReadCloser: r.Body, owe: func(n int) { c.budget.Owe(key, n) }}
		}
		next.ServeHTTP(w, r)
	})
}

// Slowly returns a Refuse that delays what refuse answers.
func (c *Controller) Slowly(refuse Refuse) Refuse {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if !c.wait(r.Context()) || r.ContentLength < 0 || r.ContentLength > bytesOfOne {
			w.Header().Set("Connection", "close") // the rest of the body is not worth reading
		}
		refuse(w, r, err)
	}
}

// wait waits for the length of delay, and reports whether it could.
func (c *Controller) wait(ctx context.Context) bool {
	defer c.delayed.Add(-1)
	if c.delayed.Add(1) > maxDelayed {
		return false
	}
	select {
	case <-ctx.Done():
	case <-time.After(delay):
	}
	return true
}

// meteredBody is a body that is charged as it is read.
type meteredBody struct {
	io.ReadCloser
	owe  func(n int)
	read int // bytes
}

// Read implements io.Reader.
func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	before := b.read / bytesOfOne
	b.read += n
	if more := b.read/bytesOfOne - before; more > 0 {
		b.owe(more)
	}
	return n, err
}

func rateLimited(d Decision) error {
	after := wholeSeconds(d.After)
	return &auth.Throttled{RetryAfter: after, Message: fmt.Sprintf(
		"too many requests: %g a second are allowed, %d at once, and an expensive one counts as several; try again in %s",
		d.Rate.PerSecond, d.Rate.Burst, after)}
}

// setHeaders sets the headers of draft-ietf-httpapi-ratelimit-headers-10.
func setHeaders(h http.Header, d Decision) {
	if !d.Limited {
		return
	}
	h["Ratelimit-Policy"] = d.policy // as Header.Set names it
	b := strconv.AppendInt(append(make([]byte, 0, 32), `"requests";r=`...), int64(d.Remaining), 10)
	h.Set("RateLimit", string(strconv.AppendInt(append(b, ";t="...), int64(d.Full.Seconds()+0.5), 10)))
	if !d.OK {
		h.Set("Retry-After", strconv.Itoa(int(wholeSeconds(d.After).Seconds())))
	}
}

// wholeSeconds rounds up, to at least a second: a client that returns earlier is
// refused again.
func wholeSeconds(d time.Duration) time.Duration {
	return max((d + time.Second - 1).Truncate(time.Second), time.Second)
}
