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
		first, end := context.WithCancel(t.Context())
		if !q.Open(first, "ann") || !q.Open(t.Context(), "ann") {
			t.Fatal("two of two are refused")
		}
		if q.Open(t.Context(), "ann") {
			t.Error("a third of two is allowed")
		}
		if !q.Open(t.Context(), "max") {
			t.Error("one key counts for another")
		}
		end()
		synctest.Wait()
		if !q.Open(t.Context(), "ann") {
			t.Error("what has ended still counts")
		}
		if q.Open(t.Context(), "ann") {
			t.Error("what has ended counts twice")
		}
		for range 1000 {
			if !admission.NewQuota(0).Open(t.Context(), "ann") {
				t.Fatal("a quota of 0 is a limit")
			}
		}
	})
}
