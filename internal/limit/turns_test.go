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

func TestEverybodysFirstComesBeforeAnybodysSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := limit.NewTurns(1, 3)
		done, err := turns.Take(t.Context(), "greedy", false)
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var came []string
		var all sync.WaitGroup
		wait := func(who string) {
			all.Go(func() {
				done, err := turns.Take(t.Context(), who, who == "urgent")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				came = append(came, who)
				mu.Unlock()
				done()
				done() // twice does no harm
			})
			synctest.Wait()
		}
		for _, who := range []string{"greedy", "greedy", "greedy", "modest", "urgent", "other", "modest", "urgent"} {
			wait(who)
		}
		if _, err := turns.Take(t.Context(), "greedy", false); !errors.Is(err, limit.ErrLine) {
			t.Errorf("a fourth one waits: %v", err)
		}
		done()
		all.Wait()
		if want := []string{"urgent", "urgent", "greedy", "modest", "other", "greedy", "modest", "greedy"}; !slices.Equal(came, want) {
			t.Errorf("came %v, want %v", came, want)
		}
	})
}

// TestWhoLeavesTheLineLosesNoTurn ends waiters at any moment; afterwards as
// much can be done at once as before.
func TestWhoLeavesTheLineLosesNoTurn(t *testing.T) {
	t.Parallel()
	turns := limit.NewTurns(2, 100)
	var all sync.WaitGroup
	for i := range 200 {
		ctx, cancel := context.WithCancel(t.Context())
		all.Go(func() {
			defer cancel()
			if done, err := turns.Take(ctx, string(rune('a'+i%5)), i%7 == 0); err == nil {
				done()
			}
		})
		if i%3 == 0 {
			all.Go(cancel)
		}
	}
	all.Wait()
	for range 2 {
		if _, err := turns.Take(t.Context(), "a", false); err != nil {
			t.Fatal(err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := turns.Take(ended, "a", false); !errors.Is(err, context.Canceled) {
		t.Errorf("a third at once: %v", err)
	}
}

func TestNoTurnsLimitNothing(t *testing.T) {
	t.Parallel()
	done, err := (*limit.Turns)(nil).Take(t.Context(), "a", false)
	if err != nil {
		t.Fatal(err)
	}
	done()
}
