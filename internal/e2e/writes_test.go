package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

func TestAMachinesLife(t *testing.T) {
	t.Parallel()
	s := newService(t)
	made := s.machine(
		vars{"serialNumber": "SN-1", "cost": "1250.50", "userId": fleet.GlobalID(fleet.KindUser, s.viewer.UserID)},
	)
	if made.Version != 1 || made.Status != "ACTIVE" || *made.Cost != "1250.50" {
		t.Errorf("created %+v", made)
	}
	p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": made.ID, "expectedVersion": 1, "name": "Big digger", "cost": nil}},
	)
	if e := p.Equipment; e == nil || e.Name != "Big digger" || e.Cost != nil || *e.SerialNumber != "SN-1" ||
		e.Version != 2 {
		t.Fatalf("updated %+v", p)
	}
	if p = change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": made.ID, "expectedVersion": 2, "name": "Big digger"}},
	); p.Equipment.Version != 2 {
		t.Errorf("a change of nothing gave version %d", p.Equipment.Version)
	}
	p = change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": made.ID, "expectedVersion": 1, "name": "Other"}},
	)
	if len(p.Errors) != 1 || p.Equipment != nil {
		t.Fatalf("a stale version got %+v", p)
	}
	if f := p.Errors[0]; f.Code != "CONFLICT" || f.Reason != "STALE_VERSION" || f.Field != "input.expectedVersion" ||
		f.ExpectedVersion != 1 ||
		f.Version != 2 ||
		f.Current == nil ||
		f.Current.Name != "Big digger" {
		t.Errorf("a stale version got %+v", f)
	}
	if p = change[equipmentPayload](
		s,
		deleteOne,
		vars{"id": made.ID, "v": 2},
	); p.Equipment == nil || p.DeletedID == nil || *p.DeletedID != made.ID ||
		len(p.Errors) > 0 {
		t.Fatalf("deleted %+v", p)
	}
	var gone struct{ Equipment *machine }
	if s.data(&gone, `query($id: ID!) { equipment(id: $id) { id } }`, vars{"id": made.ID}); gone.Equipment != nil {
		t.Error("a deleted machine is there")
	}
	other := s.machine(vars{"serialNumber": "sn-1"})
	p = change[equipmentPayload](s, restoreOne, vars{"id": made.ID})
	if len(p.Errors) != 1 || p.Errors[0].Reason != "TAKEN" || p.Errors[0].Code != "CONFLICT" ||
		p.Errors[0].Field != "input" {
		t.Errorf("restoring where the serial number is taken got %+v", p)
	}
	change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": other.ID, "expectedVersion": 1, "serialNumber": nil}},
	)
	if p = change[equipmentPayload](
		s,
		restoreOne,
		vars{"id": made.ID, "v": 2},
	); len(p.Errors) != 1 || p.Errors[0].Reason != "STALE_VERSION" || p.Errors[0].Version != 3 ||
		p.Errors[0].Current != nil {
		t.Errorf("restoring by an old version got %+v", p)
	}
	if p = change[equipmentPayload](
		s,
		restoreOne,
		vars{"id": made.ID, "v": 3},
	); p.Equipment == nil ||
		p.Equipment.Name != "Big digger" {
		t.Errorf("restored %+v", p)
	}
	var told struct {
		Equipment struct {
			History struct {
				TotalCount int
				Nodes      []struct {
					Action, Request string
					User            struct{ ID string }
					Node            struct{ ID string }
					Changes         []struct{ Field, From, To string }
				}
			}
		}
	}
	a := s.data(
		&told,
		`query($id: ID!) { equipment(id: $id) { history { totalCount nodes { action request user { id } node { id } changes { field from to } } } } }`,
		vars{"id": made.ID},
	)
	h := told.Equipment.History
	var actions []string
	for _, n := range h.Nodes {
		actions = append(actions, n.Action)
		if n.Node.ID != made.ID || n.User.ID != fleet.GlobalID(fleet.KindUser, s.viewer.UserID) || n.Request == "" {
			t.Errorf("an entry says %+v", n)
		}
	}
	if want := []string{"RESTORED", "DELETED", "UPDATED", "CREATED"}; !slices.Equal(actions, want) || h.TotalCount != 4 {
		t.Errorf("the history is %v (%d), want %v", actions, h.TotalCount, want)
	}
	if c := h.Nodes[2].Changes; len(c) != 2 || c[0].Field != "name" || c[0].From != "Digger" || c[0].To != "Big digger" ||
		c[1].Field != "cost" ||
		c[1].From != "1250.50" ||
		c[1].To != "" {
		t.Errorf("the update is told as %+v", c)
	}
	if a.statements != 5 {
		t.Errorf("%d statements, want 5", a.statements)
	}
}

