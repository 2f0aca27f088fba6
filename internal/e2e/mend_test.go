package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const (
	reopenWork  = `mutation($in: ReopenMaintenanceInput!) { p: reopenMaintenance(input: $in)` + workFields
	deleteWork  = `mutation($in: DeleteMaintenanceInput!) { p: deleteMaintenance(input: $in)` + workFields
	restoreWork = `mutation($in: RestoreMaintenanceInput!) { p: restoreMaintenance(input: $in)` + workFields
	moveWork    = `mutation($in: MoveMaintenanceInput!) { p: moveMaintenance(input: $in)` + workFields
)

// figuresOfWork are the lists, sums and figures that a record takes part in.
const figuresOfWork = `query($e: ID!, $from: Date!, $to: Date!) {
	maintenanceRecords { totalCount nodes { description cost } }
	search: maintenanceRecords(filter: { search: "mistake" }) { totalCount }
	down: maintenanceRecords(filter: { down: true }) { totalCount }
	byMachine: maintenanceSummary(groupBy: [EQUIPMENT]) { equipment { id } records totalCost unknownCost firstDate lastDate }
	byStatus: maintenanceSummary(groupBy: [STATUS, MONTH]) { status month records totalCost }
	maintenanceAggregates(groupBy: [KIND]) { keys { value } count cost { sum average count } labourHours { sum count missing }
		downtimeHours { count } }
	kpis(from: $from, to: $to) { failures { value sampleSize } stoppingFailures { value } plannedShare { value sampleSize }
		meanTimeToRestoration { sampleSize } backlog { value } }
	equipment(id: $e) { status latestMaintenance { description } nextMaintenance { description }
		maintenanceRecords { totalCount nodes { description } } kpis(from: $from, to: $to) { failures { value } } }
}`

// day is a day that many days from today, in UTC.
func day(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }

