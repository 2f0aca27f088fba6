package fleet

import "fmt"

// MaxBatch is how many items a batch has at most.
const MaxBatch = 250

// EquipmentBatch changes many machines at once.
type EquipmentBatch struct {
	Items []EquipmentItem
	// Atomic keeps all changes or none.
	Atomic bool
	// DryRun keeps none, and tells what would happen.
	DryRun bool
}

// EquipmentItem is a machine's part of a batch.
type EquipmentItem struct {
	ID       UUID
	Expected int // the version that the caller has read
	Patch    EquipmentPatch
	Fault    error // why the item cannot even be tried; nil if it can
}

// Check returns a LIMIT_EXCEEDED for a batch that is too long, and a BAD_INPUT
// for a machine that is in it twice; both without field, or with the item's index.
func (b EquipmentBatch) Check() error {
	if len(b.Items) > MaxBatch {
		return &Error{Code: LimitExceeded, Message: fmt.Sprintf("%d items are too many: at most %d", len(b.Items), MaxBatch)}
	}
	first := make(map[UUID]int, len(b.Items))
	for i, item := range b.Items {
		if item.ID.IsZero() { // could not be read
			continue
		}
		if at, twice := first[item.ID]; twice {
			return BadInputf(fmt.Sprintf("%d.id", i), "item %d changes the same machine: put both changes into one item", at)
		}
		first[item.ID] = i
	}
	return nil
}

// Commits reports whether the changes of a batch that runs in one transaction
// are kept; failed says that an item has failed.
func (b EquipmentBatch) Commits(failed bool) bool { return !b.DryRun && !(failed && b.Atomic) }

// ItemOutcome says what became of an item of a batch.
type ItemOutcome string

// The outcomes of an item.
const (
	ItemApplied    ItemOutcome = "APPLIED"
	ItemFailed     ItemOutcome = "FAILED"
	ItemRolledBack ItemOutcome = "ROLLED_BACK" // nothing was wrong with it, but a dry run keeps nothing, and an atomic batch nothing beside a failure
	ItemNotRun     ItemOutcome = "NOT_RUN"     // the request ended before its turn
)

// ItemResult is what became of an item.
type ItemResult struct {
	Outcome   ItemOutcome
	Equipment *Equipment // the machine as it is, or would be; nil unless APPLIED or ROLLED_BACK
	Err       error      `json:"-"` // why it failed
}
