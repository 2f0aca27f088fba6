package ingest

import (
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// mapsAnOwner reports whether a mapping of papers gives their machine or operator.
func (m *Mapping) mapsAnOwner() bool { return m.has("equipment") || m.has("operator") }

// newPaper checks a row of papers by the rules of the domain. Which machine or operator it is of is found later.
func newPaper(byColumn map[string]string) error {
	p := &fleet.Paper{Kind: fleet.PaperKind(byColumn["kind"]), Number: optional[string](byColumn, "number"),
		IssuedOn: optionalDay(byColumn, "issued_on"), Note: optional[string](byColumn, "note")}
	if day := optionalDay(byColumn, "valid_until"); day != nil {
		p.ValidUntil = *day
	}
	switch machine, operator := byColumn["equipment_id"] != "", byColumn["operator_id"] != ""; {
	case machine && operator:
		return fleet.BadInputf("operator", "a paper is of a machine or of an operator: leave one of both empty")
	case operator:
		p.OperatorID = new(fleet.UUID)
	case machine:
		p.EquipmentID = new(fleet.UUID)
	default:
		return &fleet.Error{Code: fleet.BadInput, Field: "equipment", Related: "operator",
			Message: "is empty, and a paper is of a machine or of an operator"}
	}
	return p.Check()
}

// otherOwner says why a paper does not move.
const otherOwner = "the paper with this reference is of another machine or operator, and papers do not move: " +
	"if the files are of two systems, tell them apart with --source"

func (c *converter) revisePaper(g givenRow, before *fleet.Paper) (store.Revision, error) {
	owners := map[string]*string{"equipment_id": keyText(before.EquipmentID), "operator_id": keyText(before.OperatorID)}
	for _, column := range []string{"equipment_id", "operator_id"} {
		if id, ok := g.text(column); ok && (owners[column] == nil || *owners[column] != id) {
			return store.Revision{Reject: &store.Reject{Column: column, Reason: otherOwner}}, nil
		}
	}
	var p fleet.PaperPatch
	setText(g, "kind", &p.Kind)
	setOptional(g, "number", &p.Number)
	setDay(g, "issued_on", &p.IssuedOn)
	setOptional(g, "note", &p.Note)
	if s, ok := g.text("valid_until"); ok {
		if day, err := fleet.ParseDate(s); err == nil {
			p.ValidUntil = fleet.Maybe[fleet.Date]{Set: true, To: day}
		}
	}
	after, err := p.Apply(before)
	return c.revision(err, before.Facts(), after.Facts(), map[string]*string{"equipment_id": owners["equipment_id"],
		"operator_id": owners["operator_id"], "kind": (*string)(&after.Kind), "number": after.Number,
		"issued_on": dayText(after.IssuedOn), "valid_until": dayText(&after.ValidUntil), "note": after.Note})
}

// keyText returns the text of a key; nil for none.
func keyText(id *fleet.UUID) *string {
	if id == nil {
		return nil
	}
	s := id.String()
	return &s
}
