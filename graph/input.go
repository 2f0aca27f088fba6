package graph

import (
	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// input reads the fields of an input and gathers their faults.
type input struct{ faults fleet.Faults }

// id reads the id of a row of kind k.
func (in *input) id(field string, k fleet.Kind, id string) fleet.UUID {
	key, err := fleet.ParseIDOf(k, id)
	in.faults.Add(field, err)
	return key
}

// idOf reads the only field of an input that can be refused before the store: the id of a row of kind k.
func idOf(field string, k fleet.Kind, id string) (fleet.UUID, error) {
	key, err := fleet.ParseIDOf(k, id)
	return key, fleet.InField(field, err)
}

// maybeID reads an id that may be left out, or null for none.
func (in *input) maybeID(field string, k fleet.Kind, given graphql.Omittable[*string]) fleet.Maybe[*fleet.UUID] {
	id, set := given.ValueOK()
	if !set || id == nil {
		return fleet.Maybe[*fleet.UUID]{Set: set}
	}
	key := in.id(field, k, *id)
	return fleet.Maybe[*fleet.UUID]{Set: true, To: &key}
}

// maybe reads a field that may be left out, or null for none.
func maybe[T any](given graphql.Omittable[*T]) fleet.Maybe[*T] {
	value, set := given.ValueOK()
	return fleet.Maybe[*T]{Set: set, To: value}
}

// maybeNot reads a field that may be left out but not null.
func maybeNot[T any](in *input, field string, given graphql.Omittable[*T]) (m fleet.Maybe[T]) {
	value, set := given.ValueOK()
	if !set {
		return m
	}
	if value == nil {
		in.faults.Add(field, fleet.BadInputf("", "null is not allowed here: leave the field out to keep the value"))
		return m
	}
	return fleet.Maybe[T]{Set: true, To: *value}
}

func newEquipment(given generated.CreateEquipmentInput) (*fleet.Equipment, error) {
	var in input
	e := &fleet.Equipment{
		Name: given.Name, SerialNumber: given.SerialNumber.Value(), Description: given.Description.Value(),
		Category: given.Category, Status: given.Status, Cost: given.Cost.Value(),
		UserID:       in.maybeID("userId", fleet.KindUser, given.UserID).To,
		Manufacturer: given.Manufacturer.Value(), Model: given.Model.Value(), Year: given.Year.Value(),
		InServiceOn: given.InServiceOn.Value(), RetiredOn: given.RetiredOn.Value(),
		ReplacementValue:      given.ReplacementValue.Value(),
		ScheduledHoursPerWeek: given.ScheduledHoursPerWeek.Value(),
	}
	e.Tidy()
	in.faults.Add("", e.Check())
	return e, in.faults.Err()
}

func equipmentItem(given generated.UpdateEquipmentInput) (fleet.EquipmentItem, error) {
	var in input
	item := fleet.EquipmentItem{
		ID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID), Expected: given.ExpectedVersion,
		Patch: fleet.EquipmentPatch{
			Name: maybeNot(
				&in,
				"name",
				given.Name,
			),
			SerialNumber: maybe(given.SerialNumber),
			Description:  maybe(given.Description),
			Category:     maybeNot(&in, "category", given.Category),
			Status:       maybeNot(&in, "status", given.Status),
			Cost:         maybe(given.Cost),
			UserID:       in.maybeID("userId", fleet.KindUser, given.UserID),
			Manufacturer: maybe(given.Manufacturer), Model: maybe(given.Model), Year: maybe(given.Year),
			InServiceOn: maybe(given.InServiceOn), RetiredOn: maybe(given.RetiredOn),
			ReplacementValue:      maybe(given.ReplacementValue),
			ScheduledHoursPerWeek: maybe(given.ScheduledHoursPerWeek),
		},
	}
	return item, in.faults.Err()
}

