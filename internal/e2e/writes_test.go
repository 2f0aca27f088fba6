package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// fault is an error of a payload.
type fault struct {
	Code, Reason, Message    string
	Field                    elements
	ExpectedVersion, Version int
	Current                  *machine
}

// elements is a path, written with dots.
type elements string

// UnmarshalJSON reads the list of its elements, or null.
func (e *elements) UnmarshalJSON(text []byte) error {
	var list []string
	err := json.Unmarshal(text, &list)
	*e = elements(strings.Join(list, "."))
	return err
}

// argument is the path of the argument that an error blames.
func argument(extensions map[string]any) string {
	list, _ := extensions["argument"].([]any)
	path := make([]string, len(list))
	for i, element := range list {
		path[i] = fmt.Sprint(element)
	}
	return strings.Join(path, ".")
}

type machine struct {
	ID, Name, Status string
	SerialNumber     *string
	Cost             *string
	Version          int
	AssignedOperator *struct{ ID, LastName string }
}

type equipmentPayload struct {
	Equipment *machine
	DeletedID *string // of a deletion
	Errors    []fault
}

const (
	faults     = ` errors { code reason message field ... on VersionConflict { expectedVersion version current { id ... on Equipment { name version status assignedOperator { id } } } } }`
	ofMachine  = ` id name status serialNumber cost version assignedOperator { id lastName } `
	createOne  = `mutation($in: CreateEquipmentInput!, $key: String) { p: createEquipment(input: $in, idempotencyKey: $key) { equipment {` + ofMachine + `}` + faults + ` } }`
	updateOne  = `mutation($in: UpdateEquipmentInput!, $key: String) { p: updateEquipment(input: $in, idempotencyKey: $key) { equipment {` + ofMachine + `}` + faults + ` } }`
	deleteOne  = `mutation($id: ID!, $v: Int) { p: deleteEquipment(input: { equipmentId: $id, expectedVersion: $v }) { deletedId equipment {` + ofMachine + `}` + faults + ` } }`
	restoreOne = `mutation($id: ID!, $v: Int) { p: restoreEquipment(input: { equipmentId: $id, expectedVersion: $v }) { equipment {` + ofMachine + `}` + faults + ` } }`
)

type vars = map[string]any

// change runs a mutation with the field alias p.
func change[P any](s *service, mutation string, variables vars) P {
	s.t.Helper()
	var d struct{ P P }
	s.data(&d, mutation, variables)
	return d.P
}

// machine creates a machine.
func (s *service) machine(in vars) machine {
	s.t.Helper()
	given := vars{"name": "Digger", "category": "Excavator"}
	for k, v := range in {
		given[k] = v
	}
	p := change[equipmentPayload](s, createOne, vars{"in": given})
	if len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
	return *p.Equipment
}

func (s *service) operator(licence string) string {
	s.t.Helper()
	p := change[struct {
		Operator *struct{ ID string }
		Errors   []fault
	}](s, `mutation($l: String) { p: createOperator(input: { firstName: "Ada", lastName: "Byron", licenseNumber: $l }) { operator { id } errors { code reason message field } } }`, vars{"l": licence})
	if len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
	return p.Operator.ID
}

// count counts rows past the server.
func (s *service) count(sql string, args ...any) (n int) {
	s.t.Helper()
	s.row(sql, []any{&n}, args...)
	return n
}

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
		{"an operator who runs it now", assign, vars{"in": vars{"equipmentId": taken.ID, "operatorId": op}}, "CONFLICT OVERLAP", "input.equipmentId", "release first"},
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

