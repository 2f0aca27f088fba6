package ingest

import (
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// converter turns rows of a file into rows of the staging table.
type converter struct {
	*reader
	mapping *Mapping
	entity  Entity
	table   store.ImportTable
	fields  []field
	indexes []int     // of the fields' columns in table.Columns
	layout  string    // of dates
	now     time.Time // in the company's time zone, which decides the day
}

func newConverter(in *reader, m *Mapping, e Entity) (*converter, error) {
	layout, err := m.dateLayout()
	if err != nil {
		return nil, err
	}
	c := &converter{reader: in, mapping: m, entity: e, table: e.table(), fields: fields[e], layout: layout}
	if c.indexes, err = columnIndexes(c.fields, c.table); err != nil {
		return nil, fmt.Errorf("import %s: %w", e, err)
	}
	return c, nil
}

// filled lists the columns of the table that the mapping fills. created_at is among them only when it is mapped,
// because the table's default is better than NULL.
func (c *converter) filled() []string {
	var columns []string
	for _, f := range c.fields {
		_, mapped := c.column[f.name]
		if (mapped || f.fallback != nil) && (c.entity != Maintenance || !slices.Contains(ruled, f.column)) {
			columns = append(columns, f.column)
		}
	}
	return columns
}

// convert checks a row and returns it as it is staged, or the reason why it is rejected.
func (c *converter) convert(row []string, line int64) (store.StagedRow, *rejection) {
	staged := store.StagedRow{Line: line, Raw: slices.Clone(row), Values: make([]*string, len(c.table.Columns))}
	byColumn := make(map[string]string, len(c.fields))
	for n, f := range c.fields {
		value, ok, err := c.read(f, row)
		if err != nil {
			return staged, c.reject(row, f.name, err)
		}
		if ok {
			staged.Values[c.indexes[n]] = &value
			byColumn[f.column] = value
		}
	}
	if c.entity == Maintenance {
		if rejected := c.work(row, byColumn); rejected != nil {
			return staged, rejected
		}
		for _, column := range derived {
			if value, ok := byColumn[column]; ok {
				staged.Values[c.at(column)] = &value
			}
		}
	}
	var err error
	if staged.SourceRef, err = c.reference(row); err != nil {
		return staged, c.reject(row, sourceRef, err)
	}
	return staged, nil
}

// read returns the value of a field in a row; false means NULL.
func (c *converter) read(f field, row []string) (value string, ok bool, err error) {
	switch text := c.value(row, f.name); {
	case text != "":
		value, err = f.parse(c, text)
	case f.required:
		err = errors.New("is empty, but it is required")
	case f.fallback != nil:
		value, err = f.fallback(c.mapping)
	default:
		return "", false, nil
	}
	return value, err == nil, err
}

// reference returns the row's reference, prefixed with the source; nil if no column is mapped to it.
func (c *converter) reference(row []string) (*string, error) {
	if _, mapped := c.column[sourceRef]; !mapped {
		return nil, nil
	}
	ref := c.value(row, sourceRef)
	if ref == "" {
		return nil, errors.New("is empty, and without a reference a second import would add the row again")
	}
	ref = c.mapping.prefix() + ref
	if utf8.RuneCountInString(ref) > fleet.MaxSourceRef {
		return nil, fmt.Errorf("is longer than %d characters", fleet.MaxSourceRef)
	}
	return &ref, nil
}

// at returns the position of a column in the table's list.
func (c *converter) at(column string) int {
	return c.indexes[slices.IndexFunc(c.fields, func(f field) bool { return f.column == column })]
}

// headerOf returns the file's header for a column of the table.
func (c *converter) headerOf(column string) string {
	if column == "source_ref" {
		return c.name[sourceRef]
	}
	for _, f := range c.fields {
		if f.column == column {
			return c.name[f.name]
		}
	}
	return column
}
