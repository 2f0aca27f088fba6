package ingest

import (
	"errors"
	"fmt"
	"slices"
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
	indexes []int  // of the fields' columns in table.Columns
	layout  string // of dates
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
		if _, mapped := c.column[f.name]; mapped || f.fallback != nil {
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
	if rejected := c.checkTogether(row, byColumn); rejected != nil {
		return staged, rejected
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

// checkTogether checks the values that depend on one another.
func (c *converter) checkTogether(row []string, byColumn map[string]string) *rejection {
	labour, hasLabour := byColumn["labour_cost"]
	parts, hasParts := byColumn["parts_cost"]
	if hasLabour != hasParts {
		return c.reject(row, "cost", errors.New("labour cost and parts cost must both be given, or neither"))
	}
	cost := byColumn["cost"]
	if hasLabour && fleet.Decimal(labour).Plus(fleet.Decimal(parts)).Cmp(fleet.Decimal(cost)) != 0 {
		return c.reject(row, "cost", fmt.Errorf("labour cost %s and parts cost %s do not add up to cost %s",
			labour, parts, cost))
	}
	from, hasFrom := byColumn["down_from"]
	to, hasTo := byColumn["down_to"]
	if hasTo && (!hasFrom || to < from) { // both are RFC 3339 in UTC: they compare as text
		return c.reject(row, "downTo", errors.New("the downtime ends before it begins"))
	}
	return nil
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