// TestAHundredClientsOneMachine updates one machine from many clients: no update is lost.
func TestAHundredClientsOneMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	var wg sync.WaitGroup
	var mu sync.Mutex
	applied := 0
	for client := range 100 {
		wg.Go(func() {
			version := 1
			for try := range 3 {
				p := change[equipmentPayload](
					s,
					updateOne,
					vars{"in": vars{"equipmentId": e.ID, "expectedVersion": version, "description": fmt.Sprint(client, " ", try)}},
				)
				mu.Lock()
				switch {
				case p.Equipment != nil:
					applied++
				case len(p.Errors) == 1 && p.Errors[0].Code == "CONFLICT" && p.Errors[0].Current != nil:
					version = p.Errors[0].Version
				default:
					t.Errorf("got %+v", p)
				}
				mu.Unlock()
				if p.Equipment != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if v := s.count(`SELECT version FROM equipment`); v != applied+1 || applied == 0 {
		t.Errorf("version %d after %d successes", v, applied)
	}
	if n := s.count(`SELECT count(*)::int FROM history WHERE action = 'UPDATED'`); n != applied {
		t.Errorf("%d entries of %d successes", n, applied)
	}
}

func TestAKeyMakesAWriteHappenOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	in := vars{"name": "Crane 7", "category": "Crane", "serialNumber": "C7"}
	var mu sync.Mutex
	ids := map[string]int{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			p := change[equipmentPayload](s, createOne, vars{"in": in, "key": "once"})
			mu.Lock()
			defer mu.Unlock()
			if p.Equipment == nil {
				t.Errorf("got %+v", p)
				return
			}
			ids[p.Equipment.ID]++
		})
	}
	wg.Wait()
	if n := s.count(`SELECT count(*)::int FROM equipment`); n != 1 || len(ids) != 1 {
		t.Fatalf("%d machines, %v", n, ids)
	}
	for _, other := range []vars{{"name": "Crane 8", "category": "Crane", "serialNumber": "C7"}, {"name": "Crane 7", "category": "Crane", "serialNumber": "C7", "description": nil}} {
		p := change[equipmentPayload](s, createOne, vars{"in": other, "key": "once"})
		if len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" || p.Errors[0].Reason != "KEY_REUSED" ||
			p.Errors[0].Field != "idempotencyKey" {
			t.Errorf("another input under the key got %+v", p)
		}
	}
	// A refused write keeps no answer: mended elsewhere, it succeeds.
	taken := vars{"name": "Crane 9", "category": "Crane", "serialNumber": "C7"}
	if p := change[equipmentPayload](s, createOne, vars{"in": taken, "key": "second"}); len(p.Errors) != 1 {
		t.Fatalf("got %+v", p)
	}
	s.exec(`UPDATE equipment SET serial_number = NULL`)
	if p := change[equipmentPayload](s, createOne, vars{"in": taken, "key": "second"}); p.Equipment == nil {
		t.Errorf("got %+v", p)
	}
	// Keys live 30 days, and expire.
	s.exec(`UPDATE idempotency_keys SET created_at = now() - interval '29 days 23 hours'`)
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": vars{"name": "Crane 10", "category": "Crane"}, "key": "second"},
	); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "KEY_REUSED" {
		t.Errorf("within 30 days got %+v", p)
	}
	if n, err := s.store.SweepIdempotencyKeys(t.Context()); err != nil || n != 0 {
		t.Errorf("swept %d, %v; want none within 30 days", n, err)
	}
	s.exec(`UPDATE idempotency_keys SET created_at = now() - interval '30 days 1 second'`)
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": vars{"name": "Crane 10", "category": "Crane"}, "key": "second"},
	); p.Equipment == nil ||
		p.Equipment.Name != "Crane 10" {
		t.Errorf("after 30 days got %+v", p)
	}
	if n, err := s.store.SweepIdempotencyKeys(t.Context()); err != nil || n != 1 {
		t.Errorf("swept %d, %v; want 1", n, err)
	}
	// Another user's key is another key.
	s.serveAs("theirs@example.com")
	if p := change[equipmentPayload](
		s,
		createOne,
		vars{"in": in, "key": "once"},
	); p.Equipment == nil ||
		ids[p.Equipment.ID] != 0 {
		t.Errorf("the other company got %+v", p)
	}
}

type batchPayload struct {
	Results []struct {
		Outcome   string
		Equipment *machine
		Errors    []fault
	}
	Errors []fault
}

const updateMany = `mutation($in: [UpdateEquipmentInput!]!, $dry: Boolean! = false, $atomic: Boolean! = false, $key: String) {
	p: updateEquipmentBatch(input: { updates: $in, dryRun: $dry, atomic: $atomic }, idempotencyKey: $key) { results { outcome equipment {` + ofMachine + `}` + faults + ` }` + faults + ` } }`

func outcomes(p batchPayload) (list []string) {
	for _, r := range p.Results {
		list = append(list, r.Outcome)
	}
	return list
}

