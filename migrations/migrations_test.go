package migrations_test

import (
	"sync"
	"testing"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/migrations"
)

func TestThreeInstancesMayStartAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	list, err := migrations.List(t.Context(), url)
	if err != nil || len(list) == 0 {
		t.Fatalf("%d migrations, %v", len(list), err)
	}
	applied := make([]int, 3)
	var wg sync.WaitGroup
	for i := range applied {
		wg.Go(func() {
			n, err := migrations.Up(t.Context(), url)
			if err != nil {
				t.Error(err)
			}
			applied[i] = n
		})
	}
	wg.Wait()
	if sum := applied[0] + applied[1] + applied[2]; sum != len(list) {
		t.Errorf("applied %v, %d in all; want each of %d once", applied, sum, len(list))
	}
}

func TestEveryMigrationCanBeRevertedAndAppliedAgain(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	n, err := migrations.Up(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if file, err := migrations.Down(t.Context(), url); err != nil || file == "" {
			t.Fatalf("down %d: %q, %v", i, file, err)
		}
	}
	if file, err := migrations.Down(t.Context(), url); err != nil || file != "" {
		t.Errorf("down with nothing left: %q, %v", file, err)
	}
	if again, err := migrations.Up(t.Context(), url); err != nil || again != n {
		t.Errorf("up again: %d of %d, %v", again, n, err)
	}
	list, err := migrations.List(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if !s.Applied {
			t.Errorf("%s is missing", s.File)
		}
	}
}
