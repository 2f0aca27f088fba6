package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestEveryInstanceKnowsWhoseMachinesTheyAre changes the user with which an operator signs
// in: by a mutation on one instance and past both by psql. The other one knows.
func TestEveryInstanceKnowsWhoseMachinesTheyAre(t *testing.T) {
	t.Parallel()
	a := newAccessFixture(t).by("manager")
	other := *a.service
	other.serve("")
	b := (&accessFixture{service: &other}).by("operator")
	const figures = `{ dashboardStats(scope: MINE) { totalEquipment totalValue } }`
	type answered struct {
		DashboardStats struct {
			TotalEquipment int
			TotalValue     string
		}
	}
	stats := b.overSocket("subscription "+figures, nil)
	rows := b.overSocket(`subscription { equipmentChanged { change id } }`, nil)
	records := b.overSocket(`subscription { maintenanceRecorded { change id } }`, nil)
	type recordNews struct{ MaintenanceRecorded struct{ Change string } }
	resyncs := 0
	shows := func(what string, machines int, value, change string) {
		t.Helper()
		is := func(d answered) bool {
			return d.DashboardStats.TotalEquipment == machines && d.DashboardStats.TotalValue == value
		}
		var d answered
		b.eventually(func() bool { b.data(&d, figures, nil); return is(d) })
		b.eventually(func() bool {
			return is(last[answered](t, stats)) && last[equipmentNews](t, rows).EquipmentChanged.Change == change
		})
		resyncs++
		b.eventually(func() bool { return len(all[recordNews](t, records)) == resyncs })
		if e := last[recordNews](t, records).MaintenanceRecorded; e.Change != "RESYNC" {
			t.Errorf("%s: told of %+v", what, e)
		}
	}
	shows("nothing", 1, "11.01", "RESYNC")
	p := change[struct{ Errors []fault }](
		a.service,
		`mutation($id: ID!) { p: updateOperator(input: { operatorId: $id, expectedVersion: 1, userId: null }) { operator { version } errors { message } } }`,
		vars{"id": mine.id(fleet.KindOperator)},
	)
	if len(p.Errors) > 0 {
		t.Fatalf("%+v", p)
	}
	shows("a mutation", 0, "0.00", "REMOVED")
	user := [16]byte(key("operator user"))
	a.exec(`UPDATE operators SET user_id = $1 WHERE first_name LIKE 'ELSES%'`, user)
	shows("psql", 1, "1300.01", "CREATED")
	a.exec(`UPDATE operators SET deleted_at = now() WHERE user_id = $1`, user)
	shows("a deletion", 0, "0.00", "REMOVED")
}

// TestAnOperatorIsToldOfTheirMachinesAlone listens while others change.
func TestAnOperatorIsToldOfTheirMachinesAlone(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t).by("operator")
	rows := h.overSocket(`subscription { equipmentChanged { change id equipment { name } } }`, nil)
	told := func(change string, whose owner) {
		t.Helper()
		h.eventually(func() bool {
			e := last[equipmentNews](t, rows).EquipmentChanged
			return e.Change == change && (whose == "" || e.ID == whose.id(fleet.KindEquipment))
		})
	}
	told("RESYNC", "")
	h.exec(`UPDATE equipment SET description = 'changed'`)
	told("UPDATED", mine)
	h.exec(`UPDATE assignments SET released_at = now() WHERE released_at IS NULL`)
	told("REMOVED", mine)
	h.exec(
		`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSES%' AND o.last_name LIKE 'MYROW%'`,
	)
	told("CREATED", elses)
	for _, e := range all[equipmentNews](t, rows) {
		if e.EquipmentChanged.Change == "UPDATED" && e.EquipmentChanged.ID != mine.id(fleet.KindEquipment) {
			t.Errorf("told of %+v", e)
		}
	}
}

