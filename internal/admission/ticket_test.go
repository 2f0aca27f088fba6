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

func ticket(ctx context.Context, slots *admission.Semaphore, key string) context.Context {
	return admission.WithTicket(ctx, slots, func(context.Context) (string, bool) { return key, false })
}

// TestARequestReturnsItsSlotBeforeEachPart: other waiters are served in
// between, and one part runs at a time.
func TestARequestReturnsItsSlotBeforeEachPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slots := admission.NewSemaphore(1, 10)
		var mu sync.Mutex
		var done []string
		at := 0
		note := func(what string) {
			mu.Lock()
			defer mu.Unlock()
			if at++; at > 1 {
				t.Errorf("%s is not alone", what)
			}
			done = append(done, what)
		}
		left := func() {
			mu.Lock()
			defer mu.Unlock()
			at--
		}
		expensive := ticket(t.Context(), slots, "expensive")
		for range 2 { // the second time it holds one
			if err := admission.TicketOf(expensive).Hold(expensive); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for _, key := range []string{"ann", "max"} {
			all.Go(func() {
				ctx := ticket(t.Context(), slots, key)
				part, err := admission.TicketOf(ctx).Part(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				note(key)
				left()
				part()
			})
			synctest.Wait()
		}
		for range 3 { // side by side, as a request's fields are
			all.Go(func() {
				part, err := admission.TicketOf(expensive).Part(expensive)
				if err != nil {
					t.Error(err)
					return
				}
				note("expensive")
				left()
				part()
			})
		}
		synctest.Wait()
		if want := []string{"ann", "max", "expensive", "expensive", "expensive"}; !slices.Equal(done, want) {
			t.Errorf("%v, want %v", done, want)
		}
		all.Wait()
		other := ticket(t.Context(), slots, "other")
		short, cancel := context.WithCancel(other)
		cancel()
		if _, err := admission.TicketOf(short).Part(short); !errors.Is(err, context.Canceled) {
			t.Errorf("the request holds its slot until it is finished: %v", err)
		}
		admission.TicketOf(expensive).Release()
		if part, err := admission.TicketOf(other).Part(other); err != nil {
			t.Error(err)
		} else {
			part()
		}
	})
}

// TestAFinishedRequestHoldsNoSlot ends it while a part still runs.
func TestAFinishedRequestHoldsNoSlot(t *testing.T) {
	t.Parallel()
	slots := admission.NewSemaphore(1, 10)
	ctx := ticket(t.Context(), slots, "ann")
	if err := admission.TicketOf(ctx).Hold(ctx); err != nil {
		t.Fatal(err)
	}
	part, err := admission.TicketOf(ctx).Part(ctx)
	if err != nil {
		t.Fatal(err)
	}
	admission.TicketOf(ctx).Release()
	part()
	admission.TicketOf(ctx).Release() // it holds none
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := slots.Acquire(ended, "max", false); err != nil {
		t.Errorf("the slot is lost: %v", err)
	}
}

func TestWorkOutsideOfRequestsDoesNotWait(t *testing.T) {
	t.Parallel()
	none := admission.TicketOf(t.Context())
	if err := none.Hold(t.Context()); err != nil {
		t.Error(err)
	}
	if part, err := none.Part(t.Context()); err != nil {
		t.Error(err)
	} else {
		part()
	}
	none.Release()
}
