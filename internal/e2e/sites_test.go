package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type sitePayload struct {
	Site *struct {
		ID, Name  string
		Code      *string
		DeletedAt *string
		Version   int
	}
	SiteMove *struct {
		ID, ArrivedAt string
		LeftAt        *string
		Site          *struct{ ID string }
	}
	DeletedID *string
	Equipment *struct {
		ID      string
		Version int
		Site    *struct{ ID string }
	}
	Errors []fault
}

const (
	siteErrors  = ` errors { code reason message field } } }`
	createSite  = `mutation($in: CreateSiteInput!) { p: createSite(input: $in) { site { id name code version }` + siteErrors
	updateSite  = `mutation($in: UpdateSiteInput!) { p: updateSite(input: $in) { site { id name code version }` + siteErrors
	deleteSite  = `mutation($in: DeleteSiteInput!) { p: deleteSite(input: $in) { deletedId site { id name version deletedAt }` + siteErrors
	restoreSite = `mutation($in: RestoreSiteInput!) { p: restoreSite(input: $in) { site { id name version deletedAt }` + siteErrors

	moveMachine = `mutation($in: MoveEquipmentInput!) { p: moveEquipment(input: $in) { siteMove { id arrivedAt leftAt site { id } }
		equipment { id version site { id } }` + siteErrors
	correctMove = `mutation($in: CorrectSiteMoveInput!) { p: correctSiteMove(input: $in) { siteMove { id arrivedAt leftAt site { id } }` +
		siteErrors
	deleteMove = `mutation($in: DeleteSiteMoveInput!) { p: deleteSiteMove(input: $in) { deletedId equipment { id version site { id } }` +
		siteErrors
)

// changed runs a mutation of a site or a move that must succeed.
func (s *service) changed(mutation string, in vars) sitePayload {
	s.t.Helper()
	p := change[sitePayload](s, mutation, vars{"in": in})
	if len(p.Errors) > 0 {
		s.t.Fatalf("%v: %+v", in, p.Errors)
	}
	return p
}

// site adds a site.
func (s *service) site(name string) string {
	s.t.Helper()
	return s.changed(createSite, vars{"name": name}).Site.ID
}

// stays lists the moves of a machine, the oldest first: the site's name and the hours from now.
func (s *service) stays(machine string) (list []string) {
	s.t.Helper()
	var got struct {
		Equipment struct {
			SiteMoves struct {
				TotalCount int
				Nodes      []struct {
					ArrivedAt time.Time
					LeftAt    *time.Time
					Site      *struct{ Name string }
				}
			}
			Site *struct{ Name string }
		}
	}
	s.data(
		&got,
		`query($e: ID!) { equipment(id: $e) { site { name } siteMoves { totalCount nodes { arrivedAt leftAt site { name } } } } }`,
		vars{"e": machine},
	)
	since := func(at time.Time) string { return time.Until(at).Round(time.Hour).String() }
	now := ""
	for _, m := range got.Equipment.SiteMoves.Nodes {
		to := "now"
		if m.LeftAt != nil {
			to = since(*m.LeftAt)
		} else {
			now = m.Site.Name
		}
		list = append([]string{strings.ReplaceAll(m.Site.Name+" "+since(m.ArrivedAt)+" to "+to, "h0m0s", "h")}, list...)
	}
	is := ""
	if got.Equipment.Site != nil {
		is = got.Equipment.Site.Name
	}
	if is != now || got.Equipment.SiteMoves.TotalCount != len(list) {
		s.t.Errorf("the machine is at %q, and %d moves: %v", is, got.Equipment.SiteMoves.TotalCount, list)
	}
	return list
}

