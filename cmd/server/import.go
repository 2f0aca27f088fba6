package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/ingest"
	"bitcorp.dev/fleet/internal/store"
)

// importCmd brings files in.
type importCmd struct {
	Equipment   importEquipmentCmd   `cmd:"" help:"Import machines."`
	Operators   importOperatorsCmd   `cmd:"" help:"Import operators."`
	Sites       importSitesCmd       `cmd:"" help:"Import sites."`
	Papers      importPapersCmd      `cmd:"" help:"Import papers of machines and operators: inspections, insurances, licences."`
	Maintenance importMaintenanceCmd `cmd:"" help:"Import maintenance records."`
	List        importListCmd        `cmd:"" help:"List the imports of a company that have changed something."`
	Undo        importUndoCmd        `cmd:"" help:"Remove what an import has made, and restore what it has changed."`
	Inspect     importInspectCmd     `cmd:"" help:"Show how a file is written and what its columns hold, and propose a mapping."`
	Template    importTemplateCmd    `cmd:"" help:"Print a CSV file with all fields of an entity and a row of examples."`
}

type importEquipmentCmd struct {
	importFlags `embed:""`
}

// Help lists the fields.
func (*importEquipmentCmd) Help() string { return ingest.Help(ingest.Equipment) }

// Run runs the command.
func (c *importEquipmentCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return c.run(ctx, g, out, ingest.Equipment)
}

type importOperatorsCmd struct {
	importFlags `embed:""`
}

// Help lists the fields.
func (*importOperatorsCmd) Help() string { return ingest.Help(ingest.Operators) }

// Run runs the command.
func (c *importOperatorsCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return c.run(ctx, g, out, ingest.Operators)
}

type importSitesCmd struct {
	importFlags `embed:""`
}

// Help lists the fields.
func (*importSitesCmd) Help() string { return ingest.Help(ingest.Sites) }

// Run runs the command.
func (c *importSitesCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return c.run(ctx, g, out, ingest.Sites)
}

type importPapersCmd struct {
	importFlags `embed:""`
}

// Help lists the fields.
func (*importPapersCmd) Help() string { return ingest.Help(ingest.Papers) }

// Run runs the command.
func (c *importPapersCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return c.run(ctx, g, out, ingest.Papers)
}

type importMaintenanceCmd struct {
	importFlags `embed:""`
}

// Help lists the fields.
func (*importMaintenanceCmd) Help() string { return ingest.Help(ingest.Maintenance) }

// Run runs the command.
func (c *importMaintenanceCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	return c.run(ctx, g, out, ingest.Maintenance)
}

// importTemplateCmd prints a file to fill in.
type importTemplateCmd struct {
	Entity string `arg:"" enum:"equipment,operators,sites,papers,maintenance" help:"equipment, operators, sites, papers or maintenance."`
}

// Run runs the command.
func (c *importTemplateCmd) Run(out io.Writer) error {
	return ingest.Template(out, ingest.Entity(c.Entity))
}

