package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/ingest"
)

// hours is a moment that many hours from now.
func hours(n int) string {
	return time.Now().Add(time.Duration(n) * time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
}

// stateOf is the status of a machine, and the one that it gets after the work, if there is one.
func (s *service) stateOf(id string) string {
	s.t.Helper()
	var got struct {
		Equipment struct {
			Status          string
			StatusAfterWork *string
		}
	}
	s.data(&got, `query($id: ID!) { equipment(id: $id) { status statusAfterWork } }`, vars{"id": id})
	if got.Equipment.StatusAfterWork != nil {
		return got.Equipment.Status + " then " + *got.Equipment.StatusAfterWork
	}
	return got.Equipment.Status
}

func (s *service) wantState(what, id, want string) {
	s.t.Helper()
	if got := s.stateOf(id); got != want {
		s.t.Errorf("%s: the machine is %s, want %s", what, got, want)
	}
}

// setStatus gives a machine a status, as a person does.
func (s *service) setStatus(id, status string) {
	s.t.Helper()
	var got struct{ Equipment struct{ Version int } }
	s.data(&got, `query($id: ID!) { equipment(id: $id) { version } }`, vars{"id": id})
	if p := change[equipmentPayload](s, updateOne, vars{"in": vars{"equipmentId": id,
		"expectedVersion": got.Equipment.Version, "status": status}}); len(p.Errors) > 0 {
		s.t.Fatal(p.Errors)
	}
}

// TestAMachineIsDownUntilItIsToldOtherwise: also with an expected end, and after it.
func TestAMachineIsDownUntilItIsToldOtherwise(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	p := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-6),
		"downTo": hours(30)})
	id := p.MaintenanceRecord.ID
	s.wantState("with an expected end", e.ID, "MAINTENANCE then ACTIVE")
	down := func(want int) {
		t.Helper()
		var got struct {
			MaintenanceRecords struct {
				TotalCount int
				Nodes      []struct{ DownToExpected bool }
			}
		}
		s.data(&got, `{ maintenanceRecords(filter: { down: true }) { totalCount nodes { downToExpected } } }`, nil)
		if got.MaintenanceRecords.TotalCount != want {
			t.Errorf("%d records keep their machine down, want %d", got.MaintenanceRecords.TotalCount, want)
		}
	}
	down(1)
	s.exec(`UPDATE maintenance_records SET down_to = now() - interval '1 hour'`) // the expected end passes
	down(1)
	s.wantState("after the expected end", e.ID, "MAINTENANCE then ACTIVE")
	if p := change[equipmentPayload](
		s,
		updateOne,
		vars{"in": vars{"equipmentId": e.ID, "expectedVersion": p.Equipment.Version,
			"status": "ACTIVE"}},
	); len(p.Errors) != 1 ||
		p.Errors[0].Field != "input.status" {
		t.Errorf("a machine that is down was put to work: %+v", p)
	}
	p = s.work(correctWork, vars{"maintenanceRecordId": id, "expectedVersion": 2, "downTo": hours(-2)})
	down(0)
	s.wantState("after an end that has passed", e.ID, "ACTIVE")
	p = s.work(correctWork, vars{"maintenanceRecordId": id, "expectedVersion": 3, "downTo": hours(2)})
	s.wantState("down again", e.ID, "MAINTENANCE then ACTIVE")
	if f := s.refused(completeWork, vars{"maintenanceRecordId": id, "downTo": hours(2)}); f.Code != "BAD_INPUT" ||
		f.Field != "input.downTo" || !strings.Contains(f.Message, "no downtime to come") {
		t.Errorf("completed with downtime to come: %+v", f)
	}
	p = s.work(completeWork, vars{"maintenanceRecordId": id})
	if to, err := time.Parse(
		time.RFC3339,
		text(p.MaintenanceRecord.DownTo),
	); err != nil ||
		to.After(time.Now().Add(time.Minute)) {
		t.Errorf("the downtime of completed work ends at %v, %v", to, err)
	}
	s.wantState("completed", e.ID, "ACTIVE")
	if f := s.refused(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "OTHER", "downFrom": hours(-1), "downTo": hours(1)},
	); f.Field != "input.downTo" {
		t.Errorf("completed work with downtime to come: %+v", f)
	}
	var told struct {
		Equipment struct {
			History struct {
				Nodes []struct {
					Action  string
					Changes []struct{ Field, From, To *string }
				}
			}
		}
	}
	s.data(
		&told,
		`query($id: ID!) { equipment(id: $id) { history(last: 2) { nodes { action changes { field from to } } } } }`,
		vars{"id": e.ID},
	)
	var lines []string
	for _, c := range told.Equipment.History.Nodes[0].Changes {
		lines = append(lines, told.Equipment.History.Nodes[0].Action+" "+*c.Field+": "+text(c.From)+" to "+text(c.To))
	}
	if diff := cmp.Diff(
		[]string{"STATUS_FOLLOWS status: ACTIVE to MAINTENANCE", "STATUS_FOLLOWS statusAfterWork: null to ACTIVE"},
		lines,
	); diff != "" {
		t.Error(diff)
	}
}

