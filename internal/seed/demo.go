package seed

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/store"
)

// DemoManager is the e-mail address of the manager as whom the demo is seen.
const DemoManager = "dana.reyes@northgate-civil-engineering.example"

// demoFleets are a contractor and a small plant hire: two, so that it shows
// that nothing crosses companies.
func demoFleets(now time.Time) []Params {
	return []Params{
		{Company: "Northgate Civil Engineering", Equipment: 400, Operators: 60, Records: 6000, Seed: 1, Now: now,
			Lead: Lead{Name: "Dana Reyes", Email: DemoManager}},
		{Company: "Hartwell Plant Hire", Equipment: 80, Operators: 15, Records: 900, Seed: 2, Now: now},
	}
}

// Demo makes the two demo companies, unless one of them or the demo manager is
// there already; it reports whether it did. Both come in one transaction, and
// servers that start together wait for the first of them.
func Demo(ctx context.Context, st *store.Bulk) (created bool, err error) {
	fleets := demoFleets(time.Now())
	err = st.Seed(ctx, func(tx *store.SeedTx) error {
		for _, f := range fleets {
			if there, err := tx.Exists(ctx, f.Company, f.Lead.Email); err != nil || there {
				return err
			}
		}
		for _, f := range fleets {
			if _, err := newPlan(f).write(ctx, tx, Hooks{}); err != nil {
				return err
			}
		}
		created = true
		return nil
	})
	if err != nil || !created {
		return false, err
	}
	return true, st.SeedVacuum(ctx)
}
