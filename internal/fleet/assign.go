package fleet

import "time"

// AssignmentInput is a request to assign an operator to a machine. A nil
// AssignedAt is now, a nil ReleasedAt leaves the assignment open.
type AssignmentInput struct {
	EquipmentID, OperatorID UUID
	AssignedAt, ReleasedAt  *time.Time
	// Replace releases the operator who runs the machine at AssignedAt.
	Replace bool
}

// Assign returns the assignment of an operator to a machine, or the Faults of
// that. An open assignment takes a machine that is not RETIRED and an ACTIVE
// operator; a past period may be of a machine or operator that has ended since.
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
		return nil, Conflictf("equipment", "the machine is RETIRED: it takes no operator")
	}
	if operator.Status != OperatorActive {
		return nil, Conflictf("operator", "the operator is %s: only an ACTIVE one runs machines", operator.Status)
	}
	return a, nil
}

// Release returns the assignment as it is after its end at a moment, now if
// nil, or the Faults of that.
func (a *Assignment) Release(at *time.Time, now time.Time) (*Assignment, error) {
	ended := *a
	ended.ReleasedAt = &now
	if at != nil {
		ended.ReleasedAt = at
	}
	return &ended, ended.Check(now)
}

// LosesMachines reports whether an operator who goes from one status to
// another is released from every machine.
func (s OperatorStatus) LosesMachines(next OperatorStatus) bool {
	return next != s && next != OperatorActive
}

// Retirement is the change that ends an operator's work for good.
func Retirement() OperatorPatch {
	return OperatorPatch{Status: Maybe[OperatorStatus]{Set: true, To: OperatorRetired}}
}
