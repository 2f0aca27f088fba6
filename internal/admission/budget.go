package admission

import (
	"fmt"
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Rate is the size of a token bucket. The zero Rate limits nothing.
type Rate struct {
	PerSecond float64 // tokens added per second; 0 or less: no limit
	Burst     int     // capacity, at least 1
}

// Budget holds a token bucket for each key. Its methods may be called
// concurrently, and on nil, which limits nothing.
type Budget struct {
	rate   Rate
	policy []string // the value of the header RateLimit-Policy
	now    func() time.Time

	mu      sync.Mutex
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewBudget returns a budget of up to keys buckets. The least recently used
// one is evicted: it starts full again, as it would have become soon anyway.
func NewBudget(r Rate, keys int) *Budget {
	if r.PerSecond <= 0 {
		return nil
	}
	r.Burst = max(r.Burst, 1)
	buckets, err := lru.New[string, *rate.Limiter](max(keys, 1))
	if err != nil {
		panic(err) // only of a size below 1
	}
	window := max(int(float64(r.Burst)/r.PerSecond+0.5), 1)
	policy := []string{fmt.Sprintf(`"requests";q=%d;w=%d`, r.Burst, window)}
	return &Budget{rate: r, policy: policy, now: time.Now, buckets: buckets}
}

// Decision is the state of a bucket after Take.
type Decision struct {
	OK        bool
	Limited   bool          // false: there is no limit, and the rest is zero
	Rate      Rate          // of the bucket
	Remaining int           // tokens that can be taken now
	Full      time.Duration // until the bucket is full
	After     time.Duration // until what was refused could be taken; 0 if it was not

	policy []string // of the budget; not to be changed
}

// Take takes n tokens from key's bucket, or none when it holds fewer. An n
// above the burst counts as the whole burst: expensive work waits for a full
// bucket, but is not refused forever.
func (b *Budget) Take(key string, n int) Decision {
	if b == nil {
		return Decision{OK: true}
	}
	n = min(max(n, 0), b.rate.Burst)
	b.mu.Lock()
	defer b.mu.Unlock()
	now, bucket := b.now(), b.bucket(key)
	d := Decision{OK: bucket.AllowN(now, n), Limited: true, Rate: b.rate, policy: b.policy}
	left := bucket.TokensAt(now)
	d.Remaining = max(0, int(math.Floor(left)))
	d.Full = b.refill(float64(b.rate.Burst) - left)
	if !d.OK {
		d.After = b.refill(float64(n) - left)
	}
	return d
}

// Owe takes n tokens from key's bucket, at most its burst, even below zero, for
// work that could not be measured before it was done.
func (b *Budget) Owe(key string, n int) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bucket(key).ReserveN(b.now(), min(max(n, 0), b.rate.Burst))
}

// OverHalf reports whether key has used half of its budget or more.
func (b *Budget) OverHalf(key string) bool {
	d := b.Take(key, 0)
	return d.Limited && d.Remaining < d.Rate.Burst/2
}

// bucket returns the bucket of a key. The caller holds the lock.
func (b *Budget) bucket(key string) *rate.Limiter {
	bucket, ok := b.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(b.rate.PerSecond), b.rate.Burst)
		b.buckets.Add(key, bucket)
	}
	return bucket
}

func (b *Budget) refill(missing float64) time.Duration {
	return time.Duration(max(0, missing) / b.rate.PerSecond * float64(time.Second))
}