// TestAnOperatorIsToldOfTheRecordsOfANewMachine listens while machines change
// hands: other records become visible, though no record changes.
func TestAnOperatorIsToldOfTheRecordsOfANewMachine(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t).by("operator")
	type recordNews struct {
		MaintenanceRecorded struct{ Change, ID string }
	}
	records := h.overSocket(`subscription { maintenanceRecorded { change id } }`, nil)
	times := func(n int) func() bool {
		return func() bool { return len(all[recordNews](t, records)) == n }
	}
	h.eventually(times(1))
	// Another's machine is nothing to them.
	h.exec(
		`UPDATE assignments SET assigned_at = assigned_at - interval '1 hour' WHERE equipment_id = (SELECT id FROM equipment WHERE name LIKE 'ELSES%')`,
	)
	h.exec(
		`UPDATE maintenance_records SET cost = 43, labour_cost = NULL, parts_cost = NULL WHERE description LIKE 'MYROW% work'`,
	)
	h.eventually(times(2))
	if e := last[recordNews](
		t,
		records,
	).MaintenanceRecorded; e.Change != "UPDATED" ||
		e.ID != mine.id(fleet.KindMaintenance) {
		t.Errorf("told of %+v", e)
	}
	for n, sql := range []string{
		`UPDATE assignments SET released_at = now() WHERE released_at IS NULL AND equipment_id = (SELECT id FROM equipment WHERE name LIKE 'MYROW%')`,
		`UPDATE assignments SET released_at = now() WHERE released_at IS NULL`,
		`INSERT INTO assignments (company_id, equipment_id, operator_id) SELECT e.company_id, e.id, o.id FROM equipment e, operators o WHERE e.name LIKE 'ELSES%' AND o.last_name LIKE 'MYROW%'`,
	} {
		h.exec(sql)
		if n == 1 {
			continue // of another's
		}
		h.eventually(times(3 + n/2))
		if e := last[recordNews](t, records).MaintenanceRecorded; e.Change != "RESYNC" {
			t.Errorf("told of %+v", e)
		}
	}
	h.exec(
		`UPDATE maintenance_records SET cost = 44, labour_cost = NULL, parts_cost = NULL WHERE description LIKE 'ELSES% work'`,
	)
	h.eventually(func() bool {
		e := last[recordNews](t, records).MaintenanceRecorded
		return e.Change == "UPDATED" && e.ID == elses.id(fleet.KindMaintenance)
	})
}

// TestAnAdministratorDeletesForGood deletes a machine with all that belongs to it.
func TestAnAdministratorDeletesForGood(t *testing.T) {
	t.Parallel()
	h := newAccessFixture(t).by("manager")
	const purge = `mutation($id: ID!, $v: Int, $key: String) { p: purgeEquipment(input: { equipmentId: $id, expectedVersion: $v }, idempotencyKey: $key) { deletedId errors { code reason message field } } }`
	type payload struct {
		DeletedID *string
		Errors    []fault
	}
	id := elses.id(fleet.KindEquipment)
	if a := h.ask(purge, vars{"id": id}); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.Forbidden) {
		t.Errorf("a manager: %s %+v", a.Data, a.Errors)
	}
	h = h.by("admin")
	if p := change[payload](
		h.service,
		purge,
		vars{"id": id},
	); len(p.Errors) != 1 || p.Errors[0].Code != string(fleet.Conflict) ||
		p.Errors[0].Reason != "IN_USE" {
		t.Errorf("a machine of the fleet: %+v", p)
	}
	if p := change[equipmentPayload](h.service, deleteOne, vars{"id": id, "v": 1}); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "IN_USE" {
		t.Errorf("a machine with open work: %+v", p)
	}
	const deleteWithWork = `mutation($id: ID!) { p: deleteEquipment(input: { equipmentId: $id, openWork: CANCEL }) {
		deletedId equipment { version } errors { code reason message field } } }`
	deleted := change[equipmentPayload](h.service, deleteWithWork, vars{"id": id})
	if deleted.Equipment == nil {
		t.Fatalf("%+v", deleted)
	}
	if p := change[payload](
		h.service,
		purge,
		vars{"id": id, "v": 1},
	); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("an old version: %+v", p)
	}
	for range 2 { // the second one is answered from memory
		if p := change[payload](
			h.service,
			purge,
			vars{"id": id, "v": deleted.Equipment.Version, "key": "once"},
		); p.DeletedID == nil ||
			*p.DeletedID != id {
			t.Errorf("%+v", p)
		}
	}
	if p := change[payload](
		h.service,
		purge,
		vars{"id": id},
	); len(p.Errors) != 1 ||
		p.Errors[0].Code != string(fleet.NotFound) {
		t.Errorf("a machine that is gone: %+v", p)
	}
	var history, rows []string // only the history tells what there was
	for _, line := range h.contents("Ours") {
		if strings.HasPrefix(line, "history (") {
			history = append(history, line)
		} else {
			rows = append(rows, line)
		}
	}
	text := strings.Join(rows, "")
	if strings.Contains(text, "ELSES machine") || strings.Contains(text, "ELSES work") ||
		!strings.Contains(text, "MYROW machine") ||
		!slices.ContainsFunc(history, func(line string) bool {
			return strings.Contains(line, "PURGED") && strings.Contains(line, "ELSES machine")
		}) {
		t.Errorf("left:\n%s%s", text, strings.Join(history, ""))
	}
}
