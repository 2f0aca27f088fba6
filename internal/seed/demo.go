package seed

import (
	"context"
	"time"

	"bitcorp.dev/fleet/internal/store"
)

// DemoManager is the e-mail address of the manager that anonymous requests run as in the demo.
const DemoManager = "dana.reyes@northgate-civil-engineering.example"

// demoFleets are a contractor and a small plant hire. Two companies show that no data crosses between them.
func demoFleets(now time.Time) []Params {
	return []Params{
		{Company: "Northgate Civil Engineering", Equipment: 400, Operators: 60, Records: 6000, Seed: 1, Now: now,
			Lead: Lead{Name: "Dana Reyes", Email: DemoManager}},
		{Company: "Hartwell Plant Hire", Equipment: 80, Operators: 15, Records: 900, Seed: 2, Now: now},
	}
}

// Demo creates the two demo companies, unless one of them or the demo manager already exists, and reports whether it
// did. Both are created in one transaction; servers that start together wait for the first of them.
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