func TestBatches(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var ids []string
	for i := range 4 {
		ids = append(ids, s.machine(vars{"serialNumber": fmt.Sprint("S", i)}).ID)
	}
	item := func(i, version int, more vars) vars {
		v := vars{"equipmentId": ids[i], "expectedVersion": version, "description": "changed"}
		for k, x := range more {
			v[k] = x
		}
		return v
	}
	mixed := []vars{
		item(0, 1, nil),
		item(1, 7, nil),
		item(2, 1, vars{"serialNumber": "s0"}),
		item(3, 1, vars{"cost": "-1"}),
		{"equipmentId": "nonsense", "expectedVersion": 1},
	}
	wantFields := []string{
		"",
		"input.updates.1.expectedVersion",
		"input.updates.2.serialNumber",
		"input.updates.3.cost",
		"input.updates.4.equipmentId",
	}
	check := func(p batchPayload, first string) {
		t.Helper()
		if got, want := outcomes(p), []string{first, "FAILED", "FAILED", "FAILED", "FAILED"}; !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v; %+v", got, want, p)
		}
		for i, field := range wantFields {
			if field != "" && (len(p.Results[i].Errors) != 1 || string(p.Results[i].Errors[0].Field) != field) {
				t.Errorf("item %d: %+v, want a fault of %s", i, p.Results[i].Errors, field)
			}
		}
	}
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "dry": true}), "ROLLED_BACK")
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "atomic": true}), "ROLLED_BACK")
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 4 {
		t.Fatalf("versions add up to %d", n)
	}
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "key": "k"}), "APPLIED")
	check(change[batchPayload](s, updateMany, vars{"in": mixed, "key": "k"}), "APPLIED") // the version is 2 by now
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 5 {
		t.Fatalf("versions add up to %d", n)
	}
	all := []vars{item(0, 2, nil), item(1, 1, nil), item(2, 1, nil)}
	for range 2 { // the second time it is the answer that was kept
		p := change[batchPayload](s, updateMany, vars{"in": all, "atomic": true, "key": "a"})
		if got := outcomes(
			p,
		); !slices.Equal(got, []string{"APPLIED", "APPLIED", "APPLIED"}) ||
			p.Results[1].Equipment.Version != 2 {
			t.Errorf("got %v %+v", got, p)
		}
	}
	twice := change[batchPayload](s, updateMany, vars{"in": []vars{item(0, 2, nil), item(0, 2, nil)}})
	if len(twice.Errors) != 1 || twice.Errors[0].Field != "input.updates.1.equipmentId" {
		t.Errorf("one machine twice got %+v", twice)
	}
	var many []vars
	for range 251 {
		many = append(many, item(0, 2, nil))
	}
	a := s.ask(updateMany, vars{"in": many})
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.LimitExceeded) ||
		argument(a.Errors[0].Extensions) != "input.updates" {
		t.Errorf("251 items got %+v", a.Errors)
	}
	if n := s.count(`SELECT sum(version)::int FROM equipment`); n != 7 {
		t.Errorf("versions add up to %d", n)
	}
}

