package ingest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/store"
)

// caseFile opens one of the files that imports once read wrongly; they lie beside the checkout, not in it.
func caseFile(t *testing.T, name string) *os.File {
	t.Helper()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "cases", "import", name+".csv"))
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("the cases are not here:", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// step is an import of a file, and what comes of it.
type step struct {
	file    string
	entity  ingest.Entity // Maintenance if empty
	columns string        // field=Column,…
	change  func(*ingest.Options)
	between func(t *testing.T, db *store.DB, url string, v fleet.Viewer) // before the import

	err                                         string // of the file as a whole
	created, updated, unchanged, rejected, gone int64
	reasons                                     []string // line,column: a part of the reason, of each rejected row
}

const orderColumns = "equipment=Machine,maintenanceDate=Date,description=Text,cost=Cost,sourceRef=Id"

// with returns a change of the mapping.
func with(change func(*ingest.Mapping)) func(*ingest.Options) {
	return func(o *ingest.Options) { o.SkipBad = true; change(&o.Mapping) }
}

func mappingOf(columns string) map[string]string {
	m := map[string]string{}
	for _, pair := range strings.Split(columns, ",") {
		field, name, _ := strings.Cut(pair, "=")
		m[field] = name
	}
	return m
}

func (s step) run(t *testing.T, db *store.DB, url string, v fleet.Viewer) {
	t.Helper()
	if s.between != nil {
		s.between(t, db, url, v)
	}
	var rejects bytes.Buffer
	o := ingest.Options{Entity: s.entity, SkipBad: true, Rejects: &rejects, Mapping: ingest.Mapping{
		Columns: mappingOf(s.columns), CreateMissing: true, DefaultCategory: "Excavator"}}
	if o.Entity == "" {
		o.Entity = ingest.Maintenance
	}
	if s.columns == "" {
		o.Mapping.Columns = mappingOf(orderColumns)
	}
	if s.change != nil {
		s.change(&o)
	}
	r, err := ingest.Run(t.Context(), db.Bulk(), v, o, caseFile(t, s.file))
	if s.err != "" || err != nil {
		if err == nil || s.err == "" || !strings.Contains(err.Error(), s.err) {
			t.Errorf("%s: got error %v, want one that says %q", s.file, err, s.err)
		}
		return
	}
	got := fmt.Sprint(r.Created, r.Updated, r.Unchanged, r.Rejected, r.Deleted)
	if want := fmt.Sprint(s.created, s.updated, s.unchanged, s.rejected, s.gone); got != want {
		t.Errorf("%s: created, updated, unchanged, rejected, deleted are %s, want %s\n%s", s.file, got, want, &rejects)
	}
	for i, reason := range s.reasons {
		place, text, _ := strings.Cut(reason, ": ")
		line, column, _ := strings.Cut(place, ",")
		head := "line " + line + ": "
		if column != "" {
			head = fmt.Sprintf("line %s, column %q ", line, column)
		}
		if i >= len(r.Reasons) || !strings.HasPrefix(r.Reasons[i], head) || !strings.Contains(r.Reasons[i], text) {
			t.Errorf("%s: reason %d is not %q: %q", s.file, i, reason, r.Reasons)
		}
	}
}

func sets(pairs ...string) func(*ingest.Options) {
	return with(func(m *ingest.Mapping) {
		m.Constants = map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m.Constants[pairs[i]] = pairs[i+1]
		}
	})
}

func format(f string) func(*ingest.Options) {
	return with(func(m *ingest.Mapping) { m.DateFormat = f })
}

func thousands(separator string, comma bool) func(*ingest.Options) {
	return with(func(m *ingest.Mapping) { m.Thousands, m.DecimalComma = separator, comma })
}

// Columns of the cases.
const (
	dated    = "equipment=Machine,maintenanceDate=Date,sourceRef=Id"
	downtime = dated + ",downFrom=From,downTo=To"
	machines = "name=Name,sourceRef=Nr"
)

