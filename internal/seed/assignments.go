package seed

import (
	"cmp"
	"math"
	"slices"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// maxPeriods bounds the closed assignments of one machine.
const maxPeriods = 5

// openShare is the share of machines of a status that have an operator now.
var openShare = map[fleet.EquipmentStatus]float64{
	fleet.EquipmentActive:      0.7,
	fleet.EquipmentMaintenance: 0.5,
	fleet.EquipmentInactive:    0.08,
}

// assignmentRows returns the assignments of all machines, ordered by their start.
func (p *plan) assignmentRows() []store.SeedAssignment {
	var rows []store.SeedAssignment
	if len(p.operators) > 0 {
		var available []int // operators that an open assignment can refer to, by date of hire
		for i, o := range p.operators {
			if o.status == fleet.OperatorActive && !o.spare {
				available = append(available, i)
			}
		}
		for i := range p.machines {
			p.random.start(ofAssignments, i, 0)
			rows = p.periods(rows, &p.machines[i], available)
		}
	}
	slices.SortStableFunc(rows, func(a, b store.SeedAssignment) int {
		return cmp.Compare(a.AssignedAt.UnixMilli(), b.AssignedAt.UnixMilli())
	})
	return rows
}

// periods appends the assignments of a machine, from the newest back, so that they cannot overlap.
func (p *plan) periods(rows []store.SeedAssignment, m *machine, available []int) []store.SeedAssignment {
	r := p.random
	end := m.ended // where the next period back ends
	if r.chance(openShare[m.status]) && len(available) > 0 {
		// Some operators run many machines, such as a site's rollers and generators.
		o := &p.operators[available[int(math.Pow(r.Float64(), 1.2)*float64(len(available)))]]
		start := p.now - hour - instant(r.ExpFloat64()*float64(220*day))
		start = min(max(start, m.created, o.hired), p.now-hour)
		rows = append(rows, p.assignment(m, o, start, 0))
		end = start
	}
	for range r.IntN(maxPeriods) {
		end -= instant(r.ExpFloat64() * float64(25*day))
		start := end - day - instant(r.ExpFloat64()*float64(280*day))
		start = max(start, m.created)
		if end-start < hour {
			break
		}
		if o := p.employedDuring(start, end); o != nil {
			rows = append(rows, p.assignment(m, o, start, end))
		}
		end = start
	}
	return rows
}

// employedDuring draws an operator that was employed from start to end; nil if four draws find none.
func (p *plan) employedDuring(start, end instant) *operator {
	n := p.hiredBefore(start)
	if n == 0 {
		return nil
	}
	for range 4 {
		if o := &p.operators[p.random.IntN(n)]; o.left == 0 || o.left >= end {
			return o
		}
	}
	return nil
}

func (p *plan) assignment(m *machine, o *operator, start, end instant) store.SeedAssignment {
	a := store.SeedAssignment{ID: p.random.key(start), EquipmentID: m.id, OperatorID: o.id, AssignedAt: start.time()}
	if end != 0 {
		to := end.time()
		a.ReleasedAt = &to
	}
	return a
}
