package fleet

import (
	"fmt"
	"time"
)

// AssignmentInput is a request to assign an operator to a machine. A nil
// AssignedAt is now, a nil ReleasedAt leaves the assignment open.
type AssignmentInput struct {
	EquipmentID, OperatorID UUID
	AssignedAt, ReleasedAt  *time.Time
	// Replace releases the operator that runs the machine at AssignedAt, until ReleasedAt if there is one.
	Replace bool
}

// Assign returns the assignment of operator to machine, or its Faults. An open assignment takes a
// machine that is not RETIRED and an ACTIVE operator; a past period may belong to a machine or
// operator that has been retired since.
func (in AssignmentInput) Assign(machine *Equipment, operator *Operator, now time.Time) (*Assignment, error) {
	a := &Assignment{EquipmentID: machine.ID, OperatorID: operator.ID, AssignedAt: now, ReleasedAt: in.ReleasedAt}
	if in.AssignedAt != nil {
		a.AssignedAt = *in.AssignedAt
	}
	if err := a.Check(now); err != nil {
		return nil, err
	}
	if a.ReleasedAt != nil {
		return a, nil
	}
	return a, checkRuns(machine, operator)
}

// AssignmentPatch is a correction of an assignment.
type AssignmentPatch struct {
	OperatorID Maybe[UUID]
	AssignedAt Maybe[time.Time]
	ReleasedAt Maybe[*time.Time]
}

// Apply returns the assignment after the patch, with the machine and the operator that it has then, or its Faults. The
// rules of a new assignment apply.
func (p AssignmentPatch) Apply(
	a *Assignment,
	machine *Equipment,
	operator *Operator,
	now time.Time,
) (*Assignment, error) {
	after := *a
	after.OperatorID = operator.ID
	p.AssignedAt.apply(&after.AssignedAt)
	p.ReleasedAt.apply(&after.ReleasedAt)
	if err := after.Check(now); err != nil {
		return nil, err
	}
	if after.ReleasedAt == nil {
		if err := checkRuns(machine, operator); err != nil {
			return nil, err
		}
	}
	return &after, nil
}

// checkRuns returns a CONFLICT unless the operator can run the machine now.
func checkRuns(machine *Equipment, operator *Operator) error {
	if machine.Status == EquipmentRetired {
		return &Error{Code: Conflict, Reason: Transition, Field: "equipmentId", Related: "assignmentId",
			Message: "the machine is RETIRED: it takes no operator"}
	}
	if operator.Status != OperatorActive {
		return &Error{Code: Conflict, Reason: Transition, Field: "operatorId", Related: "assignmentId",
			Message: fmt.Sprintf("the operator is %s: only an ACTIVE one runs machines", operator.Status)}
	}
	return nil
}

// Replaced returns what becomes of an assignment during whose period another one takes the machine: it ends when that
// one begins, and rest begins when that one ends, if it lasts longer.
func (a *Assignment) Replaced(by *Assignment) (ended, rest *Assignment) {
	before := *a
	before.ReleasedAt = &by.AssignedAt
	if by.ReleasedAt == nil || a.ReleasedAt != nil && !a.ReleasedAt.After(*by.ReleasedAt) {
		return &before, nil
	}
	after := *a
	after.ID, after.AssignedAt = UUID{}, *by.ReleasedAt
	return &before, &after
}

// CheckOperator returns a CONFLICT unless the assignment is that of the expected operator. A nil
// expected matches any.
func (a *Assignment) CheckOperator(expected *UUID) error {
	if expected == nil || *expected == a.OperatorID {
		return nil
	}
	return Conflictf(Transition, "operatorId", "%s is assigned to the machine now: look at it again",
		GlobalID(KindOperator, a.OperatorID))
}

// Release returns the assignment with its end set to at, or to now if at is nil, or the Faults of
// that.
func (a *Assignment) Release(at *time.Time, now time.Time) (*Assignment, error) {
	ended := *a
	ended.ReleasedAt = &now
	if at != nil {
		ended.ReleasedAt = at
	}
	if err := ended.checkPeriod(now, "leave it out to release the operator now, or give an earlier moment"); err != nil {
		return nil, err
	}
	return &ended, nil
}

// LosesMachines reports whether an operator is released from every machine when the status changes
// from s to next.
func (s OperatorStatus) LosesMachines(next OperatorStatus) bool {
	return next != s && next != OperatorActive
}

// Retirement is the patch that retires an operator.
func Retirement() OperatorPatch {
	return OperatorPatch{Status: Maybe[OperatorStatus]{Set: true, To: OperatorRetired}}
}

// Occupied returns the CONFLICT of a new assignment of the machine that overlaps a, which names a and its operator.
func (a *Assignment) Occupied(by *Operator) *Error {
	refused := &Error{Code: Conflict, Reason: Overlap, Field: "assignedAt", Related: "equipmentId"}
	has := period{a.AssignedAt, a.ReleasedAt, a.GlobalID(), by.FirstName + " " + by.LastName}
	if by.DeletedAt == nil {
		refused.Message = fmt.Sprintf("%s has the machine within this period: release the operator first, or give "+
			"another period", has)
	} else {
		refused.Message = fmt.Sprintf("%s has the machine within this period, and is deleted: restore the operator %s to "+
			"correct or delete that assignment, or give another period", has, by.GlobalID())
	}
	return refused
}
