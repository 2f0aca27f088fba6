package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/server"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/web"
)

// serveCmd runs the server.
type serveCmd struct {
	Addr        string        `env:"FLEET_ADDR" default:"127.0.0.1:8080" help:"Where to listen."`
	MetricsAddr string        `env:"FLEET_METRICS_ADDR" default:"127.0.0.1:9090" help:"Where Prometheus asks; empty for nowhere."`
	Demo        bool          `env:"FLEET_DEMO" help:"Fill an empty database with a demo fleet, and answer requests that name nobody as its manager. On the loopback interface only."`
	StatsTTL    time.Duration `name:"stats-ttl" env:"FLEET_STATS_TTL" default:"30m" help:"Longest that statistics are kept in memory; 0 keeps none. A committed write drops them at once."`

	identitySettings `embed:""`
	limitSettings    `embed:""`
	memorySettings   `embed:""`
}

// Run runs the command.
func (c *serveCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	url, end, err := g.database(ctx)
	if err != nil {
		return err
	}
	db, closeStore, err := g.openStoreAt(ctx, url, end)
	if err != nil {
		return err
	}
	defer closeStore()
	demo, err := c.demoViewer(ctx, db, g.log)
	if err != nil {
		return err
	}
	stats, err := dashboard.New(db.Fleet(), c.StatsTTL)
	if err != nil {
		return err
	}
	defer stats.Close()
	feed := events.New(db.Feed(), g.log, stats)
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	stats.Register(registry)
	feed.Register(registry)
	config := server.Config{
		Addr: c.Addr, MetricsAddr: c.MetricsAddr,
		Resolver: &graph.Resolver{Store: db.Fleet(), Accounts: db.Identity(), Dashboard: stats, Feed: feed},
		Pages:    web.Dist(), Ready: db.Ping, Demo: demo, Registry: registry, Log: g.log,
	}
	if err := c.apply(&config); err != nil {
		return err
	}
	identity, err := c.wire(db, g.log, &config)
	if err != nil {
		return err
	}
	s, err := server.New(config)
	if err != nil {
		return err
	}
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error { return feed.Run(ctx) })
	work.Go(func() error { return identity.Run(ctx) })
	work.Go(func() error { return c.tune(ctx) })
	work.Go(func() error { return sweep(ctx, db, g.log) })
	work.Go(func() error { return s.Run(ctx, func(addr string) { c.greet(out, addr, demo != nil) }) })
	return work.Wait()
}

// greet says where to look.
func (c *serveCmd) greet(out io.Writer, addr string, demo bool) {
	_, _ = fmt.Fprintf(out, `
  Bitcorp Fleet answers.

    Fleet      http://%[1]s/
    GraphiQL   http://%[1]s/graphiql
    GraphQL    http://%[1]s/graphql
`, addr)
	if c.MetricsAddr != "" {
		_, _ = fmt.Fprintf(out, "    Metrics    http://%s/metrics\n", c.MetricsAddr)
	}
	if demo {
		_, _ = fmt.Fprint(out, "\n  Demo mode: everybody on this machine is the demo fleet's manager.\n")
	}
	_, _ = fmt.Fprint(out, "  Ctrl-C stops everything.\n\n")
}

// demoViewer fills an empty database with the demo fleet and returns its
// manager; nil without --demo.
func (c *serveCmd) demoViewer(ctx context.Context, db *store.DB, log *slog.Logger) (*fleet.Viewer, error) {
	if !c.Demo {
		return nil, nil
	}
	if err := server.CheckDemo(c.Addr); err != nil {
		return nil, err
	}
	created, err := seed.Demo(ctx, db.Bulk())
	if err != nil {
		return nil, err
	}
	if created {
		log.Info("demo fleet made")
	}
	v, err := db.Identity().ViewerByEmail(ctx, seed.DemoManager)
	if err != nil {
		return nil, err
	}
	return &v, nil
}
