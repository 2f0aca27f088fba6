package seed

import (
	"fmt"
	"slices"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// machinesOfASite is how many machines a site has on average, and maxSites how many sites the largest company has.
const (
	machinesOfASite = 25
	maxSites        = 400
)

// maxMoves bounds the sites where one machine has been before.
const maxMoves = 4

// siteRows returns the sites, the oldest first.
func (p *plan) siteRows() []*fleet.Site {
	rows := make([]*fleet.Site, min(1+p.Equipment/machinesOfASite, maxSites))
	for i := range rows {
		p.random.start(ofSites, i, 0)
		name := yards[i%len(yards)]
		if again := i / len(yards); again > 0 {
			name = fmt.Sprintf("%s %d", name, again+1)
		}
		code := fmt.Sprintf("S-%03d", i+1)
		opened := p.opened + instant(i)*minute
		rows[i] = &fleet.Site{ID: p.random.key(opened), Name: name, Code: &code, CreatedAt: opened.time(),
			UpdatedAt: opened.time(), Version: 1}
	}
	return rows
}

// moveRows returns the moves of all machines between sites, machine by machine.
func (p *plan) moveRows(sites []*fleet.Site) []store.SeedMove {
	var rows []store.SeedMove
	for i := range p.machines {
		p.random.start(ofSites, i, 1)
		rows = p.movesOf(rows, &p.machines[i], sites)
	}
	return rows
}

// movesOf appends the moves of a machine, from the newest back. A machine that has left the fleet is at no site, and a
// few others are on the road or with a customer.
func (p *plan) movesOf(rows []store.SeedMove, m *machine, sites []*fleet.Site) []store.SeedMove {
	r := p.random
	end := instant(0)
	if m.status == fleet.EquipmentRetired || r.chance(0.06) {
		if end = max(m.created, min(m.ended, p.now-hour)); end == m.created {
			return rows
		}
	}
	for range 1 + r.IntN(maxMoves) {
		to := p.now - hour
		if end != 0 {
			to = end
		}
		start := max(m.created, to-day-instant(r.ExpFloat64()*float64(150*day)))
		if start >= to {
			break
		}
		move := store.SeedMove{ID: r.key(start), EquipmentID: m.id, SiteID: one(r, sites).ID, ArrivedAt: start.time()}
		if end != 0 {
			left := end.time()
			move.LeftAt = &left
		}
		rows = append(rows, move)
		end = start
	}
	return rows
}

// paperRows returns the papers of machines and operators: what is checked and insured each year, and licences. A few
// were not renewed in time.
func (p *plan) paperRows() []*fleet.Paper {
	var rows []*fleet.Paper
	for i := range p.machines {
		m := &p.machines[i]
		if m.status == fleet.EquipmentRetired {
			continue
		}
		p.random.start(ofPapers, i, 0)
		if m.kind.inspections > 0 {
			rows = append(rows, p.paper(fleet.PaperInspection, days(365/m.kind.inspections), "", &m.id, nil))
		}
		if m.kind.traits&wheeled != 0 {
			rows = append(rows, p.paper(fleet.PaperInsurance, 365*day, fmt.Sprintf("POL-%06d", p.random.IntN(1_000_000)),
				&m.id, nil))
		}
	}
	for i := range p.operators {
		o := &p.operators[i]
		if o.left != 0 {
			continue
		}
		p.random.start(ofPapers, i, 1)
		rows = append(rows, p.paper(fleet.PaperLicence, 5*year, "", nil, &o.id))
	}
	slices.SortFunc(rows, func(a, b *fleet.Paper) int { return strings.Compare(a.ID.String(), b.ID.String()) })
	return rows
}

// paper draws a paper that is valid for a time from its issue, and was issued within that time, or a little before.
func (p *plan) paper(kind fleet.PaperKind, valid instant, number string, machine, operator *fleet.UUID) *fleet.Paper {
	r := p.random
	ago := instant(r.Float64() * float64(valid))
	if r.chance(0.02) {
		ago = valid + days(r.between(1, 25))
	}
	issued := (p.now - ago).midnight()
	on := fleet.DateOf(issued.time())
	paper := &fleet.Paper{ID: r.key(issued), EquipmentID: machine, OperatorID: operator, Kind: kind, IssuedOn: &on,
		ValidUntil: fleet.DateOf((issued + valid).time()), CreatedAt: issued.time(), UpdatedAt: issued.time(), Version: 1}
	if number != "" {
		paper.Number = &number
	}
	return paper
}
