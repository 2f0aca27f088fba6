package store_test

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// referenceRow is a row as the reference groups it.
type referenceRow struct {
	day     fleet.Date
	keys    map[fleet.Dimension]fleet.AggregateKey // without a value in none
	numbers map[fleet.Number]*big.Rat
	dated   bool // whether groups tell their first and last day
}

func textKey(value string) fleet.AggregateKey {
	return fleet.AggregateKey{Value: &value, Label: &value}
}

func rowKey(k fleet.Kind, id fleet.UUID, label string) fleet.AggregateKey {
	value := fleet.GlobalID(k, id)
	return fleet.AggregateKey{Value: &value, Label: &label}
}

func (h *history) machineRows(time.Time) (rows []referenceRow) {
	for _, m := range h.machines {
		r := referenceRow{
			day:     fleet.DateOf(m.created.In(h.zone)),
			numbers: map[fleet.Number]*big.Rat{fleet.NumberCost: m.cost},
			keys: map[fleet.Dimension]fleet.AggregateKey{fleet.DimensionCategory: textKey(m.category),
				fleet.DimensionStatus: textKey(m.status)},
		}
		m.makes(r.keys)
		if m.user != nil {
			r.keys[fleet.DimensionUser] = rowKey(fleet.KindUser, *m.user, h.people[*m.user])
		}
		if n := len(m.assigned); n > 0 && m.assigned[n-1].till == nil {
			r.keys[fleet.DimensionOperator] = h.periodKey(fleet.KindOperator, m.assigned[n-1])
		}
		if n := len(m.been); n > 0 && m.been[n-1].till == nil {
			r.keys[fleet.DimensionSite] = h.periodKey(fleet.KindSite, m.been[n-1])
		}
		if n := len(m.readings); n > 0 {
			r.numbers[fleet.NumberMeterHours] = big.NewRat(int64(m.readings[n-1].hours), 10)
		}
		rows = append(rows, r)
	}
	return rows
}

// makes adds the keys of the machine's make.
func (m *historyMachine) makes(keys map[fleet.Dimension]fleet.AggregateKey) {
	if m.maker != nil {
		keys[fleet.DimensionManufacturer], keys[fleet.DimensionModel] = textKey(*m.maker), textKey(*m.model)
	}
}

func (h *history) periodKey(k fleet.Kind, a historyAssignment) fleet.AggregateKey {
	return rowKey(k, a.to, h.people[a.to])
}

// includes reports whether a period has a part of a day.
func (h *history) includes(a historyAssignment, day fleet.Date) bool {
	first := fleet.DateOf(a.from.In(h.zone))
	return (first.Before(day) || first == day) &&
		(a.till == nil || !fleet.DateOf(a.till.Add(-time.Microsecond).In(h.zone)).Before(day))
}

func (h *history) recordRows(now time.Time) (rows []referenceRow) {
	for _, m := range h.machines {
		for _, w := range m.records {
			r := referenceRow{day: w.MaintenanceDate, dated: true, numbers: map[fleet.Number]*big.Rat{},
				keys: map[fleet.Dimension]fleet.AggregateKey{
					fleet.DimensionEquipment: rowKey(fleet.KindEquipment, m.id, m.name),
					fleet.DimensionCategory:  textKey(m.category), fleet.DimensionStatus: textKey(string(w.Status)),
					fleet.DimensionKind: textKey(string(w.Kind))}}
			if w.SourceKind != nil {
				r.keys[fleet.DimensionSourceKind] = textKey(*w.SourceKind)
			}
			m.makes(r.keys)
			if m.user != nil {
				r.keys[fleet.DimensionUser] = rowKey(fleet.KindUser, *m.user, h.people[*m.user])
			}
			for _, a := range m.assigned { // the last one wins
				if h.includes(a, w.MaintenanceDate) {
					r.keys[fleet.DimensionOperator] = h.periodKey(fleet.KindOperator, a)
				}
			}
			for _, a := range m.been {
				if h.includes(a, w.MaintenanceDate) {
					r.keys[fleet.DimensionSite] = h.periodKey(fleet.KindSite, a)
				}
			}
			for n, amount := range map[fleet.Number]*fleet.Decimal{fleet.NumberCost: w.Cost,
				fleet.NumberLabourCost: w.LabourCost, fleet.NumberPartsCost: w.PartsCost,
				fleet.NumberLabourHours: w.LabourHours} {
				if amount != nil {
					r.numbers[n], _ = new(big.Rat).SetString(string(*amount))
				}
			}
			if w.DownFrom != nil && !w.DownFrom.After(now) {
				end := w.DownTo
				if w.Down(now) {
					end = &now
				}
				if end != nil {
					r.numbers[fleet.NumberDowntimeHours] = big.NewRat(end.Sub(*w.DownFrom).Microseconds(), 3600_000_000)
				}
			}
			rows = append(rows, r)
		}
	}
	return rows
}

