package dashboard_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/dashboard"
)

// database is a model of one: a version that commits raise. It knows the
// newest version that every read beginning now must see.
type database struct {
	mu        sync.Mutex
	committed atomic.Int64
	floor     atomic.Int64
}

// commit commits a new version; fenced says that readers must see it at once.
func (d *database) commit(fenced bool) int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.committed.Add(1)
	if fenced {
		d.floor.Store(v)
	}
	return v
}

// invalidated records that the cache has been invalidated for a version.
func (d *database) invalidated(v int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.floor.Store(max(v, d.floor.Load()))
}

var errSource = errors.New("the source failed")

// load returns a load that reads at some moment, takes its time to return
// what it read, or fails.
func (d *database) load(r *rand.Rand) func(context.Context) (int64, error) {
	before, after, fails := pause(r), pause(r), r.IntN(20) == 0
	return func(context.Context) (int64, error) {
		time.Sleep(before)
		v := d.committed.Load()
		time.Sleep(after)
		if fails {
			return 0, errSource
		}
		return v, nil
	}
}

// pause is nothing in a quarter of all cases, else up to 300 µs.
func pause(r *rand.Rand) time.Duration {
	return time.Duration(r.IntN(4)*r.IntN(100)) * time.Microsecond
}

// writers are the ways in which a group's rows change.
var writers = map[string]func(c *dashboard.Cache[int64], d *database, r *rand.Rand){
	"fenced by this process": func(c *dashboard.Cache[int64], d *database, r *rand.Rand) {
		lower := c.Fence("g")
		defer lower()
		time.Sleep(pause(r))
		if r.IntN(5) == 0 {
			return // rolled back
		}
		d.commit(true)
		time.Sleep(pause(r))
	},
	"invalidated by the feed": func(c *dashboard.Cache[int64], d *database, r *rand.Rand) {
		v := d.commit(false)
		time.Sleep(pause(r))
		c.Invalidate("other", "g")
		d.invalidated(v)
	},
	"after a lost connection": func(c *dashboard.Cache[int64], d *database, r *rand.Rand) {
		v := d.commit(false)
		time.Sleep(pause(r))
		c.InvalidateAll()
		d.invalidated(v)
	},
}

// TestNoReadAfterAnInvalidationIsStale lets writers commit in every way there
// is, alone and all at once, while readers compare what they get with what
// they had to see when they began. A small cache evicts; now and then a flood
// of values makes ristretto drop what it is given.
func TestNoReadAfterAnInvalidationIsStale(t *testing.T) {
	const readers, reads, otherKeys, floods = 16, 1000, 200, 2
	stress := func(t *testing.T, ways ...string) {
		t.Parallel()
		c := newCache(t, dashboard.CacheConfig{TTL: time.Hour, MaxCost: 50, LoadTimeout: time.Minute})
		var d database
		var done atomic.Bool
		var writing, reading sync.WaitGroup
		for n, way := range ways {
			writing.Go(func() {
				r := rand.New(rand.NewPCG(1, uint64(n)))
				for !done.Load() {
					writers[way](c, &d, r)
					time.Sleep(pause(r) * 4) // for hits
				}
			})
		}
		var stale atomic.Int64
		for n := range readers {
			reading.Go(func() {
				r := rand.New(rand.NewPCG(2, uint64(n)))
				for i := range reads {
					if n == 0 && i%(reads/floods) == 0 {
						c.Flood(100_000)
					}
					key := "k"
					if r.IntN(4) == 0 {
						key = fmt.Sprint("other ", r.IntN(otherKeys))
					}
					least := d.floor.Load()
					got, err := c.Get(t.Context(), "g", key, d.load(r))
					if err == nil && got < least {
						stale.Add(1)
					}
					if err != nil && !errors.Is(err, errSource) {
						t.Errorf("Get: %v", err)
					}
				}
			})
		}
		reading.Wait()
		done.Store(true)
		writing.Wait()
		m := c.Metrics()
		t.Logf("%d commits, %+v", d.committed.Load(), m)
		if stale.Load() != 0 {
			t.Errorf("%d of %d reads were older than what they had to see when they began", stale.Load(), readers*reads)
		}
		if m.Hits == 0 || m.Drops == 0 || m.Evictions == 0 || m.Failures == 0 || d.committed.Load() < 50 {
			t.Errorf("the test covered too little: %+v after %d commits", m, d.committed.Load())
		}
	}
	var all []string
	for way := range writers {
		all = append(all, way)
		t.Run(way, func(t *testing.T) { stress(t, way) })
	}
	t.Run("all at once", func(t *testing.T) { stress(t, all...) })
}

// TestTheFenceLeavesNoGap commits in quick succession under constant
// reads: the moments between two steps of a read, or of a write,
// are a few nanoseconds long, and only many tries meet them.
func TestTheFenceLeavesNoGap(t *testing.T) {
	const commits = 20_000
	c := newCache(t, roomy)
	var d database
	load := func(context.Context) (int64, error) { return d.committed.Load(), nil }
	var done atomic.Bool
	var stale, reads atomic.Int64
	var wg sync.WaitGroup
	read := func() {
		least := d.floor.Load()
		got, err := c.Get(t.Context(), "g", "k", load)
		if err != nil {
			t.Errorf("Get: %v", err)
		}
		if got < least {
			stale.Add(1)
		}
		reads.Add(1)
	}
	wg.Go(func() { // one: the writer needs a processor too
		for !done.Load() {
			read()
		}
	})
	for n := range commits {
		read() // leaves something to find
		lower := c.Fence("g")
		spin(n % 2 * 1000)
		d.commit(true)
		spin(n % 64)
		lower()
	}
	done.Store(true)
	wg.Wait()
	m := c.Metrics()
	t.Logf("%d reads, %+v", reads.Load(), m)
	if stale.Load() != 0 {
		t.Errorf("%d of %d reads were older than what was committed when they began", stale.Load(), reads.Load())
	}
	if m.Hits < commits/10 || m.Bypasses < commits/100 {
		t.Errorf("the test covered too little: %+v", m)
	}
}

// spin passes the time in which a read may begin: less than a sleep can.
func spin(n int) {
	var x atomic.Int64
	for range n {
		x.Add(1)
	}
}

// TestAThousandReadersAtOnceCauseOneLoad has a load that returns at once: most
// readers come when it has ended and ristretto may not show its value yet.
func TestAThousandReadersAtOnceCauseOneLoad(t *testing.T) {
	const rounds, readers = 30, 1000
	c := newCache(t, roomy)
	for round := range rounds {
		var loads atomic.Int64
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range readers {
			wg.Go(func() {
				<-start
				if v, err := c.Get(t.Context(), "g", fmt.Sprint(round), func(context.Context) (int64, error) {
					return loads.Add(1), nil
				}); v != 1 || err != nil {
					t.Errorf("Get = %d, %v; want 1", v, err)
				}
			})
		}
		close(start)
		wg.Wait()
		if loads.Load() != 1 {
			t.Fatalf("round %d: %d loads, want 1", round, loads.Load())
		}
	}
}