// TestAMachineBecomesWhatItWas after the last of its works, unless a person has said otherwise.
func TestAMachineBecomesWhatItWas(t *testing.T) {
	t.Parallel()
	s := newService(t)
	begin := func(id string) string {
		return s.work(
			recordWork,
			vars{"equipmentId": id, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-1)},
		).MaintenanceRecord.ID
	}
	end := func(id string) { s.work(completeWork, vars{"maintenanceRecordId": id}) }
	parked := s.machine(vars{"status": "INACTIVE"}).ID
	one, two := begin(parked), begin(parked)
	s.wantState("a parked machine is down", parked, "MAINTENANCE then INACTIVE")
	end(one)
	s.wantState("one of two works has ended", parked, "MAINTENANCE then INACTIVE")
	end(two)
	s.wantState("both have ended", parked, "INACTIVE")

	workshop := s.machine(vars{"status": "MAINTENANCE"}).ID
	end(begin(workshop))
	s.wantState("a small job in the workshop", workshop, "MAINTENANCE")

	kept := s.machine(nil).ID
	job := begin(kept)
	s.setStatus(kept, "MAINTENANCE")
	end(job)
	s.wantState("a person has put it into the workshop", kept, "MAINTENANCE")

	stopped := s.machine(nil).ID
	plan := s.work(
		recordWork,
		vars{"equipmentId": stopped, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2026-05-01"},
	).MaintenanceRecord.ID
	s.work(startWork, vars{"maintenanceRecordId": plan, "stopsMachine": true})
	s.wantState("stopped by its work", stopped, "MAINTENANCE then ACTIVE")
	s.work(cancelWork, vars{"maintenanceRecordId": plan})
	s.wantState("its work was called off", stopped, "ACTIVE")
}

// TestDowntimeThatWasRecordedAheadBegins when its time comes, without a write by a person.
func TestDowntimeThatWasRecordedAheadBegins(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(vars{"status": "INACTIVE"})
	id := s.work(recordWork, vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2026-12-24",
		"downFrom": hours(2), "downTo": hours(5)}).MaintenanceRecord.ID
	begin := func(want int) {
		t.Helper()
		if n, err := s.store.BeginDowntimes(t.Context()); n != want || err != nil {
			t.Errorf("%d machines were stopped, want %d: %v", n, want, err)
		}
	}
	begin(0)
	s.wantState("before the downtime", e.ID, "INACTIVE")
	s.exec(`UPDATE maintenance_records SET down_from = now() - interval '1 minute'`)
	begin(1)
	s.wantState("within the downtime", e.ID, "MAINTENANCE then INACTIVE")
	begin(0)
	s.work(cancelWork, vars{"maintenanceRecordId": id})
	s.wantState("called off", e.ID, "INACTIVE")
	later := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2026-12-24",
			"downFrom": hours(2), "downTo": hours(5)},
	).MaintenanceRecord.ID
	p := s.work(completeWork, vars{"maintenanceRecordId": later})
	if p.MaintenanceRecord.DownFrom != nil || p.MaintenanceRecord.DownTo != nil {
		t.Errorf("completed work has downtime to come: %+v", p.MaintenanceRecord)
	}
}