// importFlags say what to import and how.
type importFlags struct {
	File             *os.File          `arg:"" help:"CSV file with a header, or Excel workbook (.xlsx); - for standard input."`
	Company          string            `required:"" placeholder:"NAME" help:"Company that gets the rows."`
	CreateCompany    bool              `help:"Make the company if it is not there; it is kept only if the import is."`
	Mapping          string            `placeholder:"FILE" help:"Mapping file, or the name of a shipped mapping; flags win over it."`
	Map              map[string]string `mapsep:"," placeholder:"field=Column,…" help:"Which column is which field."`
	Set              map[string]string `mapsep:"none" placeholder:"field=Value" help:"Value of a field that no column has, or that is empty in a row; may be repeated."`
	KindMap          map[string]string `mapsep:"," placeholder:"PM01=CORRECTIVE,…" help:"Which kind of maintenance or paper a source's kind is, in any case; * stands for all others."`
	StatusMap        map[string]string `mapsep:"," placeholder:"Closed=COMPLETED,…" help:"Which status a source's word is, in any case; * stands for all others."`
	Empty            []string          `placeholder:"N/A,-,…" help:"Texts that stand for no value."`
	Delimiter        string            `placeholder:";" help:"Character between values; found out if not given."`
	Encoding         string            `placeholder:"utf-8" help:"utf-8, utf-16, windows-1252 or latin1; found out if not given. A byte order mark wins."`
	HeaderLine       int               `placeholder:"N" help:"Line of the header; the first that has all mapped columns if not given."`
	Sheet            string            `placeholder:"NAME" help:"Sheet of a workbook; the first visible one if not given."`
	DateFormat       string            `placeholder:"DD.MM.YYYY" help:"How days and moments are written."`
	FieldDateFormat  map[string]string `mapsep:"none" placeholder:"field=FORMAT" help:"How those of one field are written; may be repeated."`
	TimeZone         string            `placeholder:"America/La_Paz" help:"Zone of times without one; the company's if not given."`
	DecimalComma     bool              `help:"Numbers are written 1234,50."`
	Thousands        string            `placeholder:"." help:"Character that separates thousands in numbers; a space stands for no-break spaces too."`
	Round            bool              `help:"Round amounts to cents and hours to tenths, in place of rejecting more digits."`
	DefaultCategory  string            `placeholder:"TEXT" help:"Category of machines without one."`
	Source           string            `placeholder:"NAME" help:"Name of the source system, which keeps equal references of two systems apart."`
	CreateMissing    bool              `help:"Make the machines that maintenance rows name and the fleet has not."`
	CreateOnly       bool              `help:"Leave rows that exist as they are."`
	Overwrite        bool              `help:"Write the file's values over what was changed in the fleet since the last import; without it such rows are rejected."`
	WithoutSourceRef bool              `help:"Import rows that have no reference; a second import adds them again."`
	DryRun           bool              `help:"Check everything, show the first rows, keep nothing. The exit status is 1 if rows are bad."`
	SkipBad          bool              `help:"Import the good rows beside bad ones; without it one bad row stops all."`
	Rejects          string            `placeholder:"FILE" help:"Where bad rows go (default: the file's name with .rejects.csv; a dry run shows the first)."`
}

// mapping returns the mapping file's settings with the flags over them.
func (c *importFlags) mapping() (ingest.Mapping, error) {
	var m ingest.Mapping
	if c.Mapping != "" {
		var err error
		if m, err = ingest.LoadMapping(c.Mapping); err != nil {
			return m, err
		}
	}
	m.Columns, m.Constants = over(m.Columns, c.Map), over(m.Constants, c.Set)
	m.Kinds, m.Statuses = over(m.Kinds, c.KindMap), over(m.Statuses, c.StatusMap)
	m.DateFormats = over(m.DateFormats, c.FieldDateFormat)
	for setting, flag := range map[*string]string{&m.Delimiter: c.Delimiter, &m.Encoding: c.Encoding, &m.Sheet: c.Sheet,
		&m.DateFormat: c.DateFormat, &m.TimeZone: c.TimeZone, &m.Thousands: c.Thousands,
		&m.DefaultCategory: c.DefaultCategory, &m.Source: c.Source} {
		*setting = cmp.Or(flag, *setting)
	}
	m.HeaderLine = cmp.Or(c.HeaderLine, m.HeaderLine)
	m.Empty = append(m.Empty, c.Empty...)
	m.DecimalComma = m.DecimalComma || c.DecimalComma
	m.Round = m.Round || c.Round
	m.CreateMissing = m.CreateMissing || c.CreateMissing
	return m, nil
}

// over returns a mapping file's entries with those of a flag over them.
func over[T any](file, flag map[string]T) map[string]T {
	all := make(map[string]T, len(file)+len(flag))
	maps.Copy(all, file)
	maps.Copy(all, flag)
	return all
}

