package ingest

import (
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/store"
)

func TestEveryFieldFillsAColumnAndEveryColumnHasAField(t *testing.T) {
	t.Parallel()
	for entity, fields := range fields {
		table := entity.table()
		if _, err := columnIndexes(fields, table); err != nil {
			t.Errorf("%s: %v", entity, err)
		}
		for at, column := range table.Columns {
			without := table
			without.Columns = slices.Delete(slices.Clone(table.Columns), at, at+1)
			if _, err := columnIndexes(fields, without); err == nil ||
				!strings.Contains(err.Error(), "has no column "+column.Name) {
				t.Errorf("%s without column %s: got %v, want an error about it", entity, column.Name, err)
			}
		}
		more := table
		more.Columns = append(slices.Clone(table.Columns), store.ImportColumn{Name: "colour", Type: "text"})
		if _, err := columnIndexes(
			fields,
			more,
		); err == nil ||
			!strings.Contains(err.Error(), "no field fills column colour") {
			t.Errorf("%s with a column more: got %v, want an error about it", entity, err)
		}
	}
}

// TestAValueIsStagedAtItsColumn gives each field of a row another value and lets the table list its columns in another
// order than the fields.
func TestAValueIsStagedAtItsColumn(t *testing.T) {
	t.Parallel()
	m := Mapping{Columns: map[string]string{"firstName": "f", "lastName": "l", "licenseNumber": "n", "sourceRef": "r"}}
	if err := m.normalize(Operators); err != nil {
		t.Fatal(err)
	}
	in, err := newReader(strings.NewReader("n,l,f,r\n7,Lovelace,Ada,1\n"), &m)
	if err != nil {
		t.Fatal(err)
	}
	c, err := newConverter(in, &m, Operators)
	if err != nil {
		t.Fatal(err)
	}
	c.table.Columns = slices.Clone(c.table.Columns)
	slices.Reverse(c.table.Columns)
	if c.indexes, err = columnIndexes(c.fields, c.table); err != nil {
		t.Fatal(err)
	}
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
	}
}
