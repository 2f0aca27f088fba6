package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestKeyFiguresEqualASlowReference over random windows of random histories, of the company, of filters and
// of single machines: with downtimes that touch, overlap, leave the window or are open, days of 23 and 25
// hours, replaced meters and machines that are not in use.
func TestKeyFiguresEqualASlowReference(t *testing.T) {
	t.Parallel()
	for i, zone := range []string{"America/Santiago", "Europe/Berlin", "Australia/Lord_Howe"} {
		t.Run(zone, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(50, uint64(i)))
			h := newHistory(t, random, zone)
			for range 15 {
				from := fleet.DateOf(h.moment(random).In(h.zone))
				w := fleet.KpiWindow{From: from, To: fleet.DateOf(from.Time().AddDate(0, 0, random.IntN(500)))}
				if random.IntN(8) == 0 { // until after now
					w.To = fleet.DateOf(time.Now().AddDate(0, 1, 0))
				}
				h.compareKpis(t, w, nil, h.machines)
				category := pick(random, "crane", "truck")
				h.compareKpis(
					t,
					w,
					&fleet.EquipmentFilter{Category: []string{category}},
					slices.DeleteFunc(slices.Clone(h.machines),
						func(m *historyMachine) bool { return m.category != category }),
				)
			}
			from := fleet.DateOf(time.Date(2021, 3, 1, 0, 0, 0, 0, time.UTC))
			h.compareEach(t, fleet.KpiWindow{From: from, To: fleet.DateOf(time.Date(2023, 11, 30, 0, 0, 0, 0, time.UTC))})
		})
	}
}

// kpiView is what is compared of a key figure.
type kpiView struct {
	Value, Previous, Coverage string
	Sample                    int
	Excluded                  map[fleet.KpiReason]int
}

func textOf(d *fleet.Decimal) string {
	if d == nil {
		return "null"
	}
	return string(*d)
}

func viewOf(k *fleet.Kpis) map[fleet.KpiName]kpiView {
	views := map[fleet.KpiName]kpiView{}
	for _, n := range fleet.KpiNames() {
		kpi := k.Of(n)
		v := kpiView{textOf(kpi.Value), textOf(kpi.Previous), textOf(kpi.Coverage), kpi.SampleSize, map[fleet.KpiReason]int{}}
		for _, e := range kpi.Excluded {
			v.Excluded[e.Reason] = e.Count
		}
		views[n] = v
	}
	return views
}

func (h *history) compareKpis(t *testing.T, w fleet.KpiWindow, f *fleet.EquipmentFilter, machines []*historyMachine) {
	t.Helper()
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	h.settled(t, func(now time.Time) map[fleet.KpiName]kpiView {
		views := h.referenceKpis(machines, w, now)
		for n, before := range h.referenceKpis(machines, w.Previous(), now) {
			v := views[n]
			if v.Previous = before.Value; n == fleet.KpiBacklog || n == fleet.KpiOverdue {
				v.Previous = "null"
			}
			views[n] = v
		}
		return views
	}, func() map[fleet.KpiName]kpiView {
		got, err := h.db.Fleet().Kpis(t.Context(), h.viewer, f, w)
		if err != nil {
			t.Fatal(err)
		}
		h.checkDeltas(t, got, f)
		return viewOf(got)
	}, fmt.Sprintf("%s to %s, %d machines", w.From, w.To, len(machines)))
}

// checkDeltas compares with the key figures of the window before, which are asked for by themselves.
func (h *history) checkDeltas(t *testing.T, got *fleet.Kpis, f *fleet.EquipmentFilter) {
	t.Helper()
	before, err := h.db.Fleet().Kpis(t.Context(), h.viewer, f, got.Window.Previous())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range fleet.KpiNames() {
		k, was := got.Of(n), before.Of(n).Value
		switch {
		case n == fleet.KpiBacklog || n == fleet.KpiOverdue || k.Value == nil || was == nil:
			if k.Delta != nil {
				t.Errorf("%s: a delta of %s", n, *k.Delta)
			}
		case k.Delta == nil || was.Plus(*k.Delta).Cmp(*k.Value) != 0:
			t.Errorf("%s: %s after %s, delta %s", n, *k.Value, *was, textOf(k.Delta))
		}
		if (k.Value == nil) != (k.NullReason != nil) {
			t.Errorf("%s: value %s, reason %v", n, textOf(k.Value), k.NullReason)
		}
	}
}

func (h *history) compareEach(t *testing.T, w fleet.KpiWindow) {
	t.Helper()
	var ids []fleet.UUID
	for _, m := range h.machines {
		ids = append(ids, m.id)
	}
	for _, m := range h.machines {
		h.settled(t, func(now time.Time) map[fleet.KpiName]kpiView {
			return h.referenceKpis([]*historyMachine{m}, w, now)
		}, func() map[fleet.KpiName]kpiView {
			got, err := h.db.Fleet().KpisByEquipment(t.Context(), h.viewer, ids, w)
			if err != nil {
				t.Fatal(err)
			}
			views := viewOf(got[m.id])
			for n, v := range views {
				v.Previous = ""
				views[n] = v
			}
			return views
		}, m.name)
	}
}

// settled compares what is read with the reference before and after, in which open downtime grows.
func (h *history) settled(t *testing.T, reference func(now time.Time) map[fleet.KpiName]kpiView,
	read func() map[fleet.KpiName]kpiView, what string) {
	t.Helper()
	for range 20 {
		before := reference(h.now(t))
		got := read()
		after := reference(h.now(t))
		if cmp.Diff(before, after) != "" {
			continue
		}
		if diff := cmp.Diff(before, got); diff != "" {
			t.Errorf("%s (-reference +store):\n%s", what, diff)
		}
		return
	}
	t.Errorf("%s: the reference never stood still", what)
}
