package ingest

import (
	"slices"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// datesOfWork are the fields that give a record the day it counts to. A mapping needs one of them.
var datesOfWork = []string{"maintenanceDate", "completedAt", "startedAt", "dueDate"}

// newWork checks a row of maintenance by the rules of the domain, and adds the dates and the cost that the domain derives
// to byColumn.
func (c *converter) newWork(byColumn map[string]string) error {
	m := recordOf(byColumn)
	if m.Cost == nil {
		m.AddParts()
	}
	m.FillDates(c.now.Location())
	m.ExpectEnd(c.now)
	byColumn["down_to_expected"] = strconv.FormatBool(m.DownToExpected)
	if m.Cost != nil {
		byColumn["cost"] = string(*m.Cost)
	}
	if m.DueDate != nil {
		byColumn["due_date"], byColumn["first_due_date"] = m.DueDate.String(), m.FirstDueDate.String()
	}
	if !m.MaintenanceDate.IsZero() {
		byColumn["maintenance_date"] = m.MaintenanceDate.String()
	}
	return m.Check(c.now)
}

// recordOf returns the record of values that their parsers have checked.
func recordOf(byColumn map[string]string) *fleet.MaintenanceRecord {
	m := &fleet.MaintenanceRecord{
		Kind: fleet.MaintenanceKind(byColumn["kind"]), Status: fleet.MaintenanceStatus(byColumn["status"]),
		Description: optional[string](byColumn, "description"),
		PerformedBy: optional[string](byColumn, "performed_by"),
		Cost:        optional[fleet.Decimal](byColumn, "cost"),
		LabourCost:  optional[fleet.Decimal](byColumn, "labour_cost"),
		PartsCost:   optional[fleet.Decimal](byColumn, "parts_cost"),
		LabourHours: optional[fleet.Decimal](byColumn, "labour_hours"),
		MeterHours:  optional[fleet.Decimal](byColumn, "meter_hours"),
	}
	for column, target := range map[string]**time.Time{
		"down_from": &m.DownFrom, "down_to": &m.DownTo, "started_at": &m.StartedAt, "completed_at": &m.CompletedAt,
	} {
		if at, err := time.Parse(time.RFC3339Nano, byColumn[column]); err == nil {
			*target = &at
		}
	}
	m.DueDate = optionalDay(byColumn, "due_date")
	if day, err := fleet.ParseDate(byColumn["maintenance_date"]); err == nil {
		m.MaintenanceDate = day
	}
	return m
}

// mapsADate reports whether a mapping of maintenance gives the day of a record.
func (m *Mapping) mapsADate() bool {
	return slices.ContainsFunc(datesOfWork, m.has)
}
