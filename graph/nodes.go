package graph

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/graph/relay"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/batch"
)

// MaxNodes is how many ids nodes takes at once.
const MaxNodes = fleet.MaxPage

// nodes loads rows of any kind, in the order of their ids: one statement for
// each kind among them. Rows that are not there, or not the viewer's, are nil.
func (r *Resolver) nodes(ctx context.Context, field string, ids []string) ([]relay.Node, batch.Yield, error) {
	yield := batch.Yield{Types: map[string]int{}}
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, yield, err
	}
	if len(ids) > MaxNodes {
		return nil, yield, fleet.BadInputf(field, "%d ids are too many: at most %d", len(ids), MaxNodes)
	}
	places := make([]rowKey, len(ids))
	for i, id := range ids {
		kind, key, err := fleet.ParseGlobalID(id)
		if err != nil {
			if len(ids) > 1 {
				field = fmt.Sprintf("%s.%d", field, i)
			}
			return nil, yield, fleet.InField(field, err)
		}
		places[i] = rowKey{kind, key}
	}
	found, err := r.rows(ctx, v, places)
	if err != nil {
		return nil, yield, err
	}
	rows := make([]relay.Node, len(ids))
	for i, p := range places {
		if n := found[p]; n != nil {
			rows[i] = n
			yield.Types[objectOf[p.kind]]++
		}
	}
	return rows, yield, nil
}

// rowKey is a row of any kind.
type rowKey struct {
	kind fleet.Kind
	key  fleet.UUID
}

// rows loads rows of any kind; those that are not there, or not the viewer's,
// are left out.
func (r *Resolver) rows(ctx context.Context, v fleet.Viewer, wanted []rowKey) (map[rowKey]relay.Node, error) {
	keys := map[fleet.Kind][]fleet.UUID{}
	for _, w := range wanted {
		keys[w.kind] = append(keys[w.kind], w.key)
	}
	found := make(map[rowKey]relay.Node, len(wanted))
	for kind, keys := range keys {
		put := func(key fleet.UUID, n relay.Node) { found[rowKey{kind, key}] = n }
		if err := r.nodesOf(ctx, v, kind, keys, put); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// subjects are the kinds of nodes that the history tells of.
var subjects = map[fleet.Subject]fleet.Kind{
	fleet.SubjectEquipment: fleet.KindEquipment, fleet.SubjectOperator: fleet.KindOperator, fleet.SubjectMaintenance: fleet.KindMaintenance,
	fleet.SubjectUser: fleet.KindUser,
}

// subjectOf resolves to the row that an entry of the history tells of.
func (r *Resolver) subjectOf(ctx context.Context, h *fleet.HistoryEntry) (relay.Node, error) {
	v, err := viewerOf(ctx)
	kind, isNode := subjects[h.Subject]
	if err != nil || h.SubjectID == nil || !isNode {
		return none[relay.Node](ctx, err)
	}
	read := func(ctx context.Context, keys []rowKey) (map[rowKey]relay.Node, error) { return r.rows(ctx, v, keys) }
	return batch.Load(ctx, rowKey{kind, *h.SubjectID}, read, func(n relay.Node) (relay.Node, batch.Yield, error) {
		return n, yieldOf(n), nil
	})
}

// objectOf names the GraphQL type of each kind of row.
var objectOf = map[fleet.Kind]string{
	fleet.KindUser: "User", fleet.KindEquipment: "Equipment", fleet.KindOperator: "Operator", fleet.KindMaintenance: "MaintenanceRecord",
	fleet.KindAssignment: "Assignment", fleet.KindMeterReading: "MeterReading", fleet.KindHistory: "HistoryEntry",
}

// yieldOf counts a node that a field returns; nil is none.
func yieldOf(n relay.Node) batch.Yield {
	if n == nil {
		return batch.Yield{}
	}
	kind, _, _ := fleet.ParseGlobalID(n.GlobalID()) // we wrote it
	return batch.Yield{Types: map[string]int{objectOf[kind]: 1}}
}

// nodesOf loads the rows of one kind.
func (r *Resolver) nodesOf(ctx context.Context, v fleet.Viewer, k fleet.Kind, keys []fleet.UUID, put func(fleet.UUID, relay.Node)) error {
	switch k {
	case fleet.KindEquipment:
		return putAll(ctx, v, keys, r.Store.EquipmentByID, put)
	case fleet.KindOperator:
		return putAll(ctx, v, keys, r.Store.OperatorsByID, put)
	case fleet.KindMaintenance:
		return putAll(ctx, v, keys, r.Store.MaintenanceByID, put)
	case fleet.KindAssignment:
		return putAll(ctx, v, keys, r.Store.AssignmentsByID, put)
	case fleet.KindMeterReading:
		return putAll(ctx, v, keys, r.Store.MeterReadingsByID, put)
	case fleet.KindHistory:
		return putAll(ctx, v, keys, r.Store.HistoryByID, put)
	case fleet.KindUser:
		return putAll(ctx, v, keys, r.Store.UsersByID, put)
	default: // sessions and access tokens are no nodes
		return nil
	}
}

func putAll[N relay.Node](ctx context.Context, v fleet.Viewer, keys []fleet.UUID, load byKey[N], put func(fleet.UUID, relay.Node)) error {
	rows, err := load(ctx, v, keys)
	for key, n := range rows {
		put(key, n)
	}
	return err
}
