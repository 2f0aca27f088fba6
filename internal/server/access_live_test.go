package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// text is all that a subscriber was told, and why it ended.
func (s *subscriber) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	for _, e := range s.events {
		b.Write(e)
	}
	return b.String() + s.ended
}

// TestNoSubscriptionTellsWhatIsNotTheirs follows every subscription there is,
// as every role, without conditions and with ids of rows that the role does
// not see, while rows of all change. The last change is one to be told.
func TestNoSubscriptionTellsWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := schema()
	w := walk{s}
	told := 0
	for _, role := range fleet.Roles() {
		email := strings.ToLower(string(role)) + "-ours@example.com"
		if role == fleet.RoleManager {
			email = "ours@example.com"
		}
		h.serveAs(email)
		hidden := []string{"THEIRS"}
		if role == fleet.RoleOperator {
			hidden = append(hidden, "ELSE")
		}
		followed := map[string]*subscriber{}
		var open []*subscriber // without conditions: these are told of MINE
		for _, f := range s.Subscription.Fields {
			selection := w.selection(s.Types[f.Type.Name()], 1, unaliased)
			sub := h.overSocket(fmt.Sprintf("subscription { %s %s }", f.Name, selection), nil)
			followed[f.Name] = sub
			open = append(open, sub)
			filter := f.Arguments.ForName("filter")
			if filter == nil {
				continue
			}
			for _, condition := range s.Types[filter.Type.Name()].Fields {
				if condition.Type.Name() != "ID" {
					continue
				}
				for _, whose := range hidden {
					id := h.ids[whose][fleet.Kind(condition.Name)]
					if id == "" {
						t.Fatalf("%s: what is a %s?", f.Name, condition.Name)
					}
					query := fmt.Sprintf("subscription { %s(filter: {%s: %q}) %s }", f.Name, condition.Name, id, selection)
					followed[f.Name+" of the "+condition.Name+" "+whose] = h.overSocket(query, nil)
				}
			}
		}
		for name, sub := range followed {
			h.eventually(func() bool { return sub.text() != "" })
			if !strings.Contains(sub.text(), "{") {
				t.Errorf("%s %s: %s", role, name, sub.text())
			}
		}
		for _, whose := range append(hidden, "MINE") { // MINE last
			h.exec(`UPDATE equipment SET description = description || ' again' WHERE name LIKE $1 || '%'`, whose)
			h.exec(`UPDATE maintenance_records SET description = description || ' again' WHERE description LIKE $1 || '%'`, whose)
		}
		for _, sub := range open {
			h.eventually(func() bool {
				text := sub.text()
				return sub.why() != "" || strings.Contains(text, "MINE") || strings.Count(text, "RESYNC") > 1 || strings.Contains(text, "sequence")
			})
			told += strings.Count(sub.text(), "again")
		}
		for name, sub := range followed {
			for _, secret := range h.secrets(hidden, "") {
				if text := sub.text(); strings.Contains(text, secret) {
					t.Errorf("%s %s: found %s in %s", role, name, secret, text)
				}
			}
		}
	}
	if told == 0 {
		t.Error("nobody was told of anything: this shows nothing")
	}
}

// TestWhatOthersChangeMovesNoFigure: the sequence tells nothing of other companies.
func TestWhatOthersChangeMovesNoFigure(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	figures := func() string {
		a := h.ask(`{ dashboardStats { totalEquipment totalValue sequence } equipmentList { totalCount } maintenanceSummary { records totalCost } }`, nil)
		if len(a.Errors) > 0 {
			t.Fatal(a.Errors)
		}
		return string(a.Data)
	}
	before := figures()
	h.exec(`UPDATE equipment SET cost = 1 WHERE name LIKE 'THEIRS%'`)
	h.exec(`INSERT INTO equipment (company_id, name, category) SELECT id, 'THEIRS too', 'x' FROM companies WHERE name = 'Theirs'`)
	if after := figures(); after != before {
		t.Errorf("%s became %s", before, after)
	}
}

// TestCursorsAreOfOneCompany takes cursors of every list of the query, and
// asks with them on behalf of another company.
func TestCursorsAreOfOneCompany(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	theirs := *h.service
	theirs.serveAs("admin-theirs@example.com")
	h.serveAs("admin-ours@example.com")
	taken := 0
	for _, f := range schema().Query.Fields {
		if f.Arguments.ForName("after") == nil {
			continue
		}
		a := theirs.ask(fmt.Sprintf(`{ list: %s(first: 1) { pageInfo { endCursor } } }`, f.Name), nil)
		var page struct {
			List struct{ PageInfo struct{ EndCursor string } }
		}
		_ = json.Unmarshal(a.Data, &page)
		cursor := page.List.PageInfo.EndCursor
		if len(a.Errors) > 0 || cursor == "" {
			t.Errorf("%s: %+v", f.Name, a)
			continue
		}
		taken++
		for _, argument := range []string{"first: 1, after", "last: 1, before"} {
			refusal := h.ask(fmt.Sprintf(`{ %s(%s: %q) { nodes { id } } }`, f.Name, argument, cursor), nil)
			if len(refusal.Errors) != 1 || refusal.Errors[0].Extensions["code"] != string(fleet.BadInput) {
				t.Errorf("%s(%s) with a cursor of another company: %s %+v", f.Name, argument, refusal.Data, refusal.Errors)
			}
		}
	}
	if taken < 4 {
		t.Errorf("%d lists: this shows nothing", taken)
	}
}
