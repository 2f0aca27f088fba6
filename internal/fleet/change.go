package fleet

// ChangeKind says what happened to a row.
type ChangeKind string

// The kinds of changes.
const (
	ChangeCreated ChangeKind = "CREATED"
	ChangeUpdated ChangeKind = "UPDATED"
	ChangeRemoved ChangeKind = "REMOVED" // deleted, or outside the filter
	ChangeResync  ChangeKind = "RESYNC"  // any row may have changed
)

// Table is a table of the change feed.
type Table string

// The published tables.
const (
	TableEquipment   Table = "equipment"
	TableRecords     Table = "maintenance_records"
	TableAssignments Table = "assignments" // rows are the machines of the assignments
	TableSiteMoves   Table = "site_moves"  // rows are the machines of the moves
	TableOperators   Table = "operators"   // rows are the machines of an operator linked to another user
)

// Valid reports whether t is a published table.
func (t Table) Valid() bool {
	switch t {
	case TableEquipment, TableRecords, TableAssignments, TableSiteMoves, TableOperators:
		return true
	default:
		return false
	}
}

// TableChange is what one committed statement did to the rows of one company.
type TableChange struct {
	Company UUID // zero: every company
	Table   Table
	Created bool   // the rows are new
	Rows    []UUID // empty: every row may have changed
}
