package seed

import (
	"cmp"
	"slices"

	"bitcorp.dev/fleet/internal/store"
)

// Readings of a machine: up to a year of monthly ones in a small fleet, and a few in a large one, which keeps its size
// for maintenance records.
const (
	maxReadings    = 12
	largeReadings  = 3
	largeEquipment = 5000
)

// readingRows returns the readings of all meters, ordered by time.
func (p *plan) readingRows() []store.SeedReading {
	var rows []store.SeedReading
	for i := range p.machines {
		p.random.start(ofReadings, i, 0)
		rows = p.readings(rows, &p.machines[i])
	}
	slices.SortStableFunc(rows, func(a, b store.SeedReading) int {
		return cmp.Compare(a.ReadAt.UnixMilli(), b.ReadAt.UnixMilli())
	})
	return rows
}

// readings appends the readings of a machine.
func (p *plan) readings(rows []store.SeedReading, m *machine) []store.SeedReading {
	r := p.random
	life := m.ended - m.created
	n := 1 + r.IntN(maxReadings)
	every := 30 * day
	if len(p.machines) > largeEquipment {
		n, every = r.IntN(2*largeReadings), 120*day
	}
	if life < 2*day || r.chance(0.04) { // the meter is broken, or never read
		return rows
	}
	n = min(n, int(life/every)+1)
	moments := make([]instant, 0, n+1)
	for k := range n {
		at := m.ended - instant(k)*every - days(r.between(0, 2))
		if at > m.created {
			moments = append(moments, at.midnight()+16*hour+instant(r.IntN(int(hour))))
		}
	}
	if m.replaced != 0 {
		moments = append(moments, m.replaced)
	}
	slices.Sort(moments)
	for _, at := range slices.Compact(moments) {
		if at > p.now-minute || at < m.created {
			continue
		}
		rows = append(rows, store.SeedReading{ID: r.key(at), EquipmentID: m.id, ReadAt: at.time(),
			Hours: tenths(p.meter(m, at)), Replacement: at == m.replaced})
	}
	return rows
}
