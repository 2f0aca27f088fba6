package seed

import (
	"math"
	"strconv"

	"bitcorp.dev/fleet/internal/fleet"
)

// costOf sets an event's cost: log-normal around a median that depends on the kind and on the machine's price, at the
// prices of its year.
func (p *plan) costOf(e *event, m *machine) {
	r := p.random
	size := m.model.price / 200_000 // a 22-tonne excavator is 1
	var amount float64
	switch e.kind {
	case preventive:
		amount = serviceCost(e.service) * math.Pow(size, 0.45) * r.logNormal(1, 0.22)
	case corrective:
		amount = r.logNormal(720, 1.05) * math.Pow(size, 0.55)
		if r.chance(0.012) { // engine, final drive, hydraulic pump
			amount = m.model.price * r.between(0.05, 0.16)
		}
	case inspection:
		amount = r.logNormal(210, 0.3) * math.Pow(size, 0.2) * math.Sqrt(m.kind.inspections)
	case modification:
		amount = r.logNormal(0.012, 0.7) * m.model.price
	default:
		amount = r.logNormal(130, 0.7)
	}
	amount *= math.Pow(inflation, -(p.now - e.at).years())
	switch {
	case e.status == planned, e.status == cancelled:
		return
	case e.status == inProgress && r.chance(0.6): // nothing booked yet
		return
	case e.kind == corrective && m.used == 0 && e.at < m.created+year && r.chance(0.55): // warranty
		return
	case r.chance(0.05): // done along with something else
		return
	}
	e.cost = max(1, int64(math.Round(amount*100)))
	if r.chance(0.12) { // call-out at a flat rate
		e.cost = (e.cost/500 + 1) * 500
	}
}

// serviceCost is the median cost of a service of a machine of size 1.
func serviceCost(schedule int32) float64 {
	switch {
	case schedule >= 2000:
		return 2650
	case schedule >= 1000:
		return 1240
	case schedule >= 500:
		return 640
	case schedule >= 250:
		return 370
	default:
		return 60 // greasing, filters blown out
	}
}

// reversalOf reverses a cost that was booked twice or on the wrong machine.
func (p *plan) reversalOf(of event) event {
	r := p.random
	e := event{at: min(of.at+days(r.between(2, 40)), p.now-2*hour), kind: of.kind, service: of.service, cost: -of.cost,
		reversal: true}
	e.at = max(e.at, of.done())
	return p.record(e)
}

// smallJob is minor work at a low cost.
func (p *plan) smallJob(m *machine) event {
	e := p.past(m, other, p.someDay(m))
	e.status, e.cost = completed, int64(1000+p.random.IntN(9000))
	return e
}

// split divides a cost into labour and parts that add up to it to the cent.
func (p *plan) split(e *event) (labour, parts int64) {
	r := p.random
	share := r.between(0.25, 0.65)
	switch e.kind {
	case inspection:
		share = r.between(0.85, 1)
	case preventive:
		share = r.between(0.3, 0.45)
	}
	labour = int64(math.Round(float64(e.cost) * share))
	return labour, e.cost - labour
}

// money formats cents as a decimal with two decimal places.
func money(cents int64) fleet.Decimal {
	var buf [24]byte
	b := appendFixed(buf[:0], cents, 100)
	return fleet.Decimal(b)
}

// tenths formats engine hours with one decimal place.
func tenths(n int64) fleet.Decimal {
	var buf [24]byte
	return fleet.Decimal(appendFixed(buf[:0], n, 10))
}

// appendFixed appends n/unit exactly; unit is a power of ten.
func appendFixed(b []byte, n, unit int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/unit, 10)
	b = append(b, '.')
	for rest := n % unit; unit > 1; rest %= unit {
		unit /= 10
		b = append(b, byte('0'+rest/unit))
	}
	return b
}