// TestRefusedChangesNameTheField: each changes nothing.
func TestRefusedChangesNameTheField(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"serialNumber": "TAKEN"})
	retired := s.machine(vars{"status": "RETIRED"})
	op, away := s.operator("L-1"), s.operator("L-2")
	s.exec(`UPDATE operators SET status = 'INACTIVE' WHERE license_number = 'L-2'`)
	assign := `mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { assignment { id } errors { code reason message field } } }`
	read := `mutation($in: AddMeterReadingInput!) { p: addMeterReading(input: $in) { meterReading { id } errors { code reason message field } } }`
	record := `mutation($in: RecordMaintenanceInput!) { p: recordMaintenance(input: $in) { maintenanceRecord { id } errors { code reason message field } } }`
	cancel := `mutation($id: ID!) { p: cancelMaintenance(input: { maintenanceRecordId: $id }) { maintenanceRecord { id status } errors { code reason message field } } }`
	complete := `mutation($in: CompleteMaintenanceInput!) { p: completeMaintenance(input: $in) { maintenanceRecord { id } errors { code reason message field } } }`
	type anyPayload struct {
		Assignment, MeterReading, MaintenanceRecord *struct{ ID string }
		Errors                                      []fault
	}
	must := func(p anyPayload) string {
		t.Helper()
		if len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
		if p.MaintenanceRecord != nil {
			return p.MaintenanceRecord.ID
		}
		return ""
	}
	day := func(n int) string { return time.Now().AddDate(0, 0, n).UTC().Format(time.RFC3339) }
	must(
		change[anyPayload](
			s,
			assign,
			vars{"in": vars{"equipmentId": e.ID, "operatorId": op, "assignedAt": day(-10), "releasedAt": day(-5)}},
		),
	)
	must(change[anyPayload](s, read, vars{"in": vars{"equipmentId": e.ID, "readAt": day(-3), "hours": "100.5"}}))
	planned := must(
		change[anyPayload](
			s,
			record,
			vars{"in": vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "maintenanceDate": "2026-05-01"}},
		),
	)
	must(change[anyPayload](s, cancel, vars{"id": planned}))
	later := must(
		change[anyPayload](
			s,
			record,
			vars{"in": vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "maintenanceDate": "2126-05-01"}},
		),
	)
	taken := s.machine(nil)
	must(change[anyPayload](s, assign, vars{"in": vars{"equipmentId": taken.ID, "operatorId": op}}))
	retire := `mutation($o: ID!, $v: Int) { p: retireOperator(input: { operatorId: $o, expectedVersion: $v }) { errors { code reason message field } } }`
	release := `mutation($e: ID!, $o: ID) { p: releaseOperator(input: { equipmentId: $e, operatorId: $o }) { assignment { id } errors { code reason message field } } }`
	versions := func() int { return s.count(`SELECT sum(version)::int FROM equipment`) }
	rows := func() int {
		return s.count(
			`SELECT ((SELECT count(*) FROM equipment) + (SELECT count(*) FROM assignments) + (SELECT count(*) FROM meter_readings) + (SELECT count(*) FROM maintenance_records) + (SELECT count(*) FROM history))::int`,
		)
	}
	version, before := versions(), rows()
	for _, c := range []struct {
		name, mutation    string
		variables         vars
		code, field, says string
	}{
		{"a blank name", createOne, vars{"in": vars{"name": " ", "category": "Crane"}}, "BAD_INPUT INVALID", "input.name", "1 to 200"},
		{"a long name", createOne, vars{"in": vars{"name": strings.Repeat("ä", 201), "category": "Crane"}}, "BAD_INPUT INVALID", "input.name", "201 characters"},
		{"a NUL", createOne, vars{"in": vars{"name": "a\x00", "category": "Crane"}}, "BAD_INPUT INVALID", "input.name", "NUL"},
		{"a cost below 0", createOne, vars{"in": vars{"name": "a", "category": "Crane", "cost": "-1"}}, "BAD_INPUT INVALID", "input.cost", "below 0"},
		{"a cost of thousandths", createOne, vars{"in": vars{"name": "a", "category": "Crane", "cost": "1.234"}}, "BAD_INPUT INVALID", "input.cost", "1.234"},
		{"a serial number that is taken", createOne, vars{"in": vars{"name": "a", "category": "Crane", "serialNumber": "taken"}}, "CONFLICT TAKEN", "input.serialNumber", "another machine"},
		{"an unknown user", createOne, vars{"in": vars{"name": "a", "category": "Crane", "userId": "user_00000000000000000000000000"}}, "NOT_FOUND NOT_FOUND", "input.userId", "no user"},
		{"an id of another type", createOne, vars{"in": vars{"name": "a", "category": "Crane", "userId": e.ID}}, "BAD_INPUT INVALID", "input.userId", "expected the id of a user"},
		{"null for a name", updateOne, vars{"in": vars{"equipmentId": e.ID, "expectedVersion": 1, "name": nil}}, "BAD_INPUT INVALID", "input.name", "null"},
		{"an unknown machine", updateOne, vars{"in": vars{"equipmentId": "equipment_00000000000000000000000000", "expectedVersion": 1}}, "NOT_FOUND NOT_FOUND", "input.equipmentId", "no machine"},
		{"a retired machine put to work", updateOne, vars{"in": vars{"equipmentId": retired.ID, "expectedVersion": 1, "status": "ACTIVE"}}, "CONFLICT TRANSITION", "input.status", "INACTIVE"},
		{"periods that overlap", assign, vars{"in": vars{"equipmentId": e.ID, "operatorId": op, "assignedAt": day(-7)}}, "CONFLICT OVERLAP", "input.assignedAt", "another period"},
		{"a period to come", assign, vars{"in": vars{"equipmentId": e.ID, "operatorId": op, "assignedAt": day(1)}}, "BAD_INPUT INVALID", "input.assignedAt", "in the future"},
		{"a period backwards", assign, vars{"in": vars{"equipmentId": e.ID, "operatorId": op, "assignedAt": day(-1), "releasedAt": day(-2)}}, "BAD_INPUT INVALID", "input.releasedAt", "not after assignedAt"},
		{"a retired machine", assign, vars{"in": vars{"equipmentId": retired.ID, "operatorId": op}}, "CONFLICT TRANSITION", "input.equipmentId", "RETIRED"},
		{"an operator who is away", assign, vars{"in": vars{"equipmentId": e.ID, "operatorId": away}}, "CONFLICT TRANSITION", "input.operatorId", "INACTIVE"},
		{"a reading that goes backwards", read, vars{"in": vars{"equipmentId": e.ID, "hours": "99"}}, "CONFLICT DECREASING", "input.hours", "never decrease"},
		{"a reading below zero", read, vars{"in": vars{"equipmentId": e.ID, "hours": "-1"}}, "BAD_INPUT INVALID", "input.hours", "0 to"},
		{"a reading to come", read, vars{"in": vars{"equipmentId": e.ID, "hours": "200", "readAt": day(1)}}, "BAD_INPUT INVALID", "input.readAt", "in the future"},
		{"completing what was cancelled", complete, vars{"in": vars{"maintenanceRecordId": planned}}, "CONFLICT TRANSITION", "input.maintenanceRecordId", "CANCELLED"},
		{"cancelling twice", cancel, vars{"id": planned}, "CONFLICT TRANSITION", "input.maintenanceRecordId", "CANCELLED"},
		{"parts that do not add up", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": "2026-05-01", "cost": "10", "labourCost": "3", "partsCost": "4"}}, "BAD_INPUT INVALID", "input.cost", "sum"},
		{"half of the parts", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": "2026-05-01", "labourCost": "3"}}, "BAD_INPUT INVALID", "input.labourCost", "together"},
		{"downtime without beginning", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": "2026-05-01", "downTo": day(-1)}}, "BAD_INPUT INVALID", "input.downTo", "downFrom is needed"},
		{"an end that is missing", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": "2026-05-01", "downFrom": day(-1)}}, "BAD_INPUT INVALID", "input.downFrom", "give it"},
		{"completing in the future", complete, vars{"in": vars{"maintenanceRecordId": later, "maintenanceDate": "2126-05-01"}}, "BAD_INPUT INVALID", "input.maintenanceDate", "in the future"},
		{"work of the first day of the calendar", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "maintenanceDate": "0001-01-01"}}, "BAD_INPUT INVALID", "input.maintenanceDate", "before 1950"},
		{"work done at the end of a downtime without a beginning", complete, vars{"in": vars{"maintenanceRecordId": later, "downTo": day(-1)}}, "BAD_INPUT INVALID", "input.downTo", "downFrom is needed"},
		{"a plan without a day", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "status": "PLANNED"}}, "BAD_INPUT INVALID", "input", "due date"},
		{"a plan of two days", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "status": "PLANNED", "maintenanceDate": "2126-05-01", "dueDate": "2126-05-02"}}, "BAD_INPUT INVALID", "input.maintenanceDate", "give one of both"},
		{"planned work that is done", record, vars{"in": vars{"equipmentId": e.ID, "kind": "OTHER", "status": "PLANNED", "dueDate": "2126-05-02", "completedAt": day(-1)}}, "BAD_INPUT INVALID", "input.completedAt", "complete it"},
		{"releasing where none is assigned", release, vars{"e": e.ID}, "CONFLICT TRANSITION", "input.equipmentId", "no operator"},
		{"releasing another operator than the one assigned", release, vars{"e": taken.ID, "o": away}, "CONFLICT TRANSITION", "input.operatorId", "is assigned to the machine"},
		{"deleting by an old version", deleteOne, vars{"id": e.ID, "v": 7}, "CONFLICT STALE_VERSION", "input.expectedVersion", "version 7"},
		{"restoring by an old version", restoreOne, vars{"id": e.ID, "v": 7}, "CONFLICT STALE_VERSION", "input.expectedVersion", "version 7"},
		{"retiring by an old version", retire, vars{"o": op, "v": 7}, "CONFLICT STALE_VERSION", "input.expectedVersion", "version 7"},
		{"an operator who runs it now", assign, vars{"in": vars{"equipmentId": taken.ID, "operatorId": op}}, "CONFLICT OVERLAP", "input.equipmentId", "release the operator first"},
		{"work on a retired machine", record, vars{"in": vars{"equipmentId": retired.ID, "kind": "OTHER", "status": "PLANNED", "maintenanceDate": "2026-05-01"}}, "CONFLICT TRANSITION", "input.equipmentId", "RETIRED"},
		{"a long key", createOne, vars{"in": vars{"name": "a", "category": "Crane"}, "key": strings.Repeat("k", 201)}, "BAD_INPUT INVALID", "idempotencyKey", "200"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := change[anyPayload](s, c.mutation, c.variables)
			if len(p.Errors) != 1 || p.Assignment != nil || p.MeterReading != nil || p.MaintenanceRecord != nil {
				t.Fatalf("got %+v", p)
			}
			if f := p.Errors[0]; f.Code+" "+f.Reason != c.code || string(f.Field) != c.field ||
				!strings.Contains(f.Message, c.says) {
				t.Errorf("got %+v, want %s in %s that says %q", f, c.code, c.field, c.says)
			}
			if v, n := versions(), rows(); v != version || n != before {
				t.Errorf("versions %d → %d, rows %d → %d", version, v, before, n)
			}
		})
	}
	p := change[equipmentPayload](s, createOne, vars{"in": vars{"name": "", "category": "", "cost": "-3"}})
	if len(p.Errors) != 3 {
		t.Errorf("three faults are told as %+v", p.Errors)
	}
	_ = must(change[anyPayload](s, read, vars{"in": vars{"equipmentId": e.ID, "hours": "2", "replacement": true}}))
}

func TestWorkMovesItsMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	type work struct {
		MaintenanceRecord *struct {
			ID, Status, Cost string
			DownFrom, DownTo *string
			Version          int
		}
		Equipment *machine
		Errors    []fault
	}
	const of = ` { maintenanceRecord { id status cost downFrom downTo version } equipment { id status version } errors { code reason message field } } }`
	record := func(in vars) work {
		in["equipmentId"], in["kind"], in["maintenanceDate"] = e.ID, "CORRECTIVE", "2026-05-01"
		return change[work](s, `mutation($in: RecordMaintenanceInput!) { p: recordMaintenance(input: $in)`+of, vars{"in": in})
	}
	first := record(vars{"status": "PLANNED", "labourCost": "100.10", "partsCost": "20"})
	if first.MaintenanceRecord.Cost != "120.10" || first.Equipment.Status != "ACTIVE" {
		t.Errorf("planned: %+v", first)
	}
	start := `mutation($id: ID!, $v: Int) { p: startMaintenance(input: { maintenanceRecordId: $id, expectedVersion: $v, stopsMachine: true })` + of
	w := change[work](s, start, vars{"id": first.MaintenanceRecord.ID, "v": 1})
	if w.MaintenanceRecord.Status != "IN_PROGRESS" || w.MaintenanceRecord.DownFrom == nil ||
		w.Equipment.Status != "MAINTENANCE" {
		t.Fatalf("started: %+v", w)
	}
	second := record(vars{"status": "IN_PROGRESS", "downFrom": time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)})
	if second.Equipment.Status != "MAINTENANCE" {
		t.Errorf("a second work: %+v", second)
	}
	if p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": e.ID, "expectedVersion": w.Equipment.Version, "status": "ACTIVE"}},
	); len(p.Errors) != 1 ||
		p.Errors[0].Field != "input.status" {
		t.Errorf("a machine that is down was put to work: %+v", p)
	}
	complete := `mutation($in: CompleteMaintenanceInput!) { p: completeMaintenance(input: $in)` + of
	w = change[work](
		s,
		complete,
		vars{"in": vars{"maintenanceRecordId": first.MaintenanceRecord.ID, "expectedVersion": 2, "cost": "130"}},
	)
	if len(w.Errors) > 0 || w.MaintenanceRecord.DownTo == nil || w.MaintenanceRecord.Cost != "130.00" ||
		w.Equipment.Status != "MAINTENANCE" {
		t.Errorf("completed: %+v, the other work keeps the machine down", w)
	}
	w = change[work](
		s,
		`mutation($id: ID!) { p: cancelMaintenance(input: { maintenanceRecordId: $id })`+of,
		vars{"id": second.MaintenanceRecord.ID},
	)
	if len(w.Errors) > 0 || w.MaintenanceRecord.Status != "CANCELLED" || w.Equipment.Status != "ACTIVE" {
		t.Errorf("cancelled: %+v", w)
	}
	w = change[work](
		s,
		`mutation($in: CorrectMaintenanceInput!) { p: correctMaintenance(input: $in)`+of,
		vars{
			"in": vars{
				"maintenanceRecordId": first.MaintenanceRecord.ID,
				"expectedVersion":     3,
				"cost":                "125",
				"description":         "Pump",
			},
		},
	)
	if len(w.Errors) > 0 || w.MaintenanceRecord.Cost != "125.00" || w.MaintenanceRecord.Status != "COMPLETED" {
		t.Errorf("corrected: %+v", w)
	}
	var told struct {
		Equipment struct {
			History struct{ Nodes []struct{ Action string } }
		}
		MaintenanceRecord struct {
			History struct{ Nodes []struct{ Action string } }
		}
	}
	s.data(
		&told,
		`query($e: ID!, $m: ID!) { equipment(id: $e) { history { nodes { action } } } maintenanceRecord(id: $m) { history { nodes { action } } } }`,
		vars{"e": e.ID, "m": first.MaintenanceRecord.ID},
	)
	if n := told.Equipment.History.Nodes; len(n) != 3 || n[0].Action != "STATUS_FOLLOWS" ||
		n[1].Action != "STATUS_FOLLOWS" {
		t.Errorf("the machine's history is %+v", n)
	}
	if n := told.MaintenanceRecord.History.Nodes; len(n) != 4 || n[0].Action != "CORRECTED" ||
		n[1].Action != "COMPLETED" ||
		n[2].Action != "STARTED" {
		t.Errorf("the record's history is %+v", n)
	}
}

func TestStatisticsFollowAWriteAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var d struct{ DashboardStats struct{ TotalEquipment int } }
	for want := range 5 {
		if s.data(&d, `{ dashboardStats { totalEquipment } }`, nil); d.DashboardStats.TotalEquipment != want {
			t.Fatalf("%d machines, want %d", d.DashboardStats.TotalEquipment, want)
		}
		s.machine(nil)
	}
}

func TestWhoMayChangeTheFleet(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for role, allowed := range map[fleet.Role]bool{fleet.RoleAdmin: true, fleet.RoleManager: true, fleet.RoleAnalyst: false, fleet.RoleOperator: false} {
		s.exec(`UPDATE users SET role = $1 WHERE email = 'ours@example.com'`, string(role))
		s.serveAs("ours@example.com")
		a := s.ask(createOne, vars{"in": vars{"name": "x", "category": "y"}})
		if allowed != (len(a.Errors) == 0) || (!allowed && a.Errors[0].Extensions["code"] != string(fleet.Forbidden)) {
			t.Errorf("%s got %+v", role, a.Errors)
		}
	}
	if n := s.count(`SELECT count(*)::int FROM equipment`); n != 2 {
		t.Errorf("%d machines, want 2", n)
	}
}
