package e2e_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type schedulePayload struct {
	ServiceSchedule *struct {
		ID, Title string
		Version   int
		PausedAt  *string
	}
	DeletedID *string
	Errors    []fault
}

const scheduleFields = ` { serviceSchedule { id title version pausedAt } errors { code reason message field } } }`

const (
	createSchedule  = `mutation($in: CreateServiceScheduleInput!) { p: createServiceSchedule(input: $in)` + scheduleFields
	updateSchedule  = `mutation($in: UpdateServiceScheduleInput!) { p: updateServiceSchedule(input: $in)` + scheduleFields
	pauseSchedule   = `mutation($in: PauseServiceScheduleInput!) { p: pauseServiceSchedule(input: $in)` + scheduleFields
	resumeSchedule  = `mutation($in: ResumeServiceScheduleInput!) { p: resumeServiceSchedule(input: $in)` + scheduleFields
	deleteSchedule  = `mutation($in: DeleteServiceScheduleInput!) { p: deleteServiceSchedule(input: $in)` + scheduleFields
	restoreSchedule = `mutation($in: RestoreServiceScheduleInput!) { p: restoreServiceSchedule(input: $in)` +
		scheduleFields
)

// TestABadScheduleIsRefused names the fields, and says what to do.
func TestABadScheduleIsRefused(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e := s.machine(nil)
	for name, c := range map[string]struct {
		in   vars
		want []string
	}{
		"neither days nor hours": {vars{"equipmentId": e.ID}, []string{"input", "input"}},
		"no days, no hours": {vars{"equipmentId": e.ID, "intervalDays": nil, "intervalHours": nil},
			[]string{"input.intervalDays", "input.intervalHours"}},
		"no machine": {vars{"intervalDays": 1}, []string{"input"}},
		"machine and a model": {vars{"equipmentId": e.ID, "manufacturer": "Ajax", "model": "A7", "intervalDays": 1},
			[]string{"input.equipmentId"}},
		"model without maker": {vars{"model": "A7", "intervalDays": 1}, []string{"input.model"}},
		"0 days":              {vars{"equipmentId": e.ID, "intervalDays": 0}, []string{"input.intervalDays"}},
		"0 hours":             {vars{"equipmentId": e.ID, "intervalHours": "0"}, []string{"input.intervalHours"}},
		"hours of two digits": {vars{"equipmentId": e.ID, "intervalHours": "0.25"}, []string{"input.intervalHours"}},
		"fixed by both": {vars{"equipmentId": e.ID, "intervalDays": 1, "intervalHours": "1", "recurrence": "FIXED"},
			[]string{"input.recurrence"}},
		"two beginnings": {vars{"equipmentId": e.ID, "intervalDays": 1, "lastDoneOn": "2026-01-01",
			"firstDueOn": "2026-01-01"}, []string{"input.firstDueOn"}},
		"hours of a category": {vars{"category": "Excavator", "intervalHours": "1", "lastDoneHours": "5"},
			[]string{"input.lastDoneHours"}},
		"lead by hours of days": {vars{"equipmentId": e.ID, "intervalDays": 1, "leadHours": "5"},
			[]string{"input.leadHours"}},
		"lead of a century": {vars{"equipmentId": e.ID, "intervalDays": 1, "leadDays": 36500}, []string{"input.leadDays"}},
		"no day of a year": {vars{"equipmentId": e.ID, "intervalDays": 1,
			"pauses": []vars{{"from": "02-30", "to": "12-31"}}}, []string{"input.pauses.0.from"}},
		"never": {vars{"equipmentId": e.ID, "intervalDays": 1,
			"pauses": []vars{{"from": "03-01", "to": "02-28"}}}, []string{"input.pauses"}},
		"a title of blanks": {vars{"equipmentId": e.ID, "title": "  ", "intervalDays": 1}, []string{"input.title"}},
		"below 0": {vars{"equipmentId": e.ID, "intervalDays": 1, "estimatedCost": "-1"},
			[]string{"input.estimatedCost"}},
		"of long ago": {vars{"equipmentId": e.ID, "intervalDays": 1, "lastDoneOn": "0026-01-01"},
			[]string{"input.lastDoneOn"}},
		"another's machine": {vars{"equipmentId": "equipment_00000000000000000000000000", "intervalDays": 1},
			[]string{"input.equipmentId"}},
	} {
		if c.in["title"] == nil {
			c.in["title"] = "Oil"
		}
		p := change[schedulePayload](s, createSchedule, vars{"in": c.in})
		var got []string
		for _, f := range p.Errors {
			got = append(got, string(f.Field))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %+v %s", name, p.Errors, diff)
		}
	}
	if n := s.count(`SELECT count(*)::int FROM service_schedules`); n != 0 {
		t.Errorf("%d schedules are there", n)
	}
}

