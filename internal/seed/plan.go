package seed

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// history is how long a company has kept its fleet in a system.
const history = 12 * year

// machine holds what the rows of a machine, its records, assignments and readings share.
type machine struct {
	id      fleet.UUID
	model   *model
	kind    *category
	serial  uint32 // the number in the manufacturer's format
	number  uint32 // in the company's own numbering of the category
	created instant
	ended   instant // no work after it: retired, parked, broken down, or now
	status  fleet.EquipmentStatus
	price   int64 // in cents
	user    int32 // index of the manager, -1 for none

	used      float64 // years of work before the company bought it
	hours     float64 // engine hours in a year of work
	frailty   float64 // failure rate relative to its kind
	weight    float64 // expected number of its records
	records   int32
	replaced  instant // when the meter was replaced; 0 for never
	meterLeft float64 // hours on the first meter when it was replaced
}

// plan holds what must be known of the whole fleet before the first row is written: some 200 bytes per machine and 70
// per record.
type plan struct {
	Params
	random   *random
	domain   string
	now      instant // midnight (UTC) at the beginning of Params.Now
	opened   instant // when the company began
	calendar *calendar

	users     []*fleet.User
	managers  []fleet.UUID
	operators []operator
	machines  []machine
	events    []event
}

// newPlan draws everything that rows share. The same Params give the same plan.
func newPlan(p Params) *plan {
	p.Company = strings.TrimSpace(p.Company)
	today := p.Now.UTC().Truncate(24 * time.Hour)
	pl := &plan{Params: p, random: newRandom(p.Seed, p.Company), domain: domain(p.Company), now: instantOf(today)}
	pl.opened = pl.now - history - 90*day
	pl.calendar = newCalendar(pl.opened-day, pl.now+120*day)
	pl.newUsers(p.Lead)
	pl.newOperators()
	pl.newMachines()
	pl.shareRecords()
	pl.newEvents()
	return pl
}

// newMachines draws the machines, ordered by purchase: more of them in recent years, because old machines have been
// sold.
func (p *plan) newMachines() {
	p.machines = make([]machine, p.Equipment)
	serials := map[*model]uint32{}
	numbers := map[*category]uint32{}
	for i := range p.machines {
		r := p.random
		r.start(ofMachine, i, 0)
		m := &p.machines[i]
		m.kind = pickCategory(r.Float64())
		m.model = &m.kind.models[r.IntN(len(m.kind.models))]
		ago := math.Pow(1-(float64(i)+r.Float64())/float64(p.Equipment), 1.35)
		m.created = p.atOffice(p.now-instant(ago*float64(history)), r)
		m.id = r.key(m.created)
		if serials[m.model] == 0 {
			serials[m.model] = uint32(10_000 + r.IntN(20_000)) //nolint:gosec // small
		}
		serials[m.model] += 1 + uint32(r.IntN(9)) //nolint:gosec // small
		numbers[m.kind]++
		m.serial, m.number = serials[m.model], numbers[m.kind]
		if r.chance(0.22) {
			m.used = r.between(0.5, 7)
		}
		m.hours = m.kind.hours * r.logNormal(1, 0.28)
		m.frailty = r.logNormal(0.85, 0.55)
		if r.chance(0.003) { // a few machines fail far more often than the rest
			m.frailty *= r.between(6, 16)
		}
		m.price = p.priceOf(m)
		m.user = int32(r.IntN(len(p.managers))) //nolint:gosec // small
		if r.chance(0.04) {
			m.user = -1
		}
		p.statusOf(m)
		if r.chance(0.012) {
			m.replaced = m.created + instant(r.Float64()*float64(m.ended-m.created))
			m.meterLeft = p.hoursRun(m, m.replaced)
		}
	}
	// atOffice moved purchases within their day, so neighbours may be out of order.
	slices.SortStableFunc(p.machines, func(a, b machine) int { return cmp.Compare(a.created, b.created) })
}

// atOffice moves a moment to office hours of its day, never past the end of data.
func (p *plan) atOffice(t instant, r *random) instant {
	return min(t.midnight()+7*hour+hoursLong(r.between(0, 10)), p.now-hour)
}

func pickCategory(u float64) *category {
	for i := range catalog {
		if u -= catalog[i].share; u < 0 {
			return &catalog[i]
		}
	}
	return &catalog[0]
}

// inflation is the yearly factor of prices.
const inflation = 1.03

