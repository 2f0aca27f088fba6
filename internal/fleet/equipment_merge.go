package fleet

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Merge is a request to merge two machines that are one: all that belongs to the duplicate moves to the machine that
// stays, and the duplicate is deleted.
type Merge struct {
	EquipmentID, DuplicateID    UUID // the machine that stays, and the other one
	Expected, ExpectedDuplicate *int // their versions; nil matches any
}

// MergedMachines is the result of merging two machines, or of taking that back.
type MergedMachines struct {
	Equipment *Equipment // the machine that stays
	Duplicate *Equipment // deleted by the merge, restored when it is taken back
	Moved     int        // number of rows that have moved
}

// Check returns a BAD_INPUT unless there are two machines.
func (m Merge) Check() error {
	if m.EquipmentID == m.DuplicateID {
		return BadInputf("duplicateId", "this is the machine that stays: give the other one, which is the same machine")
	}
	return nil
}

// CheckVersions returns a StaleVersion unless both machines have the expected versions.
func (m Merge) CheckVersions(stays, duplicate *Equipment) error {
	if err := CheckVersion(m.Expected, stays); err != nil {
		return err
	}
	err := CheckVersion(m.ExpectedDuplicate, duplicate)
	var stale *StaleVersion
	if errors.As(err, &stale) {
		stale.Field = "expectedDuplicateVersion"
	}
	return err
}

// CheckMerge returns a CONFLICT when the machine that stays cannot have the open work or the operator of the duplicate.
// open is the number of records of the duplicate that are planned or in progress.
func CheckMerge(stays, duplicate *Equipment, open int) error {
	if stays.Status != EquipmentRetired {
		return nil
	}
	if open > 0 {
		return Conflictf(Transition, "duplicateId", "the duplicate has %d planned or running maintenance records, and the "+
			"machine that stays is %s and takes none: complete or cancel them, or give that machine another status", open,
			stays.Status)
	}
	if duplicate.OperatorID != nil {
		return Conflictf(Transition, "duplicateId", "operator %s runs the duplicate, and the machine that stays is %s and "+
			"takes none: release the operator, or give that machine another status",
			GlobalID(KindOperator, *duplicate.OperatorID), stays.Status)
	}
	return nil
}

// CheckUndoMerge returns a CONFLICT when a duplicate is RETIRED and gets back work or an operator that it cannot have:
// work that was reopened, or an assignment, since it was merged. open is the number of its records that are planned or in
// progress.
func CheckUndoMerge(duplicate *Equipment, open int) error {
	switch {
	case duplicate.Status != EquipmentRetired:
		return nil
	case open > 0:
		return Conflictf(Transition, "duplicateId", "%d of the maintenance records that would move back are planned or "+
			"running, and the machine is %s and takes none: complete or cancel them first", open, duplicate.Status)
	case duplicate.OperatorID != nil:
		return Conflictf(Transition, "duplicateId", "operator %s would run the machine, which is %s and takes none: release "+
			"the operator first", GlobalID(KindOperator, *duplicate.OperatorID), duplicate.Status)
	}
	return nil
}

// period is a time in which something is true of a machine and nothing else of its kind can be.
type period struct {
	from time.Time
	to   *time.Time // nil: until now
	row  string     // the id of its row
	what string     // such as "the operator op_1"
}

func (p period) String() string {
	if p.to == nil {
		return fmt.Sprintf("%s (%s, from %s on)", p.what, p.row, stamp(p.from))
	}
	return fmt.Sprintf("%s (%s, from %s to %s)", p.what, p.row, stamp(p.from), stamp(*p.to))
}

// CheckMergedAssignments returns a CONFLICT when two of the assignments of both machines are of one moment.
func CheckMergedAssignments(of []*Assignment) error {
	periods := make([]period, len(of))
	for i, a := range of {
		periods[i] = period{a.AssignedAt, a.ReleasedAt, a.GlobalID(), "operator " + GlobalID(KindOperator, a.OperatorID)}
	}
	return checkOverlap(periods, "a machine has one operator at a time: correct or delete one of the assignments")
}

// CheckMergedPlans returns a CONFLICT when two open plans of both machines overlap, or when the machine that stays is
// RETIRED and takes none. Plans of one machine never overlap.
func CheckMergedPlans(stays *Equipment, of []*AssignmentPlan) error {
	for i, p := range of {
		if stays.Status == EquipmentRetired {
			return Conflictf(Transition, "duplicateId", "%s is a plan of the duplicate, and the machine that stays is %s and "+
				"takes no operator: cancel it, or give that machine another status", p.GlobalID(), stays.Status)
		}
		for _, other := range of[:i] {
			if p.Overlaps(other) {
				return Conflictf(Overlap, "duplicateId", "both machines have an assignment plan for one time, %s from %s and %s "+
					"from %s: cancel one of them", other.GlobalID(), stamp(other.StartsAt), p.GlobalID(), stamp(p.StartsAt))
			}
		}
	}
	return nil
}

// CheckMergedSites returns a CONFLICT when two of the moves of both machines are of one moment.
func CheckMergedSites(of []*SiteMove) error {
	periods := make([]period, len(of))
	for i, m := range of {
		periods[i] = period{m.ArrivedAt, m.LeftAt, m.GlobalID(), "site " + GlobalID(KindSite, m.SiteID)}
	}
	return checkOverlap(periods, "a machine is at one site at a time: correct or delete one of the moves")
}