type dueNode struct {
	Status, ExpectedOn string
	Equipment          struct{ Name string }
	Service            *struct {
		DueOn    *string
		DueHours *string
		Forecast struct{ On, NullReason *string }
	}
	Record *struct {
		ID, Status      string
		ServiceSchedule *struct{ Title string }
	}
}

// due is what is to be done.
func (s *service) due(filter vars) (list []dueNode) {
	s.t.Helper()
	var got struct {
		DueMaintenance struct {
			TotalCount int
			Nodes      []dueNode
		}
	}
	s.data(&got, `query($f: DueMaintenanceFilter) { dueMaintenance(filter: $f) { totalCount nodes { status expectedOn
		equipment { name } service { dueOn dueHours forecast { on nullReason } }
		record { id status serviceSchedule { title } } } } }`,
		vars{"f": filter})
	if d := got.DueMaintenance; d.TotalCount != len(d.Nodes) {
		s.t.Errorf("%d of %d", len(d.Nodes), d.TotalCount)
	}
	return got.DueMaintenance.Nodes
}

// TestAServiceIsPlannedAndDone follows one by hours: a reading plans it, completing it moves it on, its history and
// that of its schedule tell of it.
func TestAServiceIsPlannedAndDone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	e, now := s.machine(vars{"name": "Crane 1"}), time.Now().UTC()
	read := func(days int, hours string) {
		t.Helper()
		p := change[struct{ Errors []fault }](
			s,
			`mutation($in: AddMeterReadingInput!) { p: addMeterReading(input: $in) { errors { message field } } }`,
			vars{
				"in": vars{
					"equipmentId": e.ID,
					"readAt":      now.AddDate(0, 0, days).Format(time.RFC3339),
					"hours":       hours,
				},
			},
		)
		if len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
	}
	day := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	read(-10, "1000")
	made := change[schedulePayload](
		s,
		createSchedule,
		vars{"in": vars{"equipmentId": e.ID, "title": "Oil", "intervalHours": "180",
			"lastDoneOn": day(-10), "leadDays": 3}},
	)
	if len(made.Errors) > 0 {
		t.Fatal(made.Errors)
	}
	if got := s.due(nil); len(got) != 1 || got[0].Status != "UPCOMING" || *got[0].Service.DueHours != "1180.0" ||
		*got[0].Service.Forecast.NullReason != "TOO_FEW_READINGS" || got[0].Record != nil {
		t.Fatalf("%+v", got)
	}
	read(-5, "1100") // 20 hours a day: 80 hours are 4 days
	if got := s.due(
		nil,
	); len(got) != 1 || got[0].Status != "DUE" || got[0].Record == nil || got[0].Record.Status != "PLANNED" ||
		got[0].Record.ServiceSchedule.Title != "Oil" ||
		got[0].Service.Forecast.On == nil {
		t.Fatalf("%+v", got)
	}
	read(-1, "1191")
	got := s.due(vars{"status": []string{"OVERDUE"}, "expectedOn": vars{"lte": day(0)}, "category": []string{"excavator"}})
	if len(got) != 1 || got[0].ExpectedOn != day(-1) {
		t.Fatalf("%+v", got)
	}
	s.work(completeWork, vars{"maintenanceRecordId": got[0].Record.ID})
	if got := s.due(vars{"status": []string{"OVERDUE", "DUE"}}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	id := made.ServiceSchedule.ID
	if p := change[schedulePayload](
		s,
		updateSchedule,
		vars{"in": vars{"serviceScheduleId": id, "expectedVersion": 1, "intervalHours": "500",
			"pauses": []vars{{"from": "12-15", "to": "01-15"}}}},
	); len(
		p.Errors,
	) > 0 {
		t.Fatal(p.Errors)
	}
	if got := s.due(nil); len(got) != 1 || *got[0].Service.DueHours != "1691.0" {
		t.Errorf("%+v", got)
	}
	for _, step := range []string{pauseSchedule, resumeSchedule, deleteSchedule} {
		if p := change[schedulePayload](s, step, vars{"in": vars{"serviceScheduleId": id}}); len(p.Errors) > 0 {
			t.Fatal(p.Errors)
		}
		if got := s.due(nil); (len(got) == 1) != (step == resumeSchedule) {
			t.Errorf("%s: %+v", step, got)
		}
	}
	if p := change[schedulePayload](s, pauseSchedule, vars{"in": vars{"serviceScheduleId": id}}); len(p.Errors) != 1 ||
		p.Errors[0].Code != "NOT_FOUND" || p.Errors[0].Field != "input.serviceScheduleId" {
		t.Errorf("pausing what is deleted: %+v", p.Errors)
	}
	if p := change[schedulePayload](s, restoreSchedule, vars{"in": vars{"serviceScheduleId": id}}); len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	if p := change[schedulePayload](s, updateSchedule, vars{"in": vars{"serviceScheduleId": id, "expectedVersion": 1,
		"title": "Grease"}}); len(p.Errors) != 1 || p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("%+v", p.Errors)
	}
	golden(t, "history_of_services.txt", s.historyOf(map[string]string{e.ID: "crane", got[0].Record.ID: "the service",
		id: "the schedule"}))
}

