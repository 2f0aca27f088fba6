package e2e_test

import (
	"encoding/json"
	"testing"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestSubscriptionsAnswerEachViewerAsQueriesDo subscribes twice to fields that depend on the viewer or the
// session, and compares each event with the answer that the same viewer gets directly.
func TestSubscriptionsAnswerEachViewerAsQueriesDo(t *testing.T) {
	t.Parallel()
	admin := personOf("admin").bySession()
	for _, c := range []struct {
		name, fields, fragment string
		responsible            member // for the machine
		one, other             sender // of the same role
	}{
		{
			"two managers", `user { email passwordMustChange }`, "", personOf("manager"),
			personOf("manager").bySession(), personOf("analyst").bySession(),
		},
		{
			"two sessions", `user { ...Sessions }`,
			` fragment Sessions on User { sessions { id ... on Session { current } } }`, personOf("admin"),
			admin, sender{person: admin.person, token: fleet.ScopeAdmin},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newAccessFixture(t)
			h.exec(`UPDATE users SET role = 'MANAGER' WHERE role = 'ANALYST'`)
			h.exec(`UPDATE passwords SET must_change = true`)
			_, responsible, _ := fleet.ParseGlobalID(c.responsible.id(fleet.KindUser))
			_, machine, _ := fleet.ParseGlobalID(mine.id(fleet.KindEquipment))
			h.exec(`UPDATE equipment SET user_id = $1 WHERE id = $2`, [16]byte(responsible), [16]byte(machine))
			type event struct {
				EquipmentChanged struct{ Equipment json.RawMessage }
			}
			senders := []sender{c.one, c.other}
			news := make([]*subscriber, len(senders))
			for i, from := range senders {
				news[i] = h.as(from).
					overSocket(`subscription { equipmentChanged { equipment { `+c.fields+` } } }`+c.fragment, nil)
				h.eventually(func() bool { return len(all[event](t, news[i])) == 1 })
			}
			h.exec(`UPDATE equipment SET description = 'changed' WHERE id = $1`, [16]byte(machine))
			answers := map[string]bool{}
			for i, from := range senders {
				var direct struct{ Equipment json.RawMessage }
				h.as(from).data(&direct, `query($id: ID!) { equipment(id: $id) { `+c.fields+` } }`+c.fragment,
					vars{"id": mine.id(fleet.KindEquipment)})
				answers[string(direct.Equipment)] = true
				h.eventually(func() bool { return len(all[event](t, news[i])) == 2 })
				if got := last[event](t, news[i]).EquipmentChanged.Equipment; string(got) != string(direct.Equipment) {
					t.Errorf("%s: the event has %s, the query %s", from.name(), got, direct.Equipment)
				}
			}
			if len(answers) != 2 {
				t.Errorf("both see the same, which shows nothing: %v", answers)
			}
		})
	}
}
