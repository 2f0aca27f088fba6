package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/guard"
	"bitcorp.dev/fleet/internal/server"
)

// serveCmd runs the server.
type serveCmd struct {
	app.Config     `embed:""`
	memorySettings `embed:""`
}

// Run runs the command.
func (c *serveCmd) Run(ctx context.Context, g *globals, out io.Writer) (err error) {
	c.Database = g.Database
	if err := c.Check(); err != nil { // before a database is made for it
		return err
	}
	if err := server.CheckPorts(ctx, c.Addr, c.MetricsAddr); err != nil {
		return err
	}
	stop, err := g.startDatabase(ctx)
	if err != nil {
		return err
	}
	defer stop()
	c.Database, c.Log, c.Build = g.Database, g.log, app.ReadBuild(version, commit)
	a, err := app.New(ctx, c.Config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	work, ctx := errgroup.WithContext(ctx)
	work.Go(guard.Job(ctx, "tuning of the memory", c.tune))
	work.Go(func() (err error) {
		defer guard.Into(&err, "application")
		return a.Run(ctx, func(addr string) { c.greet(out, addr) })
	})
	return work.Wait()
}

// greet prints the addresses of the server.
func (c *serveCmd) greet(out io.Writer, addr string) {
	_, _ = fmt.Fprintf(out, `
  Bitcorp Fleet answers.

    Fleet      http://%[1]s/
    GraphiQL   http://%[1]s/graphiql
    GraphQL    http://%[1]s/graphql
`, addr)
	if c.MetricsAddr != "" {
		_, _ = fmt.Fprintf(out, "    Metrics    http://%s/metrics\n", c.MetricsAddr)
	}
	if c.Demo {
		_, _ = fmt.Fprint(out, "\n  Demo mode: everybody on this machine is the demo fleet's manager.\n")
	}
	_, _ = fmt.Fprint(out, "  Ctrl-C stops everything.\n\n")
}
