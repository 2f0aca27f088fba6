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
func (r *Resolver) nodes(ctx context.Context, field string, ids []string) ([]relay.Node, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	if len(ids) > MaxNodes {
		return nil, fleet.BadInputf(field, "%d ids are too many: at most %d", len(ids), MaxNodes)
	}
	wanted := make([]rowKey, len(ids))
	for i, id := range ids {
		kind, key, err := fleet.ParseGlobalID(id)
		if err != nil {
			if len(ids) > 1 {
				field = fmt.Sprintf("%s.%d", field, i)
			}
			return nil, fleet.InField(field, err)
		}
		wanted[i] = rowKey{kind, key}
	}
	found, err := r.rows(ctx, v, wanted)
	if err != nil {
		return nil, err
	}
	rows := make([]relay.Node, len(ids))
	for i, key := range wanted {
		if n := found[key]; n != nil {
			rows[i] = n
		}
	}
	return rows, nil
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

// subjectOf resolves to the row that an entry of the history tells of.
func (r *Resolver) subjectOf(ctx context.Context, h *fleet.HistoryEntry) (relay.Node, error) {
	v, err := viewerOf(ctx)
	kind, is := h.SubjectKind()
	if err != nil || h.SubjectID == nil || !is || kind == fleet.KindToken { // a token is no node
		return nil, err
	}
	read := func(ctx context.Context, keys []rowKey) (map[rowKey]relay.Node, error) { return r.rows(ctx, v, keys) }
	return batch.Load(ctx, rowKey{kind, *h.SubjectID}, read, func(n relay.Node) (relay.Node, error) { return n, nil })
}

// nodesOf loads the rows of one kind.
func (r *Resolver) nodesOf(
	ctx context.Context,
	v fleet.Viewer,
	k fleet.Kind,
	keys []fleet.UUID,
	put func(fleet.UUID, relay.Node),
) error {
	switch k {
	case fleet.KindEquipment:
		return putAll(ctx, v, keys, r.Store.EquipmentByID, put)
	case fleet.KindOperator:
		return putAll(ctx, v, keys, r.Store.OperatorsByID, put)
	case fleet.KindMaintenance:
		return putAll(ctx, v, keys, r.Store.MaintenanceByID, put)
	case fleet.KindAssignment:
		return putAll(ctx, v, keys, r.Store.AssignmentsByID, put)
	case fleet.KindAssignmentPlan:
		return putAll(ctx, v, keys, r.Store.AssignmentPlansByID, put)
	case fleet.KindMeter:
		return putAll(ctx, v, keys, r.Store.MetersByID, put)
	case fleet.KindMeterReading:
		return putAll(ctx, v, keys, r.Store.MeterReadingsByID, put)
	case fleet.KindSite:
		return putAll(ctx, v, keys, r.Store.SitesByID, put)
	case fleet.KindSiteMove:
		return putAll(ctx, v, keys, r.Store.SiteMovesByID, put)
	case fleet.KindPaper:
		return putAll(ctx, v, keys, r.Store.PapersByID, put)
	case fleet.KindHistory:
		return putAll(ctx, v, keys, r.Store.HistoryByID, put)
	case fleet.KindCompany:
		return putAll(ctx, v, keys, r.Store.CompaniesByID, put)
	case fleet.KindSchedule:
		return putAll(ctx, v, keys, r.Store.SchedulesByID, put)
	case fleet.KindSavedQuery:
		return putAll(ctx, v, keys, r.Store.SavedQueriesByID, put)
	case fleet.KindUser:
		return putAll(ctx, v, keys, r.Store.UsersByID, put)
	default: // sessions and access tokens are no nodes
		return nil
	}
}

func putAll[N relay.Node](
	ctx context.Context,
	v fleet.Viewer,
	keys []fleet.UUID,
	load byKey[N],
	put func(fleet.UUID, relay.Node),
) error {
	rows, err := load(ctx, v, keys)
	for key, n := range rows {
		put(key, n)
	}
	return err
}
