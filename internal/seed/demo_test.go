package seed_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/store/storetest"
)

func TestDemoIsCreatedOnceByServersThatStartTogether(t *testing.T) {
	t.Parallel()
	first, url := storetest.New(t)
	var made atomic.Int64
	var servers sync.WaitGroup
	for range 4 {
		st, _ := storetest.Open(t, url)
		servers.Go(func() {
			created, err := seed.Demo(t.Context(), st.Bulk())
			if err != nil {
				t.Error(err)
			}
			if created {
				made.Add(1)
			}
		})
	}
	servers.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("made %d times, want once", n)
	}
	before := content(t, url)
	created, err := seed.Demo(t.Context(), first.Bulk())
	if err != nil || created {
		t.Errorf("a later call: %v, %v, want false and no error", created, err)
	}
	if diff := cmp.Diff(before, content(t, url)); diff != "" {
		t.Errorf("a later call changed something:\n%s", diff)
	}

	got := map[string]int{}
	for table, want := range map[string]int{"companies": 2, "equipment": 480, "operators": 75,
		"maintenance_records": 6900} {
		if got[table] = query[int](t, url, "SELECT count(*) FROM "+table); got[table] != want {
			t.Errorf("%d %s, want %d", got[table], table, want)
		}
	}
	if n := query[int](t, url, "SELECT count(DISTINCT (company_id, role)) FROM users"); n != 8 {
		t.Errorf("%d pairs of company and role, want all four roles in both", n)
	}
	manager, err := first.Identity().ViewerByEmail(t.Context(), seed.DemoManager)
	if err != nil {
		t.Fatal(err)
	}
	if manager.Role != fleet.RoleManager {
		t.Errorf("the demo manager is %s", manager.Role)
	}
	if n := query[int](t, url, "SELECT count(*) FROM equipment WHERE user_id = $1", [16]byte(manager.UserID)); n < 50 {
		t.Errorf("the demo manager is responsible for %d machines, want enough to see something", n)
	}
	if n := query[int](t, url, `SELECT min(n)
		FROM (SELECT count(DISTINCT status) AS n FROM equipment GROUP BY company_id) AS c`); n != 4 {
		t.Errorf("a demo company has machines of %d statuses, want 4", n)
	}
}

func TestDemoLeavesOtherCompaniesAlone(t *testing.T) {
	t.Parallel()
	st, url := storetest.New(t)
	own, err := seed.Run(t.Context(), st.Bulk(), smallFleet(), seed.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	if created, err := seed.Demo(t.Context(), st.Bulk()); err != nil || !created {
		t.Fatalf("got %v, %v", created, err)
	}
	if n := query[int](t, url, "SELECT count(*) FROM equipment WHERE company_id = $1", [16]byte(own.Company)); n != 150 {
		t.Errorf("the company that was there has %d machines, want its 150", n)
	}
}

func TestRenamedDemoIsNotCreatedAgain(t *testing.T) {
	t.Parallel()
	st, url := storetest.New(t)
	if _, err := seed.Demo(t.Context(), st.Bulk()); err != nil {
		t.Fatal(err)
	}
	query[int](t, url, `WITH renamed AS (UPDATE companies SET name = name || ' (ours)' RETURNING 1)
		SELECT count(*)::int FROM renamed`)
	if created, err := seed.Demo(t.Context(), st.Bulk()); err != nil || created {
		t.Errorf("got %v, %v, want false and no error", created, err)
	}
}
