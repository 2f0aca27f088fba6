package fleet_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

// dates are those of a record, as text. The moment now is "now", others are RFC 3339, none is "".
type dates struct{ counts, due, first, started, completed string }

func datesOf(m *fleet.MaintenanceRecord) dates {
	day := func(d *fleet.Date) string {
		if d == nil {
			return ""
		}
		return d.String()
	}
	moment := func(at *time.Time) string {
		switch {
		case at == nil:
			return ""
		case at.Equal(now):
			return "now"
		}
		return at.UTC().Format(time.RFC3339)
	}
	counts := ""
	if !m.MaintenanceDate.IsZero() {
		counts = m.MaintenanceDate.String()
	}
	return dates{counts, day(m.DueDate), day(m.FirstDueDate), moment(m.StartedAt), moment(m.CompletedAt)}
}

// wantDates wants the dates of a record, or BAD_INPUT for the field unless that is "".
func wantDates(t *testing.T, m *fleet.MaintenanceRecord, err error, want dates, field string) {
	t.Helper()
	if field != "" {
		wantError(t, err, fleet.BadInput, field)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, datesOf(m), cmp.AllowUnexported(dates{})); diff != "" {
		t.Error(diff)
	}
}

func parsed(t *testing.T, d dates, status fleet.MaintenanceStatus) *fleet.MaintenanceRecord {
	t.Helper()
	m := &fleet.MaintenanceRecord{Kind: fleet.Preventive, Status: status}
	m.DueDate, m.FirstDueDate = dayIn(t, d.due), dayIn(t, d.first)
	m.StartedAt, m.CompletedAt = momentIn(t, d.started), momentIn(t, d.completed)
	if day := dayIn(t, d.counts); day != nil {
		m.MaintenanceDate = *day
	}
	return m
}

