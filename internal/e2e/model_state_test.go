package e2e_test

import (
	"slices"
	"time"
)

// period is one in which an operator runs a machine, or a machine is at a site.
type period struct {
	id, of  string // the row, and its operator or site
	from    time.Time
	to      *time.Time
	pending bool // it has ended now, at a moment of the server
}

func (p *period) open() bool { return p.to == nil && !p.pending }

func (p *period) overlaps(o *period) bool {
	return (p.to == nil || p.to.After(o.from)) && (o.to == nil || o.to.After(p.from))
}

// modelMachine is a machine. base is the status that a person gave it last.
type modelMachine struct {
	base    string
	deleted bool
	runs    []*period // by operators
	stays   []*period // at sites
	plans   []*modelPlan
	merged  *modelMerge // into another machine
}

type modelPerson struct {
	status  string
	deleted bool
}

type modelPlace struct{ deleted bool }

type modelRecord struct {
	machine, status  string
	deleted          bool
	downFrom, downTo *time.Time
	expected         bool
	reversal         string // the record that it reverses
}

func (r *modelRecord) open() bool { return r.status == "PLANNED" || r.status == "IN_PROGRESS" }

// down reports whether live work keeps a machine from running now.
func (m *model) down(machine string) bool {
	for _, r := range m.records {
		if r.machine == machine && !r.deleted && r.open() && r.downFrom != nil && !r.downFrom.After(time.Now()) &&
			(r.downTo == nil || r.expected) {
			return true
		}
	}
	return false
}

// status is that of a machine: what a person has said, unless its work keeps it from running.
func (m *model) status(id string) string {
	e := m.machines[id]
	if (e.base == "ACTIVE" || e.base == "INACTIVE") && m.down(id) {
		return "MAINTENANCE"
	}
	return e.base
}

// openWork is the number of live records of a machine that are planned or in progress.
func (m *model) openWork(machine string) (n int) {
	for _, r := range m.records {
		if r.machine == machine && !r.deleted && r.open() {
			n++
		}
	}
	return n
}

// end follows what retiring or deleting a machine ends.
func (m *model) end(machine string) {
	for _, r := range m.records {
		if r.machine == machine && !r.deleted && r.open() {
			r.status = "CANCELLED"
		}
	}
	endNow(m.machines[machine].runs, func(*period) bool { return true })
	drop(m.machines[machine].plans, func(*modelPlan) bool { return true })
}

// endNow ends the open periods that it is true of, now.
func endNow(list []*period, of func(*period) bool) {
	for _, p := range list {
		if p.open() && of(p) {
			p.pending = true
		}
	}
}

// leave follows that an operator loses all machines. One that has left for good is not planned for any either.
func (m *model) leave(person string) {
	o := m.people[person]
	for _, e := range m.machines {
		endNow(e.runs, func(p *period) bool { return p.of == person })
		if o.deleted || o.status == "RETIRED" {
			drop(e.plans, func(p *modelPlan) bool { return p.person == person && p.status == "PLANNED" })
		}
	}
}

// during is the period that a moment lies in; of one that begins then, only if begins says so.
func during(list []*period, at time.Time, begins bool) *period {
	for _, p := range list {
		if (p.from.Before(at) || begins && p.from.Equal(at)) && (p.to == nil || p.to.After(at)) {
			return p
		}
	}
	return nil
}

// fits reports whether a period overlaps no other of the list.
func fits(list []*period, of *period) bool {
	return !slices.ContainsFunc(list, func(p *period) bool { return p != of && p.id != of.id && p.overlaps(of) })
}

// valid reports whether a period has passed, up to now.
func (p *period) valid() bool {
	now := time.Now()
	return !p.from.After(now) && (p.to == nil || p.to.After(p.from) && !p.to.After(now))
}

// found returns the machine and the period of an id.
func (m *model) found(id string, of func(*modelMachine) []*period) (*modelMachine, string, *period) {
	for name, e := range m.machines {
		for _, p := range of(e) {
			if p.id == id {
				return e, name, p
			}
		}
	}
	return nil, "", nil
}

func runsOf(e *modelMachine) []*period  { return e.runs }
func staysOf(e *modelMachine) []*period { return e.stays }

// periods are those of all machines, by their ids.
func (m *model) periods(of func(*modelMachine) []*period) map[string]*period {
	all := map[string]*period{}
	for _, e := range m.machines {
		for _, p := range of(e) {
			all[p.id] = p
		}
	}
	return all
}
