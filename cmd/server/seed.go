package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/seed"
)

// seedCmd generates a fleet.
type seedCmd struct {
	Company   string    `required:"" placeholder:"NAME" help:"Company to fill: created, or taken if it has neither equipment nor operators."`
	Equipment int       `default:"1000" help:"Machines to generate."`
	Operators int       `default:"100" help:"Operators to generate."`
	Records   int       `default:"10000" help:"Maintenance records to generate, exactly."`
	Seed      uint64    `default:"1" help:"The same seed, company, sizes and --now give the same rows, keys included."`
	Now       time.Time `format:"2006-01-02" placeholder:"YYYY-MM-DD" help:"Day (UTC) on which the data ends; today if not given."`
}

// Run runs the command.
func (c *seedCmd) Run(ctx context.Context, g *globals, out io.Writer) error {
	if c.Now.IsZero() {
		c.Now = time.Now()
	}
	params := seed.Params{
		Company:   c.Company,
		Equipment: c.Equipment,
		Operators: c.Operators,
		Records:   c.Records,
		Seed:      c.Seed,
		Now:       c.Now,
	}
	if err := params.Check(); err != nil {
		return err // before a database is started for it
	}
	db, closeStore, err := g.openStore(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	began := time.Now()
	var p progress
	committed := false
	hooks := seed.Hooks{AfterCommit: func(company fleet.UUID) {
		committed = true
		p.end()
		g.log.Debug("fleet committed, vacuum follows", "company", company)
	}}
	if term.IsTerminal(int(os.Stderr.Fd())) { //nolint:gosec // a file descriptor is small
		hooks.Row = p.row
	}
	made, err := seed.Run(ctx, db.Bulk(), params, hooks)
	p.end()
	if errors.Is(err, context.Canceled) {
		if !committed {
			return errors.New("interrupted: nothing was written")
		}
		return fmt.Errorf("interrupted while vacuuming: %s is complete, PostgreSQL will vacuum in its own time", c.Company)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(
		out,
		`%s (%s) has %d machines, %d maintenance records, %d operators,
%d assignments, %d meter readings, %d sites, %d papers and %d users; its first manager is %s.
Took %s.
`,
		c.Company,
		made.Company,
		made.Equipment,
		made.MaintenanceRecords,
		made.Operators,
		made.Assignments,
		made.MeterReadings,
		made.Sites,
		made.Papers,
		made.Users,
		made.Manager,
		time.Since(began).Round(10*time.Millisecond),
	)
	return err
}

// progress draws a bar per table on standard error.
type progress struct {
	bar   *progressbar.ProgressBar
	table string
	rows  int // not drawn yet
}

// drawEvery is how many rows pass between two looks at the clock.
const drawEvery = 500

func (p *progress) row(table string, of int) {
	if table != p.table {
		p.end()
		p.table = table
		p.bar = progressbar.NewOptions(of,
			progressbar.OptionSetWriter(os.Stderr),
			progressbar.OptionSetDescription(fmt.Sprintf("%-20s", table)),
			progressbar.OptionShowCount(),
			progressbar.OptionShowIts(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionOnCompletion(func() { _, _ = fmt.Fprintln(os.Stderr) }))
	}
	if p.rows++; p.rows == drawEvery {
		_ = p.bar.Add(p.rows) // a bar that cannot be drawn stops nothing
		p.rows = 0
	}
}

// end draws what is left of the table.
func (p *progress) end() {
	if p.bar != nil {
		if _ = p.bar.Add(p.rows); !p.bar.IsFinished() {
			_ = p.bar.Exit() // stopped half-way: leave the line
		}
	}
	*p = progress{}
}
