package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// importListCmd lists imports.
type importListCmd struct {
	companyFlag `embed:""`

	Limit int `default:"50" help:"How many, newest first."`
}

// Run runs the command.
func (c *importListCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := db.Bulk().Imports(ctx, fleet.Viewer{CompanyID: company.ID, Role: fleet.RoleAdmin}, max(c.Limit, 1))
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tAT\tENTITY\tSOURCE\tFILE\tCREATED\tUPDATED\tREJECTED\tUNDONE")
	for _, e := range list {
		file, undone := "-", "-"
		if e.File != nil {
			file = *e.File
		}
		if e.UndoneAt != nil {
			undone = e.UndoneAt.UTC().Format(time.RFC3339)
		}
		_, _ = fmt.Fprintf(
			w,
			"%s\t%s\t%s\t%s\t%q\t%d\t%d\t%d\t%s\n",
			e.ID,
			e.At.UTC().Format(time.RFC3339),
			e.Entity,
			e.Source,
			file,
			e.Created,
			e.Updated,
			e.Rejected,
			undone,
		)
	}
	return w.Flush()
}

// importUndoCmd undoes an import.
type importUndoCmd struct {
	companyFlag `embed:""`

	ID string `arg:"" help:"Id of the import, as import list prints it."`
}

// Run runs the command.
func (c *importUndoCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	id, err := fleet.ParseUUID(c.ID)
	if err != nil {
		return fmt.Errorf("%s is not the id of an import: see import list", fleet.Quote(c.ID))
	}
	db, company, closeStore, err := c.open(ctx, g)
	if err != nil {
		return err
	}
	defer closeStore()
	e, err := ingest.Undo(ctx, db.Bulk(), fleet.Viewer{CompanyID: company.ID, Role: fleet.RoleAdmin}, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Undone: %d rows removed, %d restored.\n", e.Created, e.Updated)
	return err
}
