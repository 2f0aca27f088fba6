package dashboard

import (
	"sync"
	"sync/atomic"
)

// group is the state of a group without its values, which are found by their
// keys and are valid while their generation is the group's. An invalidation is
// one addition, however many values are stored.
type group struct {
	fence      atomic.Int64 // number of writers between Fence and lower
	generation atomic.Uint64
}

// generation numbers the invalidations of a group: between two reads of the
// same generation there was none.
type generation struct{ epoch, number uint64 }

func (c *Cache[V]) generation(g *group) generation {
	return generation{c.epoch.Load(), g.generation.Load()}
}

// group returns the group of a name. Groups are never removed: a generation
// must outlive every value that was stored with it.
func (c *Cache[V]) group(name string) *group {
	if g, ok := c.groups.Load(name); ok {
		return g.(*group)
	}
	g, _ := c.groups.LoadOrStore(name, new(group))
	return g.(*group)
}

// Fence announces a write to a group by this process, before its transaction
// begins: until lower is called, readers of the group go to the source. Call
// lower once the transaction has ended, however it ended, best by defer: more
// calls do nothing. It invalidates the group after a rollback too, because a
// commit that returned an error may have been written.
func (c *Cache[V]) Fence(name string) (lower func()) {
	g := c.group(name)
	g.fence.Add(1)
	return sync.OnceFunc(func() {
		g.generation.Add(1) // first: a reader that sees the fence down must see the new generation
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

// InvalidateAll makes every value unreachable: anything may have been
// committed elsewhere.
func (c *Cache[V]) InvalidateAll() { c.epoch.Add(1) }

// Suspend disables the cache while writes elsewhere may be missed: until
// Resume, readers go to the source and nothing is stored.
func (c *Cache[V]) Suspend() { c.suspended.Store(true) }

// Resume enables the cache again and invalidates all values.
func (c *Cache[V]) Resume() {
	c.epoch.Add(1) // first, as in Fence
	c.suspended.Store(false)
}
