package dashboard_test

import (
	"context"
	"errors"
	"runtime"
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
}

func TestACancelledReaderDoesNotFailTheOthers(t *testing.T) {
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
		v, err := c.Get(t.Context(), "g", "k", load)
		if err != nil {
			t.Errorf("the other reader got %v", err)
		}
		stayed <- v
	}()
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled reader got %v", err)
	}
	close(finish)
	if v := <-stayed; v != 7 {
		t.Errorf("the other reader got %d, want 7", v)
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
	if v, err := c.Get(t.Context(), "g", "k",
		func(context.Context) (int64, error) { return 3, nil }); v != 3 || err != nil {
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
	for _, parts := range [][]string{{"a", "b"}, {"ab"}, {"", "ab"}, {"a:b"}, {"1:a", "b"}, {"a1:b"}, {"a", "1:b"}, {},
		{""}} {
		key := dashboard.Key(parts...)
		if before, ok := seen[key]; ok {
			t.Errorf("%q and %q have one key", before, parts)
		}
		seen[key] = parts
	}
}

// TestALoadBegunBeforeAnInvalidationIsNeitherJoinedNorKept has one slow load
// that read before the commit, and later readers.
func TestALoadBegunBeforeAnInvalidationIsNeitherJoinedNorKept(t *testing.T) {
	for name, invalidate := range map[string]func(*dashboard.Cache[int64]){
		"a fenced write": func(c *dashboard.Cache[int64]) { c.Fence("g")() },
		"a notice":       func(c *dashboard.Cache[int64]) { c.Invalidate("other", "g") },
		"a reconnect":    func(c *dashboard.Cache[int64]) { c.InvalidateAll() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCache(t, roomy)
				defer c.Close()
				old := make(chan int64)
				go func() {
					v, _ := c.Get(t.Context(), "g", "k", after(time.Second, 1))
					old <- v
				}()
				synctest.Wait()
				invalidate(c)
				if v, _ := c.Get(t.Context(), "g", "k", after(0, 2)); v != 2 {
					t.Errorf("a read after the invalidation got %d, want 2", v)
				}
				if v := <-old; v != 1 {
					t.Errorf("the read before the invalidation got %d, want 1", v)
				}
				synctest.Wait()
				if v, _ := c.Get(t.Context(), "g", "k", after(0, 3)); v != 2 {
					t.Errorf("a read after the old load's end got %d, want the kept 2", v)
				}
			})
		})
	}
}

// after returns a load that takes d and returns v.
func after(d time.Duration, v int64) func(context.Context) (int64, error) {
	return func(ctx context.Context) (int64, error) {
		select {
		case <-time.After(d):
			return v, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func TestAValueOutlivesNoTTL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, dashboard.CacheConfig{TTL: time.Minute, MaxCost: 1 << 20, LoadTimeout: time.Minute})
		defer c.Close()
		for _, read := range []struct {
			later time.Duration
			want  int64
		}{{0, 1}, {59 * time.Second, 1}, {2 * time.Second, 3}} {
			time.Sleep(read.later)
			load := after(0, int64(read.later/time.Second)+1)
			if v, _ := c.Get(t.Context(), "g", "k", load); v != read.want {
				t.Errorf("read %v later got %d, want %d", read.later, v, read.want)
			}
			synctest.Wait()
		}
	})
}

func TestKeysOfOneHashDoNotFindEachOther(t *testing.T) {
	c, err := dashboard.NewColliding(roomy, func(int64) int64 { return 1 })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for round := range 3 {
		for v, company := range []string{"a", "b", "c"} {
			if got, err := c.Get(t.Context(), company, "k", after(0, int64(v))); got != int64(v) || err != nil {
				t.Errorf("round %d: company %s got %d, %v; want its own %d", round, company, got, err, v)
			}
		}
	}
}

// TestALoadThatDoesNotReturnFailsItsReaders reads with several readers.
func TestALoadThatDoesNotReturnFailsItsReaders(t *testing.T) {
	for name, end := range map[string]func(){
		"panic":  func() { panic("no") },
		"goexit": runtime.Goexit,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newCache(t, roomy)
				defer c.Close()
				var wg sync.WaitGroup
				for range 10 {
					wg.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
						defer cancel()
						if _, err := c.Get(ctx, "g", "k", func(context.Context) (int64, error) {
							time.Sleep(time.Second)
							end()
							return 1, nil
						}); err == nil || ctx.Err() != nil {
							t.Errorf("Get returned %v, want an error at once", err)
						}
					})
				}
				wg.Wait()
			})
		})
	}
}

func TestCloseEndsLoadsAndFailsNoReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCache(t, roomy)
		var flights, alone atomic.Int64
		load := func(ctx context.Context) (int64, error) {
			if flights.Add(1) > 1 {
				return alone.Add(1), nil
			}
			<-ctx.Done()
			time.Sleep(time.Second) // Close waits for it
			return 0, ctx.Err()
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if v, err := c.Get(t.Context(), "g", "k", load); v == 0 || err != nil {
					t.Errorf("a reader that waited during Close got %d, %v", v, err)
				}
			})
		}
		synctest.Wait()
		begun := time.Now()
		c.Close()
		c.Close() // does nothing
		if waited := time.Since(begun); waited != time.Second {
			t.Errorf("Close took %v, want the load's second", waited)
		}
		wg.Wait()
		if m := c.Metrics(); alone.Load() != 10 || m.Cost != 0 || m.Evictions != 0 {
			t.Errorf("%d readers loaded alone, %+v; want 10, nothing kept", alone.Load(), m)
		}
	})
}

// TestCloseUnderReaders closes a cache in use under the race detector.
func TestCloseUnderReaders(t *testing.T) {
	for range 20 {
		c := newCache(t, roomy)
		var wg sync.WaitGroup
		var closed atomic.Bool
		for range 4 {
			wg.Go(func() {
				for !closed.Load() {
					if v, err := c.Get(t.Context(), "g", "k",
						func(context.Context) (int64, error) { return 1, nil }); v != 1 || err != nil {
						t.Errorf("Get = %d, %v", v, err)
					}
					c.Metrics()
				}
			})
		}
		time.Sleep(500 * time.Microsecond)
		c.Close()
		closed.Store(true)
		wg.Wait()
	}
}

func TestACacheThatWouldFailEveryLoadIsRefused(t *testing.T) {
	for _, c := range []dashboard.CacheConfig{{TTL: time.Hour, MaxCost: 1},
		{TTL: time.Hour, LoadTimeout: time.Second}} {
		if _, err := dashboard.NewCache(c, func(int64) int64 { return 1 }); err == nil {
			t.Errorf("NewCache(%+v) returned no error", c)
		}
	}
}

// TestAHotKeyIsKeptHoweverOftenItIsInvalidated fills a small cache with the
// generations of one hot key: an old one must not displace the next.
func TestAHotKeyIsKeptHoweverOftenItIsInvalidated(t *testing.T) {
	c := newCache(t, dashboard.CacheConfig{TTL: time.Hour, MaxCost: 10, LoadTimeout: time.Minute})
	const writes, reads = 100, 20
	for range writes {
		for range reads {
			if _, err := c.Get(t.Context(), "g", "k", after(0, 1)); err != nil {
				t.Fatal(err)
			}
		}
		c.Invalidate("g")
	}
	// A load that ends in the moment of an invalidation may cost one more.
	if m := c.Metrics(); m.Loads > 2*writes || m.Evictions != 0 || m.Cost > 1 {
		t.Errorf("%+v, want about %d loads, nothing evicted, one value kept", m, writes)
	}
}
