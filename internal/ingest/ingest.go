package ingest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Options say what to import and how.
type Options struct {
	Entity  Entity
	Mapping Mapping
	// DryRun does everything but rolls back at the end. Its counts are those of an import with SkipBad.
	DryRun bool
	// SkipBad imports the good rows even if there are bad ones. Without it one bad row means that nothing is imported.
	SkipBad bool
	// CreateOnly leaves rows that exist as they are.
	CreateOnly bool
	// Overwrite writes the values of the file over what was changed in the fleet since the last import.
	Overwrite bool
	// WithoutSourceRef allows a mapping without sourceRef. Every run then adds all rows, including those of earlier runs.
	WithoutSourceRef bool
	// NewCompany makes a company of this name, in place of the viewer's, that is kept only if the import is.
	NewCompany string
	// Rejects receives the rejected rows with their reasons; nil discards them. Nothing is written to it when every
	// row is good.
	Rejects io.Writer
	// Name is the file's name for the history; "" if it has none.
	Name string
	// Progress, if not nil, is called for each row.
	Progress func()
	// Waiting, if not nil, is called if another import of the company keeps this one waiting.
	Waiting func()
	// Fence announces the write to caches before it begins and returns a function that announces its end; nil if there
	// is no cache.
	Fence func(company fleet.UUID) (lower func())
}

// Run imports the rows of a file for the viewer's company: CSV, or a sheet of an Excel workbook. Rejected rows are counted
// in the report; the error is about the file as a whole, the mapping, or the database.
func Run(ctx context.Context, db *store.Bulk, v fleet.Viewer, o Options, file io.Reader) (report Report, err error) {
	began := time.Now()
	report = Report{DryRun: o.DryRun}
	if err := o.Mapping.normalize(o.Entity); err != nil {
		return report, err
	}
	if o.Mapping.Columns[sourceRef] == "" && o.Mapping.Columns[fleetID] == "" && !o.WithoutSourceRef {
		return report, errors.New("no column is mapped to sourceRef, so a second import would add every row again: " +
			"use --map sourceRef=Column, or sourceRef=A+B for several, or --without-source-ref to accept that")
	}
	content := sha256.New()
	if regular, size := asFile(file); regular == nil {
		file = io.TeeReader(file, content)
	} else if _, err := io.Copy(content, io.NewSectionReader(regular, 0, size)); err != nil {
		return report, fmt.Errorf("read the file: %w", err)
	}
	in, err := newReader(file, &o.Mapping, o.Entity)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, in.close()) }()
	report.Format = in.format
	c, err := newConverter(in, &o.Mapping, o.Entity)
	if err != nil {
		return report, err
	}
	c.overwrite, c.addsAll, c.content = o.Overwrite, o.WithoutSourceRef, content
	if o.Fence != nil {
		defer o.Fence(v.CompanyID)()
	}
	rejects := newRejectWriter(o.Rejects, in)
	err = db.Import(ctx, v, c.table, o.Waiting, func(i *store.Import) (commit bool, err error) {
		if o.NewCompany != "" {
			if err := i.CreateCompany(ctx, o.NewCompany); err != nil {
				return false, err
			}
		}
		return importRows(ctx, i, c, o, rejects, &report)
	})
	report.Kept = err == nil && !o.DryRun && (report.Rejected == 0 || o.SkipBad)
	report.Shielded, report.Reasons = rejects.shielded, rejects.reasons
	report.Elapsed = time.Since(began)
	return report, err
}

