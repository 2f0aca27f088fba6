package admission_test

import (
	"context"
	"testing"
	"testing/synctest"

	"bitcorp.dev/fleet/internal/admission"
)

func TestQuotasAreCountedByKeyUntilTheirEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := admission.NewQuota(2)
		open := func(ctx context.Context, key string) bool { _, ok := q.Open(ctx, key); return ok }
		first, end := context.WithCancel(t.Context())
		if !open(first, "ann") || !open(t.Context(), "ann") {
			t.Fatal("two of two are refused")
		}
		if open(t.Context(), "ann") {
			t.Error("a third of two is allowed")
		}
		if !open(t.Context(), "max") {
			t.Error("one key counts for another")
		}
		end()
		synctest.Wait()
		if !open(t.Context(), "ann") {
			t.Error("what has ended still counts")
		}
		if open(t.Context(), "ann") {
			t.Error("what has ended counts twice")
		}
		for range 1000 {
			if _, ok := admission.NewQuota(0).Open(t.Context(), "ann"); !ok {
				t.Fatal("a quota of 0 is a limit")
			}
		}
	})
}

func TestTheNextMayOpenAsSoonAsOneIsDone(t *testing.T) {
	t.Parallel()
	q := admission.NewQuota(1)
	for i := range 1000 {
		ctx, cancel := context.WithCancel(t.Context())
		done, ok := q.Open(ctx, "ann")
		if !ok {
			t.Fatalf("%d: the one before still counts", i)
		}
		done()
		done() // counts once
		cancel()
	}
	if _, ok := q.Open(t.Context(), "ann"); !ok {
		t.Error("all are done, and one still counts")
	}
	if _, ok := q.Open(t.Context(), "ann"); ok {
		t.Error("two are open, and one is allowed")
	}
}
