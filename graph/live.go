package graph

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/sharing"
)

const (
	// loadTimeout bounds what one event asks of the database.
	loadTimeout = 10 * time.Second
	// retryAfter is the pause when the database did not answer.
	retryAfter = time.Second
)

// streamStats sends the current figures, then those after each change until ctx
// ends. A change that leaves them as they were is sent if the client selects
// sequence, which every change moves.
func (r *Resolver) streamStats(ctx context.Context, scope fleet.StatsScope) (<-chan *fleet.DashboardStats, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	count := func() (fleet.DashboardStats, error) {
		ctx, cancel := context.WithTimeout(ctx, loadTimeout)
		defer cancel()
		return r.Dashboard.Stats(ctx, v, scope)
	}
	counted := selects(ctx, "sequence")
	watch := r.Feed.Watch(v.CompanyID) // before the first figures, so that no change lies between
	last, err := count()
	if err != nil {
		watch.Close()
		return nil, err
	}
	out := make(chan *fleet.DashboardStats)
	go func() {
		defer endOf(watch, out) // after Recover
		defer sharing.Recover(ctx)
		for {
			now := last
			if !send(ctx, out, &now) {
				return
			}
			for same := true; same; same = last.SameFigures(now) && (!counted || last.SameSequence(now)) {
				if !fleetChanged(ctx, watch, counted) {
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

// endOf ends a subscription.
func endOf[E any](watch *events.Watch, out chan<- E) {
	watch.Close()
	close(out)
}

// selects reports whether the field that ctx resolves selects a field of this name.
func selects(ctx context.Context, name string) bool {
	return slices.ContainsFunc(
		graphql.CollectFieldsCtx(ctx, []string{"DashboardStats"}),
		func(f graphql.CollectedField) bool {
			return f.Name == name
		},
	)
}

// fleetChanged waits for news of machines, or also of maintenance records; it
// returns false when ctx has ended.
func fleetChanged(ctx context.Context, w *events.Watch, records bool) bool {
	for {
		news, err := w.Next(ctx)
		if err != nil || news.Machines.Any() || records && news.Records.Any() {
			return err == nil
		}
	}
}

// changeStream describes a subscription to the rows T of one table; E is its event.
type changeStream[T, E any] struct {
	rows     func(*events.News) *events.Rows
	excludes func(fleet.UUID) bool                                                        // whether the filter names the ids of other rows alone
	among    func(context.Context, fleet.Viewer, []fleet.UUID) (map[fleet.UUID]*T, error) // rows that match the filter, of all rows when no ids are given
	made     func(kind fleet.ChangeKind, id *fleet.UUID, row *T) E
	// belong is set for rows that are visible to the operator of their machine: the
	// visible set changes with the assignment, without a change of the rows.
	belong bool
}

// stream sends RESYNC, then each change until ctx ends.
func stream[T, E any](ctx context.Context, feed Feed, f changeStream[T, E]) (<-chan E, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	watch := feed.Watch(v.CompanyID)
	out := make(chan E)
	go func() {
		defer endOf(watch, out) // after Recover
		defer sharing.Recover(ctx)
		visible := &visibleSet[T]{among: f.among, v: v}
		resync := f.made(fleet.ChangeResync, nil, nil)
		for visible.reload(ctx) && send(ctx, out, resync) {
			for {
				news, err := watch.Next(ctx)
				if err != nil {
					return
				}
				rows := f.rows(&news)
				if rows.All {
					break
				}
				moved := false
				if f.belong && news.Assigned {
					moved, err = visible.changed(ctx)
				}
				if moved { // the operator sees other rows
					break
				}
				var changes []E
				if err == nil {
					changes, err = f.changes(ctx, visible, rows)
				}
				if err != nil { // it is not known what has changed
					slog.WarnContext(ctx, "changes for subscribers", "error", err)
					if !pause(ctx, retryAfter) {
						return
					}
					break
				}
				for _, c := range changes {
					if !send(ctx, out, c) {
						return
					}
				}
			}
		}
	}()
	return out, nil
}

// changes returns the events for changed rows.
func (f changeStream[T, E]) changes(ctx context.Context, visible *visibleSet[T], rows *events.Rows) ([]E, error) {
	if !rows.Any() {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	changed := slices.DeleteFunc(slices.Clone(rows.Changed), f.excludes)
	if len(changed) == 0 {
		return nil, nil
	}
	found, err := f.among(ctx, visible.v, changed)
	if err != nil {
		return nil, err
	}
	var list []E
	for _, id := range changed {
		kind := fleet.ChangeUpdated
		switch {
		case found[id] == nil && !visible.remove(id):
			continue
		case found[id] == nil:
			kind = fleet.ChangeRemoved
		case visible.add(id) || rows.Created(id):
			kind = fleet.ChangeCreated
		}
		list = append(list, f.made(kind, &id, found[id]))
	}
	return list, nil
}

// visibleSet tracks the rows already sent to a viewer of the role OPERATOR, from
// which changes of other rows are hidden. Viewers of other roles receive
// changes of every row of the company, and need no set.
type visibleSet[T any] struct {
	among func(context.Context, fleet.Viewer, []fleet.UUID) (map[fleet.UUID]*T, error)
	v     fleet.Viewer
	rows  map[fleet.UUID]bool // nil: every row is visible
}

// reload loads the set, with retries; it returns false when ctx has ended.
func (s *visibleSet[T]) reload(ctx context.Context) bool {
	for s.v.Role == fleet.RoleOperator {
		asked, cancel := context.WithTimeout(ctx, loadTimeout)
		found, err := s.among(asked, s.v, nil)
		cancel()
		if err == nil {
			s.rows = make(map[fleet.UUID]bool, len(found))
			for id := range found {
				s.rows[id] = true
			}
			return true
		}
		slog.WarnContext(ctx, "rows of an operator", "error", err)
		if !pause(ctx, retryAfter) {
			return false
		}
	}
	return true
}

// changed reports whether the visible rows differ from the set.
func (s *visibleSet[T]) changed(ctx context.Context) (bool, error) {
	if s.rows == nil {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	found, err := s.among(ctx, s.v, nil)
	if err != nil {
		return false, err
	}
	for id := range found {
		if !s.rows[id] {
			return true, nil
		}
	}
	return len(found) != len(s.rows), nil
}

// remove removes a row, and reports whether its removal may be revealed.
func (s *visibleSet[T]) remove(id fleet.UUID) bool {
	known := s.rows == nil || s.rows[id]
	delete(s.rows, id)
	return known
}

// add adds a row, and reports whether it is known to be new to the viewer.
func (s *visibleSet[T]) add(id fleet.UUID) bool {
	if s.rows == nil || s.rows[id] {
		return false
	}
	s.rows[id] = true
	return true
}

func (r *Resolver) streamEquipment(
	ctx context.Context,
	filter *fleet.EquipmentFilter,
) (<-chan *generated.EquipmentChange, error) {
	if err := checkFilter(ctx, filter.Check); err != nil {
		return nil, err
	}
	return stream(ctx, r.Feed, changeStream[fleet.Equipment, *generated.EquipmentChange]{
		rows:     func(n *events.News) *events.Rows { return &n.Machines },
		excludes: filter.Excludes,
		among: func(ctx context.Context, v fleet.Viewer, ids []fleet.UUID) (map[fleet.UUID]*fleet.Equipment, error) {
			return r.Store.EquipmentAmong(ctx, v, ids, filter)
		},
		made: func(kind fleet.ChangeKind, id *fleet.UUID, row *fleet.Equipment) *generated.EquipmentChange {
			return &generated.EquipmentChange{Change: kind, ID: globalID(fleet.KindEquipment, id), Equipment: row}
		},
	})
}

func (r *Resolver) streamMaintenance(
	ctx context.Context,
	filter *fleet.MaintenanceFilter,
) (<-chan *generated.MaintenanceChange, error) {
	if err := checkFilter(ctx, filter.Check); err != nil {
		return nil, err
	}
	return stream(ctx, r.Feed, changeStream[fleet.MaintenanceRecord, *generated.MaintenanceChange]{
		belong:   true,
		rows:     func(n *events.News) *events.Rows { return &n.Records },
		excludes: filter.Excludes,
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
