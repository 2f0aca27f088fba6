package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"bitcorp.dev/fleet/internal/store"
)

// How often what has served its time is removed. Every instance does it; they
// do not get in each other's way.
const (
	foldEvery  = 5 * time.Second // at a thousand writes a second, statistics sum up some thousand rows
	sweepEvery = time.Hour
)

// sweep keeps the tables small that grow with use, until ctx ends.
func sweep(ctx context.Context, db *store.DB, log *slog.Logger) error {
	fold, expire := time.NewTicker(foldEvery), time.NewTicker(sweepEvery)
	defer fold.Stop()
	defer expire.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-fold.C:
			err = db.FoldChanges(ctx)
		case <-expire.C:
			_, err = db.SweepIdempotencyKeys(ctx)
		}
		if err != nil && !errors.Is(err, context.Canceled) { // the next time is soon enough
			log.WarnContext(ctx, "sweep", "error", err)
		}
	}
}
