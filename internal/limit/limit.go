// Package limit says how often somebody may ask: a bucket for each of them
// that refills at a steady rate, held in memory by the instance that is asked.
// It knows no HTTP; internal/server turns what it says into headers.
package limit

import (
	"math"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Policy is a rate. The zero Policy limits nothing.
type Policy struct {
	PerSecond float64 // how much comes back each second; 0 or less: no limit
	Burst     int     // how much may be taken at once, at least 1
}

// Limiter has a bucket for each key. Its methods may be called concurrently,
// and on nil, which limits nothing.
type Limiter struct {
	policy Policy
	now    func() time.Time

	mu      sync.Mutex
	buckets *lru.Cache[string, *rate.Limiter]
}

// New returns a limiter that remembers up to keys buckets. The one not used
// for longest makes room: it comes back full, which is what it would be soon.
func New(p Policy, keys int) *Limiter {
	if p.PerSecond <= 0 {
		return nil
	}
	p.Burst = max(p.Burst, 1)
	buckets, err := lru.New[string, *rate.Limiter](max(keys, 1))
	if err != nil {
		panic(err) // only of a size below 1
	}
	return &Limiter{policy: p, now: time.Now, buckets: buckets}
}

// Decision is what a bucket said.
type Decision struct {
	OK        bool
	Limited   bool          // false: there is no limit, and the rest is zero
	Policy    Policy        // of the bucket
	Remaining int           // what may be taken at once now
	Full      time.Duration // until the bucket is full
	After     time.Duration // until what was refused could be taken; 0 if it was not
}

// Take takes n from key's bucket, or nothing when there is less in it. An n
// above the burst counts as the whole burst: what is expensive has to wait for
// a full bucket, but it is not refused for ever.
func (l *Limiter) Take(key string, n int) Decision {
	if l == nil {
		return Decision{OK: true}
	}
	n = min(max(n, 0), l.policy.Burst)
	l.mu.Lock()
	defer l.mu.Unlock()
	now, bucket := l.now(), l.bucket(key)
	d := Decision{OK: bucket.AllowN(now, n), Limited: true, Policy: l.policy}
	left := bucket.TokensAt(now)
	d.Remaining = max(0, int(math.Floor(left)))
	d.Full = l.refill(float64(l.policy.Burst) - left)
	if !d.OK {
		d.After = l.refill(float64(n) - left)
	}
	return d
}

// Owe takes n from key's bucket, at most its burst, even if there is less in
// it: what was used before it could be counted is paid for later.
func (l *Limiter) Owe(key string, n int) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bucket(key).ReserveN(l.now(), min(max(n, 0), l.policy.Burst))
}

// bucket returns the bucket of a key. The caller holds the lock.
func (l *Limiter) bucket(key string) *rate.Limiter {
	bucket, ok := l.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(l.policy.PerSecond), l.policy.Burst)
		l.buckets.Add(key, bucket)
	}
	return bucket
}

func (l *Limiter) refill(missing float64) time.Duration {
	return time.Duration(max(0, missing) / l.policy.PerSecond * float64(time.Second))
}
