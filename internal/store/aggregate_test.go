package store_test

import (
	"context"
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

var aggregateRounds = flag.Int("aggregates.rounds", 8, "rounds of TestAggregatesEqualASlowReference")

// TestAggregatesEqualASlowReference groups random histories in many ways: of companies in zones whose days
// have 23 and 25 hours and begin at 1 o'clock, with leap days, operators of a part of a day, downtimes that
// overlap or are open, and unknown costs.
func TestAggregatesEqualASlowReference(t *testing.T) {
	t.Parallel()
	for i, zone := range []string{"America/Santiago", "America/Havana", "Australia/Lord_Howe"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(15, uint64(i)))
			h := newHistory(t, random, zone)
			for range *aggregateRounds {
				a := randomAggregation(random, fleet.AggregatedMaintenance)
				h.compare(t, a, fleet.AggregatedMaintenance)
				a = randomAggregation(random, fleet.AggregatedEquipment)
				h.compare(t, a, fleet.AggregatedEquipment)
			}
		})
	}
}

var sameDay = cmp.Comparer(func(x, y fleet.Date) bool { return x == y })

// compare aggregates by the store and by the reference, before and after: downtime that is open grows
// meanwhile.
func (h *history) compare(t *testing.T, a *fleet.Aggregation, of fleet.Aggregated) {
	t.Helper()
	if err := a.Check(of); err != nil {
		t.Fatalf("%+v: %v", a, err)
	}
	rows := h.recordRows
	read := func() ([]*fleet.Aggregate, error) {
		return h.db.Fleet().MaintenanceAggregates(t.Context(), h.viewer, nil, a)
	}
	if slices.Contains(of.Numbers(), fleet.NumberMeterHours) {
		rows = h.machineRows
		read = func() ([]*fleet.Aggregate, error) {
			return h.db.Fleet().EquipmentAggregates(t.Context(), h.viewer, nil, a)
		}
	}
	for attempt := range 20 {
		before := reference(rows(h.now(t)), a)
		got, err := read()
		if err != nil {
			t.Fatalf("%s: %v", describe(a), err)
		}
		after := reference(rows(h.now(t)), a)
		if attempt > 2 { // on a slow machine open downtimes grow faster than they are read
			for _, g := range slices.Concat(before, got, after) {
				delete(g.Figures, fleet.NumberDowntimeHours)
			}
		}
		if cmp.Diff(before, after, sameDay) != "" {
			continue // an open downtime has grown by a hundredth of an hour
		}
		if diff := cmp.Diff(before, got, sameDay); diff != "" {
			t.Errorf("%s (-reference +store):\n%s", describe(a), diff)
		}
		return
	}
	t.Errorf("%s: the reference never stood still", describe(a))
}

func describe(a *fleet.Aggregation) string {
	var text strings.Builder
	for _, d := range a.GroupBy {
		text.WriteString(string(d) + " ")
	}
	for _, h := range a.Having {
		text.WriteString("having " + name(h.Number) + " " + string(h.Figure) + " ")
	}
	for _, o := range a.OrderBy {
		text.WriteString("by " + name(o.Number) + " " + string(o.Figure) + " " + string(o.Direction) + " ")
	}
	return text.String()
}

func name(n *fleet.Number) string {
	if n == nil {
		return "rows"
	}
	return string(*n)
}

