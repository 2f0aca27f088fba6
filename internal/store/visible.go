package store

import (
	"strconv"

	"bitcorp.dev/fleet/internal/fleet"
)

// rowsOf names a table where its rows are told apart by who may see them.
type rowsOf int

const (
	ofEquipment rowsOf = iota
	ofOperators
	ofRecords
	ofReadings
	ofAssignments
	ofUsers
	ofHistory
	ofTokens
	ofSessions
	ofPasswords // by their users, whose alias it is
)

// arguments are the values of a statement under way, sent beside its text.
type arguments []any

// add returns the placeholder of a value.
func (a *arguments) add(value any) string {
	*a = append(*a, value)
	return "$" + strconv.Itoa(len(*a))
}

// visible is the condition that a viewer may see the row called alias: it is
// of their company and, when they are an OPERATOR, it concerns them. Of what
// lets people sign in, everybody but an ADMIN sees their own. This is the one
// place where rows are told apart by who asks; docs/access.md tells it to people.
func visible(of rowsOf, alias string, v fleet.Viewer, arg func(any) string) string {
	ours := arg([16]byte(v.CompanyID))
	company := alias + ".company_id = " + ours
	switch of {
	case ofTokens, ofSessions, ofPasswords:
		if v.Administers() {
			return company
		}
		whose := alias + ".user_id"
		if of == ofPasswords {
			whose = alias + ".id"
		}
		return company + " AND " + whose + " = " + arg([16]byte(v.UserID))
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
	self := `(SELECT self.id FROM operators self WHERE self.company_id = ` + ours + ` AND self.user_id = ` + user + ` AND self.deleted_at IS NULL)`
	runs := `(SELECT run.equipment_id FROM assignments run WHERE run.operator_id IN ` + self + ` AND run.released_at IS NULL)`
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
		return company + " AND (" + alias + ".id = " + user + " OR " + alias + ".id IN (SELECT mine.user_id FROM equipment mine WHERE mine.id IN " + runs + " AND mine.deleted_at IS NULL))"
	default: // nothing else is an operator's
		return company + " AND false"
	}
}

// visible limits q to the rows called alias that the viewer may see.
func (q *query) visible(of rowsOf, alias string, v fleet.Viewer) {
	q.Where(visible(of, alias, v, q.args.add))
}