// equipmentBatch reads a batch; an item that cannot be read fails alone.
func equipmentBatch(given generated.UpdateEquipmentBatchInput) (fleet.EquipmentBatch, error) {
	batch := fleet.EquipmentBatch{
		Items:  make([]fleet.EquipmentItem, len(given.Updates)),
		Atomic: given.Atomic,
		DryRun: given.DryRun,
	}
	for i, g := range given.Updates {
		item, err := equipmentItem(*g)
		item.Fault = err
		batch.Items[i] = item
	}
	return batch, fleet.InField("updates", batch.Check())
}

func userChange(given generated.UpdateUserInput) func(*input) fleet.UserChange {
	return func(in *input) fleet.UserChange {
		return fleet.UserChange{Email: maybeNot(in, "email", given.Email), Name: maybeNot(in, "name", given.Name)}
	}
}

func companyPatch(given generated.UpdateCompanyInput) (fleet.CompanyPatch, error) {
	var in input
	patch := fleet.CompanyPatch{
		Name: maybeNot(&in, "name", given.Name), Currency: maybeNot(&in, "currency", given.Currency),
		TimeZone:              maybeNot(&in, "timeZone", given.TimeZone),
		ScheduledHoursPerWeek: maybeNot(&in, "scheduledHoursPerWeek", given.ScheduledHoursPerWeek),
	}
	return patch, in.faults.Err()
}

func newOperator(given generated.CreateOperatorInput) (*fleet.Operator, error) {
	var in input
	o := &fleet.Operator{
		FirstName:     given.FirstName,
		LastName:      given.LastName,
		LicenseNumber: given.LicenseNumber.Value(),
		Status:        given.Status,
		UserID:        in.maybeID("userId", fleet.KindUser, given.UserID).To,
	}
	return o, in.faults.Err()
}

func operatorPatch(given generated.UpdateOperatorInput) (id fleet.UUID, patch fleet.OperatorPatch, err error) {
	var in input
	id = in.id("operatorId", fleet.KindOperator, given.OperatorID)
	patch = fleet.OperatorPatch{
		FirstName: maybeNot(&in, "firstName", given.FirstName), LastName: maybeNot(&in, "lastName", given.LastName),
		LicenseNumber: maybe(given.LicenseNumber), Status: maybeNot(&in, "status", given.Status),
		UserID: in.maybeID("userId", fleet.KindUser, given.UserID),
	}
	return id, patch, in.faults.Err()
}

func newAssignment(given generated.AssignOperatorInput) (fleet.AssignmentInput, error) {
	var in input
	a := fleet.AssignmentInput{
		EquipmentID: in.id(
			"equipmentId",
			fleet.KindEquipment,
			given.EquipmentID,
		),
		OperatorID: in.id("operatorId", fleet.KindOperator, given.OperatorID),
		AssignedAt: given.AssignedAt.Value(),
		ReleasedAt: given.ReleasedAt.Value(),
		Replace:    given.Replace,
	}
	return a, in.faults.Err()
}

func release(given generated.ReleaseOperatorInput) (equipment fleet.UUID, operator *fleet.UUID, err error) {
	var in input
	equipment = in.id("equipmentId", fleet.KindEquipment, given.EquipmentID)
	operator = in.maybeID("operatorId", fleet.KindOperator, given.OperatorID).To
	return equipment, operator, in.faults.Err()
}

func newMeterReading(given generated.AddMeterReadingInput) (fleet.MeterReading, error) {
	var in input
	r := fleet.MeterReading{
		EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID),
		MeterID:     in.maybeID("meterId", fleet.KindMeter, given.MeterID).To,
		Hours:       given.Hours, Replacement: given.Replacement,
	}
	if at := given.ReadAt.Value(); at != nil {
		r.ReadAt = *at
	}
	return r, in.faults.Err()
}

