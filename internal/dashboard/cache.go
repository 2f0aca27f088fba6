// Package dashboard answers statistics from memory while they are true. A
// read-through cache over ristretto keeps them in groups, one per company; a
// committed write makes its group's values unreachable at once, whatever is
// being computed meanwhile. The figures come from internal/store; who writes
// tells this package before and after.
package dashboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/ristretto/v2"
)

// CacheConfig bounds a Cache.
type CacheConfig struct {
	// TTL is the longest that a value is kept; it is only a ceiling, an
	// invalidation works at once. 0 or less means that nothing is kept:
	// readers who wait at the same time still share a load.
	TTL time.Duration
	// MaxCost is the memory for values, in bytes as cost counts them. At least 1.
	MaxCost int64
	// LoadTimeout bounds one shared load, which goes on when the reader who
	// began it has left: others may be waiting for it. More than 0.
	LoadTimeout time.Duration
}

// Cache is a coherent read-through cache of values of type V. Its promise: a
// read that begins after a group was invalidated, or after a fenced write to
// it was committed, never returns a value whose load began before. It cannot
// fail a read: what it has not, it loads. All methods may be called
// concurrently. Values are shared by their readers, who must not change them.
//
// How the promise is kept: every value is kept with the generation of its
// group that its load began in, and an invalidation raises that number, so
// that older values are never found again. A writer in this process also raises a fence
// from before its transaction begins until the generation is raised; readers
// who meet it go straight to the source and store nothing.
type Cache[V any] struct {
	config   CacheConfig
	cost     func(V) int64
	values   *ristretto.Cache[string, entry[V]]
	flights  flights[V]
	groups   sync.Map      // group name → *group; one of some 100 bytes per company that was read or written here, kept for good
	epoch    atomic.Uint64 // part of every generation: raised, it invalidates all groups
	deaf     atomic.Bool   // a fence around all groups: writes elsewhere may go unheard
	counts   counts
	close    sync.Once
	closing  sync.RWMutex // ristretto must not be read while it is being closed
	isClosed bool
}

// identity says what a value is the value of. ristretto finds by a hash of the
// key alone: two companies' keys of one hash must not find each other's value.
// The generation is compared, not hashed, so that a new value takes the old
// one's place: as a key of its own it would be refused by a full cache, in
// which the dead generations of a much read key are worth more than it.
type identity struct {
	key        string
	generation generation
}

type entry[V any] struct {
	identity
	value V
}

// NewCache returns a cache; cost says how many bytes a value takes, and must
// not panic. Close ends it.
func NewCache[V any](c CacheConfig, cost func(V) int64) (*Cache[V], error) {
	return newCache(c, cost, nil)
}

// newCache lets tests choose the hash, for collisions; nil is ristretto's own.
func newCache[V any](c CacheConfig, cost func(V) int64, hash func(string) (uint64, uint64)) (*Cache[V], error) {
	if c.LoadTimeout <= 0 {
		return nil, fmt.Errorf("make cache: a load timeout of %v would fail every load", c.LoadTimeout)
	}
	cache := &Cache[V]{config: c, cost: cost}
	cache.flights.init()
	values, err := ristretto.NewCache(&ristretto.Config[string, entry[V]]{
		NumCounters:        max(1000, c.MaxCost/50), // ten per value of the usual 500 bytes
		MaxCost:            c.MaxCost,
		BufferItems:        64,
		KeyToHash:          hash,
		IgnoreInternalCost: true, // else a value of little cost is never admitted
		OnEvict: func(*ristretto.Item[entry[V]]) {
			if cache.flights.ended.Err() == nil { // what Close throws out made room for nobody
				cache.counts.evictions.Add(1)
			}
		},
		OnReject: func(*ristretto.Item[entry[V]]) { cache.counts.drops.Add(1) },
	})
	if err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	cache.values = values
	return cache, nil
}

// Close cancels the loads that are under way, waits until they have returned
// and frees the memory; no goroutine is left. It fails no reader: who waited
// for one of those loads, or comes later, loads alone.
func (c *Cache[V]) Close() {
	c.close.Do(func() {
		c.flights.end()
		c.closing.Lock()
		defer c.closing.Unlock()
		c.isClosed = true
		c.values.Close()
	})
}

// Get returns the value of key in a group, loading it when it is not there.
// Readers of one missing key share one load. An error of the load is returned
// to all who wait for it and not kept; a reader whose ctx ends leaves alone.
// A shared load sees the values of its first reader's ctx, not its end.
func (c *Cache[V]) Get(ctx context.Context, name, key string, load func(context.Context) (V, error)) (V, error) {
	g := c.group(name)
	// (1) before (2): a reader who saw a writer's fence down reads the
	// generation after that writer raised it, or began before its commit.
	// The other way round it may take the old number, wait while the writer
	// raises it and lowers the fence, and then find the old value.
	if g.fence.Load() > 0 || c.deaf.Load() {
		c.counts.bypasses.Add(1)
		return c.load(ctx, load)
	}
	id := identity{Key(name, key), c.generation(g)} // (2)
	if v, ok := c.look(id); ok {
		c.counts.hits.Add(1)
		return v, nil
	}
	c.counts.misses.Add(1)
	// The generation is the flight's too: who comes after an invalidation does
	// not join a load that began before it.
	f := c.join(ctx, g, id, load)
	if f == nil {
		return c.load(ctx, load) // closed
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
	if f.err != nil && c.flights.ended.Err() != nil {
		return c.load(ctx, load) // Close may have ended the load, not this reader's wish
	}
	return f.value, f.err
}

// look returns what is kept of one generation.
func (c *Cache[V]) look(id identity) (V, bool) {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if !c.isClosed {
		if e, ok := c.values.Get(id.key); ok && e.identity == id {
			return e.value, true
		}
	}
	var none V
	return none, false
}

// keep stores a value, which ristretto may refuse. Only flights call it: they
// have ended when ristretto is closed.
func (c *Cache[V]) keep(id identity, v V) {
	if c.config.TTL <= 0 { // ristretto would take 0 for "for ever"
		return
	}
	if !c.values.SetWithTTL(id.key, entry[V]{id, v}, c.cost(v), c.config.TTL) {
		c.counts.drops.Add(1)
	}
}

// errPanic stands for a panic of a load, which is in the log.
var errPanic = errors.New("a load panicked")

// load asks the source.
func (c *Cache[V]) load(ctx context.Context, load func(context.Context) (V, error)) (v V, err error) {
	c.counts.loads.Add(1)
	defer func() {
		if r := recover(); r != nil { // in a flight it would end the process
			slog.ErrorContext(ctx, "a load of the cache panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = errPanic
		}
		if err != nil {
			c.counts.failures.Add(1)
		}
	}()
	return load(ctx)
}
