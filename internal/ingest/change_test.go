package ingest_test

import (
	"bytes"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// TestWhatAPersonHasChangedIsNotOverwritten imports a list again and again while a person changes it too.
func TestWhatAPersonHasChangedIsNotOverwritten(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Equipment, SkipBad: true, Mapping: ingest.Mapping{DefaultCategory: "Crane",
		Columns: mappingOf("name=Name,sourceRef=Nr,cost=Price,description=Text")}}
	run := func(rows string) ingest.Report {
		t.Helper()
		r, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader("Nr,Name,Price,Text\n"+rows))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	describe := func(text string) {
		t.Helper()
		if _, err := db.Fleet().UpdateEquipment(t.Context(), v, fleet.WriteInfo{}, machinesOf(t, db, v)[0].ID, nil,
			fleet.EquipmentPatch{Description: fleet.Maybe[*string]{Set: true, To: &text}}); err != nil {
			t.Fatal(err)
		}
	}
	is := func(r ingest.Report, updated, rejected int64, cost, description string) {
		t.Helper()
		e := machinesOf(t, db, v)[0]
		if r.Updated != updated || r.Rejected != rejected || r.Conflicts != rejected || text(e.Cost) != cost ||
			text(e.Description) != description {
			t.Errorf("%v: cost %s, description %q, want %s, %q", r, text(e.Cost), text(e.Description), cost, description)
		}
	}
	run("1,A,5,from the file\n")
	describe("from a person")
	is(run("1,A,5,from the file\n"), 0, 0, "5.00", "from a person")
	is(run("1,A,6,from the file\n"), 1, 0, "6.00", "from a person") // the price alone has changed
	is(run("1,A,6,\n"), 0, 0, "6.00", "from a person")
	r := run("1,A,7,new in the file\n")
	is(r, 0, 1, "6.00", "from a person")
	for _, says := range []string{`"from a person"`, `"from the file"`, `"new in the file"`, "--overwrite"} {
		if !strings.Contains(r.Reasons[0], says) {
			t.Errorf("the conflict does not say %s: %s", says, r.Reasons[0])
		}
	}
	o.CreateOnly = true
	is(run("1,A,9,\n"), 0, 0, "6.00", "from a person")
	o.CreateOnly, o.Overwrite = false, true
	is(run("1,A,7,new in the file\n"), 1, 0, "7.00", "new in the file")
	o.Overwrite = false
	is(run("1,A,7,newer\n"), 1, 0, "7.00", "newer") // the file has the last word on it again
	entries, err := db.Fleet().HistoryBySubject(t.Context(), v, []fleet.UUID{machinesOf(t, db, v)[0].ID},
		fleet.Window{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range entries {
		h := page.Items[0]
		if h.Action != fleet.ActionImported || len(h.Changes) != 1 || *h.Changes[0].From != "new in the file" ||
			*h.Changes[0].To != "newer" {
			t.Errorf("the history of the row has %+v", h)
		}
	}
}

// TestAnImportIsUndone: made rows are gone, changed ones are as they were, and rows that have changed since stand in the
// way.
func TestAnImportIsUndone(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Maintenance, Name: "orders.csv", Mapping: ingest.Mapping{CreateMissing: true,
		DefaultCategory: "Excavator", Columns: mappingOf(dated + ",status=Status,cost=Cost,downFrom=From")}}
	run := func(rows string) {
		t.Helper()
		r, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader("Id,Machine,Date,Status,Cost,From\n"+rows))
		if err != nil || !r.Kept {
			t.Fatalf("%v, %v %v", r, err, r.Reasons)
		}
	}
	undo := func(n int) error {
		t.Helper()
		list, err := db.Bulk().Imports(t.Context(), v, 10)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ingest.Undo(t.Context(), db.Bulk(), v, list[n].ID)
		return err
	}
	run("1,A,2026-01-02,COMPLETED,5,\n")
	run("1,A,2026-01-02,COMPLETED,5,\n") // changes nothing, so it is none
	before := contents(t, db, v)
	run("1,A,2026-01-02,COMPLETED,6,\n2,A,2026-01-03,IN_PROGRESS,7,2026-01-03 06:00\n3,B,2026-01-04,COMPLETED,,\n")
	if e := machinesOf(t, db, v)[0]; e.Status != fleet.EquipmentMaintenance {
		t.Errorf("%s is %s", e.Name, e.Status)
	}
	if err := undo(1); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "record 1") {
		t.Errorf("the first import of two: %v", err)
	}
	if err := undo(0); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, db, v); strings.Join(got, "\n") != strings.Join(before, "\n") || len(machinesOf(t, db, v)) != 1 {
		t.Errorf("after the undo: %q, want %q", got, before)
	}
	if e := machinesOf(t, db, v)[0]; e.Status != fleet.EquipmentActive {
		t.Errorf("%s is %s, and no work keeps it down", e.Name, e.Status)
	}
	if err := undo(0); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "was undone at") {
		t.Errorf("undone twice: %v", err)
	}
	if _, err := ingest.Undo(t.Context(), db.Bulk(), fleet.Viewer{CompanyID: fleet.NewUUID()},
		fleet.NewUUID()); fleet.CodeOf(err) != fleet.NotFound {
		t.Errorf("an import that there is not: %v", err)
	}
	// A person has changed the machine that an import made.
	run("3,B,2026-01-04,COMPLETED,,\n")
	name := "Renamed"
	if _, err := db.Fleet().UpdateEquipment(t.Context(), v, fleet.WriteInfo{}, machinesOf(t, db, v)[1].ID, nil,
		fleet.EquipmentPatch{Name: fleet.Maybe[string]{Set: true, To: name}}); err != nil {
		t.Fatal(err)
	}
	if err := undo(0); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), "machine Renamed") {
		t.Errorf("after a change: %v", err)
	}
}

