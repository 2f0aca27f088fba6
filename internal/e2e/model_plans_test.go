package e2e_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// modelPlan is a plan of an assignment.
type modelPlan struct {
	id, person string // the operator, "" for none
	from       time.Time
	to         *time.Time
	status     string
	returnsTo  string // the operator of before, once it has started
}

func (p *modelPlan) open() bool { return p.status == "PLANNED" || p.status == "STARTED" }

// due is when something is to be done.
func (p *modelPlan) due() time.Time {
	if p.status == "STARTED" {
		return *p.to
	}
	return p.from
}

// overlaps reports whether two plans take one time. One without an end takes its beginning alone.
func (p *modelPlan) overlaps(o *modelPlan) bool {
	takes := func(p *modelPlan, at time.Time) bool {
		return at.Equal(p.from) || p.to != nil && at.After(p.from) && at.Before(*p.to)
	}
	return takes(p, o.from) || takes(o, p.from)
}

// plansMeet reports whether an open plan of one list overlaps one of the other.
func plansMeet(a, b []*modelPlan) bool {
	return slices.ContainsFunc(a, func(p *modelPlan) bool {
		return p.open() && slices.ContainsFunc(b, func(o *modelPlan) bool { return o.open() && p.overlaps(o) })
	})
}

// drop drops the open plans that it is true of.
func drop(plans []*modelPlan, of func(*modelPlan) bool) {
	for _, p := range plans {
		if p.open() && of(p) {
			p.status = "DROPPED"
		}
	}
}

func (m *model) plan() {
	id := choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	e, p := m.machines[id], &modelPlan{from: m.begin.Add(time.Duration(99+m.r.IntN(12)) * time.Hour), status: "PLANNED"}
	in, want := vars{"equipmentId": id, "startsAt": p.from.Format(time.RFC3339)}, ""
	if m.r.IntN(4) > 0 {
		p.person = choose(m, m.people, func(o *modelPerson) bool { return o.status == "ACTIVE" && !o.deleted })
		in["operatorId"] = p.person
	}
	if m.r.IntN(3) > 0 {
		p.to = of(p.from.Add(time.Duration(m.r.IntN(5)) * time.Hour))
		put(in, "endsAt", p.to)
	}
	o := m.people[p.person]
	switch {
	case e.deleted, o != nil && o.deleted:
		want = "NOT_FOUND"
	case !p.from.After(time.Now()), p.to != nil && !p.to.After(p.from):
		want = "INVALID"
	case m.status(id) == "RETIRED", o != nil && o.status == "RETIRED":
		want = "TRANSITION"
	case plansMeet([]*modelPlan{p}, e.plans):
		want = "OVERLAP"
	}
	if a := m.send("planAssignment", "plan", in, want); a != nil {
		p.id = a.AssignmentPlan.ID
		e.plans = append(e.plans, p)
	}
	m.done()
}

// plans are those of all machines, by their ids.
func (m *model) plans() map[string]*modelPlan {
	all := map[string]*modelPlan{}
	for _, e := range m.machines {
		for _, p := range e.plans {
			all[p.id] = p
		}
	}
	return all
}

func (m *model) cancelPlan() {
	id := choose(m, m.plans(), (*modelPlan).open)
	if id == "" || m.r.IntN(2) == 0 { // or few would be carried out
		return
	}
	p, want := m.plans()[id], ""
	if !p.open() {
		want = "TRANSITION"
	}
	if m.send("cancelAssignmentPlan", "plan", vars{"assignmentPlanId": id}, want) != nil {
		p.status = "CANCELLED"
	}
	m.done()
}

