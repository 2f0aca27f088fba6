package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/ingest"
)

// imported runs an import of one row; its columns are named for their fields.
func (s *service) imported(entity ingest.Entity, row vars) ingest.Report {
	s.t.Helper()
	columns, header, line := map[string]string{}, []string{}, []string{}
	for field, value := range row {
		columns[field] = field
		header, line = append(header, field), append(line, fmt.Sprint(value))
	}
	report, err := ingest.Run(s.t.Context(), s.store.Bulk(), s.viewer, ingest.Options{Entity: entity, SkipBad: true,
		Mapping: ingest.Mapping{Columns: columns, DefaultCategory: "Excavator"}},
		strings.NewReader(strings.Join(header, ",")+"\n"+strings.Join(line, ",")+"\n"))
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

// TestAnImportRefusesWhatTheAPIRefuses, for the same reason, and lets in what it lets in, with the same state of the
// machine.
func TestAnImportRefusesWhatTheAPIRefuses(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for i, row := range []vars{
		{"status": "COMPLETED", "maintenanceDate": day(-3)},
		{"status": "COMPLETED", "maintenanceDate": day(2)},
		{"status": "COMPLETED", "completedAt": hours(5)},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "downFrom": hours(-72)},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "downFrom": hours(-72), "downTo": hours(9)},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "downFrom": hours(-72), "downTo": hours(-80)},
		{"status": "COMPLETED", "maintenanceDate": "1949-12-31"},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "startedAt": hours(-20), "completedAt": hours(-40)},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "cost": "10", "labourCost": "3", "partsCost": "4"},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "cost": "-4", "labourHours": "-1"},
		{"status": "COMPLETED", "maintenanceDate": day(-3), "cost": "4", "labourHours": "-1"},
		{"status": "PLANNED", "dueDate": day(400)},
		{"status": "PLANNED", "dueDate": day(4), "completedAt": hours(-4)},
		{"status": "PLANNED", "dueDate": day(4), "maintenanceDate": day(5)},
		{"status": "IN_PROGRESS", "startedAt": hours(-5), "downFrom": hours(-5)},
		{"status": "IN_PROGRESS", "startedAt": hours(-5), "downFrom": hours(-5), "downTo": hours(12)},
		{"status": "IN_PROGRESS", "startedAt": hours(-5), "downFrom": hours(-5), "downTo": hours(-2)},
		{"status": "IN_PROGRESS", "startedAt": hours(5)},
		{"status": "IN_PROGRESS", "maintenanceDate": day(-1), "downFrom": hours(5)},
		{"status": "CANCELLED", "dueDate": day(-4), "downFrom": hours(-5)},
	} {
		serial := fmt.Sprint("SN-", i)
		machines := []machine{s.machine(vars{"serialNumber": serial + "-API", "status": "INACTIVE"}),
			s.machine(vars{"serialNumber": serial, "status": "INACTIVE"})}
		given, line := vars{"equipmentId": machines[0].ID, "kind": "CORRECTIVE"}, vars{"equipment": serial,
			"kind": "CORRECTIVE", "sourceRef": serial}
		for field, value := range row {
			given[field], line[field] = value, value
		}
		p := change[workPayload](s, recordWork, vars{"in": given})
		report := s.imported(ingest.Maintenance, line)
		switch {
		case (report.Created == 1) != (p.MaintenanceRecord != nil):
			t.Errorf("%v: the import says %q, the API %+v", row, report.Reasons, p.Errors)
		case len(p.Errors) > 0 && !strings.Contains(values.ReplaceAllString(strings.Join(report.Reasons, " "), ""),
			values.ReplaceAllString(p.Errors[0].Message, "")):
			t.Errorf("%v: the import says %q, the API %q", row, report.Reasons, p.Errors[0].Message)
		}
		if api, file := s.stateOf(machines[0].ID), s.stateOf(machines[1].ID); api != file {
			t.Errorf("%v: the machine is %s by the API and %s by the import", row, api, file)
		}
	}
}

