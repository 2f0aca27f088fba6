package e2e_test

import (
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

type equipmentNews struct {
	EquipmentChanged struct {
		Change, ID string
		Equipment  *machine
	}
}

func TestChangesOfRowsAreTold(t *testing.T) {
	t.Parallel()
	s := newService(t)
	rows := s.overSocket(
		`subscription { equipmentChanged { change id equipment { id name status assignedOperator { lastName } latestMaintenance { cost } } } }`,
		nil,
	)
	parked := s.overSocket(
		`subscription($f: EquipmentFilter) { equipmentChanged(filter: $f) { change id } }`,
		vars{"f": vars{"status": []string{"INACTIVE"}}},
	)
	records := s.overSocket(
		`subscription { maintenanceRecorded(filter: { kind: [CORRECTIVE] }) { change id record { cost equipment { name } } } }`,
		nil,
	)
	type recordNews struct {
		MaintenanceRecorded struct {
			Change, ID string
			Record     *struct {
				Cost      string
				Equipment struct{ Name string }
			}
		}
	}
	told := func(sub *subscriber, change, id string) {
		t.Helper()
		s.eventually(func() bool {
			e := last[equipmentNews](t, sub).EquipmentChanged
			return e.Change == change && e.ID == id
		})
	}
	told(rows, "RESYNC", "")
	told(parked, "RESYNC", "")
	s.eventually(func() bool { return last[recordNews](t, records).MaintenanceRecorded.Change == "RESYNC" })

	m := s.machine(vars{"name": "Digger"})
	told(rows, "CREATED", m.ID)
	operator := s.operator("L-1")
	change[struct{ Errors []fault }](
		s,
		`mutation($m: ID!, $o: ID!) { p: assignOperator(input: { equipmentId: $m, operatorId: $o }) { errors { message } } }`,
		vars{"m": m.ID, "o": operator},
	)
	told(rows, "UPDATED", m.ID)
	if e := last[equipmentNews](
		t,
		rows,
	).EquipmentChanged.Equipment; e == nil || e.AssignedOperator == nil ||
		e.AssignedOperator.LastName != "Byron" {
		t.Errorf("the news of an assignment is %+v", e)
	}
	p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": m.ID, "expectedVersion": m.Version, "status": "INACTIVE"}},
	)
	told(parked, "UPDATED", m.ID)
	p = change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": m.ID, "expectedVersion": p.Equipment.Version, "status": "ACTIVE"}},
	)
	told(parked, "REMOVED", m.ID)

	id := ""
	s.row(
		`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, cost) SELECT company_id, id, 'CORRECTIVE', '2026-01-01', 7 FROM equipment RETURNING id::text`,
		[]any{&id},
	)
	s.eventually(func() bool {
		e := last[recordNews](t, records).MaintenanceRecorded
		return e.Change == "CREATED" && e.Record != nil && e.Record.Cost == "7.00" && e.Record.Equipment.Name == "Digger"
	})
	change[equipmentPayload](s, deleteOne, vars{"id": m.ID, "v": p.Equipment.Version})
	told(rows, "REMOVED", m.ID)
	change[equipmentPayload](s, restoreOne, vars{"id": m.ID})
	told(rows, "UPDATED", m.ID)

	s.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT $1, 'Many ' || i, 'Crane' FROM generate_series(1, 51) i`,
		[16]byte(s.viewer.CompanyID),
	)
	told(rows, "RESYNC", "")
	for _, sub := range []*subscriber{rows, parked, records} {
		if why := sub.why(); why != "" {
			t.Error("it ended:", why)
		}
	}
}

// TestAFilterOfIDsExcludesOtherRows changes other rows, and then those that subscriptions name.
func TestAFilterOfIDsExcludesOtherRows(t *testing.T) {
	t.Parallel()
	s := newService(t)
	mine := s.machine(vars{"name": "mine"})
	s.machine(vars{"name": "other"})
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, description)
		SELECT company_id, id, 'INSPECTION', '2026-01-01', name FROM equipment`)
	var key [16]byte
	s.row(`SELECT id FROM maintenance_records WHERE description = 'mine'`, []any{&key})
	record := fleet.GlobalID(fleet.KindMaintenance, key)
	machines := `subscription($f: EquipmentFilter) { news: equipmentChanged(filter: $f) { change id } }`
	records := `subscription($f: MaintenanceRecordFilter) { news: maintenanceRecorded(filter: $f) { change id } }`
	type news struct{ News struct{ Change, ID string } }
	everyMachine, everyRecord := s.overSocket(machines, nil), s.overSocket(records, nil)
	named := []struct {
		id   string
		news *subscriber
	}{
		{mine.ID, s.overSocket(machines, vars{"f": vars{"ids": mine.ID}})},
		{mine.ID, s.overSocket(machines, vars{"f": vars{"and": vars{"ids": mine.ID}, "status": "ACTIVE"}})},
		{mine.ID, s.overSocket(machines, vars{"f": vars{"or": []vars{{"ids": mine.ID}, {"ids": mine.ID}}}})},
		{record, s.overSocket(records, vars{"f": vars{"ids": record}})},
	}
	wait := func(sub *subscriber, is func(change, id string) bool) {
		t.Helper()
		s.eventually(func() bool { e := last[news](t, sub).News; return is(e.Change, e.ID) })
	}
	begun := func(change, _ string) bool { return change == "RESYNC" }
	wait(everyMachine, begun)
	wait(everyRecord, begun)
	for _, n := range named {
		wait(n.news, begun)
	}
	changed := func(change, _ string) bool { return change == "UPDATED" }
	s.exec(`UPDATE equipment SET status = 'INACTIVE' WHERE name = 'other'`)
	s.exec(`UPDATE maintenance_records SET cost = 8 WHERE description = 'other'`)
	wait(everyMachine, changed)
	wait(everyRecord, changed)
	s.exec(`UPDATE equipment SET status = 'INACTIVE' WHERE name = 'mine'`)
	s.exec(`UPDATE maintenance_records SET cost = 8 WHERE description = 'mine'`)
	for i, n := range named {
		wait(n.news, func(_, id string) bool { return id == n.id })
		if events := all[news](t, n.news); len(events) != 2 {
			t.Errorf("subscription %d: %+v, want RESYNC and the change of %s", i, events, n.id)
		}
	}
}