// bucketOf is the first day of the bucket of a day.
func bucketOf(d fleet.Dimension, day fleet.Date) fleet.Date {
	at := day.Time()
	for {
		begins := map[fleet.Dimension]bool{
			fleet.DimensionDay: true, fleet.DimensionWeek: at.Weekday() == time.Monday, fleet.DimensionMonth: at.Day() == 1,
			fleet.DimensionQuarter: at.Day() == 1 && (at.Month()-1)%3 == 0, fleet.DimensionYear: at.YearDay() == 1,
		}[d]
		if begins {
			return fleet.DateOf(at)
		}
		at = at.AddDate(0, 0, -1)
	}
}

// reference groups rows one by one.
func reference(rows []referenceRow, a *fleet.Aggregation) []*fleet.Aggregate {
	type group struct {
		keys []*fleet.AggregateKey
		rows []referenceRow
	}
	groups := map[string]*group{}
	at := a.Bucket()
	id := func(keys []*fleet.AggregateKey) string {
		var text []string
		for _, k := range keys {
			if k.Value == nil {
				text = append(text, "null")
			} else {
				text = append(text, "="+*k.Value)
			}
		}
		return strings.Join(text, "\x00")
	}
	var first, last fleet.Date
	for _, r := range rows {
		keys := []*fleet.AggregateKey{}
		for _, d := range a.GroupBy {
			key := r.keys[d]
			key.Dimension = d
			if d.IsTime() {
				day := bucketOf(d, r.day)
				key = *fleet.BucketKey(d, day)
				if first.IsZero() || day.Before(first) {
					first = day
				}
				if last.Before(day) {
					last = day
				}
			}
			keys = append(keys, &key)
		}
		if groups[id(keys)] == nil {
			groups[id(keys)] = &group{keys: keys}
		}
		groups[id(keys)].rows = append(groups[id(keys)].rows, r)
	}
	if len(a.GroupBy) == 0 && len(groups) == 0 {
		groups[""] = &group{keys: []*fleet.AggregateKey{}}
	}
	if at >= 0 {
		var with []*group
		for _, g := range groups {
			with = append(with, g)
		}
		var begin []fleet.Date
		for day := first; !last.Before(day); day = fleet.DateOf(day.Time().AddDate(0, 0, 1)) {
			if bucketOf(a.GroupBy[at], day) == day {
				begin = append(begin, day)
			}
		}
		for _, g := range with {
			for _, day := range begin {
				keys := slices.Clone(g.keys)
				keys[at] = fleet.BucketKey(a.GroupBy[at], day)
				if groups[id(keys)] == nil {
					groups[id(keys)] = &group{keys: keys}
				}
			}
		}
	}
	list := []*fleet.Aggregate{}
	for _, g := range groups {
		made := referenceFigures(g.keys, g.rows, a)
		if referenceHaving(made, a) {
			list = append(list, made)
		}
	}
	slices.SortFunc(list, func(x, y *fleet.Aggregate) int { return referenceOrder(x, y, a) })
	return list[:min(len(list), *a.First)]
}