// TestAnImportOfSitesAndPapersRefusesWhatTheAPIRefuses, for the same reason, and lets in what it lets in.
func TestAnImportOfSitesAndPapersRefusesWhatTheAPIRefuses(t *testing.T) {
	t.Parallel()
	s := newService(t)
	machine := s.machine(vars{"serialNumber": "EX-1"}).ID
	compare := func(row vars, r ingest.Report, made bool, errors []fault) {
		t.Helper()
		switch {
		case (r.Created == 1) != made:
			t.Errorf("%v: the import says %q, the API %+v", row, r.Reasons, errors)
		case len(errors) > 0 && !strings.Contains(strings.Join(r.Reasons, " "), errors[0].Message):
			t.Errorf("%v: the import says %q, the API %q", row, r.Reasons, errors[0].Message)
		}
	}
	for i, row := range []vars{
		{"code": "C", "address": "Road  7", "timeZone": "America/La_Paz"},
		{"timeZone": "Mars"},
		{"timeZone": "Local"},
		{"code": "a\tb"},
	} {
		given, line := vars{"name": fmt.Sprint("By hand ", i)}, vars{"name": fmt.Sprint("Of a file ", i), "sourceRef": i}
		for field, value := range row {
			given[field], line[field] = value, value
			if text := fmt.Sprint(value); field == "code" && len(text) == 1 {
				line[field] = text + "2" // another one
			}
		}
		p := change[sitePayload](s, createSite, vars{"in": given})
		compare(row, s.imported(ingest.Sites, line), p.Site != nil, p.Errors)
	}
	for i, row := range []vars{
		{"kind": "INSURANCE", "number": "P  7", "issuedOn": "2026-01-01", "validUntil": "2026-01-01", "note": "by phone"},
		{"kind": "OTHER", "validUntil": "2226-12-31"},
		{"kind": "OTHER", "validUntil": "1949-12-31"},
		{"kind": "OTHER", "validUntil": "2026-12-31", "issuedOn": "1949-12-31"},
		{"kind": "OTHER", "validUntil": "2026-12-31", "issuedOn": "2027-01-01"},
		{"kind": "OTHER", "validUntil": "2026-12-31", "number": "a\tb"},
	} {
		given, line := vars{"equipmentId": machine}, vars{"equipment": "EX-1", "sourceRef": i}
		for field, value := range row {
			given[field], line[field] = value, value
		}
		p := change[paperPayload](s, createPaper, vars{"in": given})
		compare(row, s.imported(ingest.Papers, line), p.Paper != nil, p.Errors)
	}
	if n := s.count(`SELECT count(*)::int FROM papers WHERE number = 'P 7'`); n != 2 {
		t.Errorf("%d papers have the number P 7, want that of the API and that of the file", n)
	}
}

// values are what messages repeat, in the spelling that was sent or is stored.
var values = regexp.MustCompile(`-?\d[\d.:TZ-]*`)

// TestBlanksInAFileMakeNoNewMachine, nor do case and accents, and none makes another category.
func TestBlanksInAFileMakeNoNewMachine(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.machine(vars{"name": "Digger", "serialNumber": "S7-100", "category": "Grúa"})
	for _, serial := range []string{"S7-100 ", " s7-100", "S7 - 100"} {
		if r := s.imported(ingest.Equipment, vars{"name": "Digger", "serialNumber": serial, "category": " GRUA ",
			"sourceRef": "A"}); r.Rejected != 1 || !strings.Contains(r.Reasons[0], `"serialNumber"`) {
			t.Errorf("%q: %v %q", serial, r, r.Reasons)
		}
	}
	if r := s.imported(ingest.Equipment, vars{"name": "Other", "serialNumber": "S7-101", "category": "grúa",
		"sourceRef": "B"}); r.Created != 1 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	if r := s.imported(ingest.Maintenance, vars{"equipment": " s7-100 ", "maintenanceDate": day(-1),
		"sourceRef": "W"}); r.Created != 1 || r.MachinesCreated != 0 {
		t.Errorf("%v %q", r, r.Reasons)
	}
	var got struct {
		Categories         []struct{ Category string }
		MaintenanceSummary []struct{ Category string }
	}
	s.data(&got, `{ categories { category } maintenanceSummary(groupBy: [CATEGORY]) { category } }`, nil)
	if len(got.Categories) != 1 || got.Categories[0].Category != "Grúa" || len(got.MaintenanceSummary) != 1 ||
		s.count(`SELECT count(*)::int FROM equipment`) != 2 {
		t.Errorf("%+v", got)
	}
}
