package e2e_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/ingest"
)

// TestAnUnknownCostIsMissingAndNoZero in aggregates, whichever way it comes in: left out, null, or an empty cell.
func TestAnUnknownCostIsMissingAndNoZero(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"serialNumber": "S-1"})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE"})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "cost": "100"})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "cost": nil})
	s.imported(ingest.Maintenance, vars{"equipment": "S-1", "kind": "CORRECTIVE", "cost": "", "maintenanceDate": day(-1),
		"sourceRef": "1"})
	type cost struct {
		Sum               string
		Count, Missing    int
		Average, Min, Max *string
		Median, P90       *string
	}
	look := func() cost {
		t.Helper()
		var got struct{ MaintenanceAggregates []struct{ Cost cost } }
		s.data(
			&got,
			`{ maintenanceAggregates(groupBy: [KIND]) { cost { sum count missing average min max median p90 } } }`,
			nil,
		)
		if len(got.MaintenanceAggregates) != 1 {
			t.Fatalf("%+v", got)
		}
		return got.MaintenanceAggregates[0].Cost
	}
	hundred := of("100.00")
	if diff := cmp.Diff(cost{Sum: "100.00", Count: 1, Missing: 3, Average: hundred, Min: hundred, Max: hundred,
		Median: hundred, P90: hundred}, look()); diff != "" {
		t.Error(diff)
	}
	s.imported(ingest.Maintenance, vars{"equipment": "S-1", "kind": "CORRECTIVE", "cost": "0", "maintenanceDate": day(-1),
		"sourceRef": "2"})
	if c := look(); c.Count != 2 || c.Missing != 3 || text(c.Average) != "50.00" || text(c.Min) != "0.00" {
		t.Errorf("with one that is free of charge: %+v", c)
	}
}
