package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/migrations"
)

// globals are the settings of every command.
type globals struct {
	DatabaseURL      string        `name:"database-url" env:"DATABASE_URL" help:"PostgreSQL, as postgres://user:password@host/database. Without it a private PostgreSQL is started in the data folder."`
	DataDir          string        `env:"FLEET_DATA_DIR" default:".data" help:"Folder of the private PostgreSQL."`
	PGBin            string        `name:"pg-bin" env:"FLEET_PG_BIN" help:"Folder with the programs postgres and initdb for the private PostgreSQL; searched for if not given."`
	MaxConns         int           `env:"FLEET_MAX_CONNS" default:"50" help:"Most database connections at once; the sum over all instances must stay below the database's max_connections."`
	KeepConns        int           `env:"FLEET_KEEP_CONNS" default:"20" help:"Database connections kept open when idle."`
	ConnWait         time.Duration `env:"FLEET_CONN_WAIT" default:"5s" help:"Longest wait for a database connection when all are in use."`
	StatementTimeout time.Duration `env:"FLEET_STATEMENT_TIMEOUT" default:"30s" help:"PostgreSQL ends a statement of the server that takes longer."`
	LogLevel         slog.Level    `env:"FLEET_LOG_LEVEL" default:"INFO" help:"DEBUG, INFO, WARN or ERROR."`

	log *slog.Logger
}

// stopTimeout is how long the private PostgreSQL may take to stop in order.
const stopTimeout = 4 * time.Second

// database returns the URL of the database, after starting the private
// PostgreSQL if there is no other, and what ends it.
func (g *globals) database(ctx context.Context) (url string, end func(), err error) {
	if g.DatabaseURL != "" {
		return g.DatabaseURL, func() {}, nil
	}
	pg, err := localpg.Start(ctx, localpg.Options{Dir: g.DataDir, BinDir: g.PGBin, Log: g.log})
	if err != nil {
		return "", nil, err
	}
	return pg.URL(), func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := pg.Stop(ctx); err != nil {
			g.log.Error("stop the private PostgreSQL", "error", err)
		}
	}, nil
}

// openStore returns a store on a database with the newest schema, and what
// closes it and all that was started for it.
func (g *globals) openStore(ctx context.Context) (*store.DB, func(), error) {
	url, end, err := g.database(ctx)
	if err != nil {
		return nil, nil, err
	}
	return g.openStoreAt(ctx, url, end)
}

// openStoreAt is openStore for a database that is there already, which end ends.
func (g *globals) openStoreAt(ctx context.Context, url string, end func()) (*store.DB, func(), error) {
	n, err := migrations.Up(ctx, url)
	if err != nil {
		end()
		return nil, nil, err
	}
	if n > 0 {
		g.log.Info("database migrated", "migrations", n)
	}
	s, err := store.Open(ctx, store.Config{URL: url, MaxConns: g.MaxConns, KeepConns: g.KeepConns, StatementTimeout: g.StatementTimeout, ConnWait: g.ConnWait})
	if err != nil {
		end()
		return nil, nil, err
	}
	return s, func() { s.Close(); end() }, nil
}

// migrateCmd changes the schema.
type migrateCmd struct {
	Action string `arg:"" enum:"up,down,status" default:"up" help:"up: apply what is missing; down: take the newest migration back, with its data; status: list them."`
}

// Run runs the command.
func (m *migrateCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	url, end, err := g.database(ctx)
	if err != nil {
		return err
	}
	defer end()
	switch m.Action {
	case "down":
		file, err := migrations.Down(ctx, url)
		if err == nil && file == "" {
			file = "nothing left to take back"
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "down:", file)
		return err
	case "status":
		list, err := migrations.List(ctx, url)
		if err != nil {
			return err
		}
		for _, s := range list {
			state := "missing"
			if s.Applied {
				state = "applied"
			}
			if _, err := fmt.Fprintf(out, "%-8s %s\n", state, s.File); err != nil {
				return err
			}
		}
		return nil
	default:
		n, err := migrations.Up(ctx, url)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "up: %d migrations applied\n", n)
		return err
	}
}