// TestRetiringEndsWhatIsOpen: plans and running work are cancelled, the operator is released, and
// nothing new begins.
func TestRetiringEndsWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	op := s.operator("L-1")
	change[struct{ Errors []fault }](
		s,
		`mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { errors { message } } }`,
		vars{"in": vars{"equipmentId": e.ID, "operatorId": op}},
	)
	plan := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2027-01-01"},
	).MaintenanceRecord.ID
	job := s.work(
		recordWork,
		vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-1),
			"downTo": hours(9), "cost": "50"},
	).MaintenanceRecord.ID
	s.setStatus(e.ID, "RETIRED")
	s.wantState("retired", e.ID, "RETIRED")
	var got struct {
		Plan, Job struct {
			Status       string
			DownTo, Cost *string
			History      struct{ Nodes []struct{ Action string } }
		}
		Equipment struct {
			AssignedOperator *struct{ ID string }
			History          struct{ Nodes []struct{ Action string } }
		}
	}
	s.data(&got, `query($plan: ID!, $job: ID!, $e: ID!) {
		plan: maintenanceRecord(id: $plan) { status history { nodes { action } } }
		job: maintenanceRecord(id: $job) { status downTo cost history { nodes { action } } }
		equipment(id: $e) { assignedOperator { id } history { nodes { action } } } }`, vars{"plan": plan, "job": job, "e": e.ID})
	to, err := time.Parse(time.RFC3339, text(got.Job.DownTo))
	if got.Plan.Status != "CANCELLED" || got.Job.Status != "CANCELLED" || err != nil ||
		to.After(time.Now().Add(time.Minute)) ||
		text(got.Job.Cost) != "50.00" ||
		got.Plan.History.Nodes[0].Action != "CANCELLED" ||
		got.Job.History.Nodes[0].Action != "CANCELLED" ||
		got.Equipment.AssignedOperator != nil {
		t.Errorf("%+v, %v", got, err)
	}
	for mutation, in := range map[string]vars{
		recordWork:  {"equipmentId": e.ID, "kind": "OTHER", "status": "IN_PROGRESS", "downFrom": hours(-1)},
		startWork:   {"maintenanceRecordId": plan},
		correctWork: {"maintenanceRecordId": job, "expectedVersion": 2, "downTo": nil},
	} {
		s.refused(mutation, in)
	}
	// A plan that an earlier release left open on a retired machine.
	s.exec(
		`UPDATE maintenance_records SET status = 'PLANNED', started_at = NULL, down_from = NULL, down_to = NULL WHERE status = 'CANCELLED'`,
	)
	if f := s.refused(
		startWork,
		vars{"maintenanceRecordId": plan},
	); f.Code != "CONFLICT" ||
		f.Field != "input.maintenanceRecordId" {
		t.Errorf("started on a retired machine: %+v", f)
	}
	if f := s.refused(
		correctWork,
		vars{"maintenanceRecordId": plan, "expectedVersion": 3, "downFrom": hours(-1)},
	); f.Code != "CONFLICT" {
		t.Errorf("stopped a retired machine: %+v", f)
	}
	s.work(cancelWork, vars{"maintenanceRecordId": plan})
}

