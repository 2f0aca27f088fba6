package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/migrations"
)

// globals are the settings of every command.
type globals struct {
	app.Database `embed:""`

	DataDir  string     `env:"FLEET_DATA_DIR" default:".data" help:"Folder of the private PostgreSQL."`
	PGBin    string     `name:"pg-bin" env:"FLEET_PG_BIN" help:"Folder with the programs postgres and initdb for the private PostgreSQL; searched for if not given."`
	LogLevel slog.Level `env:"FLEET_LOG_LEVEL" default:"INFO" help:"DEBUG, INFO, WARN or ERROR."`

	log *slog.Logger
}

// stopTimeout is how long the private PostgreSQL may take to stop in order.
const stopTimeout = 4 * time.Second

// startDatabase starts the private PostgreSQL unless the URL of a database is
// given, and sets the URL. stop ends what was started.
func (g *globals) startDatabase(ctx context.Context) (stop func(), err error) {
	if g.URL != "" {
		return func() {}, nil
	}
	pg, err := localpg.Start(ctx, localpg.Options{
		Dir: g.DataDir, BinDir: g.PGBin, Restart: true, Log: g.log,
	})
	if err != nil {
		return nil, err
	}
	g.URL = pg.URL()
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := pg.Stop(ctx); err != nil {
			g.log.Error("stop the private PostgreSQL", "error", err)
		}
	}, nil
}

// openStore returns a store on a database with the newest schema. closeStore
// closes it and stops the private PostgreSQL if there is one. A private PostgreSQL
// that a server runs already is used with it.
func (g *globals) openStore(ctx context.Context) (db *store.DB, closeStore func(), err error) {
	stop, err := g.startDatabase(ctx)
	if errors.Is(err, localpg.ErrInUse) {
		url, notRunning := localpg.Running(ctx, g.DataDir)
		if notRunning != nil {
			return nil, nil, fmt.Errorf("%w; the running one cannot be used: %w", err, notRunning)
		}
		g.log.Info("using the private PostgreSQL of the server that runs", "dir", g.DataDir)
		g.URL, stop, err = url, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	db, err = app.OpenStore(ctx, g.Database, g.log)
	if err != nil {
		stop()
		return nil, nil, err
	}
	return db, func() { db.Close(); stop() }, nil
}

// migrateCmd changes the schema.
type migrateCmd struct {
	Action string `arg:"" enum:"up,down,status" default:"up" help:"up: apply what is missing; down: take the newest migration back, with its data; status: list them."`
}

// Run runs the command.
func (m *migrateCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	stop, err := g.startDatabase(ctx)
	if err != nil {
		return err
	}
	defer stop()
	switch m.Action {
	case "down":
		file, err := migrations.Down(ctx, g.URL)
		if err == nil && file == "" {
			file = "nothing left to take back"
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, "down:", file)
		return err
	case "status":
		list, err := migrations.List(ctx, g.URL)
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
		n, err := migrations.Up(ctx, g.URL)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "up: %d migrations applied\n", n)
		return err
	}
}
