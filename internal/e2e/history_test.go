package e2e_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestTheHistoryTellsOfRowsThatAreGone asks for the entries of a machine that was deleted, and of
// one that was purged, beside those of one that is there.
func TestTheHistoryTellsOfRowsThatAreGone(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.exec(`UPDATE users SET role = 'ADMIN' WHERE email = 'ours@example.com'`)
	s.serveAs("ours@example.com")
	kept, hidden, gone := s.machine(vars{"name": "Kept"}), s.machine(vars{"name": "Hidden"}),
		s.machine(vars{"name": "Gone"})
	type payload struct{ Errors []fault }
	remove := func(mutation, id string) {
		t.Helper()
		if p := change[payload](s, `mutation($id: ID!) { p: `+mutation+`(input: { equipmentId: $id })`+
			` { errors { code reason message field } } }`, vars{"id": id}); len(p.Errors) > 0 {
			t.Fatalf("%s: %+v", mutation, p.Errors)
		}
	}
	remove("deleteEquipment", hidden.ID)
	remove("deleteEquipment", gone.ID)
	remove("purgeEquipment", gone.ID)

	type entry struct {
		ID, Action, Subject    string
		SubjectID, SubjectName *string
		Node                   *struct{ ID string }
	}
	var h struct {
		History struct {
			Nodes []entry
			Edges []struct{ Node entry }
		}
	}
	const fields = `{ id action subject subjectId subjectName node { id } }`
	s.data(&h, `{ history { nodes `+fields+` edges { node `+fields+` } } }`, nil)
	if len(h.History.Nodes) != 6 || len(h.History.Edges) != 6 {
		t.Fatalf("%+v", h)
	}
	names := map[string]string{kept.ID: "Kept", hidden.ID: "Hidden", gone.ID: "Gone"}
	for i, e := range h.History.Nodes {
		if e.SubjectID == nil || e.SubjectName == nil || names[*e.SubjectID] != *e.SubjectName ||
			e.Subject != string(fleet.SubjectEquipment) || (e.Node != nil) != (*e.SubjectID == kept.ID) {
			t.Errorf("an entry is %+v", e)
		}
		var one struct{ Node entry }
		s.data(&one, `query($id: ID!) { node(id: $id) { ... on HistoryEntry `+fields+` } }`, vars{"id": e.ID})
		if (one.Node.Node != nil) != (e.Node != nil) || (h.History.Edges[i].Node.Node != nil) != (e.Node != nil) {
			t.Errorf("by id it is %+v, in edges %+v", one.Node, h.History.Edges[i].Node)
		}
	}
	if s.count(`SELECT count(*)::int FROM history WHERE action = 'PURGED' AND subject_name = 'Gone'`) != 1 {
		t.Error("the entry of the purge has no name")
	}
}
