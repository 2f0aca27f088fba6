package store

import (
	"strconv"
	"strings"

	"bitcorp.dev/fleet/internal/fleet"
)

// rowsOf is a table with rows of different visibility.
type rowsOf int

const (
	ofNothing rowsOf = iota
	ofEquipment
	ofOperators
	ofRecords
	ofMeters
	ofReadings
	ofPeriods // in which a machine had one status
	ofSchedules
	ofServices // of schedules on machines
	ofAssignments
	ofAssignmentPlans
	ofSites
	ofSiteMoves
	ofPapers
	ofSavedQueries
	ofSavedQueryVersions
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

// visible returns the condition that the row called alias is visible to the viewer and not deleted.
// Every statement that reads rows has it, or that of shown.
func visible(of rowsOf, alias string, v fleet.Viewer, arg func(any) string) string {
	return shown(of, alias, v, deletedRows{}, arg)
}

// deletedRows says which deleted rows a statement reads: none, unless a viewer who may see them asks.
type deletedRows struct {
	want *fleet.Deleted
	// of is the machine or operator through which the rows are reached: a viewer who sees that one
	// although it is deleted sees its rows.
	of rowsOf
}

// withDeleted is for rows beside deleted ones.
func withDeleted() deletedRows {
	include := fleet.DeletedInclude
	return deletedRows{want: &include}
}

// shown returns the condition that the row called alias is visible to the viewer, and deleted or not
// as d says.
func shown(of rowsOf, alias string, v fleet.Viewer, d deletedRows, arg func(any) string) string {
	ours := arg([16]byte(v.CompanyID))
	condition := permitted(of, alias, ours, v, arg)
	if !v.SeesDeleted() {
		d = deletedRows{}
	}
	present := present(of, alias, ours, d.of)
	switch {
	case present == "", d.want != nil && *d.want == fleet.DeletedInclude:
		return condition
	case d.want != nil:
		return condition + " AND NOT (" + present + ")"
	default:
		return condition + " AND " + present
	}
}

// present returns the condition that the row called alias is not deleted, and neither is the machine,
// operator or site that it belongs to, except the one through which it is reached. It is "" for rows that
// are never deleted. The deleted machines are collected once in a statement, whatever its plan is:
// index equipment_deleted, operators_deleted, sites_deleted.
func present(of rowsOf, alias, company string, through rowsOf) string {
	among := func(table, key string) string {
		return alias + "." + key + " NOT IN (SELECT gone.id FROM " + table + " gone WHERE gone.company_id = " + company +
			" AND gone.deleted_at IS NOT NULL)"
	}
	var list []string
	switch of {
	case ofEquipment, ofOperators, ofRecords, ofSites, ofPapers, ofSchedules, ofSavedQueries:
		list = append(list, alias+".deleted_at IS NULL")
	}
	switch of {
	case ofRecords, ofMeters, ofReadings, ofPeriods, ofServices, ofAssignments, ofAssignmentPlans, ofSiteMoves:
		if through != ofEquipment {
			list = append(list, among("equipment", "equipment_id"))
		}
	}
	if of == ofAssignments && through != ofOperators {
		list = append(list, among("operators", "operator_id"))
	}
	if of == ofAssignmentPlans && through != ofOperators {
		list = append(list, "("+alias+".operator_id IS NULL OR "+among("operators", "operator_id")+")")
	}
	if of == ofPapers && through != ofEquipment {
		list = append(list, "("+alias+".equipment_id IS NULL OR "+among("equipment", "equipment_id")+")")
	}
	if of == ofPapers && through != ofOperators {
		list = append(list, "("+alias+".operator_id IS NULL OR "+among("operators", "operator_id")+")")
	}
	if of == ofSiteMoves {
		list = append(list, among("sites", "site_id"))
	}
	if of == ofSavedQueryVersions && through != ofSavedQueries {
		list = append(list, among("saved_queries", "saved_query_id"))
	}
	return strings.Join(list, " AND ")
}

// permitted returns the condition that the viewer may see the row called alias: it belongs to the
// company and, for an OPERATOR, to the machines that the operator runs. Sessions, tokens and passwords
// are visible to their own user and to an ADMIN. This is the only place where the viewer decides about
// rows; docs/access.md describes it.
func permitted(of rowsOf, alias, ours string, v fleet.Viewer, arg func(any) string) string {
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
	case ofSavedQueries, ofSavedQueryVersions: // their texts may name anything of the company
		if v.Role == fleet.RoleOperator {
			return company + " AND false"
		}
		return company
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
	case ofRecords, ofMeters, ofReadings, ofServices, ofSiteMoves:
		return company + " AND " + alias + ".equipment_id IN " + runs
	case ofSites: // at which these machines are or were
		return company + " AND " + alias + ".id IN (SELECT been.site_id FROM site_moves been WHERE been.equipment_id IN " +
			runs + ")"
	case ofSchedules:
		return company + " AND " + alias + `.id IN (SELECT due.schedule_id FROM scheduled_services due
			WHERE due.equipment_id IN ` + runs + `)`
	case ofOperators:
		return company + " AND " + alias + ".user_id = " + user
	case ofAssignments, ofAssignmentPlans:
		return company + " AND " + alias + ".operator_id IN " + self
	case ofPapers: // of these machines, and the operator's own
		return company + " AND (" + alias + ".equipment_id IN " + runs + " OR " + alias + ".operator_id IN " + self + ")"
	case ofUsers:
		return company + " AND (" + alias + ".id = " + user + " OR " + alias +
			".id IN (SELECT mine.user_id FROM equipment mine WHERE mine.id IN " + runs +
			" AND mine.deleted_at IS NULL))"
	default: // no other rows are visible to an operator
		return company + " AND false"
	}
}

// visible limits q to the rows called alias that are visible to the viewer and not deleted.
func (q *query) visible(of rowsOf, alias string, v fleet.Viewer) {
	q.shown(of, alias, v, deletedRows{})
}

// shown limits q to the rows called alias that are visible to the viewer, deleted or not as d says.
func (q *query) shown(of rowsOf, alias string, v fleet.Viewer, d deletedRows) {
	q.Where(shown(of, alias, v, d, q.args.add))
}