// TestNobodyIsToldOfAnotherCompany listens in one company while the other changes.
func TestNobodyIsToldOfAnotherCompany(t *testing.T) {
	t.Parallel()
	s := newService(t)
	rows, figures := s.overSocket(`subscription { equipmentChanged { change id } }`, nil), s.overSocket(watchStats, nil)
	theirs := *s
	theirs.serveAs("theirs@example.com")
	theirs.machine(nil)
	theirs.machine(nil)
	mine := s.machine(nil)
	s.eventually(func() bool { return last[equipmentNews](t, rows).EquipmentChanged.ID == mine.ID })
	for i, e := range all[equipmentNews](t, rows) {
		if want := []string{"", mine.ID}[i]; e.EquipmentChanged.ID != want {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	s.eventually(func() bool { return last[statistics](t, figures).DashboardStats.TotalEquipment == 1 })
	if n := len(all[statistics](t, figures)); n > 2 {
		t.Errorf("told %d times of 2 states", n)
	}
}

// TestSubscribersShareAnExecution counts the statements of a change.
func TestSubscribersShareAnExecution(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var all []*subscriber
	for range 20 {
		all = append(all, s.overSocket(watchStats, nil))
	}
	s.eventually(func() bool { return s.metric("fleet_live_subscribers") == 20 })
	if n := s.metric("fleet_live_questions"); n != 1 {
		t.Errorf("%v questions", n)
	}
	s.machine(nil)
	for _, sub := range all {
		s.eventually(func() bool { return last[statistics](t, sub).DashboardStats.TotalEquipment == 1 })
	}
	if n := s.metric("fleet_live_answers_total"); n > 3 { // of none, of one, and perhaps one that was the same
		t.Errorf("%v answers were computed for one change", n)
	}
}

// TestAServerThatStopsCompletesNothing: what is complete, clients do not ask for again.
func TestAServerThatStopsCompletesNothing(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, sub := range []*subscriber{s.overStream(watchStats), s.overStream(watchStats), s.overSocket(watchStats, nil)} {
		s.eventually(func() bool { return len(all[statistics](t, sub)) == 1 })
		defer func() {
			s.eventually(func() bool { return sub.why() != "" })
			if strings.HasPrefix(sub.why(), "complete") {
				t.Error("the subscription was completed")
			}
		}()
	}
	s.stop()
}

func TestASubscriptionThatIsWrongIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for query, want := range map[string]string{
		`subscription { equipmentChanged(filter: { operator: null }) { id } }`:         "operator",
		`subscription { equipmentChanged(filter: { user: { in: "nobody" } }) { id } }`: "user",
		`subscription { dashboardStats { totalEquipment } equipmentChanged { id } }`:   "one",
	} {
		sub := s.overSocket(query, nil)
		s.eventually(func() bool { return sub.why() != "" })
		if why := sub.why(); !strings.HasPrefix(why, "error") || !strings.Contains(why, want) ||
			!strings.Contains(why, string(fleet.BadInput)) {
			t.Errorf("%s: %s", query, why)
		}
	}
}
