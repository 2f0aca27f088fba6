package e2e_test

import (
	"fmt"
	"time"
)

var statuses = []string{"ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE", "INACTIVE", "MAINTENANCE", "RETIRED"}

func (m *model) live(e *modelMachine) bool { return !e.deleted }

func (m *model) createMachine() {
	if len(m.machines) > 6 {
		return
	}
	in := vars{
		"name":     fmt.Sprint("Machine ", m.r.IntN(100)),
		"category": "Crane",
		"status":   statuses[m.r.IntN(len(statuses))],
		"cost":     fmt.Sprint(m.r.IntN(1000)),
	}
	if p := m.send("createEquipment", "equipment", in, ""); p != nil {
		m.machines[p.Equipment.ID] = &modelMachine{base: in["status"].(string)}
	}
	m.done()
}

// version is that of a row.
func (m *model) version(table, id string) (v int) {
	m.t.Helper()
	m.scan(`SELECT coalesce((SELECT version FROM `+table+` WHERE id = $1), 1)`, []any{&v}, [16]byte(keyOf(id)))
	return v
}

// updateMachine gives a machine a status, most often; a stale version is refused.
func (m *model) updateMachine() {
	id := choose(m, m.machines, m.live)
	e, next := m.machines[id], statuses[m.r.IntN(len(statuses))]
	in := vars{"equipmentId": id, "expectedVersion": m.version("equipment", id)}
	if m.r.IntN(5) > 0 {
		in["status"] = next
	} else {
		in["cost"], next = fmt.Sprint(m.r.IntN(3)), ""
	}
	want, is := "", ""
	if e != nil {
		is = m.status(id)
	}
	switch {
	case e == nil:
		return
	case e.deleted:
		want = "NOT_FOUND"
	case m.r.IntN(12) == 0:
		in["expectedVersion"], want = in["expectedVersion"].(int)+1, "STALE_VERSION"
	case next == "" || next == is:
	case is == "RETIRED" && next != "INACTIVE":
		want = "TRANSITION"
	case (next == "ACTIVE" || next == "INACTIVE") && m.down(id):
		want = "IN_USE"
	}
	if m.send("updateEquipment", "equipment", in, want) != nil && next != "" {
		e.base = next
		if next == "RETIRED" && is != next {
			m.end(id)
		}
	}
	m.done()
}

func (m *model) deleteMachine() {
	id := choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	e, in, want := m.machines[id], vars{"equipmentId": id}, ""
	if m.r.IntN(2) == 0 {
		in["openWork"] = "CANCEL"
	}
	switch {
	case e.deleted:
		want = "NOT_FOUND"
	case m.openWork(id) > 0 && in["openWork"] == nil:
		want = "IN_USE"
	}
	if m.send("deleteEquipment", "deleted", in, want) != nil {
		e.deleted = true
		m.end(id)
	}
	m.done()
}

func (m *model) restoreMachine() {
	id := choose(m, m.machines, func(e *modelMachine) bool { return e.deleted })
	if id == "" {
		return
	}
	want := ""
	if m.machines[id].merged != nil {
		want = "TRANSITION"
	}
	if m.send("restoreEquipment", "equipment", vars{"equipmentId": id}, want) != nil {
		m.machines[id].deleted = false
	}
	m.done()
}

// purgeMachine deletes a machine for good, with all that belongs to it.
func (m *model) purgeMachine() {
	id := choose(m, m.machines, func(e *modelMachine) bool { return e.deleted })
	if id == "" {
		return
	}
	want := ""
	if !m.machines[id].deleted {
		want = "IN_USE"
	}
	if m.send("purgeEquipment", "deleted", vars{"equipmentId": id}, want) != nil {
		delete(m.machines, id)
		for _, e := range m.machines {
			if e.merged != nil && e.merged.into == id {
				e.merged = nil
			}
		}
		for name, r := range m.records {
			if r.machine == id {
				delete(m.records, name)
			}
		}
		for name, machine := range m.readings {
			if machine == id {
				delete(m.readings, name)
			}
		}
	}
	m.done()
}

func (m *model) createPerson() {
	in := vars{"firstName": fmt.Sprint("Ada ", len(m.people)), "lastName": "Byron"}
	if p := m.send("createOperator", "operator", in, ""); p != nil {
		m.people[p.Operator.ID] = &modelPerson{status: "ACTIVE"}
	}
	m.done()
}

