package main

import "testing"

// TestTheHeapGrowsByTheSameAmountWhateverItsSize checks GOGC for live heaps
// between its bounds and outside of them.
func TestTheHeapGrowsByTheSameAmountWhateverItsSize(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for live, want := range map[uint64]int{0: 800, 5 * mib: 800, 20 * mib: 500, 50 * mib: 200, 100 * mib: 100, 400 * mib: 60, 1 << 40: 60} {
		if got := gcPercent(live); got != want {
			t.Errorf("GOGC for %d MiB is %d, want %d", live/mib, got, want)
		}
	}
	for _, c := range []struct {
		percent, last int
		differs       bool
	}{{100, 0, true}, {100, 100, false}, {109, 100, false}, {111, 100, true}, {91, 100, false}, {89, 100, true}} {
		if got := differs(c.percent, c.last); got != c.differs {
			t.Errorf("from %d to %d differs: %v", c.last, c.percent, got)
		}
	}
}
