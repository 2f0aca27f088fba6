package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

const (
	// batchWorkers is the number of items of one batch that are written concurrently. Each holds a
	// connection, and one batch must not take all connections of the pool.
	batchWorkers = 4
	// itemTimeout bounds one item. An item that has begun is completed when the request ends, so
	// that its outcome is known.
	itemTimeout = 10 * time.Second
)

// UpdateEquipmentBatch makes the changes of a batch and returns their results in the same order.
// Every item is a transaction of its own and batchWorkers run concurrently; with Atomic or DryRun
// all items are in one transaction, each behind a savepoint. When ctx ends, items that have not
// begun are NOT_RUN. With w.Once each item is written once: a repeated call continues an
// interrupted batch. The error is about the batch as a whole, such as a key that was used for
// another batch.
func (s *Fleet) UpdateEquipmentBatch(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	batch fleet.EquipmentBatch) ([]fleet.ItemResult, error) {
	if batch.Atomic || batch.DryRun {
		if batch.DryRun {
			w.Once = nil // nothing is written
		}
		return s.updateTogether(ctx, v, w, batch)
	}
	if w.Once != nil {
		// The key belongs to the whole batch, also if only some of its items are written.
		if _, err := write(ctx, s.database, v, w,
			func(*writeTx) (string, error) { return "items have answers of their own", nil }); err != nil {
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
			defer guard.Into(&err, "item of a batch") //nolint:contextcheck // logs a panic without the request
			results[i] = s.updateAlone(ctx, v, w.Item(i), item)
			return nil
		})
	}
	return results, g.Wait()
}

func (s *Fleet) updateAlone(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	item fleet.EquipmentItem) fleet.ItemResult {
	if ctx.Err() != nil { // it ended while the item waited for a worker
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

// errRolledBack rolls back the transaction of a batch that is not to be committed.
var errRolledBack = errors.New("rolled back")

// updateTogether makes all changes in one transaction, which commits if no item failed and the
// batch is not a dry run.
func (s *Fleet) updateTogether(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	batch fleet.EquipmentBatch) ([]fleet.ItemResult, error) {
	var results []fleet.ItemResult
	kept, err := write(ctx, s.database, v, w, func(tx *writeTx) ([]fleet.ItemResult, error) {
		results = make([]fleet.ItemResult, len(batch.Items))
		if err := tx.yieldSerialNumbers(ctx, batch.SerialNumbers()); err != nil {
			return nil, err
		}
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
				if ctx.Err() != nil || repeatable(err) {
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

// yieldSerialNumbers lets machines of an atomic batch exchange their serial numbers: the keys by which these are unique
// are free while the items are written, each of which sets its own again. It changes neither version nor time, and
// tells the feed nothing. Machines are locked in the order of their keys. Three statements when the batch sets at least
// two serial numbers; primary key.
func (tx *writeTx) yieldSerialNumbers(ctx context.Context, given map[fleet.UUID]*string) error {
	if len(given) < 2 {
		return nil
	}
	var ids [][16]byte
	var numbers []*string
	for id, number := range given {
		ids, numbers = append(ids, id), append(numbers, number)
	}
	for _, sql := range []string{
		`SELECT set_config('fleet.migrating', 'on', true)`,
		`WITH machine AS (
		   SELECT e.id FROM equipment e JOIN unnest($2::uuid[], $3::text[]) AS n (id, number) ON e.id = n.id
		   WHERE  e.company_id = $1 AND e.deleted_at IS NULL AND e.serial_number IS DISTINCT FROM n.number
		   ORDER  BY e.id FOR NO KEY UPDATE OF e)
		 UPDATE equipment e SET serial_key = NULL FROM machine WHERE e.id = machine.id`,
		`SELECT set_config('fleet.migrating', 'off', true)`,
	} {
		var args []any
		if strings.Contains(sql, "$1") {
			args = []any{[16]byte(tx.v.CompanyID), ids, numbers}
		}
		if _, err := tx.Exec(ctx, sql, args...); err != nil {
			return fmt.Errorf("free serial numbers: %w", err)
		}
	}
	return nil
}
