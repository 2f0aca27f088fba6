package graph

import (
	"fmt"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

func newSchedule(given generated.CreateServiceScheduleInput) (*fleet.ServiceSchedule, error) {
	var in input
	s := &fleet.ServiceSchedule{
		EquipmentID: in.maybeID("equipmentId", fleet.KindEquipment, given.EquipmentID).To,
		Category:    given.Category.Value(), Manufacturer: given.Manufacturer.Value(), Model: given.Model.Value(),
		Title: given.Title, Kind: given.Kind,
		EstimatedCost: given.EstimatedCost.Value(), EstimatedHours: given.EstimatedHours.Value(),
		IntervalDays: given.IntervalDays.Value(), IntervalHours: given.IntervalHours.Value(), Recurrence: given.Recurrence,
		LastDoneOn: given.LastDoneOn.Value(), LastDoneHours: given.LastDoneHours.Value(),
		FirstDueOn: given.FirstDueOn.Value(), FirstDueHours: given.FirstDueHours.Value(),
		LeadDays: given.LeadDays, LeadHours: given.LeadHours.Value(), Pauses: in.pauses(given.Pauses),
	}
	return s, in.faults.Err()
}

func schedulePatch(
	given generated.UpdateServiceScheduleInput,
) (id fleet.UUID, patch fleet.ServiceSchedulePatch, err error) {
	var in input
	id = in.id("serviceScheduleId", fleet.KindSchedule, given.ServiceScheduleID)
	patch = fleet.ServiceSchedulePatch{
		Title: maybeNot(&in, "title", given.Title), Kind: maybeNot(&in, "kind", given.Kind),
		EstimatedCost: maybe(given.EstimatedCost), EstimatedHours: maybe(given.EstimatedHours),
		IntervalDays: maybe(given.IntervalDays), IntervalHours: maybe(given.IntervalHours),
		Recurrence: maybeNot(&in, "recurrence", given.Recurrence),
		LastDoneOn: maybe(given.LastDoneOn), LastDoneHours: maybe(given.LastDoneHours),
		FirstDueOn: maybe(given.FirstDueOn), FirstDueHours: maybe(given.FirstDueHours),
		LeadDays: maybeNot(&in, "leadDays", given.LeadDays), LeadHours: maybe(given.LeadHours),
	}
	if list, set := given.Pauses.ValueOK(); set {
		if list == nil {
			in.faults.Add("pauses", fleet.BadInputf("", "null is not allowed here: give an empty list for no pauses"))
		}
		patch.Pauses = fleet.Maybe[[]fleet.SeasonalPause]{Set: true, To: in.pauses(list)}
	}
	return id, patch, in.faults.Err()
}

// pauses reads seasonal pauses.
func (in *input) pauses(given []*generated.SeasonalPauseInput) []fleet.SeasonalPause {
	var list []fleet.SeasonalPause
	for i, g := range given {
		from, err := fleet.ParseMonthDay(g.From)
		in.faults.Add(fmt.Sprintf("pauses.%d.from", i), err)
		to, err := fleet.ParseMonthDay(g.To)
		in.faults.Add(fmt.Sprintf("pauses.%d.to", i), err)
		list = append(list, fleet.SeasonalPause{From: from, To: to})
	}
	return list
}