// plansBecomeDue moves the plans of a machine back by some hours, as if these had passed, and carries out what is due.
func (m *model) plansBecomeDue() {
	hasPlans := func(e *modelMachine) bool { return slices.ContainsFunc(e.plans, (*modelPlan).open) }
	id := choose(m, m.machines, hasPlans)
	if id == "" || !hasPlans(m.machines[id]) {
		return
	}
	e, hours := m.machines[id], time.Duration(1+m.r.IntN(10))*time.Hour
	slices.SortFunc(e.plans, func(a, b *modelPlan) int { return a.from.Compare(b.from) })
	// All at once for the server's own job, and the first one first, or one would overlap the one before it meanwhile.
	if err := pgx.BeginFunc(m.t.Context(), m.conn, func(tx pgx.Tx) error {
		for _, p := range e.plans {
			if !p.open() {
				continue
			}
			p.from = p.from.Add(-hours)
			if p.to != nil {
				p.to = of(p.to.Add(-hours))
			}
			if _, err := tx.Exec(m.t.Context(), `UPDATE assignment_plans SET starts_at = $2, ends_at = $3 WHERE id = $1`,
				[16]byte(keyOf(p.id)), p.from, p.to); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		m.t.Fatal(err)
	}
	// The server's own job may be at it: then there is nothing left to do, or it is waited for.
	for due := 1; due > 0; {
		if _, err := m.store.CarryOutAssignmentPlans(m.t.Context(), nil); err != nil {
			m.t.Fatal(err)
		}
		m.scan(`SELECT count(*) FROM assignment_plans WHERE due_at <= now()`, []any{&due})
	}
	for m.advance(e, id) {
		continue
	}
	m.steps = append(m.steps, fmt.Sprintf("%v pass for the plans of %s", hours, id))
	m.rows, m.entries = m.look()
	m.done()
}

// advance follows what the first due plan of a machine calls for, and reports whether there was one.
func (m *model) advance(e *modelMachine, machine string) bool {
	var p *modelPlan
	for _, other := range e.plans {
		if other.open() && !other.due().After(time.Now()) && (p == nil || cmp.Or(other.due().Compare(p.due()),
			cmp.Compare(other.status, p.status)) < 0) { // PLANNED comes before STARTED
			p = other
		}
	}
	if p == nil {
		return false
	}
	at, has := p.due(), ""
	for _, run := range e.runs {
		if run.open() {
			has = run.of
		}
		if !run.from.Before(at) { // assigned by hand
			p.status = "DROPPED"
			return true
		}
	}
	runs := func(p *modelPlan) bool { return has == "" || has == p.person }
	switch {
	case p.status == "STARTED" && !runs(p) && has != p.returnsTo:
		p.status = "DROPPED"
	case p.status == "STARTED":
		p.status = "CARRIED_OUT"
		if o := m.people[p.returnsTo]; o != nil && has != p.returnsTo && (o.deleted || o.status != "ACTIVE") {
			p.status = "DROPPED"
			e.handOver("", at)
		} else if has != p.returnsTo {
			e.handOver(p.returnsTo, at)
		}
	case p.person != "" && has != p.person && (m.people[p.person].deleted || m.people[p.person].status != "ACTIVE" ||
		m.status(machine) == "RETIRED"):
		p.status = "DROPPED"
	default:
		p.returnsTo = has
		for _, other := range e.plans {
			if other.status == "STARTED" && other.to.Equal(at) && runs(other) {
				p.returnsTo, other.status = other.returnsTo, "CARRIED_OUT"
			}
		}
		if has != p.person {
			e.handOver(p.person, at)
		}
		if p.status = "STARTED"; p.to == nil {
			p.status = "CARRIED_OUT"
		}
	}
	return true
}

// handOver gives a machine to an operator, or to none, from a moment on.
func (e *modelMachine) handOver(person string, at time.Time) {
	was := during(e.runs, at, false)
	if was != nil && (person != "" || was.to == nil) {
		was.to = of(at)
	}
	if person != "" {
		e.runs = append(e.runs, &period{of: person, from: at})
	}
}

// checkPlans compares the plans with the rows.
func (m *model) checkPlans() {
	m.t.Helper()
	rows, _ := m.conn.Query(m.t.Context(), `SELECT id, equipment_id, coalesce(operator_id, $1), starts_at, ends_at, status,
		coalesce(returns_to, $1) FROM assignment_plans`, [16]byte{})
	n, idOf := 0, func(key [16]byte) string {
		if key == [16]byte{} {
			return ""
		}
		return fleet.GlobalID(fleet.KindOperator, fleet.UUID(key))
	}
	var id, machine, person, before [16]byte
	var row modelPlan
	if _, err := pgx.ForEachRow(
		rows,
		[]any{&id, &machine, &person, &row.from, &row.to, &row.status, &before},
		func() error {
			row.id, row.person = fleet.GlobalID(fleet.KindAssignmentPlan, fleet.UUID(id)), idOf(person)
			var p *modelPlan
			if e := m.machines[fleet.GlobalID(fleet.KindEquipment, fleet.UUID(machine))]; e != nil {
				if i := slices.IndexFunc(e.plans, func(p *modelPlan) bool { return p.id == row.id }); i >= 0 {
					p = e.plans[i]
				}
			}
			if n++; p == nil || p.person != row.person || p.status != row.status || !p.from.Equal(row.from) ||
				moment(p.to) != moment(row.to) || p.status == "STARTED" && p.returnsTo != idOf(before) {
				m.t.Errorf("the plan %+v, after which %q returns, is %+v in the model", row, idOf(before), p)
			}
			return nil
		},
	); err != nil {
		m.t.Fatal(err)
	}
	if all := m.plans(); len(all) != n {
		m.t.Errorf("there are %d plans, and %d in the model", n, len(all))
	}
}