// TestACancelledBatchTellsWhatWasDone holds one machine, so that the batch is
// at work when its request ends.
func TestACancelledBatchTellsWhatWasDone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var in []vars
	for range 12 {
		in = append(in, vars{"equipmentId": s.machine(nil).ID, "expectedVersion": 1, "name": "New"})
	}
	release := s.lock(`SELECT FROM equipment FOR UPDATE`)
	body, _ := json.Marshal(vars{"query": updateMany, "variables": vars{"in": in, "key": "k"}})
	ctx, cancel := context.WithCancel(t.Context())
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.handler.ServeHTTP(w, s.request(ctx, body))
	}()
	s.eventually(func() bool {
		return s.count(
			`SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
		) == 4
	})
	cancel()
	release()
	<-done
	var a struct{ Data struct{ P batchPayload } }
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	got := outcomes(a.Data.P)
	applied := s.count(`SELECT count(*)::int FROM equipment WHERE name = 'New'`)
	told := 0
	for _, o := range got {
		if o == "APPLIED" {
			told++
		} else if o != "NOT_RUN" {
			t.Errorf("an outcome is %s", o)
		}
	}
	if told != applied || applied < 4 || applied == 12 || len(got) != 12 {
		t.Errorf("%d applied, told %v", applied, got)
	}
	p := change[batchPayload](s, updateMany, vars{"in": in, "key": "k"})
	for i, r := range p.Results {
		if r.Outcome != "APPLIED" || r.Equipment.Version != 2 {
			t.Errorf("asked again, item %d is %+v", i, r)
		}
	}
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

func TestWhoRanWhatWhen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a, b := s.machine(vars{"name": "A"}), s.machine(vars{"name": "B"})
	one, two := s.operator("L-1"), s.operator("L-2")
	type payload struct {
		Assignment *struct {
			Equipment, Operator struct{ ID string }
			ReleasedAt          *string
		}
		Errors []fault
	}
	assign := func(e, o string, replace bool) payload {
		return change[payload](
			s,
			`mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { assignment { releasedAt equipment { id } operator { id } } errors { code reason message field } } }`,
			vars{"in": vars{"equipmentId": e, "operatorId": o, "replace": replace}},
		)
	}
	release := func(e string) payload {
		return change[payload](
			s,
			`mutation($e: ID!) { p: releaseOperator(input: { equipmentId: $e }) { assignment { releasedAt equipment { id } operator { id } } errors { code reason message field } } }`,
			vars{"e": e},
		)
	}
	if p := assign(
		a.ID,
		one,
		false,
	); p.Assignment == nil || p.Assignment.Operator.ID != one ||
		p.Assignment.Equipment.ID != a.ID {
		t.Fatalf("assigned %+v", p)
	}
	if p := assign(a.ID, two, false); len(p.Errors) != 1 || p.Errors[0].Code != "CONFLICT" {
		t.Errorf("a second operator got %+v", p)
	}
	if p := assign(a.ID, two, true); p.Assignment == nil {
		t.Errorf("replacing got %+v", p)
	}
	if p := assign(b.ID, two, false); p.Assignment == nil {
		t.Errorf("a second machine got %+v", p)
	}
	if p := release(a.ID); p.Assignment == nil || p.Assignment.ReleasedAt == nil {
		t.Errorf("released %+v", p)
	}
	if p := release(a.ID); len(p.Errors) != 1 || p.Errors[0].Field != "input.equipmentId" {
		t.Errorf("releasing twice got %+v", p)
	}
	var who struct {
		Equipment struct {
			AssignedOperator *struct{ ID string }
			Assignments      struct {
				TotalCount int
				Nodes      []struct{ Operator struct{ ID string } }
			}
		}
		Operator struct {
			Assignments struct {
				Nodes []struct {
					Equipment  struct{ ID string }
					ReleasedAt *string
				}
			}
			History struct{ Nodes []struct{ Action string } }
		}
	}
	query := `query($e: ID!, $o: ID!) { equipment(id: $e) { assignedOperator { id } assignments { totalCount nodes { operator { id } } } } operator(id: $o) { assignments { nodes { equipment { id } releasedAt } } history { nodes { action } } } }`
	got := s.data(&who, query, vars{"e": a.ID, "o": two})
	if w := who.Equipment; w.AssignedOperator != nil || w.Assignments.TotalCount != 2 ||
		w.Assignments.Nodes[0].Operator.ID != two ||
		w.Assignments.Nodes[1].Operator.ID != one {
		t.Errorf("the machine's side: %+v", w)
	}
	if n := who.Operator.Assignments.Nodes; len(n) != 2 || n[0].Equipment.ID != b.ID || n[0].ReleasedAt != nil ||
		n[1].ReleasedAt == nil {
		t.Errorf("the operator's side: %+v", n)
	}
	if n := who.Operator.History.Nodes; len(n) != 4 || n[0].Action != "RELEASED" {
		t.Errorf("the operator's history: %+v", n)
	}
	if got.statements != 9 {
		t.Errorf("%d statements, want 9", got.statements)
	}
	retired := change[struct {
		Operator *struct{ Status string }
		Errors   []fault
	}](s, `mutation($id: ID!) { p: retireOperator(input: { operatorId: $id, expectedVersion: 1 }) { operator { status } errors { code reason message field } } }`, vars{"id": two})
	if retired.Operator == nil || retired.Operator.Status != "RETIRED" ||
		s.count(`SELECT count(*)::int FROM assignments WHERE released_at IS NULL`) != 0 {
		t.Errorf("retired %+v", retired)
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
