package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/localpg"
)

// inProcess configures an App in the benchmark's own process, in demo mode as
// the measured servers are, with a small pool.
func inProcess(url string) app.Config {
	c := app.Default()
	c.Database.URL, c.Database.MaxConns, c.Database.KeepConns = url, 4, 1
	c.Addr, c.MetricsAddr = "127.0.0.1:0", ""
	c.Demo, c.ReportCost = true, false
	c.Log = slog.New(slog.DiscardHandler)
	return c
}

// runInProcess runs a until stop, which closes it. It returns when the change
// feed is connected, because statistics are not cached before.
func runInProcess(ctx context.Context, a *app.App) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = a.Run(ctx, func(string) {}) })
	for !listening(a) && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	return func() {
		cancel()
		running.Wait()
		_ = a.Close(context.WithoutCancel(ctx))
	}
}

// listening reports whether the change feed of a is connected.
func listening(a *app.App) bool {
	families, err := a.Registry.Gather()
	if err != nil {
		return false
	}
	for _, f := range families {
		if f.GetName() == "fleet_feed_listening" {
			return f.GetMetric()[0].GetGauge().GetValue() == 1
		}
	}
	return false
}

// emptyPostgres starts a PostgreSQL with an empty database on a folder of its own, as durable as the server's private one:
// localpg.StartTemporary is not. The caller stops and removes it.
func emptyPostgres(ctx context.Context) (url string, remove func() error, err error) {
	dir, err := os.MkdirTemp("", "fleet-bench-")
	if err != nil {
		return "", nil, err
	}
	pg, err := localpg.Start(ctx, localpg.Options{Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return pg.URL(), func() error {
		return errors.Join(pg.Stop(context.WithoutCancel(ctx)), os.RemoveAll(dir))
	}, nil
}
