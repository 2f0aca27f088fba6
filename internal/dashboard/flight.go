package dashboard

import (
	"context"
	"errors"
	"sync"
)

// flights are the shared loads under way. x/sync's singleflight would almost
// do, but its flights end when they answer: here a value must be given out
// before ristretto has taken it and be joined until ristretto shows it. Nor
// can its flights be waited for, and a load that ends its goroutine leaves
// its readers waiting.
type flights[V any] struct {
	mu       sync.Mutex
	underWay map[identity]*flight[V]
	group    sync.WaitGroup
	ended    context.Context // ends with the cache
	cancel   context.CancelFunc
}

// flight is one load of one value for all who miss it meanwhile.
type flight[V any] struct {
	done  chan struct{} // closed when value and err are final
	value V
	err   error
}

func (fs *flights[V]) init() {
	fs.underWay = make(map[identity]*flight[V])
	fs.ended, fs.cancel = context.WithCancel(context.Background())
}

// end lets nobody begin a flight, cancels those under way and waits for them.
func (fs *flights[V]) end() {
	fs.mu.Lock()
	fs.cancel()
	fs.mu.Unlock()
	fs.group.Wait()
}

func (fs *flights[V]) forget(id identity) {
	fs.mu.Lock()
	delete(fs.underWay, id)
	fs.mu.Unlock()
}

// join returns the flight of a value, which it begins if there is none; nil
// after Close.
func (c *Cache[V]) join(ctx context.Context, g *group, id identity, load func(context.Context) (V, error)) *flight[V] {
	fs := &c.flights
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f, ok := fs.underWay[id]; ok {
		return f
	}
	if fs.ended.Err() != nil {
		return nil
	}
	f := &flight[V]{done: make(chan struct{})}
	// A flight that ended between the reader's look and now left its value.
	if v, ok := c.look(id); ok {
		f.value = v
		close(f.done)
		return f
	}
	fs.underWay[id] = f
	fs.group.Go(func() { c.fly(ctx, g, id, f, load) })
	return f
}

// errEnded stands for a load that did not return.
var errEnded = errors.New("a load ended its goroutine")

// fly loads a value, gives it to those who wait and keeps it.
func (c *Cache[V]) fly(ctx context.Context, g *group, id identity, f *flight[V], load func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.LoadTimeout)
	defer cancel()
	defer context.AfterFunc(c.flights.ended, cancel)()

	f.err = errEnded
	defer func() {
		if f.err != nil || c.config.TTL <= 0 {
			c.flights.forget(id) // first: nobody may join what is not to be kept
			close(f.done)
			return
		}
		close(f.done)
		// A value that comes too late would take the place of a newer one. (After
		// an invalidation right now it does: a load too many, nothing stale.)
		if id.generation == c.generation(g) {
			c.keep(id, f.value)
		}
		// A new key is visible only when ristretto's buffer has drained; until
		// then readers join this flight, so that they do not load again.
		c.values.Wait()
		c.flights.forget(id)
	}()
	f.value, f.err = c.load(ctx, load)
}
