package store

import (
	"strconv"

	"bitcorp.dev/fleet/internal/fleet"
)

// rowsOf is a table with rows of different visibility.
type rowsOf int

const (
	ofEquipment rowsOf = iota
	ofOperators
	ofRecords
	ofReadings
	ofAssignments
	ofUsers
	ofHistory
	ofSums
	ofTokens
	ofSessions
	ofPasswords // alias is that of the users
	ofCompanies
)

// arguments are the values of a statement that is being built; they are sent beside its text.
type arguments []any

// add adds a value and returns its placeholder.
func (a *arguments) add(value any) string {
	*a = append(*a, value)
	return "$" + strconv.Itoa(len(*a))
}

// in adds keys and returns the condition that column is one of them. One key is compared by =: PostgreSQL
// prices a generic plan of = ANY for ten elements, so that with one it plans the statement anew each
// time, which takes longer than to execute it.
func (a *arguments) in(column string, keys []fleet.UUID) string {
	if len(keys) == 1 {
		return column + " = " + a.add([16]byte(keys[0]))
	}
	return column + " = ANY(" + a.add(uuids(keys)) + ")"
}

// visible returns the condition that the row called alias is visible to the viewer: it belongs to
// the company and, for an OPERATOR, to the machines that the operator runs. Sessions, tokens and
// passwords are visible to their own user and to an ADMIN. This is the only place where the viewer
// decides about rows; docs/access.md describes it.
func visible(of rowsOf, alias string, v fleet.Viewer, arg func(any) string) string {
	ours := arg([16]byte(v.CompanyID))
	company := alias + ".company_id = " + ours
	switch of {
	case ofCompanies:
		return alias + ".id = " + ours
	case ofTokens, ofSessions, ofPasswords:
		if v.Administers() {
			return company
		}
		user := alias + ".user_id"
		if of == ofPasswords {
			user = alias + ".id"
		}
		return company + " AND " + user + " = " + arg([16]byte(v.UserID))
	case ofHistory:
		if v.Role == fleet.RoleOperator {
			return company + " AND false"
		}
		if v.Administers() {
			return company
		}
		return company + " AND " + alias + ".subject NOT IN ('USER', 'ACCESS_TOKEN')"
	}
	if v.Role != fleet.RoleOperator {
		return company
	}
	user := arg([16]byte(v.UserID))
	self := `(SELECT self.id FROM operators self WHERE self.company_id = ` + ours + ` AND self.user_id = ` + user + `
		AND self.deleted_at IS NULL)`
	runs := `(SELECT run.equipment_id FROM assignments run WHERE run.operator_id IN ` + self + `
		AND run.released_at IS NULL)`
	switch of {
	case ofEquipment:
		return company + " AND " + alias + ".id IN " + runs
	case ofRecords, ofReadings:
		return company + " AND " + alias + ".equipment_id IN " + runs
	case ofOperators:
		return company + " AND " + alias + ".user_id = " + user
	case ofAssignments:
		return company + " AND " + alias + ".operator_id IN " + self
	case ofUsers:
		return company + " AND (" + alias + ".id = " + user + " OR " + alias +
			".id IN (SELECT mine.user_id FROM equipment mine WHERE mine.id IN " + runs +
			" AND mine.deleted_at IS NULL))"
	default: // no other rows are visible to an operator
		return company + " AND false"
	}
}

// visible limits q to the rows called alias that are visible to the viewer.
func (q *query) visible(of rowsOf, alias string, v fleet.Viewer) {
	q.Where(visible(of, alias, v, q.args.add))
}
