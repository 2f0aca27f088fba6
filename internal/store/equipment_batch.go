package store

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

const (
	// batchWorkers is how many items of one batch are written at once. Each
	// holds a connection; one batch must not take the pool from everybody else.
	batchWorkers = 4
	// itemTimeout bounds one item, which is carried through once begun even
	// when the request has ended: else nobody could say what was done.
	itemTimeout = 10 * time.Second
)

// UpdateEquipmentBatch makes the changes of a batch and returns a result for
// each, in their order. Every item is a transaction of its own, a few at once;
// with Atomic or DryRun all are in one, an item behind a savepoint. When ctx
// ends, items that have not begun are NOT_RUN. With w.Once each item happens
// once: a batch that was cut off goes on where it stopped when it is asked
// again. The error is about the batch as a whole, such as a key that was used
// for another batch.
func (s *Fleet) UpdateEquipmentBatch(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, batch fleet.EquipmentBatch) ([]fleet.ItemResult, error) {
	if batch.Atomic || batch.DryRun {
		if batch.DryRun {
			w.Once = nil // nothing is kept, so there is nothing to repeat
		}
		return s.updateTogether(ctx, v, w, batch)
	}
	if w.Once != nil {
		// The key belongs to the batch as a whole, whichever items get done.
		if _, err := write(ctx, s.database, v, w, func(*writeTx) (string, error) { return "items have answers of their own", nil }); err != nil {
			return nil, err
		}
	}
	results := make([]fleet.ItemResult, len(batch.Items))
	var g errgroup.Group
	g.SetLimit(batchWorkers)
	for i, item := range batch.Items {
		if ctx.Err() != nil {
			results[i].Outcome = fleet.ItemNotRun
			continue
		}
		g.Go(func() (err error) {
			defer guard.Into(&err, "item of a batch")
			results[i] = s.updateAlone(ctx, v, w.Item(i), item)
			return nil
		})
	}
	return results, g.Wait()
}

func (s *Fleet) updateAlone(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, item fleet.EquipmentItem) fleet.ItemResult {
	if ctx.Err() != nil { // it waited for a worker
		return fleet.ItemResult{Outcome: fleet.ItemNotRun}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), itemTimeout)
	defer cancel()
	e, err := write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Equipment, error) {
		return tx.updateItem(ctx, item)
	})
	if err != nil {
		return fleet.ItemResult{Outcome: fleet.ItemFailed, Err: err}
	}
	return fleet.ItemResult{Outcome: fleet.ItemApplied, Equipment: e}
}

func (tx *writeTx) updateItem(ctx context.Context, item fleet.EquipmentItem) (*fleet.Equipment, error) {
	if item.Fault != nil {
		return nil, item.Fault
	}
	return tx.updateEquipment(ctx, item.ID, &item.Expected, item.Patch)
}

// errRolledBack ends a transaction that was not to be kept.
var errRolledBack = errors.New("rolled back")

// updateTogether makes all changes in one transaction, and keeps them if none
// failed and the batch is no dry run.
func (s *Fleet) updateTogether(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, batch fleet.EquipmentBatch) ([]fleet.ItemResult, error) {
	var results []fleet.ItemResult
	kept, err := write(ctx, s.database, v, w, func(tx *writeTx) ([]fleet.ItemResult, error) {
		results = make([]fleet.ItemResult, len(batch.Items))
		failed := false
		for i, item := range batch.Items {
			err := pgx.BeginFunc(ctx, tx, func(savepoint pgx.Tx) error {
				alone := newWriteTx(savepoint, v, w)
				e, err := alone.updateItem(ctx, item)
				if err != nil {
					return err
				}
				results[i] = fleet.ItemResult{Outcome: fleet.ItemApplied, Equipment: e}
				return alone.writeHistory(ctx)
			})
			if err != nil {
				if ctx.Err() != nil {
					return nil, err
				}
				failed = true
				results[i] = fleet.ItemResult{Outcome: fleet.ItemFailed, Err: refusal(err)}
			}
		}
		if !batch.Commits(failed) {
			return nil, errRolledBack
		}
		return results, nil
	})
	if errors.Is(err, errRolledBack) {
		for i := range results {
			if results[i].Outcome == fleet.ItemApplied {
				results[i].Outcome = fleet.ItemRolledBack
			}
		}
		return results, nil
	}
	return kept, err
}
