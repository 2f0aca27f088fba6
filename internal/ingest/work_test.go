package ingest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// workOrders maps all columns that tell of the life of work.
func workOrders() ingest.Mapping {
	return ingest.Mapping{CreateMissing: true, DefaultCategory: "Excavator", Columns: map[string]string{"sourceRef": "Id",
		"equipment": "Machine", "maintenanceDate": "Date", "status": "Status", "dueDate": "Due", "startedAt": "Began",
		"completedAt": "Done", "downFrom": "From", "downTo": "To"}}
}

const workHeader = "Id,Machine,Date,Status,Due,Began,Done,From,To\n"

// TestImportsObeyTheRulesOfWork: each row is one that recordMaintenance refuses.
func TestImportsObeyTheRulesOfWork(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	for _, c := range []struct{ row, column, says string }{
		{"EX-1,2226-01-02,COMPLETED,,,,,", "Date", "2226-01-02 is in the future"},
		{"EX-1,2226-01-02,,,,,,", "Date", "2226-01-02 is in the future"},
		{"EX-1,2026-01-02,COMPLETED,,,,2026-01-02T06:00:00Z,", "To", "the work is COMPLETED, so the machine's downtime has an end"},
		{"EX-1,,COMPLETED,,,,,", "Date", "the day that the work counts to is missing"},
		{"EX-1,,PLANNED,,,,,", "Due", "planned work has a due date"},
		{"EX-1,2026-02-01,PLANNED,2026-02-02,,,,", "Date", "give one of both"},
		{"EX-1,2026-02-01,PLANNED,,2026-02-01,,,", "Began", "planned work has not started"},
		{"EX-1,2026-02-01,IN_PROGRESS,,,2026-02-01,,", "Done", "has not been completed"},
		{"EX-1,2026-02-01,COMPLETED,,2026-02-02,2026-02-01,,", "Done", "is before startedAt"},
		{"EX-1,2026-02-01,COMPLETED,,,2226-02-01,,", "Done", "in the future"},
		{"EX-1,2026-02-01,IN_PROGRESS,,,,2226-02-01,", "From", "in the future"},
	} {
		var rejects bytes.Buffer
		r, err := ingest.Run(t.Context(), db.Bulk(), v, ingest.Options{Entity: ingest.Maintenance, Mapping: workOrders(),
			Rejects: &rejects}, strings.NewReader(workHeader+"1,"+c.row+"\n"))
		if err != nil || r.Rejected != 1 || !strings.Contains(rejects.String(), c.says) ||
			!strings.Contains(rejects.String(), ",2,"+c.column+",") {
			t.Errorf("%s: %v, %v; want a reject of %s that says %q:\n%s", c.row, r, err, c.column, c.says, &rejects)
		}
	}
}

