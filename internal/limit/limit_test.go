package limit_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bitcorp.dev/fleet/internal/limit"
)

func TestABucketEmptiesAndRefills(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Policy{PerSecond: 2, Burst: 3}, 10)
		for left := 2; left >= 0; left-- {
			if d := l.Take("a", 1); !d.OK || !d.Limited || d.Remaining != left || d.After != 0 || d.Full != time.Duration(3-left)*500*time.Millisecond {
				t.Errorf("%d left: %+v", left, d)
			}
		}
		d := l.Take("a", 1)
		if d.OK || d.Remaining != 0 || d.After != 500*time.Millisecond || d.Policy != (limit.Policy{PerSecond: 2, Burst: 3}) {
			t.Errorf("empty: %+v", d)
		}
		time.Sleep(d.After - time.Millisecond)
		if d := l.Take("a", 1); d.OK || d.After != time.Millisecond {
			t.Errorf("a millisecond early: %+v", d)
		}
		time.Sleep(time.Millisecond)
		if d := l.Take("a", 1); !d.OK {
			t.Errorf("in time: %+v", d)
		}
		time.Sleep(time.Hour)
		if d := l.Take("a", 0); !d.OK || d.Remaining != 3 || d.Full != 0 {
			t.Errorf("after an hour: %+v", d)
		}
	})
}

func TestWhatIsRefusedTakesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Policy{PerSecond: 1, Burst: 10}, 10)
		l.Take("a", 8)
		for range 5 {
			if d := l.Take("a", 5); d.OK || d.Remaining != 2 || d.After != 3*time.Second {
				t.Errorf("%+v", d)
			}
		}
		if d := l.Take("a", 2); !d.OK {
			t.Errorf("%+v", d)
		}
	})
}

func TestWhatIsDearerThanTheBucketWaitsForAFullOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Policy{PerSecond: 10, Burst: 10}, 10)
		if d := l.Take("a", 1000); !d.OK || d.Remaining != 0 {
			t.Errorf("from a full bucket: %+v", d)
		}
		if d := l.Take("a", 1000); d.OK || d.After != time.Second {
			t.Errorf("from an empty one: %+v", d)
		}
		time.Sleep(time.Second)
		if d := l.Take("a", 1000); !d.OK {
			t.Errorf("from a full one again: %+v", d)
		}
		if d := l.Take("b", -5); !d.OK || d.Remaining != 10 {
			t.Errorf("what gives back: %+v", d)
		}
	})
}

func TestBucketsAreApartAndTheOldestMakesRoom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Policy{PerSecond: 0.001, Burst: 1}, 2)
		for _, key := range []string{"a", "b"} {
			if !l.Take(key, 1).OK || l.Take(key, 1).OK {
				t.Errorf("%s has another's bucket", key)
			}
		}
		l.Take("a", 1) // b is the oldest now
		l.Take("c", 1)
		if l.Take("a", 1).OK {
			t.Error("a, just used, made room")
		}
		if !l.Take("b", 1).OK {
			t.Error("b did not come back full")
		}
	})
}

func TestNoPolicyLimitsNothing(t *testing.T) {
	t.Parallel()
	for _, p := range []limit.Policy{{}, {PerSecond: -1, Burst: 5}} {
		l := limit.New(p, 10)
		for range 1000 {
			if d := l.Take("a", 1_000_000); !d.OK || d.Limited {
				t.Fatalf("%+v: %+v", p, d)
			}
		}
	}
	if d := limit.New(limit.Policy{PerSecond: 1}, 0).Take("a", 1); !d.OK || d.Policy.Burst != 1 {
		t.Errorf("a burst of 0: %+v", d)
	}
}

func TestManyAtOnceTakeNoMoreThanThereIs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := limit.New(limit.Policy{PerSecond: 1, Burst: 100}, 10)
		var taken atomic.Int32
		var wg sync.WaitGroup
		for i := range 500 {
			wg.Go(func() {
				if l.Take(fmt.Sprint(i%2), 1).OK {
					taken.Add(1)
				}
			})
		}
		wg.Wait()
		if n := taken.Load(); n != 200 {
			t.Errorf("%d were let through, want 200", n)
		}
	})
}
