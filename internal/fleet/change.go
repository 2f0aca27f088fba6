package fleet

// ChangeKind says what has happened to a row.
type ChangeKind string

// The kinds of changes.
const (
	ChangeCreated ChangeKind = "CREATED"
	ChangeUpdated ChangeKind = "UPDATED"
	ChangeRemoved ChangeKind = "REMOVED" // deleted, or outside the filter
	ChangeResync  ChangeKind = "RESYNC"  // any row may have changed
)
