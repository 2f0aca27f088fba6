package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// fleetOf returns a store with one company and a viewer of it.
func fleetOf(t *testing.T) (*store.DB, fleet.Viewer) {
	t.Helper()
	db, _, v := companyOf(t)
	return db, v
}

// companyOf returns the URL of the store too.
func companyOf(t *testing.T) (*store.DB, string, fleet.Viewer) {
	t.Helper()
	db, url := storetest.New(t)
	c, err := db.Identity().CreateCompany(t.Context(), "Ours")
	if err != nil {
		t.Fatal(err)
	}
	return db, url, fleet.Viewer{CompanyID: c.ID, Role: fleet.RoleAdmin}
}

func orders() ingest.Mapping {
	return ingest.Mapping{CreateMissing: true, DefaultCategory: "Excavator",
		Kinds: map[string]string{"PM01": "CORRECTIVE"},
		Columns: map[string]string{"equipment": "Asset", "maintenanceDate": "Date", "description": "Text", "kind": "Type",
			"cost": "Cost", "sourceRef": "Id"}}
}

func records(t *testing.T, db *store.DB, v fleet.Viewer) []*fleet.MaintenanceRecord {
	t.Helper()
	page, err := db.Fleet().MaintenancePage(t.Context(), v, nil, fleet.MaintenanceDateAsc, fleet.Window{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

const header = "Asset,Date,Text,Type,Cost,Id\n"

// TestMessyInputIsKept imports one row of each kind of messy input and reads it back.
func TestMessyInputIsKept(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file       string
		change     func(*ingest.Mapping)
		text, cost string
	}{
		"byte order mark": {"\ufeff" + header + "A,2026-01-02,x,PM01,1,1\n", nil, "x", "1.00"},
		"CRLF":            {strings.ReplaceAll(header+"A,2026-01-02,x,PM01,1,1\n", "\n", "\r\n"), nil, "x", "1.00"},
		"quotes inside quotes": {header + `A,2026-01-02,"say ""go"", then",PM01,1,1` + "\n", nil,
			`say "go", then`, "1.00"},
		"a technician's inch": {header + `A,2026-01-02,replace 3" hose,PM01,1,1` + "\n", nil,
			`replace 3" hose`, "1.00"},
		"backslashes":              {header + `A,2026-01-02,a\b\,PM01,1,1` + "\n", nil, `a\b\`, "1.00"},
		"a line within a value":    {header + "A,2026-01-02,\"two\nlines\",PM01,1,1\n", nil, "two\nlines", "1.00"},
		"empty and repeated heads": {",X,X," + header + ",,,A,2026-01-02,x,PM01,1,1\n", nil, "x", "1.00"},
		"a reversal":               {header + "A,2026-01-02,x,PM01,-12.50,1\n", nil, "x", "-12.50"},
		"no cost":                  {header + "A,2026-01-02,x,PM01,,1\n", nil, "x", ""},
		"free of charge":           {header + "A,2026-01-02,x,PM01,0,1\n", nil, "x", "0.00"},
		"decimal comma": {"Asset;Date;Text;Type;Cost;Id\nA;02.01.2026;x;PM01;1.234.567,8;1\n", func(m *ingest.Mapping) {
			m.Delimiter, m.DateFormat, m.DecimalComma, m.Thousands = ";", "DD.MM.YYYY", true, "."
		}, "x", "1234567.80"},
		"thousands": {header + "A,2026-01-02,x,PM01,\"1,026,684.20\",1\n",
			func(m *ingest.Mapping) { m.Thousands = "," }, "x", "1026684.20"},
		"Latin-1": {header + "A,2026-01-02,Gr\xf6\xdfe,PM01,1,1\n",
			func(m *ingest.Mapping) { m.Encoding = "latin1" }, "Größe", "1.00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, v := fleetOf(t)
			m := orders()
			if c.change != nil {
				c.change(&m)
			}
			o := ingest.Options{Entity: ingest.Maintenance, Mapping: m}
			report, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(c.file))
			if err != nil || report.Created != 1 || !report.Kept {
				t.Fatalf("%v, %v", report, err)
			}
			got := records(t, db, v)[0]
			cost := "" // unknown
			if got.Cost != nil {
				cost = string(*got.Cost)
			}
			if *got.Description != c.text || cost != c.cost || got.MaintenanceDate.String() != "2026-01-02" ||
				got.Kind != fleet.Corrective || *got.SourceKind != "PM01" {
				t.Errorf("read back %+v, want %q of %s", got, c.text, c.cost)
			}
		})
	}
}

// bad has nine rows to reject and one to import.
const bad = header + `A,2026-02-30,no such day,PM01,1,1
A,2026-01-02,unknown kind,PM99,1,2
A,2026-01-02,three digits,PM01,1.234,3
A,2026-01-02,words,PM01,a lot,4
A,2026-01-02,too many,PM01,1,5,6
A,2026-01-02,too few
,2026-01-02,no machine,PM01,1,7
A,2026-01-02,no reference,PM01,1,
A,2026-01-02,good,PM01,1,8
A,2026-01-02,same reference,PM01,1,8
`

func TestBadRowsStopAllOrAreSkippedAndCanBeCorrected(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	var rejects bytes.Buffer
	o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders(), Rejects: &rejects}
	report, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(bad))
	if err != nil || report.Kept || report.Rejected != 9 || len(records(t, db, v)) != 0 {
		t.Fatalf("%v, %v; want 9 rejected and nothing kept", report, err)
	}
	for _, says := range []string{"not a valid date of the form YYYY-MM-DD", "--kind-map PM99", "more than two digits",
		"not a decimal number", "7 values, the header 6", "3 values, the header 6", "is empty, but it is required",
		"without a reference", "line 10 has the same reference"} {
		if !strings.Contains(rejects.String(), says) {
			t.Errorf("no reject says %q:\n%s", says, &rejects)
		}
	}
	rejects.Reset()
	o.SkipBad = true
	report, err = ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(bad))
	if err != nil || report.Created != 1 || report.Rejected != 9 || len(records(t, db, v)) != 1 {
		t.Fatalf("%v, %v; want 1 created", report, err)
	}
	// The file of rejected rows itself is corrected, with its reasons still in it.
	corrected := strings.NewReplacer("2026-02-30", "2026-02-28", "PM99", "PM01", "1.234", "1.23", "a lot", "5").
		Replace(rejects.String())
	o.Rejects = nil
	report, err = ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(corrected))
	if err != nil || report.Created != 5 {
		t.Errorf("%v, %v; want the 4 that were corrected and the one that was too long", report, err)
	}
}

func TestASecondImportChangesWhatDiffersAndNothingElse(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders()}
	run := func(file string) ingest.Report {
		t.Helper()
		report, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(header+file))
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	first := "A,2026-01-02,one,PM01,1,1\nB,2026-01-03,two,PM01,2,2\n"
	o.DryRun = true
	if r := run(first); r.Created != 2 || r.Kept || len(records(t, db, v)) != 0 {
		t.Errorf("dry run: %v", r)
	}
	o.DryRun = false
	if r := run(first); r.Created != 2 || r.MachinesCreated != 2 {
		t.Errorf("first: %v", r)
	}
	if r := run(first); r.Unchanged != 2 || r.Created+r.Updated+r.MachinesCreated != 0 ||
		!strings.Contains(r.String(), "Nothing has changed") {
		t.Errorf("again: %v", r)
	}
	if r := run(strings.Replace(first, "two", "too", 1)); r.Unchanged != 1 || r.Updated != 1 {
		t.Errorf("changed: %v", r)
	}
	if got := records(t, db, v); got[0].Version != 1 || got[1].Version != 2 || *got[1].Description != "too" {
		t.Errorf("read back %+v, %+v", got[0], got[1])
	}
}

func TestEquipmentAndOperatorsAreImported(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Equipment, Mapping: ingest.Mapping{DefaultCategory: "Crane",
		Columns: map[string]string{"name": "Name", "serialNumber": "Serial", "status": "State", "cost": "Price",
			"sourceRef": "Nr"}}}
	var rejects bytes.Buffer
	o.Rejects = &rejects
	run := func(rows string) (ingest.Report, error) {
		return ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader("Nr,Name,Serial,State,Price\n"+rows))
	}
	r, err := run("1,One,S1,active,5\n2,Two,s1,,\n3,Three,,In Use,\n4,Four,,,-1\n")
	if err != nil || r.Rejected != 3 || r.Kept {
		t.Errorf("%v, %v", r, err)
	}
	for _, says := range []string{"line 2 has the same value", "is none of", "is negative"} {
		if !strings.Contains(rejects.String(), says) {
			t.Errorf("no reject says %q:\n%s", says, &rejects)
		}
	}
	r, err = run("1,One,S1,active,5\n2,Two,,,\n")
	if err != nil || r.Created != 2 {
		t.Errorf("%v, %v", r, err)
	}
	r, err = run("9,Other,S1,,\n")
	if err != nil || r.Rejected != 1 {
		t.Errorf("a serial number that another machine has: %v, %v", r, err)
	}
	operators := ingest.Options{Entity: ingest.Operators, Mapping: ingest.Mapping{Columns: map[string]string{
		"firstName": "F", "lastName": "L", "licenseNumber": "N", "sourceRef": "N"}}}
	r, err = ingest.Run(t.Context(), db.Bulk(), v, operators, strings.NewReader("F,L,N\nAda,Lovelace,7\n"))
	if err != nil || r.Created != 1 {
		t.Errorf("%v, %v", r, err)
	}
}

func TestErrorsOfAWholeFileNameTheirCause(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	for name, c := range map[string]struct {
		file, says string
		change     func(*ingest.Options)
	}{
		"empty":          {"", "the file is empty", nil},
		"no such column": {"Asset,Date\n", `no column "`, nil},
		"column twice":   {"Asset," + header, `more than one column "Asset"`, nil},
		"unknown field":  {header, `no field "colour"`, func(o *ingest.Options) { o.Mapping.Columns["colour"] = "Text" }},
		"no reference": {header, "--without-source-ref",
			func(o *ingest.Options) { delete(o.Mapping.Columns, "sourceRef") }},
		"unknown encoding": {header, "utf-8 or latin1", func(o *ingest.Options) { o.Mapping.Encoding = "ebcdic" }},
		"odd date format":  {header, "must name YYYY", func(o *ingest.Options) { o.Mapping.DateFormat = "DD.MM" }},
		"two separators":   {header, "is also the decimal point", func(o *ingest.Options) { o.Mapping.Thousands = "." }},
	} {
		t.Run(name, func(t *testing.T) {
			o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders()}
			if c.change != nil {
				c.change(&o)
			}
			_, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(c.file))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want an error that says %q", err, c.says)
			}
		})
	}
}

// TestAnInterruptedImportLeavesNothing interrupts the file, then the caller, in the middle.
func TestAnInterruptedImportLeavesNothing(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders()}
	ctx, cancel := context.WithCancel(t.Context())
	broken := errors.New("the disk is gone")
	for _, c := range []struct {
		ctx  context.Context
		end  func() error
		want error
	}{
		{t.Context(), func() error { return broken }, broken},
		{ctx, func() error { cancel(); return io.EOF }, context.Canceled},
	} {
		file := io.MultiReader(strings.NewReader(header+"A,2026-01-02,x,PM01,1,1\n"), endWith(c.end))
		if _, err := ingest.Run(c.ctx, db.Bulk(), v, o, file); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
	if n := len(records(t, db, v)); n != 0 {
		t.Errorf("%d records are left", n)
	}
}

// endWith is a reader that only returns the error of a function.
type endWith func() error

func (end endWith) Read([]byte) (int, error) { return 0, end() }
