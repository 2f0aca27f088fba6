package admission

import (
	"context"
	"sync"

	"bitcorp.dev/fleet/internal/guard"
)

// Quota bounds what each key has open. Its methods may be called concurrently.
type Quota struct {
	most int // 0 or less: no limit

	mu   sync.Mutex
	open map[string]int
}

// NewQuota returns a quota of so many for each key; 0 or less is no limit.
func NewQuota(most int) *Quota { return &Quota{most: most, open: make(map[string]int)} }

// Open counts one more for key, until done is called or ctx ends. It returns false when key has as many as are allowed.
// When done has returned, the next one may open; the end of ctx is noticed a little later.
func (q *Quota) Open(ctx context.Context, key string) (done func(), ok bool) {
	if q.most <= 0 {
		return func() {}, true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[key] >= q.most {
		return nil, false
	}
	q.open[key]++
	stop := context.AfterFunc(ctx, func() {
		defer guard.Recover("quota")
		q.release(key)
	})
	return func() {
		if stop() {
			q.release(key)
		}
	}, true
}

func (q *Quota) release(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[key]--; q.open[key] == 0 {
		delete(q.open, key)
	}
}
