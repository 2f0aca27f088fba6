// Package dashboard caches statistics. A coherent read-through cache over
// ristretto keeps them in groups, one per company; a committed write makes the
// values of its group unreachable at once, even while they are being computed.
// The figures come from internal/store. Writers of this process call Fence
// before and after, the change feed reports all other writes.
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

	"bitcorp.dev/fleet/internal/telemetry"
)

// CacheConfig bounds a Cache.
type CacheConfig struct {
	// TTL is the longest that a value is kept. Invalidation does not wait for
	// it. With 0 or less nothing is kept, but concurrent readers share a load.
	TTL time.Duration
	// MaxCost is the memory for values, in bytes as cost counts them. At least 1.
	MaxCost int64
	// LoadTimeout bounds one shared load, which continues when its first reader returns early,
	// because others may wait for it. More than 0.
	LoadTimeout time.Duration
}

// Cache is a coherent read-through cache of values of type V. Its promise: a
// read that begins after a group was invalidated, or after a fenced write to
// it was committed, never returns a value of an earlier load. It fails no
// read: a missing value is loaded. All methods may be called concurrently.
// Values are shared between readers, which must not modify them.
//
// Every value is stored with the generation of its group at the start of its
// load. An invalidation increments the generation, so that older values are
// never found again. A writer in this process also raises a fence before its
// transaction begins and lowers it after it has incremented the generation.
// Readers that see the fence bypass the cache and store nothing.
type Cache[V any] struct {
	config    CacheConfig
	cost      func(V) int64
	values    *ristretto.Cache[string, entry[V]]
	flights   flights[V]
	groups    sync.Map      // group name → *group: some 100 bytes per company, never removed
	epoch     atomic.Uint64 // part of every generation: raised, it invalidates all groups
	suspended atomic.Bool   // a fence around all groups while the change feed is down
	counts    counts
	close     sync.Once
	closing   sync.RWMutex // ristretto must not be read while it is being closed
	isClosed  bool
}

// version is the key of a value and its generation. ristretto looks up by a
// hash of the key alone: keys of two companies with the same hash must not find
// each other's value. The generation is compared, not hashed, so that a new
// value replaces the old one. As a key of its own it would be rejected by a full
// cache, which values the dead generations of a hot key more.
type version struct {
	key        string
	generation generation
}

type entry[V any] struct {
	version
	value V
}

// NewCache returns a cache; cost says how many bytes a value takes, and must
// not panic. Close ends it.
func NewCache[V any](c CacheConfig, cost func(V) int64) (*Cache[V], error) {
	return newCache(c, cost, nil)
}

// newCache takes the hash function, so that tests can make collisions; nil is ristretto's own.
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
			if cache.flights.ended.Err() == nil { // evictions by Close do not count
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

// Close cancels the running loads, waits for their return and frees the memory;
// no goroutine is left. It fails no reader: readers that waited for one of those
// loads, and later ones, load on their own.
func (c *Cache[V]) Close() {
	c.close.Do(func() {
		c.flights.end()
		c.closing.Lock()
		defer c.closing.Unlock()
		c.isClosed = true
		c.values.Close()
	})
}

// Get returns the value of key in a group and loads it if it is missing. Concurrent readers of the
// same missing key share one load. An error of the load is returned to all of them and not stored.
// A reader returns early when its ctx ends; the load continues with the values of the ctx of its
// first reader.
func (c *Cache[V]) Get(ctx context.Context, name, key string, load func(context.Context) (V, error)) (V, error) {
	g := c.group(name)
	// (1) must precede (2): a reader that sees the fence of a writer down reads
	// the generation that the writer has incremented, or it began before the
	// commit. In the other order it could read the old generation, be delayed
	// until the writer has incremented it and lowered the fence, and then find
	// the old value.
	if g.fence.Load() > 0 || c.suspended.Load() {
		c.counts.bypasses.Add(1)
		telemetry.Of(ctx).Cache(false)
		return c.load(ctx, load)
	}
	id := version{Key(name, key), c.generation(g)} // (2)
	if v, ok := c.look(id); ok {
		c.counts.hits.Add(1)
		telemetry.Of(ctx).Cache(true)
		return v, nil
	}
	c.counts.misses.Add(1)
	telemetry.Of(ctx).Cache(false)
	// A flight is identified by key and generation: a reader after an
	// invalidation does not join a load that began before it.
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
		return c.load(ctx, load) // Close may have cancelled the load
	}
	return f.value, f.err
}

// look returns the stored value of one generation.
func (c *Cache[V]) look(id version) (V, bool) {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if !c.isClosed {
		if e, ok := c.values.Get(id.key); ok && e.version == id {
			return e.value, true
		}
	}
	var none V
	return none, false
}

// keep stores a value, which ristretto may reject. Only flights call it; they
// have ended when ristretto is closed.
func (c *Cache[V]) keep(id version, v V) {
	if c.config.TTL <= 0 { // ristretto keeps a value with TTL 0 forever
		return
	}
	if !c.values.SetWithTTL(id.key, entry[V]{id, v}, c.cost(v), c.config.TTL) {
		c.counts.drops.Add(1)
	}
}

// errPanic is the error of a load that panicked; the panic is logged.
var errPanic = errors.New("a load panicked")

// load calls the source.
func (c *Cache[V]) load(ctx context.Context, load func(context.Context) (V, error)) (v V, err error) {
	c.counts.loads.Add(1)
	defer func() {
		if r := recover(); r != nil { // in a flight it would end the process
			slog.ErrorContext(ctx, "a load of the cache panicked", "panic", fmt.Sprint(r), "stack",
				string(debug.Stack()))
			err = errPanic
		}
		if err != nil {
			c.counts.failures.Add(1)
		}
	}()
	return load(ctx)
}
