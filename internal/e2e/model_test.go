package e2e_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	modelRounds = flag.Int("model.rounds", 2, "rounds of TestMutationsInAnyOrderKeepTheFleetWhole")
	modelSteps  = flag.Int("model.steps", 100, "mutations of one of its rounds")
	modelSeed   = flag.Uint64("model.seed", 0, "seed of its first round; 0 for a random one")
)

// TestMutationsInAnyOrderKeepTheFleetWhole sends random mutations, at moments that jump back and forth. After each of
// them the rules of the database's rows (model_rows_test.go) and the sums of its lists (model_lists_test.go) hold, and
// operators, plans, sites and statuses of machines are those of a model in memory (model_state_test.go), which also knows
// which mutations are refused, and why.
func TestMutationsInAnyOrderKeepTheFleetWhole(t *testing.T) {
	t.Parallel()
	seed := *modelSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	for round := range uint64(*modelRounds) {
		t.Run(fmt.Sprintf("model.seed=%d", seed+round), func(t *testing.T) {
			m := newModel(t, seed+round)
			for len(m.steps) < *modelSteps && !t.Failed() {
				m.step()
			}
			if t.Failed() {
				t.Logf("-model.seed=%d -model.rounds=1; the steps:\n%s", seed+round, strings.Join(m.steps, "\n"))
			}
			t.Log("outcomes:", m.outcomes)
		})
	}
}

// model is a fleet, and what it should be.
type model struct {
	*service
	r        *rand.Rand
	conn     *pgx.Conn
	begin    time.Time // of the hours at which things happen
	machines map[string]*modelMachine
	people   map[string]*modelPerson
	places   map[string]*modelPlace
	records  map[string]*modelRecord
	readings map[string]string // of a reading, its machine
	rows     string            // all rows, as of the last step
	entries  int               // of the history
	sent     time.Time         // of the last mutation
	steps    []string          // what was done
	outcomes map[string]int    // of each mutation, how often it had which
}

func newModel(t *testing.T, seed uint64) *model {
	t.Helper()
	s := emptyService(t)
	s.people()
	s.exec(`UPDATE users SET role = 'ADMIN'`)
	s.serveAs("ours@example.com")
	conn, err := pgx.Connect(t.Context(), s.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	m := &model{service: s, r: rand.New(rand.NewPCG(seed, 0)), conn: conn, //nolint:gosec // a test
		begin: time.Now().Add(-100 * time.Hour).UTC().Truncate(time.Minute), machines: map[string]*modelMachine{},
		people: map[string]*modelPerson{}, places: map[string]*modelPlace{}, records: map[string]*modelRecord{},
		readings: map[string]string{}, outcomes: map[string]int{}}
	m.rows, m.entries = m.look()
	for range 3 {
		m.createMachine()
		m.createPerson()
		m.createPlace()
	}
	return m
}

// step runs one mutation. Those that make the others possible are the frequent ones.
func (m *model) step() {
	m.t.Helper()
	machine := []func(){m.createMachine, m.updateMachine, m.updateMachine, m.deleteMachine, m.deleteMachine,
		m.restoreMachine, m.restoreMachine}
	if m.r.IntN(5) == 0 {
		machine = append(machine, m.purgeMachine)
	}
	groups := [][]func(){
		machine,
		{m.updatePerson, m.updatePerson, m.deletePerson, m.restorePerson, m.restorePerson, m.deletePlace, m.restorePlace},
		{m.record, m.record},
		{m.record, m.record, m.start, m.complete, m.cancel, m.correct, m.correct, m.timePasses},
		{m.reopen, m.deleteRecord, m.restoreRecord, m.moveRecord, m.moveRecord},
		{m.assign, m.assign, m.assign, m.assign, m.release, m.correctAssignment, m.deleteAssignment},
		{m.move, m.move, m.move, m.correctMove, m.deleteMove},
		{m.addReading, m.addReading, m.addReading, m.correctReading, m.voidReading},
		{m.plan, m.plan, m.plan, m.plansBecomeDue, m.plansBecomeDue, m.cancelPlan},
		{m.merge, m.unmerge, m.unmerge},
	}
	group := groups[m.r.IntN(len(groups))]
	group[m.r.IntN(len(group))]()
}

// at is a moment: whole hours, so that periods often begin when others end. The last ones are to come.
func (m *model) at() time.Time { return m.begin.Add(time.Duration(m.r.IntN(104)) * time.Hour) }

// sometimes is a moment or, as often as not, none.
func (m *model) sometimes() *time.Time {
	if m.r.IntN(2) == 0 {
		return nil
	}
	return of(m.at())
}

// put adds a moment to an input, unless there is none.
func put(in vars, field string, at *time.Time) {
	if at != nil {
		in[field] = at.Format(time.RFC3339)
	}
}

// choose returns one of the keys of a map, in an order that depends on the seed alone.
func choose[V any](m *model, of map[string]V, like func(V) bool) string {
	var keys, liked []string
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if keys = append(keys, key); like(of[key]) {
			liked = append(liked, key)
		}
	}
	if len(liked) > 0 && m.r.IntN(4) > 0 {
		keys = liked
	}
	if len(keys) == 0 {
		return ""
	}
	return keys[m.r.IntN(len(keys))]
}

