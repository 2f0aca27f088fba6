package seed

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"iter"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"

	"bitcorp.dev/fleet/internal/fleet"
)

var firstNames = strings.Fields(`Aaron Adam Agnieszka Ahmed Aisha Alan Alicia Amir Ana Andrei Anna Anton Antonio Ben
	Bogdan Brian Carlos Catherine Chloe Christian Claire Craig Daniel Darren David Declan Dmitri Dominik Elena Emma
	Erik Fatima Felix Fernando Florian Frank Gareth Georg Grace Hannah Hassan Helen Ian Ibrahim Igor Ines Ivan Jack
	James Jan Jasmin Jens Joanna Joao John Jonas Jorge Josef Julia Kamil Karim Karl Katarzyna Kevin Kieran Lars Laura
	Lena Liam Lucas Lukasz Magda Malik Marc Marek Maria Marta Martin Mateusz Matthew Michael Miguel Mihai Mohamed Monika
	Natalie Nicole Nikolai Nina Noah Olga Oliver Omar Oscar Patrick Paul Pedro Peter Piotr Rachel Radu Rafael Rebecca
	Robert Roberto Ryan Samir Samuel Sandra Sean Sebastian Sergei Simon Sofia Stefan Stephen Steven Susan Tariq Thomas
	Tim Tobias Tomasz Uwe Vera Victor Vladimir Walter William Yusuf Zoe`)

var lastNames = strings.Fields(`Abbott Adams Ahmadi Albrecht Andersen Bailey Baker Balan Barnes Becker Bennett Berger
	Bianchi Brandt Brennan Brown Burke Byrne Campbell Carvalho Clarke Collins Costa Cowan Cruz Dabrowski Davies Demir
	Dietrich Doyle Duarte Dumitru Edwards Engel Evans Farrell Fernandes Fischer Fitzgerald Fletcher Fuchs Gallagher
	Garcia Georgescu Gomez Graham Grant Gray Griffin Haas Haddad Hall Hansen Harris Hartmann Hassan Hayes Hoffmann Horvat
	Hughes Ionescu Ivanov Jackson Jansen Johansson Jones Kaczmarek Kaiser Keller Kelly Khan Klein Koch Kovacs Kowalski
	Kruger Lang Larsen Lehmann Lewandowski Lewis Lindgren Lopez Lynch Maier Marin Marques Martinez Mazur McCarthy McKenna
	Meyer Mitchell Moore Moreno Morris Muller Murphy Nagy Neumann Nguyen Nielsen Novak Nowak Olsen Ortega Osman Palmer
	Parker Pavlov Pereira Petrov Pfeiffer Popescu Quinn Ramos Reid Reilly Richter Roberts Rossi Rousseau Ruiz Russell
	Ryan Santos Sauer Schmidt Schneider Schubert Shaw Silva Simmons Sousa Stewart Sullivan Svensson Taylor Thompson Toth
	Tran Turner Vasquez Vogel Wagner Walsh Ward Weber Wilson Winter Wojcik Wood Wright Yilmaz Young Zielinski Zimmermann`)

// domain returns the e-mail domain of a company, below the top-level domain that RFC 2606 reserves for examples. A name
// that it cannot represent exactly gets a hash, because e-mail addresses are unique over all companies.
func domain(company string) string {
	var b strings.Builder
	exact := true
	for _, c := range strings.ToLower(company) {
		switch {
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			b.WriteRune(c)
		case c == ' ' && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		default:
			exact = false
		}
	}
	name := strings.Trim(b.String(), "-")
	if !exact || len(name) > 50 || name == "" {
		h := fnv.New32a()
		_, _ = h.Write([]byte(strings.ToLower(company)))
		name = strings.Trim(fmt.Sprintf("%.40s-%08x", name, h.Sum32()), "-")
	}
	return name + ".example"
}

// staff is the number of users of each role. A manager is responsible for some 960 machines of a large fleet, and for a
// share of a small one.
func staff(equipment, operators int) map[fleet.Role]int {
	managers := max(4, equipment/1000)
	return map[fleet.Role]int{
		fleet.RoleAdmin:    1 + managers/20,
		fleet.RoleManager:  managers,
		fleet.RoleAnalyst:  1 + managers/5,
		fleet.RoleOperator: max(2, min(operators/20, 200)),
	}
}