func (c *importFlags) run(ctx context.Context, g *globals, out io.Writer, entity ingest.Entity) error {
	defer func() { _ = c.File.Close() }() // only read
	mapping, err := c.mapping()
	if err != nil {
		return err
	}
	rejects, err := c.rejects()
	if err != nil {
		return err
	}
	db, closeStore, err := g.openStore(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	o := ingest.Options{
		Entity:           entity,
		Mapping:          mapping,
		DryRun:           c.DryRun,
		SkipBad:          c.SkipBad,
		WithoutSourceRef: c.WithoutSourceRef,
		CreateOnly:       c.CreateOnly,
		Overwrite:        c.Overwrite,
		Name:             filepath.Base(c.File.Name()),
		Waiting:          func() { g.log.Warn("another import of this company is running: waiting for its end") },
	}
	if rejects != nil {
		o.Rejects = rejects
	}
	company, err := db.Identity().CompanyByName(ctx, c.Company)
	if fleet.CodeOf(err) == fleet.NotFound && c.CreateCompany {
		o.NewCompany, err = c.Company, nil
	}
	if err != nil {
		return err
	}
	report, err := importFile(ctx, db, fleet.Viewer{CompanyID: company.ID, Role: fleet.RoleAdmin}, o, c.File)
	if rejects != nil {
		if closeErr := rejects.close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return interruption{"nothing was imported"}
		}
		return err
	}
	return c.tell(out, report, rejects)
}

// importFile imports the file, with a bar on a terminal.
func importFile(ctx context.Context, db *store.DB, v fleet.Viewer, o ingest.Options,
	file io.Reader) (ingest.Report, error) {
	if term.IsTerminal(int(os.Stderr.Fd())) { //nolint:gosec // a file descriptor is small
		bar := progressbar.Default(-1, "importing")
		o.Progress = func() { _ = bar.Add(1) } // a bar that cannot be drawn is no reason to stop
		defer func() { _ = bar.Finish() }()
	}
	return ingest.Run(ctx, db.Bulk(), v, o, file)
}

// tell prints what has become of the file, and returns an error if bad rows have stopped it.
func (c *importFlags) tell(out io.Writer, report ingest.Report, rejects *lateFile) error {
	lines := []any{"Read as " + report.Format.String() + "."}
	for _, row := range report.Samples {
		lines = append(lines, row)
	}
	if report.Rejected > 0 && rejects == nil {
		for _, reason := range report.Reasons {
			lines = append(lines, reason)
		}
	}
	if report.Rejected > 0 && rejects != nil {
		lines = append(lines, "Rejected rows, with the reason of each: "+rejects.name)
	}
	if report.Shielded > 0 {
		lines = append(lines, fmt.Sprintf("%d rejected values that a spreadsheet would take for formulas have an "+
			"apostrophe before them there", report.Shielded))
	}
	if first := c.File.Name() + ".rejects.csv"; report.Rejected == 0 && c.Rejects == "" && exists(first) {
		lines = append(lines, "Rejected rows of an earlier run are still in "+first)
	}
	for _, line := range append(lines, report) {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	switch {
	case report.DryRun && report.Rejected > 0 && !c.SkipBad:
		return fmt.Errorf("%d bad rows", report.Rejected)
	case !report.Kept && !report.DryRun:
		return fmt.Errorf("%d bad rows: nothing was imported", report.Rejected)
	default:
		return nil
	}
}

// rejects returns the file that bad rows go to; nil for a dry run that names none. A file of rejects that is there, and may
// have been corrected by now, is replaced only if its name is given.
func (c *importFlags) rejects() (*lateFile, error) {
	if c.Rejects == "" && c.DryRun {
		return nil, nil //nolint:nilnil // none is wanted
	}
	name := c.Rejects
	if name == "" {
		base := c.File.Name()
		if c.File == os.Stdin {
			base = "stdin"
		}
		name = base + ".rejects.csv"
		for n := 2; exists(name); n++ {
			name = fmt.Sprintf("%s.rejects-%d.csv", base, n)
		}
		return &lateFile{name: name}, nil
	}
	source, err := c.File.Stat()
	if err != nil {
		return nil, err
	}
	if target, err := os.Stat(name); err == nil && os.SameFile(source, target) {
		return nil, errors.New("--rejects names the file that is imported")
	}
	return &lateFile{name: name}, nil
}

// exists reports whether a name is that of a regular file.
func exists(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.Mode().IsRegular()
}

// interruption is the end of a command by a signal.
type interruption struct{ outcome string }

func (i interruption) Error() string { return "interrupted: " + i.outcome }
