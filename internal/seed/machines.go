package seed

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// equipmentRows yields the machines, ordered by purchase.
func (p *plan) equipmentRows() iter.Seq[*fleet.Equipment] {
	return func(yield func(*fleet.Equipment) bool) {
		for i := range p.machines {
			p.random.start(ofMachine, i, 1)
			if !yield(p.equipmentOf(&p.machines[i])) {
				return
			}
		}
	}
}

func (p *plan) equipmentOf(m *machine) *fleet.Equipment {
	r := p.random
	e := &fleet.Equipment{
		ID: m.id, Category: m.kind.name, Status: m.status,
		Name:      m.model.name + " " + m.kind.code + "-" + fmt.Sprintf("%04d", m.number),
		CreatedAt: m.created.time(), UpdatedAt: m.created.time(), Version: 1,
	}
	if m.status == fleet.EquipmentMaintenance {
		ran := fleet.EquipmentActive
		e.StatusAfterWork = &ran
	}
	if m.user >= 0 {
		e.UserID = &p.managers[m.user]
	}
	if r.chance(0.965) { // plates get lost, and small plant has none
		serial := fmt.Sprintf(m.model.serial, m.serial)
		e.SerialNumber = &serial
	}
	if r.chance(0.95) {
		cost := money(m.price)
		e.Cost = &cost
	}
	if text := p.describeMachine(m); text != "" {
		e.Description = &text
	}
	if m.status != fleet.EquipmentActive || r.chance(0.35) { // changed since its creation
		at := m.ended
		if m.status == fleet.EquipmentActive {
			at = max(m.created, p.atOffice(m.created+instant(r.Float64()*float64(p.now-m.created)), r))
		}
		e.UpdatedAt, e.Version = min(at, p.now-minute).time(), 2+r.IntN(4)
	}
	return e
}

// yards are places where machines are kept.
var yards = []string{"North yard", "South yard", "Harbour depot", "Quarry Hill", "Bypass lot 2", "Rail depot",
	"Airport apron project", "Ring road section 4"}

// describeMachine returns a description; a fifth of the machines have none.
func (p *plan) describeMachine(m *machine) string {
	r := p.random
	if r.chance(0.2) {
		return ""
	}
	var parts []string
	if m.used > 0 {
		parts = append(parts, "Bought used, "+strconv.Itoa(int(m.hours*m.used/10)*10)+" h at purchase")
	} else if r.chance(0.5) {
		parts = append(parts, "Built "+strconv.Itoa(m.created.time().Year()))
	}
	if r.chance(0.75) {
		extra := one(r, m.kind.extras)
		if second := one(r, m.kind.extras); second != extra && r.chance(0.3) {
			extra += ", " + second
		}
		parts = append(parts, extra)
	}
	if r.chance(0.3) {
		parts = append(parts, one(r, yards))
	}
	if r.chance(0.08) {
		parts = append(parts, one(r, []string{"leased until " + strconv.Itoa(p.now.time().Year()+1+r.IntN(4)),
			"insured with hire-in cover", "key code at the gatehouse", "not for demolition work", "two operators trained"}))
	}
	if len(parts) == 0 {
		return ""
	}
	return capital(strings.Join(parts, "; ")) + "."
}
