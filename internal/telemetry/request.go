// Package telemetry measures requests. A Request in the context gathers what one request, or one
// operation of a socket, takes; the parts that answer it add to it as they work. At its end it becomes
// headers, metrics and a line of the log. The package knows neither HTTP nor GraphQL nor SQL: names and
// outcomes are handed in.
package telemetry

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Phase is a part of the work of a request. Parts may run at the same time: the statements of one
// request can take longer together than the request does.
type Phase int

// The phases that are measured. What is left of a request is the executor's.
const (
	Queue    Phase = iota // waits for a slot of admission or for a database connection
	Parse                 // reads a document that is not cached
	Validate              // compares it with the schema
	SQL                   // statements, from sending to the last row
	Writing               // writes of the answer, which wait for a client that reads slowly
	phases
)

// String returns the name of the phase in headers and in the log.
func (p Phase) String() string {
	return [...]string{"queue", "parse", "validate", "sql", "writing"}[p]
}

// Operation describes the GraphQL operation of a request.
type Operation struct {
	Name    string // as the client has named it; "" for none
	Type    string // query, mutation, subscription or export; "" before the document is known
	Outcome string // "ok", or the code of the first error in lower case; "" before the answer
	Cost    int
	Rows    int64 // of an export
}

// Request gathers what a request takes. Its methods may be called concurrently, and on nil, which
// gathers nothing.
type Request struct {
	id    string
	begun time.Time

	took                     [phases]atomic.Int64 // nanoseconds
	statements, hits, misses atomic.Int64

	mu        sync.Mutex
	operation Operation
	user      string
	endpoint  string
}

type requestKey struct{}

// With returns a context of a new Request with an id, which begins now.
func With(ctx context.Context, id string) (context.Context, *Request) {
	r := &Request{id: id, begun: time.Now()}
	return context.WithValue(ctx, requestKey{}, r), r
}

// Of returns the Request of ctx; nil outside of requests.
func Of(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey{}).(*Request)
	return r
}

// ID returns the id of the request; "" for nil.
func (r *Request) ID() string {
	if r == nil {
		return ""
	}
	return r.id
}

// Since adds the time since begun to a phase.
func (r *Request) Since(p Phase, begun time.Time) {
	if r != nil {
		r.took[p].Add(int64(time.Since(begun)))
	}
}

// Took returns the time of a phase so far.
func (r *Request) Took(p Phase) time.Duration { return time.Duration(r.took[p].Load()) }

// Total returns the time since the request has begun.
func (r *Request) Total() time.Duration { return time.Since(r.begun) }

// Statement counts a statement that has taken d.
func (r *Request) Statement(d time.Duration) {
	if r != nil {
		r.statements.Add(1)
		r.took[SQL].Add(int64(d))
	}
}

// Statements returns the number of statements so far.
func (r *Request) Statements() int { return int(r.statements.Load()) }

// Cache counts a value that was found in a cache, or was not.
func (r *Request) Cache(hit bool) {
	switch {
	case r == nil:
	case hit:
		r.hits.Add(1)
	default:
		r.misses.Add(1)
	}
}

// SetUser names the user on whose behalf the request is answered.
func (r *Request) SetUser(id string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.user = id
}

// SetEndpoint names the route of the request.
func (r *Request) SetEndpoint(pattern string) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.endpoint = pattern
}

// Endpoint returns the route; "" while it is not known.
func (r *Request) Endpoint() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.endpoint
}

// Describe calls change with the operation of the request, which it may change.
func (r *Request) Describe(change func(*Operation)) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.operation)
}

// Operation returns the operation as far as it is known.
func (r *Request) Operation() Operation {
	if r == nil {
		return Operation{}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.operation
}

// Slowest returns what has taken most of a request of that length: a phase, or "executor" for the rest.
// A part that ran beside others counts with the sum of its times.
func (r *Request) Slowest(total time.Duration) string {
	slowest, most, rest := "", time.Duration(0), total
	for p := range phases {
		d := r.Took(p)
		rest -= d
		if d > most {
			slowest, most = p.String(), d
		}
	}
	if rest > most {
		return "executor"
	}
	return slowest
}

// ServerTiming returns the value of the header Server-Timing at this moment. Phases are listed for
// operations alone; there is none of writing, which follows the header.
func (r *Request) ServerTiming() string {
	b := make([]byte, 0, 128)
	if r.Operation().Type != "" {
		for p := Queue; p < Writing; p++ {
			b = AppendMilliseconds(append(append(b, p.String()...), ";dur="...), r.Took(p))
			if p == SQL {
				b = append(strconv.AppendInt(append(b, `;desc="statements: `...), int64(r.Statements()), 10), '"')
			}
			b = append(b, ", "...)
		}
	}
	return string(AppendMilliseconds(append(b, "total;dur="...), r.Total()))
}

// AppendMilliseconds appends a duration in milliseconds with three decimals. It is rounded down.
func AppendMilliseconds(b []byte, d time.Duration) []byte {
	us := d.Microseconds()
	b = append(strconv.AppendInt(b, us/1000, 10), '.')
	return append(b, byte('0'+us/100%10), byte('0'+us/10%10), byte('0'+us%10))
}

// Milliseconds returns a duration as headers and the log have it: in milliseconds, with three decimals.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
