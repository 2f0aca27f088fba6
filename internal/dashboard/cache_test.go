package dashboard_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/dashboard"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newCache(t testing.TB, c dashboard.CacheConfig) *dashboard.Cache[int64] {
	t.Helper()
	cache, err := dashboard.NewCache(c, func(int64) int64 { return 1 })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cache.Close)
	return cache
}

var roomy = dashboard.CacheConfig{TTL: time.Hour, MaxCost: 1 << 20, LoadTimeout: time.Minute}

// source is a database of one number: loads read it at some moment and take
// their time to return, or fail.
type source struct {
	committed atomic.Int64
	loads     atomic.Int64
}

var errSource = errors.New("the source failed")

func (s *source) load(r *rand.Rand) func(context.Context) (int64, error) {
	before, after, fails := pause(r), pause(r), r.IntN(20) == 0
	return func(context.Context) (int64, error) {
		s.loads.Add(1)
		time.Sleep(before)
		v := s.committed.Load()
		time.Sleep(after)
		if fails {
			return 0, errSource
		}
		return v, nil
	}
}

func pause(r *rand.Rand) time.Duration {
	return time.Duration(r.IntN(4)*r.IntN(100)) * time.Microsecond
}

// TestNoReadAfterAnInvalidationIsStale lets writers commit in every way there
// is while readers compare what they get with what was invalidated when they
// began. Small caches and a storm of other keys make ristretto drop and evict.
func TestNoReadAfterAnInvalidationIsStale(t *testing.T) {
	ways := map[string]func(c *dashboard.Cache[int64], s *source, floor *atomic.Int64, r *rand.Rand){
		"fenced by this process": func(c *dashboard.Cache[int64], s *source, floor *atomic.Int64, r *rand.Rand) {
			lower := c.Fence("g")
			defer lower()
			time.Sleep(pause(r))
			if r.IntN(5) == 0 {
				return // rolled back
			}
			floor.Store(s.committed.Add(1)) // visible at the commit, before the fence is lowered
			time.Sleep(pause(r))
		},
		"told from elsewhere": func(c *dashboard.Cache[int64], s *source, floor *atomic.Int64, r *rand.Rand) {
			v := s.committed.Add(1)
			time.Sleep(pause(r))
			c.Invalidate("other", "g")
			floor.Store(v)
		},
		"after a lost connection": func(c *dashboard.Cache[int64], s *source, floor *atomic.Int64, r *rand.Rand) {
			v := s.committed.Add(1)
			time.Sleep(pause(r))
			c.InvalidateAll()
			floor.Store(v)
		},
	}
	for way, write := range ways {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			const readers, reads, others = 16, 4000, 200
			cache := newCache(t, dashboard.CacheConfig{TTL: time.Hour, MaxCost: 50, LoadTimeout: time.Minute})
			var s source
			var floor atomic.Int64
			stop := make(chan struct{})
			var writing, reading sync.WaitGroup
			writing.Go(func() { // one writer: the floor is the newest commit
				r := rand.New(rand.NewPCG(1, 1))
				for {
					select {
					case <-stop:
						return
					default:
						write(cache, &s, &floor, r)
						time.Sleep(pause(r))
					}
				}
			})
			var stale, hits atomic.Int64
			for n := range readers {
				reading.Go(func() {
					r := rand.New(rand.NewPCG(2, uint64(n)))
					for range reads {
						key := "k"
						if r.IntN(4) == 0 {
							key = fmt.Sprint("other ", r.IntN(others))
						}
						least := floor.Load()
						got, err := cache.Get(t.Context(), "g", key, s.load(r))
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
			close(stop)
			writing.Wait()
			hits.Store(int64(cache.Metrics().Hits))
			if stale.Load() != 0 {
				t.Errorf("%d of %d reads were older than what was committed when they began", stale.Load(), readers*reads)
			}
			m := cache.Metrics()
			if hits.Load() == 0 || m.Evictions+m.Drops == 0 || m.Failures == 0 || s.committed.Load() < 50 {
				t.Errorf("the test tested nothing: %+v after %d commits", m, s.committed.Load())
			}
		})
	}
}

func TestAThousandReadersOfAColdKeyCauseOneLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := newCache(t, roomy)
		defer cache.Close()
		var loads atomic.Int64
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				v, err := cache.Get(t.Context(), "g", "k", func(context.Context) (int64, error) {
					time.Sleep(time.Second)
					return loads.Add(1), nil
				})
				if v != 1 || err != nil {
					t.Errorf("Get = %d, %v; want 1", v, err)
				}
			})
		}
		wg.Wait()
		if loads.Load() != 1 {
			t.Errorf("%d loads, want 1", loads.Load())
		}
	})
}

