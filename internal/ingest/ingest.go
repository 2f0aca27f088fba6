package ingest

import (
	"context"
	"errors"
	"io"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Options say what to import and how.
type Options struct {
	Entity  Entity
	Mapping Mapping
	// DryRun does everything but rolls back at the end.
	DryRun bool
	// SkipBad imports the good rows even if there are bad ones. Without it one bad row means that nothing is imported.
	SkipBad bool
	// WithoutSourceRef allows a mapping without sourceRef. Every run then adds all rows, including those of earlier runs.
	WithoutSourceRef bool
	// Rejects receives the rejected rows with their reasons; nil discards them. Nothing is written to it when every
	// row is good.
	Rejects io.Writer
	// Name is the file's name for the history; "" if it has none.
	Name string
	// Progress, if not nil, is called for each row.
	Progress func()
	// Fence announces the write to caches before it begins and returns a function that announces its end; nil if there
	// is no cache.
	Fence func(company fleet.UUID) (lower func())
}

// Run imports the rows of a CSV file for the viewer's company. Rejected rows are counted in the report; the error is
// about the file as a whole, the mapping, or the database.
func Run(ctx context.Context, db *store.Bulk, v fleet.Viewer, o Options, file io.Reader) (Report, error) {
	began := time.Now()
	report := Report{DryRun: o.DryRun}
	if err := o.Mapping.normalize(o.Entity); err != nil {
		return report, err
	}
	if o.Mapping.Columns[sourceRef] == "" && !o.WithoutSourceRef {
		return report, errors.New("no column is mapped to sourceRef, so a second import would add every row again: " +
			"use --map sourceRef=Column, or --without-source-ref to accept that")
	}
	in, err := newReader(file, &o.Mapping)
	if err != nil {
		return report, err
	}
	c, err := newConverter(in, &o.Mapping, o.Entity)
	if err != nil {
		return report, err
	}
	if o.Fence != nil {
		defer o.Fence(v.CompanyID)()
	}
	rejects := newRejectWriter(o.Rejects, in.header)
	err = db.Import(ctx, v, c.table, func(i *store.Import) (commit bool, err error) {
		return importRows(ctx, i, c, o, rejects, &report)
	})
	report.Kept = err == nil && !o.DryRun && (report.Rejected == 0 || o.SkipBad)
	report.Elapsed = time.Since(began)
	return report, err
}

// importRows stages the file's rows, resolves their references and writes them. It reports whether to commit.
func importRows(ctx context.Context, i *store.Import, c *converter, o Options, rejects *rejectWriter,
	report *Report) (commit bool, err error) {
	if c.now, err = i.LocalTime(ctx); err != nil {
		return false, err
	}
	if err := stage(ctx, i, c, o, rejects, report); err != nil {
		return false, err
	}
	if err := resolve(ctx, i, c, report); err != nil {
		return false, err
	}
	if err := i.Rejects(ctx, func(r store.Reject) error {
		return rejects.write(r.Raw, r.Line, rejection{c.headerOf(r.Column), r.Value, r.Reason})
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
	if report.Created, report.Updated, err = i.Write(ctx, c.filled()); err != nil {
		return false, err
	}
	switch c.entity {
	case Maintenance:
		report.MachinesFollowed, err = i.FollowWork(ctx)
	case Equipment:
		report.MachinesFollowed, err = i.FollowStatus(ctx)
	}
	if err != nil {
		return false, err
	}
	report.Unchanged = report.Read - report.Rejected - report.Created - report.Updated
	if !report.changed() {
		return !o.DryRun, nil
	}
	return !o.DryRun, i.RecordHistory(ctx, report.facts(o))
}

// stage reads the file to its end and rejects rows that are bad by themselves.
func stage(ctx context.Context, i *store.Import, c *converter, o Options, rejects *rejectWriter, report *Report) error {
	return i.Stage(ctx, func() (store.StagedRow, bool, error) {
		for {
			row, line, rejected, err := c.next()
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
			if rejected == nil {
				staged, rejected = c.convert(row, line)
			}
			if rejected == nil {
				return staged, true, nil
			}
			if err := rejects.write(row, line, *rejected); err != nil {
				return store.StagedRow{}, false, err
			}
		}
	})
}

// resolve replaces what the rows refer to by keys and rejects rows that conflict.
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
				return errors.New("missing machines need a category: use --default-category")
			}
		}
		report.MachinesCreated, err = i.ResolveEquipment(ctx, c.mapping.prefix(), category)
	}
	return err
}
