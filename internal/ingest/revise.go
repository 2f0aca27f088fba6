package ingest

import (
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// revise applies a row of the file to the row of the fleet that has its reference, by the rules of the domain. An empty
// value, and a column that is not mapped, leave what is there.
func (c *converter) revise(m *store.Match) (store.Revision, error) {
	var now []fleet.Fact
	switch {
	case m.Equipment != nil:
		now = m.Equipment.Facts()
	case m.Operator != nil:
		now = m.Operator.Facts()
	case m.Site != nil:
		now = m.Site.Facts()
	case m.Paper != nil:
		now = m.Paper.Facts()
	default:
		now = m.Record.Facts()
	}
	if conflict := c.merge(m, now); conflict != nil {
		c.conflicts++
		return store.Revision{Reject: conflict}, nil
	}
	given := givenRow{c, m}
	switch {
	case m.Equipment != nil:
		return c.reviseEquipment(given, m.Equipment)
	case m.Operator != nil:
		return c.reviseOperator(given, m.Operator)
	case m.Site != nil:
		return c.reviseSite(given, m.Site)
	case m.Paper != nil:
		return c.revisePaper(given, m.Paper)
	default:
		return c.reviseRecord(given, m.Record)
	}
}

// givenRow are the values that the file gives in a row.
type givenRow struct {
	c *converter
	m *store.Match
}

// text returns the value of a column; false if the file does not give it.
func (g givenRow) text(column string) (string, bool) {
	at := g.c.table.At(column)
	if g.m.Given&(1<<at) == 0 || g.m.Values[at] == nil {
		return "", false
	}
	return *g.m.Values[at], true
}

func setText[T ~string](g givenRow, column string, to *fleet.Maybe[T]) {
	if s, ok := g.text(column); ok {
		*to = fleet.Maybe[T]{Set: true, To: T(s)}
	}
}

func setOptional[T ~string](g givenRow, column string, to *fleet.Maybe[*T]) {
	if s, ok := g.text(column); ok {
		value := T(s)
		*to = fleet.Maybe[*T]{Set: true, To: &value}
	}
}

func setMoment(g givenRow, column string, to *fleet.Maybe[*time.Time]) {
	if s, ok := g.text(column); ok {
		if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
			*to = fleet.Maybe[*time.Time]{Set: true, To: &at}
		}
	}
}

func setDay(g givenRow, column string, to *fleet.Maybe[*fleet.Date]) {
	if s, ok := g.text(column); ok {
		if day, err := fleet.ParseDate(s); err == nil {
			*to = fleet.Maybe[*fleet.Date]{Set: true, To: &day}
		}
	}
}

// dayText returns the text of a day; nil for none.
func dayText(d *fleet.Date) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

// revision is the change of a row: nothing if it has no difference, a rejection if the domain refuses it.
func (c *converter) revision(err error, before, after []fleet.Fact, values map[string]*string) (store.Revision, error) {
	if err != nil {
		faults := fleet.FaultsOf(err)
		if faults == nil {
			return store.Revision{}, err
		}
		fault := *faults[0]
		if fault.Field == "maintenanceRecordId" || fault.Field == "equipmentId" { // in the API
			fault.Field = "status"
		}
		field := c.faultField(&fault)
		return store.Revision{Reject: &store.Reject{Column: c.columnOf(field), Reason: c.about(field, fault.Message)}}, nil
	}
	changes := fleet.Changes(before, after)
	if len(changes) == 0 {
		return store.Revision{}, nil
	}
	r := store.Revision{Values: make([]*string, len(c.fields)), Changes: changes}
	for n, f := range c.fields {
		r.Values[n] = values[f.Name]
	}
	return r, nil
}