// TestEveryCaseComesInOrSaysWhyNot imports each file of the cases. What comes in is written as
// machine|day|text|kind|source's kind|status|cost|down from|down to|hours|reference.
func TestEveryCaseComesInOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		steps []step
		want  []string // records, or machines or operators if there are none
	}{
		"blank rows and a total": {[]step{{file: "blank-rows-and-a-total", created: 2, rejected: 1,
			reasons: []string{"5,Text: row of totals"}}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1", "EX-1|2026-01-03|b|OTHER||COMPLETED|6.00||||2"}},
		"Excel serial numbers": {[]step{{file: "date-excel-serial", rejected: 2,
			reasons: []string{"2,Date: Excel serial number", "3,Date: Excel serial number"}}}, nil},
		"Excel serial numbers, said": {[]step{{file: "date-excel-serial", created: 2, change: format("EXCEL")}},
			[]string{"EX-1|2025-01-02|a|OTHER||COMPLETED|1.00||||1", "EX-1|2025-01-03|b|OTHER||COMPLETED|1.00||||2"}},
		"moments for days": {[]step{{file: "date-iso-timestamp", created: 3}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|1.00||||1", "EX-1|2026-01-02|b|OTHER||COMPLETED|1.00||||2",
				"EX-1|2026-01-02|c|OTHER||COMPLETED|1.00||||3"}},
		"name of the month": {[]step{{file: "date-month-name", created: 1, change: format("DD-MMM-YYYY")}},
			[]string{"EX-1|2025-05-28|a|OTHER||COMPLETED|1.00||||1"}},
		"name of the month, not said": {[]step{{file: "date-month-name", created: 1}},
			[]string{"EX-1|2025-05-28|a|OTHER||COMPLETED|1.00||||1"}},
		"two digits of the year": {[]step{{file: "date-two-digit-year", created: 2, change: format("MM/DD/YY hh:mm")}},
			[]string{"EX-1|2010-04-12|a|OTHER||COMPLETED|1.00||||1", "EX-1|2010-11-02|b|OTHER||COMPLETED|1.00||||2"}},
		"no leading zeros": {[]step{{file: "date-without-leading-zeros", created: 3, change: format("DD/MM/YYYY")},
			{file: "date-without-leading-zeros", unchanged: 3, change: format("D/M/YYYY")}},
			[]string{"EX-1|2025-03-05|b|OTHER||COMPLETED|1.00||||2", "EX-1|2025-05-28|a|OTHER||COMPLETED|1.00||||1",
				"EX-1|2025-10-12|c|OTHER||COMPLETED|1.00||||3"}},
		"a day that may be two": {[]step{{file: "date-without-leading-zeros", rejected: 3, reasons: []string{
			"2,Date: use --date-format DD/MM/YYYY", "3,Date: can be two days", "4,Date: DD/MM/YYYY or MM/DD/YYYY"}}}, nil},
		"category too long": {[]step{{file: "default-category-too-long", entity: ingest.Equipment, columns: machines,
			change: with(func(m *ingest.Mapping) { m.DefaultCategory = strings.Repeat("X", 101) }),
			err:    "--default-category has 101 characters: at most 100"}}, nil},
		"category blank": {[]step{{file: "default-category-too-long", entity: ingest.Equipment, columns: machines,
			change: with(func(m *ingest.Mapping) { m.DefaultCategory = " " }), err: "--default-category is blank"}}, nil},
		"deleted rows": {[]step{{file: "deleted-rows-are-called-unchanged", created: 1},
			{file: "deleted-rows-are-called-unchanged-second", gone: 1, between: deleteRecord}},
			[]string{"EX-1||Excavator|ACTIVE|"}},
		"rules of the domain": {[]step{{file: "domain-rules-are-passed-by", columns: downtime + ",status=Status", created: 1,
			rejected: 3, reasons: []string{"2,Date: in the future", "3,To: has an end", "5,Date: in the future"}}},
			[]string{"EX-2 is MAINTENANCE", "EX-2|2026-11-20||OTHER||IN_PROGRESS||2026-11-20T06:00:00Z|||3"}},
		"days and moments": {[]step{{file: "downtime-and-day-in-two-formats", columns: downtime, created: 1,
			change: format("DD.MM.YYYY")}},
			[]string{"EX-1|2026-01-02||OTHER||COMPLETED||2026-01-02T06:00:00Z|2026-01-02T09:00:00Z||1"}},
		"times of downtime": {[]step{{file: "downtime-loses-its-time", columns: downtime, created: 2,
			change: with(func(m *ingest.Mapping) { m.DateFormat, m.TimeZone = "YYYY-MM-DD hh:mm:ss", "America/La_Paz" })}},
			[]string{"EX-1|2026-01-02||OTHER||COMPLETED||2026-01-02T10:00:00Z|2026-01-02T18:30:00Z||1",
				"EX-1|2026-01-05||OTHER||COMPLETED||2026-01-06T02:00:00Z|2026-01-06T06:00:00Z||2"}},
		"each line in quotes": {[]step{{file: "every-line-in-quotes", created: 1}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1"}},
		"header in another case": {[]step{{file: "header-in-another-case", created: 1}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1"}},
		"kinds in another case": {[]step{{file: "kinds-in-another-case", columns: dated + ",kind=Kind", created: 2,
			change: with(func(m *ingest.Mapping) { m.Kinds = map[string]string{"Repair": "corrective"} })}},
			[]string{"EX|2026-01-02||CORRECTIVE|REPAIR|COMPLETED|||||2", "EX|2026-01-02||CORRECTIVE|Repair|COMPLETED|||||1"}},
		"labour and parts": {[]step{{file: "labour-and-parts-without-total", columns: dated + ",labourCost=Labour,partsCost=Parts",
			created: 1, rejected: 1, reasons: []string{"3,Parts: together"}}},
			[]string{"EX-1|2026-01-02||OTHER||COMPLETED|30.50||||1"}},
		"machines that differ in case": {[]step{{file: "machines-that-differ-in-case", columns: dated, created: 3},
			{file: "machines-that-differ-in-case-later", columns: dated, created: 1,
				change: with(func(m *ingest.Mapping) { m.Source, m.CreateMissing = "other", false })}},
			[]string{"EX-1|2026-01-02||OTHER||COMPLETED|||||1", "EX-1|2026-01-03||OTHER||COMPLETED|||||2",
				"EX-1|2026-01-04||OTHER||COMPLETED|||||3", "EX-1|2026-01-05||OTHER||COMPLETED|||||other:4"}},
		"hours with two decimals": {[]step{{file: "meter-hours-with-two-decimals", columns: dated + ",meterHours=Hours",
			rejected: 2, reasons: []string{"2,Hours: --round", "3,Hours: --thousands ,"}}}, nil},
		"hours that are rounded": {[]step{{file: "meter-hours-with-two-decimals", columns: dated + ",meterHours=Hours",
			created: 2, change: with(func(m *ingest.Mapping) { m.Round, m.Thousands = true, "," })}},
			[]string{"EX-1|2026-01-02||OTHER||COMPLETED||||1250.0|2", "EX-1|2026-01-02||OTHER||COMPLETED||||1250.3|1"}},
		"money": {[]step{{file: "money-as-people-write-it", created: 6, rejected: 2, change: thousands(",", false),
			reasons: []string{"8,Cost: --empty", "9,Cost: --empty"}}},
			[]string{"EX-1|2026-01-02|SAP|OTHER||COMPLETED|-125.50||||5",
				"EX-1|2026-01-02|accountant|OTHER||COMPLETED|-1234.00||||4", "EX-1|2026-01-02|dollar|OTHER||COMPLETED|1250.00||||1",
				"EX-1|2026-01-02|euro|OTHER||COMPLETED|5.00||||3", "EX-1|2026-01-02|plus|OTHER||COMPLETED|5.00||||6",
				"EX-1|2026-01-02|shekel|OTHER||COMPLETED|1031.00||||2"}},
		"money that is none": {[]step{{file: "money-as-people-write-it", created: 8, change: with(func(m *ingest.Mapping) {
			m.Thousands, m.Empty = ",", []string{"N/A", "-"}
		})}}, []string{"EX-1|2026-01-02|SAP|OTHER||COMPLETED|-125.50||||5",
			"EX-1|2026-01-02|accountant|OTHER||COMPLETED|-1234.00||||4",
			"EX-1|2026-01-02|dash for nothing|OTHER||COMPLETED|||||7", "EX-1|2026-01-02|dollar|OTHER||COMPLETED|1250.00||||1",
			"EX-1|2026-01-02|euro|OTHER||COMPLETED|5.00||||3", "EX-1|2026-01-02|not known|OTHER||COMPLETED|||||8",
			"EX-1|2026-01-02|plus|OTHER||COMPLETED|5.00||||6", "EX-1|2026-01-02|shekel|OTHER||COMPLETED|1031.00||||2"}},
		"no column is an id": {[]step{{file: "no-column-is-an-id",
			columns: "equipment=machineID,maintenanceDate=datetime,description=comp,sourceRef=datetime+machineID+comp", created: 3},
			{file: "no-column-is-an-id",
				columns:   "equipment=machineID,maintenanceDate=datetime,description=comp,sourceRef=datetime+machineID+comp",
				unchanged: 3}},
			[]string{"1|2026-01-03|comp1|OTHER||COMPLETED|||||2026-01-03 06:00:00+1+comp1",
				"1|2026-01-03|comp4|OTHER||COMPLETED|||||2026-01-03 06:00:00+1+comp4",
				"2|2026-01-03|comp1|OTHER||COMPLETED|||||2026-01-03 06:00:00+2+comp1"}},
		"no machine column": {[]step{{file: "no-machine-column",
			columns: "maintenanceDate=Date,description=Description,cost=Cost,sourceRef=Odometer", created: 2,
			change: func(o *ingest.Options) {
				sets("equipment", "Truck 7", "kind", "preventive")(o)
				o.Mapping.DateFormat = "MM/DD/YYYY"
			}}},
			[]string{"Truck 7|2020-01-01|Oil|PREVENTIVE|preventive|COMPLETED|20.60||||45000",
				"Truck 7|2020-01-02|Tires|PREVENTIVE|preventive|COMPLETED|40.45||||47000"}},
		"open work has no date": {[]step{{file: "open-work-has-no-date",
			columns: "equipment=Asset,maintenanceDate=Completed|Created,description=Task,status=Status,sourceRef=Order",
			created: 2}},
			[]string{"EX-1|2026-01-03|b|OTHER||IN_PROGRESS|||||2", "EX-1|2026-01-05|a|OTHER||COMPLETED|||||1"}},
		"names in one column": {[]step{{file: "operators-name-in-one-column", entity: ingest.Operators, created: 2,
			columns: "name=Name,licenseNumber=Licence,sourceRef=Licence", rejected: 1, reasons: []string{"4,Name: is one name"}}},
			[]string{"Jane|Doe|L1", "John|Roe|L2"}},
		"one column for both names": {[]step{{file: "operators-name-in-one-column", entity: ingest.Operators,
			columns: "firstName=Name,lastName=Name,sourceRef=Licence", err: "--map name=Name"}}, nil},
		"a quotation mark that is balanced": {[]step{{file: "quote-balanced-at-start", created: 2, rejected: 2,
			reasons: []string{"2,Text: before its end", "4,Text: before its end"}}},
			[]string{"EX-2|2026-01-03|plain|OTHER||COMPLETED|6.00||||2", "EX-4|2026-01-05|plain|OTHER||COMPLETED|8.00||||4"}},
		"a quotation mark in the last column": {[]step{{file: "quote-unclosed-last-column", created: 3, rejected: 1,
			reasons: []string{"2,Text: never closed"}}},
			[]string{"EX-2|2026-01-03|plain|OTHER||COMPLETED|6.00||||2", "EX-3|2026-01-04|broken|OTHER||COMPLETED|7.00||||3",
				"EX-4|2026-01-05|plain|OTHER||COMPLETED|8.00||||4"}},
		"a quotation mark in a column that is not mapped": {[]step{{file: "quote-unclosed-unmapped-column", created: 4,
			rejected: 1, reasons: []string{"3,Remark: never closed"}}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1", "EX-3|2026-01-04|c|OTHER||COMPLETED|7.00||||3",
				"EX-4|2026-01-05|d|OTHER||COMPLETED|8.00||||4", "EX-5|2026-01-06|e|OTHER||COMPLETED|9.00||||5"}},
		"blank status of a machine that exists": {[]step{{file: "reimport-blank-status-cell", entity: ingest.Equipment,
			columns: machines + ",status=State,cost=Price,category=Cat", created: 1},
			{file: "reimport-blank-status-cell-second", entity: ingest.Equipment, unchanged: 1,
				columns: machines + ",status=State,cost=Price,category=Cat"}},
			[]string{"EX-1||Crane|RETIRED|5000.00"}},
		"retired machines stay retired": {[]step{{file: "reimport-revives-retired-machine", entity: ingest.Equipment,
			columns: machines, created: 2},
			{file: "reimport-revives-retired-machine", entity: ingest.Equipment, columns: machines, unchanged: 2,
				between: retireFirst}},
			[]string{"Crane 1||Mobile crane|RETIRED|", "Crane 2||Excavator|ACTIVE|"}},
		"rows end with a delimiter": {[]step{{file: "rows-end-with-a-delimiter", created: 2}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1", "EX-1|2026-01-02|b|OTHER||COMPLETED|6.00||||2"}},
		"rows lack empty values": {[]step{{file: "rows-end-with-a-delimiter-short", created: 2}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1", "EX-1|2026-01-02|b|OTHER||COMPLETED|6.00||||2"}},
		"semicolons": {[]step{{file: "semicolons-not-said", created: 1}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1"}},
		"semicolons, said wrongly": {[]step{{file: "semicolons-not-said", err: "use --delimiter ';'",
			change: with(func(m *ingest.Mapping) { m.Delimiter = "," })}}, nil},
		"sep line": {[]step{{file: "sep-line", created: 1}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1"}},
		"serial numbers that are none": {[]step{{file: "serial-number-placeholders", entity: ingest.Equipment,
			columns: machines + ",serialNumber=Serial", created: 4,
			change: with(func(m *ingest.Mapping) { m.Empty = []string{"n/a", "-"} })}},
			[]string{"A||Excavator|ACTIVE|", "B||Excavator|ACTIVE|", "C||Excavator|ACTIVE|", "D||Excavator|ACTIVE|"}},
		"words for a status": {[]step{{file: "status-words", entity: ingest.Equipment, columns: machines + ",status=State",
			created: 5, change: with(func(m *ingest.Mapping) {
				m.Statuses = map[string]string{"en service": "ACTIVE", "IN USE": "active", "Out of service": "INACTIVE",
					"פעיל": "ACTIVE", "true": "ACTIVE"}
			})}, {file: "status-words", entity: ingest.Equipment, columns: machines + ",status=State", rejected: 5}},
			[]string{"A||Excavator|ACTIVE|", "B||Excavator|ACTIVE|", "C||Excavator|INACTIVE|", "D||Excavator|ACTIVE|",
				"E||Excavator|ACTIVE|"}},
		"words for the status of work": {[]step{{file: "status-words-orders", columns: dated + ",status=State", created: 4,
			change: with(func(m *ingest.Mapping) {
				m.Statuses = map[string]string{"Closed": "COMPLETED", "Open": "IN_PROGRESS", "Canceled": "CANCELLED",
					"TECO": "COMPLETED"}
			})}},
			[]string{"A|2026-01-02||OTHER||COMPLETED|||||1", "A|2026-01-03||OTHER||IN_PROGRESS|||||2",
				"A|2026-01-04||OTHER||CANCELLED|||||3", "A|2026-01-05||OTHER||COMPLETED|||||4"}},
		"commas out of place": {[]step{{file: "thousands-comma-misplaced", created: 1, rejected: 2,
			change: thousands(",", false), reasons: []string{"3,Cost: three digits each", "4,Cost: three digits each"}}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|1234.50||||1"}},
		"no-break spaces": {[]step{{file: "thousands-no-break-space", created: 3, change: thousands(" ", true)},
			{file: "thousands-no-break-space", unchanged: 3, change: thousands("\u00a0", true)}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|1234.50||||1", "EX-1|2026-01-02|b|OTHER||COMPLETED|1234.50||||2",
				"EX-1|2026-01-02|c|OTHER||COMPLETED|1234.50||||3"}},
		"points out of place": {[]step{{file: "thousands-point-misplaced", columns: orderColumns + ",meterHours=Hours",
			created: 1, rejected: 2, change: thousands(".", true),
			reasons: []string{"3,Cost: three digits each", "4,Cost: three digits each"}}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|1234.50|||8130.5|1"}},
		"title above the header": {[]step{{file: "title-above-the-header", created: 1},
			{file: "title-above-the-header", unchanged: 1, change: with(func(m *ingest.Mapping) { m.HeaderLine = 3 })}},
			[]string{"EX-1|2026-01-02|a|OTHER||COMPLETED|5.00||||1"}},
		"two files with the same numbers": {[]step{{file: "two-files-with-the-same-numbers", created: 2},
			{file: "two-files-with-the-same-numbers-failures", rejected: 2,
				reasons: []string{"2,Machine: --source", "3,Machine: another machine"}},
			{file: "two-files-with-the-same-numbers-failures", created: 2,
				change: with(func(m *ingest.Mapping) { m.Source = "failures" })}},
			[]string{"EX-1|2026-01-02|oil change|OTHER||COMPLETED|50.00||||1",
				"EX-1|2026-02-02|filters|OTHER||COMPLETED|60.00||||2",
				"EX-9|2025-05-05|broken boom|OTHER||COMPLETED|700.00||||failures:1",
				"EX-9|2025-06-06|broken pin|OTHER||COMPLETED|800.00||||failures:2"}},
		"UTF-16": {[]step{{file: "utf-16-unicode-text", created: 1}},
			[]string{"EX-1|2026-01-02|Öl|OTHER||COMPLETED|5.00||||1"}},
		"Windows-1252": {[]step{{file: "windows-1252-as-latin1", created: 1},
			{file: "windows-1252-as-latin1", unchanged: 1, change: with(func(m *ingest.Mapping) { m.Encoding = "latin1" })}},
			[]string{"EX-1|2026-01-02|“Öl” – 5 €|OTHER||COMPLETED|10.50||||1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, url, v := companyOf(t)
			for _, s := range c.steps {
				s.run(t, db, url, v)
			}
			if diff := cmp.Diff(c.want, contents(t, db, v)); diff != "" {
				t.Errorf("what came in (-want +got):\n%s", diff)
			}
		})
	}
}
