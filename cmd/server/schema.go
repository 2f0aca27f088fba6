package main

import (
	"fmt"
	"io"

	"github.com/vektah/gqlparser/v2/formatter"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/app"
)

// schemaCmd prints the schema.
type schemaCmd struct{}

// Run runs the command.
func (schemaCmd) Run(out io.Writer) error {
	formatter.NewFormatter(out, formatter.WithIndent("  ")).FormatSchema(graph.Schema())
	return nil
}

// versionCmd prints the version.
type versionCmd struct{}

// version and commit are set by the linker (make build).
var (
	version = "dev"
	commit  = ""
)

// Run runs the command.
func (versionCmd) Run(out io.Writer) error {
	b := app.ReadBuild(version, commit)
	_, err := fmt.Fprintf(out, "fleet %s, commit %s (%s)\n", b.Version, b.Commit, b.Go)
	return err
}
