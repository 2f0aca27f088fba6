package ingest

import (
	"slices"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// datesOfWork are the fields that give a record the day it counts to. A mapping needs one of them.
var datesOfWork = []string{"maintenanceDate", "completedAt", "startedAt", "dueDate"}

// derived are the columns of a record that the domain fills.
var derived = []string{"maintenance_date", "due_date", "first_due_date", "cost", "down_to_expected"}

// ruled are the columns that the store changes by rules of its own when a record is imported again.
var ruled = []string{"maintenance_date", "due_date", "first_due_date", "cost", "labour_cost", "parts_cost"}

// work checks a row of maintenance by the rules of the domain, and adds the dates that the domain
// derives to byColumn.
func (c *converter) work(row []string, byColumn map[string]string) *rejection {
	m := recordOf(byColumn)
	if m.Cost == nil {
		m.AddParts()
	}
	m.FillDates(c.now.Location())
	m.ExpectEnd(c.now)
	if err := m.Check(c.now); err != nil {
		fault := fleet.FaultsOf(err)[0]
		field := fault.Field
		for _, other := range []string{fault.Related, "status", "maintenanceDate"} {
			if c.name[field] == "" {
				field = other
			}
		}
		return c.reject(row, field, fault)
	}
	byColumn["maintenance_date"] = m.MaintenanceDate.String()
	byColumn["down_to_expected"] = strconv.FormatBool(m.DownToExpected)
	if m.Cost != nil {
		byColumn["cost"] = string(*m.Cost)
	}
	if m.DueDate != nil {
		byColumn["due_date"], byColumn["first_due_date"] = m.DueDate.String(), m.FirstDueDate.String()
	}
	return nil
}

// recordOf returns the record of values that their parsers have checked.
func recordOf(byColumn map[string]string) *fleet.MaintenanceRecord {
	m := &fleet.MaintenanceRecord{
		Kind: fleet.MaintenanceKind(byColumn["kind"]), Status: fleet.MaintenanceStatus(byColumn["status"]),
	}
	for column, target := range map[string]**string{"description": &m.Description, "performed_by": &m.PerformedBy} {
		if text, ok := byColumn[column]; ok {
			*target = &text
		}
	}
	for column, target := range map[string]**fleet.Decimal{
		"cost": &m.Cost, "labour_cost": &m.LabourCost, "parts_cost": &m.PartsCost, "meter_hours": &m.MeterHours,
	} {
		if text, ok := byColumn[column]; ok {
			amount := fleet.Decimal(text)
			*target = &amount
		}
	}
	for column, target := range map[string]**time.Time{
		"down_from": &m.DownFrom, "down_to": &m.DownTo, "started_at": &m.StartedAt, "completed_at": &m.CompletedAt,
	} {
		if at, err := time.Parse(time.RFC3339Nano, byColumn[column]); err == nil {
			*target = &at
		}
	}
	for column, target := range map[string]**fleet.Date{"due_date": &m.DueDate, "first_due_date": &m.FirstDueDate} {
		if day, err := fleet.ParseDate(byColumn[column]); err == nil {
			*target = &day
		}
	}
	if day, err := fleet.ParseDate(byColumn["maintenance_date"]); err == nil {
		m.MaintenanceDate = day
	}
	return m
}

// mapsADate reports whether a mapping of maintenance gives the day of a record.
func (m *Mapping) mapsADate() bool {
	return slices.ContainsFunc(datesOfWork, func(f string) bool { return m.Columns[f] != "" })
}
