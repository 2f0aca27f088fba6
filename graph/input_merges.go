package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// mergeOf reads two machines that are one, and why.
func mergeOf(given generated.MergeEquipmentInput) (m fleet.Merge, why *string, err error) {
	var in input
	m = fleet.Merge{
		EquipmentID: in.id("equipmentId", fleet.KindEquipment, given.EquipmentID),
		DuplicateID: in.id("duplicateId", fleet.KindEquipment, given.DuplicateID),
		Expected:    given.ExpectedVersion.Value(), ExpectedDuplicate: given.ExpectedDuplicateVersion.Value(),
	}
	why = in.reason(given.Reason.Value())
	return m, why, in.faults.Err()
}

// mergeToUndo reads the duplicate of a merge to take back, and why.
func mergeToUndo(given generated.UndoMergeEquipmentInput) (duplicate fleet.UUID, why *string, err error) {
	var in input
	duplicate = in.id("duplicateId", fleet.KindEquipment, given.DuplicateID)
	why = in.reason(given.Reason.Value())
	return duplicate, why, in.faults.Err()
}

// mergedOf returns what payloads show of a merge, null when there are errors.
func mergedOf(m *fleet.MergedMachines) (stays, duplicate *fleet.Equipment, moved *int) {
	if m == nil {
		return nil, nil, nil
	}
	return m.Equipment, m.Duplicate, &m.Moved
}
