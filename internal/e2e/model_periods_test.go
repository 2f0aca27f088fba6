package e2e_test

import (
	"time"
)

// until is the moment of a period's end in an answer.
func until(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	return of(at.UTC())
}

func (m *model) assign() {
	id, person := choose(
		m,
		m.machines,
		m.live,
	), choose(
		m,
		m.people,
		func(o *modelPerson) bool { return o.status == "ACTIVE" },
	)
	if id == "" {
		return
	}
	e, o := m.machines[id], m.people[person]
	from, to := m.sometimes(), m.sometimes()
	if m.r.IntN(2) == 0 { // a past period, most often
		from = of(m.begin.Add(time.Duration(m.r.IntN(90)) * time.Hour))
		to = of(from.Add(time.Duration(1+m.r.IntN(9)) * time.Hour))
	}
	in := vars{"equipmentId": id, "operatorId": person, "replace": m.r.IntN(2) == 0}
	put(in, "assignedAt", from)
	put(in, "releasedAt", to)
	p := &period{of: person, from: time.Now(), to: to}
	if from != nil {
		p.from = *from
	}
	var ended, rest *period
	list := append([]*period{}, e.runs...)
	if was := during(e.runs, p.from, false); in["replace"] == true && was != nil {
		if ended = was; to != nil && (was.to == nil || was.to.After(*to)) {
			rest = &period{of: was.of, from: *to, to: was.to}
			list = append(list, rest)
		}
	}
	want := ""
	switch {
	case o.deleted || e.deleted:
		want = "NOT_FOUND"
	case !p.valid():
		want = "INVALID"
	case p.to == nil && (m.status(id) == "RETIRED" || o.status != "ACTIVE"):
		want = "TRANSITION"
	default:
		for _, other := range list {
			shortened := *other
			if other == ended {
				shortened.to = of(p.from)
			}
			if shortened.overlaps(p) {
				want = "OVERLAP"
			}
		}
	}
	if a := m.send("assignOperator", "assignment", in, want); a != nil {
		p.id, p.from, p.to = a.Assignment.ID, a.Assignment.AssignedAt.UTC(), until(a.Assignment.ReleasedAt)
		if ended != nil {
			ended.to = of(p.from)
		}
		if e.runs = append(e.runs, p); rest != nil {
			e.runs = append(e.runs, rest)
		}
	}
	m.done()
}

func (m *model) release() {
	id := choose(
		m,
		m.machines,
		func(e *modelMachine) bool { return !e.deleted && during(e.runs, time.Now(), true) != nil },
	)
	if id == "" {
		return
	}
	e, in, at, want := m.machines[id], vars{"equipmentId": id}, m.sometimes(), ""
	put(in, "releasedAt", at)
	var open *period
	for _, p := range e.runs {
		if p.open() {
			open = p
		}
	}
	if m.r.IntN(3) == 0 {
		in["operatorId"] = choose(m, m.people, func(*modelPerson) bool { return true })
	}
	switch {
	case e.deleted:
		want = "NOT_FOUND"
	case open == nil, in["operatorId"] != nil && in["operatorId"] != open.of:
		want = "TRANSITION"
	case at != nil && !(&period{from: open.from, to: at}).valid():
		want = "INVALID"
	}
	if a := m.send("releaseOperator", "assignment", in, want); a != nil {
		open.to = until(a.Assignment.ReleasedAt)
	}
	m.done()
}

func (m *model) correctAssignment() {
	id := choose(m, m.periods(runsOf), func(*period) bool { return true })
	e, machine, was := m.found(id, runsOf)
	if was == nil {
		return
	}
	in, p := vars{"assignmentId": id, "reason": "mistyped"}, *was
	if m.r.IntN(3) == 0 {
		p.of = choose(m, m.people, func(*modelPerson) bool { return true })
		in["operatorId"] = p.of
	}
	m.mendPeriod(&p, in, "assignedAt", "releasedAt")
	want := ""
	switch {
	case m.people[p.of].deleted || e.deleted:
		want = "NOT_FOUND"
	case !p.valid():
		want = "INVALID"
	case p.to == nil && (m.status(machine) == "RETIRED" || m.people[p.of].status != "ACTIVE"):
		want = "TRANSITION"
	case !fits(e.runs, &p):
		want = "OVERLAP"
	}
	if m.send("correctAssignment", "assignment", in, want) != nil {
		*was = p
	}
	m.done()
}

