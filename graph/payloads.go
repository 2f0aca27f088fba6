package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

func equipmentPayload(e *fleet.Equipment, errs []generated.UserError) *generated.EquipmentPayload {
	return &generated.EquipmentPayload{Equipment: e, Errors: errs}
}

func purgePayload(id fleet.UUID, errs []generated.UserError) *generated.PurgePayload {
	p := &generated.PurgePayload{Errors: errs}
	if len(errs) == 0 {
		p.ID = globalID(fleet.KindEquipment, &id)
	}
	return p
}

func operatorPayload(o *fleet.Operator, errs []generated.UserError) *generated.OperatorPayload {
	return &generated.OperatorPayload{Operator: o, Errors: errs}
}

func assignmentPayload(a *fleet.Assignment, errs []generated.UserError) *generated.AssignmentPayload {
	return &generated.AssignmentPayload{Assignment: a, Errors: errs}
}

func meterReadingPayload(m *fleet.MeterReading, errs []generated.UserError) *generated.MeterReadingPayload {
	return &generated.MeterReadingPayload{MeterReading: m, Errors: errs}
}

func maintenancePayload(work *fleet.Work, errs []generated.UserError) *generated.MaintenancePayload {
	p := &generated.MaintenancePayload{Errors: errs}
	if work != nil {
		p.MaintenanceRecord, p.Equipment = work.Record, work.Equipment
	}
	return p
}

// batchPayload returns what makes the payload of a batch. An item that failed
// by our fault says so in its place; the error itself goes where such errors
// go, beside the answer, which still tells what became of the other items.
func batchPayload(ctx context.Context) func([]fleet.ItemResult, []generated.UserError) *generated.EquipmentBatchPayload {
	return func(items []fleet.ItemResult, errs []generated.UserError) *generated.EquipmentBatchPayload {
		p := &generated.EquipmentBatchPayload{Results: make([]*generated.EquipmentBatchResult, len(items)), Errors: errs}
		for i, item := range items {
			field := fmt.Sprintf("inputs.%d", i)
			faults, err := userErrors(fleet.InField(field, item.Err))
			if err != nil {
				graphql.AddError(ctx, err)
				faults = []generated.UserError{itemFault(err, &field)}
			}
			p.Results[i] = &generated.EquipmentBatchResult{Outcome: item.Outcome, Equipment: item.Equipment, Errors: faults}
		}
		return p
	}
}

// itemFault is what an item of a batch says of an error that is none of its
// input.
func itemFault(err error, field *string) *generated.InputError {
	if fault := store.Fault(err); fault != nil && fault.Code == fleet.Unavailable {
		return &generated.InputError{Code: fault.Code, Field: field, Message: fault.Message}
	}
	return &generated.InputError{
		Code: fleet.Internal, Field: field, Message: "something went wrong on our side; ask again with the same idempotencyKey",
	}
}

// step takes a step of the work that find names.
func (r *Resolver) step(ctx context.Context, input string, key *string, expected *int, find func() (fleet.UUID, fleet.MaintenanceStep, error)) (*generated.MaintenancePayload, error) {
	return write(ctx, r, mutation[*fleet.Work, generated.MaintenancePayload]{input, key,
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.Work, error) {
			id, step, err := find()
			if err != nil {
				return nil, err
			}
			return r.Store.ChangeMaintenance(ctx, v, w, id, expected, step)
		}, maintenancePayload})
}
