package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// newAssignmentPlan reads what is to be planned, and why.
func newAssignmentPlan(given generated.PlanAssignmentInput) (p fleet.AssignmentPlanInput, why *string, err error) {
	var in input
	why = in.reason(given.Reason.Value())
	p = fleet.AssignmentPlanInput{
		EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID),
		OperatorID:  in.maybeID("operatorId", fleet.KindOperator, given.OperatorID).To,
		StartsAt:    given.StartsAt, EndsAt: given.EndsAt.Value(),
	}
	return p, why, in.faults.Err()
}

// assignmentPlanToCancel reads a plan to cancel, and why.
func assignmentPlanToCancel(given generated.CancelAssignmentPlanInput) (id fleet.UUID, why *string, err error) {
	var in input
	id = in.id("assignmentPlanId", fleet.KindAssignmentPlan, given.AssignmentPlanID)
	why = in.reason(given.Reason.Value())
	return id, why, in.faults.Err()
}
