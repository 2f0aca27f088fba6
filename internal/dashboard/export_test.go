package dashboard

import (
	"strconv"
	"sync"
)

// NewColliding returns a cache in which the hashes of all keys are equal.
func NewColliding[V any](c CacheConfig, cost func(V) int64) (*Cache[V], error) {
	return newCache(c, cost, func(string) (uint64, uint64) { return 7, 7 })
}

// Flood stores n unrelated values from several goroutines, faster than
// ristretto accepts them, so that it drops some of every kind.
func (c *Cache[V]) Flood(n int) {
	var none V
	var wg sync.WaitGroup
	for side := range 4 {
		wg.Go(func() {
			for i := range n / 4 {
				c.keep(version{key: Key("flood", strconv.Itoa(side), strconv.Itoa(i))}, none)
			}
		})
	}
	wg.Wait()
}
