package fleet

import "time"

// AssignmentInput is a request to assign an operator to a machine. A nil
// AssignedAt is now, a nil ReleasedAt leaves the assignment open.
type AssignmentInput struct {
	EquipmentID, OperatorID UUID
	AssignedAt, ReleasedAt  *time.Time
	// Replace releases the operator that runs the machine at AssignedAt.
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
	if machine.Status == EquipmentRetired {
		return nil, Conflictf(Transition, "equipmentId", "the machine is RETIRED: it takes no operator")
	}
	if operator.Status != OperatorActive {
		return nil, Conflictf(Transition, "operatorId", "the operator is %s: only an ACTIVE one runs machines",
			operator.Status)
	}
	return a, nil
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
