package ingest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// converter turns rows of one file into rows of one table.
type converter struct {
	*reader
	mapping *Mapping
	entity  Entity
	layout  string // of dates
}

// table returns what the rows are written to.
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

// rule says which column of the table a field fills, and how its text is read.
type rule struct {
	field, column string
	read          func(c *converter, text string) (string, error)
	required      bool
	otherwise     string // value of an empty field; "" for null
}

var rules = map[Entity][]rule{
	Equipment: {
		{"name", "name", text(fleet.MaxEquipmentName), true, ""},
		{"serialNumber", "serial_number", text(fleet.MaxSerialNumber), false, ""},
		{"description", "description", text(fleet.MaxDescription), false, ""},
		{"category", "category", text(fleet.MaxCategory), false, "\x00category"},
		{"status", "status", one(fleet.EquipmentStatuses()), false, string(fleet.EquipmentActive)},
		{"cost", "cost", positiveMoney, false, ""},
		{"user", "user_id", text(254), false, ""},
		{"createdAt", "created_at", moment, false, ""},
	},
	Operators: {
		{"firstName", "first_name", text(fleet.MaxPersonName), true, ""},
		{"lastName", "last_name", text(fleet.MaxPersonName), true, ""},
		{"licenseNumber", "license_number", text(fleet.MaxLicenseNumber), false, ""},
		{"status", "status", one(fleet.OperatorStatuses()), false, string(fleet.OperatorActive)},
	},
	Maintenance: {
		{"equipment", "equipment_id", text(fleet.MaxSerialNumber), true, ""},
		{"kind", "kind", kind, false, string(fleet.OtherKind)},
		{"kind", "source_kind", text(fleet.MaxSourceKind), false, ""},
		{"status", "status", one(fleet.MaintenanceStatuses()), false, string(fleet.MaintenanceCompleted)},
		{"maintenanceDate", "maintenance_date", day, true, ""},
		{"description", "description", text(fleet.MaxDescription), false, ""},
		{"cost", "cost", money, false, "0"},
		{"labourCost", "labour_cost", money, false, ""},
		{"partsCost", "parts_cost", money, false, ""},
		{"performedBy", "performed_by", text(fleet.MaxPerformedBy), false, ""},
		{"downFrom", "down_from", moment, false, ""},
		{"downTo", "down_to", moment, false, ""},
		{"meterHours", "meter_hours", hours, false, ""},
	},
}

// filled lists the columns that the mapping fills. created_at is filled only
// when it is mapped: the table has a better default than null.
func (c *converter) filled() []string {
	var columns []string
	for _, r := range rules[c.entity] {
		_, mapped := c.column[r.field]
		if mapped || r.otherwise != "" {
			columns = append(columns, r.column)
		}
	}
	return columns
}

// convert checks a row and returns it as it is staged.
func (c *converter) convert(row []string, line int64) (store.StagedRow, *bad) {
	staged := store.StagedRow{Line: line, Raw: append([]string(nil), row...)}
	values := map[string]string{}
	for _, r := range rules[c.entity] {
		said := c.value(row, r.field)
		switch {
		case said != "":
			v, err := r.read(c, said)
			if err != nil {
				return staged, c.wrong(row, r.field, err)
			}
			values[r.column] = v
		case r.required:
			return staged, &bad{c.name[r.field], "", "is empty, and every row needs it"}
		case r.otherwise == "\x00category":
			if c.mapping.DefaultCategory == "" {
				return staged, &bad{c.name["category"], "", "is empty: fill it, or say --default-category"}
			}
			values[r.column] = c.mapping.DefaultCategory
		case r.otherwise != "":
			values[r.column] = r.otherwise
		}
	}
	if wrong := c.together(row, values); wrong != nil {
		return staged, wrong
	}
	if ref := c.value(row, "sourceRef"); ref != "" {
		ref = c.mapping.prefix() + ref
		if utf8.RuneCountInString(ref) > fleet.MaxSourceRef {
			return staged, c.wrong(row, "sourceRef", fmt.Errorf("is longer than %d characters", fleet.MaxSourceRef))
		}
		staged.SourceRef = &ref
	} else if _, mapped := c.column["sourceRef"]; mapped {
		return staged, &bad{c.name["sourceRef"], "", "is empty, and without a reference a second import would add the row again"}
	}
	for _, col := range c.entity.table().Columns {
		if v, ok := values[col.Name]; ok {
			staged.Values = append(staged.Values, &v)
		} else {
			staged.Values = append(staged.Values, nil)
		}
	}
	return staged, nil
}