// checkOverlap returns a CONFLICT for the first two periods that overlap.
func checkOverlap(periods []period, instead string) error {
	slices.SortFunc(periods, func(a, b period) int { return a.from.Compare(b.from) })
	for i := 1; i < len(periods); i++ {
		a, b := periods[i-1], periods[i]
		if a.to == nil || a.to.After(b.from) {
			return Conflictf(Overlap, "duplicateId", "both machines have a time in common, with %s and %s; %s", a, b, instead)
		}
	}
	return nil
}

// CheckMergedMeters returns a CONFLICT when a machine that is merged would have too many further meters, or two of one
// name, which are given in twice.
func CheckMergedMeters(number int, twice []*Meter) error {
	if len(twice) > 0 {
		return Conflictf(Taken, "duplicateId", "both machines have a meter %s, %s and %s: give one of them another name, or "+
			"delete the one that is not needed", twice[0].Name, twice[0].GlobalID(), twice[1].GlobalID())
	}
	if number > MaxMeters {
		return Conflictf(InUse, "duplicateId", "both machines have %d meters beside their hour meters, and a machine has at "+
			"most %d: delete those that are not needed", number, MaxMeters)
	}
	return nil
}

// CheckMergedReadings returns a CONFLICT when the readings of both hour meters, in the order of their times, cannot be those
// of one meter: two of them are of one moment, they decrease, or, unless the caller confirms it, a meter can hardly have
// run so many hours between them. Only neighbours of different machines are compared.
func CheckMergedReadings(of []*MeterReading, confirmed bool) error {
	for i := 1; i < len(of); i++ {
		before, r := of[i-1], of[i]
		if before.EquipmentID == r.EquipmentID {
			continue
		}
		if before.ReadAt.Equal(r.ReadAt) {
			return Conflictf(
				Taken,
				"duplicateId",
				"both machines have a meter reading of %s, %s of %s hours and %s of %s hours: "+
					"void one of them",
				stamp(r.ReadAt),
				before.GlobalID(),
				before.Hours,
				r.GlobalID(),
				r.Hours,
			)
		}
		if err := checkNotBelow(before, r); err != nil {
			return err
		}
		err := r.CheckPlausible(nil, NearReadings{Before: before}, confirmed)
		var refused *Error
		if errors.As(err, &refused) {
			return Conflictf(refused.Why(), "duplicateId", "the readings %s and %s are not of one meter: %s", before.GlobalID(),
				r.GlobalID(), refused.Message)
		}
	}
	return nil
}

// checkNotBelow returns a CONFLICT when a reading is below the one before it and of the same meter.
func checkNotBelow(before, r *MeterReading) error {
	if r.Replacement || r.Hours.Cmp(before.Hours) >= 0 {
		return nil
	}
	return Conflictf(
		Decreasing,
		"duplicateId",
		"the meter would decrease: %s hours at %s (%s), then %s hours at %s (%s); "+
			"void or correct the reading that is wrong, or mark the first one of a new meter as a replacement",
		before.Hours,
		stamp(before.ReadAt),
		before.GlobalID(),
		r.Hours,
		stamp(r.ReadAt),
		r.GlobalID(),
	)
}

// CheckReadingsLeft returns a CONFLICT when the readings that stay behind, in the order of their times, would decrease
// without those that move back.
func CheckReadingsLeft(of []*MeterReading) error {
	for i := 1; i < len(of); i++ {
		if err := checkNotBelow(of[i-1], of[i]); err != nil {
			return err
		}
	}
	return nil
}

// RefuseRestoreOfMerged is the CONFLICT of a restore of a machine that is merged into another one.
func RefuseRestoreOfMerged(into UUID) error {
	return Conflictf(Transition, "equipmentId", "the machine was merged into %s: take the merge back by "+
		"undoMergeEquipment, which restores it with all that belonged to it", GlobalID(KindEquipment, into))
}

// MergedRows are the numbers of rows that a merge has moved, by what they are.
type MergedRows struct {
	Records, Readings, Meters, Assignments, SiteMoves, Papers, Schedules, AssignmentPlans int
}

// Sum returns the number of all rows.
func (n MergedRows) Sum() int {
	return n.Records + n.Readings + n.Meters + n.Assignments + n.SiteMoves + n.Papers + n.Schedules + n.AssignmentPlans
}

// MergeChanges are the changes of a merge, or of taking it back, for the entry of a machine: the other one, by the names
// of field, and what has moved.
func MergeChanges(field string, other *Equipment, n MergedRows) []FieldChange {
	changes := []FieldChange{
		{Field: field, To: globalIDOf(KindEquipment, &other.ID)},
		{Field: field + "Name", To: &other.Name},
	}
	for _, moved := range []struct {
		field string
		n     int
	}{
		{"maintenanceRecords", n.Records}, {"meters", n.Meters}, {"meterReadings", n.Readings},
		{"assignments", n.Assignments},
		{"siteMoves", n.SiteMoves}, {"papers", n.Papers}, {"serviceSchedules", n.Schedules},
		{"assignmentPlans", n.AssignmentPlans},
	} {
		if moved.n > 0 {
			text := fmt.Sprint(moved.n)
			changes = append(changes, FieldChange{Field: moved.field, To: &text})
		}
	}
	return changes
}
