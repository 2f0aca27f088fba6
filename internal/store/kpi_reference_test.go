package store_test

import (
	"fmt"
	"math/big"
	"slices"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// stretch is a period; its ends are part of it.
type stretch struct{ from, to time.Time }

// joined are stretches in the order of time, those that touch or overlap as one.
func joined(list []stretch) (whole []stretch) {
	slices.SortFunc(list, func(a, b stretch) int { return a.from.Compare(b.from) })
	for _, s := range list {
		if n := len(whole); n > 0 && !s.from.After(whole[n-1].to) {
			if s.to.After(whole[n-1].to) {
				whole[n-1].to = s.to
			}
			continue
		}
		whole = append(whole, s)
	}
	return whole
}

func hours(d time.Duration) *big.Rat { return big.NewRat(d.Microseconds(), 3_600_000_000) }

// startOf is the first moment of a day in the zone.
func (h *history) startOf(d fleet.Date) time.Time {
	at := d.Time().Add(-16 * time.Hour)
	for fleet.DateOf(at.In(h.zone)).Before(d) {
		at = at.Add(15 * time.Minute)
	}
	return at
}

// lengthIn is how much of stretches lies between two moments.
func lengthIn(list []stretch, from, to time.Time) (sum time.Duration) {
	for _, s := range list {
		begin, end := s.from, s.to
		if begin.Before(from) {
			begin = from
		}
		if end.After(to) {
			end = to
		}
		if end.After(begin) {
			sum += end.Sub(begin)
		}
	}
	return sum
}

// kpiCounts are what the reference counts.
type kpiCounts struct {
	machines, retired, inactive, later, failures, stopping, counted, metered, measured         int
	calendar, down, corrective, covered                                                        time.Duration
	meter, cost, labour, parts                                                                 *big.Rat
	costs, unknownCosts, splits, unknownSplits, done, planned, open, unknown, backlog, overdue int
	restored, outages                                                                          []*big.Rat
	outagesOpen                                                                                int
	valued, valuedCosts, valuedUnknown                                                         int
	replacement, valuedCost                                                                    *big.Rat
}

func (h *history) referenceKpis(
	machines []*historyMachine,
	w fleet.KpiWindow,
	now time.Time,
) map[fleet.KpiName]kpiView {
	c := kpiCounts{
		meter:       new(big.Rat),
		cost:        new(big.Rat),
		labour:      new(big.Rat),
		parts:       new(big.Rat),
		replacement: new(big.Rat),
		valuedCost:  new(big.Rat),
	}
	start, stop := h.startOf(w.From), h.startOf(fleet.DateOf(w.To.Time().AddDate(0, 0, 1)))
	if stop.After(now) {
		stop = now
	}
	last := w.To
	if today := fleet.DateOf(now.In(h.zone)); today.Before(last) {
		last = today
	}
	for _, m := range machines {
		h.referenceMachine(&c, m, fleet.KpiWindow{From: w.From, To: last}, start, stop, now)
	}
	return c.views()
}

func (h *history) referenceMachine(c *kpiCounts, m *historyMachine, w fleet.KpiWindow, start, stop, now time.Time) {
	served, parked := h.referenceTime(m, start, stop)
	parked = parked || !stop.After(start) && m.status == "INACTIVE"
	runs := len(served) > 0 || !stop.After(start) && m.status == "ACTIVE"
	if runs {
		c.machines++
		c.calendar += lengthIn(served, start, stop)
	}
	switch {
	case !runs && m.status == "RETIRED":
		c.retired++
	case parked:
		c.inactive++
	case !runs:
		c.later++
	}
	if runs && m.replacement != nil {
		c.valued++
		c.replacement.Add(c.replacement, m.replacement)
	}
	inWindow := func(d fleet.Date) bool { return !d.Before(w.From) && !w.To.Before(d) }
	within := func(at time.Time) bool { return !at.Before(start) && at.Before(stop) }
	var down, corrective, failing []stretch
	failedOn := map[fleet.Date]bool{}
	for _, r := range m.records {
		begun := r.DownFrom != nil && !r.DownFrom.After(now)
		began := r.MaintenanceDate
		if r.StartedAt != nil {
			began = fleet.DateOf(r.StartedAt.In(h.zone))
		}
		reversal := r.Cost != nil && r.Cost.Cmp("0") < 0
		done := r.Status == fleet.MaintenanceCompleted
		failure := r.Kind == fleet.Corrective && r.Status != fleet.MaintenanceCancelled && !reversal &&
			(done || r.Status == fleet.MaintenanceInProgress || begun)
		if begun {
			end := now
			if !r.Down(now) && r.DownTo.Before(now) {
				end = *r.DownTo
			}
			s := stretch{*r.DownFrom, end}
			if down = append(down, s); r.Kind == fleet.Corrective {
				corrective = append(corrective, s)
			}
			if failure {
				failing = append(failing, s)
			}
		} else if failure {
			failedOn[began] = true
		}
		if runs && m.replacement != nil && inWindow(r.MaintenanceDate) && (done || r.Status == fleet.MaintenanceInProgress) {
			if c.valuedUnknown++; r.Cost != nil {
				c.valuedUnknown--
				c.valuedCosts++
				amount, _ := new(big.Rat).SetString(string(*r.Cost))
				c.valuedCost.Add(c.valuedCost, amount)
			}
		}
		if done && !reversal && inWindow(r.MaintenanceDate) {
			if c.done++; r.DueDate != nil {
				c.planned++
			}
			if r.Kind == fleet.Corrective && (r.StartedAt == nil || r.CompletedAt == nil) {
				c.unknown++
			}
		}
		if r.Kind == fleet.Corrective && r.Status == fleet.MaintenanceInProgress && !w.To.Before(began) {
			c.open++
		}
		if r.Kind == fleet.Corrective && done && !reversal && r.CompletedAt != nil && r.StartedAt != nil &&
			within(*r.CompletedAt) {
			c.restored = append(c.restored, hours(r.CompletedAt.Sub(*r.StartedAt)))
		}
		if r.Status.Open() {
			if c.backlog++; r.DueDate != nil && r.DueDate.Before(fleet.DateOf(now.In(h.zone))) {
				c.overdue++
			}
		}
	}
	var failedAt []time.Time
	for _, s := range joined(failing) {
		failedAt = append(failedAt, s.from)
		if within(s.from) {
			c.stopping++
		}
	}
	for d := range failedOn {
		failedAt = append(failedAt, h.startOf(d))
	}
	for _, at := range failedAt {
		if within(at) {
			c.failures++
			for _, s := range served {
				if !at.Before(s.from) && at.Before(s.to) {
					c.counted++
				}
			}
		}
	}
	for _, s := range joined(down) {
		switch {
		case !within(s.from):
		case !s.to.Before(now):
			c.outagesOpen++
		default:
			c.outages = append(c.outages, hours(s.to.Sub(s.from)))
		}
	}
	for _, s := range served {
		c.down += lengthIn(joined(down), s.from, s.to)
		c.corrective += lengthIn(joined(corrective), s.from, s.to)
	}
	if len(served) > 0 {
		h.referenceMeter(c, m, served, failedAt)
	}
}

// referenceTime is the time of a machine between start and stop in which it was in service and not idle, and whether
// it was idle in a part of its service.
func (h *history) referenceTime(m *historyMachine, start, stop time.Time) (served []stretch, parked bool) {
	if m.served != nil {
		if from := h.startOf(*m.served); from.After(start) {
			start = from
		}
	}
	if m.retired != nil {
		if to := h.startOf(fleet.DateOf(m.retired.Time().AddDate(0, 0, 1))); to.Before(stop) {
			stop = to
		}
	}
	if !stop.After(start) {
		return nil, false
	}
	for _, p := range m.statuses {
		from, to := start, stop
		if p.since != nil && p.since.After(from) {
			from = *p.since
		}
		if p.until != nil && p.until.Before(to) {
			to = *p.until
		}
		if !to.After(from) {
			continue
		}
		idle := p.status == "INACTIVE" || p.status == "RETIRED" && (p.until != nil || m.retired == nil)
		switch n := len(served); {
		case idle:
			parked = true
		case n > 0 && served[n-1].to.Equal(from):
			served[n-1].to = to
		default:
			served = append(served, stretch{from, to})
		}
	}
	return served, parked
}

// referenceMeter adds the hours of a machine whose readings cover the window, and what happened between them.
func (h *history) referenceMeter(c *kpiCounts, m *historyMachine, served []stretch, failedAt []time.Time) {
	start, stop := served[0].from, served[len(served)-1].to
	var readings []historyReading
	for _, r := range m.readings {
		if !r.at.Before(start) && !r.at.After(stop) {
			readings = append(readings, r)
		}
	}
	tenths, covered := 0, time.Duration(0)
	for i := 1; i < len(readings); i++ {
		if !readings[i].replacement {
			tenths += readings[i].hours - readings[i-1].hours
			covered += lengthIn(served, readings[i-1].at, readings[i].at)
		}
	}
	if len(readings) < 2 || covered == 0 || covered*10 < lengthIn(served, start, stop)*8 {
		return
	}
	c.metered++
	c.covered += covered
	c.meter.Add(c.meter, big.NewRat(int64(tenths), 10))
	since, until := fleet.DateOf(readings[0].at.In(h.zone)), fleet.DateOf(readings[len(readings)-1].at.In(h.zone))
	between := func(d fleet.Date) bool { return !d.Before(since) && !until.Before(d) }
	for _, at := range failedAt {
		if between(fleet.DateOf(at.In(h.zone))) {
			c.measured++
		}
	}
	add := func(sum *big.Rat, d fleet.Decimal) {
		amount, _ := new(big.Rat).SetString(string(d))
		sum.Add(sum, amount)
	}
	for _, r := range m.records {
		if !between(r.MaintenanceDate) || r.Status == fleet.MaintenancePlanned || r.Status == fleet.MaintenanceCancelled {
			continue
		}
		if c.unknownCosts++; r.Cost != nil {
			c.unknownCosts--
			c.costs++
			add(c.cost, *r.Cost)
		}
		if c.unknownSplits++; r.LabourCost != nil {
			c.unknownSplits--
			c.splits++
			add(c.labour, *r.LabourCost)
			add(c.parts, *r.PartsCost)
		}
	}
}

// toReplacement is the cost as a part of the replacement value; null when no cost is known.
func (c *kpiCounts) toReplacement(percent func(part, whole *big.Rat) string) string {
	if c.valuedCosts == 0 && c.valuedUnknown > 0 {
		return "null"
	}
	return percent(c.valuedCost, c.replacement)
}

func (c *kpiCounts) views() map[fleet.KpiName]kpiView {
	percent := func(part, whole *big.Rat) string {
		if whole.Sign() == 0 {
			return "null"
		}
		return new(big.Rat).Mul(new(big.Rat).Quo(part, whole), big.NewRat(100, 1)).FloatString(2)
	}
	by := func(part *big.Rat, n *big.Rat, has bool) string {
		if n.Sign() == 0 || !has {
			return "null"
		}
		return new(big.Rat).Quo(part, n).FloatString(2)
	}
	count := func(n int) *big.Rat { return big.NewRat(int64(n), 1) }
	excluded := func(counts map[fleet.KpiReason]int) map[fleet.KpiReason]int {
		left := map[fleet.KpiReason]int{}
		for reason, n := range counts {
			if n > 0 {
				left[reason] = n
			}
		}
		return left
	}
	idle := func() map[fleet.KpiReason]int {
		return excluded(map[fleet.KpiReason]int{fleet.KpiRetired: c.retired, fleet.KpiInactive: c.inactive,
			fleet.KpiNotInService: c.later})
	}
	plain := func(value string, sample int, left map[fleet.KpiReason]int) kpiView {
		return kpiView{Value: value, Coverage: "null", Sample: sample, Excluded: excluded(left)}
	}
	metered := func(value string, sample, unknown int) kpiView {
		return kpiView{
			Value:    value,
			Coverage: percent(hours(c.covered), hours(c.calendar)),
			Sample:   sample,
			Excluded: excluded(
				map[fleet.KpiReason]int{fleet.KpiNoReadings: c.machines - c.metered, fleet.KpiUnknownCost: unknown},
			),
		}
	}
	views := map[fleet.KpiName]kpiView{
		fleet.KpiCalendarAvailability: plain(percent(hours(c.calendar-c.down), hours(c.calendar)), c.machines, idle()),
		fleet.KpiInherentAvailability: plain(percent(hours(c.calendar-c.corrective), hours(c.calendar)), c.machines, idle()),
		fleet.KpiFailures:             plain(fmt.Sprint(c.failures), c.failures, nil),
		fleet.KpiStoppingFailures:     plain(fmt.Sprint(c.stopping), c.stopping, nil),
		fleet.KpiMeanUpTime: plain(
			by(hours(c.calendar-c.down), count(c.counted), c.calendar > 0),
			c.counted,
			idle(),
		),
		fleet.KpiMeanOperatingTime: metered(by(c.meter, count(c.measured), c.metered > 0), c.measured, 0),
		fleet.KpiCostPerHour:       metered(by(c.cost, c.meter, c.costs > 0), c.costs, c.unknownCosts),
		fleet.KpiLabourCostPerHour: metered(by(c.labour, c.meter, c.splits > 0), c.splits, c.unknownSplits),
		fleet.KpiPartsCostPerHour:  metered(by(c.parts, c.meter, c.splits > 0), c.splits, c.unknownSplits),
		fleet.KpiCostToReplacement: plain(c.toReplacement(percent), c.valuedCosts, map[fleet.KpiReason]int{
			fleet.KpiNoValue: c.machines - c.valued, fleet.KpiUnknownCost: c.valuedUnknown}),
		fleet.KpiPlannedShare: plain(percent(count(c.planned), count(c.done)), c.done, nil),
		fleet.KpiBacklog:      plain(fmt.Sprint(c.backlog), c.backlog, nil),
		fleet.KpiOverdue:      plain(fmt.Sprint(c.overdue), c.overdue, nil),
	}
	sample := func(values []*big.Rat, left map[fleet.KpiReason]int, mean, median, p90 fleet.KpiName) {
		slices.SortFunc(values, (*big.Rat).Cmp)
		n, sum := len(values), new(big.Rat)
		if n == 0 {
			for _, name := range []fleet.KpiName{mean, median, p90} {
				views[name] = plain("null", 0, left)
			}
			return
		}
		for _, v := range values {
			sum.Add(sum, v)
		}
		middle := new(big.Rat).Add(values[(n-1)/2], values[n/2])
		views[mean] = plain(by(sum, count(n), true), n, left)
		views[median] = plain(by(middle, count(2), true), n, left)
		views[p90] = plain(values[(9*n+9)/10-1].FloatString(2), n, left)
	}
	sample(c.restored, map[fleet.KpiReason]int{fleet.KpiOpen: c.open, fleet.KpiUnknownTimes: c.unknown},
		fleet.KpiMeanTimeToRestoration, fleet.KpiMedianTimeToRestoration, fleet.KpiP90TimeToRestoration)
	sample(
		c.outages,
		map[fleet.KpiReason]int{fleet.KpiOpen: c.outagesOpen},
		fleet.KpiMeanDownTime,
		fleet.KpiMedianDownTime,
		fleet.KpiP90DownTime,
	)
	return views
}
