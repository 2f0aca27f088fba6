package limit_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/limit"
)

func TestSpaceIsShared(t *testing.T) {
	t.Parallel()
	s := limit.NewSpace(10, 6)
	for i, step := range []struct {
		who  string
		n    int
		room bool
	}{
		{"ann", 6, true}, {"ann", 1, false}, {"max", 5, false}, {"max", 4, true}, {"eve", 1, false},
		{"ann", -6, true}, {"max", 2, true}, {"max", 1, false}, {"eve", 4, true}, {"eve", 1, false},
	} {
		if step.n < 0 {
			s.Give(step.who, -step.n)
			continue
		}
		if got := s.Take(step.who, step.n); got != step.room {
			t.Errorf("step %d: room for %d bytes of %s: %t, want %t", i, step.n, step.who, got, step.room)
		}
	}
	if !(*limit.Space)(nil).Take("ann", 1<<40) {
		t.Error("where nothing is limited there is no room")
	}
}