func (c *converter) reviseEquipment(g givenRow, before *fleet.Equipment) (store.Revision, error) {
	var p fleet.EquipmentPatch
	setText(g, "name", &p.Name)
	setOptional(g, "serial_number", &p.SerialNumber)
	setOptional(g, "description", &p.Description)
	setText(g, "category", &p.Category)
	setText(g, "status", &p.Status)
	setOptional(g, "cost", &p.Cost)
	if s, ok := g.text("user_id"); ok {
		id, err := fleet.ParseUUID(s)
		if err != nil {
			return store.Revision{}, err
		}
		p.UserID = fleet.Maybe[*fleet.UUID]{Set: true, To: &id}
	}
	// The file tells what a machine is apart from work that keeps it down.
	afterWork := before.StatusAfterWork != nil && p.Status.To.CanRun()
	next := p.Status.To
	if afterWork || p.Status.To == before.Status {
		p.Status = fleet.Maybe[fleet.EquipmentStatus]{}
	}
	g.service(&p)
	after, err := p.Apply(before, fleet.DateOf(c.now))
	if afterWork {
		after.StatusAfterWork = &next
	}
	values := map[string]*string{"name": &after.Name, "serial_number": after.SerialNumber,
		"description": after.Description, "category": &after.Category, "status": (*string)(&after.Status),
		"status_after_work": (*string)(after.StatusAfterWork), "cost": (*string)(after.Cost),
		"manufacturer": after.Manufacturer, "model": after.Model, "in_service_on": dayText(after.InServiceOn),
		"retired_on": dayText(after.RetiredOn), "replacement_value": (*string)(after.ReplacementValue),
		"scheduled_hours_per_week": (*string)(after.ScheduledHoursPerWeek)}
	if after.Year != nil {
		year := strconv.Itoa(*after.Year)
		values["year"] = &year
	}
	if after.UserID != nil {
		id := after.UserID.String()
		values["user_id"] = &id
	}
	return c.revision(err, before.Facts(), after.Facts(), values)
}

// service adds what the file gives of a machine's make and service.
func (g givenRow) service(p *fleet.EquipmentPatch) {
	setOptional(g, "manufacturer", &p.Manufacturer)
	setOptional(g, "model", &p.Model)
	setDay(g, "in_service_on", &p.InServiceOn)
	setDay(g, "retired_on", &p.RetiredOn)
	setOptional(g, "replacement_value", &p.ReplacementValue)
	setOptional(g, "scheduled_hours_per_week", &p.ScheduledHoursPerWeek)
	if s, ok := g.text("year"); ok {
		if year, err := strconv.Atoi(s); err == nil {
			p.Year = fleet.Maybe[*int]{Set: true, To: &year}
		}
	}
}

func (c *converter) reviseOperator(g givenRow, before *fleet.Operator) (store.Revision, error) {
	var p fleet.OperatorPatch
	setText(g, "first_name", &p.FirstName)
	setText(g, "last_name", &p.LastName)
	setOptional(g, "license_number", &p.LicenseNumber)
	setText(g, "status", &p.Status)
	after, err := p.Apply(before)
	return c.revision(err, before.Facts(), after.Facts(), map[string]*string{"first_name": &after.FirstName,
		"last_name": &after.LastName, "license_number": after.LicenseNumber, "status": (*string)(&after.Status)})
}

// otherMachine says why a record does not move.
const otherMachine = "the record with this reference is of another machine, and work does not move to another: " +
	"if the files are of two systems, tell them apart with --source"

func (c *converter) reviseRecord(g givenRow, before *fleet.MaintenanceRecord) (store.Revision, error) {
	if id, ok := g.text("equipment_id"); ok && id != before.EquipmentID.String() {
		return store.Revision{Reject: &store.Reject{Column: "equipment_id", Reason: otherMachine}}, nil
	}
	step := fleet.MaintenanceStep{Action: fleet.ActionImported}
	if s, ok := g.text("status"); ok && s != string(before.Status) {
		step.To = fleet.MaintenanceStatus(s)
	}
	step.Patch = g.work(before, step.To != "")
	after, err := step.Apply(before, c.now)
	if day := step.Patch.MaintenanceDate; err == nil && day.Set && day.To != after.MaintenanceDate {
		after, err = c.startedOn(before, after, day.To)
	}
	if err != nil {
		return c.revision(err, nil, nil, nil)
	}
	if s, ok := g.text("source_kind"); ok {
		after.SourceKind = &s
	}
	return c.revision(nil, append(before.Facts(), fleet.Fact{Field: "sourceKind", Value: before.SourceKind}),
		append(after.Facts(), fleet.Fact{Field: "sourceKind", Value: after.SourceKind}), recordColumns(after))
}

