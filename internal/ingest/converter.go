package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// converter turns rows of a file into rows of the staging table.
type converter struct {
	*reader
	entity   Entity
	table    store.ImportTable
	fields   []field
	kinds    map[string]string
	statuses map[string]string
	formats  map[string]*dateFormat // of fields; "" of all others
	zone     *time.Location         // of times without one
	now      time.Time              // in the company's time zone, which decides the day

	overwrite bool // the file wins over changes in the fleet
	addsAll   bool // rows may have neither an id nor a reference
	conflicts int64
	content   hash.Hash // of the file
}

// newConverter checks the settings of values. The clock and the zone are set by begin.
func newConverter(in *reader, m *Mapping, e Entity) (c *converter, err error) {
	c = &converter{reader: in, entity: e, table: e.table(), fields: fields[e], formats: map[string]*dateFormat{},
		zone: time.UTC, now: time.Now()}
	if e == Papers {
		c.kinds, err = wordMap("kind", m.Kinds, fleet.PaperKinds())
	} else {
		c.kinds, err = wordMap("kind", m.Kinds, fleet.MaintenanceKinds())
	}
	if err != nil {
		return nil, err
	}
	switch e {
	case Equipment:
		c.statuses, err = wordMap("status", m.Statuses, fleet.EquipmentStatuses())
	case Operators:
		c.statuses, err = wordMap("status", m.Statuses, fleet.OperatorStatuses())
	default:
		c.statuses, err = wordMap("status", m.Statuses, fleet.MaintenanceStatuses())
	}
	if err != nil {
		return nil, err
	}
	if m.DateFormat != "" {
		if c.formats[""], err = newDateFormat(m.DateFormat); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.DateFormats)) {
		if c.formats[name], err = newDateFormat(m.DateFormats[name]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if m.TimeZone != "" {
		if c.zone, err = time.LoadLocation(m.TimeZone); err != nil {
			return nil, fmt.Errorf("unknown time zone %q: use a name such as America/La_Paz or Europe/Berlin", m.TimeZone)
		}
	}
	return c, c.checkConstants()
}

// begin sets the clock, in the company's time zone, which is also that of a file that names none.
func (c *converter) begin(now time.Time) {
	c.now = now
	if c.mapping.TimeZone == "" {
		c.zone = now.Location()
	}
}

// checkConstants returns an error about a constant that its field refuses.
func (c *converter) checkConstants() error {
	for _, f := range c.fields {
		if value := c.mapping.Constants[f.name]; value != "" && f.read != nil {
			if _, err := f.read(c, f.name, cell{text: value}); err != nil {
				return fmt.Errorf("--set %s=%s: the value %w", f.name, value, err)
			}
		}
	}
	return nil
}

// convert checks a row and returns it as it is staged, or the reason why it is rejected.
func (c *converter) convert(row []cell, line int64) (store.StagedRow, *rejection) {
	staged := store.StagedRow{Line: line, Raw: raw(row), Values: make([]*string, len(c.fields))}
	if total := c.total(row); total != nil {
		return staged, total
	}
	var err error
	if staged.FleetID, err = c.fleetID(row); err != nil {
		return staged, c.reject(row, fleetID, err)
	}
	byColumn := make(map[string]string, len(c.fields))
	for n, f := range c.fields {
		if f.read == nil || staged.FleetID != nil && f.Name == "source_kind" { // in exports the kind is that of the fleet
			continue
		}
		v, err := c.fieldValue(row, f.name)
		if err == nil && v.text != "" {
			staged.Given |= 1 << n
			byColumn[f.Name], err = f.read(c, f.name, v)
		} else if err == nil {
			err = c.fill(&staged, f, byColumn)
		}
		if err != nil {
			return staged, c.reject(row, f.name, err)
		}
	}
	if staged.Unfit == nil {
		staged.Unfit = c.checkNew(row, byColumn)
	}
	for n, f := range c.fields {
		if value, ok := byColumn[f.Name]; ok {
			staged.Values[n] = &value
		}
	}
	if staged.SourceRef, err = c.reference(row, staged.FleetID != nil); err != nil {
		return staged, c.reject(row, sourceRef, err)
	}
	if u := staged.Unfit; u != nil && staged.SourceRef == nil && staged.FleetID == nil {
		return staged, &rejection{c.headerOf(u.Column), u.Value, u.Reason}
	}
	return staged, nil
}

// fill gives an empty field the value of new rows. Where there is none the row can only change one that exists.
func (c *converter) fill(staged *store.StagedRow, f field, byColumn map[string]string) error {
	err := errors.New("is empty, but it is required")
	if !f.required {
		if f.fallback == nil {
			return nil
		}
		var value string
		if value, err = f.fallback(c.mapping); err == nil {
			byColumn[f.Name] = value
			return nil
		}
	}
	if staged.Unfit == nil {
		staged.Unfit = &store.Reject{Column: f.Name, Reason: c.about(f.name, err.Error())}
	}
	return nil
}

// fieldValue returns the value of a field, which may be a part of a virtual one.
func (c *converter) fieldValue(row []cell, name string) (cell, error) {
	from := splitOf[name]
	if _, ok := c.column[from]; from == "" || !ok && c.mapping.Constants[from] == "" {
		return c.value(row, name), nil
	}
	whole := c.value(row, from)
	if whole.text == "" {
		return cell{}, nil
	}
	first, last, ok := splitName(whole.text)
	if !ok {
		return cell{}, errors.New("is one name, and an operator has a first and a last name: write Doe, Jane or Jane Doe")
	}
	if name == "firstName" {
		return cell{text: first}, nil
	}
	return cell{text: last}, nil
}

// totals are the words by which rows of sums are known.
var totals = []string{
	"total",
	"totals",
	"grand total",
	"subtotal",
	"sub total",
	"sum",
	"suma",
	"gran total",
	"total general",
}

// total rejects a row of sums: one that lacks a required value and has a word for a total.
func (c *converter) total(row []cell) *rejection {
	lacks := c.column[sourceRef] != nil && c.value(row, sourceRef).text == ""
	for _, f := range c.fields {
		if f.required && c.column[f.name] != nil {
			lacks = lacks || c.value(row, f.name).text == ""
		}
	}
	if !lacks {
		return nil
	}
	for i, v := range row {
		if slices.Contains(totals, strings.TrimSuffix(canonical(v.text), ":")) {
			return &rejection{c.headerAt(i), v.text, "looks like a row of totals, which is no row of the list: remove it"}
		}
	}
	return nil
}

// checkNew checks a row by the rules of the domain for new rows, and adds what the domain derives to byColumn.
func (c *converter) checkNew(row []cell, byColumn map[string]string) *store.Reject {
	var err error
	switch c.entity {
	case Maintenance:
		err = c.newWork(byColumn)
	case Equipment:
		e := equipmentOf(byColumn)
		var faults fleet.Faults
		faults.Add("", e.Check())
		faults.Add("", e.CheckDays(fleet.DateOf(c.now)))
		err = faults.Err()
	case Sites:
		err = siteOf(byColumn).Check()
	case Papers:
		err = newPaper(byColumn)
	default:
		err = (&fleet.Operator{FirstName: byColumn["first_name"], LastName: byColumn["last_name"],
			LicenseNumber: optional[string](byColumn, "license_number")}).Check()
	}
	if err == nil {
		return nil
	}
	fault := fleet.FaultsOf(err)[0]
	field := c.faultField(fault)
	return &store.Reject{Column: c.columnOf(field), Value: c.value(row, field).text, Reason: c.about(field, fault.Message)}
}

// faultField returns the field of a fault, or one beside it if no column is mapped to it.
func (c *converter) faultField(fault *fleet.Error) string {
	for _, field := range []string{fault.Field, fault.Related, "status", "maintenanceDate"} {
		if c.nameOf(field) != "" {
			return field
		}
	}
	return cmp.Or(fault.Field, "status")
}

func equipmentOf(byColumn map[string]string) *fleet.Equipment {
	e := &fleet.Equipment{Name: byColumn["name"], SerialNumber: optional[string](byColumn, "serial_number"),
		Description: optional[string](byColumn, "description"), Category: byColumn["category"],
		Status: fleet.EquipmentStatus(byColumn["status"]), Cost: optional[fleet.Decimal](byColumn, "cost"),
		Manufacturer: optional[string](byColumn, "manufacturer"), Model: optional[string](byColumn, "model"),
		InServiceOn: optionalDay(byColumn, "in_service_on"), RetiredOn: optionalDay(byColumn, "retired_on"),
		ReplacementValue:      optional[fleet.Decimal](byColumn, "replacement_value"),
		ScheduledHoursPerWeek: optional[fleet.Decimal](byColumn, "scheduled_hours_per_week")}
	if year, err := strconv.Atoi(byColumn["year"]); err == nil {
		e.Year = &year
	}
	return e
}

// optionalDay returns the day of a column; nil if the row has none.
func optionalDay(byColumn map[string]string, column string) *fleet.Date {
	if day, err := fleet.ParseDate(byColumn[column]); err == nil {
		return &day
	}
	return nil
}

// optional returns the value of a column; nil if the row has none.
func optional[T ~string](byColumn map[string]string, column string) *T {
	if text, ok := byColumn[column]; ok {
		value := T(text)
		return &value
	}
	return nil
}

// fleetID returns the key of the row of the fleet that a row gives; nil if it gives none.
func (c *converter) fleetID(row []cell) (*fleet.UUID, error) {
	if _, mapped := c.column[fleetID]; !mapped {
		return nil, nil
	}
	text := c.value(row, fleetID).text
	if text == "" {
		if _, mapped := c.column[sourceRef]; !mapped && !c.addsAll {
			return nil, errors.New("is empty, and without an id or a reference a second import would add the row again: " +
				"--map sourceRef=Column for new rows")
		}
		return nil, nil
	}
	id, err := fleet.ParseIDOf(c.entity.kindOf(), text)
	if err != nil {
		return nil, fmt.Errorf("is no id of this list: %s", fleet.FaultsOf(err)[0].Message)
	}
	return &id, nil
}

// reference returns the row's reference, prefixed with the source; nil if no column is mapped to it, or if it is empty
// and the row is identified otherwise.
func (c *converter) reference(row []cell, identified bool) (*string, error) {
	if _, mapped := c.column[sourceRef]; !mapped {
		return nil, nil
	}
	ref := c.value(row, sourceRef).text
	if ref == "" && identified {
		return nil, nil
	}
	if ref == "" {
		return nil, errors.New("is empty, and without a reference a second import would add the row again")
	}
	ref = c.mapping.prefix() + ref
	if utf8.RuneCountInString(ref) > fleet.MaxSourceRef {
		return nil, fmt.Errorf("is longer than %d characters", fleet.MaxSourceRef)
	}
	return &ref, nil
}

// isRow reports whether the values of a line could be a row of the file.
func (c *converter) isRow(values []string) bool {
	row := textCells(values)
	if len(row) < len(c.header) || blank(row) {
		return false
	}
	staged, rejected := c.convert(row[:len(c.header)], 0)
	return rejected == nil && staged.Unfit == nil
}

// headerOf returns the file's header for a column of the table.
func (c *converter) headerOf(column string) string {
	switch column {
	case "source_ref":
		return c.nameOf(sourceRef)
	case "fleet_id":
		return c.nameOf(fleetID)
	}
	for _, f := range c.fields {
		if f.Name == column && f.name != "" {
			return c.nameOf(f.name)
		}
	}
	return column
}

// valueOf returns what a row has in a column of the table.
func (c *converter) valueOf(row []cell, column string) string {
	if column == "fleet_id" {
		return c.value(row, fleetID).text
	}
	for _, f := range c.fields {
		if f.Name == column && f.name != "" {
			v, err := c.fieldValue(row, f.name)
			if err == nil {
				return v.text
			}
		}
	}
	return ""
}

// sample shows a staged row: what each of its fields becomes.
func (c *converter) sample(staged store.StagedRow) string {
	var parts []string
	for n, f := range c.fields {
		if v := staged.Values[n]; v != nil && f.name != "" {
			parts = append(parts, f.name+"="+shown(*v))
		}
	}
	return fmt.Sprintf("line %d: %s", staged.Line, strings.Join(parts, " "))
}

// columnOf returns the column of the table for a field of the domain.
func (c *converter) columnOf(field string) string {
	for _, f := range c.fields {
		if f.name == field {
			return f.Name
		}
	}
	return field
}

func raw(row []cell) []string {
	values := make([]string, len(row))
	for i, v := range row {
		values[i] = v.text
	}
	return values
}