// newUsers draws the users, managers among them. If lead has an e-mail address, it is the first manager.
func (p *plan) newUsers(lead Lead) {
	r := p.random
	r.start(ofPeople, 0, 0)
	taken := map[string]bool{lead.Email: true}
	counts := staff(p.Equipment, p.Operators)
	for _, role := range fleet.Roles() {
		for i := range counts[role] {
			at := p.atOffice(p.opened+days(r.between(0, 40)), r)
			u := &fleet.User{ID: r.key(at), Role: role, CreatedAt: at.time()}
			u.Name = one(r, firstNames) + " " + one(r, lastNames)
			u.Email = address(u.Name, p.domain, taken)
			if role == fleet.RoleManager && i == 0 && lead.Email != "" {
				u.Name, u.Email = lead.Name, lead.Email
			}
			p.users = append(p.users, u)
			if role == fleet.RoleManager {
				p.managers = append(p.managers, u.ID)
			}
		}
	}
}

// address returns an e-mail address that is not taken yet, and takes it.
func address(name, domain string, taken map[string]bool) string {
	local := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	for n := 1; ; n++ {
		a := local + "@" + domain
		if n > 1 {
			a = fmt.Sprintf("%s%d@%s", local, n, domain)
		}
		if !taken[a] {
			taken[a] = true
			return a
		}
	}
}

// operator holds what assignments depend on.
type operator struct {
	id          fleet.UUID
	hired, left instant // left is 0 while employed
	status      fleet.OperatorStatus
	spare       bool // runs no machine permanently, stands in for others
}

// newOperators draws operators hired over the company's years, ordered by date of hire.
func (p *plan) newOperators() {
	r := p.random
	p.operators = make([]operator, p.Operators)
	for i := range p.operators {
		r.start(ofPeople, i+1, 0)
		part := 1 - (float64(i)+r.Float64())/float64(p.Operators)
		// Most of today's operators were hired in the last years.
		at := p.atOffice(p.now-instant(math.Pow(part, 1.3)*float64(p.now-p.opened)), r)
		o := operator{id: r.key(at), hired: at, status: fleet.OperatorActive, spare: r.chance(0.08)}
		switch employed := p.now - at; {
		case r.chance(0.09 * min(1, employed.years()/2)):
			o.status = fleet.OperatorRetired
			o.left = at + instant(r.between(0.4, 1)*float64(employed))
		case r.chance(0.06):
			o.status = fleet.OperatorInactive
		}
		p.operators[i] = o
	}
	slices.SortStableFunc(p.operators, func(a, b operator) int { return cmp.Compare(a.hired, b.hired) })
}

// licences are formats of operators' cards with an increasing number.
var licences = []string{"CPCS %08d", "NPORS %07d", "NCCCO %09d", "IPAF %07d", "BG-BAU %06d"}

// operatorRows yields the operators.
func (p *plan) operatorRows() iter.Seq[*fleet.Operator] {
	return func(yield func(*fleet.Operator) bool) {
		r := p.random
		for i, planned := range p.operators {
			r.start(ofPeople, i+1, 1)
			o := &fleet.Operator{ID: planned.id, Status: planned.status, Version: 1,
				FirstName: one(r, firstNames), LastName: one(r, lastNames),
				CreatedAt: planned.hired.time(), UpdatedAt: planned.hired.time()}
			if r.chance(0.04) {
				o.LastName += "-" + one(r, lastNames)
			}
			if r.chance(0.93) { // a trainee has no licence yet
				n := 104_729 + i*7 + r.IntN(7)
				licence := fmt.Sprintf(one(r, licences), n)
				o.LicenseNumber = &licence
			}
			if planned.left != 0 {
				o.UpdatedAt, o.Version = planned.left.time(), 2
			}
			if !yield(o) {
				return
			}
		}
	}
}

// hiredBefore returns how many of the operators were hired before t.
func (p *plan) hiredBefore(t instant) int {
	return sort.Search(len(p.operators), func(i int) bool { return p.operators[i].hired >= t })
}
