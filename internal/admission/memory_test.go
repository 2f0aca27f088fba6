package admission_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/admission"
)

func TestMemoryIsSharedFairly(t *testing.T) {
	t.Parallel()
	m := admission.NewMemoryBudget(10, 6)
	for i, step := range []struct {
		key string
		n   int // negative: released
		ok  bool
	}{
		{"ann", 6, true}, {"ann", 1, false}, {"max", 5, false}, {"max", 4, true}, {"eve", 1, false},
		{"ann", -6, true}, {"max", 2, true}, {"max", 1, false}, {"eve", 4, true}, {"eve", 1, false},
	} {
		if step.n < 0 {
			m.Release(step.key, -step.n)
			continue
		}
		if got := m.Reserve(step.key, step.n); got != step.ok {
			t.Errorf("step %d: %d bytes for %s: %t, want %t", i, step.n, step.key, got, step.ok)
		}
	}
}
