package admission_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"bitcorp.dev/fleet/internal/admission"
)

func TestSlotsGoRoundByKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := admission.NewSemaphore(1, 3)
		release, err := slots.Acquire(t.Context(), "greedy", false)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var served []string
		var all sync.WaitGroup
		wait := func(key string) {
			all.Go(func() {
				release, err := slots.Acquire(t.Context(), key, key == "urgent")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				served = append(served, key)
				mu.Unlock()
				release()
				release() // twice does no harm
			})
			synctest.Wait()
		}
		for _, key := range []string{"greedy", "greedy", "greedy", "modest", "urgent", "other", "modest", "urgent"} {
			wait(key)
		}
		if n := slots.Waiting(); n != 8 {
			t.Errorf("%d wait, want 8", n)
		}
		if _, err := slots.Acquire(t.Context(), "greedy", false); !errors.Is(err, admission.ErrQueueFull) {
			t.Errorf("a fourth waiter of one key: %v", err)
		}
		release()
		all.Wait()
		if want := []string{
			"urgent",
			"urgent",
			"greedy",
			"modest",
			"other",
			"greedy",
			"modest",
			"greedy",
		}; !slices.Equal(
			served,
			want,
		) {
			t.Errorf("served %v, want %v", served, want)
		}
		if n := slots.Waiting(); n != 0 {
			t.Errorf("%d wait, want none", n)
		}
	})
}

// TestCancelledWaitersLoseNoSlot cancels waiters at any moment; afterwards as
// many slots are free as before.
func TestCancelledWaitersLoseNoSlot(t *testing.T) {
	t.Parallel()
	slots := admission.NewSemaphore(2, 100)
	var all sync.WaitGroup
	for i := range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() {
			defer cancel()
			if release, err := slots.Acquire(ctx, string(rune('a'+i%5)), i%7 == 0); err == nil {
				release()
			}
		})
		if i%3 == 0 {
			all.Go(cancel)
		}
	}
	all.Wait()
	for range 2 {
		if _, err := slots.Acquire(t.Context(), "a", false); err != nil {
			t.Fatal(err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := slots.Acquire(ended, "a", false); !errors.Is(err, context.Canceled) {
		t.Errorf("a third slot of two: %v", err)
	}
}
