package graph

import (
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

func newPaper(given generated.CreatePaperInput) (*fleet.Paper, error) {
	var in input
	p := &fleet.Paper{
		EquipmentID: in.maybeID("equipmentId", fleet.KindEquipment, given.EquipmentID).To,
		OperatorID:  in.maybeID("operatorId", fleet.KindOperator, given.OperatorID).To,
		Kind:        given.Kind, Number: given.Number.Value(), IssuedOn: given.IssuedOn.Value(),
		ValidUntil: given.ValidUntil, Note: given.Note.Value(),
	}
	return p, in.faults.Err()
}

func paperPatch(given generated.UpdatePaperInput) (id fleet.UUID, patch fleet.PaperPatch, err error) {
	var in input
	id = in.id("paperId", fleet.KindPaper, given.PaperID)
	patch = fleet.PaperPatch{
		Kind: maybeNot(&in, "kind", given.Kind), Number: maybe(given.Number), IssuedOn: maybe(given.IssuedOn),
		ValidUntil: maybeNot(&in, "validUntil", given.ValidUntil), Note: maybe(given.Note),
	}
	return id, patch, in.faults.Err()
}
