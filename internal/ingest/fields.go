package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Entity is what the rows of a file are.
type Entity string

// The entities that can be imported.
const (
	Equipment   Entity = "equipment"
	Operators   Entity = "operators"
	Maintenance Entity = "maintenance"
)

// table returns the table that the rows are written to.
func (e Entity) table() store.ImportTable {
	switch e {
	case Equipment:
		return store.ImportEquipment
	case Operators:
		return store.ImportOperators
	default:
		return store.ImportRecords
	}
}

// sourceRef is a field of every entity. Its value identifies a row in later imports.
const sourceRef = "sourceRef"

// field is a value that a column of a file can be mapped to.
type field struct {
	name     string
	column   string // column of the table that stores the value
	parse    parser
	required bool
	// fallback returns the value of an empty field; nil stores NULL. It is not used for required fields.
	fallback func(*Mapping) (string, error)
}

// parser checks the text of a value and returns it as it is staged. Its errors are phrases that follow the column's
// name in the reason of a rejected row.
type parser func(c *converter, text string) (string, error)

// fields lists the fields of each entity. A field that fills two columns is listed twice.
var fields = map[Entity][]field{
	Equipment: {
		{name: "name", column: "name", parse: text(fleet.MaxEquipmentName), required: true},
		{name: "serialNumber", column: "serial_number", parse: text(fleet.MaxSerialNumber)},
		{name: "description", column: "description", parse: text(fleet.MaxDescription)},
		{name: "category", column: "category", parse: text(fleet.MaxCategory), fallback: defaultCategory},
		{name: "status", column: "status", parse: oneOf(fleet.EquipmentStatuses()), fallback: always(fleet.EquipmentActive)},
		{name: "cost", column: "cost", parse: positiveMoney},
		{name: "user", column: "user_id", parse: text(254)},
		{name: "createdAt", column: "created_at", parse: moment},
	},
	Operators: {
		{name: "firstName", column: "first_name", parse: text(fleet.MaxPersonName), required: true},
		{name: "lastName", column: "last_name", parse: text(fleet.MaxPersonName), required: true},
		{name: "licenseNumber", column: "license_number", parse: text(fleet.MaxLicenseNumber)},
		{name: "status", column: "status", parse: oneOf(fleet.OperatorStatuses()), fallback: always(fleet.OperatorActive)},
	},
	Maintenance: {
		{name: "equipment", column: "equipment_id", parse: text(fleet.MaxSerialNumber), required: true},
		{name: "kind", column: "kind", parse: kind, fallback: always(fleet.OtherKind)},
		{name: "kind", column: "source_kind", parse: text(fleet.MaxSourceKind)},
		{name: "status", column: "status", parse: oneOf(fleet.MaintenanceStatuses()),
			fallback: always(fleet.MaintenanceCompleted)},
		{name: "dueDate", column: "due_date", parse: day},
		{name: "dueDate", column: "first_due_date", parse: day},
		{name: "startedAt", column: "started_at", parse: moment},
		{name: "completedAt", column: "completed_at", parse: moment},
		{name: "maintenanceDate", column: "maintenance_date", parse: day},
		{name: "description", column: "description", parse: text(fleet.MaxDescription)},
		{name: "cost", column: "cost", parse: money},
		{name: "labourCost", column: "labour_cost", parse: money},
		{name: "partsCost", column: "parts_cost", parse: money},
		{name: "performedBy", column: "performed_by", parse: text(fleet.MaxPerformedBy)},
		{name: "downFrom", column: "down_from", parse: moment},
		{name: "downTo", column: "down_to", parse: moment},
		{name: "downTo", column: "down_to_expected", parse: derivedLater},
		{name: "meterHours", column: "meter_hours", parse: hours},
	},
}

