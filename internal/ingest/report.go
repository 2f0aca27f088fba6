package ingest

import (
	"fmt"
	"strconv"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
)

// Report is the result of an import, in rows.
type Report struct {
	Read, Created, Updated, Unchanged, Rejected int64
	Deleted                                     int64 // rows of the file that were deleted in the fleet, and stay so
	Conflicts                                   int64 // rejected rows that were changed in the fleet too
	MachinesCreated                             int64
	MachinesFollowed                            int64 // the status or the work has changed with the other
	Kept                                        bool  // false after a dry run, and if rejected rows stopped the import
	DryRun                                      bool
	Elapsed                                     time.Duration
	Format                                      Format   // of the file
	Samples                                     []string // the first rows of a dry run
	Reasons                                     []string // of the first rejected rows
	Shielded                                    int64    // rejected values that a spreadsheet would take for formulas
}

// String summarizes the report in a sentence or two.
func (r Report) String() string {
	s := fmt.Sprintf("%d rows read: %d created, %d updated, %d unchanged, %d rejected",
		r.Read, r.Created, r.Updated, r.Unchanged, r.Rejected)
	if r.Conflicts > 0 {
		s += fmt.Sprintf(", of which %d were changed in the fleet too", r.Conflicts)
	}
	if r.Deleted > 0 {
		s += fmt.Sprintf(", %d deleted in the fleet and left so", r.Deleted)
	}
	if r.MachinesCreated > 0 {
		s += fmt.Sprintf("; %d machines created", r.MachinesCreated)
	}
	if r.MachinesFollowed > 0 {
		s += fmt.Sprintf("; %d machines follow their work, or their work follows them", r.MachinesFollowed)
	}
	s += fmt.Sprintf(" (%s).", r.Elapsed.Round(time.Millisecond))
	switch {
	case r.DryRun:
		s += " Dry run: nothing was kept."
	case !r.Kept:
		s += " Nothing was imported, because of the rejected rows: correct them, or use --skip-bad."
	case !r.changed():
		s += " Nothing has changed."
	}
	return s
}

func (r Report) changed() bool { return r.Created+r.Updated+r.MachinesCreated > 0 }

// facts are the values that the history records about the import.
func (r Report) facts(o Options) []fleet.Fact {
	entity := string(o.Entity)
	facts := []fleet.Fact{{Field: "entity", Value: &entity}}
	if o.Name != "" {
		facts = append(facts, fleet.Fact{Field: "file", Value: &o.Name})
	}
	for _, c := range []struct {
		field string
		n     int64
	}{
		{"read", r.Read},
		{"created", r.Created},
		{"updated", r.Updated},
		{"unchanged", r.Unchanged},
		{"rejected", r.Rejected},
		{"machinesCreated", r.MachinesCreated},
	} {
		n := strconv.FormatInt(c.n, 10)
		facts = append(facts, fleet.Fact{Field: c.field, Value: &n})
	}
	return facts
}