func TestTheSameFileUnderAnotherSourceIsRefused(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders()}
	const file = header + "A,2026-01-02,x,PM01,1,1\n"
	run := func(source string) error {
		o.Mapping.Source = source
		_, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(file))
		return err
	}
	if err := run("one"); err != nil {
		t.Fatal(err)
	}
	if err := run("one"); err != nil {
		t.Error(err)
	}
	if err := run("two"); fleet.CodeOf(err) != fleet.Conflict || !strings.Contains(err.Error(), `source "one"`) {
		t.Errorf("got %v", err)
	}
}

// TestADryRunLeavesNothing: not even its company, and it counts as an import with SkipBad.
func TestADryRunLeavesNothing(t *testing.T) {
	t.Parallel()
	db, v := fleetOf(t)
	for dry, left := range map[bool]fleet.Code{true: fleet.NotFound, false: ""} {
		o := ingest.Options{Entity: ingest.Maintenance, Mapping: orders(), DryRun: dry, NewCompany: "Typo Ltd", SkipBad: !dry}
		if !dry {
			o.NewCompany = "Right Ltd"
		}
		r, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(header+
			"A,2026-01-02,x,PM01,1,1\nA,2026-13-02,x,PM01,1,2\n"))
		if err != nil || r.Created != 1 || r.Rejected != 1 || r.MachinesCreated != 1 || r.Kept == dry ||
			len(r.Samples) == 0 == dry {
			t.Errorf("dry %v: %v, %v, %q", dry, r, err, r.Samples)
		}
		if _, err := db.Identity().CompanyByName(t.Context(), o.NewCompany); left != "" && fleet.CodeOf(err) != left ||
			left == "" && err != nil {
			t.Errorf("%s: %v", o.NewCompany, err)
		}
	}
	if n := len(records(t, db, v)); n != 0 {
		t.Errorf("%d records", n)
	}
}

// TestRejectsComeBack: a file of rejected rows is written as its source is, and is read with the same settings.
func TestRejectsComeBack(t *testing.T) {
	t.Parallel()
	columns := "equipment=Machine,maintenanceDate=Date,description=Text,sourceRef=Id"
	for name, c := range map[string]struct {
		file, begins string
		change       func(*ingest.Mapping)
	}{
		"commas":       {"Id,Machine,Date,Text\n1,A,never,=1+1\n2,A,never,'=x\n3,A,never,\"a \"\"b\"\", c\"\n", "Id,Machine", nil},
		"semicolons":   {"sep=;\nId;Machine;Date;Text\n1;A;never;-x\n2;A;never;y\n3;A;never;z\n", "Id;Machine", nil},
		"Windows-1252": {"Id;Machine;Date;Text\n1;A;never;\x80\n2;A;never;\xd6l\n3;A;never;z\n", "Id;Machine", nil},
		"UTF-16": {"\xff\xfeI\x00d\x00\t\x00M\x00a\x00c\x00h\x00i\x00n\x00e\x00\t\x00D\x00a\x00t\x00e\x00\t\x00T\x00e\x00x\x00t\x00\n\x00" +
			"1\x00\t\x00A\x00\t\x00x\x00\t\x00\xd6\x00\n\x002\x00\t\x00A\x00\t\x00x\x00\t\x00y\x00\n\x003\x00\t\x00A\x00\t\x00x\x00\t\x00y\x00\n\x00",
			"\xff\xfeI\x00d\x00", nil},
		"a line said": {"Report\nId,Machine,Date,Text\n1,A,never,a\n2,A,never,b\n3,A,never,c\n", "Id,Machine",
			func(m *ingest.Mapping) { m.HeaderLine = 2 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, v := fleetOf(t)
			var texts []string
			run := func(file string, rejects *bytes.Buffer) ingest.Report {
				t.Helper()
				o := ingest.Options{Entity: ingest.Maintenance, Rejects: rejects, Mapping: ingest.Mapping{
					Columns: mappingOf(columns), CreateMissing: true, DefaultCategory: "X"}}
				if c.change != nil {
					c.change(&o.Mapping)
				}
				r, err := ingest.Run(t.Context(), db.Bulk(), v, o, strings.NewReader(file))
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			var first, second bytes.Buffer
			if r := run(c.file, &first); r.Rejected != 3 || !strings.HasPrefix(first.String(), c.begins) {
				t.Fatalf("%v: %q", r, &first)
			}
			// Without a correction the same rows are rejected with the same values.
			if r := run(first.String(), &second); r.Rejected != 3 || r.Read != 3 {
				t.Errorf("the rejects come back as %v: %q", r, &second)
			}
			day := "2026-01-02"
			wrong := "never"
			if name == "UTF-16" {
				day, wrong = "2\x000\x002\x006\x00-\x000\x001\x00-\x000\x002\x00", "\t\x00x\x00"
				day = "\t\x00" + day
			}
			if r := run(strings.ReplaceAll(first.String(), wrong, day), new(bytes.Buffer)); r.Created != 3 {
				t.Fatalf("corrected: %v %q", r, r.Reasons)
			}
			for _, r := range records(t, db, v) {
				texts = append(texts, text(r.Description))
			}
			if name == "commas" && strings.Join(texts, "|") != `=1+1|'=x|a "b", c` {
				t.Errorf("the texts are %q", texts)
			}
			if name == "Windows-1252" && strings.Join(texts, "|") != "€|Öl|z" {
				t.Errorf("the texts are %q", texts)
			}
		})
	}
}