// randomAggregation is one that Check allows.
func randomAggregation(random *rand.Rand, of fleet.Aggregated) *fleet.Aggregation {
	a := &fleet.Aggregation{}
	for _, i := range random.Perm(len(of.Dimensions()))[:random.IntN(4)] {
		d := of.Dimensions()[i]
		if !d.IsTime() || !slices.ContainsFunc(a.GroupBy, fleet.Dimension.IsTime) {
			a.GroupBy = append(a.GroupBy, d)
		}
	}
	// The reference is slow: few combinations for short buckets.
	if at := a.Bucket(); at >= 0 && (a.GroupBy[at] == fleet.DimensionDay || a.GroupBy[at] == fleet.DimensionWeek) {
		a.GroupBy = slices.DeleteFunc(
			a.GroupBy,
			func(d fleet.Dimension) bool { return !d.IsTime() && d != fleet.DimensionCategory },
		)
	}
	for _, n := range of.Numbers() {
		if random.IntN(2) == 0 {
			a.Wants(n, fleet.Figures()[random.IntN(len(fleet.Figures()))])
		}
	}
	figure := func() (*fleet.Number, fleet.Figure) {
		if random.IntN(3) == 0 {
			return nil, fleet.FigureCount
		}
		return &of.Numbers()[random.IntN(len(of.Numbers()))], fleet.Figures()[random.IntN(len(fleet.Figures()))]
	}
	for range random.IntN(3) {
		n, f := figure()
		h := &fleet.AggregateCondition{Number: n, Figure: f}
		bound := fleet.Decimal([]string{"0", "1", "2.5", "100.01", "-3"}[random.IntN(5)])
		switch random.IntN(5) {
		case 0:
			h.Gte = &bound
		case 1:
			h.Gt = &bound
		case 2:
			h.Lte = &bound
		case 3:
			h.Lt = &bound
		default:
			is := random.IntN(2) == 0
			h.IsNull = &is
		}
		a.Having = append(a.Having, h)
	}
	for range random.IntN(3) {
		n, f := figure()
		a.OrderBy = append(a.OrderBy, &fleet.AggregateOrder{Number: n, Figure: f,
			Direction: fleet.SortDirections()[random.IntN(2)]})
	}
	first := []int{1, 7, fleet.MaxGroupsFirst, fleet.MaxGroupsFirst}[random.IntN(4)]
	a.First = &first
	return a
}

// TestGroupsAddUpToTheWhole for each dimension: counts, sums and rows without the number.
func TestGroupsAddUpToTheWhole(t *testing.T) {
	t.Parallel()
	h := newHistory(t, rand.New(rand.NewPCG(1, 2)), "Europe/Berlin")
	all := fleet.MaxGroupsFirst
	for _, d := range fleet.AggregatedMaintenance.Dimensions() {
		sums := func(by ...fleet.Dimension) (count, missing int, sum fleet.Decimal) {
			a := &fleet.Aggregation{GroupBy: by, First: &all}
			a.Wants(fleet.NumberCost, fleet.FigureSum)
			groups, err := h.db.Fleet().MaintenanceAggregates(t.Context(), h.viewer, nil, a)
			if err != nil {
				t.Fatal(err)
			}
			sum = "0.00"
			for _, g := range groups {
				count, missing, sum = count+g.Count, missing+g.Cost().Missing, sum.Plus(g.Cost().Sum)
				if g.Cost().Count+g.Cost().Missing != g.Count {
					t.Errorf("%s: %d with a cost and %d without are not %d", d, g.Cost().Count, g.Cost().Missing, g.Count)
				}
			}
			return count, missing, sum
		}
		count, missing, sum := sums(d)
		if c, m, s := sums(); c != count || m != missing || s != sum || c == 0 || m == 0 {
			t.Errorf("%s: groups of %d rows, %d without a cost, %s; all are %d, %d, %s", d, count, missing, sum, c, m, s)
		}
	}
}

// TestEveryDimensionAndNumberHasItsSQL also those that random tests may not have met.
func TestEveryDimensionAndNumberHasItsSQL(t *testing.T) {
	t.Parallel()
	db, _ := storetest.New(t)
	v := fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: fleet.NewUUID(), Role: fleet.RoleOperator}
	check := func(of fleet.Aggregated, read func(context.Context, *fleet.Aggregation) error) {
		for _, d := range of.Dimensions() {
			if err := read(t.Context(), &fleet.Aggregation{GroupBy: []fleet.Dimension{d}}); err != nil {
				t.Errorf("%s: %v", d, err)
			}
		}
		for _, n := range of.Numbers() {
			for _, f := range fleet.Figures() {
				a := &fleet.Aggregation{OrderBy: []*fleet.AggregateOrder{{Number: &n, Figure: f}}}
				if err := a.Check(of); err != nil {
					t.Error(err)
				}
				texts, _, err := store.Sent(t.Context(), func(ctx context.Context) error { return read(ctx, a) })
				if err != nil || len(texts) != 1 {
					t.Errorf("%s %s: %d statements, %v", n, f, len(texts), err)
				}
			}
		}
	}
	check(fleet.AggregatedMaintenance, func(ctx context.Context, a *fleet.Aggregation) error {
		_, err := db.Fleet().MaintenanceAggregates(ctx, v, nil, a)
		return err
	})
	check(fleet.AggregatedEquipment, func(ctx context.Context, a *fleet.Aggregation) error {
		_, err := db.Fleet().EquipmentAggregates(ctx, v, nil, a)
		return err
	})
}