// importRows stages the file's rows, resolves their references and writes them. It reports whether to commit.
func importRows(ctx context.Context, i *store.Import, c *converter, o Options, rejects *rejectWriter,
	report *Report) (commit bool, err error) {
	now, err := i.LocalTime(ctx)
	if err != nil {
		return false, err
	}
	c.begin(now)
	if err := stage(ctx, i, c, o, rejects, report); err != nil {
		return false, err
	}
	var name *string
	if o.Name != "" {
		name = &o.Name
	}
	if err := i.Begin(ctx, string(o.Entity), o.Mapping.Source, name, c.content.Sum(nil)); err != nil {
		return false, err
	}
	if err := change(ctx, i, c, o, report); err != nil {
		return false, err
	}
	if err := i.Rejects(ctx, func(r store.Reject) error {
		row, column := textCells(r.Raw), c.headerOf(r.Column)
		if r.Value == "" {
			r.Value = c.valueOf(row, r.Column)
		}
		return rejects.write(row, r.Line, rejection{column, r.Value, r.Reason})
	}); err != nil {
		return false, err
	}
	report.Rejected = rejects.count
	if err := rejects.flush(); err != nil {
		return false, err
	}
	if report.Rejected > 0 && !o.SkipBad && !o.DryRun {
		report.MachinesCreated, report.Updated = 0, 0
		return false, nil
	}
	if report.Created, report.Deleted, err = i.Insert(ctx); err != nil {
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
	if err := i.End(ctx, report.Created, report.Updated, report.Rejected); err != nil {
		return false, err
	}
	report.Unchanged = report.Read - report.Rejected - report.Created - report.Updated - report.Deleted
	if !report.changed() {
		return !o.DryRun, nil
	}
	return !o.DryRun, i.RecordHistory(ctx, report.facts(o))
}

// samples is how many rows a dry run shows.
const samples = 5

// stage reads the file to its end and rejects rows that are bad by themselves.
func stage(ctx context.Context, i *store.Import, c *converter, o Options, rejects *rejectWriter, report *Report) error {
	if csv, ok := c.rows.(*csvFile); ok {
		csv.isRow = c.isRow
	}
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
				if o.DryRun && len(report.Samples) < samples {
					report.Samples = append(report.Samples, c.sample(staged))
				}
				return staged, true, nil
			}
			if err := rejects.write(row, line, *rejected); err != nil {
				return store.StagedRow{}, false, err
			}
		}
	})
}

// change rejects rows that conflict, replaces what the rows refer to by keys, and changes the rows that exist.
func change(ctx context.Context, i *store.Import, c *converter, o Options, report *Report) (err error) {
	if err := i.Find(ctx); err != nil {
		return err
	}
	if err := i.RejectDuplicates(ctx); err != nil {
		return err
	}
	if err := i.RejectUnfit(ctx); err != nil {
		return err
	}
	switch c.entity {
	case Equipment:
		if err = i.ResolveUsers(ctx); err == nil {
			err = i.SpellAlike(ctx, "category", "manufacturer", "model")
		}
	case Papers:
		err = findOwners(ctx, i, c.mapping.prefix())
	case Maintenance:
		if err = i.FindEquipment(ctx, c.mapping.prefix()); err == nil {
			err = i.RejectRetired(ctx)
		}
	}
	if err != nil {
		return err
	}
	if !o.CreateOnly {
		if report.Updated, err = i.Revise(ctx, c.revise); err != nil {
			return err
		}
		report.Conflicts = c.conflicts
	}
	if c.entity != Maintenance {
		return nil
	}
	if !c.mapping.CreateMissing {
		return i.RejectMissing(ctx, ", or use --create-missing")
	}
	if c.mapping.DefaultCategory == "" {
		return errors.New("missing machines need a category: use --default-category")
	}
	report.MachinesCreated, err = i.CreateEquipment(ctx, c.mapping.prefix(), c.mapping.DefaultCategory)
	return err
}

// findOwners replaces what papers say of their machine or operator by its key, and rejects papers of one that the company
// has not.
func findOwners(ctx context.Context, i *store.Import, source string) error {
	if err := i.FindEquipment(ctx, source); err != nil {
		return err
	}
	if err := i.RejectMissing(ctx, ""); err != nil {
		return err
	}
	return i.FindOperators(ctx, source)
}

// Undo removes what an import has made and restores what it has changed. An error lists the rows that have changed since.
func Undo(ctx context.Context, db *store.Bulk, v fleet.Viewer, id fleet.UUID) (store.ImportEntry, error) {
	return db.UndoImport(ctx, v, id, []store.ImportTable{Maintenance.table(), Papers.table(), Equipment.table(),
		Operators.table(), Sites.table()})
}
