// Package events carries the news of committed changes from the database to
// this process, whichever instance or psql made them: it listens, comes back
// after a lost connection, and tells who watches a company. What changed
// where is said by triggers (migrations/00008_change_feed.sql and 00016); what a
// change means is decided by those who are told.
package events

import (
	"encoding/json"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// Table is where rows changed.
type Table string

// The tables whose changes are told.
const (
	Equipment   Table = "equipment"
	Records     Table = "maintenance_records"
	Assignments Table = "assignments" // told by the machines they are of
	Operators   Table = "operators"   // told by the machines they run, when another user signs in as them
)

// Change is what one statement did to the rows of one company.
type Change struct {
	Company fleet.UUID // zero: of every company
	Table   Table
	Created bool         // the rows are new
	Rows    []fleet.UUID // none: more than a notification can name, or every row
}

// notification is a Change as the triggers write it.
type notification struct {
	Company   fleet.UUID   `json:"company"`
	Table     Table        `json:"table"`
	Operation string       `json:"operation"`
	Rows      []fleet.UUID `json:"rows"`
}

// parse reads what a trigger has written.
func parse(payload string) (Change, error) {
	var n notification
	if err := json.Unmarshal([]byte(payload), &n); err != nil {
		return Change{}, fmt.Errorf("read notification: %w", err)
	}
	switch n.Table {
	case Equipment, Records, Assignments, Operators:
	default:
		return Change{}, fmt.Errorf("read notification: there is no table %s", fleet.Quote(string(n.Table)))
	}
	return Change{Company: n.Company, Table: n.Table, Created: n.Operation == "INSERT" && n.Table != Assignments, Rows: n.Rows}, nil
}
