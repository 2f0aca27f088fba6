package e2e_test

import "slices"

// modelMerge is the merge of a machine into another one, and what has moved with it.
type modelMerge struct {
	into              string
	runs, stays       []*period
	plans             []*modelPlan
	records, readings []string
}

// belong returns the ids of those rows that belong to a machine.
func belong[V any](rows map[string]V, is func(V) bool) (ids []string) {
	for id, row := range rows {
		if is(row) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (m *model) readingsOf(machine string) []string {
	return belong(m.readings, func(of string) bool { return of == machine })
}

// merge merges two machines. Which readings cannot be those of one meter is left to the rules of the rows.
func (m *model) merge() {
	id, other := choose(m, m.machines, m.live), choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	e, d := m.machines[id], m.machines[other]
	in, want := vars{"equipmentId": id, "duplicateId": other, "confirm": m.r.IntN(2) == 0}, []string{""}
	if len(m.readingsOf(id)) > 0 && len(m.readingsOf(other)) > 0 {
		want = append(want, "TAKEN", "DECREASING", "IMPLAUSIBLE")
	}
	if m.r.IntN(12) == 0 {
		in["expectedDuplicateVersion"] = m.version("equipment", other) + 1
	}
	retired := m.status(id) == "RETIRED"
	switch {
	case id == other:
		want = []string{"INVALID"}
	case e.deleted || d.deleted:
		want = []string{"NOT_FOUND"}
	case in["expectedDuplicateVersion"] != nil:
		want = []string{"STALE_VERSION"}
	case retired && (m.openWork(other) > 0 || slices.ContainsFunc(d.runs, (*period).open)):
		want = []string{"TRANSITION"}
	case meet(e.runs, d.runs):
		want = []string{"OVERLAP"}
	case retired && slices.ContainsFunc(d.plans, (*modelPlan).open):
		want = []string{"TRANSITION"}
	case plansMeet(e.plans, d.plans), meet(e.stays, d.stays):
		want = []string{"OVERLAP"}
	}
	if m.send("mergeEquipment", "equipment", in, want...) != nil {
		moved := &modelMerge{id, d.runs, d.stays, d.plans,
			belong(m.records, func(r *modelRecord) bool { return r.machine == other }), m.readingsOf(other)}
		e.runs, e.stays, e.plans = append(e.runs, d.runs...), append(e.stays, d.stays...), append(e.plans, d.plans...)
		d.runs, d.stays, d.plans, d.deleted, d.merged = nil, nil, nil, true, moved
		m.moveRows(moved, other, id)
	}
	m.done()
}

// moveRows moves the records and readings of a merge that one machine has to the other one.
func (m *model) moveRows(of *modelMerge, from, to string) {
	for _, id := range of.records {
		if r := m.records[id]; r != nil && r.machine == from {
			r.machine = to
		}
	}
	for _, id := range of.readings {
		if m.readings[id] == from {
			m.readings[id] = to
		}
	}
}

// meet reports whether a period of one list overlaps one of the other.
func meet(a, b []*period) bool {
	return slices.ContainsFunc(a, func(p *period) bool { return !fits(b, p) })
}

// unmerge takes a merge back. Which readings that stay would decrease is left to the rules of the rows.
func (m *model) unmerge() {
	id := choose(m, m.machines, func(e *modelMachine) bool { return e.merged != nil })
	if id == "" {
		return
	}
	d, in, want := m.machines[id], vars{"duplicateId": id}, []string{""}
	if d.merged == nil {
		m.send("undoMergeEquipment", "equipment", in, "TRANSITION")
		m.done()
		return
	}
	of, e := d.merged, m.machines[d.merged.into]
	back := &modelMerge{of.into, both(e.runs, of.runs), both(e.stays, of.stays), both(e.plans, of.plans), of.records,
		of.readings}
	for _, name := range belong(m.records, func(r *modelRecord) bool { return r.reversal != "" }) {
		if r := m.records[name]; slices.Contains(of.records, r.reversal) && m.records[r.reversal].machine == of.into {
			back.records = append(back.records, name) // a reversal stays with what it reverses
		}
	}
	if len(m.readingsOf(of.into)) > 0 {
		want = append(want, "DECREASING")
	}
	open := slices.ContainsFunc(back.records, func(name string) bool {
		r := m.records[name]
		return r != nil && r.machine == of.into && !r.deleted && r.open()
	})
	switch {
	case e.deleted:
		want = []string{"NOT_FOUND"}
	case d.base == "RETIRED" && (open || slices.ContainsFunc(back.runs, (*period).open)):
		want[0] = "TRANSITION"
	}
	if m.send("undoMergeEquipment", "equipment", in, want...) != nil {
		m.moveRows(back, of.into, id)
		d.runs, d.stays, d.plans, d.deleted, d.merged = back.runs, back.stays, back.plans, false, nil
		e.runs, e.stays, e.plans = minus(e.runs, back.runs...), minus(e.stays, back.stays...), minus(e.plans, back.plans...)
	}
	m.done()
}

// both are the rows that are in two lists.
func both[V comparable](a, b []V) (rows []V) {
	for _, row := range a {
		if slices.Contains(b, row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// minus are the rows of a list without some.
func minus[V comparable](list []V, others ...V) (rows []V) {
	for _, row := range list {
		if !slices.Contains(others, row) {
			rows = append(rows, row)
		}
	}
	return rows
}
