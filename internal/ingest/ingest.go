package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Options say what to import and how.
type Options struct {
	Entity  Entity
	Mapping Mapping
	// DryRun does everything and keeps nothing.
	DryRun bool
	// SkipBad imports the good rows beside bad ones; without it one bad row
	// means that nothing is imported.
	SkipBad bool
	// WithoutSourceRef allows a mapping without sourceRef: the rows of every
	// run are added, also those of the run before.
	WithoutSourceRef bool
	// Rejects takes the bad rows, whole, with what is wrong; nil for nowhere.
	// Nothing is written to it when every row is good.
	Rejects io.Writer
	// Name is the file's name, which the history tells; "" if it has none.
	Name string
	// Progress hears of each row; nil for nobody.
	Progress func()
	// Fence announces the write to caches before it begins and returns what
	// tells them that it has ended; nil for no cache.
	Fence func(company fleet.UUID) (lower func())
}

// Report says what an import did.
type Report struct {
	Read, Created, Updated, Unchanged, Rejected int64
	MachinesCreated                             int64
	Kept                                        bool // false: nothing was kept, because of a dry run or of bad rows
	DryRun                                      bool
	Elapsed                                     time.Duration
}

// String says it in a sentence or two.
func (r Report) String() string {
	s := fmt.Sprintf("%d rows read: %d created, %d updated, %d unchanged, %d rejected", r.Read, r.Created, r.Updated, r.Unchanged, r.Rejected)
	if r.MachinesCreated > 0 {
		s += fmt.Sprintf("; %d machines made", r.MachinesCreated)
	}
	s += fmt.Sprintf(" (%s).", r.Elapsed.Round(time.Millisecond))
	switch {
	case r.DryRun:
		s += " Dry run: nothing was kept."
	case !r.Kept:
		s += " Nothing was imported, because of the rejected rows: mend them, or say --skip-bad."
	case !r.changed():
		s += " Nothing has changed."
	}
	return s
}

func (r Report) changed() bool { return r.Created+r.Updated+r.MachinesCreated > 0 }

// facts are what the history tells of the import.
func (r Report) facts(o Options) []fleet.Fact {
	entity := string(o.Entity)
	facts := []fleet.Fact{{Field: "entity", Value: &entity}}
	if o.Name != "" {
		facts = append(facts, fleet.Fact{Field: "file", Value: &o.Name})
	}
	for _, c := range []struct {
		field string
		n     int64
	}{{"read", r.Read}, {"created", r.Created}, {"updated", r.Updated}, {"unchanged", r.Unchanged}, {"rejected", r.Rejected}, {"machinesCreated", r.MachinesCreated}} {
		n := strconv.FormatInt(c.n, 10)
		facts = append(facts, fleet.Fact{Field: c.field, Value: &n})
	}
	return facts
}

// Run imports the rows of a CSV file for the viewer's company. Bad rows are
// counted in the report; the error is about the file as a whole, the mapping,
// or the database.
func Run(ctx context.Context, db *store.Bulk, v fleet.Viewer, o Options, file io.Reader) (Report, error) {
	began := time.Now()
	report := Report{DryRun: o.DryRun}
	if err := o.Mapping.check(o.Entity); err != nil {
		return report, err
	}
	if o.Mapping.Columns["sourceRef"] == "" && !o.WithoutSourceRef {
		return report, errors.New("no column is mapped to sourceRef, so a second import would add every row again: --map sourceRef=Column, or --without-source-ref if that is what you want")
	}
	in, err := newReader(file, &o.Mapping)
	if err != nil {
		return report, err
	}
	layout, err := o.Mapping.dateLayout()
	if err != nil {
		return report, err
	}
	c := &converter{reader: in, mapping: &o.Mapping, entity: o.Entity, layout: layout}
	if o.Fence != nil {
		defer o.Fence(v.CompanyID)()
	}
	rejects := newRejects(o.Rejects, in.header)
	err = db.Import(ctx, v, o.Entity.table(), func(i *store.Import) (bool, error) {
		if err := stage(ctx, i, c, o, rejects, &report); err != nil {
			return false, err
		}
		if err := resolve(ctx, i, c, &report); err != nil {
			return false, err
		}
		if err := i.Rejects(ctx, func(r store.Reject) error {
			return rejects.write(r.Raw, r.Line, bad{c.headerOf(r.Column), r.Value, r.Reason})
		}); err != nil {
			return false, err
		}
		report.Rejected = rejects.count
		if err := rejects.flush(); err != nil {
			return false, err
		}
		if report.Rejected > 0 && !o.SkipBad {
			report.MachinesCreated = 0
			return false, nil
		}
		var err error
		if report.Created, report.Updated, err = i.Write(ctx, c.filled()); err != nil {
			return false, err
		}
		report.Unchanged = report.Read - report.Rejected - report.Created - report.Updated
		if !report.changed() {
			return !o.DryRun, nil
		}
		return !o.DryRun, i.Tell(ctx, report.facts(o))
	})
	report.Kept = err == nil && !o.DryRun && (report.Rejected == 0 || o.SkipBad)
	report.Elapsed = time.Since(began)
	return report, err
}

// stage reads the file to its end; rows that are bad by themselves are rejected.
func stage(ctx context.Context, i *store.Import, c *converter, o Options, rejects *rejects, report *Report) error {
	return i.Stage(ctx, func() (store.StagedRow, bool, error) {
		for {
			row, line, wrong, err := c.next()
			if errors.Is(err, io.EOF) {
				return store.StagedRow{}, false, nil
			}
			if err != nil {
				return store.StagedRow{}, false, err
			}
			report.Read++
			if o.Progress != nil {
				o.Progress()
			}
			var staged store.StagedRow
			if wrong == nil {
				staged, wrong = c.convert(row, line)
			}
			if wrong == nil {
				return staged, true, nil
			}
			if err := rejects.write(row, line, *wrong); err != nil {
				return store.StagedRow{}, false, err
			}
		}
	})
}

// resolve finds what the rows refer to, and rejects what collides.
func resolve(ctx context.Context, i *store.Import, c *converter, report *Report) (err error) {
	if err := i.RejectDuplicates(ctx); err != nil {
		return err
	}
	switch c.entity {
	case Equipment:
		return i.ResolveUsers(ctx)
	case Maintenance:
		var category *string
		if c.mapping.CreateMissing {
			if category = &c.mapping.DefaultCategory; *category == "" {
				return errors.New("machines that are missing need a category: --default-category")
			}
		}
		report.MachinesCreated, err = i.ResolveEquipment(ctx, c.mapping.prefix(), category)
	}
	return err
}

// headerOf returns the file's header for a column of the table.
func (c *converter) headerOf(column string) string {
	if column == "source_ref" {
		return c.name["sourceRef"]
	}
	for _, r := range rules[c.entity] {
		if r.column == column {
			return c.name[r.field]
		}
	}
	return column
}
