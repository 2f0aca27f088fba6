package main

import (
	"fmt"
	"io"
	"runtime/debug"

	"github.com/vektah/gqlparser/v2/formatter"

	"bitcorp.dev/fleet/graph"
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

// version is set by the linker (make build).
var version = "dev"

// Run runs the command.
func (versionCmd) Run(out io.Writer) error {
	goVersion := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = info.GoVersion
	}
	_, err := fmt.Fprintf(out, "fleet %s (%s)\n", version, goVersion)
	return err
}
