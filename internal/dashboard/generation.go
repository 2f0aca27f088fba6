package dashboard

import (
	"sync"
	"sync/atomic"
)

// group is what a cache knows of a group: never its values, which are found
// by their keys and are true if their generation is the group's. So an invalidation costs one addition,
// however much is kept.
type group struct {
	fence      atomic.Int64 // writers between begin and the end of lower
	generation atomic.Uint64
}

// generation is a moment in the life of a group: no invalidation lies between
// two equal ones.
type generation struct{ epoch, number uint64 }

func (c *Cache[V]) generation(g *group) generation {
	return generation{c.epoch.Load(), g.generation.Load()}
}

// group returns the group of a name. The table grows with the names, not with
// what is kept: a counter must outlive every value that was kept under it.
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
// calls do nothing. It invalidates the group after a rollback too, because
// after a commit that returned an error nobody knows what was written.
func (c *Cache[V]) Fence(name string) (lower func()) {
	g := c.group(name)
	g.fence.Add(1)
	return sync.OnceFunc(func() {
		g.generation.Add(1) // first: who sees the fence down must see the new number
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

// Deafen says that writes elsewhere may go unheard from now on: until Hear,
// readers go to the source and nothing is kept.
func (c *Cache[V]) Deafen() { c.deaf.Store(true) }

// Hear says that no write elsewhere goes unheard from now on.
func (c *Cache[V]) Hear() {
	c.epoch.Add(1) // first, as in Fence
	c.deaf.Store(false)
}