func TestAValueIsKeptUntilItsTTLOrAnInvalidation(t *testing.T) {
	var n int64
	load := func(context.Context) (int64, error) { n++; return n, nil }
	get := func(c *dashboard.Cache[int64], name, key string) int64 {
		t.Helper()
		v, err := c.Get(t.Context(), name, key, load)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	c := newCache(t, roomy)
	first := get(c, "a", "k")
	if again := get(c, "a", "k"); again != first {
		t.Errorf("second read = %d, want the kept %d", again, first)
	}
	if other := get(c, "b", "k"); other == first {
		t.Error("the same key of another group has the first group's value")
	}
	c.Invalidate("b")
	if again := get(c, "a", "k"); again != first {
		t.Error("invalidating another group dropped the value")
	}
	c.Invalidate("a")
	second := get(c, "a", "k")
	if second == first {
		t.Error("the value survived its group's invalidation")
	}
	c.InvalidateAll()
	if get(c, "a", "k") == second {
		t.Error("the value survived an invalidation of everything")
	}

	none := newCache(t, dashboard.CacheConfig{TTL: 0, MaxCost: 1 << 20, LoadTimeout: time.Minute})
	if get(none, "a", "k") == get(none, "a", "k") {
		t.Error("a TTL of 0 kept a value")
	}
	brief := newCache(t, dashboard.CacheConfig{TTL: time.Nanosecond, MaxCost: 1 << 20, LoadTimeout: time.Minute})
	if get(brief, "a", "k") == get(brief, "a", "k") {
		t.Error("a value outlived its TTL")
	}
}

func TestAReaderWhoLeavesDoesNotFailTheOthers(t *testing.T) {
	c := newCache(t, roomy)
	started, finish := make(chan struct{}), make(chan struct{})
	load := func(ctx context.Context) (int64, error) {
		close(started)
		<-finish
		return 7, ctx.Err()
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		_, err := c.Get(ctx, "g", "k", load)
		left <- err
	}()
	<-started
	stayed := make(chan int64)
	go func() {
		v, _ := c.Get(t.Context(), "g", "k", load)
		stayed <- v
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the reader who left got %v", err)
	}
	close(finish)
	if v := <-stayed; v != 7 {
		t.Errorf("the reader who stayed got %d, want 7", v)
	}
}

func TestALoadIsBoundedAndItsFailureNotKept(t *testing.T) {
	c := newCache(t, dashboard.CacheConfig{TTL: time.Hour, MaxCost: 1 << 20, LoadTimeout: time.Millisecond})
	if _, err := c.Get(t.Context(), "g", "k", func(ctx context.Context) (int64, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a load past its deadline returned %v", err)
	}
	if _, err := c.Get(t.Context(), "g", "k", func(context.Context) (int64, error) { panic("no") }); err == nil {
		t.Error("a panicking load returned no error")
	}
	if v, err := c.Get(t.Context(), "g", "k", func(context.Context) (int64, error) { return 3, nil }); v != 3 || err != nil {
		t.Errorf("after failures Get = %d, %v; want 3", v, err)
	}
	if m := c.Metrics(); m.Failures != 2 || m.Loads != 3 {
		t.Errorf("metrics = %+v, want 2 failures of 3 loads", m)
	}
}

func TestReadsDuringAFenceStoreNothing(t *testing.T) {
	c := newCache(t, roomy)
	lower := c.Fence("g")
	load := func(v int64) func(context.Context) (int64, error) {
		return func(context.Context) (int64, error) { return v, nil }
	}
	for want := range int64(2) {
		if v, _ := c.Get(t.Context(), "g", "k", load(want)); v != want {
			t.Errorf("read %d during the fence got %d", want, v)
		}
	}
	lower()
	lower() // once is enough
	if v, _ := c.Get(t.Context(), "g", "k", load(5)); v != 5 {
		t.Errorf("read after the fence got %d, want 5", v)
	}
	if v, _ := c.Get(t.Context(), "g", "k", load(6)); v != 5 {
		t.Errorf("second read after the fence got %d, want the kept 5", v)
	}
	c.Close()
	if v, err := c.Get(t.Context(), "g", "k", load(8)); v != 8 || err != nil {
		t.Errorf("read after Close = %d, %v; want 8", v, err)
	}
}

func TestKeysOfDifferentPartsDiffer(t *testing.T) {
	seen := map[string][]string{}
	for _, parts := range [][]string{{"a", "b"}, {"ab"}, {"", "ab"}, {"a:b"}, {"1:a", "b"}, {"a1:b"}, {"a", "1:b"}, {}, {""}} {
		key := dashboard.Key(parts...)
		if before, ok := seen[key]; ok {
			t.Errorf("%q and %q have one key", before, parts)
		}
		seen[key] = parts
	}
}

func BenchmarkGet(b *testing.B) {
	c := newCache(b, roomy)
	load := func(context.Context) (int64, error) { return 1, nil }
	b.Run("hot", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, _ = c.Get(b.Context(), "g", "k", load)
			}
		})
	})
	b.Run("cold", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.Invalidate("g")
			_, _ = c.Get(b.Context(), "g", "k", load)
		}
	})
}