// priceOf is what the company paid: the list price of the year, less a discount, and less for each year of earlier use.
func (p *plan) priceOf(m *machine) int64 {
	r := p.random
	price := m.model.price * math.Pow(inflation, -(p.now-m.created).years()) * r.between(0.88, 1.04)
	if m.used > 0 {
		price *= math.Pow(0.86, m.used+0.5)
	}
	switch {
	case r.chance(0.0015): // typed with a digit too many
		price *= 10
	case r.chance(0.004): // taken over from a joint venture for nothing
		return 0
	case r.chance(0.6): // prices are agreed in round hundreds
		return int64(math.Round(price/500)) * 500 * 100
	}
	return int64(math.Round(price * 100))
}

// statusOf draws the status and the end of the machine's work that belongs to it.
func (p *plan) statusOf(m *machine) {
	r := p.random
	life := p.now - m.created
	m.status, m.ended = fleet.EquipmentActive, p.now
	retire := 0.30 / (1 + math.Exp(-(life.years() + m.used - 9)))
	switch u := r.Float64(); {
	case u < retire:
		m.status = fleet.EquipmentRetired
		m.ended = m.created + instant(r.between(0.55, 0.98)*float64(life))
	case u < retire+0.07:
		m.status = fleet.EquipmentInactive
		m.ended = max(m.created, p.now-days(r.between(14, 420)))
	case u < retire+0.14:
		m.status = fleet.EquipmentMaintenance
		m.ended = max(m.created, p.atOffice(p.now-days(min(0.3+5*r.ExpFloat64(), 90)), r).wholeMinute())
	}
}

// worked is the years of work that the machine has done for the company until t.
func (p *plan) worked(m *machine, t instant) float64 {
	t = min(max(t, m.created), m.ended)
	return p.calendar.worked(t) - p.calendar.worked(m.created)
}

// hoursRun is the engine hours of the machine's whole life until t.
func (p *plan) hoursRun(m *machine, t instant) float64 {
	return m.hours * (m.used + p.worked(m, t))
}

// meter is the reading of the machine's meter at t, in tenths of an hour. The meter of a used machine continues; a
// replaced one begins at 0.
func (p *plan) meter(m *machine, t instant) int64 {
	h := p.hoursRun(m, t)
	if m.replaced != 0 && t >= m.replaced {
		h -= m.meterLeft
	}
	return max(0, int64(h*10))
}

// hazard is the failure rate after x years of work relative to mid-life: a bathtub curve of early faults, chance, and
// wear (two Weibull terms of shape below and above 1 around a constant).
func hazard(x float64) float64 {
	return 1.1*math.Exp(-x/0.3) + 0.75 + 0.12*math.Pow(x/3, 2)
}

// failures is the integral of hazard from a to b.
func failures(a, b float64) float64 {
	integral := func(x float64) float64 {
		return -1.1*0.3*math.Exp(-x/0.3) + 0.75*x + 0.12*math.Pow(x, 3)/27
	}
	return integral(b) - integral(a)
}

// rates are the expected numbers of records of each kind in a machine's life so far.
type rates struct{ preventive, corrective, inspection, modification, other float64 }

func (r rates) sum() float64 {
	return r.preventive + r.corrective + r.inspection + r.modification + r.other
}

func (p *plan) rates(m *machine) rates {
	worked := p.worked(m, m.ended)
	lived := (m.ended - m.created).years()
	return rates{
		preventive:   worked * m.hours / 500,
		corrective:   m.frailty * m.kind.failures * failures(m.used, m.used+worked),
		inspection:   m.kind.inspections * lived,
		modification: 0.07 * lived,
		other:        0.35 * lived,
	}
}

// shareRecords distributes exactly p.Records records over the machines by age, work and frailty, and by how diligently
// their sites keep records.
func (p *plan) shareRecords() {
	total := 0.0
	for i := range p.machines {
		m := &p.machines[i]
		p.random.start(ofHistory, i, 0)
		m.weight = p.rates(m).sum()*p.random.logNormal(1, 0.45) + 1e-6
		if p.random.chance(0.01) {
			m.weight *= 0.02 // a site that kept its records on paper
		}
		total += m.weight
	}
	// Rounding the running sum, and not each share, makes the total exact.
	sum, given := 0.0, 0
	for i := range p.machines {
		sum += p.machines[i].weight
		upTo := int(math.Round(sum / total * float64(p.Records)))
		if i == len(p.machines)-1 {
			upTo = p.Records
		}
		p.machines[i].records = int32(upTo - given) //nolint:gosec // Params.Check bounds it
		given = upTo
		// A machine without records has no open work, so it is not in the workshop.
		if p.machines[i].records == 0 && p.machines[i].status == fleet.EquipmentMaintenance {
			p.machines[i].status = fleet.EquipmentActive
			p.machines[i].ended = p.now
		}
	}
}
