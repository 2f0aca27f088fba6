package seed

import (
	"iter"
	"strconv"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// recordRows yields the maintenance records of the events with their texts, ordered by the time of recording.
func (p *plan) recordRows() iter.Seq[*fleet.MaintenanceRecord] {
	byTraits := map[trait][]*job{}
	for i := range catalog {
		byTraits[catalog[i].traits] = jobsOf(catalog[i].traits)
	}
	return func(yield func(*fleet.MaintenanceRecord) bool) {
		for i := range p.events {
			e := &p.events[i]
			p.random.start(ofRecord, int(e.machine), int(e.part))
			if !yield(p.recordOf(e, byTraits[p.machines[e.machine].kind.traits])) {
				return
			}
		}
	}
}

func (p *plan) recordOf(e *event, jobs []*job) *fleet.MaintenanceRecord {
	r, m := p.random, &p.machines[e.machine]
	rec := &fleet.MaintenanceRecord{
		ID: r.key(e.recorded), EquipmentID: m.id, Kind: kinds[e.kind], Status: statuses[e.status],
		MaintenanceDate: fleet.DateOf(e.done().time()),
		CreatedAt:       e.recorded.time(), UpdatedAt: e.changed.time(), Version: 1,
	}
	if e.changed > e.recorded {
		rec.Version = 2
	}
	if e.cost != 0 || e.status == completed { // other work has cost nothing yet that is known
		cost := money(e.cost)
		rec.Cost = &cost
	}
	if e.cost != 0 && r.chance(0.55) {
		labour, parts := p.split(e)
		l, q := money(labour), money(parts)
		rec.LabourCost, rec.PartsCost = &l, &q
	}
	if e.from != 0 {
		from := e.from.time()
		rec.DownFrom = &from
	}
	if e.to != 0 {
		to := e.to.time()
		rec.DownTo = &to
	}
	if e.status != planned && !e.reversal && r.chance(0.82) {
		h := tenths(p.meter(m, e.done()))
		rec.MeterHours = &h
	}
	if e.recorded < p.now-6*year {
		sourceKind := p.orderType(e)
		rec.SourceKind = &sourceKind
	}
	if text := p.describe(e, m, jobs); text != "" {
		rec.Description = &text
	}
	if performer := p.performer(e, m); performer != "" {
		rec.PerformedBy = &performer
	}
	p.dates(e, rec)
	return rec
}

// dates sets when the work was due, began and was completed. Services and inspections are planned;
// most are done in time.
func (p *plan) dates(e *event, rec *fleet.MaintenanceRecord) {
	r := p.random
	if e.status == inProgress || e.status == completed {
		start := e.at.wholeMinute().time()
		rec.StartedAt = &start
	}
	if e.status == completed {
		end := e.done().wholeMinute()
		if e.to == 0 { // on the same day
			end = min(end+hoursLong(r.between(0.2, 5)), end.midnight()+day-minute, p.now-minute).wholeMinute()
		}
		done := end.time()
		rec.CompletedAt = &done
	}
	if e.reversal || e.status != planned && e.kind != preventive && e.kind != inspection {
		return
	}
	due := e.at
	switch {
	case e.status == planned:
	case r.chance(0.75):
		due += days(r.between(0, 6))
	default:
		due -= days(r.between(0.5, 24))
	}
	first := due
	if r.chance(0.12) { // put off
		first -= days(r.between(5, 40))
	}
	day, firstDay := fleet.DateOf(due.time()), fleet.DateOf(first.time())
	rec.DueDate, rec.FirstDueDate = &day, &firstDay
}

// orderType is the kind of record in the company's earlier system: SAP PM order types of a usual setup.
func (p *plan) orderType(e *event) string {
	switch e.kind {
	case corrective:
		if p.random.chance(0.15) {
			return "PM02" // planned repair
		}
		return "PM01"
	case preventive, inspection:
		return "PM03"
	case modification:
		return "PM06"
	default:
		return "PM05"
	}
}

// describe returns the description; some records have none.
func (p *plan) describe(e *event, m *machine, jobs []*job) string {
	r := p.random
	if e.reversal {
		return one(r, reversedFor)
	}
	if e.status != planned && r.chance(0.04) {
		return ""
	}
	var text string
	switch e.kind {
	case preventive:
		text = strconv.Itoa(int(e.service)) + " h service"
		if e.service < 125 {
			text = "Greasing and daily-check items"
		}
		if e.status == completed {
			text += one(r, []string{". ", " - ", ": "}) + remarkFor(r, serviced, m.kind.traits)
		}
	case inspection:
		text = one(r, inspected)
		if e.status == completed {
			text += one(r, []string{". ", ": ", " - "}) + remarkFor(r, findings, m.kind.traits)
		}
	case modification:
		if e.status == planned {
			text = "Planned: "
		}
		text += remarkFor(r, modified, m.kind.traits)
	case corrective:
		text = p.repair(e, one(r, jobs))
	default:
		text = remarkFor(r, otherWork, m.kind.traits)
	}
	switch e.status {
	case planned:
		text = strings.TrimSpace(strings.TrimSuffix(text, ".") + ". " + one(r, expected))
	case cancelled:
		text = strings.TrimSuffix(text, ".") + ". Cancelled: " + one(r, cancelledFor) + "."
	}
	if r.chance(0.06) { // some technicians write in capitals
		text = strings.ToUpper(text)
	}
	return text
}

// repair combines part, fault and action in one of several styles.
func (p *plan) repair(e *event, j *job) string {
	r := p.random
	part := j.part
	if j.traits&(tracked|wheeled) != 0 && r.chance(0.6) {
		part = one(r, sides) + part
	}
	fault := one(r, j.faults)
	switch e.status {
	case cancelled:
		return capital(part) + " " + fault
	case inProgress:
		return capital(part) + " " + fault + one(r,
			[]string{". Parts on order.", ". Stripped, waiting for the dealer.", ", quote requested.", ". In the workshop."})
	}
	action := one(r, j.actions)
	switch r.IntN(7) {
	case 0:
		return capital(part) + ": " + fault + ". " + capital(action) + "."
	case 1:
		return capital(part) + " " + action + " (" + fault + ")."
	case 2:
		return "Operator reports " + part + " " + fault + ". Checked, " + action + "."
	case 3:
		return part + " " + fault + ", " + action
	case 4:
		return "Breakdown on site: " + part + " " + fault + ". " + capital(action) + ", test run OK."
	default:
		return capital(part) + " " + fault + ", " + action + "."
	}
}

func capital(s string) string {
	return strings.ToUpper(s[:1]) + s[1:] // phrases begin with ASCII letters
}

// performer returns the workshop or person that did the work; "" in some records.
func (p *plan) performer(e *event, m *machine) string {
	r := p.random
	switch {
	case e.reversal, e.status == planned && r.chance(0.7), r.chance(0.07):
		return ""
	case e.kind == inspection && r.chance(0.7):
		return one(r, inspectors)
	case r.chance(0.22):
		maker, _, _ := strings.Cut(m.model.name, " ")
		return maker + " dealer service"
	case r.chance(0.3):
		return firstNames[r.IntN(30)][:1] + ". " + lastNames[r.IntN(40)] // the workshop's own fitters
	default:
		return one(r, workshops)
	}
}
