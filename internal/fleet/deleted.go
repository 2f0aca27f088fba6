package fleet

import "fmt"

// Deleted says how a list treats deleted rows, and rows that belong to a deleted machine or operator.
// Without it they are left out.
type Deleted string

// The ways in which a list treats deleted rows.
const (
	DeletedOnly    Deleted = "ONLY"    // no others
	DeletedInclude Deleted = "INCLUDE" // beside the others
)

// DeletedValues lists every value.
func DeletedValues() []Deleted { return []Deleted{DeletedOnly, DeletedInclude} }

// SeesDeleted reports whether the viewer may ask for deleted rows, which a MANAGER can restore.
func (v Viewer) SeesDeleted() bool { return v.Role == RoleManager || v.Role == RoleAdmin }

// CheckDeleted returns FORBIDDEN, about the field "deleted", unless the viewer may ask for deleted rows.
func (v Viewer) CheckDeleted() error {
	if v.SeesDeleted() {
		return nil
	}
	return &Error{Code: Forbidden, Field: deletedField,
		Message: fmt.Sprintf("deleted rows take the role MANAGER, yours is %s: leave the condition out", v.Role)}
}

// deletedField is the field of filters that asks for deleted rows.
const deletedField = "deleted"

// deleted checks the condition on deleted rows. It decides about the whole list, so a filter within a
// filter has none.
func (c *checker) deleted(d *Deleted) {
	if c.count(deletedField, d != nil) && c.depth > 0 {
		c.fail(deletedField, BadInputf("", "%s decides about the whole list: give it in the outermost filter", *d))
	}
}

// voided checks the condition on readings that are void, which decides about the whole list too.
func (c *checker) voided(v *Voided) {
	if c.count("voided", v != nil) && c.depth > 0 {
		c.fail("voided", BadInputf("", "%s decides about the whole list: give it in the outermost filter", *v))
	}
}

// OpenWork says what becomes of the planned and running work on a machine that is deleted.
type OpenWork string

// What becomes of open work.
const (
	OpenWorkRefuse OpenWork = "REFUSE" // the machine is not deleted
	OpenWorkCancel OpenWork = "CANCEL" // the work is cancelled
)

// OpenWorks lists every value.
func OpenWorks() []OpenWork { return []OpenWork{OpenWorkRefuse, OpenWorkCancel} }

// Check returns a CONFLICT when open work forbids that its machine is deleted.
func (o OpenWork) Check(open int) error {
	if open == 0 || o == OpenWorkCancel {
		return nil
	}
	return &Error{Code: Conflict, Reason: InUse, Field: "openWork", Related: "equipmentId", Message: fmt.Sprintf(
		"the machine has %d planned or running maintenance records: complete or cancel them, or give openWork: CANCEL",
		open)}
}