// TestImportedWorkMovesItsMachine as recorded work does.
func TestImportedWorkMovesItsMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, retired := s.machine(vars{"serialNumber": "EX-2", "status": "INACTIVE"}), s.machine(vars{"serialNumber": "OLD"})
	s.setStatus(retired.ID, "RETIRED")
	run := func(rows string) ingest.Report {
		t.Helper()
		report, err := ingest.Run(
			t.Context(),
			s.store.Bulk(),
			s.viewer,
			ingest.Options{
				Entity:  ingest.Maintenance,
				SkipBad: true,
				Mapping: ingest.Mapping{
					Columns: map[string]string{"sourceRef": "Id", "equipment": "Machine", "maintenanceDate": "Date",
						"status": "Status", "downFrom": "From"},
				},
			},
			strings.NewReader("Id,Machine,Date,Status,From\n"+rows),
		)
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if r := run("3,EX-2,2026-11-20,IN_PROGRESS,2026-11-20T06:00:00Z\n"); r.Created != 1 || r.MachinesFollowed != 1 {
		t.Errorf("%v", r)
	}
	s.wantState("imported open downtime", e.ID, "MAINTENANCE then INACTIVE")
	if r := run("3,EX-2,2026-11-20,IN_PROGRESS,2026-11-20T06:00:00Z\n"); r.Unchanged != 1 || r.MachinesFollowed != 0 {
		t.Errorf("again: %v", r)
	}
	if r := run(
		"4,OLD,2026-11-20,IN_PROGRESS,2026-11-20T06:00:00Z\n5,OLD,2026-11-20,PLANNED,\n6,OLD,2026-11-20,CANCELLED,\n",
	); r.Created != 1 ||
		r.Rejected != 2 {
		t.Errorf("work on a retired machine: %v", r)
	}
	// The work is done in the other system, which does not tell when the machine ran again.
	r, err := ingest.Run(t.Context(), s.store.Bulk(), s.viewer, ingest.Options{
		Entity: ingest.Maintenance,
		Mapping: ingest.Mapping{
			Columns: map[string]string{"sourceRef": "Id", "equipment": "Machine", "maintenanceDate": "Date",
				"status": "Status"},
		},
	}, strings.NewReader("Id,Machine,Date,Status\n3,EX-2,2026-11-21,COMPLETED\n"))
	if err != nil || r.Updated != 1 || r.MachinesFollowed != 1 {
		t.Errorf("done: %v, %v", r, err)
	}
	s.wantState("done", e.ID, "INACTIVE")
	if n := s.count(
		`SELECT count(*)::int FROM maintenance_records WHERE down_from IS NOT NULL AND (down_to IS NULL OR down_to_expected)`,
	); n != 0 {
		t.Errorf("%d downtimes go on", n)
	}
}

// TestImportedStatusesEndWhatIsOpen as statuses that a person gives do.
func TestImportedStatusesEndWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	run := func(rows string) ingest.Report {
		t.Helper()
		report, err := ingest.Run(t.Context(), s.store.Bulk(), s.viewer, ingest.Options{Entity: ingest.Equipment,
			Mapping: ingest.Mapping{DefaultCategory: "Crane", Columns: map[string]string{"sourceRef": "Id", "name": "Name",
				"status": "Status"}}}, strings.NewReader("Id,Name,Status\n"+rows))
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	run("1,Digger,ACTIVE\n2,Loader,ACTIVE\n")
	var got struct {
		EquipmentList struct{ Nodes []struct{ ID string } }
	}
	s.data(&got, `{ equipmentList(orderBy: NAME_ASC) { nodes { id } } }`, nil)
	digger, loader := got.EquipmentList.Nodes[0].ID, got.EquipmentList.Nodes[1].ID
	op := s.operator("L-1")
	change[struct{ Errors []fault }](
		s,
		`mutation($in: AssignOperatorInput!) { p: assignOperator(input: $in) { errors { message } } }`,
		vars{"in": vars{"equipmentId": digger, "operatorId": op}},
	)
	plan := s.work(
		recordWork,
		vars{"equipmentId": digger, "kind": "PREVENTIVE", "status": "PLANNED", "dueDate": "2027-01-01"},
	).MaintenanceRecord.ID
	job := s.work(
		recordWork,
		vars{"equipmentId": loader, "kind": "CORRECTIVE", "status": "IN_PROGRESS", "downFrom": hours(-1)},
	).MaintenanceRecord.ID
	// The work of the digger follows it; the loader is what its work makes it when its row is compared.
	if r := run("1,Digger,RETIRED\n2,Loader,INACTIVE\n"); r.Updated != 2 || r.MachinesFollowed != 1 {
		t.Errorf("%v", r)
	}
	s.wantState("a machine that is down and was imported as parked", loader, "MAINTENANCE then INACTIVE")
	if n := s.count(`SELECT count(*)::int FROM assignments WHERE released_at IS NULL`); n != 0 {
		t.Errorf("%d operators run the retired machine", n)
	}
	if f := s.refused(
		cancelWork,
		vars{"maintenanceRecordId": plan},
	); f.Code != "CONFLICT" ||
		!strings.Contains(f.Message, "CANCELLED") {
		t.Errorf("the plan of the retired machine: %+v", f)
	}
	if r := run("1,Digger,RETIRED\n2,Loader,MAINTENANCE\n"); r.MachinesFollowed != 0 {
		t.Errorf("again: %v", r)
	}
	s.work(completeWork, vars{"maintenanceRecordId": job})
	s.wantState("its work is done", loader, "INACTIVE")
}
