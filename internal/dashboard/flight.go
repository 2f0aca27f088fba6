package dashboard

import (
	"context"
	"errors"
	"sync"

	"bitcorp.dev/fleet/internal/guard"
)

// flights are the shared loads in progress. x/sync's singleflight does not fit:
// its flights end when they return, but here a value is returned before
// ristretto has stored it, and the flight is joined until ristretto shows it.
// Nor can its flights be waited for, and a load that ends its goroutine leaves
// its readers waiting.
type flights[V any] struct {
	mu      sync.Mutex
	running map[version]*flight[V]
	group   sync.WaitGroup
	ended   context.Context // ends with the cache
	cancel  context.CancelFunc
}

// flight is one load of one value for all readers that miss it meanwhile.
type flight[V any] struct {
	done  chan struct{} // closed when value and err are final
	value V
	err   error
}

func (fs *flights[V]) init() {
	fs.running = make(map[version]*flight[V])
	fs.ended, fs.cancel = context.WithCancel(context.Background())
}

// end prevents new flights, cancels the running ones and waits for them.
func (fs *flights[V]) end() {
	fs.mu.Lock()
	fs.cancel()
	fs.mu.Unlock()
	fs.group.Wait()
}

func (fs *flights[V]) forget(id version) {
	fs.mu.Lock()
	delete(fs.running, id)
	fs.mu.Unlock()
}

// join returns the flight of a value, which it begins if there is none; nil
// after Close.
func (c *Cache[V]) join(ctx context.Context, g *group, id version, load func(context.Context) (V, error)) *flight[V] {
	fs := &c.flights
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f, ok := fs.running[id]; ok {
		return f
	}
	if fs.ended.Err() != nil {
		return nil
	}
	f := &flight[V]{done: make(chan struct{})}
	// A flight may have ended since the reader looked.
	if v, ok := c.look(id); ok {
		f.value = v
		close(f.done)
		return f
	}
	fs.running[id] = f
	fs.group.Go(func() {
		defer guard.Recover("load of the cache")
		c.fly(ctx, g, id, f, load)
	})
	return f
}

// errEnded is the error of a load that did not return.
var errEnded = errors.New("a load ended its goroutine")

// fly loads a value, hands it to the waiting readers and stores it.
func (c *Cache[V]) fly(ctx context.Context, g *group, id version, f *flight[V], load func(context.Context) (V, error)) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.config.LoadTimeout)
	defer cancel()
	defer context.AfterFunc(c.flights.ended, cancel)()

	f.err = errEnded
	defer func() {
		if f.err != nil || c.config.TTL <= 0 {
			c.flights.forget(id) // first: no reader may join a value that is not stored
			close(f.done)
			return
		}
		close(f.done)
		// A late value must not replace a newer one. An invalidation right after
		// this check lets it, which costs a load but returns nothing stale.
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
