package e2e_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
)

// tableOf returns the rows of the table of docs/kpi.md whose first column has that name, by the names of
// the columns.
func tableOf(t *testing.T, first string) (rows []map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/kpi.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "## An example")
	_, table, is := strings.Cut(rest, "\n| "+first+" |")
	if !found || !is {
		t.Fatalf("docs/kpi.md has no table of %s", first)
	}
	cells := func(line string) []string {
		list := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range list {
			list[i] = strings.Trim(strings.TrimSpace(list[i]), "`")
		}
		return list
	}
	lines := strings.Split("| "+first+" |"+table, "\n")
	names := cells(lines[0])
	for _, line := range lines[2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		row := map[string]string{}
		for i, cell := range cells(line) {
			row[names[i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// TestTheExampleOfTheKeyFiguresIsComputed enters the work of docs/kpi.md, and compares each figure with what
// the document says: of the company and of the machine.
func TestTheExampleOfTheKeyFiguresIsComputed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	company := [16]byte(s.viewer.CompanyID)
	s.exec(`INSERT INTO equipment (company_id, name, category, replacement_value)
		VALUES ($1, 'Crane 7', 'Crane', 10000)`, company)
	value := func(text string) any {
		if text == "" {
			return nil
		}
		return text
	}
	for _, r := range tableOf(t, "kind") {
		s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, status, due_date, first_due_date, started_at,
				completed_at, maintenance_date, down_from, down_to, cost, labour_cost, parts_cost)
			SELECT $1, id, $2, $3, $4::text::date, $4::text::date, $5::text::timestamp AT TIME ZONE 'UTC',
				$6::text::timestamp AT TIME ZONE 'UTC', $7::text::date, $8::text::timestamp AT TIME ZONE 'UTC',
				$9::text::timestamp AT TIME ZONE 'UTC', $10::text::numeric, $11::text::numeric, $12::text::numeric FROM equipment`,
			company, r["kind"], r["status"], value(r["due"]), value(r["started"]), value(r["completed"]), r["day"],
			value(r["down from"]), value(r["down to"]), value(r["cost"]), value(r["labour"]), value(r["parts"]))
	}
	for _, r := range tableOf(t, "meter read at") {
		s.exec(`INSERT INTO meter_readings (company_id, equipment_id, read_at, hours)
			SELECT $1, id, $2::text::timestamp AT TIME ZONE 'UTC', $3::text::numeric FROM equipment`, company,
			r["meter read at"], r["hours"])
	}
	type figure struct{ Value, Previous, Delta *string }
	want, selected := map[string]figure{}, ""
	text := func(cell string) *string {
		if cell == "null" {
			return nil
		}
		return &cell
	}
	for _, r := range tableOf(t, "figure") {
		want[r["figure"]] = figure{text(r["value"]), text(r["previous"]), text(r["delta"])}
		selected += " " + r["figure"] + " { value previous delta }"
	}
	if len(want) != len(fleet.KpiNames()) {
		t.Errorf("the example has %d figures, there are %d", len(want), len(fleet.KpiNames()))
	}
	var got struct {
		Kpis          map[string]figure
		EquipmentList struct {
			Nodes []struct{ Kpis map[string]figure }
		}
	}
	a := s.data(&got, `{ kpis(from: "2026-03-01", to: "2026-03-31", filter: { category: ["Crane"] }) {`+selected+` }
		equipmentList { nodes { kpis(from: "2026-03-01", to: "2026-03-31") {`+selected+` } } } }`, nil)
	if diff := cmp.Diff(want, got.Kpis); diff != "" {
		t.Errorf("of the company (-document +server):\n%s", diff)
	}
	if diff := cmp.Diff(want, got.EquipmentList.Nodes[0].Kpis); diff != "" {
		t.Errorf("of the machine (-document +server):\n%s", diff)
	}
	if a.statements != 3 {
		t.Errorf("%d statements, want 3", a.statements)
	}
	s.checkContributing()
}

// checkContributing compares the number of the records that each figure of the example is computed from, in
// pages of the company and of the machine.
func (s *service) checkContributing() {
	s.t.Helper()
	want := map[string]int{
		"calendarAvailability":             3,
		"inherentAvailability":             2,
		"failures":                         4,
		"stoppingFailures":                 2,
		"meanUpTimeBetweenFailures":        4,
		"meanOperatingTimeBetweenFailures": 4,
		"meanTimeToRestoration":            2,
		"meanDownTime":                     3,
		"maintenanceCostPerHour":           5,
		"labourCostPerHour":                3,
		"partsCostPerHour":                 3,
		"costToReplacementValue":           5,
		"plannedShare":                     5,
		"backlog":                          1,
		"overdue":                          1,
	}
	selected := ""
	for name := range want {
		selected += " " + name + " { contributingRecords(first: 100) { totalCount nodes { id } } }"
	}
	type figure struct {
		ContributingRecords struct {
			TotalCount int
			Nodes      []struct{ ID string }
		}
	}
	var got struct {
		Kpis          map[string]figure
		EquipmentList struct {
			Nodes []struct{ Kpis map[string]figure }
		}
	}
	s.data(&got, `{ kpis(from: "2026-03-01", to: "2026-03-31") {`+selected+` }
		equipmentList { nodes { kpis(from: "2026-03-01", to: "2026-03-31") {`+selected+` } } } }`, nil)
	for name, n := range want {
		for _, f := range []figure{got.Kpis[name], got.EquipmentList.Nodes[0].Kpis[name]} {
			if f.ContributingRecords.TotalCount != n || len(f.ContributingRecords.Nodes) != n {
				s.t.Errorf("%s comes from %d records, %d in the page; want %d", name, f.ContributingRecords.TotalCount,
					len(f.ContributingRecords.Nodes), n)
			}
		}
	}
}

// TestFailuresOfTheRealWorkOrders counts them in the file: days on which corrective work (PM01, PM02) began
// on an excavator, without reversals. The file has no downtimes, so that the up time is all of the time.
func TestFailuresOfTheRealWorkOrders(t *testing.T) {
	t.Parallel()
	s, orders, _ := withWorkOrders(t)
	days := map[string]map[string]bool{}
	for _, o := range orders {
		if o["BscStartDate"] < "2001-07-01" || o["BscStartDate"] > "2012-12-31" || strings.HasPrefix(o["Cost"], "-") ||
			o["PMType"] != "PM01" && o["PMType"] != "PM02" {
			continue
		}
		if days[o["Asset"]] == nil {
			days[o["Asset"]] = map[string]bool{}
		}
		days[o["Asset"]][o["BscStartDate"]] = true
	}
	type kpi struct {
		Value      *string
		SampleSize int
		NullReason *string
	}
	type kpis struct{ Failures, StoppingFailures, MeanUpTimeBetweenFailures, MeanOperatingTimeBetweenFailures kpi }
	var got struct {
		Kpis          kpis
		EquipmentList struct {
			Nodes []struct {
				Name string
				Kpis kpis
			}
		}
	}
	const figures = `kpis(from: "2001-07-01", to: "2012-12-31") { failures { value sampleSize nullReason }
		stoppingFailures { value sampleSize nullReason } meanUpTimeBetweenFailures { value sampleSize nullReason }
		meanOperatingTimeBetweenFailures { value sampleSize nullReason } }`
	a := s.data(&got, `{ `+figures+` equipmentList { nodes { name `+figures+` } } }`, nil)
	if a.statements != 3 {
		t.Errorf("%d statements, want 3", a.statements)
	}
	const hours = 4202 * 24 // 11 years and a half
	all := 0
	check := func(name string, k kpis, failures, machines int) {
		t.Helper()
		mean := fmt.Sprintf("%.2f", float64(machines*hours)/float64(failures))
		if *k.Failures.Value != fmt.Sprint(failures) || *k.StoppingFailures.Value != "0" ||
			*k.MeanUpTimeBetweenFailures.Value != mean || k.MeanUpTimeBetweenFailures.SampleSize != failures ||
			k.MeanOperatingTimeBetweenFailures.Value != nil || *k.MeanOperatingTimeBetweenFailures.NullReason != "NO_READINGS" {
			t.Errorf("%s: %s failures, one in %s hours; the file has %d, one in %s", name, *k.Failures.Value,
				*k.MeanUpTimeBetweenFailures.Value, failures, mean)
		}
	}
	for _, m := range got.EquipmentList.Nodes {
		check(m.Name, m.Kpis, len(days[m.Name]), 1)
		all += len(days[m.Name])
	}
	check("all", got.Kpis, all, 5)
	if all < 2000 {
		t.Errorf("%d failures: this shows nothing", all)
	}
}

// TestBadWindowsAreNamed: the error names the argument, and fails no other field.
func TestBadWindowsAreNamed(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(1)
	for _, c := range []struct{ from, to, field, says string }{
		{"2026-02-01", "2026-01-31", "to", "2026-01-31 is before from 2026-02-01"},
		{"2000-01-01", "2026-01-31", "to", "2000-01-01 to 2026-01-31 are 9528 days: at most 7320"},
		{"0001-01-01", "0001-01-31", "from", "there is no window before 0001-01-01"},
	} {
		for _, query := range []string{`kpis(from: %q, to: %q) { failures { value } }`,
			`equipmentList { nodes { name kpis(from: %q, to: %q) { failures { value } } } }`} {
			a := s.ask(`{ viewer { id } `+fmt.Sprintf(query, c.from, c.to)+` }`, nil)
			if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.BadInput) ||
				!strings.Contains(a.Errors[0].Message, c.says) ||
				!slices.Equal(pathText(a.Errors[0].Extensions["argument"]), []string{c.field}) || string(a.Data) == "null" {
				t.Errorf("%s to %s: %s %+v", c.from, c.to, a.Data, a.Errors)
			}
		}
	}
	// A window that has not begun has no time.
	var got struct {
		Kpis struct {
			CalendarAvailability, Failures struct{ Value, NullReason *string }
		}
	}
	s.data(
		&got,
		`{ kpis(from: "2199-01-01", to: "2199-12-31") { calendarAvailability { value nullReason } failures { value nullReason } } }`,
		nil,
	)
	if k := got.Kpis; k.CalendarAvailability.Value != nil || *k.CalendarAvailability.NullReason != "NO_TIME" ||
		*k.Failures.Value != "0" {
		t.Errorf("%+v", k)
	}
}
