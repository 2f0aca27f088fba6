package e2e_test

import (
	"fmt"
	"slices"
	"time"
)

// dates adds some of the dates and values of work to an input, that may not fit together.
func (m *model) dates(in vars, fields ...string) {
	for _, field := range fields {
		switch m.r.IntN(3) {
		case 0:
			put(in, field, of(m.at()))
		case 1:
			if in["expectedVersion"] != nil && m.r.IntN(4) == 0 {
				in[field] = nil
			}
		}
	}
	if m.r.IntN(3) == 0 {
		in["cost"] = fmt.Sprintf("%d.%02d", m.r.IntN(500), m.r.IntN(100))
	}
	if m.r.IntN(8) == 0 {
		in["meterHours"] = m.hours()
		in["confirm"] = true
	}
	if m.r.IntN(6) == 0 {
		in["maintenanceDate"] = m.at().Format(time.DateOnly)
	}
}

// stops adds a downtime that fits to the status, most often, and a cost.
func (m *model) stops(in vars, status string) {
	in["cost"] = fmt.Sprintf("%d.%02d", m.r.IntN(500), m.r.IntN(100))
	if m.r.IntN(3) == 0 {
		return
	}
	from := m.begin.Add(time.Duration(m.r.IntN(90)) * time.Hour)
	put(in, "downFrom", &from)
	switch ended := status == "COMPLETED" || status == "CANCELLED"; {
	case ended:
		put(in, "downTo", of(from.Add(time.Duration(m.r.IntN(9))*time.Hour)))
	case m.r.IntN(3) == 0: // expected
		put(in, "downTo", of(time.Now().Add(5*time.Hour)))
	case m.r.IntN(4) == 0: // recorded ahead
		put(in, "downFrom", of(time.Now().Add(5*time.Hour)))
		put(in, "downTo", of(time.Now().Add(9*time.Hour)))
	}
}

// follow takes over what a mutation has made of a record. What the model knows of it is compared first.
func (m *model) follow(p *modelPayload, machine string, status ...string) {
	m.t.Helper()
	r := p.MaintenanceRecord
	if r.Equipment == nil || r.Equipment.ID != machine || !slices.Contains(status, r.Status) {
		m.t.Errorf("the record is %+v, want one of %s that is %v", r, machine, status)
		return
	}
	known := m.records[r.ID]
	if known == nil {
		known = &modelRecord{}
		m.records[r.ID] = known
	}
	known.machine, known.status, known.downFrom, known.downTo, known.expected = machine, r.Status, r.DownFrom, r.DownTo,
		r.DownToExpected
}

func (m *model) record() {
	id := choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	status := []string{"PLANNED", "PLANNED", "IN_PROGRESS", "IN_PROGRESS", "COMPLETED", "CANCELLED"}[m.r.IntN(6)]
	in := vars{"equipmentId": id, "kind": "CORRECTIVE", "status": status}
	if m.r.IntN(3) == 0 {
		m.dates(in, "downFrom", "downTo", "startedAt", "completedAt")
	} else {
		m.stops(in, status)
	}
	if status == "PLANNED" || status == "CANCELLED" {
		in["dueDate"] = m.at().Format(time.DateOnly)
	}
	want, original := []string{"", "INVALID"}, ""
	if m.r.IntN(5) == 0 && in["meterHours"] == nil { // a reversal
		original = choose(
			m,
			m.records,
			func(r *modelRecord) bool { return r.machine == id && !r.deleted && r.reversal == "" },
		)
		if original != "" {
			in["reversalOfId"], in["cost"] = original, "-1"
			want = append(want, m.reversing(id, original))
		}
	}
	switch {
	case m.machines[id].deleted:
		want = []string{"NOT_FOUND"}
	case slices.Contains(want, "NOT_FOUND"), slices.Contains(want, "TRANSITION"), slices.Contains(want, "TAKEN"):
		want = want[1:]
	}
	if m.status(id) == "RETIRED" && (status == "PLANNED" || status == "IN_PROGRESS") && want[0] != "NOT_FOUND" {
		want = append(slices.DeleteFunc(want, func(w string) bool { return w == "" }), "TRANSITION")
	}
	if p := m.send("recordMaintenance", "record", in, want...); p != nil {
		m.follow(p, id, status)
		m.records[p.MaintenanceRecord.ID].reversal = original
	}
	m.done()
}

// reversing is how the reversal of a record is refused, "" if it is not.
func (m *model) reversing(machine, of string) string {
	r := m.records[of]
	switch {
	case r.deleted:
		return "NOT_FOUND"
	case r.machine != machine, r.reversal != "":
		return "TRANSITION"
	case m.reversed(of):
		return "TAKEN"
	}
	return ""
}

// reversed reports whether a record has a live reversal.
func (m *model) reversed(id string) bool {
	for _, r := range m.records {
		if r.reversal == id && !r.deleted {
			return true
		}
	}
	return false
}

// taken chooses a record for a step, of some that it is possible for. gone is whether it or its machine is deleted.
func (m *model) taken(like func(*modelRecord) bool) (id string, r *modelRecord, gone bool) {
	id = choose(m, m.records, func(r *modelRecord) bool { return !r.deleted && !m.machines[r.machine].deleted && like(r) })
	if id == "" {
		return "", nil, false
	}
	r = m.records[id]
	return id, r, r.deleted || m.machines[r.machine].deleted
}

