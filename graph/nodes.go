package graph

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/graph/loaders"
	"bitcorp.dev/fleet/graph/relay"
	"bitcorp.dev/fleet/internal/fleet"
)

// MaxNodes is how many ids nodes takes at once.
const MaxNodes = fleet.MaxPage

// nodes loads rows of any kind, in the order of their ids: one statement for
// each kind among them. Rows that are not there, or not the viewer's, are nil.
func (r *Resolver) nodes(ctx context.Context, field string, ids []string) ([]relay.Node, loaders.Yield, error) {
	yield := loaders.Yield{Types: map[string]int{}}
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, yield, err
	}
	if len(ids) > MaxNodes {
		return nil, yield, fleet.BadInputf(field, "%d ids are too many: at most %d", len(ids), MaxNodes)
	}
	type place struct {
		kind fleet.Kind
		key  fleet.UUID
	}
	places := make([]place, len(ids))
	keys := map[fleet.Kind][]fleet.UUID{}
	for i, id := range ids {
		kind, key, err := fleet.ParseGlobalID(id)
		if err != nil {
			if len(ids) > 1 {
				field = fmt.Sprintf("%s.%d", field, i)
			}
			return nil, yield, fleet.InField(field, err)
		}
		places[i] = place{kind, key}
		keys[kind] = append(keys[kind], key)
	}
	found := map[place]relay.Node{}
	for kind, keys := range keys {
		put := func(key fleet.UUID, n relay.Node) { found[place{kind, key}] = n }
		if err := r.nodesOf(ctx, v, kind, keys, put); err != nil {
			return nil, yield, err
		}
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

// objectOf names the GraphQL type of each kind of row.
var objectOf = map[fleet.Kind]string{
	fleet.KindUser: "User", fleet.KindEquipment: "Equipment", fleet.KindOperator: "Operator", fleet.KindMaintenance: "MaintenanceRecord",
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
	default:
		return putAll(ctx, v, keys, r.Store.UsersByID, put)
	}
}

func putAll[N relay.Node](ctx context.Context, v fleet.Viewer, keys []fleet.UUID, load byKey[N], put func(fleet.UUID, relay.Node)) error {
	rows, err := load(ctx, v, keys)
	for key, n := range rows {
		put(key, n)
	}
	return err
}
