package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/migrations"
)

// OpenStore brings the schema of a database up to date and opens a store on it.
func OpenStore(ctx context.Context, c Database, log *slog.Logger) (*store.DB, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	n, err := migrations.Up(ctx, c.URL)
	if newer := new(migrations.NewerError); errors.As(err, &newer) && c.AllowNewer {
		log.Warn("the database has the schema of a newer release", "error", err)
		err = nil
	}
	if err != nil {
		return nil, err
	}
	if n > 0 {
		log.Info("database migrated", "migrations", n)
	}
	return store.Open(ctx, store.Config{
		URL:              c.URL,
		ListenURL:        c.ListenURL,
		Pooler:           c.Pooler,
		MaxConns:         c.MaxConns,
		KeepConns:        c.KeepConns,
		StatementTimeout: c.StatementTimeout,
		ConnWait:         c.ConnWait,
		SlowStatement:    c.SlowStatement,
		Log:              log,
		BeforeScan:       admission.BeforeScan,
	})
}

// Intervals of the maintenance of tables. Every instance does it; instances do
// not disturb each other.
const (
	foldEvery  = 5 * time.Second // at a thousand writes a second, statistics then sum up some thousand rows
	beginEvery = 30 * time.Second
	sweepEvery = time.Hour
)

// sweep keeps the tables small that grow with use, and begins downtime that was recorded ahead, until
// ctx ends.
func (a *App) sweep(ctx context.Context) error {
	fold, begin, expire := time.NewTicker(foldEvery), time.NewTicker(beginEvery), time.NewTicker(sweepEvery)
	defer fold.Stop()
	defer begin.Stop()
	defer expire.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-fold.C:
			err = errors.Join(a.Store.FoldChanges(ctx), a.Store.FoldEquipmentSums(ctx))
		case <-begin.C:
			_, err = a.Store.BeginDowntimes(ctx)
		case <-expire.C:
			_, err = a.Store.SweepIdempotencyKeys(ctx)
		}
		if err != nil && !errors.Is(err, context.Canceled) { // the next tick retries
			a.config.Log.WarnContext(ctx, "sweep", "error", err)
		}
	}
}
