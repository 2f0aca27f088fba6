package graph

import (
	"context"
	"log/slog"
	"time"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/graph/loaders"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
)

const (
	// loadTimeout bounds what one event asks of the database.
	loadTimeout = 10 * time.Second
	// retryAfter is the pause when the database did not answer.
	retryAfter = time.Second
)

// passed resolves a field to a row that is there already.
func passed[T any](ctx context.Context, row *T) (*T, error) {
	return loaders.Call(ctx, func(context.Context) (*T, loaders.Yield, error) {
		if row == nil {
			return nil, loaders.Yield{}, nil
		}
		return row, loaders.Yield{Self: 1}, nil
	})
}

// followStats sends the figures of now, then those of each change until ctx ends.
func (r *Resolver) followStats(ctx context.Context, scope fleet.StatsScope) (<-chan *fleet.DashboardStats, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	count := func() (fleet.DashboardStats, error) {
		ctx, cancel := context.WithTimeout(ctx, loadTimeout)
		defer cancel()
		return r.Dashboard.Stats(ctx, v, scope)
	}
	watch := r.Feed.Watch(v.CompanyID) // before the first figures, so that no change lies between
	last, err := count()
	if err != nil {
		watch.Close()
		return nil, err
	}
	out := make(chan *fleet.DashboardStats)
	go func() {
		defer close(out)
		defer watch.Close()
		for {
			now := last
			if !send(ctx, out, &now) {
				return
			}
			for same := true; same; same = last.SameFigures(now) {
				if !machinesChanged(ctx, watch) {
					return
				}
				for last, err = count(); err != nil; last, err = count() {
					slog.WarnContext(ctx, "statistics for subscribers", "error", err)
					if !pause(ctx, retryAfter) {
						return
					}
				}
			}
		}
	}()
	return out, nil
}

// machinesChanged waits for news of machines; false when ctx has ended.
func machinesChanged(ctx context.Context, w *events.Watch) bool {
	for {
		news, err := w.Next(ctx)
		if err != nil || news.Machines.Any() {
			return err == nil
		}
	}
}

// follower follows the rows of one table; E is what it sends of a row T.
type follower[T, E any] struct {
	rows  func(*events.News) *events.Rows
	among func(context.Context, fleet.Viewer, []fleet.UUID) (map[fleet.UUID]*T, error) // those that meet the filter
	made  func(kind fleet.ChangeKind, id *fleet.UUID, row *T) E
}

// follow sends RESYNC, then each change until ctx ends.
func follow[T, E any](ctx context.Context, feed Feed, f follower[T, E]) (<-chan E, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	watch := feed.Watch(v.CompanyID)
	out := make(chan E)
	go func() {
		defer close(out)
		defer watch.Close()
		resync := f.made(fleet.ChangeResync, nil, nil)
		for going := send(ctx, out, resync); going; {
			news, err := watch.Next(ctx)
			if err != nil {
				return
			}
			rows := f.rows(&news)
			if !rows.Any() {
				continue
			}
			changes, err := f.changes(ctx, v, rows)
			if err != nil { // it is not known what has changed
				slog.WarnContext(ctx, "changes for subscribers", "error", err)
				if !pause(ctx, retryAfter) {
					return
				}
				changes = []E{resync}
			}
			for _, c := range changes {
				if going = send(ctx, out, c); !going {
					return
				}
			}
		}
	}()
	return out, nil
}

// changes makes of the rows' keys what is sent of them.
func (f follower[T, E]) changes(ctx context.Context, v fleet.Viewer, rows *events.Rows) ([]E, error) {
	if rows.All {
		return []E{f.made(fleet.ChangeResync, nil, nil)}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	found, err := f.among(ctx, v, rows.Changed)
	if err != nil {
		return nil, err
	}
	list := make([]E, 0, len(rows.Changed))
	for _, id := range rows.Changed {
		kind := fleet.ChangeUpdated
		switch {
		case found[id] == nil:
			kind = fleet.ChangeRemoved
		case rows.Created(id):
			kind = fleet.ChangeCreated
		}
		list = append(list, f.made(kind, &id, found[id]))
	}
	return list, nil
}

func (r *Resolver) followEquipment(ctx context.Context, filter *fleet.EquipmentFilter) (<-chan *generated.EquipmentChange, error) {
	if filter == nil {
		filter = &fleet.EquipmentFilter{}
	}
	if err := filter.Check(); err != nil {
		return nil, fleet.InField("filter", err)
	}
	return follow(ctx, r.Feed, follower[fleet.Equipment, *generated.EquipmentChange]{
		rows: func(n *events.News) *events.Rows { return &n.Machines },
		among: func(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Equipment, error) {
			return r.Store.EquipmentAmong(ctx, v, ids, filter)
		},
		made: func(kind fleet.ChangeKind, id *fleet.UUID, row *fleet.Equipment) *generated.EquipmentChange {
			return &generated.EquipmentChange{Change: kind, ID: globalID(fleet.KindEquipment, id), Equipment: row}
		},
	})
}

func (r *Resolver) followMaintenance(ctx context.Context, filter *fleet.MaintenanceFilter) (<-chan *generated.MaintenanceChange, error) {
	if filter == nil {
		filter = &fleet.MaintenanceFilter{}
	}
	if err := filter.Check(); err != nil {
		return nil, fleet.InField("filter", err)
	}
	return follow(ctx, r.Feed, follower[fleet.MaintenanceRecord, *generated.MaintenanceChange]{
		rows: func(n *events.News) *events.Rows { return &n.Records },
		among: func(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.MaintenanceRecord, error) {
			return r.Store.MaintenanceAmong(ctx, v, ids, filter)
		},
		made: func(kind fleet.ChangeKind, id *fleet.UUID, row *fleet.MaintenanceRecord) *generated.MaintenanceChange {
			return &generated.MaintenanceChange{Change: kind, ID: globalID(fleet.KindMaintenance, id), Record: row}
		},
	})
}

func globalID(k fleet.Kind, id *fleet.UUID) *string {
	if id == nil {
		return nil
	}
	text := fleet.GlobalID(k, *id)
	return &text
}

// send reports whether e was taken before ctx ended.
func send[E any](ctx context.Context, out chan<- E, e E) bool {
	select {
	case out <- e:
		return true
	case <-ctx.Done():
		return false
	}
}

// pause reports whether d has passed before ctx ended.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
