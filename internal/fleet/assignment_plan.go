package fleet

import (
	"fmt"
	"time"
)

// AssignmentPlanStatus says what has become of an assignment plan.
type AssignmentPlanStatus string

// The statuses of a plan. The last three are final.
const (
	PlanWaits      AssignmentPlanStatus = "PLANNED"
	PlanStarted    AssignmentPlanStatus = "STARTED" // within its period, after which the operator of before returns
	PlanCarriedOut AssignmentPlanStatus = "CARRIED_OUT"
	PlanCancelled  AssignmentPlanStatus = "CANCELLED"
	PlanDropped    AssignmentPlanStatus = "DROPPED" // it could not be carried out
)

// AssignmentPlanStatuses lists every status.
func AssignmentPlanStatuses() []AssignmentPlanStatus {
	return []AssignmentPlanStatus{PlanWaits, PlanStarted, PlanCarriedOut, PlanCancelled, PlanDropped}
}

// AssignmentPlan says which operator a machine is to have from a moment on. With an end it is for a period, after which
// the operator of before has the machine again; without one it holds until the next plan. A job carries plans out.
type AssignmentPlan struct {
	ID             UUID
	EquipmentID    UUID
	OperatorID     *UUID // nil: the machine is to be without an operator
	StartsAt       time.Time
	EndsAt         *time.Time
	Reason         *string // why, as the user that planned it gave it
	Status         AssignmentPlanStatus
	ReturnsTo      *UUID // the operator of before, once the plan has started; nil for none
	ClosedAt       *time.Time
	DroppedBecause *string
	UserID         *UUID // that planned it; nil from the command line
	CreatedAt      time.Time
}

// GlobalID returns the plan's public id.
func (p *AssignmentPlan) GlobalID() string { return GlobalID(KindAssignmentPlan, p.ID) }

// Check returns the Faults of the period of a new plan, which begins after now and ends within a year.
func (p *AssignmentPlan) Check(now time.Time) error {
	var faults Faults
	last := now.AddDate(1, 0, 0)
	switch {
	case !p.StartsAt.After(now):
		faults.Add("startsAt", BadInputf("", "%s is not in the future: assignOperator and releaseOperator take moments "+
			"from now or earlier", stamp(p.StartsAt)))
	case p.StartsAt.After(last):
		faults.Add("startsAt", BadInputf("", "%s is more than a year ahead: give an earlier moment", stamp(p.StartsAt)))
	}
	if p.EndsAt != nil {
		switch {
		case !p.EndsAt.After(p.StartsAt):
			faults.Add("endsAt", BadInputf("", "%s is not after startsAt %s", stamp(*p.EndsAt), stamp(p.StartsAt)))
		case p.EndsAt.After(last):
			faults.Add("endsAt", BadInputf("", "%s is more than a year ahead: give an earlier moment, or leave it out",
				stamp(*p.EndsAt)))
		}
	}
	return faults.Err()
}

// Facts returns the fields of a plan as the history records them.
func (p *AssignmentPlan) Facts() []Fact {
	return []Fact{
		{"equipment", globalIDOf(KindEquipment, &p.EquipmentID)}, {"operator", globalIDOf(KindOperator, p.OperatorID)},
		{"startsAt", stampOf(&p.StartsAt)}, {"endsAt", stampOf(p.EndsAt)},
	}
}

// DropChanges returns the changes of a plan that is dropped: its values, and why.
func (p *AssignmentPlan) DropChanges() []FieldChange {
	return append(Changes(p.Facts(), nil), FieldChange{Field: "droppedBecause", To: p.DroppedBecause})
}

// Overlaps reports whether two plans of one machine take the same time. A plan without an end takes the moment of its
// start alone: it holds until the next plan.
func (p *AssignmentPlan) Overlaps(other *AssignmentPlan) bool {
	return p.takes(other.StartsAt) || other.takes(p.StartsAt)
}

func (p *AssignmentPlan) takes(at time.Time) bool {
	return at.Equal(p.StartsAt) || p.EndsAt != nil && at.After(p.StartsAt) && at.Before(*p.EndsAt)
}

// RefuseOverlap is the CONFLICT of a new plan that overlaps this one. name is that of its operator; "" without one.
func (p *AssignmentPlan) RefuseOverlap(name string) error {
	return Conflictf(Overlap, "startsAt", "%s (%s): cancel that plan, or give another period", p.describe(name),
		p.GlobalID())
}

// describe says what the plan is, with the name of its operator; "" without one.
func (p *AssignmentPlan) describe(name string) string {
	what := "the machine is planned to be without an operator"
	if p.OperatorID != nil {
		what = fmt.Sprintf("operator %s is planned for the machine", name)
	}
	if p.EndsAt == nil {
		return fmt.Sprintf("%s from %s on", what, stamp(p.StartsAt))
	}
	return fmt.Sprintf("%s from %s to %s", what, stamp(p.StartsAt), stamp(*p.EndsAt))
}