// take is one of the steps of a record's life.
func (m *model) take(mutation, status string, in vars, like func(*modelRecord) bool) {
	m.t.Helper()
	id, r, gone := m.taken(like)
	if id == "" {
		return
	}
	in["maintenanceRecordId"] = id
	want := []string{"", "INVALID"}
	switch {
	case gone:
		want = []string{"NOT_FOUND"}
	case !like(r):
		want = []string{"TRANSITION"}
	}
	if p := m.send(mutation, "record", in, want...); p != nil {
		m.follow(p, r.machine, status)
	}
	m.done()
}

func (m *model) start() {
	in := vars{"stopsMachine": m.r.IntN(2) == 0}
	if m.r.IntN(2) == 0 {
		put(in, "startedAt", m.sometimes())
	}
	m.take("startMaintenance", "IN_PROGRESS", in, func(r *modelRecord) bool { return r.status == "PLANNED" })
}

func (m *model) complete() {
	in := vars{}
	if m.r.IntN(2) == 0 {
		m.dates(in, "completedAt", "downFrom", "downTo")
	}
	m.take("completeMaintenance", "COMPLETED", in, (*modelRecord).open)
}

func (m *model) cancel() { m.take("cancelMaintenance", "CANCELLED", vars{}, (*modelRecord).open) }

func (m *model) correct() {
	id, r, gone := m.taken(func(*modelRecord) bool { return true })
	if id == "" {
		return
	}
	in := vars{"maintenanceRecordId": id, "expectedVersion": m.version("maintenance_records", id)}
	m.dates(in, "startedAt", "completedAt", "downFrom", "downTo")
	want := []string{"", "INVALID"}
	switch {
	case gone:
		want = []string{"NOT_FOUND"}
	case m.r.IntN(12) == 0:
		in["expectedVersion"], want = in["expectedVersion"].(int)+1, []string{"STALE_VERSION"}
	}
	if p := m.send("correctMaintenance", "record", in, want...); p != nil {
		m.follow(p, r.machine, r.status)
	}
	m.done()
}

// reopen never fails for values: they were those of work that was open.
func (m *model) reopen() {
	ended := func(r *modelRecord) bool { return !r.open() }
	id, r, gone := m.taken(ended)
	if id == "" {
		return
	}
	want := ""
	switch {
	case gone:
		want = "NOT_FOUND"
	case !ended(r), m.status(r.machine) == "RETIRED":
		want = "TRANSITION"
	}
	statuses := []string{"IN_PROGRESS"}
	if r.status == "CANCELLED" {
		statuses = append(statuses, "PLANNED")
	}
	if p := m.send("reopenMaintenance", "record", vars{"maintenanceRecordId": id, "reason": "not done yet",
		"stopsMachine": m.r.IntN(2) == 0}, want); p != nil {
		m.follow(p, r.machine, statuses...)
	}
	m.done()
}

func (m *model) deleteRecord() {
	id, r, gone := m.taken(func(*modelRecord) bool { return true })
	if id == "" {
		return
	}
	want := ""
	switch {
	case gone:
		want = "NOT_FOUND"
	case m.reversed(id):
		want = "IN_USE"
	}
	if m.send("deleteMaintenance", "deleted", vars{"maintenanceRecordId": id, "reason": "twice"}, want) != nil {
		r.deleted = true
	}
	m.done()
}

func (m *model) restoreRecord() {
	id := choose(m, m.records, func(r *modelRecord) bool { return r.deleted })
	if id == "" {
		return
	}
	r, want := m.records[id], ""
	switch {
	case m.machines[r.machine].deleted:
		want = "NOT_FOUND"
	case !r.deleted:
	case r.open() && m.status(r.machine) == "RETIRED":
		want = "TRANSITION"
	case r.reversal != "":
		want = m.reversing(r.machine, r.reversal)
	}
	if m.send("restoreMaintenance", "record", vars{"maintenanceRecordId": id}, want) != nil {
		r.deleted = false
	}
	m.done()
}

func (m *model) moveRecord() {
	id, r, gone := m.taken(func(*modelRecord) bool { return true })
	if id == "" {
		return
	}
	to, want := choose(m, m.machines, m.live), ""
	switch {
	case gone, m.machines[to].deleted:
		want = "NOT_FOUND"
	case to == r.machine:
	case r.reversal != "", m.reversed(id):
		want = "IN_USE"
	case r.open() && m.status(to) == "RETIRED":
		want = "TRANSITION"
	}
	if p := m.send("moveMaintenance", "record", vars{"maintenanceRecordId": id, "equipmentId": to, "reason": "misread",
		"confirm": true}, want); p != nil {
		m.follow(p, to, r.status)
	}
	m.done()
}

// timePasses until a downtime that was recorded ahead begins, and the server has noticed it.
func (m *model) timePasses() {
	id := choose(m, m.records, func(r *modelRecord) bool {
		return !r.deleted && r.open() && r.downFrom != nil && r.downFrom.After(time.Now())
	})
	if r := m.records[id]; r == nil || r.deleted || !r.open() || r.downFrom == nil || !r.downFrom.After(time.Now()) {
		return
	} else {
		r.downFrom = of(time.Now().Add(-time.Minute).UTC().Truncate(time.Second))
		m.exec(`UPDATE maintenance_records SET down_from = $2 WHERE id = $1`, [16]byte(keyOf(id)), *r.downFrom)
	}
	if _, err := m.store.BeginDowntimes(m.t.Context()); err != nil {
		m.t.Error(err)
	}
	m.steps = append(m.steps, "the downtime of "+id+" begins")
	m.rows, m.entries = m.look()
	m.done()
}