// modelPayload has the fields of all payloads.
type modelPayload struct {
	MaintenanceRecord *struct {
		ID, Status       string
		Version          int
		DownFrom, DownTo *time.Time
		DownToExpected   bool
		Equipment        *struct{ ID string }
	}
	Assignment *struct {
		ID         string
		AssignedAt time.Time
		ReleasedAt *time.Time
	}
	SiteMove *struct {
		ID        string
		ArrivedAt time.Time
		LeftAt    *time.Time
	}
	Equipment, Operator, Site, MeterReading, AssignmentPlan *struct{ ID string }
	Errors                                                  []fault
}

// selections are the fields of a payload that a mutation has.
var selections = map[string]string{
	"record":     `maintenanceRecord { id status version downFrom downTo downToExpected equipment { id } } equipment { id }`,
	"assignment": `assignment { id assignedAt releasedAt }`,
	"siteMove":   `siteMove { id arrivedAt leftAt }`,
	"equipment":  `equipment { id }`,
	"operator":   `operator { id }`,
	"site":       `site { id }`,
	"reading":    `meterReading { id }`,
	"plan":       `assignmentPlan { id }`,
	"deleted":    `deletedId`,
}

// documented are the pairs of code and reason that a mutation of the fleet may be refused with.
var documented = []string{"BAD_INPUT INVALID", "NOT_FOUND NOT_FOUND", "CONFLICT TAKEN", "CONFLICT STALE_VERSION",
	"CONFLICT TRANSITION", "CONFLICT OVERLAP", "CONFLICT IN_USE", "CONFLICT DECREASING", "CONFLICT IMPLAUSIBLE"}

// send runs a mutation, of which one of the outcomes is expected: the reason of a refusal, or "" for success. It
// returns the payload, or nil when it was refused.
func (m *model) send(mutation, selection string, in vars, want ...string) *modelPayload {
	m.t.Helper()
	m.sent = time.Now()
	var answer struct{ P modelPayload }
	a := m.data(&answer, `mutation($in: `+strings.ToUpper(mutation[:1])+mutation[1:]+`Input!) { p: `+mutation+
		`(input: $in) { `+selections[selection]+` errors { code reason message field } } }`, vars{"in": in})
	p := answer.P
	outcome := ""
	for _, f := range p.Errors {
		outcome = f.Reason
		if !slices.Contains(documented, f.Code+" "+f.Reason) || f.Message == "" {
			m.t.Errorf("%s is refused by %+v", mutation, f)
		}
		path := strings.Split(string(f.Field), ".")
		if _, is := in[path[len(path)-1]]; path[0] != "input" || len(path) > 2 || len(path) == 2 && !is {
			m.t.Errorf("%s %v: the refusal names %s, which was not sent: %s", mutation, in, f.Field, f.Message)
		}
	}
	m.steps = append(m.steps, fmt.Sprintf("%s %v: %s %+v", mutation, in, outcome, p.Errors))
	m.outcomes[mutation+" "+outcome]++
	if !slices.Contains(want, outcome) {
		m.t.Errorf("%s %v: %q %+v, want one of %q", mutation, in, outcome, p.Errors, want)
	}
	rows, entries := m.look()
	switch changed := rows != m.rows; {
	case outcome != "" && (changed || entries != m.entries):
		m.t.Errorf("%s %v was refused and has changed something", mutation, in)
	case changed != (entries != m.entries):
		m.t.Errorf("%s %v: rows have changed is %v, and the history has %d entries more", mutation, in, changed,
			entries-m.entries)
	}
	m.rows, m.entries = rows, entries
	if outcome != "" || string(a.Data) == "" {
		return nil
	}
	return &p
}

// done compares all, after the model has followed a mutation.
func (m *model) done() {
	m.t.Helper()
	m.readIDs()
	m.checkPlans()
	m.checkRows()
	m.checkLists()
}
