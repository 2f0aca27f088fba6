package e2e_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// TestNobodySeesWhatIsNotTheirs asks for every field with every argument, as
// every role, by access tokens of every scope, anonymously, and as a user of the
// other company. It asks two houses: one has all rows, the other lacks those that
// the sender must not see. Both must answer alike, by as many statements: then
// neither a value nor a count, an order, a cursor, an error nor the time that an
// answer takes can tell of these rows.
func TestNobodySeesWhatIsNotTheirs(t *testing.T) {
	t.Parallel()
	w := &walk{schema: schema()}
	h := newAccessFixture(t)
	w.learn(h.by("admin").service, t)
	askers := []sender{
		anonymous,
		personOf("operator").bySession(),
		personOf("analyst").byToken(fleet.ScopeRead),
		personOf("manager").byToken(fleet.ScopeWrite),
		personOf("admin").bySession(),
		personOf("chief").byToken(fleet.ScopeAdmin),
	}
	if raceEnabled { // with the race detector one asks for each field once; make test-go runs the whole walk without it
		askers = askers[1:2]
	}
	var mu sync.Mutex
	all, moved := seen{}, map[string]bool{}
	t.Run("as", func(t *testing.T) {
		for _, a := range askers {
			t.Run(a.name(), func(t *testing.T) {
				t.Parallel()
				v := visit(t, w, a)
				for _, p := range w.places(t, ast.Query, ast.Mutation) {
					v.place(p)
				}
				mu.Lock()
				defer mu.Unlock()
				maps.Copy(all, v.seen)
				maps.Copy(moved, v.moved)
			})
		}
	})
	if raceEnabled {
		return
	}
	for _, kind := range fleet.Kinds() {
		if !moved[string(kind)] {
			t.Errorf(
				"%s_…: no id of this kind was answered otherwise than one that is not to be seen: make such rows of every owner, or of every person, in buildAccessFixture",
				kind,
			)
		}
	}
	for _, name := range w.objects() {
		for _, f := range w.schema.Types[name].Fields {
			if field := name + "." + f.Name; !all[field] && !slices.Contains(elsewhere, field) {
				t.Errorf("%s has come back with a value to nobody: give it one in buildAccessFixture, that says whose it is", field)
			}
		}
	}
}

// elsewhere are fields that have no value here: those of changes
// TestNoSubscriptionTellsWhatIsNotTheirs looks at.
var elsewhere = []string{
	"PurgeEquipmentPayload.deletedId", // TestAnAdministratorDeletesForGood
	"AssignmentPlan.droppedBecause",   // lists and payloads have other plans: TestAssignmentsArePlannedAhead
	"ReopenMaintenancePayload.maintenanceRecord",
	"ReopenMaintenancePayload.equipment", // TestWorkIsReopened
	"DeleteMeterPayload.deletedId",       // the meter was read: TestAMeterIsChangedAndDeleted
	"DeleteSitePayload.deletedId",        // the machine is at the site: TestWorkCountsToTheSiteOfItsDay
	"DeleteSitePayload.site",
	"MoveEquipmentPayload.siteMove",   // it is there already: TestAMachineMovesBetweenSites
	"MergeEquipmentPayload.deletedId", // both ids are of one machine: TestDuplicatesAreMergedAndTakenApart
	"MergeEquipmentPayload.equipment",
	"MergeEquipmentPayload.movedRows",
	"UndoMergeEquipmentPayload.equipment",
	"UndoMergeEquipmentPayload.duplicate",
	"UndoMergeEquipmentPayload.movedRows",
	"ChangePasswordPayload.user",      // TestPeopleChangeTheirPasswords
	"SignOutEverywherePayload.errors", // it refuses nothing; every payload has the field
	"EquipmentChange.change",
	"EquipmentChange.id",
	"EquipmentChange.equipment",
	"MaintenanceChange.change",
	"MaintenanceChange.id",
	"MaintenanceChange.record",
}

// ofOthers are slots whose rows are of other users than the administrator, who is no operator.
// TestFiltersSelectWhatTheySay looks at them. Papers of a machine have no operator, and those of an operator no
// machine and other ids: TestPapersAreListedByTheirExpiry. Readings of a further meter have other ids than those of the
// machine: TestAMachineHasFurtherMeters.
var ofOthers = []string{"Query.operators filter.user.in", "Equipment.papers filter.operator.in",
	"Operator.papers filter.equipment.in", "Operator.papers filter.ids", "Meter.readings filter.ids"}

// visitor asks two houses on behalf of one sender.
type visitor struct {
	t          *testing.T
	walk       *walk
	sender     sender
	full, bare *accessFixture
	seen       seen
	moved      map[string]bool // by slot, and by kind: another id has made another answer
}

func visit(t *testing.T, w *walk, a sender) *visitor {
	own := *w
	own.who = a
	v := &visitor{
		t:      t,
		walk:   &own,
		sender: a,
		full:   buildAccessFixture(t, nil),
		bare:   buildAccessFixture(t, &a),
		seen:   seen{},
		moved:  map[string]bool{},
	}
	for _, h := range []*accessFixture{v.full, v.bare} {
		h.forget()
		h.header = a.header()
		h.serve("")
	}
	return v
}

