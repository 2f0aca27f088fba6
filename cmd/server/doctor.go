package main

import (
	"context"
	"fmt"
	"io"

	"bitcorp.dev/fleet/internal/app"
)

// doctorCmd examines an installation.
type doctorCmd struct {
	Instances int    `default:"1" help:"How many instances share the database."`
	PublicURL string `name:"public-url" env:"FLEET_PUBLIC_URL" help:"URL at which browsers find the server, to look at its certificate."`
}

// Run runs the command.
func (c *doctorCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	d := app.Doctor{PublicURL: c.PublicURL, Instances: c.Instances, Log: g.log}
	if g.URL == "" {
		d.Folder = g.DataDir
	}
	stop, err := g.startDatabase(ctx)
	if err != nil {
		return err
	}
	defer stop()
	d.Database = g.Database
	return app.Print(out, d.Examine(ctx))
}

// recountCmd makes the sums of dashboards anew.
type recountCmd struct{}

// Run runs the command.
func (*recountCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, closeStore, err := g.openStore(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if err := db.RecountEquipment(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the statistics of dashboards are those of the machines")
	return err
}
