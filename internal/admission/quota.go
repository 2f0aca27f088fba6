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

// Open counts one more for key, until ctx ends. It returns false when key has
// as many as are allowed.
func (q *Quota) Open(ctx context.Context, key string) bool {
	if q.most <= 0 {
		return true
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[key] >= q.most {
		return false
	}
	q.open[key]++
	context.AfterFunc(ctx, func() {
		defer guard.Recover("quota")
		q.mu.Lock()
		defer q.mu.Unlock()
		if q.open[key]--; q.open[key] == 0 {
			delete(q.open, key)
		}
	})
	return true
}