// startedOn corrects the day of work that has begun: of another day than today only the day is known.
func (c *converter) startedOn(
	before, after *fleet.MaintenanceRecord,
	day fleet.Date,
) (*fleet.MaintenanceRecord, error) {
	p := fleet.MaintenancePatch{MaintenanceDate: fleet.Maybe[fleet.Date]{Set: true, To: day}}
	if before.StartedAt == nil && day != fleet.DateOf(c.now) {
		p.StartedAt = fleet.Maybe[*time.Time]{Set: true}
	}
	return fleet.MaintenanceStep{Action: fleet.ActionImported, Patch: p}.Apply(after, c.now)
}

// work returns the values that the file gives of work. A correction has those that differ, because a cost that is set
// clears its parts, and a step has all.
func (g givenRow) work(before *fleet.MaintenanceRecord, all bool) fleet.MaintenancePatch {
	var p fleet.MaintenancePatch
	setText(g, "kind", &p.Kind)
	setMoment(g, "started_at", &p.StartedAt)
	setMoment(g, "completed_at", &p.CompletedAt)
	setMoment(g, "down_from", &p.DownFrom)
	setMoment(g, "down_to", &p.DownTo)
	setOptional(g, "description", &p.Description)
	setOptional(g, "performed_by", &p.PerformedBy)
	setOptional(g, "meter_hours", &p.MeterHours)
	setOptional(g, "cost", &p.Cost)
	setOptional(g, "labour_cost", &p.LabourCost)
	setOptional(g, "parts_cost", &p.PartsCost)
	setOptional(g, "labour_hours", &p.LabourHours)
	if same(p.Cost, before.Cost) && same(p.LabourCost, before.LabourCost) && same(p.PartsCost, before.PartsCost) {
		p.Cost, p.LabourCost, p.PartsCost = fleet.Maybe[*fleet.Decimal]{}, fleet.Maybe[*fleet.Decimal]{},
			fleet.Maybe[*fleet.Decimal]{}
	}
	if s, ok := g.text("due_date"); ok {
		if d, err := fleet.ParseDate(s); err == nil && (all || before.DueDate == nil || *before.DueDate != d) {
			p.DueDate = fleet.Maybe[*fleet.Date]{Set: true, To: &d}
		}
	}
	if s, ok := g.text("maintenance_date"); ok {
		if d, err := fleet.ParseDate(s); err == nil && (all || before.MaintenanceDate != d) {
			p.MaintenanceDate = fleet.Maybe[fleet.Date]{Set: true, To: d}
		}
	}
	if p.DownTo.Set && !all && before.DownTo != nil && before.DownTo.Equal(*p.DownTo.To) {
		p.DownTo = fleet.Maybe[*time.Time]{} // an expected end stays expected when it has passed
	}
	return p
}

// same reports whether an amount is not given, or is the one that there is.
func same(given fleet.Maybe[*fleet.Decimal], is *fleet.Decimal) bool {
	return !given.Set || is != nil && is.Cmp(*given.To) == 0
}

// recordColumns returns the values of a record by column.
func recordColumns(m *fleet.MaintenanceRecord) map[string]*string {
	moment := func(t *time.Time) *string {
		if t == nil {
			return nil
		}
		s := t.UTC().Format(time.RFC3339Nano)
		return &s
	}
	machine, expected := m.EquipmentID.String(), strconv.FormatBool(m.DownToExpected)
	return map[string]*string{"equipment_id": &machine, "kind": (*string)(&m.Kind), "source_kind": m.SourceKind,
		"status": (*string)(&m.Status), "due_date": dayText(m.DueDate), "first_due_date": dayText(m.FirstDueDate),
		"started_at": moment(m.StartedAt), "completed_at": moment(m.CompletedAt),
		"maintenance_date": dayText(&m.MaintenanceDate), "description": m.Description, "cost": (*string)(m.Cost),
		"labour_cost": (*string)(m.LabourCost), "parts_cost": (*string)(m.PartsCost),
		"labour_hours": (*string)(m.LabourHours), "performed_by": m.PerformedBy,
		"down_from": moment(m.DownFrom), "down_to": moment(m.DownTo), "down_to_expected": &expected,
		"meter_hours": (*string)(m.MeterHours)}
}