func (m *model) updatePerson() {
	id := choose(m, m.people, func(o *modelPerson) bool { return o.status != "ACTIVE" })
	o, status, want := m.people[id], []string{"ACTIVE", "ACTIVE", "ACTIVE", "INACTIVE", "RETIRED"}[m.r.IntN(5)], ""
	if o.deleted {
		want = "NOT_FOUND"
	}
	if m.send("updateOperator", "operator", vars{"operatorId": id, "expectedVersion": m.version("operators", id),
		"status": status}, want) != nil {
		if o.status = status; status != "ACTIVE" {
			m.leave(id)
		}
	}
	m.done()
}

func (m *model) deletePerson() {
	id := choose(m, m.people, func(o *modelPerson) bool { return !o.deleted })
	want := ""
	if m.people[id].deleted {
		want = "NOT_FOUND"
	}
	if m.send("deleteOperator", "deleted", vars{"operatorId": id}, want) != nil {
		m.people[id].deleted = true
		m.leave(id)
	}
	m.done()
}

func (m *model) restorePerson() {
	id := choose(m, m.people, func(o *modelPerson) bool { return o.deleted })
	if m.send("restoreOperator", "operator", vars{"operatorId": id}, "") != nil {
		m.people[id].deleted = false
	}
	m.done()
}

func (m *model) createPlace() {
	if p := m.send("createSite", "site", vars{"name": fmt.Sprint("Site ", len(m.places))}, ""); p != nil {
		m.places[p.Site.ID] = &modelPlace{}
	}
	m.done()
}

func (m *model) deletePlace() {
	id := choose(m, m.places, func(s *modelPlace) bool { return !s.deleted })
	want := ""
	for _, p := range m.periods(staysOf) {
		if p.of == id && p.open() {
			want = "IN_USE"
		}
	}
	if m.places[id].deleted {
		want = "NOT_FOUND"
	}
	if m.send("deleteSite", "deleted", vars{"siteId": id}, want) != nil {
		m.places[id].deleted = true
	}
	m.done()
}

func (m *model) restorePlace() {
	id := choose(m, m.places, func(s *modelPlace) bool { return s.deleted })
	if m.send("restoreSite", "site", vars{"siteId": id}, "") != nil {
		m.places[id].deleted = false
	}
	m.done()
}

// addReading adds one of a meter; which values are refused is left to the rules of the rows.
func (m *model) addReading() {
	id := choose(m, m.machines, m.live)
	if id == "" {
		return
	}
	at := m.sometimes()
	in := vars{"equipmentId": id, "hours": m.hours(), "confirm": m.r.IntN(2) == 0, "replacement": m.r.IntN(3) == 0}
	put(in, "readAt", at)
	want := []string{"", "DECREASING", "IMPLAUSIBLE", "TAKEN"}
	switch {
	case m.machines[id].deleted:
		want = []string{"NOT_FOUND"}
	case at != nil && at.After(time.Now()):
		want = []string{"INVALID"}
	}
	if p := m.send("addMeterReading", "reading", in, want...); p != nil {
		m.readings[p.MeterReading.ID] = id
	}
	m.done()
}

// hours are those of a meter.
func (m *model) hours() string { return fmt.Sprintf("%d.%d", m.r.IntN(200), m.r.IntN(10)) }

func (m *model) correctReading() { m.mendReading("correctMeterReading") }
func (m *model) voidReading()    { m.mendReading("voidMeterReading") }

func (m *model) mendReading(mutation string) {
	id := choose(m, m.readings, func(string) bool { return true })
	if id == "" {
		return
	}
	in, want := vars{"meterReadingId": id, "reason": "mistyped"}, []string{"", "DECREASING"}
	if mutation == "correctMeterReading" {
		in["confirm"] = m.r.IntN(2) == 0
		want = append(want, "IMPLAUSIBLE", "TAKEN", "TRANSITION", "INVALID")
		if put(in, "readAt", m.sometimes()); m.r.IntN(2) == 0 {
			in["hours"] = m.hours()
		}
	}
	if m.machines[m.readings[id]].deleted {
		want = []string{"NOT_FOUND"}
	}
	m.send(mutation, "reading", in, want...)
	m.done()
}