func dayIn(t *testing.T, s string) *fleet.Date {
	t.Helper()
	if s == "" {
		return nil
	}
	d, err := fleet.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func momentIn(t *testing.T, s string) *time.Time {
	t.Helper()
	switch s {
	case "":
		return nil
	case "now":
		return &now
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return &at
}

const (
	planned   = fleet.MaintenancePlanned
	running   = fleet.MaintenanceInProgress
	completed = fleet.MaintenanceCompleted
	cancelled = fleet.MaintenanceCancelled
)

// TestDatesOfNewWork: now is noon UTC of 2 March 2026.
func TestDatesOfNewWork(t *testing.T) {
	for _, c := range []struct {
		name   string
		status fleet.MaintenanceStatus
		given  dates
		want   dates
		field  string // of the fault
	}{
		{"a plan by its due date", planned, dates{due: "2026-09-01"}, dates{"2026-09-01", "2026-09-01", "2026-09-01", "", ""},
			""},
		{"a plan by its day", planned, dates{counts: "2026-09-01"}, dates{"2026-09-01", "2026-09-01", "2026-09-01", "", ""},
			""},
		{"a plan of two days", planned, dates{counts: "2026-09-01", due: "2026-09-02"}, dates{}, "maintenanceDate"},
		{"a plan without a day", planned, dates{}, dates{}, "dueDate"},
		{"a plan that has begun", planned, dates{due: "2026-09-01", started: "now"}, dates{}, "startedAt"},
		{"a plan that is done", planned, dates{due: "2026-09-01", completed: "now"}, dates{}, "completedAt"},
		{"work that begins", running, dates{}, dates{"2026-03-02", "", "", "now", ""}, ""},
		{"work that began on another day", running, dates{counts: "2026-02-27"}, dates{counts: "2026-02-27"}, ""},
		{"work that began then", running, dates{started: "2026-02-27T08:00:00Z"},
			dates{"2026-02-27", "", "", "2026-02-27T08:00:00Z", ""}, ""},
		{"work that will begin", running, dates{started: "2026-03-02T12:00:01Z"}, dates{}, "startedAt"},
		{"work that begins tomorrow", running, dates{counts: "2026-03-03"}, dates{}, "maintenanceDate"},
		{"running work that is done", running, dates{completed: "now"}, dates{}, "completedAt"},
		{"work that was due", running, dates{due: "2026-02-01"}, dates{"2026-03-02", "2026-02-01", "2026-02-01", "now", ""},
			""},
		{"work done now", completed, dates{}, dates{"2026-03-02", "", "", "", "now"}, ""},
		{"work done today", completed, dates{counts: "2026-03-02"}, dates{"2026-03-02", "", "", "", "now"}, ""},
		{"work done on another day", completed, dates{counts: "2026-02-27"}, dates{counts: "2026-02-27"}, ""},
		{"work that was late", completed, dates{due: "2026-02-20", completed: "2026-02-27T08:00:00Z"},
			dates{"2026-02-27", "2026-02-20", "2026-02-20", "", "2026-02-27T08:00:00Z"}, ""},
		{"work that counts to another day", completed, dates{counts: "2026-01-31", completed: "2026-02-01T08:00:00Z"},
			dates{"2026-01-31", "", "", "", "2026-02-01T08:00:00Z"}, ""},
		{"work done tomorrow", completed, dates{counts: "2026-03-03"}, dates{}, "maintenanceDate"},
		{"work done in the future", completed, dates{completed: "2026-03-02T12:00:01Z"}, dates{}, "completedAt"},
		{"work done before it began", completed,
			dates{started: "2026-03-01T08:00:00Z", completed: "2026-02-27T08:00:00Z"}, dates{}, "completedAt"},
		{"work called off", cancelled, dates{due: "2026-09-01"}, dates{"2026-09-01", "2026-09-01", "2026-09-01", "", ""}, ""},
		{"work called off without a day", cancelled, dates{}, dates{}, "maintenanceDate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := parsed(t, c.given, c.status).New(&fleet.Equipment{Status: fleet.EquipmentActive}, now)
			wantDates(t, m, err, c.want, c.field)
		})
	}
}

func TestDatesOfSteps(t *testing.T) {
	day := func(s string) fleet.Maybe[fleet.Date] { return fleet.Maybe[fleet.Date]{Set: true, To: *dayIn(t, s)} }
	dayOrNone := func(s string) fleet.Maybe[*fleet.Date] {
		return fleet.Maybe[*fleet.Date]{Set: true, To: dayIn(t, s)}
	}
	at := func(s string) fleet.Maybe[*time.Time] { return fleet.Maybe[*time.Time]{Set: true, To: momentIn(t, s)} }
	overdue := dates{"2026-02-20", "2026-02-20", "2026-02-10", "", ""}
	begun := dates{"2026-02-25", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", ""}
	done := dates{"2026-02-27", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "2026-02-27T08:00:00Z"}
	for _, c := range []struct {
		name   string
		status fleet.MaintenanceStatus
		before dates
		to     fleet.MaintenanceStatus // "" corrects
		patch  fleet.MaintenancePatch
		want   dates
		field  string
	}{
		{"start", planned, overdue, running, fleet.MaintenancePatch{},
			dates{"2026-03-02", "2026-02-20", "2026-02-10", "now", ""}, ""},
		{"started yesterday", planned, overdue, running, fleet.MaintenancePatch{StartedAt: at("2026-03-01T08:00:00Z")},
			dates{"2026-03-01", "2026-02-20", "2026-02-10", "2026-03-01T08:00:00Z", ""}, ""},
		{"to be started", planned, overdue, running, fleet.MaintenancePatch{StartedAt: at("2026-03-03T08:00:00Z")},
			dates{}, "startedAt"},
		{"an overdue job costs today and stays late", planned, overdue, completed, fleet.MaintenancePatch{},
			dates{"2026-03-02", "2026-02-20", "2026-02-10", "", "now"}, ""},
		{"running work done", running, begun, completed, fleet.MaintenancePatch{},
			dates{"2026-03-02", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "now"}, ""},
		{"done yesterday", running, begun, completed, fleet.MaintenancePatch{CompletedAt: at("2026-03-01T08:00:00Z")},
			dates{"2026-03-01", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "2026-03-01T08:00:00Z"}, ""},
		{"done on a day", running, begun, completed, fleet.MaintenancePatch{MaintenanceDate: day("2026-03-01")},
			dates{"2026-03-01", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", ""}, ""},
		{"done today", running, begun, completed, fleet.MaintenancePatch{MaintenanceDate: day("2026-03-02")},
			dates{"2026-03-02", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "now"}, ""},
		{"done at an unknown moment", running, begun, completed, fleet.MaintenancePatch{CompletedAt: at("")},
			dates{"2026-03-02", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", ""}, ""},
		{"done before it began", running, begun, completed,
			fleet.MaintenancePatch{CompletedAt: at("2026-02-24T08:00:00Z")}, dates{}, "completedAt"},
		{"done tomorrow", running, begun, completed, fleet.MaintenancePatch{MaintenanceDate: day("2026-03-03")}, dates{},
			"maintenanceDate"},
		{"called off", running, begun, cancelled, fleet.MaintenancePatch{}, begun, ""},
		{"put off", planned, overdue, "", fleet.MaintenancePatch{DueDate: dayOrNone("2026-03-20")},
			dates{"2026-03-20", "2026-03-20", "2026-02-10", "", ""}, ""},
		{"put off by its day", planned, overdue, "", fleet.MaintenancePatch{MaintenanceDate: day("2026-03-20")},
			dates{"2026-03-20", "2026-03-20", "2026-02-10", "", ""}, ""},
		{"put off to two days", planned, overdue, "",
			fleet.MaintenancePatch{MaintenanceDate: day("2026-03-20"), DueDate: dayOrNone("2026-03-21")}, dates{},
			"maintenanceDate"},
		{"a plan without a day", planned, overdue, "", fleet.MaintenancePatch{DueDate: dayOrNone("")}, dates{}, "dueDate"},
		{"the first due date was wrong", planned, overdue, "", fleet.MaintenancePatch{FirstDueDate: dayOrNone("2026-02-20")},
			dates{"2026-02-20", "2026-02-20", "2026-02-20", "", ""}, ""},
		{"a plan of before there were due dates is put off", planned, dates{counts: "2026-02-20"}, "",
			fleet.MaintenancePatch{DueDate: dayOrNone("2026-03-20")}, dates{"2026-03-20", "2026-03-20", "2026-02-20", "", ""}, ""},
		{"work that was never planned", completed, done, "", fleet.MaintenancePatch{DueDate: dayOrNone("")},
			dates{"2026-02-27", "", "", "2026-02-25T08:00:00Z", "2026-02-27T08:00:00Z"}, ""},
		{"it was done earlier", completed, done, "", fleet.MaintenancePatch{CompletedAt: at("2026-02-26T08:00:00Z")},
			dates{"2026-02-26", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "2026-02-26T08:00:00Z"}, ""},
		{"it was done earlier but counted elsewhere", completed,
			dates{"2026-01-31", "", "", "", "2026-02-01T08:00:00Z"}, "",
			fleet.MaintenancePatch{CompletedAt: at("2026-02-02T08:00:00Z")},
			dates{"2026-01-31", "", "", "", "2026-02-02T08:00:00Z"}, ""},
		{"it counts elsewhere", completed, done, "", fleet.MaintenancePatch{MaintenanceDate: day("2026-01-31")},
			dates{"2026-01-31", "2026-02-20", "2026-02-10", "2026-02-25T08:00:00Z", "2026-02-27T08:00:00Z"}, ""},
		{"it began earlier", running, begun, "", fleet.MaintenancePatch{StartedAt: at("2026-02-24T08:00:00Z")},
			dates{"2026-02-24", "2026-02-20", "2026-02-10", "2026-02-24T08:00:00Z", ""}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := fleet.MaintenanceStep{To: c.to, Patch: c.patch}.Apply(parsed(t, c.before, c.status), now)
			wantDates(t, m, err, c.want, c.field)
		})
	}
}

// TestTheDayIsThatOfTheCompany: at noon UTC it is tomorrow on Kiritimati.
func TestTheDayIsThatOfTheCompany(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Kiritimati")
	if err != nil {
		t.Fatal(err)
	}
	m, err := parsed(t, dates{counts: "2026-03-03"}, completed).New(&fleet.Equipment{}, now.In(zone))
	if err != nil {
		t.Fatal(err)
	}
	want := dates{counts: "2026-03-03", completed: "now"}
	if diff := cmp.Diff(want, datesOf(m), cmp.AllowUnexported(dates{})); diff != "" {
		t.Error(diff)
	}
	m, err = fleet.MaintenanceStep{To: completed}.Apply(record(planned), now.In(zone))
	if err != nil || m.MaintenanceDate.String() != "2026-03-03" {
		t.Errorf("%v, %v", m, err)
	}
}

// TestAnEndThatLiesAheadIsExpected: what is given later than now, while the work is open.
func TestAnEndThatLiesAheadIsExpected(t *testing.T) {
	hour := func(n int) *time.Time { return ptr(now.Add(time.Duration(n) * time.Hour)) }
	made := record(running)
	made.DownFrom, made.DownTo = hour(-1), hour(5)
	after, err := made.New(&fleet.Equipment{Status: fleet.EquipmentActive}, now)
	if err != nil || !after.DownToExpected || !after.Down(now) || !after.Down(*hour(9)) {
		t.Errorf("new work: %+v, %v", after, err)
	}
	correct := func(to *time.Time) *fleet.MaintenanceRecord {
		step := fleet.MaintenanceStep{Patch: fleet.MaintenancePatch{DownTo: fleet.Maybe[*time.Time]{Set: true, To: to}}}
		m, err := step.Apply(after, *hour(6))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := correct(hour(8)); !m.DownToExpected || !m.Down(*hour(6)) {
		t.Errorf("put off: %+v", m)
	}
	if m := correct(hour(5)); m.DownToExpected || m.Down(*hour(6)) {
		t.Errorf("it has ended when it was expected to: %+v", m)
	}
	if m := correct(nil); m.DownToExpected || !m.Down(*hour(6)) {
		t.Errorf("without an end: %+v", m)
	}
}

// TestDatesThatCanOnlyBeMistakes are refused, unless they are plans.
func TestDatesThatCanOnlyBeMistakes(t *testing.T) {
	year := func(n int) *time.Time { return ptr(now.AddDate(n, 0, 0)) }
	for _, c := range []struct {
		name   string
		status fleet.MaintenanceStatus
		given  dates
		from   *time.Time
		to     *time.Time
		field  string
	}{
		{"work of long ago", completed, dates{counts: "1950-01-01"}, nil, nil, ""},
		{"work of the second day of the calendar", completed, dates{counts: "0001-01-02"}, nil, nil, "maintenanceDate"},
		{"work of before there were machines", completed, dates{counts: "1949-12-31"}, nil, nil, "maintenanceDate"},
		{"due before there were machines", completed, dates{counts: "2026-03-01", due: "0026-03-01"}, nil, nil, "dueDate"},
		{"begun before there were machines", running, dates{counts: "2026-03-01", started: "0026-03-01T00:00:00Z"}, nil, nil,
			"startedAt"},
		{"down before there were machines", running, dates{}, year(-1000), nil, "downFrom"},
		{"a plan for later years", planned, dates{due: "2036-03-01"}, year(10), year(11), ""},
		{"down for a year", running, dates{}, &now, year(1), ""},
		{"down for a decade", running, dates{}, &now, year(10), "downTo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := parsed(t, c.given, c.status)
			m.DownFrom, m.DownTo = c.from, c.to
			_, err := m.New(&fleet.Equipment{Status: fleet.EquipmentActive}, now)
			code := fleet.Code("")
			if c.field != "" {
				code = fleet.BadInput
			}
			var faults fleet.Faults
			if errors.As(err, &faults) && len(faults) == 2 && faults[0].Field == "firstDueDate" {
				err = faults[1]
			} else if errors.As(err, &faults) {
				err = faults[0]
			}
			wantError(t, err, code, c.field)
		})
	}
}
