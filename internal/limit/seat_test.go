package limit_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"bitcorp.dev/fleet/internal/limit"
)

func seat(ctx context.Context, turns *limit.Turns, who string) context.Context {
	return limit.WithSeat(ctx, turns, func(context.Context) (string, bool) { return who, false })
}

// TestARequestPassesItsTurnOnBeforeEachLongPart: whoever waits comes in
// between, and there is never more than one at once.
func TestARequestPassesItsTurnOnBeforeEachLongPart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := limit.NewTurns(1, 10)
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
		dear := seat(t.Context(), turns, "dear")
		for range 2 { // the second time it has one
			if err := limit.SeatOf(dear).Hold(dear); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for _, who := range []string{"ann", "max"} {
			all.Go(func() {
				ctx := seat(t.Context(), turns, who)
				part, err := limit.SeatOf(ctx).Part(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				note(who)
				left()
				part()
			})
			synctest.Wait()
		}
		for range 3 { // side by side, as a request's fields are
			all.Go(func() {
				part, err := limit.SeatOf(dear).Part(dear)
				if err != nil {
					t.Error(err)
					return
				}
				note("dear")
				left()
				part()
			})
		}
		synctest.Wait()
		if want := []string{"ann", "max", "dear", "dear", "dear"}; !slices.Equal(done, want) {
			t.Errorf("%v, want %v", done, want)
		}
		all.Wait()
		other := seat(t.Context(), turns, "other")
		short, cancel := context.WithCancel(other)
		cancel()
		if _, err := limit.SeatOf(short).Part(short); !errors.Is(err, context.Canceled) {
			t.Errorf("the request has its turn until it is over: %v", err)
		}
		limit.SeatOf(dear).Release()
		if part, err := limit.SeatOf(other).Part(other); err != nil {
			t.Error(err)
		} else {
			part()
		}
	})
}

// TestARequestThatIsOverKeepsNoTurn ends it while a part still runs.
func TestARequestThatIsOverKeepsNoTurn(t *testing.T) {
	t.Parallel()
	turns := limit.NewTurns(1, 10)
	ctx := seat(t.Context(), turns, "ann")
	if err := limit.SeatOf(ctx).Hold(ctx); err != nil {
		t.Fatal(err)
	}
	part, err := limit.SeatOf(ctx).Part(ctx)
	if err != nil {
		t.Fatal(err)
	}
	limit.SeatOf(ctx).Release()
	part()
	limit.SeatOf(ctx).Release() // it has none
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.Take(ended, "max", false); err != nil {
		t.Errorf("the turn is lost: %v", err)
	}
}

func TestWhatIsNoRequestWaitsForNothing(t *testing.T) {
	t.Parallel()
	none := limit.SeatOf(t.Context())
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
