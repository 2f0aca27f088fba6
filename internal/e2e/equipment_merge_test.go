package e2e_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	mergeTwo = `mutation($in: MergeEquipmentInput!, $key: String) { p: mergeEquipment(input: $in, idempotencyKey: $key) {
		deletedId movedRows equipment {` + ofMachine + `}` + faults + ` } }`
	undoMerge = `mutation($in: UndoMergeEquipmentInput!, $key: String) { p: undoMergeEquipment(input: $in, idempotencyKey: $key) {
		movedRows equipment {` + ofMachine + `} duplicate {` + ofMachine + `}` + faults + ` } }`
)

type mergePayload struct {
	DeletedID            *string
	MovedRows            *int
	Equipment, Duplicate *machine
	Errors               []fault
}

// merged runs a merge, or takes one back, which must succeed.
func (s *service) merged(mutation string, in vars) mergePayload {
	s.t.Helper()
	p := change[mergePayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 || p.Equipment == nil {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p
}

// notMerged runs one that must be refused, and returns the fault.
func (s *service) notMerged(mutation string, in vars) fault {
	s.t.Helper()
	p := change[mergePayload](s, mutation, vars{"in": in})
	if len(p.Errors) != 1 || p.Equipment != nil || p.MovedRows != nil {
		s.t.Fatalf("%v was not refused: %+v", in, p)
	}
	return p.Errors[0]
}

// rowsOfMachines is every row that belongs to a machine, and what is kept with machines because of them.
const rowsOfMachines = `SELECT string_agg(row, E'\n' ORDER BY row) FROM (
	SELECT concat_ws(' ', 'record', id, equipment_id, schedule_id, occurrence, service_due_on, planned_by_schedule, deleted_at) AS row
		FROM maintenance_records UNION ALL
	SELECT concat_ws(' ', 'reading', id, equipment_id, hours, voided_at) FROM meter_readings UNION ALL
	SELECT concat_ws(' ', 'assignment', id, equipment_id, released_at) FROM assignments UNION ALL
	SELECT concat_ws(' ', 'plan', id, equipment_id, status) FROM assignment_plans UNION ALL
	SELECT concat_ws(' ', 'move', id, equipment_id, left_at) FROM site_moves UNION ALL
	SELECT concat_ws(' ', 'paper', id, equipment_id, deleted_at) FROM papers UNION ALL
	SELECT concat_ws(' ', 'schedule', id, equipment_id, deleted_at) FROM service_schedules UNION ALL
	SELECT concat_ws(' ', 'service', schedule_id, equipment_id, occurrence, record_id, due_on, due_hours, hours, expected_on)
		FROM scheduled_services UNION ALL
	SELECT concat_ws(' ', 'machine', id, status, status_after_work, 'operator', operator_id, 'site', site_id, deleted_at IS NULL)
		FROM equipment) rows`

// figuresOfCompany are what a merge leaves as it is.
const figuresOfCompany = `{
	maintenanceRecords { totalCount }
	byStatus: maintenanceSummary(groupBy: [STATUS, MONTH]) { status month records totalCost unknownCost }
	maintenanceAggregates(groupBy: [KIND]) { keys { value } count cost { sum average count } labourHours { sum count missing }
		downtimeHours { sum count } }
	bySite: maintenanceAggregates { count cost { sum } }
	papers { totalCount } serviceSchedules { totalCount } }`

func (s *service) rowsOfMachines() (rows string) {
	s.t.Helper()
	s.row(rowsOfMachines, []any{&rows})
	return rows
}

// twice is a machine that was entered twice.
type twice struct {
	stays, duplicate machine
	operator, site   string
	service          string // the record of the duplicate that is a service of the category's schedule
	repair           string // its work that keeps it down
	paper            string
}

// enteredTwice makes two machines that are one, with rows of every kind.
func (s *service) enteredTwice() (of twice) {
	s.t.Helper()
	of.operator, of.site = s.operator("L-1"), s.site("Quarry")
	of.stays = s.machine(vars{"name": "Crane", "serialNumber": "A-1", "cost": "1000", "category": "Crane"})
	of.duplicate = s.machine(vars{"name": "Crane again", "serialNumber": "A-2", "cost": "500", "category": "Crane",
		"manufacturer": "Ajax"})
	a, b := of.stays.ID, of.duplicate.ID
	schedule := change[schedulePayload](s, createSchedule, vars{"in": vars{"category": "Crane", "title": "Oil",
		"intervalDays": 300}}).ServiceSchedule.ID
	if p := change[schedulePayload](
		s,
		createSchedule,
		vars{"in": vars{"equipmentId": b, "title": "Rope", "lastDoneHours": "90",
			"intervalHours": "5000"}},
	); len(
		p.Errors,
	) > 0 {
		s.t.Fatal(p.Errors)
	}
	for _, e := range []string{a, b} {
		of.service = s.work(
			recordWork,
			vars{"equipmentId": e, "kind": "PREVENTIVE", "cost": "40", "serviceScheduleId": schedule,
				"maintenanceDate": day(-3)},
		).MaintenanceRecord.ID
		s.work(recordWork, vars{"equipmentId": e, "kind": "CORRECTIVE", "cost": "10.5", "labourHours": "2",
			"startedAt": hours(-30), "downFrom": hours(-30), "downTo": hours(-25)})
		s.paper(
			createPaper,
			vars{"equipmentId": e, "kind": "INSURANCE", "number": "P " + e[len(e)-3:], "validUntil": "2027-12-31"},
		)
	}
	gone := s.work(recordWork, vars{"equipmentId": b, "kind": "OTHER", "cost": "7"}).MaintenanceRecord.ID
	s.work(deleteWork, vars{"maintenanceRecordId": gone, "reason": "a mistake"})
	of.repair = s.work(recordWork, vars{"equipmentId": b, "kind": "CORRECTIVE", "status": "IN_PROGRESS",
		"downFrom": hours(-2)}).MaintenanceRecord.ID
	of.paper = s.paper(createPaper, vars{"equipmentId": b, "kind": "OTHER", "validUntil": "2027-01-31"}).Paper.ID
	s.read(addReading, vars{"equipmentId": a, "hours": "100", "readAt": hours(-1000)})
	s.read(addReading, vars{"equipmentId": b, "hours": "120", "readAt": hours(-900)})
	s.read(addReading, vars{"equipmentId": a, "hours": "130", "readAt": hours(-800)})
	wrong := s.read(addReading, vars{"equipmentId": b, "hours": "140", "readAt": hours(-700)})
	s.read(voidReading, vars{"meterReadingId": wrong, "reason": "mistyped"})
	s.assigned(
		assign,
		vars{"equipmentId": a, "operatorId": of.operator, "assignedAt": hours(-90), "releasedAt": hours(-80)},
	)
	s.assigned(assign, vars{"equipmentId": b, "operatorId": of.operator, "assignedAt": hours(-70)})
	s.planned(vars{"equipmentId": b, "startsAt": hours(100)})
	s.changed(moveMachine, vars{"equipmentId": a, "siteId": of.site, "movedAt": hours(-100)})
	s.changed(moveMachine, vars{"equipmentId": a, "movedAt": hours(-60)})
	s.changed(moveMachine, vars{"equipmentId": b, "siteId": of.site, "movedAt": hours(-50)})
	return of
}

// TestDuplicatesAreMergedAndTakenApart with rows of every kind: sums of the company stay, what is kept with machines
// follows, and each row is back where it was.
func TestDuplicatesAreMergedAndTakenApart(t *testing.T) {
	t.Parallel()
	s := newService(t)
	of := s.enteredTwice()
	a, b := of.stays.ID, of.duplicate.ID
	rows, figures, stats := s.rowsOfMachines(), s.shownTo(figuresOfCompany, nil), s.shownTo(dashboards, nil)
	merge := vars{"in": vars{"equipmentId": a, "duplicateId": b, "reason": "one crane"}, "key": "once"}
	p := change[mergePayload](s, mergeTwo, merge)
	if len(p.Errors) > 0 || p.DeletedID == nil || *p.DeletedID != b || *p.MovedRows != 12 || p.Equipment.ID != a ||
		p.Equipment.Status != "MAINTENANCE" || p.Equipment.AssignedOperator == nil || p.Equipment.Version <= 1 ||
		text(p.Equipment.SerialNumber) != "A-1" || text(p.Equipment.Cost) != "1000.00" {
		t.Fatalf("%+v", p)
	}
	if again := change[mergePayload](s, mergeTwo, merge); cmp.Diff(p, again) != "" {
		t.Errorf("merged again with the same key: %s", cmp.Diff(p, again))
	}
	if diff := cmp.Diff(figures, s.shownTo(figuresOfCompany, nil)); diff != "" {
		t.Errorf("the figures of the company have changed: %s", diff)
	}
	var now struct {
		Equipment struct {
			Manufacturer, LifetimeHours                            *string
			MaintenanceRecords, MeterReadings, Assignments, Papers struct{ TotalCount int }
			SiteMoves                                              struct{ TotalCount int }
			Site                                                   *struct{ ID string }
			History                                                struct {
				Nodes []struct {
					Action  string
					Reason  *string
					Changes []struct{ Field, To string }
				}
			}
		}
		Gone         *struct{ ID string }
		Only         struct{ Nodes []struct{ ID string } }
		DashboardOne struct{ TotalEquipment int } `json:"dashboardStats"`
	}
	s.data(&now, `query($a: ID!, $b: ID!) { dashboardStats { totalEquipment } gone: equipment(id: $b) { id }
		only: equipmentList(filter: { deleted: ONLY, search: "A-2" }) { nodes { id } }
		equipment(id: $a) { manufacturer lifetimeHours maintenanceRecords { totalCount } meterReadings { totalCount }
			assignments { totalCount } papers { totalCount } siteMoves { totalCount } site { id }
			history(first: 1) { nodes { action reason changes { field to } } } } }`, vars{"a": a, "b": b})
	e := now.Equipment
	if e.Manufacturer != nil || e.MaintenanceRecords.TotalCount != 5 || e.MeterReadings.TotalCount != 3 ||
		e.Assignments.TotalCount != 2 || e.Papers.TotalCount != 3 || e.SiteMoves.TotalCount != 2 || e.Site == nil ||
		e.Site.ID != of.site || text(e.LifetimeHours) != "130.0" || now.Gone != nil || len(now.Only.Nodes) != 1 ||
		now.DashboardOne.TotalEquipment != 1 {
		t.Errorf("%+v", now)
	}
	if h := e.History.Nodes[0]; h.Action != "STATUS_FOLLOWS" && h.Action != "MERGED" || text(h.Reason) != "one crane" {
		t.Errorf("the history: %+v", h)
	}
	if n := s.count(`SELECT count(*)::int FROM history WHERE action = 'MERGED' AND subject_name IN ('Crane', 'Crane again')
		AND changes::text LIKE '%"maintenanceRecords", "from": null%' OR changes::text LIKE '%"to": "Crane%'
		AND action = 'MERGED'`); n != 2 {
		t.Errorf("%d entries tell of the merge", n)
	}
	if left := s.rowsLeftOn("Crane again"); left != 0 {
		t.Errorf("%d rows are left on the duplicate", left)
	}
	if f := change[equipmentPayload](s, restoreOne, vars{"id": b}).Errors; len(f) != 1 || f[0].Reason != "TRANSITION" ||
		!strings.Contains(f[0].Message, "undoMergeEquipment") {
		t.Errorf("restored without its rows: %+v", f)
	}

	p = s.merged(undoMerge, vars{"duplicateId": b, "reason": "two cranes"})
	if *p.MovedRows != 12 || p.Equipment.ID != a || p.Equipment.Status != "ACTIVE" ||
		p.Equipment.AssignedOperator != nil ||
		p.Duplicate.ID != b ||
		p.Duplicate.Status != "MAINTENANCE" ||
		p.Duplicate.AssignedOperator == nil {
		t.Errorf("%+v", p)
	}
	if diff := cmp.Diff(rows, s.rowsOfMachines()); diff != "" {
		t.Errorf("the rows are not where they were: %s", diff)
	}
	if diff := cmp.Diff(figures+stats, s.shownTo(figuresOfCompany, nil)+s.shownTo(dashboards, nil)); diff != "" {
		t.Errorf("the figures of the company have changed: %s", diff)
	}
	if f := s.notMerged(undoMerge, vars{"duplicateId": b}); f.Reason != "TRANSITION" || f.Field != "input.duplicateId" {
		t.Errorf("taken back twice: %+v", f)
	}
}

// rowsLeftOn counts the rows that belong to the machine of a name.
func (s *service) rowsLeftOn(name string) int {
	s.t.Helper()
	return s.count(`SELECT sum(n)::int FROM equipment e CROSS JOIN LATERAL (
		SELECT count(*) AS n FROM maintenance_records WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM meter_readings WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM assignments WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM assignment_plans WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM site_moves WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM papers WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM service_schedules WHERE equipment_id = e.id UNION ALL
		SELECT count(*) FROM scheduled_services WHERE equipment_id = e.id) n WHERE e.name = $1`, name)
}

// TestAMergeIsTakenBackWithWhatHasChangedSince: rows keep their changes, deleted ones stay deleted, and what was added
// stays with the machine.
func TestAMergeIsTakenBackWithWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	s := newService(t)
	of := s.enteredTwice()
	a, b := of.stays.ID, of.duplicate.ID
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	record := s.work(completeWork, vars{"maintenanceRecordId": of.repair, "cost": "77"}).MaintenanceRecord.ID
	s.work(deleteWork, vars{"maintenanceRecordId": of.service, "reason": "a mistake"})
	s.paper(deletePaper, vars{"paperId": of.paper})
	added := s.work(recordWork, vars{"equipmentId": a, "kind": "OTHER", "cost": "3"}).MaintenanceRecord.ID
	if f := s.notMerged(undoMerge, vars{"duplicateId": b, "expectedVersion": 1}); f.Reason != "STALE_VERSION" {
		t.Errorf("by an old version: %+v", f)
	}
	taken := s.machine(vars{"name": "Other", "serialNumber": "a -2"})
	if f := s.notMerged(undoMerge, vars{"duplicateId": b}); f.Reason != "TAKEN" || f.Field != "input" {
		t.Errorf("the serial number is taken: %+v", f)
	}
	change[equipmentPayload](s, deleteOne, vars{"id": taken.ID})
	p := s.merged(undoMerge, vars{"duplicateId": b})
	if p.Equipment.Status != "ACTIVE" || p.Duplicate.Status != "ACTIVE" {
		t.Errorf("the repair has ended: %+v", p)
	}
	for id, want := range map[string]string{record: "Crane again", added: "Crane"} {
		var got struct {
			MaintenanceRecord struct {
				Cost      string
				Equipment struct{ Name string }
			}
		}
		s.data(&got, `query($id: ID!) { maintenanceRecord(id: $id) { cost equipment { name } } }`, vars{"id": id})
		if got.MaintenanceRecord.Equipment.Name != want {
			t.Errorf("%s: %+v, want it on %s", id, got, want)
		}
	}
	s.work(restoreWork, vars{"maintenanceRecordId": of.service})
	s.paper(restorePaper, vars{"paperId": of.paper})
	if n := s.count(`SELECT count(*)::int FROM maintenance_records m JOIN equipment e ON e.id = m.equipment_id
		WHERE e.name = 'Crane again' AND m.schedule_id IS NOT NULL AND m.deleted_at IS NULL AND m.occurrence = 1`); n != 1 {
		t.Errorf("%d services of the duplicate are back", n)
	}
	// Once more, with the first reading of a new meter between those of the machine that stays.
	s.read(addReading, vars{"equipmentId": b, "hours": "5", "readAt": hours(-600), "replacement": true})
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	after := s.read(addReading, vars{"equipmentId": a, "hours": "20", "readAt": hours(-500)})
	if f := s.notMerged(
		undoMerge,
		vars{"duplicateId": b},
	); f.Reason != "DECREASING" ||
		!strings.Contains(f.Message, after) {
		t.Errorf("the readings that stay would decrease: %+v", f)
	}
	s.read(voidReading, vars{"meterReadingId": after, "reason": "of the other one"})
	s.merged(undoMerge, vars{"duplicateId": b})
}

// TestARetiredDuplicateGetsNoOpenWorkBack reopens work that had moved from it.
func TestARetiredDuplicateGetsNoOpenWorkBack(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "Crane"}).ID, s.machine(vars{"name": "Crane again"}).ID
	done := s.work(recordWork, vars{"equipmentId": b, "kind": "OTHER", "cost": "3"}).MaintenanceRecord.ID
	s.setStatus(b, "RETIRED")
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	s.work(reopenWork, vars{"maintenanceRecordId": done, "reason": "not done"})
	if f := s.notMerged(undoMerge, vars{"duplicateId": b}); f.Reason != "TRANSITION" || f.Field != "input.duplicateId" {
		t.Errorf("work is open: %+v", f)
	}
	s.work(completeWork, vars{"maintenanceRecordId": done})
	s.merged(undoMerge, vars{"duplicateId": b})
}

