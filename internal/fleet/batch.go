package fleet

import "fmt"

// MaxBatch is the maximum number of items of a batch.
const MaxBatch = 250

// EquipmentBatch changes many machines at once.
type EquipmentBatch struct {
	Items []EquipmentItem
	// Atomic commits all changes or none.
	Atomic bool
	// DryRun commits none, and reports what would happen.
	DryRun bool
}

// EquipmentItem is the change of one machine in a batch.
type EquipmentItem struct {
	ID       UUID
	Expected int // the version that the caller has read
	Patch    EquipmentPatch
	Fault    error // an invalid input, for which the item is not run; nil if it is valid
}

// Check returns a LIMIT_EXCEEDED without field for a batch that is too long, and a BAD_INPUT with
// the item's index for a machine that occurs twice.
func (b EquipmentBatch) Check() error {
	if len(b.Items) > MaxBatch {
		return &Error{Code: LimitExceeded,
			Message: fmt.Sprintf("%d items are too many: at most %d", len(b.Items), MaxBatch)}
	}
	first := make(map[UUID]int, len(b.Items))
	for i, item := range b.Items {
		if item.ID.IsZero() { // could not be read
			continue
		}
		if at, twice := first[item.ID]; twice {
			return BadInputf(fmt.Sprintf("%d.equipmentId", i),
				"item %d changes the same machine: put both changes into one item", at)
		}
		first[item.ID] = i
	}
	return nil
}

// SerialNumbers are the serial numbers, as they are stored, that the valid items give to machines.
func (b EquipmentBatch) SerialNumbers() map[UUID]*string {
	given := map[UUID]*string{}
	for _, item := range b.Items {
		if item.Fault == nil && item.Patch.SerialNumber.Set {
			given[item.ID] = tidied(item.Patch.SerialNumber.To)
		}
	}
	return given
}

// Commits reports whether a batch that runs in one transaction is committed; failed is whether an
// item has failed.
func (b EquipmentBatch) Commits(failed bool) bool { return !b.DryRun && !(failed && b.Atomic) }

// ItemOutcome is the outcome of an item of a batch.
type ItemOutcome string

// The outcomes of an item.
const (
	ItemApplied ItemOutcome = "APPLIED"
	ItemFailed  ItemOutcome = "FAILED"
	// ItemRolledBack is an item without error in a dry run, or in an atomic batch with another item that failed.
	ItemRolledBack ItemOutcome = "ROLLED_BACK"
	// ItemNotRun is an item that had not begun when the request ended.
	ItemNotRun ItemOutcome = "NOT_RUN"
)

// ItemResult is the outcome of an item, with the machine or the error.
type ItemResult struct {
	Outcome   ItemOutcome
	Equipment *Equipment // after the change; nil unless APPLIED or ROLLED_BACK
	Err       error      `json:"-"` // of a FAILED item
}