// together checks the values that depend on one another.
func (c *converter) together(row []string, values map[string]string) *bad {
	labour, hasLabour := values["labour_cost"]
	parts, hasParts := values["parts_cost"]
	if hasLabour != hasParts {
		return c.wrong(row, "cost", fmt.Errorf("labour cost and parts cost must both be given, or neither"))
	}
	if hasLabour && fleet.Decimal(labour).Plus(fleet.Decimal(parts)).Cmp(fleet.Decimal(values["cost"])) != 0 {
		return c.wrong(row, "cost", fmt.Errorf("labour cost %s and parts cost %s do not add up to cost %s", labour, parts, values["cost"]))
	}
	from, hasFrom := values["down_from"]
	to, hasTo := values["down_to"]
	if hasTo && (!hasFrom || to < from) { // both are RFC 3339 in UTC: they compare as text
		return c.wrong(row, "downTo", fmt.Errorf("the downtime ends before it begins"))
	}
	return nil
}

// prefix is what references of the source begin with.
func (m *Mapping) prefix() string {
	if m.Source == "" {
		return ""
	}
	return m.Source + ":"
}

func text(most int) func(*converter, string) (string, error) {
	return func(_ *converter, s string) (string, error) {
		if n := utf8.RuneCountInString(s); n > most {
			return "", fmt.Errorf("has %d characters: at most %d", n, most)
		}
		return s, nil
	}
}

func one[T ~string](all []T) func(*converter, string) (string, error) {
	return func(_ *converter, s string) (string, error) {
		upper := strings.ToUpper(strings.NewReplacer(" ", "_", "-", "_").Replace(s))
		for _, v := range all {
			if upper == string(v) {
				return upper, nil
			}
		}
		return "", fmt.Errorf("is none of %v", all)
	}
}

func kind(c *converter, s string) (string, error) {
	if k, ok := c.mapping.Kinds[s]; ok {
		return string(k), nil
	}
	if k, err := one(fleet.MaintenanceKinds())(c, s); err == nil {
		return k, nil
	}
	if k, ok := c.mapping.Kinds["*"]; ok {
		return string(k), nil
	}
	return "", fmt.Errorf("is none of %v and not mapped to one: --kind-map %s=…", fleet.MaintenanceKinds(), s)
}

// decimal reads a number as the mapping says numbers are written.
func (c *converter) decimal(s string) (fleet.Decimal, error) {
	if c.mapping.Thousands != "" {
		s = strings.ReplaceAll(s, c.mapping.Thousands, "")
	}
	if c.mapping.DecimalComma {
		if strings.Contains(s, ".") {
			return "", fmt.Errorf("has a point where numbers are written with a comma: --thousands . if it separates thousands")
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
		err = fmt.Errorf("is negative")
	}
	return v, err
}

func hours(c *converter, s string) (string, error) {
	d, err := c.decimal(s)
	if err != nil {
		return "", err
	}
	if d = d.Trim(1); d.Scale() > 1 || d.Cmp("0") < 0 || d.Cmp("999999999.9") > 0 {
		return "", fmt.Errorf("is not a number of hours: 0 to 999999999.9 with at most one digit behind the point")
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
		return "", fmt.Errorf("is not a day that exists, written %s", format)
	}
	return fleet.DateOf(t).String(), nil
}

// moment reads RFC 3339, or a day, which stands for its beginning in UTC.
func moment(c *converter, s string) (string, error) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999 {
		return t.UTC().Format("2006-01-02T15:04:05.000000Z"), nil
	}
	d, err := day(c, s)
	if err != nil {
		return "", fmt.Errorf("is neither a moment such as 2026-03-31T14:05:09Z nor a day")
	}
	return d + "T00:00:00.000000Z", nil
}
