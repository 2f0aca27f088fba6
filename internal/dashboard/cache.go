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
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dgraph-io/ristretto/v2"
	"golang.org/x/sync/singleflight"
)

// CacheConfig bounds a Cache.
type CacheConfig struct {
	// TTL is the longest that a value is kept; it is only a ceiling, an
	// invalidation works at once. 0 means that nothing is kept.
	TTL time.Duration
	// MaxCost is the memory for values, in bytes as Cost counts them.
	MaxCost int64
	// LoadTimeout bounds one load, which goes on when the reader who began it
	// has left: others may be waiting for it.
	LoadTimeout time.Duration
}

// Cache is a coherent read-through cache of values of type V. Its promise: a
// read that begins after a group was invalidated never returns a value whose
// load began before. It cannot fail a read: what it has not, it loads. All
// methods may be called concurrently.
//
// How the promise is kept: every key holds its group's generation, and an
// invalidation raises that number, so that older values are never looked up
// again (and leave by eviction). A writer in this process also raises a fence
// from before its transaction begins until the generation is raised; readers
// who meet it go straight to the source and store nothing.
type Cache[V any] struct {
	config  CacheConfig
	cost    func(V) int64
	values  *ristretto.Cache[string, entry[V]]
	flights singleflight.Group
	epoch   atomic.Uint64 // part of every generation: raised, it invalidates all groups
	closing sync.RWMutex  // values must not be closed while one is being kept
	closed  bool
	groups  sync.Map // group name → *group; as many as there are companies
	counts  counts
}

// entry carries its whole key: ristretto finds by hash, and two companies'
// keys of one hash must not find each other's value.
type entry[V any] struct {
	key   string
	value V
}

type group struct {
	fence      atomic.Int64 // writers between begin and commit
	generation atomic.Uint64
}

// NewCache returns a cache; cost says how many bytes a value takes. Close ends it.
func NewCache[V any](c CacheConfig, cost func(V) int64) (*Cache[V], error) {
	cache := &Cache[V]{config: c, cost: cost}
	values, err := ristretto.NewCache(&ristretto.Config[string, entry[V]]{
		NumCounters:        max(1000, c.MaxCost/50), // ten per value of the usual 500 bytes
		MaxCost:            c.MaxCost,
		BufferItems:        64,
		Metrics:            true,
		IgnoreInternalCost: true, // else a value of little cost is never admitted
	})
	if err != nil {
		return nil, fmt.Errorf("make cache: %w", err)
	}
	cache.values = values
	return cache, nil
}

// Close frees the cache. Reads after it load without storing.
func (c *Cache[V]) Close() {
	c.closing.Lock()
	defer c.closing.Unlock()
	if !c.closed {
		c.closed = true
		c.values.Close()
	}
}

// Get returns the value of key in a group, loading it when it is not there.
// Readers of one missing key share one load. An error of the load is returned
// to all who wait for it and not kept; a reader whose ctx ends leaves alone.
func (c *Cache[V]) Get(ctx context.Context, name, key string, load func(context.Context) (V, error)) (V, error) {
	g := c.group(name)
	// The order matters: a fence seen down before the generation is read means
	// that a writer who raises it later will also raise the generation later.
	if g.fence.Load() > 0 {
		c.counts.bypasses.Add(1)
		return c.load(ctx, load)
	}
	full := Key(strconv.FormatUint(c.epoch.Load(), 36), strconv.FormatUint(g.generation.Load(), 36), name, key)
	if e, ok := c.values.Get(full); ok && e.key == full {
		c.counts.hits.Add(1)
		return e.value, nil
	}
	c.counts.misses.Add(1)
	// The generation is in the flight's key too: who comes after an
	// invalidation does not join a load that began before it.
	done := c.flights.DoChan(full, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.LoadTimeout)
		defer cancel()
		// A flight that ended between our look and now has left its value.
		if e, ok := c.values.Get(full); ok && e.key == full {
			return e.value, nil
		}
		v, err := c.load(ctx, load)
		if err == nil {
			c.keep(full, v)
		}
		return v, err
	})
	select {
	case r := <-done:
		v, _ := r.Val.(V)
		return v, r.Err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// keep stores a value, which ristretto may refuse.
func (c *Cache[V]) keep(key string, v V) {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed || c.config.TTL <= 0 { // ristretto would take 0 for "for ever"
		return
	}
	c.values.SetWithTTL(key, entry[V]{key, v}, c.cost(v), c.config.TTL)
	// A new key is visible only when ristretto's buffer has drained; the next
	// reader should not load again.
	c.values.Wait()
}

// errPanic stands for a panic of a load, which is in the log.
var errPanic = errors.New("a load panicked")

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

// Fence announces a write to a group of this process, before its transaction
// begins. The returned function must be called once the transaction has ended,
// however it ended: after a failed commit nobody knows what was written.
func (c *Cache[V]) Fence(name string) (lower func()) {
	g := c.group(name)
	g.fence.Add(1)
	return sync.OnceFunc(func() {
		g.generation.Add(1)
		g.fence.Add(-1)
	})
}

// Invalidate makes every value of the groups unreachable: something was
// committed elsewhere.
func (c *Cache[V]) Invalidate(names ...string) {
	for _, name := range names {
		c.group(name).generation.Add(1)
	}
}

// InvalidateAll makes every value unreachable: nobody knows what was committed.
func (c *Cache[V]) InvalidateAll() { c.epoch.Add(1) }

func (c *Cache[V]) group(name string) *group {
	if g, ok := c.groups.Load(name); ok {
		return g.(*group)
	}
	g, _ := c.groups.LoadOrStore(name, new(group))
	return g.(*group)
}

// Key joins the parts of a key so that different parts never make one key:
// each is preceded by its length.
func Key(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strconv.Itoa(len(p)))
		b.WriteByte(':')
		b.WriteString(p)
	}
	return b.String()
}
