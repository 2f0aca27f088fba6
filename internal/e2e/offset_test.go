package e2e_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

type idPage struct {
	Nodes    []struct{ ID string }
	PageInfo struct {
		HasNextPage, HasPreviousPage bool
		StartCursor, EndCursor       *string
	}
}

func (p idPage) ids() (ids []string) {
	for _, n := range p.Nodes {
		ids = append(ids, n.ID)
	}
	return ids
}

// TestAListIsEnteredAtAnyOffset reads pages in the middle of every list of the company, in each of its orders, and
// continues with their cursors in both directions.
func TestAListIsEnteredAtAnyOffset(t *testing.T) {
	t.Parallel()
	s := emptyService(t)
	s.people()
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.exec(`INSERT INTO users (company_id, email, name, role)
		SELECT company_id, i || '@example.com', CASE i % 2 WHEN 0 THEN 'User ' ELSE 'uSER ' END || i % 3, 'ANALYST' FROM users, generate_series(1, 12) i WHERE name LIKE 'Ours%'`)
	s.serveAs("ours@example.com")
	s.fill(13)
	s.exec(`UPDATE equipment SET cost = NULL, name = 'same' WHERE name LIKE '%3'`)
	s.exec(`INSERT INTO history (id, company_id, subject, subject_id, action, changes)
		SELECT uuid_v7(), company_id, 'EQUIPMENT', id, 'UPDATED', '[]' FROM equipment`)
	for _, list := range []struct {
		field  string
		orders []string
	}{
		{"equipmentList", names(fleet.EquipmentOrders())}, {"operators", names(fleet.OperatorOrders())},
		{"maintenanceRecords", names(fleet.MaintenanceOrders())}, {"history", []string{""}}, {"users", names(fleet.UserOrders())},
		{`users(filter: { role: ANALYST })`, names(fleet.UserOrders())},
		{`equipmentList(filter: { search: "machine" })`, names(fleet.EquipmentOrders())},
	} {
		for _, order := range list.orders {
			read := func(args string) idPage {
				t.Helper()
				if order != "" {
					args += " orderBy: " + order
				}
				field := list.field + "(" + args + ")"
				if before, ok := strings.CutSuffix(list.field, ")"); ok {
					field = before + " " + args + ")"
				}
				var got struct{ Page idPage }
				a := s.data(
					&got,
					"{ page: "+field+" { nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
					nil,
				)
				if a.statements != 1 {
					t.Errorf("%s: %d statements, want 1", field, a.statements)
				}
				return got.Page
			}
			all := read("first: 100").ids()
			if len(all) < 5 {
				t.Fatalf("%s has %d rows", list.field, len(all))
			}
			for _, offset := range []int{0, 1, 4, len(all) - 1, len(all), 1000} {
				page := read(fmt.Sprintf("first: 3 offset: %d", offset))
				from, to := min(offset, len(all)), min(offset+3, len(all))
				if !slices.Equal(page.ids(), all[from:to]) || page.PageInfo.HasNextPage != (to < len(all)) ||
					page.PageInfo.HasPreviousPage != (offset > 0 && from < to) {
					t.Errorf("%s %s at %d: %v %+v of %v", list.field, order, offset, page.ids(), page.PageInfo, all)
				}
				if from == to {
					continue
				}
				next := read(fmt.Sprintf("first: 3 after: %q", *page.PageInfo.EndCursor))
				previous := read(fmt.Sprintf("last: 3 before: %q", *page.PageInfo.StartCursor))
				if !slices.Equal(next.ids(), all[to:min(to+3, len(all))]) ||
					!slices.Equal(previous.ids(), all[max(from-3, 0):from]) {
					t.Errorf("%s %s at %d continues with %v and %v", list.field, order, offset, next.ids(), previous.ids())
				}
			}
		}
	}
}

func names[T ~string](values []T) (list []string) {
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

// TestTheFirstGroupsOfASummary reads the first groups in every order, and as few as asked for: the machines of highest
// cost are found without a line for each machine.
func TestTheFirstGroupsOfASummary(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.fill(120)
	s.exec(`UPDATE maintenance_records m SET cost = split_part(e.name, ' ', 2)::int FROM equipment e
		WHERE e.id = m.equipment_id AND m.description = 'Work 3'`)
	s.exec(`INSERT INTO maintenance_records (company_id, equipment_id, kind, maintenance_date, cost)
		SELECT company_id, id, 'OTHER', '2026-02-02', 0 FROM equipment WHERE name IN ('Machine 7', 'Machine 8')`)
	ask := func(args string) (names []string, lines int) {
		t.Helper()
		var got struct {
			MaintenanceSummary []struct {
				Equipment struct{ Name string }
				TotalCost string
			}
		}
		s.data(&got, `{ maintenanceSummary(groupBy: [EQUIPMENT] `+args+`) { equipment { name } totalCost } }`, nil)
		for _, g := range got.MaintenanceSummary {
			names = append(names, strings.TrimPrefix(g.Equipment.Name, "Machine "))
			if !strings.Contains(g.TotalCost, ".") {
				t.Errorf("the amount %s has no cents", g.TotalCost)
			}
		}
		return names, len(names)
	}
	for order, want := range map[string]string{
		"TOTAL_COST_DESC": "120 119 118", "TOTAL_COST_ASC": "1 2 3", "AVERAGE_COST_DESC": "120 119 118",
		"AVERAGE_COST_ASC": "7 8 1", "RECORDS_DESC": "7 8",
	} {
		n := len(strings.Fields(want))
		got, _ := ask(fmt.Sprintf("first: %d orderBy: %s", n, order))
		if order == "RECORDS_DESC" {
			slices.Sort(got)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", order, got, want)
		}
	}
	few, _ := ask("first: 119 orderBy: RECORDS_ASC")
	if slices.Contains(few, "7") && slices.Contains(few, "8") {
		t.Error("the machines of most records are not the last ones")
	}
	if _, lines := ask("first: 10000"); lines != 120 {
		t.Errorf("%d of 120 groups", lines)
	}
	// Without first nothing is left out.
	a := s.ask(`{ maintenanceSummary(groupBy: [EQUIPMENT]) { totalCost } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != string(fleet.LimitExceeded) ||
		!strings.Contains(a.Errors[0].Message, "more than 100 groups") {
		t.Errorf("120 groups without first: %s %+v", a.Data, a.Errors)
	}
	var got struct{ MaintenanceSummary []json.RawMessage }
	s.exec(`DELETE FROM maintenance_records WHERE equipment_id IN (SELECT id FROM equipment ORDER BY created_at LIMIT 20)`)
	s.data(&got, `{ maintenanceSummary(groupBy: [EQUIPMENT]) { totalCost } }`, nil)
	if n := len(got.MaintenanceSummary); n != 100 {
		t.Errorf("%d of 100 groups", n)
	}
}