// mendPeriod changes the beginning or the end of a period, or opens it, and says so in the input.
func (m *model) mendPeriod(p *period, in vars, beginning, end string) {
	if m.r.IntN(3) == 0 {
		p.from = m.at()
		put(in, beginning, &p.from)
	}
	switch m.r.IntN(4) {
	case 0:
		p.to, in[end] = nil, nil
	case 1:
		p.to = of(m.at())
		put(in, end, p.to)
	}
}

func (m *model) deleteAssignment() {
	id := choose(m, m.periods(runsOf), func(*period) bool { return true })
	e, _, was := m.found(id, runsOf)
	if was == nil || m.r.IntN(2) == 0 { // or there would be few
		return
	}
	want := ""
	if e.deleted {
		want = "NOT_FOUND"
	}
	if m.send("deleteAssignment", "deleted", vars{"assignmentId": id, "reason": "never happened"}, want) != nil {
		e.runs = minus(e.runs, was)
	}
	m.done()
}

func (m *model) move() {
	id := choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	e, in, at, want := m.machines[id], vars{"equipmentId": id}, m.sometimes(), ""
	put(in, "movedAt", at)
	moment := time.Now()
	if at != nil {
		moment = *at
	}
	site := ""
	if m.r.IntN(6) > 0 {
		site = choose(m, m.places, func(s *modelPlace) bool { return !s.deleted })
		in["siteId"] = site
	}
	was := during(e.stays, moment, true)
	p := &period{of: site, from: moment}
	if was != nil {
		p.to = was.to
	} else {
		for _, next := range e.stays {
			if next.from.After(moment) && (p.to == nil || next.from.Before(*p.to)) {
				p.to = of(next.from)
			}
		}
	}
	switch {
	case e.deleted || site != "" && m.places[site].deleted:
		want = "NOT_FOUND"
	case moment.After(time.Now()):
		want = "INVALID"
	case was == nil && site == "" || was != nil && was.of == site:
		want = "TRANSITION"
	case was != nil && was.from.Equal(moment):
		want = "OVERLAP"
	}
	if a := m.send("moveEquipment", "siteMove", in, want); a != nil {
		switch {
		case a.SiteMove != nil:
			p.id, p.from = a.SiteMove.ID, a.SiteMove.ArrivedAt.UTC()
			if e.stays = append(e.stays, p); was != nil {
				was.to = of(p.from)
			}
		case at == nil:
			was.pending = true
		default:
			was.to = at
		}
	}
	m.done()
}

func (m *model) correctMove() {
	id := choose(m, m.periods(staysOf), func(*period) bool { return true })
	e, _, was := m.found(id, staysOf)
	if was == nil {
		return
	}
	in, p := vars{"siteMoveId": id, "reason": "mistyped"}, *was
	if m.r.IntN(3) == 0 {
		p.of = choose(m, m.places, func(*modelPlace) bool { return true })
		in["siteId"] = p.of
	}
	m.mendPeriod(&p, in, "arrivedAt", "leftAt")
	want := ""
	switch {
	case m.places[p.of].deleted || e.deleted:
		want = "NOT_FOUND"
	case !p.valid():
		want = "INVALID"
	case !fits(e.stays, &p):
		want = "OVERLAP"
	}
	if m.send("correctSiteMove", "siteMove", in, want) != nil {
		*was = p
	}
	m.done()
}

func (m *model) deleteMove() {
	id := choose(m, m.periods(staysOf), func(*period) bool { return true })
	e, _, was := m.found(id, staysOf)
	if was == nil {
		return
	}
	want := ""
	if e.deleted {
		want = "NOT_FOUND"
	}
	if m.send("deleteSiteMove", "deleted", vars{"siteMoveId": id, "reason": "never happened"}, want) != nil {
		e.stays = minus(e.stays, was)
	}
	m.done()
}
