package ingest

import (
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestTheTableOfFieldsIsWhole: each field that can be mapped has a reader, a column and words for the help, and each
// field of the domain's facts that an import may set is one of them.
func TestTheTableOfFieldsIsWhole(t *testing.T) {
	t.Parallel()
	facts := map[Entity][]fleet.Fact{Equipment: new(fleet.Equipment).Facts(), Operators: new(fleet.Operator).Facts(),
		Sites: new(fleet.Site).Facts(), Papers: new(fleet.Paper).Facts(), Maintenance: new(fleet.MaintenanceRecord).Facts()}
	notMapped := map[Entity][]string{
		Equipment:   {"statusAfterWork"},
		Operators:   {"user"},
		Maintenance: {"firstDueDate", "reversalOf", "schedule", "occurrence"},
	}
	for _, e := range Entities() {
		table := e.table()
		if len(table.Columns) != len(fields[e]) || len(table.Columns) > 63 {
			t.Errorf("%s: %d columns for %d fields", e, len(table.Columns), len(fields[e]))
		}
		for n, f := range fields[e] {
			if f.Name == "" || f.Type == "" || table.At(f.Name) != n || (f.name == "") != (f.read == nil) {
				t.Errorf("%s: field %d is %+v", e, n, f)
			}
		}
		for _, name := range fieldNames(e) {
			if name != sourceRef && name != fleetID &&
				!slices.ContainsFunc(slices.Concat(fields[e], virtual[e]), func(f field) bool {
					return f.name == name && f.what.kind != "" && f.what.example != ""
				}) {
				t.Errorf("%s: the help does not tell of %s", e, name)
			}
		}
		for _, name := range []string{sourceRef, fleetID} {
			if !strings.Contains(Help(e), " "+name+" ") {
				t.Errorf("%s: the help does not tell of %s", e, name)
			}
		}
		for _, fact := range facts[e] {
			if slices.Contains(notMapped[e], fact.Field) == slices.Contains(fieldNames(e), fact.Field) {
				t.Errorf("%s: whether %s can be imported is not as it is listed here", e, fact.Field)
			}
		}
	}
}

// TestAValueIsStagedAtItsColumn gives each field of a row another value.
func TestAValueIsStagedAtItsColumn(t *testing.T) {
	t.Parallel()
	m := Mapping{Columns: map[string]string{"firstName": "f", "lastName": "l", "licenseNumber": "n", "sourceRef": "r"}}
	c := converterOf(t, &m, Operators, "n,l,f,r\n7,Lovelace,Ada,1\n")
	row, line, _, err := c.next()
	if err != nil {
		t.Fatal(err)
	}
	staged, rejected := c.convert(row, line)
	if rejected != nil {
		t.Fatal(rejected.reason)
	}
	want := map[string]string{"first_name": "Ada", "last_name": "Lovelace", "license_number": "7", "status": "ACTIVE"}
	for i, column := range c.table.Columns {
		if v := staged.Values[i]; v == nil || *v != want[column.Name] {
			t.Errorf("column %s has %v, want %q", column.Name, v, want[column.Name])
		}
		if given := staged.Given&(1<<i) != 0; given != (column.Name != "status") {
			t.Errorf("column %s is given: %v", column.Name, given)
		}
	}
}

func converterOf(t testing.TB, m *Mapping, e Entity, file string) *converter {
	t.Helper()
	if err := m.normalize(e); err != nil {
		t.Fatal(err)
	}
	in, err := newReader(strings.NewReader(file), m, e)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newConverter(in, m, e)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
