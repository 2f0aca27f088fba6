package fleet

import (
	"slices"
	"time"
)

// maintenanceMoves are the statuses that each status can change to. Completed and cancelled work has to be
// reopened first.
var maintenanceMoves = map[MaintenanceStatus][]MaintenanceStatus{
	MaintenancePlanned:    {MaintenanceInProgress, MaintenanceCompleted, MaintenanceCancelled},
	MaintenanceInProgress: {MaintenanceCompleted, MaintenanceCancelled},
}

// CheckMove returns a CONFLICT without field unless s can change to next.
func (s MaintenanceStatus) CheckMove(next MaintenanceStatus) error {
	if slices.Contains(maintenanceMoves[s], next) {
		return nil
	}
	if maintenanceMoves[s] == nil {
		return Conflictf(Transition, "", "the work is %s: reopen it first, or correct its values as it is", s)
	}
	return Conflictf(Transition, "", "work that is %s cannot become %s, only one of %v", s, next, maintenanceMoves[s])
}

// Open reports whether the work is planned or in progress.
func (s MaintenanceStatus) Open() bool { return maintenanceMoves[s] != nil }

// MaintenancePatch is a correction of a record, or the values that a step of the work sets.
type MaintenancePatch struct {
	Kind            Maybe[MaintenanceKind]
	DueDate         Maybe[*Date]
	FirstDueDate    Maybe[*Date]
	StartedAt       Maybe[*time.Time]
	CompletedAt     Maybe[*time.Time]
	MaintenanceDate Maybe[Date]
	Description     Maybe[*string]
	Cost            Maybe[*Decimal]
	LabourCost      Maybe[*Decimal]
	PartsCost       Maybe[*Decimal]
	LabourHours     Maybe[*Decimal]
	PerformedBy     Maybe[*string]
	DownFrom        Maybe[*time.Time]
	DownTo          Maybe[*time.Time]
	MeterHours      Maybe[*Decimal]
	ReversalOf      Maybe[*UUID]
}

// Apply returns the record after the patch, not yet checked. When the parts of the cost are set and
// the cost is not, the cost becomes their sum. A cost that is set alone clears the parts, which
// might not add up to it.
func (p MaintenancePatch) Apply(m *MaintenanceRecord) *MaintenanceRecord {
	after := *m
	p.Kind.apply(&after.Kind)
	p.DueDate.apply(&after.DueDate)
	p.FirstDueDate.apply(&after.FirstDueDate)
	p.StartedAt.apply(&after.StartedAt)
	p.CompletedAt.apply(&after.CompletedAt)
	p.MaintenanceDate.apply(&after.MaintenanceDate)
	p.Description.apply(&after.Description)
	p.Cost.apply(&after.Cost)
	p.LabourCost.apply(&after.LabourCost)
	p.PartsCost.apply(&after.PartsCost)
	p.PerformedBy.apply(&after.PerformedBy)
	p.DownFrom.apply(&after.DownFrom)
	p.DownTo.apply(&after.DownTo)
	p.LabourHours.apply(&after.LabourHours)
	p.MeterHours.apply(&after.MeterHours)
	p.ReversalOf.apply(&after.ReversalOf)
	parts := p.LabourCost.Set || p.PartsCost.Set
	switch {
	case parts && (!p.Cost.Set || p.Cost.To == nil):
		after.AddParts()
	case p.Cost.Set && !parts:
		after.LabourCost, after.PartsCost = nil, nil
	}
	return &after
}

// AddParts sets the cost to the sum of its parts if they are known.
func (m *MaintenanceRecord) AddParts() {
	if m.LabourCost != nil && m.PartsCost != nil {
		sum := m.LabourCost.Plus(*m.PartsCost)
		m.Cost = &sum
	}
}

// Tidy tidies the record's texts.
func (m *MaintenanceRecord) Tidy() {
	m.Description, m.PerformedBy = tidied(m.Description), tidied(m.PerformedBy)
}

// Check returns the Faults of the record's values, by field. now bounds what can have happened. Its
// location is the company's time zone, which decides the day.
func (m *MaintenanceRecord) Check(now time.Time) error {
	var faults Faults
	faults.Add("description", checkOptional(m.Description, MaxDescription))
	faults.Add("performedBy", checkOptionalName(m.PerformedBy, MaxPerformedBy))
	faults.Add("cost", checkMoney(m.Cost))
	faults.Add("labourCost", checkMoney(m.LabourCost))
	faults.Add("partsCost", checkMoney(m.PartsCost))
	switch {
	case (m.LabourCost == nil) != (m.PartsCost == nil):
		faults.Add("", &Error{Code: BadInput, Field: "partsCost", Related: "labourCost",
			Message: "labourCost and partsCost are known together or not at all"})
	case m.LabourCost != nil && m.Cost == nil:
		faults.Add("cost", BadInputf("", "labourCost and partsCost are known, so the cost is their sum: leave it out"))
	case m.LabourCost != nil && m.LabourCost.Plus(*m.PartsCost).Cmp(*m.Cost) != 0:
		faults.Add("cost", BadInputf("",
			"%s is not the sum of labourCost %s and partsCost %s: leave it out, and it is computed", *m.Cost,
			*m.LabourCost, *m.PartsCost))
	}
	if m.MeterHours != nil {
		faults.Add("meterHours", m.MeterHours.CheckHours())
	}
	m.checkReversal(&faults)
	faults.Add("", m.checkDowntime(now))
	m.checkDates(now, &faults)
	m.checkYears(now, &faults)
	return faults.Err()
}

// Facts returns the fields of a record as the history records them.
func (m *MaintenanceRecord) Facts() []Fact {
	day := m.MaintenanceDate.String()
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, &m.EquipmentID)},
		{"kind", (*string)(&m.Kind)},
		{"status", (*string)(&m.Status)},
		{"dueDate", dayOf(m.DueDate)},
		{"firstDueDate", dayOf(m.FirstDueDate)},
		{"startedAt", stampOf(m.StartedAt)},
		{"completedAt", stampOf(m.CompletedAt)},
		{"maintenanceDate", &day},
		{"description", m.Description},
		{"cost", (*string)(m.Cost)},
		{"labourCost", (*string)(m.LabourCost)},
		{
			"partsCost",
			(*string)(m.PartsCost),
		},
		{"labourHours", (*string)(m.LabourHours)},
		{"performedBy", m.PerformedBy},
		{"downFrom", stampOf(m.DownFrom)},
		{"downTo", stampOf(m.DownTo)},
		{"meterHours", (*string)(m.MeterHours)},
		{"reversalOf", globalIDOf(KindMaintenance, m.ReversalOf)},
		{"schedule", globalIDOf(KindSchedule, m.ScheduleID)},
		{"occurrence", numberOf(m.Occurrence)},
	}
}
