package seed

import (
	"cmp"
	"math"
	"slices"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// event is a maintenance record without its texts.
type event struct {
	at       instant // when work began, or is to begin
	recorded instant // when it was entered: the row's time
	changed  instant // when it was last changed
	from, to instant // downtime; 0 for none, to 0 for still down
	cost     int64   // in cents
	machine  int32
	part     int32 // the event's number among its machine's
	service  int32 // hours of a PREVENTIVE's schedule
	kind     kind
	status   status
	reversal bool
}

// done is when the work was completed, as far as the downtime tells; else when it began.
func (e *event) done() instant {
	if e.status == completed && e.to != 0 {
		return e.to
	}
	return e.at
}

// kind and status are the domain's in one byte each, because a million events are held in memory.
type (
	kind   uint8
	status uint8
)

const (
	preventive kind = iota
	corrective
	inspection
	modification
	other
)

const (
	completed status = iota
	planned
	inProgress
	cancelled
)

var (
	kinds = [...]fleet.MaintenanceKind{
		preventive:   fleet.Preventive,
		corrective:   fleet.Corrective,
		inspection:   fleet.Inspection,
		modification: fleet.Modification,
		other:        fleet.OtherKind,
	}
	statuses = [...]fleet.MaintenanceStatus{
		completed:  fleet.MaintenanceCompleted,
		planned:    fleet.MaintenancePlanned,
		inProgress: fleet.MaintenanceInProgress,
		cancelled:  fleet.MaintenanceCancelled,
	}
)

// newEvents draws the history of every machine and sorts it by the time of recording, so that rows and keys are
// inserted at one end of their indexes.
func (p *plan) newEvents() {
	p.events = make([]event, 0, p.Records)
	for i := range p.machines {
		p.random.start(ofHistory, i, 1)
		p.events = append(p.events, p.historyOf(int32(i))...) //nolint:gosec // Params.Check bounds it
	}
	slices.SortFunc(p.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.recorded, b.recorded), cmp.Compare(a.machine, b.machine), cmp.Compare(a.part, b.part))
	})
}

// historyOf returns as many events as the machine has records.
func (p *plan) historyOf(index int32) []event {
	r, m := p.random, &p.machines[index]
	left := int(m.records)
	if left == 0 {
		return nil
	}
	events := make([]event, 0, left)
	if m.status == fleet.EquipmentMaintenance {
		events = append(events, p.openEvent(m))
		left--
	}
	if m.status == fleet.EquipmentActive && left >= 4 && r.chance(0.3) {
		events = append(events, p.plannedEvent(m))
		left--
	}
	reversals := 0
	if left >= 5 {
		reversals = min(r.whole(0.004*float64(left)), left/5)
		left -= reversals
	}
	past := len(events)
	events = p.pastEvents(events, m, left)
	p.closeDowntimes(events, m)
	for i := range events {
		p.costOf(&events[i], m)
	}
	for range reversals {
		if of := past + r.IntN(left); events[of].cost > 0 && events[of].status == completed {
			events = append(events, p.reversalOf(events[of]))
		} else {
			events = append(events, p.smallJob(m))
		}
	}
	for i := range events {
		events[i].machine, events[i].part = index, int32(i) //nolint:gosec // small
	}
	return events
}

// openEvent is the unfinished work for which a machine is in the workshop.
func (p *plan) openEvent(m *machine) event {
	e := event{at: m.ended, from: m.ended, kind: corrective, status: inProgress}
	if p.random.chance(0.22) {
		e.kind, e.service = preventive, 2000
	}
	return p.record(e)
}

// plannedEvent is the next service or inspection.
func (p *plan) plannedEvent(m *machine) event {
	r := p.random
	e := event{kind: preventive, service: 500, status: planned, at: p.now + day + days(r.between(0, 60))}
	switch {
	case r.chance(0.3):
		e.kind, e.service = inspection, 0
	case r.chance(0.1):
		e.kind, e.service = modification, 0
	case r.chance(0.3):
		e.service = 1000
	}
	e.at = e.at.midnight() + 7*hour
	e.recorded = max(m.created, p.now-days(r.between(0.1, 40)))
	e.changed = e.recorded
	return e
}

// pastEvents appends n events of a machine's life so far, with kinds in proportion to their rates.
func (p *plan) pastEvents(events []event, m *machine, n int) []event {
	r, by := p.random, p.rates(m)
	f := 0.0
	if sum := by.sum(); sum > 0 {
		f = float64(n) / sum
	}
	services := min(n, r.whole(f*by.preventive))
	inspections := min(n-services, r.whole(f*by.inspection))
	modifications := min(n-services-inspections, r.whole(f*by.modification))
	others := min(n-services-inspections-modifications, r.whole(f*by.other))
	repairs := n - services - inspections - modifications - others

	events = p.services(events, m, services)
	events = p.inspections(events, m, inspections)
	for range repairs {
		events = append(events, p.past(m, corrective, p.failure(m)))
	}
	for range modifications {
		events = append(events, p.past(m, modification, p.someDay(m)))
	}
	for range others {
		events = append(events, p.past(m, other, p.someDay(m)))
	}
	return events
}