// place asks for a field: with what it needs, with every other value of every
// argument, and with ids of rows that are not to be seen, one after the other
// while all others are the sender's own.
func (v *visitor) place(p place) {
	own := func(s slot) string { return v.sender.id(v.walk.kinds[p.name()+" "+s.path][0]) }
	needed := v.walk.needed(p, own)
	v.ask(p, "alone", needed, 2)
	if raceEnabled {
		return
	}
	ids := v.walk.ids(p)
	with := maps.Clone(needed)
	for _, s := range ids {
		with[s.path] = own(s)
	}
	for _, s := range ids {
		name := p.name() + " " + s.path
		for _, kind := range v.walk.kinds[name] {
			if !v.sender.may(p.name()) {
				v.ask(p, s.path+": "+string(kind), set(with, s.path, v.sender.hidden(kind)[0]), 0)
				continue
			}
			own := v.ask(p, s.path+": own "+string(kind), set(with, s.path, v.sender.id(kind)), 1)
			alone := v.ask(p, s.path+" alone: own "+string(kind), set(needed, s.path, v.sender.id(kind)), 1)
			for _, id := range v.sender.hidden(kind) {
				hidden := v.ask(p, s.path+": "+known[keyOf(id)], set(with, s.path, id), 1)
				if len(ids) > 1 {
					hidden := v.ask(p, s.path+" alone: "+known[keyOf(id)], set(needed, s.path, id), 1)
					if without(readable(alone), v.sender.id(kind)) != without(readable(hidden), id) {
						v.moved[name], v.moved[string(kind)] = true, true
					}
				}
				if without(readable(own), v.sender.id(kind)) != without(readable(hidden), id) {
					v.moved[name], v.moved[string(kind)] = true, true
				}
			}
		}
		if v.sender.person.role == fleet.RoleAdmin && v.sender.token == "" && !v.moved[name] &&
			!slices.Contains(ofOthers, name) {
			v.t.Errorf(
				"%s: own ids of the kinds %v are answered like those that are not to be seen, so that it is not known whether they were looked at",
				name,
				v.walk.kinds[name],
			)
		}
	}
	if !v.sender.may(p.name()) {
		return // whatever else it takes
	}
	for _, s := range v.walk.slots(p) {
		examples := v.walk.examples(s)
		switch {
		case s.typ.Name() == "ID":
			continue
		case s.path == "after" || s.path == "before":
			examples = []any{v.cursor(p, needed)}
		case p.operation == ast.Mutation: // they choose nothing but what is written
			examples = examples[max(0, len(examples)-len(owners)):]
		}
		for _, e := range examples {
			v.ask(p, s.path, set(needed, s.path, e), 1)
		}
	}
}

func keyOf(id string) fleet.UUID {
	_, k, _ := fleet.ParseGlobalID(id)
	return k
}

// set is values with another one.
func set(values given, path string, value any) given {
	values = maps.Clone(values)
	values[path] = value
	return values
}

// cursor is one of the first row of a list.
func (v *visitor) cursor(p place, needed given) string {
	a := v.ask(p, "first", set(needed, "first", 1), 0)
	_, rest, found := strings.Cut(
		string(a.Data[max(0, strings.LastIndex(string(a.Data), `"endCursor":"`)):]),
		`"endCursor":"`,
	)
	if !found {
		return "none"
	}
	cursor, _, _ := strings.Cut(rest, `"`)
	return cursor
}

// ask asks both houses and compares. What was changed is put back.
func (v *visitor) ask(p place, name string, values given, depth int) answer {
	v.t.Helper()
	q := v.walk.question(name, p, values, v.sender.own(), depth)
	var full, bare answer
	for range 20 { // credentials are checked once a second: that statement may fall on one of the two
		full, bare = v.full.ask(q.query, q.variables), v.bare.ask(q.query, q.variables)
		v.settle(p, q, full)
		if full.statements == bare.statements {
			break
		}
	}
	if allOf(bare) != allOf(full) {
		if diff := cmp.Diff(readable(bare), readable(full)); diff != "" {
			v.t.Errorf("%s %v: what is not to be seen makes a difference (-without +with):\n%s", q.name, q.variables, diff)
		}
	}
	if full.statements != bare.statements {
		v.t.Errorf(
			"%s %v: takes %d statements, and %d when there is nothing that is not to be seen: that can be timed",
			q.name,
			q.variables,
			full.statements,
			bare.statements,
		)
	}
	if depth > 1 { // were it in both houses, there would be no difference
		if found := v.sender.secrets().FindString(without(readable(full), q.variables)); found != "" {
			v.t.Errorf("%s %v: found %s in\n%s", q.name, q.variables, found, readable(full))
		}
	}
	for _, e := range full.Errors {
		if e.Extensions["code"] == string(fleet.Internal) || e.Extensions["code"] == string(fleet.LimitExceeded) ||
			strings.Contains(e.Message, "Cannot query") {
			v.t.Errorf("%s %v: %s %v", q.name, q.variables, e.Message, e.Path)
		}
	}
	var data any
	if err := json.Unmarshal(full.Data, &data); err != nil {
		v.t.Errorf("%s: %v", q.name, err)
	}
	v.seen.of(data)
	return full
}

// settle fails when a mutation has changed what is not the sender's, or anything
// although it was refused, and puts back what it has changed.
func (v *visitor) settle(p place, q question, a answer) {
	v.t.Helper()
	if p.operation != ast.Mutation {
		return
	}
	for _, c := range v.full.restore() {
		if c.company != "" && (refused(a) || c.company != v.sender.person.owner.company()) {
			v.t.Errorf("%s %v has changed a row of %s: %s", q.name, q.variables, c.company, c.row)
		}
	}
	v.bare.restore()
}
