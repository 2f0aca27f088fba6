package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

func equipmentPayload(e *fleet.Equipment, errs []generated.UserError) (*generated.EquipmentPayload, map[string]int) {
	return &generated.EquipmentPayload{Equipment: e, Errors: errs}, map[string]int{"Equipment": count(e)}
}

func purgePayload(id fleet.UUID, errs []generated.UserError) (*generated.PurgePayload, map[string]int) {
	p := &generated.PurgePayload{Errors: errs}
	if len(errs) == 0 {
		p.ID = globalID(fleet.KindEquipment, &id)
	}
	return p, map[string]int{}
}

func operatorPayload(o *fleet.Operator, errs []generated.UserError) (*generated.OperatorPayload, map[string]int) {
	return &generated.OperatorPayload{Operator: o, Errors: errs}, map[string]int{"Operator": count(o)}
}

func assignmentPayload(a *fleet.Assignment, errs []generated.UserError) (*generated.AssignmentPayload, map[string]int) {
	return &generated.AssignmentPayload{Assignment: a, Errors: errs}, map[string]int{"Assignment": count(a)}
}

func meterReadingPayload(m *fleet.MeterReading, errs []generated.UserError) (*generated.MeterReadingPayload, map[string]int) {
	return &generated.MeterReadingPayload{MeterReading: m, Errors: errs}, map[string]int{"MeterReading": count(m)}
}

func maintenancePayload(work *fleet.Work, errs []generated.UserError) (*generated.MaintenancePayload, map[string]int) {
	p := &generated.MaintenancePayload{Errors: errs}
	if work != nil {
		p.MaintenanceRecord, p.Equipment = work.Record, work.Equipment
	}
	return p, map[string]int{"MaintenanceRecord": count(p.MaintenanceRecord), "Equipment": count(p.Equipment)}
}

// batchPayload returns what makes the payload of a batch. An item that failed
// by our fault says so in its place; the error itself goes where such errors
// go, beside the answer, which still tells what became of the other items.
func batchPayload(ctx context.Context) func([]fleet.ItemResult, []generated.UserError) (*generated.EquipmentBatchPayload, map[string]int) {
	return func(items []fleet.ItemResult, errs []generated.UserError) (*generated.EquipmentBatchPayload, map[string]int) {
		p := &generated.EquipmentBatchPayload{Results: make([]*generated.EquipmentBatchResult, len(items)), Errors: errs}
		types := map[string]int{}
		for i, item := range items {
			field := fmt.Sprintf("inputs.%d", i)
			faults, err := userErrors(fleet.InField(field, item.Err))
			if err != nil {
				graphql.AddError(ctx, err)
				faults = []generated.UserError{&generated.InputError{
					Code: fleet.Internal, Field: &field, Message: "something went wrong on our side; ask again with the same idempotencyKey",
				}}
			}
			p.Results[i] = &generated.EquipmentBatchResult{Outcome: item.Outcome, Equipment: item.Equipment, Errors: faults}
			types["Equipment"] += count(item.Equipment)
			types["VersionConflict"] += conflicts(faults)
		}
		return p, types
	}
}

// step takes a step of the work that find names.
func (r *Resolver) step(ctx context.Context, input string, key *string, expected *int, find func() (fleet.UUID, fleet.MaintenanceStep, error)) (*generated.MaintenancePayload, error) {
	return write(ctx, r, change[*fleet.Work, generated.MaintenancePayload]{input, key,
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.Work, error) {
			id, step, err := find()
			if err != nil {
				return nil, err
			}
			return r.Store.ChangeMaintenance(ctx, v, w, id, expected, step)
		}, maintenancePayload})
}
