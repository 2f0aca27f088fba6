package app_test

import (
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// TestStatisticsAreKeptAsLongAsTheSettingSays reads statistics until they come
// from memory, or many times where none may be kept.
func TestStatisticsAreKeptAsLongAsTheSettingSays(t *testing.T) {
	t.Parallel()
	for name, ttl := range map[string]time.Duration{"an hour": time.Hour, "not at all": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := onDatabase(t)
			c.StatsTTL = ttl
			var started *app.App
			run(t, &c, false, func(a *app.App) { started = a })
			v := fleet.Viewer{CompanyID: fleet.UUID{1}, UserID: fleet.UUID{2}, Role: fleet.RoleManager}
			reads := 100
			if ttl > 0 {
				reads = 1_000_000 // the first ones may precede the change feed's connection
			}
			for range reads {
				if _, err := started.Dashboard.Stats(t.Context(), v, fleet.StatsScopeCompany); err != nil {
					t.Fatal(err)
				}
				if ttl > 0 && started.Dashboard.Metrics().Hits > 0 {
					return
				}
			}
			if hits := started.Dashboard.Metrics().Hits; ttl > 0 || hits > 0 {
				t.Errorf("%d of %d reads came from memory", hits, reads)
			}
		})
	}
}