// TestAReversalMovesBackWithWhatItReverses, although it was recorded after the merge: purging one of the machines would
// fail otherwise.
func TestAReversalMovesBackWithWhatItReverses(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "Crane"}).ID, s.machine(vars{"name": "Crane again"}).ID
	billed := s.work(recordWork, vars{"equipmentId": b, "kind": "OTHER", "cost": "3"}).MaintenanceRecord.ID
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	s.work(recordWork, vars{"equipmentId": a, "kind": "OTHER", "cost": "-3", "reversalOfId": billed})
	if p := s.merged(undoMerge, vars{"duplicateId": b}); *p.MovedRows != 2 {
		t.Errorf("%d rows have moved back, want the record and its reversal", *p.MovedRows)
	}
	if n := s.rowsLeftOn("Crane"); n != 0 {
		t.Errorf("%d rows stay", n)
	}
}

// TestADuplicateComesBackRunningWhenItsWorkIsGone: the machine that stayed was purged, with the work that kept the
// duplicate down.
func TestADuplicateComesBackRunningWhenItsWorkIsGone(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.serveAs("ours@example.com")
	a, b := s.machine(vars{"name": "Crane"}).ID, s.machine(vars{"name": "Crane again"}).ID
	s.work(recordWork, vars{"equipmentId": b, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-3)})
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	for _, mutation := range []string{`deleteEquipment(input: { equipmentId: $id, openWork: CANCEL })`,
		`purgeEquipment(input: { equipmentId: $id })`} {
		if p := change[mergePayload](s, `mutation($id: ID!) { p: `+mutation+` { deletedId`+faults+` } }`,
			vars{"id": a}); len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
	}
	if p := change[equipmentPayload](s, restoreOne, vars{"id": b}); p.Equipment == nil || p.Equipment.Status != "ACTIVE" {
		t.Errorf("%+v, want a machine that runs", p)
	}
}