func newMaintenance(given generated.RecordMaintenanceInput) (*fleet.MaintenanceRecord, error) {
	var in input
	m := &fleet.MaintenanceRecord{
		EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID),
		Kind:        given.Kind, Status: given.Status,
	}
	if day := given.MaintenanceDate.Value(); day != nil {
		in.faults.Add("maintenanceDate", day.CheckYear()) // the first day of the calendar is the zero Date
		m.MaintenanceDate = *day
	}
	m = fleet.MaintenancePatch{
		DueDate:     maybe(given.DueDate),
		StartedAt:   maybe(given.StartedAt),
		CompletedAt: maybe(given.CompletedAt),
		Description: maybe(given.Description),
		LabourCost:  maybe(given.LabourCost),
		PartsCost:   maybe(given.PartsCost),
		LabourHours: maybe(given.LabourHours),
		PerformedBy: maybe(
			given.PerformedBy,
		),
		DownFrom:   maybe(given.DownFrom),
		DownTo:     maybe(given.DownTo),
		MeterHours: maybe(given.MeterHours),
		ReversalOf: in.maybeID("reversalOfId", fleet.KindMaintenance, given.ReversalOfID),
	}.Apply(m)
	m.ScheduleID = in.maybeID("serviceScheduleId", fleet.KindSchedule, given.ServiceScheduleID).To
	if cost := given.Cost.Value(); cost != nil {
		m.Cost = cost
	}
	return m, in.faults.Err()
}

func start(given generated.StartMaintenanceInput) (id fleet.UUID, patch fleet.MaintenancePatch, err error) {
	var in input
	id = in.id("maintenanceRecordId", fleet.KindMaintenance, given.MaintenanceRecordID)
	patch = fleet.MaintenancePatch{StartedAt: maybe(given.StartedAt)}
	return id, patch, in.faults.Err()
}

func completion(given generated.CompleteMaintenanceInput) (id fleet.UUID, patch fleet.MaintenancePatch, err error) {
	var in input
	id = in.id("maintenanceRecordId", fleet.KindMaintenance, given.MaintenanceRecordID)
	patch = fleet.MaintenancePatch{
		StartedAt: maybe(given.StartedAt), CompletedAt: maybe(given.CompletedAt),
		MaintenanceDate: maybeNot(&in, "maintenanceDate", given.MaintenanceDate), Description: maybe(given.Description),
		Cost: maybe(given.Cost), LabourCost: maybe(given.LabourCost), PartsCost: maybe(given.PartsCost),
		PerformedBy: maybe(given.PerformedBy), DownFrom: maybe(given.DownFrom), DownTo: maybe(given.DownTo),
		LabourHours: maybe(given.LabourHours), MeterHours: maybe(given.MeterHours),
	}
	return id, patch, in.faults.Err()
}

func correction(given generated.CorrectMaintenanceInput) (id fleet.UUID, patch fleet.MaintenancePatch, reason *string,
	err error) {
	var in input
	id = in.id("maintenanceRecordId", fleet.KindMaintenance, given.MaintenanceRecordID)
	patch = fleet.MaintenancePatch{
		Kind: maybeNot(&in, "kind", given.Kind), DueDate: maybe(given.DueDate), FirstDueDate: maybe(given.FirstDueDate),
		StartedAt: maybe(given.StartedAt), CompletedAt: maybe(given.CompletedAt),
		MaintenanceDate: maybeNot(&in, "maintenanceDate", given.MaintenanceDate),
		Description:     maybe(given.Description), Cost: maybe(given.Cost), LabourCost: maybe(given.LabourCost),
		PartsCost: maybe(given.PartsCost), PerformedBy: maybe(given.PerformedBy), DownFrom: maybe(given.DownFrom),
		DownTo: maybe(given.DownTo), LabourHours: maybe(given.LabourHours), MeterHours: maybe(given.MeterHours),
		ReversalOf: in.maybeID("reversalOfId", fleet.KindMaintenance, given.ReversalOfID),
	}
	reason = in.reason(given.Reason.Value())
	return id, patch, reason, in.faults.Err()
}

