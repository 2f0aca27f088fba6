package guard_test

import (
	"context"
	"errors"
	"testing"

	"bitcorp.dev/fleet/internal/guard"
)

func TestAPanicBecomesTheError(t *testing.T) {
	t.Parallel()
	err := func() (err error) {
		defer guard.Into(&err, "a test")
		panic("a value")
	}()
	var p *guard.Panic
	if !errors.As(err, &p) || p.Where != "a test" || p.Value != "a value" {
		t.Errorf("got %v", err)
	}
}

func TestAJobThatPanicsRunsAgain(t *testing.T) {
	t.Parallel()
	runs, want := 0, errors.New("the job's own")
	err := guard.Job(t.Context(), "a test", func(context.Context) error {
		if runs++; runs == 1 {
			panic("once")
		}
		return want
	})()
	if runs != 2 || !errors.Is(err, want) {
		t.Errorf("%d runs, %v", runs, err)
	}
}

func TestAJobThatPanicsEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	if err := guard.Job(ctx, "a test", func(context.Context) error {
		cancel()
		panic("always")
	})(); err != nil {
		t.Error(err)
	}
}