// TestTheServerPlansServices plans what is due when it starts, once by two servers.
func TestTheServerPlansServices(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(
		`INSERT INTO equipment (company_id, name, category) SELECT c.id, 'Crane ' || i, 'Crane'
			FROM companies c, generate_series(1, 300) i`,
	)
	s.exec(
		`INSERT INTO service_schedules (company_id, category, title, kind, interval_days, recurrence, last_done_on, lead_days)
		SELECT id, 'CRANE', 'Inspection', 'INSPECTION', 365, 'FIXED', current_date - 400, 14 FROM companies`,
	)
	companies := s.count(`SELECT count(*)::int FROM companies`)
	s.another()
	s.another()
	s.eventually(func() bool {
		return s.count(`SELECT count(*)::int FROM maintenance_records WHERE status = 'PLANNED'`) == 300*companies
	})
	if n := s.count(
		`SELECT count(*)::int FROM history WHERE subject = 'MAINTENANCE_RECORD' AND user_id IS NULL`,
	); n != 300*companies {
		t.Errorf("%d entries of the history for %d records", n, 300*companies)
	}
}

// TestServicesTakeTheSameStatements whatever the number of machines.
func TestServicesTakeTheSameStatements(t *testing.T) {
	t.Parallel()
	for _, machines := range []int{1, 20} {
		s := newService(t)
		s.fill(machines)
		s.exec(
			`INSERT INTO service_schedules (company_id, category, title, kind, interval_days, recurrence, last_done_on,
				lead_days) SELECT id, c, 'Inspection of ' || c, 'INSPECTION', 365, 'FIXED', current_date, 14
			FROM companies, unnest(ARRAY['Crane', 'Excavator']) AS c WHERE name = 'Ours'`,
		)
		s.exec(
			`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, due_date, first_due_date,
			schedule_id, occurrence) SELECT company_id, equipment_id, 'INSPECTION', 'PLANNED', due_on, due_on, due_on,
			schedule_id,
			occurrence FROM scheduled_services WHERE record_id IS NULL`,
		)
		for query, want := range map[string]int{
			`{ equipmentList { nodes { services(first: 5) { totalCount nodes { status expectedOn serviceSchedule { title
				pauses { from } }
				record { dueDate serviceSchedule { id } } forecast { on } equipment { name } } } } } }`: 7,
			`{ dueMaintenance { totalCount nodes { status equipment { name } service { dueOn
				serviceSchedule { title } } record { id } } } }`: 6,
			`{ serviceSchedules(orderBy: CREATED_AT_DESC) { totalCount nodes { title equipment { name } } } }`: 2,
		} {
			if a := s.ask(query, nil); len(a.Errors) > 0 || a.statements != want {
				t.Errorf("%d machines: %d statements, want %d: %v %s", machines, a.statements, want, a.Errors, query)
			}
		}
	}
}
