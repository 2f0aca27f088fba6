package main

import (
	"fmt"
	"io"
	"os"

	"bitcorp.dev/fleet/internal/ingest"
)

// importInspectCmd shows what a file holds.
type importInspectCmd struct {
	File   *os.File `arg:"" help:"CSV file with a header, or Excel workbook (.xlsx); - for standard input."`
	As     string   `enum:"equipment,operators,sites,papers,maintenance" default:"maintenance" help:"What the rows are: equipment, operators, sites, papers or maintenance."`
	Sheet  string   `placeholder:"NAME" help:"Sheet of a workbook; the first visible one if not given."`
	Output string   `short:"o" placeholder:"FILE" help:"Where the proposed mapping is written, for import --mapping; a file that is there is not replaced."`
}

// Run runs the command.
func (c *importInspectCmd) Run(out io.Writer) error {
	defer func() { _ = c.File.Close() }() // only read
	found, err := ingest.Inspect(c.File, ingest.Entity(c.As), ingest.Mapping{Sheet: c.Sheet})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(out, found); err != nil {
		return err
	}
	if c.Output == "" {
		return nil
	}
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the mapping: %w", err)
	}
	if err := found.WriteMapping(file); err != nil {
		_ = file.Close()
		return fmt.Errorf("write the mapping: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("write the mapping: %w", err)
	}
	_, err = fmt.Fprintf(out, "\nThe mapping is in %s: check it, then import with --mapping %s.\n", c.Output, c.Output)
	return err
}