// DueAt returns the moment at which the open plan has something to do: its start, or its end once it has started.
func (p *AssignmentPlan) DueAt() time.Time {
	if p.Status == PlanStarted {
		return *p.EndsAt
	}
	return p.StartsAt
}

// Takes returns the operator that is to have the machine at DueAt; nil for none.
func (p *AssignmentPlan) Takes() *UUID {
	if p.Status == PlanStarted {
		return p.ReturnsTo
	}
	return p.OperatorID
}

// CheckCancel returns a CONFLICT for a plan that is closed.
func (p *AssignmentPlan) CheckCancel() error {
	if p.ClosedAt == nil {
		return nil
	}
	return Conflictf(Transition, "assignmentPlanId", "the plan is %s since %s: only one that is %s or %s can be cancelled",
		p.Status, stamp(*p.ClosedAt), PlanWaits, PlanStarted)
}

// AssignmentPlanList is the list of the open plans of a machine or an operator, soonest first.
func AssignmentPlanList(company UUID) List {
	return List{Name: "assignmentPlans", Company: company, Order: "STARTS_AT_ASC", Key: TimeKey}
}

// Position returns the plan's position in AssignmentPlanList.
func (p *AssignmentPlan) Position() Position { return Position{timeKey(p.StartsAt), p.ID} }

// AssignmentPlanInput is a request to plan an assignment.
type AssignmentPlanInput struct {
	EquipmentID UUID
	OperatorID  *UUID // nil: the machine is to be without an operator
	StartsAt    time.Time
	EndsAt      *time.Time
}

// Plan returns the plan for a machine and an operator, which is nil for none, or its Faults. An operator that is
// INACTIVE now may be ACTIVE when the plan begins; a RETIRED one and a RETIRED machine do not come back.
func (in AssignmentPlanInput) Plan(machine *Equipment, operator *Operator, why *string,
	now time.Time) (*AssignmentPlan, error) {
	p := &AssignmentPlan{EquipmentID: in.EquipmentID, OperatorID: in.OperatorID, StartsAt: in.StartsAt, EndsAt: in.EndsAt,
		Reason: why, Status: PlanWaits}
	if err := p.Check(now); err != nil {
		return nil, err
	}
	if machine.Status == EquipmentRetired {
		return nil, Conflictf(Transition, "equipmentId", "the machine is RETIRED: it takes no operator")
	}
	if operator != nil && operator.Status == OperatorRetired {
		return nil, Conflictf(Transition, "operatorId", "the operator is RETIRED: only one that is ACTIVE by then can have "+
			"the machine")
	}
	return p, nil
}

// Starts returns the assignment that begins with the plan on a machine; nil if the operator has the machine already.
// It is one that replaces the operator of before.
func (p *AssignmentPlan) Starts(machine *Equipment) *AssignmentInput {
	return handOver(machine, p.OperatorID, p.StartsAt)
}

// Returns returns the assignment with which the operator of before has the machine again after the plan; nil if that is
// none, or has the machine already.
func (p *AssignmentPlan) Returns(machine *Equipment) *AssignmentInput {
	return handOver(machine, p.ReturnsTo, *p.EndsAt)
}

func handOver(machine *Equipment, to *UUID, at time.Time) *AssignmentInput {
	if to == nil || sameID(machine.OperatorID, to) {
		return nil
	}
	return &AssignmentInput{EquipmentID: machine.ID, OperatorID: *to, AssignedAt: &at, Replace: true}
}

// Runs reports whether the machine is as the plan has left it, or without an operator: no other operator was assigned
// by hand within its period.
func (p *AssignmentPlan) Runs(machine *Equipment) bool {
	return machine.OperatorID == nil || sameID(machine.OperatorID, p.OperatorID)
}

// CheckEnd returns a CONFLICT when an operator of neither before nor the plan has the machine at its end.
func (p *AssignmentPlan) CheckEnd(machine *Equipment) error {
	if p.Runs(machine) || sameID(machine.OperatorID, p.ReturnsTo) {
		return nil
	}
	return Conflictf(Transition, "", "another operator was assigned within the period: the machine stays with that one")
}

// RefuseByHand is the CONFLICT of a plan that comes before an assignment by hand, from since on.
func RefuseByHand(since time.Time) error {
	return Conflictf(Overlap, "", "an operator was assigned from %s on, which counts more than the plan", stamp(since))
}

// CheckReturn returns a CONFLICT unless the operator of before, nil for a deleted one, can have the machine again.
func CheckReturn(operator *Operator) error {
	switch {
	case operator == nil:
		return Conflictf(Transition, "", "the operator of before was deleted: the machine is without an operator")
	case operator.Status != OperatorActive:
		return Conflictf(Transition, "", "the operator of before is %s: the machine is without an operator", operator.Status)
	}
	return nil
}

func sameID(a, b *UUID) bool { return a != nil && b != nil && *a == *b }

// Why the plans of a machine or an operator are dropped with it.
const (
	MachineDeleted  = "the machine was deleted"
	MachineRetired  = "the machine was retired"
	OperatorDeleted = "the operator was deleted"
	OperatorLeft    = "the operator was retired"
)
