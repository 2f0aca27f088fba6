// Package seed generates realistic fleets: machines that age, fail and are serviced by the hours they work, seasons,
// people, costs, gaps and a few outliers. The content depends on a seed and a date alone; internal/store writes it with
// COPY in one transaction. The demo, the tests and the benchmarks use these fleets. A company that already has
// equipment or operators is never filled.
package seed

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// Params determine a fleet. The same Params give the same rows, keys included, in any database.
type Params struct {
	Company   string    // name; created unless it exists, without equipment and operators
	Equipment int       // machines, 1 to MaxEquipment
	Operators int       // 0 to MaxOperators
	Records   int       // maintenance records, 0 to MaxRecords
	Seed      uint64    // of the random streams
	Now       time.Time // data ends on its day (UTC); only PLANNED records are later
	Lead      Lead      // the first manager; the zero Lead is generated like the others
}

// Lead is a manager with a given e-mail address.
type Lead struct{ Name, Email string }

// Upper bounds of Params: such a fleet needs some 10 GB of memory while it is generated.
const (
	MaxEquipment = 5_000_000
	MaxOperators = 1_000_000
	MaxRecords   = 100_000_000
)

// Large is the fleet on which query plans and speed are measured. Now is fixed, so that every run and every database
// has the same rows.
func Large() Params {
	return Params{Company: "Continental Plant Group", Equipment: 100_000, Operators: 8_000, Records: 1_000_000, Seed: 1,
		Now: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)}
}

// Check returns a BAD_INPUT error about the first invalid parameter.
func (p Params) Check() error {
	if n := utf8.RuneCountInString(p.Company); strings.TrimSpace(p.Company) == "" || n > 200 {
		return fleet.BadInputf("company", "the name of a company has 1 to 200 characters")
	}
	for _, c := range []struct {
		field         string
		n, least, max int
	}{
		{"equipment", p.Equipment, 1, MaxEquipment},
		{"operators", p.Operators, 0, MaxOperators},
		{"records", p.Records, 0, MaxRecords},
	} {
		if c.n < c.least || c.n > c.max {
			return fleet.BadInputf(c.field, "%d is outside of %d to %d", c.n, c.least, c.max)
		}
	}
	if y := p.Now.Year(); y < 2000 || y > 2200 {
		return fleet.BadInputf("now", "%s is outside of the years 2000 to 2200", p.Now.Format(time.DateOnly))
	}
	return nil
}

// Hooks observe a run; each may be nil.
type Hooks struct {
	// Row is called for every row that is sent to the database, with the name of its table and the number of rows
	// that the table gets.
	Row func(table string, of int)
	// AfterCommit is called once the fleet is visible to others.
	AfterCommit func(company fleet.UUID)
}

// Result counts the rows of a fleet that was written.
type Result struct {
	Company fleet.UUID
	Manager string // e-mail address of the first manager

	Users, Operators, Equipment, Assignments, MaintenanceRecords, MeterReadings, Sites, SiteMoves, Papers int
}

// Run writes a fleet in one transaction. Then the tables are vacuumed and analyzed, so that query plans and index-only
// scans are right at once; an error of that is returned with the Result. A company that has equipment or operators is
// refused with a CONFLICT error.
func Run(ctx context.Context, st *store.Bulk, p Params, h Hooks) (Result, error) {
	if err := p.Check(); err != nil {
		return Result{}, err
	}
	pl := newPlan(p)
	var made Result
	err := st.Seed(ctx, func(tx *store.SeedTx) (err error) {
		made, err = pl.write(ctx, tx, h)
		return err
	})
	if err != nil {
		return Result{}, err
	}
	if h.AfterCommit != nil {
		h.AfterCommit(made.Company)
	}
	return made, st.SeedVacuum(ctx)
}

// write sends every row to the database, parents first.
func (p *plan) write(ctx context.Context, tx *store.SeedTx, h Hooks) (Result, error) {
	p.random.start(ofPeople, 0, 1)
	c, err := tx.Company(ctx, fleet.Company{ID: p.random.key(p.opened), Name: p.Company, CreatedAt: p.opened.time()})
	if err != nil {
		return Result{}, err
	}
	made := Result{Company: c.ID, Manager: p.firstManager()}
	if made.Users, err = c.CopyUsers(ctx, counted(h, "users", len(p.users), slices.Values(p.users))); err != nil {
		return Result{}, err
	}
	if made.Operators, err = c.CopyOperators(ctx, counted(h, "operators", p.Operators, p.operatorRows())); err != nil {
		return Result{}, err
	}
	if made.Equipment, err = c.CopyEquipment(ctx, counted(h, "equipment", p.Equipment, p.equipmentRows())); err != nil {
		return Result{}, err
	}
	assignments := p.assignmentRows()
	if made.Assignments, err = c.CopyAssignments(ctx,
		counted(h, "assignments", len(assignments), slices.Values(assignments))); err != nil {
		return Result{}, err
	}
	if made.MaintenanceRecords, err = c.CopyMaintenance(ctx,
		counted(h, "maintenance records", p.Records, p.recordRows())); err != nil {
		return Result{}, err
	}
	readings := p.readingRows()
	if made.MeterReadings, err = c.CopyReadings(ctx,
		counted(h, "meter readings", len(readings), slices.Values(readings))); err != nil {
		return Result{}, err
	}
	sites, papers := p.siteRows(), p.paperRows()
	moves := p.moveRows(sites)
	if made.Sites, err = c.CopySites(ctx, counted(h, "sites", len(sites), slices.Values(sites))); err != nil {
		return Result{}, err
	}
	if made.SiteMoves, err = c.CopyMoves(ctx, counted(h, "site moves", len(moves), slices.Values(moves))); err != nil {
		return Result{}, err
	}
	if made.Papers, err = c.CopyPapers(ctx, counted(h, "papers", len(papers), slices.Values(papers))); err != nil {
		return Result{}, err
	}
	if made.Equipment != p.Equipment || made.MaintenanceRecords != p.Records {
		return Result{}, fmt.Errorf("seed: wrote %d machines and %d records instead of %d and %d", made.Equipment,
			made.MaintenanceRecords, p.Equipment, p.Records)
	}
	return made, nil
}

// firstManager returns the e-mail address of the first manager.
func (p *plan) firstManager() string {
	for _, u := range p.users {
		if u.Role == fleet.RoleManager {
			return u.Email
		}
	}
	return ""
}

// counted calls the hook for each row of a table.
func counted[T any](h Hooks, table string, of int, rows iter.Seq[T]) iter.Seq[T] {
	if h.Row == nil {
		return rows
	}
	return func(yield func(T) bool) {
		for row := range rows {
			h.Row(table, of)
			if !yield(row) {
				return
			}
		}
	}
}