// past returns an event that began at the given time, within the bounds of the machine's life.
func (p *plan) past(m *machine, k kind, at instant) event {
	r := p.random
	at = max(min(at, m.ended-hour, p.now-2*hour), m.created)
	e := event{at: at, kind: k}
	switch {
	case r.chance(0.018):
		e.status = cancelled
	case p.now-at < 12*day && k != preventive && r.chance(0.25):
		e.status = inProgress // the machine runs, an oil sample or a part is awaited
	}
	return p.record(e)
}

// record sets the time at which an event was entered: mostly the same day, sometimes days later.
func (p *plan) record(e event) event {
	r := p.random
	lag := hoursLong(r.between(0.2, 9))
	if r.chance(0.2) {
		lag += days(r.between(0.6, 4.5))
	}
	e.recorded = min(e.at+lag, p.now-instant(r.between(1, float64(2*hour))))
	e.changed = e.recorded
	return e
}

// someDay draws a working moment of the machine's life.
func (p *plan) someDay(m *machine) instant {
	from, to := p.calendar.worked(m.created), p.calendar.worked(m.ended)
	return p.calendar.when(p.random.between(from, to))
}

// failure draws the time of a failure: hazard is sampled by rejection.
func (p *plan) failure(m *machine) instant {
	r := p.random
	from, life := p.calendar.worked(m.created), p.worked(m, m.ended)
	most := max(hazard(m.used), hazard(m.used+life))
	for {
		if x := r.Float64() * life; r.Float64()*most <= hazard(m.used+x) {
			return p.calendar.when(from + x)
		}
	}
}

// services appends the newest n services of the longest schedule that has that many services in the machine's life.
// Hours count from the machine's manufacture: the schedule of a used machine continues.
func (p *plan) services(events []event, m *machine, n int) []event {
	r := p.random
	begin, end := m.hours*m.used, p.hoursRun(m, m.ended)
	step := 0.0
	for _, s := range []float64{2000, 1000, 500, 250, 125, 50, 10} {
		step = s
		if int(end/s)-int(begin/s) >= n {
			break
		}
	}
	from := p.calendar.worked(m.created)
	for k, last := 0, int(end/step); k < n; k++ {
		due := float64(last-k) * step
		done := due + r.between(-0.06, 0.12)*step // a few days early or late
		if due <= begin || done <= begin || done >= end {
			e := p.past(m, preventive, p.someDay(m)) // keeps the number of events exact
			e.service = int32(step)
			events = append(events, e)
			continue
		}
		e := p.past(m, preventive, p.calendar.when(from+(done-begin)/m.hours))
		e.service = scheduleOf(due, step)
		events = append(events, e)
	}
	return events
}

// scheduleOf returns the service that is due at these hours: every fourth 500-hour service is a 2,000-hour one, as in
// manufacturers' schedules.
func scheduleOf(due, step float64) int32 {
	for _, s := range []float64{2000, 1000, 500, 250} {
		if s > step && math.Mod(due, s) == 0 {
			return int32(s)
		}
	}
	return int32(step)
}

// inspections appends the newest n inspections of the longest period that has that many in the machine's life, near the
// anniversary of its purchase.
func (p *plan) inspections(events []event, m *machine, n int) []event {
	r := p.random
	life := float64(m.ended - m.created)
	period := float64(year)
	for _, length := range []instant{year, year / 2, year / 4, 30 * day, 7 * day, day} {
		if period = float64(length); int(life/period) >= n {
			break
		}
	}
	for k, last := 0, int(life/period); k < n; k++ {
		at := m.created + instant((float64(last-k)+r.between(-0.07, 0.01))*period)
		if last-k <= 0 {
			at = p.someDay(m)
		}
		if at.time().Weekday() == time.Sunday {
			at += day
		}
		events = append(events, p.past(m, inspection, at.midnight()+7*hour+hoursLong(r.between(0, 8))))
	}
	return events
}

// closeDowntimes sets the downtime of events. Downtimes of one machine do not overlap: work on a machine that is
// already down adds none.
func (p *plan) closeDowntimes(events []event, m *machine) {
	r := p.random
	order := make([]*event, len(events))
	for i := range events {
		order[i] = &events[i]
	}
	slices.SortStableFunc(order, func(a, b *event) int { return cmp.Compare(a.at, b.at) })
	latest := p.now - hour
	if m.status == fleet.EquipmentMaintenance {
		latest = m.ended
	}
	up := m.created
	for _, e := range order {
		length := instant(0)
		switch {
		case e.status != completed:
		case e.kind == corrective && r.chance(0.72):
			length = hoursLong(min(max(r.logNormal(7, 1.25), 0.5), 45*24))
		case e.kind == preventive && r.chance(0.4):
			length = hoursLong(r.between(1.5, 9))
		case e.kind == modification && r.chance(0.6):
			length = hoursLong(r.between(6, 60))
		}
		if to := min(e.at+length, latest); length > 0 && e.at >= up && to > e.at {
			e.from, e.to = e.at.wholeMinute(), to.wholeMinute()
			up = to
			e.changed = max(e.changed, min(to+hoursLong(r.between(0, 4)), p.now-minute))
		}
	}
}

func (i instant) wholeMinute() instant { return i - i%minute }