func referenceFigures(keys []*fleet.AggregateKey, rows []referenceRow, a *fleet.Aggregation) *fleet.Aggregate {
	g := &fleet.Aggregate{Keys: keys, Count: len(rows), Figures: map[fleet.Number]*fleet.NumberFigures{}}
	for _, r := range rows {
		if day := r.day; r.dated {
			if g.FirstDate == nil || day.Before(*g.FirstDate) {
				g.FirstDate = &day
			}
			if g.LastDate == nil || g.LastDate.Before(day) {
				g.LastDate = &day
			}
		}
	}
	for n, ranks := range a.Numbers {
		f := &fleet.NumberFigures{Sum: "0.00"}
		var values []*big.Rat
		sum := new(big.Rat)
		for _, r := range rows {
			if v := r.numbers[n]; v != nil {
				values = append(values, v)
				sum.Add(sum, v)
			} else {
				f.Missing++
			}
		}
		slices.SortFunc(values, (*big.Rat).Cmp)
		if f.Count = len(values); f.Count > 0 {
			f.Sum = *cents(sum)
			f.Average = cents(sum.Quo(sum, big.NewRat(int64(f.Count), 1)))
			f.Min, f.Max = cents(values[0]), cents(values[f.Count-1])
			if ranks {
				middle := new(big.Rat).Add(values[(f.Count-1)/2], values[f.Count/2])
				f.Median, f.P90 = cents(middle.Quo(middle, big.NewRat(2, 1))), cents(values[(9*f.Count+9)/10-1])
			}
		}
		g.Figures[n] = f
	}
	return g
}

func referenceFigure(g *fleet.Aggregate, n *fleet.Number, figure fleet.Figure) *fleet.Decimal {
	count := func(n int) *fleet.Decimal {
		d := fleet.Decimal(fmt.Sprint(n))
		return &d
	}
	if n == nil {
		return count(g.Count)
	}
	f := g.Figures[*n]
	return map[fleet.Figure]*fleet.Decimal{fleet.FigureCount: count(f.Count), fleet.FigureMissing: count(f.Missing),
		fleet.FigureSum: &f.Sum, fleet.FigureAverage: f.Average, fleet.FigureMin: f.Min, fleet.FigureMax: f.Max,
		fleet.FigureMedian: f.Median, fleet.FigureP90: f.P90}[figure]
}

func referenceHaving(g *fleet.Aggregate, a *fleet.Aggregation) bool {
	for _, h := range a.Having {
		v := referenceFigure(g, h.Number, h.Figure)
		if h.IsNull != nil && *h.IsNull != (v == nil) {
			return false
		}
		for bound, meets := range map[*fleet.Decimal]func(int) bool{
			h.Gte: func(c int) bool { return c >= 0 }, h.Gt: func(c int) bool { return c > 0 },
			h.Lte: func(c int) bool { return c <= 0 }, h.Lt: func(c int) bool { return c < 0 },
		} {
			if bound != nil && (v == nil || !meets(v.Cmp(*bound))) {
				return false
			}
		}
	}
	return true
}

func referenceOrder(x, y *fleet.Aggregate, a *fleet.Aggregation) int {
	for _, o := range a.OrderBy {
		v, w := referenceFigure(x, o.Number, o.Figure), referenceFigure(y, o.Number, o.Figure)
		switch {
		case v == nil && w == nil:
		case v == nil:
			return 1
		case w == nil:
			return -1
		case v.Cmp(*w) != 0 && o.Direction == fleet.Descending:
			return w.Cmp(*v)
		case v.Cmp(*w) != 0:
			return v.Cmp(*w)
		}
	}
	for i := range a.GroupBy {
		v, w := x.Keys[i], y.Keys[i]
		switch {
		case v.Value == nil && w.Value == nil:
		case v.Value == nil:
			return 1
		case w.Value == nil:
			return -1
		case *v.Label != *w.Label:
			return cmp.Compare(*v.Label, *w.Label)
		}
	}
	return 0
}