// reason reads why a change is made; nil for none.
func (in *input) reason(given *string) *string {
	if given == nil {
		return nil
	}
	why, err := fleet.CheckReason(*given)
	in.faults.Add("", err)
	return why
}

// mended reads a record that is set right, and why.
func mended(id string, reason *string) (key fleet.UUID, why *string, err error) {
	var in input
	key, why = in.id("maintenanceRecordId", fleet.KindMaintenance, id), in.reason(reason)
	return key, why, in.faults.Err()
}

// move reads the record, the machine that it belongs to, and why.
func move(given generated.MoveMaintenanceInput) (id, to fleet.UUID, why *string, err error) {
	var in input
	id = in.id("maintenanceRecordId", fleet.KindMaintenance, given.MaintenanceRecordID)
	to, why = in.id("equipmentId", fleet.KindEquipment, given.EquipmentID), in.reason(&given.Reason)
	return id, to, why, in.faults.Err()
}

func newMeter(given generated.AddMeterInput) (fleet.Meter, error) {
	var in input
	m := fleet.Meter{EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID), Name: given.Name,
		Unit: given.Unit}
	return m, in.faults.Err()
}

// meterPatch reads a meter and its changes.
func meterPatch(given generated.ChangeMeterInput) (id fleet.UUID, patch fleet.MeterPatch, err error) {
	var in input
	id = in.id("meterId", fleet.KindMeter, given.MeterID)
	patch = fleet.MeterPatch{Name: maybeNot(&in, "name", given.Name), Unit: maybeNot(&in, "unit", given.Unit)}
	return id, patch, in.faults.Err()
}

// readingCorrection reads a reading, its correct values, and why.
func readingCorrection(given generated.CorrectMeterReadingInput) (id fleet.UUID, patch fleet.MeterReadingPatch,
	why *string, err error) {
	var in input
	id, why = in.id("meterReadingId", fleet.KindMeterReading, given.MeterReadingID), in.reason(&given.Reason)
	patch = fleet.MeterReadingPatch{
		ReadAt: maybeNot(&in, "readAt", given.ReadAt), Hours: maybeNot(&in, "hours", given.Hours),
		Replacement: maybeNot(&in, "replacement", given.Replacement),
	}
	return id, patch, why, in.faults.Err()
}

// voiding reads a reading that is wrong, and why.
func voiding(given generated.VoidMeterReadingInput) (id fleet.UUID, why *string, err error) {
	var in input
	id, why = in.id("meterReadingId", fleet.KindMeterReading, given.MeterReadingID), in.reason(&given.Reason)
	return id, why, in.faults.Err()
}

// assignmentCorrection reads an assignment, its correct values, and why.
func assignmentCorrection(given generated.CorrectAssignmentInput) (id fleet.UUID, patch fleet.AssignmentPatch,
	why *string, err error) {
	var in input
	id, why = in.id("assignmentId", fleet.KindAssignment, given.AssignmentID), in.reason(&given.Reason)
	patch = fleet.AssignmentPatch{
		AssignedAt: maybeNot(&in, "assignedAt", given.AssignedAt), ReleasedAt: maybe(given.ReleasedAt),
	}
	if operator := maybeNot(&in, "operatorId", given.OperatorID); operator.Set {
		patch.OperatorID = fleet.Maybe[fleet.UUID]{Set: true, To: in.id("operatorId", fleet.KindOperator, operator.To)}
	}
	return id, patch, why, in.faults.Err()
}

// assignmentDeletion reads an assignment that should not be there, and why.
func assignmentDeletion(given generated.DeleteAssignmentInput) (id fleet.UUID, why *string, err error) {
	var in input
	id, why = in.id("assignmentId", fleet.KindAssignment, given.AssignmentID), in.reason(&given.Reason)
	return id, why, in.faults.Err()
}