// TestWhatCannotBeTrueOfOneMachineIsNotMerged names what contradicts, and changes nothing.
func TestWhatCannotBeTrueOfOneMachineIsNotMerged(t *testing.T) {
	t.Parallel()
	s := newService(t)
	op, site := s.operator("L-1"), s.site("Quarry")
	theirs := s.another()
	theirs.serveAs("theirs@example.com")
	other := theirs.machine(nil).ID
	for name, c := range map[string]struct {
		make    func(a, b string)
		in      vars // beside both machines
		reason  string
		field   elements
		confirm bool // whether it can be confirmed
	}{
		"operators": {func(a, b string) {
			for _, e := range []string{a, b} {
				s.assigned(assign, vars{"equipmentId": e, "operatorId": op, "assignedAt": hours(-9), "releasedAt": hours(-8)})
			}
		}, nil, "OVERLAP", "input.duplicateId", false},
		"sites": {func(a, b string) {
			for _, e := range []string{a, b} {
				s.changed(moveMachine, vars{"equipmentId": e, "siteId": site, "movedAt": hours(-9)})
			}
		}, nil, "OVERLAP", "input.duplicateId", false},
		"readings that decrease": {func(a, b string) {
			s.read(addReading, vars{"equipmentId": a, "hours": "100", "readAt": hours(-90)})
			s.read(addReading, vars{"equipmentId": b, "hours": "90", "readAt": hours(-80)})
		}, vars{"confirm": true}, "DECREASING", "input.duplicateId", false},
		"readings of too many hours": {func(a, b string) {
			s.read(addReading, vars{"equipmentId": a, "hours": "100", "readAt": hours(-90)})
			s.read(addReading, vars{"equipmentId": b, "hours": "200", "readAt": hours(-80)})
		}, nil, "IMPLAUSIBLE", "input.duplicateId", true},
		"open work of a retired machine": {func(a, b string) {
			s.work(recordWork, vars{"equipmentId": b, "kind": "OTHER", "status": "PLANNED", "dueDate": day(30)})
			s.setStatus(a, "RETIRED")
		}, nil, "TRANSITION", "input.duplicateId", false},
		"an old version":                   {nil, vars{"expectedVersion": 7}, "STALE_VERSION", "input.expectedVersion", false},
		"an old version of the duplicate":  {nil, vars{"expectedDuplicateVersion": 7}, "STALE_VERSION", "input.expectedDuplicateVersion", false},
		"one machine":                      {nil, vars{"duplicateId": "same"}, "INVALID", "input.duplicateId", false},
		"another company's duplicate":      {nil, vars{"duplicateId": other}, "NOT_FOUND", "input.duplicateId", false},
		"another company's machine":        {nil, vars{"equipmentId": other}, "NOT_FOUND", "input.equipmentId", false},
		"an operator instead of a machine": {nil, vars{"duplicateId": op}, "INVALID", "input.duplicateId", false},
		"no words":                         {nil, vars{"reason": "  "}, "INVALID", "input.reason", false},
	} {
		a, b := s.machine(nil).ID, s.machine(nil).ID
		if c.make != nil {
			c.make(a, b)
		}
		in := vars{"equipmentId": a, "duplicateId": b}
		for k, v := range c.in {
			if v == "same" {
				v = a
			}
			in[k] = v
		}
		before := s.rowsOfMachines()
		if f := s.notMerged(mergeTwo, in); f.Reason != c.reason || f.Field != c.field {
			t.Errorf("%s: %+v", name, f)
		}
		if diff := cmp.Diff(before, s.rowsOfMachines()); diff != "" {
			t.Errorf("%s, refused: %s", name, diff)
		}
		if c.confirm {
			in["confirm"] = true
			s.merged(mergeTwo, in)
		}
	}
	if f := s.notMerged(undoMerge, vars{"duplicateId": other}); f.Reason != "NOT_FOUND" || f.Field != "input.duplicateId" {
		t.Errorf("another company's merge: %+v", f)
	}
	for _, role := range []string{"OPERATOR", "ANALYST"} {
		s.exec(
			`INSERT INTO users (company_id, email, name, role) SELECT id, lower($1::text) || '@example.com', 'No manager', $1
			FROM companies WHERE name = 'Ours'`,
			role,
		)
		below := *s
		below.serveAs(strings.ToLower(role) + "@example.com")
		in := vars{"equipmentId": other, "duplicateId": op}
		for _, m := range []string{mergeTwo, undoMerge} {
			if m == undoMerge {
				in = vars{"duplicateId": other}
			}
			if a := below.ask(m, vars{"in": in}); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
				t.Errorf("%s: %+v", role, a)
			}
		}
	}
}

// TestMergesArePublished: subscribers see the machine that stays change, and the duplicate go and come back.
func TestMergesArePublished(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "Crane"}).ID, s.machine(vars{"name": "Crane again"}).ID
	rows := s.overSocket(`subscription { equipmentChanged { change id equipment { name version } } }`, nil)
	type event struct {
		EquipmentChanged struct {
			Change    string
			ID        *string
			Equipment *struct {
				Name    string
				Version int
			}
		}
	}
	seen := func(change, id string, version int) {
		t.Helper()
		s.eventually(func() bool {
			for _, e := range all[event](t, rows) {
				c := e.EquipmentChanged
				if c.Change == change && text(c.ID) == id && (c.Equipment == nil || c.Equipment.Version == version) {
					return true
				}
			}
			return false
		})
	}
	s.eventually(func() bool { return len(all[event](t, rows)) > 0 }) // it has begun
	s.merged(mergeTwo, vars{"equipmentId": a, "duplicateId": b})
	seen("REMOVED", b, 0)
	seen("UPDATED", a, 2)
	s.merged(undoMerge, vars{"duplicateId": b})
	seen("UPDATED", b, 3)
	seen("UPDATED", a, 3)
}