// TestADeletedRecordLeavesEveryListAndFigure for every role, and comes back as it was. A manager who asks for deleted
// rows sees it meanwhile.
func TestADeletedRecordLeavesEveryListAndFigure(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"status": "INACTIVE"})
	s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "cost": "40", "description": "service"})
	on := vars{"e": e.ID, "from": day(-7), "to": day(0)}
	for i, c := range []struct {
		name string
		in   vars
	}{
		{"a repair that was never made", vars{"kind": "CORRECTIVE", "cost": "100", "labourHours": "2.5", "startedAt": hours(-3),
			"downFrom": hours(-3), "downTo": hours(-1)}},
		{"running work that stops the machine", vars{"kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-2)}},
		{"a plan", vars{"kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2026-01-01"}},
	} {
		without := s.shownTo(figuresOfWork, on)
		given := vars{"equipmentId": e.ID, "description": "a mistake"}
		for k, v := range c.in {
			given[k] = v
		}
		id := s.work(recordWork, given).MaintenanceRecord.ID
		with := s.shownTo(figuresOfWork, on)
		if with == without {
			t.Fatalf("%s is in no figure: this shows nothing", c.name)
		}
		p := s.work(deleteWork, vars{"maintenanceRecordId": id, "reason": "entered twice"})
		if diff := cmp.Diff(without, s.shownTo(figuresOfWork, on)); diff != "" {
			t.Errorf("%s, deleted: %s", c.name, diff)
		}
		if f := s.refused(correctWork, vars{"maintenanceRecordId": id, "expectedVersion": p.MaintenanceRecord.Version,
			"cost": "1"}); f.Code != "NOT_FOUND" || !strings.Contains(f.Message, "restore it first") ||
			f.Field != "input.maintenanceRecordId" {
			t.Errorf("%s, corrected although it is deleted: %+v", c.name, f)
		}
		if f := s.refused(restoreWork, vars{"maintenanceRecordId": id, "expectedVersion": 1}); f.Reason != "STALE_VERSION" {
			t.Errorf("%s, restored by an old version: %+v", c.name, f)
		}
		var asked struct {
			Only, Include struct {
				Nodes []struct {
					ID        string
					DeletedAt *string
				}
			}
			Summary []struct{ Records int }
			Node    *struct{ ID string }
		}
		s.data(&asked, `query($id: ID!) { only: maintenanceRecords(filter: { deleted: ONLY }) { nodes { id deletedAt } }
			include: maintenanceRecords(filter: { deleted: INCLUDE, search: "mistake" }) { nodes { id deletedAt } }
			summary: maintenanceSummary(filter: { deleted: ONLY }) { records } node(id: $id) { id } }`, vars{"id": id})
		shown := false
		for _, n := range asked.Include.Nodes {
			shown = shown || n.ID == id && n.DeletedAt != nil
		}
		if len(asked.Only.Nodes) != i+1 || len(asked.Include.Nodes) != i+1 || !shown ||
			asked.Summary[0].Records != i+1 || asked.Node != nil {
			t.Errorf("%s, a manager who asks gets %+v", c.name, asked)
		}
		s.work(restoreWork, vars{"maintenanceRecordId": id, "expectedVersion": p.MaintenanceRecord.Version})
		if diff := cmp.Diff(with, s.shownTo(figuresOfWork, on)); diff != "" {
			t.Errorf("%s, restored: %s", c.name, diff)
		}
		again := s.work(restoreWork, vars{"maintenanceRecordId": id})
		s.work(deleteWork, vars{"maintenanceRecordId": id, "reason": "entered twice",
			"expectedVersion": again.MaintenanceRecord.Version})
	}
	s.wantState("the running work is deleted", e.ID, "INACTIVE")
	a := s.analyst().ask(`{ maintenanceRecords(filter: { deleted: ONLY }) { totalCount } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "FORBIDDEN" {
		t.Errorf("an analyst gets deleted records: %+v", a)
	}
	job := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "OTHER", "status": "IN_PROGRESS"}).MaintenanceRecord.ID
	s.work(deleteWork, vars{"maintenanceRecordId": job, "reason": "another machine was meant"})
	s.setStatus(e.ID, "RETIRED")
	if f := s.refused(restoreWork, vars{"maintenanceRecordId": job}); f.Reason != "TRANSITION" {
		t.Errorf("running work comes back on a machine that is retired: %+v", f)
	}
}

// TestWorkIsReopened that was completed, or cancelled, by mistake.
func TestWorkIsReopened(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	job := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS",
		"downFrom": hours(-3), "startedAt": hours(-2)}).MaintenanceRecord
	for _, c := range []struct {
		name, reason string
		more         vars
		code, field  string
	}{
		{"open work", "not done yet", nil, "CONFLICT TRANSITION", "input.maintenanceRecordId"},
		{"without a reason", " ", nil, "BAD_INPUT INVALID", "input.reason"},
		{"a long reason", strings.Repeat("x", 501), nil, "BAD_INPUT INVALID", "input.reason"},
		{"an old version", "not done yet", vars{"expectedVersion": 9}, "CONFLICT STALE_VERSION", "input.expectedVersion"},
	} {
		in := vars{"maintenanceRecordId": job.ID, "reason": c.reason}
		for k, v := range c.more {
			in[k] = v
		}
		if f := s.refused(reopenWork, in); f.Code+" "+f.Reason != c.code || string(f.Field) != c.field {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	done := s.work(completeWork, vars{"maintenanceRecordId": job.ID, "cost": "75"})
	s.wantState("completed", e.ID, "ACTIVE")
	p := s.work(reopenWork, vars{"maintenanceRecordId": job.ID, "reason": "the part has not come yet"})
	if r := p.MaintenanceRecord; r.Status != "IN_PROGRESS" || r.CompletedAt != nil || text(r.Cost) != "75.00" ||
		text(r.StartedAt) != text(job.StartedAt) || text(r.DownTo) != text(done.MaintenanceRecord.DownTo) {
		t.Errorf("reopened, the work is %+v", r)
	}
	s.wantState("reopened without downtime", e.ID, "ACTIVE")
	s.work(completeWork, vars{"maintenanceRecordId": job.ID})
	p = s.work(reopenWork, vars{"maintenanceRecordId": job.ID, "reason": "it still leaks", "stopsMachine": true})
	if r := p.MaintenanceRecord; r.DownTo != nil || text(r.DownFrom) != text(job.DownFrom) ||
		p.Equipment.Status != "MAINTENANCE" {
		t.Errorf("reopened, the machine is down since %s until %s: %+v", text(r.DownFrom), text(r.DownTo), p.Equipment)
	}
	plan := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED",
		"dueDate": "2027-02-01"}).MaintenanceRecord.ID
	s.work(cancelWork, vars{"maintenanceRecordId": plan})
	p = s.work(reopenWork, vars{"maintenanceRecordId": plan, "reason": "the wrong plan was cancelled"})
	if r := p.MaintenanceRecord; r.Status != "PLANNED" || text(r.DueDate) != "2027-02-01" ||
		r.MaintenanceDate != "2027-02-01" {
		t.Errorf("reopened, the plan is %+v", r)
	}
	if f := s.refused(completeWork, vars{"maintenanceRecordId": s.work(recordWork, vars{"equipmentId": e.ID,
		"kind": "OTHER"}).MaintenanceRecord.ID}); !strings.Contains(f.Message, "reopen it") {
		t.Errorf("completing twice says %s", f.Message)
	}
	s.setStatus(e.ID, "RETIRED")
	if f := s.refused(reopenWork, vars{"maintenanceRecordId": plan, "reason": "why not"}); f.Reason != "TRANSITION" {
		t.Errorf("reopened on a retired machine: %+v", f)
	}
}

// TestARecordMovesToItsMachine with its cost and its downtime.
func TestARecordMovesToItsMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	wrong, right := s.machine(vars{"name": "Wrong", "status": "INACTIVE"}), s.machine(vars{"name": "Right"})
	id := s.work(recordWork, vars{"equipmentId": wrong.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "cost": "30",
		"downFrom": hours(-3)}).MaintenanceRecord.ID
	s.wantState("before", wrong.ID, "MAINTENANCE then INACTIVE")
	var moved struct {
		P struct {
			MaintenanceRecord            struct{ Equipment struct{ Name string } }
			Equipment, PreviousEquipment struct{ Name, Status string }
			Errors                       []fault
		}
	}
	s.data(&moved, `mutation($in: MoveMaintenanceInput!) { p: moveMaintenance(input: $in) {
		maintenanceRecord { equipment { name } } equipment { name status } previousEquipment { name status }
		errors { message } } }`,
		vars{"in": vars{"maintenanceRecordId": id, "equipmentId": right.ID, "reason": "the plate was misread"}})
	if p := moved.P; len(p.Errors) > 0 || p.MaintenanceRecord.Equipment.Name != "Right" || p.Equipment.Name != "Right" ||
		p.Equipment.Status != "MAINTENANCE" || p.PreviousEquipment.Name != "Wrong" || p.PreviousEquipment.Status != "INACTIVE" {
		t.Errorf("%+v", p)
	}
	s.wantState("the machine that it was taken from", wrong.ID, "INACTIVE")
	s.wantState("the machine that it belongs to", right.ID, "MAINTENANCE then ACTIVE")
	var got struct {
		MaintenanceSummary []struct {
			Equipment struct{ Name string }
			TotalCost string
		}
		Wrong, Right struct {
			LatestMaintenance  *struct{ ID string }
			MaintenanceRecords struct{ TotalCount int }
		}
	}
	s.data(&got, `query($w: ID!, $r: ID!) { maintenanceSummary(groupBy: [EQUIPMENT]) { equipment { name } totalCost }
		wrong: equipment(id: $w) { latestMaintenance { id } maintenanceRecords { totalCount } }
		right: equipment(id: $r) { latestMaintenance { id } maintenanceRecords { totalCount } } }`,
		vars{"w": wrong.ID, "r": right.ID})
	if len(got.MaintenanceSummary) != 1 || got.MaintenanceSummary[0].Equipment.Name != "Right" ||
		got.Wrong.LatestMaintenance != nil || got.Wrong.MaintenanceRecords.TotalCount != 0 ||
		got.Right.LatestMaintenance == nil || got.Right.MaintenanceRecords.TotalCount != 1 {
		t.Errorf("%+v", got)
	}
	sold := s.machine(vars{"name": "Sold", "status": "RETIRED"})
	gone := s.machine(vars{"name": "Gone"})
	change[equipmentPayload](s, deleteOne, vars{"id": gone.ID})
	for to, want := range map[string]string{sold.ID: "TRANSITION", gone.ID: "NOT_FOUND"} {
		if f := s.refused(moveWork, vars{"maintenanceRecordId": id, "equipmentId": to, "reason": "x"}); f.Reason != want ||
			f.Field != "input.equipmentId" {
			t.Errorf("moved to a machine that cannot have it: %+v", f)
		}
	}
	version := s.work(
		moveWork,
		vars{"maintenanceRecordId": id, "equipmentId": right.ID, "reason": "x"},
	).MaintenanceRecord.Version
	if version != 2 {
		t.Errorf("moved to its own machine, the record has version %d", version)
	}
	// Two moves between the same machines, at the same time and in both directions, do not wait for each other.
	other := s.work(recordWork, vars{"equipmentId": wrong.ID, "kind": "OTHER"}).MaintenanceRecord.ID
	done := make(chan []fault, 2)
	for record, to := range map[string]string{id: wrong.ID, other: right.ID} {
		go func() {
			done <- change[workPayload](s, moveWork, vars{"in": vars{"maintenanceRecordId": record, "equipmentId": to,
				"reason": "x"}}).Errors
		}()
	}
	for range 2 {
		if errs := <-done; len(errs) > 0 {
			t.Errorf("%+v", errs)
		}
	}
}

// TestAReversalIsOfOneRecord of the same machine, and is no work of its own.
func TestAReversalIsOfOneRecord(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, other := s.machine(nil), s.machine(vars{"name": "Other"})
	record := func(in vars) string {
		t.Helper()
		given := vars{"equipmentId": e.ID, "kind": "CORRECTIVE"}
		for k, v := range in {
			given[k] = v
		}
		return s.work(recordWork, given).MaintenanceRecord.ID
	}
	first, second := record(vars{"cost": "100", "labourHours": "4"}), record(vars{"cost": "7"})
	elsewhere := s.work(recordWork, vars{"equipmentId": other.ID, "kind": "OTHER", "cost": "9"}).MaintenanceRecord.ID
	failures := func() string {
		t.Helper()
		return s.shownTo(`query($e: ID!, $from: Date!, $to: Date!) { equipment(id: $e) { kpis(from: $from, to: $to) {
			failures { value } plannedShare { sampleSize } } } }`, vars{"e": e.ID, "from": day(-7), "to": day(0)})
	}
	before := failures()
	reversal := record(vars{"cost": "-100", "labourHours": "-4", "reversalOfId": first})
	if after := failures(); after != before {
		t.Errorf("with the reversal there are %s, before %s", after, before)
	}
	for _, c := range []struct {
		name        string
		in          vars
		code, field string
	}{
		{"a second reversal", vars{"cost": "-1", "reversalOfId": first}, "CONFLICT TAKEN", "input.reversalOfId"},
		{"the reversal of a reversal", vars{"cost": "-1", "reversalOfId": reversal}, "CONFLICT TRANSITION", "input.reversalOfId"},
		{"of another machine", vars{"cost": "-1", "reversalOfId": elsewhere}, "CONFLICT TRANSITION", "input.reversalOfId"},
		{"that costs something", vars{"cost": "1", "reversalOfId": second}, "BAD_INPUT INVALID", "input.cost"},
		{"without a cost", vars{"reversalOfId": second}, "BAD_INPUT INVALID", "input.reversalOfId"},
		{"of no record", vars{"cost": "-1", "reversalOfId": e.ID}, "BAD_INPUT INVALID", "input.reversalOfId"},
		{"hours below 0 of work", vars{"cost": "1", "labourHours": "-1"}, "BAD_INPUT INVALID", "input.labourHours"},
	} {
		in := vars{"equipmentId": e.ID, "kind": "OTHER"}
		for k, v := range c.in {
			in[k] = v
		}
		if f := s.refused(recordWork, in); f.Code+" "+f.Reason != c.code || string(f.Field) != c.field {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	for name, f := range map[string]fault{
		"deleting": s.refused(deleteWork, vars{"maintenanceRecordId": first, "reason": "x"}),
		"moving":   s.refused(moveWork, vars{"maintenanceRecordId": first, "equipmentId": other.ID, "reason": "x"}),
		"moving the reversal": s.refused(moveWork, vars{"maintenanceRecordId": reversal, "equipmentId": other.ID,
			"reason": "x"}),
	} {
		if f.Reason != "IN_USE" || f.Field != "input.maintenanceRecordId" {
			t.Errorf("%s what is reversed: %+v", name, f)
		}
	}
	edges := func() (list []string) {
		t.Helper()
		var got struct {
			MaintenanceRecords struct {
				Nodes []struct {
					ID                     string
					ReversalOf, ReversedBy *struct{ ID string }
				}
			}
			MaintenanceAggregates []struct{ LabourHours struct{ Sum string } }
		}
		a := s.data(&got, `query($e: ID!) { maintenanceRecords(filter: { equipment: { in: [$e] } }) { nodes { id
			reversalOf { id } reversedBy { id } } }
			maintenanceAggregates(filter: { equipment: { in: [$e] } }) { labourHours { sum } } }`, vars{"e": e.ID})
		if a.statements > 4 {
			t.Errorf("%d statements", a.statements)
		}
		name := map[string]string{first: "first", second: "second", reversal: "reversal"}
		for _, n := range got.MaintenanceRecords.Nodes {
			if n.ReversalOf != nil {
				list = append(list, name[n.ID]+" of "+name[n.ReversalOf.ID])
			}
			if n.ReversedBy != nil {
				list = append(list, name[n.ID]+" by "+name[n.ReversedBy.ID])
			}
		}
		return append(list, got.MaintenanceAggregates[0].LabourHours.Sum)
	}
	if diff := cmp.Diff([]string{"reversal of first", "first by reversal", "0.00"}, edges()); diff != "" {
		t.Error(diff)
	}
	s.work(deleteWork, vars{"maintenanceRecordId": reversal, "reason": "it is paid for after all"})
	if diff := cmp.Diff([]string{"4.00"}, edges()); diff != "" {
		t.Error(diff)
	}
	another := record(vars{"cost": "-50"})
	s.work(correctWork, vars{"maintenanceRecordId": another, "expectedVersion": 1, "reversalOfId": first})
	if f := s.refused(restoreWork, vars{"maintenanceRecordId": reversal}); f.Reason != "TAKEN" ||
		f.Field != "input.maintenanceRecordId" {
		t.Errorf("a second reversal comes back: %+v", f)
	}
	if f := s.refused(correctWork, vars{"maintenanceRecordId": another, "expectedVersion": 2, "cost": "5"}); f.Field !=
		"input.cost" {
		t.Errorf("a reversal that costs something: %+v", f)
	}
	s.work(correctWork, vars{"maintenanceRecordId": another, "expectedVersion": 2, "reversalOfId": nil, "cost": "5"})
	s.work(restoreWork, vars{"maintenanceRecordId": reversal})
	s.work(deleteWork, vars{"maintenanceRecordId": reversal, "reason": "x"})
	s.work(deleteWork, vars{"maintenanceRecordId": first, "reason": "x"})
	if f := s.refused(restoreWork, vars{"maintenanceRecordId": reversal}); f.Code != "NOT_FOUND" ||
		!strings.Contains(f.Message, "restore it first") {
		t.Errorf("a reversal comes back without what it reverses: %+v", f)
	}
}
