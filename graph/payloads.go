package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Every mutation has a payload type of its own, so that each can grow alone.

// deletedID is the id of a deleted row, null when there are errors.
func deletedID(k fleet.Kind, id fleet.UUID, errs []generated.UserError) *string {
	if len(errs) > 0 {
		return nil
	}
	return globalID(k, &id)
}

// workOf returns the record and the machine of a write, null when there are errors.
func workOf(w *fleet.Work) (*fleet.MaintenanceRecord, *fleet.Equipment) {
	if w == nil {
		return nil, nil
	}
	return w.Record, w.Equipment
}

// batchPayload returns what makes the payload of a batch. An item that failed
// by our fault says so in its place; the error itself goes where such errors
// go, beside the answer, which still tells what became of the other items.
func batchPayload(
	ctx context.Context,
) func([]fleet.ItemResult, []generated.UserError) *generated.UpdateEquipmentBatchPayload {
	return func(items []fleet.ItemResult, errs []generated.UserError) *generated.UpdateEquipmentBatchPayload {
		p := &generated.UpdateEquipmentBatchPayload{
			Results: make([]*generated.EquipmentBatchResult, len(items)),
			Errors:  errs,
		}
		for i, item := range items {
			field := fmt.Sprintf("input.updates.%d", i)
			faults, err := userErrors(ctx, fleet.InField(field, item.Err))
			if err != nil {
				graphql.AddError(ctx, err)
				faults = []generated.UserError{itemFault(err, sentPath(arguments(ctx), field, ""))}
			}
			p.Results[i] = &generated.EquipmentBatchResult{Outcome: item.Outcome, Equipment: item.Equipment, Errors: faults}
		}
		return p
	}
}

// itemFault is what an item of a batch says of an error that is none of its
// input.
func itemFault(err error, field []string) *generated.InputError {
	if fault := store.Fault(err); fault != nil && fault.Code == fleet.Unavailable {
		return &generated.InputError{Code: fault.Code, Reason: fault.Why(), Field: field, Message: fault.Message}
	}
	return &generated.InputError{
		Code: fleet.Internal, Reason: fleet.ServerError, Field: field,
		Message: "something went wrong on our side; ask again with the same idempotencyKey",
	}
}

// step is a step of the work on a machine.
type step[P any] struct {
	key      *string
	expected *int // version of the record
	// find returns the record and what is done to it.
	find    func() (fleet.UUID, fleet.MaintenanceStep, error)
	payload func(*fleet.MaintenanceRecord, *fleet.Equipment, []generated.UserError) *P
}

// take resolves a mutation that takes a step.
func take[P any](ctx context.Context, r *Resolver, s step[P]) (*P, error) {
	return write(ctx, r, mutation[*fleet.Work, P]{s.key,
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.Work, error) {
			id, step, err := s.find()
			if err != nil {
				return nil, err
			}
			w.Reason, w.Confirmed = step.Reason, step.Confirmed
			return r.Store.ChangeMaintenance(ctx, v, w, id, s.expected, step)
		},
		func(w *fleet.Work, errs []generated.UserError) *P {
			record, machine := workOf(w)
			return s.payload(record, machine, errs)
		}})
}

// mending sets a record of work right.
type mending[P any] struct {
	key     *string // the idempotency key
	id      string  // of the record
	reason  *string // nil for none
	do      func(context.Context, fleet.Viewer, fleet.WriteInfo, fleet.UUID) (*fleet.Work, error)
	payload func(*fleet.MaintenanceRecord, *fleet.Equipment, []generated.UserError) *P
}

// mend resolves a mutation that sets a record right.
func mend[P any](ctx context.Context, r *Resolver, m mending[P]) (*P, error) {
	return write(ctx, r, mutation[*fleet.Work, P]{m.key,
		func(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo) (*fleet.Work, error) {
			id, reason, err := mended(m.id, m.reason)
			if err != nil {
				return nil, err
			}
			w.Reason = reason
			return m.do(ctx, v, w, id)
		},
		func(w *fleet.Work, errs []generated.UserError) *P {
			record, machine := workOf(w)
			return m.payload(record, machine, errs)
		}})
}