// TestImportsKeepTheLifeOfWork imports an order twice: as it was planned, and as it is done.
func TestImportsKeepTheLifeOfWork(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	m := workOrders()
	run := func(row string) string {
		t.Helper()
		report, err := ingest.Run(t.Context(), db.Bulk(), v, ingest.Options{Entity: ingest.Maintenance, Mapping: m},
			strings.NewReader(workHeader+"1,EX-1,"+row+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if report.Rejected > 0 {
			return report.Reasons[0]
		}
		got := records(t, db, v)
		if len(got) != 1 {
			t.Fatalf("%d records", len(got))
		}
		day := func(d *fleet.Date) string {
			if d == nil {
				return "-"
			}
			return d.String()
		}
		r := got[0]
		return fmt.Sprint(r.Status, " counts ", r.MaintenanceDate, " due ", day(r.DueDate), " first ", day(r.FirstDueDate),
			" started ", r.StartedAt != nil, " completed ", r.CompletedAt != nil, " version ", r.Version)
	}
	for _, c := range []struct {
		unmapped []string
		row      string
		want     string
	}{
		{nil, ",PLANNED,2026-02-01,,,,",
			"PLANNED counts 2026-02-01 due 2026-02-01 first 2026-02-01 started false completed false version 1"},
		{nil, ",PLANNED,2026-03-01,,,,", // put off
			"PLANNED counts 2026-03-01 due 2026-03-01 first 2026-02-01 started false completed false version 2"},
		{nil, ",IN_PROGRESS,,2026-03-05,,,", // the file tells no longer when it was due
			"IN_PROGRESS counts 2026-03-05 due 2026-03-01 first 2026-02-01 started true completed false version 3"},
		{[]string{"startedAt"}, ",COMPLETED,,,2026-03-07,,",
			"COMPLETED counts 2026-03-07 due 2026-03-01 first 2026-02-01 started true completed true version 4"},
		{[]string{"startedAt"}, ",COMPLETED,,,2026-03-07,,",
			"COMPLETED counts 2026-03-07 due 2026-03-01 first 2026-02-01 started true completed true version 4"},
		{[]string{"startedAt"}, ",COMPLETED,,,2026-03-04,,", "Done: is before startedAt"},
		{[]string{"completedAt"}, "2026-03-05,IN_PROGRESS,,2026-03-05,,,", "Status: the work is COMPLETED: reopen it first, or correct its values as it is"},
		{[]string{"startedAt", "completedAt"}, "2026-03-09,PLANNED,,,,,", "Status: the work is COMPLETED: reopen it first, or correct its values as it is"},
	} {
		m = workOrders()
		for _, f := range c.unmapped {
			delete(m.Columns, f)
		}
		column, reason, rejected := strings.Cut(c.want, ": ")
		got := run(c.row)
		if rejected && strings.Contains(got, `column "`+column+`"`) && strings.Contains(got, reason) {
			continue
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.row, got, c.want)
		}
	}
}

func TestAMappingGivesTheDayOfWork(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	m := orders()
	delete(m.Columns, "maintenanceDate")
	_, err := ingest.Run(t.Context(), db.Bulk(), v, ingest.Options{Entity: ingest.Maintenance, Mapping: m},
		strings.NewReader(header))
	if err == nil || !strings.Contains(err.Error(), "no column is mapped to maintenanceDate, dueDate") {
		t.Error(err)
	}
}

// TestImportsKeepCostsThatAreKnown: a file without a cost, or without its parts.
func TestImportsKeepCostsThatAreKnown(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	text := func(d *fleet.Decimal) string {
		if d == nil {
			return "unknown"
		}
		return string(*d)
	}
	for _, c := range []struct{ columns, row, want string }{
		{"Cost,Labour,Parts", ",,", "unknown unknown unknown"},
		{"Cost,Labour,Parts", ",10,2.50", "12.50 10.00 2.50"}, // the cost is their sum
		{"Cost,Labour,Parts", ",,", "12.50 10.00 2.50"},
		{"Cost", "12.50", "12.50 10.00 2.50"},
		{"Cost", "0", "0.00 unknown unknown"}, // free of charge
		{"Labour,Parts", "1,2", "3.00 1.00 2.00"},
		{"Cost", "", "3.00 1.00 2.00"},
	} {
		m := ingest.Mapping{CreateMissing: true, DefaultCategory: "Excavator", Columns: map[string]string{"sourceRef": "Id",
			"equipment": "Machine", "maintenanceDate": "Date"}}
		for _, column := range strings.Split(c.columns, ",") {
			m.Columns[map[string]string{"Cost": "cost", "Labour": "labourCost", "Parts": "partsCost"}[column]] = column
		}
		if _, err := ingest.Run(t.Context(), db.Bulk(), v, ingest.Options{Entity: ingest.Maintenance, Mapping: m},
			strings.NewReader("Id,Machine,Date,"+c.columns+"\n1,EX-1,2026-02-01,"+c.row+"\n")); err != nil {
			t.Fatal(err)
		}
		r := records(t, db, v)[0]
		if got := text(r.Cost) + " " + text(r.LabourCost) + " " + text(r.PartsCost); got != c.want {
			t.Errorf("%s of %s: %s, want %s", c.row, c.columns, got, c.want)
		}
	}
}