// TestAMachineMovesBetweenSites, also by moves that are recorded late, and each is corrected and deleted.
func TestAMachineMovesBetweenSites(t *testing.T) {
	t.Parallel()
	s := newService(t)
	quarry, yard, bridge := s.site("Quarry"), s.site("Yard"), s.site("Bridge")
	e := s.machine(nil)
	is := func(what string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, s.stays(e.ID)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	is("never moved")
	rows := s.overSocket(`subscription { equipmentChanged { change id equipment { site { name } } } }`, nil)
	first := s.changed(
		moveMachine,
		vars{"equipmentId": e.ID, "siteId": quarry, "movedAt": hours(-100), "reason": "first job"},
	)
	if first.Equipment.Site == nil || first.Equipment.Site.ID != quarry || first.Equipment.Version != 1 {
		t.Errorf("%+v", first.Equipment)
	}
	s.eventually(func() bool { return strings.Contains(last[equipmentText](t, rows).text(), `"Quarry"`) })
	s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": hours(-50)})
	is("moved twice", "Quarry -100h to -50h", "Yard -50h to now")
	late := s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": bridge, "movedAt": hours(-70)}).SiteMove.ID
	is("recorded late", "Quarry -100h to -70h", "Bridge -70h to -50h", "Yard -50h to now")
	left := s.changed(moveMachine, vars{"equipmentId": e.ID, "movedAt": hours(-20), "expectedVersion": 1})
	if left.SiteMove != nil || left.Equipment.Site != nil {
		t.Errorf("left for no site: %+v", left)
	}
	is("left", "Quarry -100h to -70h", "Bridge -70h to -50h", "Yard -50h to -20h")
	s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": quarry, "movedAt": hours(-110)})
	is("before all others", "Quarry -110h to -100h", "Quarry -100h to -70h", "Bridge -70h to -50h", "Yard -50h to -20h")
	s.changed(correctMove, vars{"siteMoveId": late, "siteId": yard, "arrivedAt": hours(-65), "reason": "wrong site"})
	is("corrected", "Quarry -110h to -100h", "Quarry -100h to -70h", "Yard -65h to -50h", "Yard -50h to -20h")
	gone := s.changed(deleteMove, vars{"siteMoveId": late, "reason": "it never was there"})
	if gone.DeletedID == nil || *gone.DeletedID != late || gone.Equipment.ID != e.ID {
		t.Errorf("%+v", gone)
	}
	is("deleted", "Quarry -110h to -100h", "Quarry -100h to -70h", "Yard -50h to -20h")

	before := s.stays(e.ID)
	for _, c := range []struct {
		name, mutation string
		in             vars
		want           string
	}{
		{"to come", moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": hours(2)}, "BAD_INPUT INVALID input.movedAt"},
		{"long ago", moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": "1930-01-01T00:00:00Z"},
			"BAD_INPUT INVALID input.movedAt"},
		{"where it was", moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": hours(-30)},
			"CONFLICT TRANSITION input.siteId"},
		{"away from no site", moveMachine, vars{"equipmentId": e.ID}, "CONFLICT TRANSITION input.equipmentId"},
		{"when it arrived", moveMachine, vars{"equipmentId": e.ID, "siteId": bridge, "movedAt": first.SiteMove.ArrivedAt},
			"CONFLICT OVERLAP input.movedAt"},
		{"an old version", moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "expectedVersion": 7},
			"CONFLICT STALE_VERSION input.expectedVersion"},
		{"to no site that there is", moveMachine, vars{"equipmentId": e.ID, "siteId": "site_00000000000000000000000000"},
			"NOT_FOUND NOT_FOUND input.siteId"},
		{"of no machine", moveMachine, vars{"equipmentId": "equipment_00000000000000000000000000", "siteId": yard},
			"NOT_FOUND NOT_FOUND input.equipmentId"},
		{"over another", correctMove, vars{"siteMoveId": first.SiteMove.ID, "leftAt": hours(-30), "reason": "x"},
			"CONFLICT OVERLAP input.siteMoveId"},
		{"until it comes", correctMove, vars{"siteMoveId": first.SiteMove.ID, "leftAt": hours(3), "reason": "x"},
			"BAD_INPUT INVALID input.leftAt"},
		{"backwards", correctMove, vars{"siteMoveId": first.SiteMove.ID, "leftAt": hours(-120), "reason": "x"},
			"BAD_INPUT INVALID input.leftAt"},
		{"to null", correctMove, vars{"siteMoveId": first.SiteMove.ID, "siteId": nil, "reason": "x"},
			"BAD_INPUT INVALID input.siteId"},
		{"without a reason", correctMove, vars{"siteMoveId": first.SiteMove.ID, "siteId": yard, "reason": " "},
			"BAD_INPUT INVALID input.reason"},
		{"none", deleteMove, vars{"siteMoveId": "sitemove_00000000000000000000000000", "reason": "x"},
			"NOT_FOUND NOT_FOUND input.siteMoveId"},
		{"while a machine is there", deleteSite, nil, ""},
	} {
		if c.in == nil {
			s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": hours(-1)})
			c.in, c.want, before = vars{"siteId": yard}, "CONFLICT IN_USE input.siteId", s.stays(e.ID)
		}
		p := change[sitePayload](s, c.mutation, vars{"in": c.in})
		if len(p.Errors) != 1 || p.Errors[0].Code+" "+p.Errors[0].Reason+" "+string(p.Errors[0].Field) != c.want {
			t.Errorf("%s: %+v, want %s", c.name, p, c.want)
		}
	}
	if diff := cmp.Diff(before, s.stays(e.ID)); diff != "" {
		t.Errorf("what was refused has changed something: %s", diff)
	}
	names := map[string]string{quarry: "the quarry", yard: "the yard", bridge: "the bridge", e.ID: "the digger"}
	golden(t, "history_of_sites.txt", s.historyOf(names))
}

// equipmentText is an event of a machine with its site.
type equipmentText struct {
	EquipmentChanged struct {
		Change    string
		Equipment *struct{ Site *struct{ Name string } }
	}
}

func (e equipmentText) text() string {
	if e.EquipmentChanged.Equipment == nil || e.EquipmentChanged.Equipment.Site == nil {
		return e.EquipmentChanged.Change
	}
	return fmt.Sprintf("%q", e.EquipmentChanged.Equipment.Site.Name)
}

// TestSitesAreTidyAndUnique: blanks, case and accents make no other site; names sort and are found in Spanish; null is
// no condition.
func TestSitesAreTidyAndUnique(t *testing.T) {
	t.Parallel()
	s := newService(t)
	made := s.changed(createSite, vars{"name": " Cantera  Ñandú ", "code": "C-1"}).Site
	if made.Name != "Cantera Ñandú" || made.Version != 1 {
		t.Errorf("%+v", made)
	}
	for name, in := range map[string]vars{
		"input.name": {"name": "CANTERA NANDU"}, "input.code": {"name": "Another", "code": "c- 1"},
	} {
		p := change[sitePayload](s, createSite, vars{"in": in})
		if len(p.Errors) != 1 || p.Errors[0].Reason != "TAKEN" || string(p.Errors[0].Field) != name {
			t.Errorf("%v: %+v", in, p.Errors)
		}
	}
	for _, name := range []string{"zona 10", "Zona 2", "Obra éclair", "Grúa Norte"} {
		s.site(name)
	}
	saved := s.changed(
		updateSite,
		vars{"siteId": made.ID, "expectedVersion": 1, "code": nil, "address": "Calle 5, Arequipa"},
	).Site
	if saved.Code != nil || saved.Version != 2 {
		t.Errorf("%+v", saved)
	}
	if p := change[sitePayload](
		s,
		updateSite,
		vars{"in": vars{"siteId": made.ID, "expectedVersion": 1, "name": "x"}},
	); len(
		p.Errors,
	) != 1 ||
		p.Errors[0].Reason != "STALE_VERSION" {
		t.Errorf("%+v", p)
	}
	list := func(args string) (names []string) {
		t.Helper()
		var got struct {
			Sites struct{ Nodes []struct{ Name string } }
		}
		s.data(&got, `{ sites(`+args+`) { nodes { name } } }`, nil)
		for _, n := range got.Sites.Nodes {
			names = append(names, n.Name)
		}
		return names
	}
	for args, want := range map[string][]string{
		"orderBy: NAME_ASC":                           {"Cantera Ñandú", "Grúa Norte", "Obra éclair", "Zona 2", "zona 10"},
		"orderBy: NAME_DESC, first: 2":                {"zona 10", "Zona 2"},
		`filter: { search: "grua" }`:                  {"Grúa Norte"},
		`filter: { search: "AREQUIPA" }`:              {"Cantera Ñandú"},
		`filter: { name: ["ZONA  2"] }`:               {"Zona 2"},
		`filter: { code: { isNull: false } }`:         nil,
		`filter: { not: { search: "zona" } }`:         {"Cantera Ñandú", "Grúa Norte", "Obra éclair"},
		`filter: { deleted: ONLY }`:                   nil,
		`orderBy: CREATED_AT_DESC, first: 1`:          {"Grúa Norte"},
		`orderBy: CODE_DESC, first: 2, offset: 3`:     nil,
		`filter: { name: ["no"] }, orderBy: CODE_ASC`: nil,
	} {
		got := list(args)
		if strings.Contains(args, "offset") {
			if len(got) != 2 {
				t.Errorf("%s: %v", args, got)
			}
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", args, diff)
		}
	}
	for _, filter := range []string{`equipmentList(filter: { site: null }) { totalCount }`, `sites(filter: { code: null }) { totalCount }`} {
		if a := s.ask("{ "+filter+" }", nil); len(a.Errors) != 1 || a.Errors[0].Extensions["code"] != "BAD_INPUT" {
			t.Errorf("%s: %s %+v", filter, a.Data, a.Errors)
		}
	}
}

// TestWorkCountsToTheSiteOfItsDay, and machines to the one where they are; a deleted site is no group until it is
// restored.
func TestWorkCountsToTheSiteOfItsDay(t *testing.T) {
	t.Parallel()
	s := newService(t)
	quarry, yard := s.site("Quarry"), s.site("Yard")
	e, other := s.machine(vars{"cost": "1000"}), s.machine(vars{"cost": "500"})
	s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": quarry, "movedAt": day(-20) + "T12:00:00Z"})
	s.changed(moveMachine, vars{"equipmentId": e.ID, "siteId": yard, "movedAt": day(-10) + "T12:00:00Z"})
	for n, cost := range map[int]string{-30: "1", -20: "2", -11: "4", -10: "8", -1: "16"} {
		s.work(recordWork, vars{"equipmentId": e.ID, "kind": "CORRECTIVE", "maintenanceDate": day(n), "cost": cost})
	}
	s.work(recordWork, vars{"equipmentId": other.ID, "kind": "CORRECTIVE", "cost": "32"})
	is := func(what, want string) {
		t.Helper()
		var got struct {
			Work, Machines []struct {
				Keys []struct{ Value, Label *string }
				Cost struct{ Sum string }
			}
			At, None struct{ TotalCount int }
			Site     *struct {
				Equipment struct{ Nodes []struct{ ID string } }
			}
		}
		s.data(&got, `query($at: ID!) { work: maintenanceAggregates(groupBy: [SITE]) { keys { value label } cost { sum } }
			machines: equipmentAggregates(groupBy: [SITE]) { keys { value label } cost { sum } }
			at: equipmentList(filter: { site: { in: [$at] } }) { totalCount }
			none: equipmentList(filter: { site: { isNull: true } }) { totalCount }
			site(id: $at) { equipment { nodes { id } } } }`, vars{"at": yard})
		text := ""
		for _, g := range append(got.Work, got.Machines...) {
			label := "none"
			if g.Keys[0].Label != nil {
				label = *g.Keys[0].Label
			}
			text += label + " " + g.Cost.Sum + ", "
		}
		text += fmt.Sprint(got.At.TotalCount, got.None.TotalCount)
		if got.Site != nil {
			text += fmt.Sprint(len(got.Site.Equipment.Nodes))
		}
		if text != want {
			t.Errorf("%s: %s, want %s", what, text, want)
		}
	}
	is("moved", "Quarry 6.00, Yard 24.00, none 33.00, Yard 1000.00, none 500.00, 1 11")
	s.changed(moveMachine, vars{"equipmentId": e.ID})
	v := s.changed(deleteSite, vars{"siteId": quarry, "expectedVersion": 1}).Site.Version
	is("the quarry deleted", "Yard 24.00, none 39.00, none 1500.00, 0 20")
	if stays := s.stays(e.ID); len(stays) != 1 {
		t.Errorf("moves to a deleted site are listed: %v", stays)
	}
	s.site("Quarry")
	if p := change[sitePayload](s, restoreSite, vars{"in": vars{"siteId": quarry}}); len(p.Errors) != 1 ||
		p.Errors[0].Reason != "TAKEN" || string(p.Errors[0].Field) != "input.siteId" {
		t.Errorf("restored beside its namesake: %+v", p)
	}
	s.exec(`UPDATE sites SET name = 'Quarry 2' WHERE deleted_at IS NULL AND name = 'Quarry'`)
	if back := s.changed(restoreSite, vars{"siteId": quarry, "expectedVersion": v}).Site; back.DeletedAt != nil {
		t.Errorf("%+v", back)
	}
	is("restored", "Quarry 6.00, Yard 24.00, none 33.00, none 1500.00, 0 20")

	// A machine that is deleted for good takes its moves with it.
	s.exec(`UPDATE users SET role = 'ADMIN' WHERE email = 'ours@example.com'`)
	s.exec(`UPDATE equipment SET deleted_at = now() WHERE serial_number IS NULL`)
	s.serveAs("ours@example.com")
	if p := change[sitePayload](
		s,
		`mutation($id: ID!) { p: purgeEquipment(input: { equipmentId: $id }) { deletedId errors { code reason message field } } }`,
		vars{"id": e.ID},
	); p.DeletedID == nil {
		t.Errorf("%+v", p)
	}
	if n := s.count(`SELECT count(*)::int FROM site_moves`); n != 0 {
		t.Errorf("%d moves are left", n)
	}
}
