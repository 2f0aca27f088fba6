package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
)

// importCmd brings a CSV file in.
type importCmd struct {
	Entity           string                           `arg:"" enum:"equipment,operators,maintenance" help:"What the rows are: equipment, operators or maintenance."`
	File             *os.File                         `arg:"" help:"CSV file with a header; - for standard input."`
	Company          string                           `required:"" placeholder:"NAME" help:"Company that gets the rows."`
	CreateCompany    bool                             `help:"Make the company if it is not there."`
	Mapping          string                           `placeholder:"FILE" help:"Mapping file, or the name of a shipped mapping; flags win over it."`
	Map              map[string]string                `mapsep:"," placeholder:"field=Column,…" help:"Which column is which field."`
	KindMap          map[string]fleet.MaintenanceKind `mapsep:"," placeholder:"PM01=CORRECTIVE,…" help:"Which kind of maintenance a source's kind is; * stands for all others."`
	Delimiter        string                           `placeholder:"," help:"Character between values."`
	Encoding         string                           `placeholder:"utf-8" help:"utf-8 or latin1."`
	DateFormat       string                           `placeholder:"YYYY-MM-DD" help:"How days are written, such as DD.MM.YYYY."`
	DecimalComma     bool                             `help:"Numbers are written 1234,50."`
	Thousands        string                           `help:"Character that separates thousands in numbers."`
	DefaultCategory  string                           `placeholder:"TEXT" help:"Category of machines without one."`
	Source           string                           `placeholder:"NAME" help:"Name of the source system, which keeps equal references of two systems apart."`
	CreateMissing    bool                             `help:"Make the machines that maintenance rows name and the fleet has not."`
	WithoutSourceRef bool                             `help:"Import rows that have no reference; a second import adds them again."`
	DryRun           bool                             `help:"Check everything, keep nothing."`
	SkipBad          bool                             `help:"Import the good rows beside bad ones; without it one bad row stops all."`
	Rejects          string                           `placeholder:"FILE" help:"Where bad rows go (default: the file's name with .rejects.csv)."`
}

// mapping returns the mapping file's settings with the flags over them.
func (c *importCmd) mapping() (ingest.Mapping, error) {
	var m ingest.Mapping
	if c.Mapping != "" {
		var err error
		if m, err = ingest.LoadMapping(c.Mapping); err != nil {
			return m, err
		}
	}
	if m.Columns == nil {
		m.Columns = map[string]string{}
	}
	if m.Kinds == nil {
		m.Kinds = map[string]fleet.MaintenanceKind{}
	}
	for field, column := range c.Map {
		m.Columns[field] = column
	}
	for code, kind := range c.KindMap {
		m.Kinds[code] = kind
	}
	for flag, setting := range map[*string]*string{&c.Delimiter: &m.Delimiter, &c.Encoding: &m.Encoding, &c.DateFormat: &m.DateFormat,
		&c.Thousands: &m.Thousands, &c.DefaultCategory: &m.DefaultCategory, &c.Source: &m.Source} {
		if *flag != "" {
			*setting = *flag
		}
	}
	m.DecimalComma = m.DecimalComma || c.DecimalComma
	m.CreateMissing = m.CreateMissing || c.CreateMissing
	return m, nil
}

// Run runs the command.
func (c *importCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	defer func() { _ = c.File.Close() }() // only read
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	db, closeStore, err := g.openStore(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	company, err := db.Identity().CompanyByName(ctx, c.Company)
	if fleet.CodeOf(err) == fleet.NotFound && c.CreateCompany {
		company, err = db.Identity().CreateCompany(ctx, c.Company)
	}
	if err != nil {
		return err
	}
	rejects := &lateFile{name: c.Rejects}
	if rejects.name == "" {
		rejects.name = c.File.Name() + ".rejects.csv"
	}
	o := ingest.Options{Entity: ingest.Entity(c.Entity), Mapping: mapping, DryRun: c.DryRun, SkipBad: c.SkipBad,
		WithoutSourceRef: c.WithoutSourceRef, Rejects: rejects, Name: filepath.Base(c.File.Name())}
	var bar *progressbar.ProgressBar
	if term.IsTerminal(int(os.Stderr.Fd())) { //nolint:gosec // a file descriptor is small
		bar = progressbar.Default(-1, "importing")
		o.Progress = func() { _ = bar.Add(1) } // a bar that cannot be drawn is no reason to stop
	}
	report, err := ingest.Run(ctx, db.Bulk(), fleet.Viewer{CompanyID: company.ID, Role: fleet.RoleAdmin}, o, c.File)
	if bar != nil {
		_ = bar.Finish()
	}
	if closeErr := rejects.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	if report.Rejected > 0 {
		_, _ = fmt.Fprintf(out, "Rejected rows, with the reason of each: %s\n", rejects.name)
	}
	if _, err := fmt.Fprintln(out, report); err != nil {
		return err
	}
	if !report.Kept && !report.DryRun {
		return fmt.Errorf("%d bad rows: nothing was imported", report.Rejected)
	}
	return nil
}

// lateFile is a file that is made by the first write to it. It is written under another name and renamed when
// it is whole, so that a link of its name, which every account with access to the folder can make, is replaced
// and not followed. Its rows are the company's: only its owner may read it.
type lateFile struct {
	name string
	file *os.File
	temp string // its name until close; "" for what is no regular file, such as /dev/stdout
}

func (l *lateFile) Write(b []byte) (int, error) {
	if l.file == nil {
		if err := l.open(); err != nil {
			return 0, err
		}
	}
	return l.file.Write(b)
}

func (l *lateFile) open() (err error) {
	if info, err := os.Stat(l.name); err == nil && !info.Mode().IsRegular() {
		l.file, err = os.OpenFile(l.name, os.O_WRONLY, 0)
		return err
	}
	if l.file, err = os.CreateTemp(filepath.Dir(l.name), ".rejects-*.csv"); err == nil {
		l.temp = l.file.Name()
	}
	return err
}

func (l *lateFile) close() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	if l.temp == "" {
		return err
	}
	if err == nil {
		err = os.Rename(l.temp, l.name)
	}
	if err != nil {
		_ = os.Remove(l.temp)
	}
	return err
}