// fieldNames lists the fields of an entity that a column can be mapped to.
func fieldNames(e Entity) []string {
	var names []string
	for _, f := range fields[e] {
		if !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	return append(names, sourceRef)
}

// columnIndexes returns the position in the table's list of columns for each field. A field without a column would lose
// its values and a column without a field would stay empty, so both are errors.
func columnIndexes(fields []field, table store.ImportTable) ([]int, error) {
	indexes := make([]int, len(fields))
	filled := make([]bool, len(table.Columns))
	for n, f := range fields {
		at := slices.IndexFunc(table.Columns, func(c store.ImportColumn) bool { return c.Name == f.column })
		if at < 0 {
			return nil, fmt.Errorf("table %s has no column %s for the field %s", table.Name, f.column, f.name)
		}
		indexes[n], filled[at] = at, true
	}
	if at := slices.Index(filled, false); at >= 0 {
		return nil, fmt.Errorf("no field fills column %s of table %s", table.Columns[at].Name, table.Name)
	}
	return indexes, nil
}

// always is a fallback to a constant.
func always[T ~string](value T) func(*Mapping) (string, error) {
	return func(*Mapping) (string, error) { return string(value), nil }
}

func defaultCategory(m *Mapping) (string, error) {
	if m.DefaultCategory == "" {
		return "", errors.New("is empty: fill it in, or use --default-category")
	}
	return m.DefaultCategory, nil
}

func text(most int) parser {
	return func(_ *converter, s string) (string, error) {
		s = fleet.Tidy(s)
		if n := utf8.RuneCountInString(s); n > most {
			return "", fmt.Errorf("has %d characters: at most %d", n, most)
		}
		return s, nil
	}
}

// derivedLater stands for a value that the rules of the whole row give.
func derivedLater(*converter, string) (string, error) { return "false", nil }

func oneOf[T ~string](values []T) parser {
	return func(_ *converter, s string) (string, error) {
		upper := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(s))
		for _, v := range values {
			if upper == string(v) {
				return upper, nil
			}
		}
		return "", fmt.Errorf("is none of %v", values)
	}
}

func kind(c *converter, s string) (string, error) {
	if k, ok := c.mapping.Kinds[s]; ok {
		return string(k), nil
	}
	if k, err := oneOf(fleet.MaintenanceKinds())(c, s); err == nil {
		return k, nil
	}
	if k, ok := c.mapping.Kinds["*"]; ok {
		return string(k), nil
	}
	return "", fmt.Errorf("is none of %v and not mapped to one: --kind-map %s=…", fleet.MaintenanceKinds(), s)
}

// decimal reads a number in the mapping's notation.
func (c *converter) decimal(s string) (fleet.Decimal, error) {
	if c.mapping.Thousands != "" {
		s = strings.ReplaceAll(s, c.mapping.Thousands, "")
	}
	if c.mapping.DecimalComma {
		if strings.Contains(s, ".") {
			return "", errors.New("has a point, but numbers use a decimal comma: " +
				"use --thousands . if it separates thousands")
		}
		s = strings.Replace(s, ",", ".", 1)
	}
	return fleet.ParseDecimal(s)
}

func money(c *converter, s string) (string, error) {
	d, err := c.decimal(s)
	if err != nil {
		return "", err
	}
	d = d.Trim(2) // 12.500 is 12.50
	return string(d), d.CheckMoney()
}

func positiveMoney(c *converter, s string) (string, error) {
	v, err := money(c, s)
	if err == nil && strings.HasPrefix(v, "-") {
		err = errors.New("is negative")
	}
	return v, err
}

func hours(c *converter, s string) (string, error) {
	d, err := c.decimal(s)
	if err != nil {
		return "", err
	}
	if d = d.Trim(1); d.Scale() > 1 || d.Cmp("0") < 0 || d.Cmp("999999999.9") > 0 {
		return "", errors.New("is not a number of hours: 0 to 999999999.9 with at most one decimal place")
	}
	return string(d), nil
}

func day(c *converter, s string) (string, error) {
	t, err := time.Parse(c.layout, s)
	if err != nil || t.Year() < 1 {
		format := c.mapping.DateFormat
		if format == "" {
			format = "YYYY-MM-DD"
		}
		return "", fmt.Errorf("is not a valid date of the form %s", format)
	}
	return fleet.DateOf(t).String(), nil
}

// moment reads an RFC 3339 time, or a day, which stands for its midnight in UTC.
func moment(c *converter, s string) (string, error) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999 {
		return t.UTC().Format("2006-01-02T15:04:05.000000Z"), nil
	}
	d, err := day(c, s)
	if err != nil {
		return "", errors.New("is neither a time such as 2026-03-31T14:05:09Z nor a date")
	}
	return d + "T00:00:00.000000Z", nil
}
