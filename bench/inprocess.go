package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"bitcorp.dev/fleet/internal/app"
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
