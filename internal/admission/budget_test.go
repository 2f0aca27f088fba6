package admission_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bitcorp.dev/fleet/internal/admission"
)

func TestABucketEmptiesAndRefills(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := admission.NewBudget(admission.Rate{PerSecond: 2, Burst: 3}, 10)
		for left := 2; left >= 0; left-- {
			if d := l.Take(
				"a",
				1,
			); !d.OK || !d.Limited || d.Remaining != left || d.After != 0 ||
				d.Full != time.Duration(3-left)*500*time.Millisecond {
				t.Errorf("%d left: %+v", left, d)
			}
		}
		d := l.Take("a", 1)
		if d.OK || d.Remaining != 0 || d.After != 500*time.Millisecond || d.Rate != (admission.Rate{PerSecond: 2, Burst: 3}) {
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

func TestARefusalTakesNoTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := admission.NewBudget(admission.Rate{PerSecond: 1, Burst: 10}, 10)
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

func TestMoreThanTheBurstTakesAFullBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := admission.NewBudget(admission.Rate{PerSecond: 10, Burst: 10}, 10)
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
			t.Errorf("a negative number: %+v", d)
		}
	})
}

func TestBucketsAreSeparateAndTheOldestIsEvicted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := admission.NewBudget(admission.Rate{PerSecond: 0.001, Burst: 1}, 2)
		for _, key := range []string{"a", "b"} {
			if !l.Take(key, 1).OK || l.Take(key, 1).OK {
				t.Errorf("%s shares another key's bucket", key)
			}
		}
		l.Take("a", 1) // b is the oldest now
		l.Take("c", 1)
		if l.Take("a", 1).OK {
			t.Error("a, just used, was evicted")
		}
		if !l.Take("b", 1).OK {
			t.Error("b did not come back full")
		}
	})
}

func TestAZeroRateIsNoLimit(t *testing.T) {
	t.Parallel()
	for _, p := range []admission.Rate{{}, {PerSecond: -1, Burst: 5}} {
		l := admission.NewBudget(p, 10)
		for range 1000 {
			if d := l.Take("a", 1_000_000); !d.OK || d.Limited {
				t.Fatalf("%+v: %+v", p, d)
			}
		}
	}
	if d := admission.NewBudget(admission.Rate{PerSecond: 1}, 0).Take("a", 1); !d.OK || d.Rate.Burst != 1 {
		t.Errorf("a burst of 0: %+v", d)
	}
}

func TestConcurrentTakesShareOneBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := admission.NewBudget(admission.Rate{PerSecond: 1, Burst: 100}, 10)
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
			t.Errorf("%d were admitted, want 200", n)
		}
	})
}

func TestOverHalf(t *testing.T) {
	t.Parallel()
	b := admission.NewBudget(admission.Rate{PerSecond: 0.001, Burst: 10}, 10)
	for n, want := range []bool{false, false, false, false, false, false, true, true} { // after n requests
		if got := b.OverHalf("a"); got != want {
			t.Errorf("after %d of 10: over half is %t", n, got)
		}
		b.Take("a", 1)
	}
	if admission.NewBudget(admission.Rate{}, 10).OverHalf("a") {
		t.Error("over half of no limit")
	}
	b.Owe("b", 1000) // its whole burst, and not more
	if d := b.Take("b", 0); d.Remaining != 0 || d.Full > 10_001*time.Second {
		t.Errorf("after owing more than the burst: %+v", d)
	}
}
