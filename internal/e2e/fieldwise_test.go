package e2e_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
)

// TestARoundAnswersAsEachObjectWould compares lists, which are answered field
// by field, with the same machines asked for one by one, which are not.
func TestARoundAnswersAsEachObjectWould(t *testing.T) {
	t.Parallel()
	s := newServiceOfResolvers(t)
	s.fill(12)
	s.exec(`UPDATE equipment SET user_id = NULL WHERE name < 'Machine 5'`)
	s.exec(`UPDATE operators SET deleted_at = now() WHERE license_number = 'L-4'`)
	const fields = `id name user { name } assignedOperator { lastName assignedEquipment(first: 2) { totalCount edges { node { name user { name } } } } }
		latestMaintenance { cost equipment { name } } maintenanceRecords(first: 2) { totalCount nodes { cost } edges { cursor node { equipment { name latestMaintenance { cost } } } } }
		history(first: 1) { totalCount } again: user { email }`
	var lists struct {
		ByNode struct{ Nodes []json.RawMessage }
		ByEdge struct {
			Edges []struct{ Node json.RawMessage }
		}
	}
	s.data(
		&lists,
		`{ byNode: equipmentList(first: 12) { nodes { `+fields+` } } byEdge: equipmentList(first: 12) { edges { node { `+fields+` } } } }`,
		nil,
	)
	if len(lists.ByNode.Nodes) != 12 || len(lists.ByEdge.Edges) != 12 {
		t.Fatalf("%d nodes, %d edges", len(lists.ByNode.Nodes), len(lists.ByEdge.Edges))
	}
	for i, node := range lists.ByNode.Nodes {
		var id struct{ ID string }
		_ = json.Unmarshal(node, &id)
		var one struct{ Equipment json.RawMessage }
		s.data(&one, fmt.Sprintf(`{ equipment(id: %q) { %s } }`, id.ID, fields), nil)
		if string(node) != string(one.Equipment) || string(lists.ByEdge.Edges[i].Node) != string(one.Equipment) {
			t.Errorf("alone\n%s\nas a node\n%s\nof an edge\n%s", one.Equipment, node, lists.ByEdge.Edges[i].Node)
		}
	}
}

// TestAnErrorOfARoundStandsUnderItsObject: of a nullable field, the others
// keep their values; of one that may not be null, its list is.
func TestAnErrorOfARoundStandsUnderItsObject(t *testing.T) {
	t.Parallel()
	s := newServiceOfResolvers(t)
	s.fill(3)
	for query, want := range map[string]struct {
		data  string
		paths []any
	}{
		`{ l: equipmentList(first: 2) { nodes { m: maintenanceRecords(first: 0) { nodes { id } } } } }`: {
			`{"l":null}`, []any{[]any{"l", "nodes", 0., "m"}, []any{"l", "nodes", 1., "m"}},
		},
		`{ l: equipmentList(first: 2) { edges { node { m: maintenanceRecords(first: 0) { nodes { id } } } } } }`: {
			`{"l":null}`, []any{[]any{"l", "edges", 0., "node", "m"}, []any{"l", "edges", 1., "node", "m"}},
		},
	} {
		a := s.ask(query, nil)
		paths := map[string]bool{}
		for _, e := range a.Errors {
			paths[fmt.Sprint(e.Path)] = true
		}
		wanted := map[string]bool{}
		for _, p := range want.paths {
			wanted[fmt.Sprint(p)] = true
		}
		if string(a.Data) != want.data || !reflect.DeepEqual(paths, wanted) {
			t.Errorf("%s\n%s %v, want %s %v", query, a.Data, paths, want.data, wanted)
		}
	}
	// A nullable field: the machines' users cannot be read.
	release := s.lock(`ALTER TABLE users RENAME TO gone; COMMIT; BEGIN`)
	a := s.ask(`{ equipmentList(first: 3) { nodes { name user { name } assignedOperator { lastName } } } }`, nil)
	release()
	var list struct {
		EquipmentList struct {
			Nodes []struct {
				Name             string
				User             any
				AssignedOperator struct{ LastName string }
			}
		}
	}
	if err := json.Unmarshal(a.Data, &list); err != nil || len(list.EquipmentList.Nodes) != 3 || len(a.Errors) != 3 {
		t.Fatalf("%s %v", a.Data, a.Errors)
	}
	for i, n := range list.EquipmentList.Nodes {
		if n.Name == "" || n.User != nil || n.AssignedOperator.LastName == "" {
			t.Errorf("%d: %+v", i, n)
		}
	}
}
