package fleet

import "time"

// Assignment is a period in which an operator runs a machine. The periods of one machine never
// overlap.
type Assignment struct {
	ID          UUID
	EquipmentID UUID
	OperatorID  UUID
	AssignedAt  time.Time
	ReleasedAt  *time.Time // nil: the operator runs the machine now
	CreatedAt   time.Time
}

// GlobalID returns the assignment's public id.
func (a *Assignment) GlobalID() string { return GlobalID(KindAssignment, a.ID) }

// Check returns the Faults of a new period, which cannot begin or end after now.
func (a *Assignment) Check(now time.Time) error {
	var faults Faults
	faults.Add("assignedAt", checkMoment(a.AssignedAt))
	faults.Add("", a.checkPeriod(now,
		"give the end once it has come, and leave it out while the operator runs the machine"))
	return faults.Err()
}

// checkPeriod returns the Faults of the period; instead is what to do about an end in the future.
func (a *Assignment) checkPeriod(now time.Time, instead string) error {
	var faults Faults
	if a.AssignedAt.After(now) {
		faults.Add("assignedAt", BadInputf("", "%s is in the future: assign from now or earlier, or plan it "+
			"with planAssignment", stamp(a.AssignedAt)))
	}
	if a.ReleasedAt != nil {
		if !a.ReleasedAt.After(a.AssignedAt) {
			faults.Add("releasedAt", BadInputf("", "%s is not after assignedAt %s", stamp(*a.ReleasedAt),
				stamp(a.AssignedAt)))
		}
		if a.ReleasedAt.After(now) {
			faults.Add("releasedAt", BadInputf("", "%s is in the future: %s", stamp(*a.ReleasedAt), instead))
		}
	}
	return faults.Err()
}

// ReleaseChanges returns the changes of the release of before, with the machine and the operator, which
// stay the same: the entry would not tell them otherwise.
func (a *Assignment) ReleaseChanges(before *Assignment) []FieldChange {
	facts := a.Facts()
	return append([]FieldChange{
		{Field: facts[0].Field, From: facts[0].Value, To: facts[0].Value},
		{Field: facts[1].Field, From: facts[1].Value, To: facts[1].Value},
	}, Changes(before.Facts(), facts)...)
}

// CorrectionChanges returns the changes of a correction of before, with the machine and the operator.
func (a *Assignment) CorrectionChanges(before *Assignment) []FieldChange {
	if a.OperatorID == before.OperatorID {
		return a.ReleaseChanges(before)
	}
	machine := a.Facts()[0]
	return append([]FieldChange{{Field: machine.Field, From: machine.Value, To: machine.Value}},
		Changes(before.Facts(), a.Facts())...)
}

// Facts returns the fields of an assignment as the history records them.
func (a *Assignment) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, &a.EquipmentID)}, {"operator", globalIDOf(KindOperator, &a.OperatorID)},
		{"assignedAt", stampOf(&a.AssignedAt)}, {"releasedAt", stampOf(a.ReleasedAt)},
	}
}

// AssignmentOrder is an order of assignments. Ties are ordered by id.
type AssignmentOrder string

// The orders of assignments. An open assignment counts as one that ends after all others.
const (
	AssignmentAssignedAtDesc AssignmentOrder = "ASSIGNED_AT_DESC" // the default
	AssignmentAssignedAtAsc  AssignmentOrder = "ASSIGNED_AT_ASC"
	AssignmentReleasedAtDesc AssignmentOrder = "RELEASED_AT_DESC"
	AssignmentReleasedAtAsc  AssignmentOrder = "RELEASED_AT_ASC"
)

// AssignmentOrders lists every order, the default first.
func AssignmentOrders() []AssignmentOrder {
	return []AssignmentOrder{AssignmentAssignedAtDesc, AssignmentAssignedAtAsc, AssignmentReleasedAtDesc,
		AssignmentReleasedAtAsc}
}

// List returns the list of the assignments of a machine or an operator in this order.
func (o AssignmentOrder) List(company UUID) List {
	return List{Name: "assignments", Company: company, Order: string(o), Key: TimeKey}
}

// openEnd is the end of an open assignment in orders by the end, as in the indexes.
const openEnd = "9999-12-31T00:00:00Z"

// Position returns the assignment's position in this order.
func (a *Assignment) Position(by AssignmentOrder) Position {
	switch {
	case by != AssignmentReleasedAtAsc && by != AssignmentReleasedAtDesc:
		return Position{timeKey(a.AssignedAt), a.ID}
	case a.ReleasedAt == nil:
		return Position{openEnd, a.ID}
	default:
		return Position{timeKey(*a.ReleasedAt), a.ID}
	}
}

// AssignmentFilter selects the assignments that meet every condition. A nil condition is ignored.
type AssignmentFilter struct {
	IDs        []RowID
	Equipment  *IDFilter
	Operator   *IDFilter
	Open       *bool // whether the operator runs the machine now
	AssignedAt *DateTimeFilter
	ReleasedAt *DateTimeFilter
	Deleted    *Deleted // nil: only those of machines and operators that are not

	And, Or []*AssignmentFilter
	Not     *AssignmentFilter
}

// Check returns a BAD_INPUT for the first invalid condition.
func (f *AssignmentFilter) Check() error { return checkFilter(f).err }

// Conditions returns the number of conditions, those of filters within the filter included.
func (f *AssignmentFilter) Conditions() int { return checkFilter(f).conditions }

func (f *AssignmentFilter) check(c *checker) {
	c.ids("ids", KindAssignment, f.IDs)
	c.reference("equipment", KindEquipment, f.Equipment)
	c.reference("operator", KindOperator, f.Operator)
	c.count("open", f.Open != nil)
	c.times("assignedAt", f.AssignedAt)
	c.times("releasedAt", f.ReleasedAt)
	c.deleted(f.Deleted)
	within(c, f.And, f.Or, f.Not)
}

// DeletedAssignment is the result of deleting an assignment: it, and its machine.
type DeletedAssignment struct {
	Assignment *Assignment
	Equipment  *Equipment
}
