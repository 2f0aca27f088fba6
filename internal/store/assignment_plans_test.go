package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// planWorld is a company with a machine that Ada runs, and other operators.
type planWorld struct {
	t             *testing.T
	db            *store.DB
	conn          *pgx.Conn
	rows          *store.Fleet
	v             fleet.Viewer
	base          time.Time // times of the tests are hours from it
	machine       fleet.UUID
	ada, bob, eve fleet.UUID
}

func newPlanWorld(t *testing.T) *planWorld {
	t.Helper()
	db, url := storetest.New(t)
	conn := connect(t, url)
	w := &planWorld{t: t, db: db, conn: conn, rows: db.Fleet(), base: time.Now().UTC().Truncate(time.Second),
		v: fleet.Viewer{CompanyID: fleet.NewUUID(), Role: fleet.RoleManager}}
	w.exec(`INSERT INTO companies (id, name) VALUES ($1, 'Ours')`, [16]byte(w.v.CompanyID))
	w.ada, w.bob, w.eve = w.operator("Ada"), w.operator("Bob"), w.operator("Eve")
	w.machine = w.newMachine()
	w.assign(w.machine, w.ada, -100)
	return w
}

func (w *planWorld) exec(sql string, args ...any) {
	w.t.Helper()
	if _, err := w.conn.Exec(w.t.Context(), sql, args...); err != nil {
		w.t.Fatalf("%v\n%s", err, sql)
	}
}

func (w *planWorld) operator(name string) fleet.UUID {
	w.t.Helper()
	o, err := w.rows.CreateOperator(w.t.Context(), w.v, fleet.WriteInfo{}, &fleet.Operator{FirstName: name,
		LastName: "Byron", Status: fleet.OperatorActive})
	if err != nil {
		w.t.Fatal(err)
	}
	return o.ID
}

func (w *planWorld) newMachine() fleet.UUID {
	w.t.Helper()
	e, err := w.rows.CreateEquipment(w.t.Context(), w.v, fleet.WriteInfo{}, &fleet.Equipment{Name: "Crane",
		Category: "Crane", Status: fleet.EquipmentActive})
	if err != nil {
		w.t.Fatal(err)
	}
	return e.ID
}

// at is a moment, in hours from the base.
func (w *planWorld) at(hours float64) time.Time {
	return w.base.Add(time.Duration(hours * float64(time.Hour)))
}

// assign assigns an operator by hand, in the place of the one that has the machine.
func (w *planWorld) assign(machine, operator fleet.UUID, from float64) {
	w.t.Helper()
	at := w.at(from)
	if _, err := w.rows.AssignOperator(w.t.Context(), w.v, fleet.WriteInfo{}, fleet.AssignmentInput{EquipmentID: machine,
		OperatorID: operator, AssignedAt: &at, Replace: true}); err != nil {
		w.t.Fatal(err)
	}
}

// tryPlan plans an operator for a machine; zero is none. An end of 0 is no end.
func (w *planWorld) tryPlan(machine, operator fleet.UUID, from, to float64) (*fleet.AssignmentPlan, error) {
	in := fleet.AssignmentPlanInput{EquipmentID: machine, StartsAt: w.at(from)}
	if !operator.IsZero() {
		in.OperatorID = &operator
	}
	if to != 0 {
		end := w.at(to)
		in.EndsAt = &end
	}
	return w.rows.PlanAssignment(w.t.Context(), w.v, fleet.WriteInfo{Reason: new("holiday")}, in)
}

func (w *planWorld) plan(operator fleet.UUID, from, to float64) *fleet.AssignmentPlan {
	w.t.Helper()
	p, err := w.tryPlan(w.machine, operator, from, to)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// carryOut runs the job at a moment, and fails unless it does so much.
func (w *planWorld) carryOut(hours float64, want int) {
	w.t.Helper()
	at := w.at(hours)
	if n, err := w.db.CarryOutAssignmentPlans(w.t.Context(), &at); err != nil || n != want {
		w.t.Errorf("at %v h: %d steps, %v; want %d", hours, n, err, want)
	}
}

// runs lists the assignments of the machine, the oldest first: the operator and the hours from the base.
func (w *planWorld) runs(want ...string) {
	w.t.Helper()
	rows, _ := w.conn.Query(w.t.Context(), `SELECT o.first_name, a.assigned_at, a.released_at FROM assignments a
		JOIN operators o ON o.id = a.operator_id WHERE a.equipment_id = $1 ORDER BY a.assigned_at`, [16]byte(w.machine))
	var name string
	var from time.Time
	var to *time.Time
	var got []string
	if _, err := pgx.ForEachRow(rows, []any{&name, &from, &to}, func() error {
		end := "now"
		if to != nil {
			end = fmt.Sprint(to.Sub(w.base).Hours())
		}
		got = append(got, fmt.Sprintf("%s %v to %s", name, from.Sub(w.base).Hours(), end))
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("-want +got\n%s", diff)
	}
}

// is compares the status of a plan, and why it was dropped.
func (w *planWorld) is(p *fleet.AssignmentPlan, want fleet.AssignmentPlanStatus, because string) {
	w.t.Helper()
	found, err := w.rows.AssignmentPlansByID(w.t.Context(), w.v, []fleet.UUID{p.ID})
	if err != nil {
		w.t.Fatal(err)
	}
	var status fleet.AssignmentPlanStatus
	var reason string
	if err := w.conn.QueryRow(w.t.Context(), `SELECT status, coalesce(dropped_because, '') FROM assignment_plans
		WHERE id = $1`, [16]byte(p.ID)).Scan(&status, &reason); err != nil {
		w.t.Fatal(err)
	}
	if got := found[p.ID]; got != nil && (got.Status != status || (got.ClosedAt == nil) != (status == fleet.PlanWaits ||
		status == fleet.PlanStarted)) {
		w.t.Errorf("read as %+v", got)
	}
	if status != want || !strings.Contains(reason, because) || (because == "") != (reason == "") {
		w.t.Errorf("the plan is %s %q, want %s %q", status, reason, want, because)
	}
}

// told counts the entries of an action in the history of a row that has this among its changes.
func (w *planWorld) told(subject fleet.UUID, action fleet.Action, change string, want int) {
	w.t.Helper()
	var n int
	if err := w.conn.QueryRow(w.t.Context(), `SELECT count(*) FROM history WHERE subject_id = $1 AND action = $2
		AND changes::text LIKE '%' || $3 || '%'`, [16]byte(subject), string(action), change).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	if n != want {
		w.t.Errorf("%d entries %s with %q, want %d", n, action, change, want)
	}
}

// TestAPlanBecomesAnAssignment at its time, however late the job is, and not before.
func TestAPlanBecomesAnAssignment(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	first, second, third := w.plan(w.bob, 10, 0), w.plan(w.eve, 20, 0), w.plan(fleet.UUID{}, 30, 0)
	w.told(w.machine, fleet.ActionAssignmentPlanned, "startsAt", 3)
	w.told(w.bob, fleet.ActionAssignmentPlanned, "startsAt", 1)
	w.carryOut(9.99, 0)
	w.runs("Ada -100 to now")
	w.carryOut(15, 1)
	w.runs("Ada -100 to 10", "Bob 10 to now")
	w.is(first, fleet.PlanCarriedOut, "")
	w.is(second, fleet.PlanWaits, "")
	w.carryOut(15, 0)
	w.carryOut(40, 2) // in the order of their times
	w.runs("Ada -100 to 10", "Bob 10 to 20", "Eve 20 to 30")
	w.is(third, fleet.PlanCarriedOut, "")
	w.told(w.eve, fleet.ActionAssigned, "assignedAt", 1)
	var because *string
	if err := w.conn.QueryRow(t.Context(), `SELECT reason FROM history WHERE action = 'ASSIGNED' AND subject_id = $1`,
		[16]byte(w.eve)).Scan(&because); err != nil || because == nil || *because != "holiday" {
		t.Errorf("the assignment has the reason %v, %v", because, err)
	}

	page, err := w.rows.AssignmentPlansByEquipment(t.Context(), w.v, []fleet.UUID{w.machine}, fleet.Window{Limit: 9})
	if err != nil || len(page[w.machine].Items) > 0 {
		t.Errorf("plans that are carried out are listed: %v, %v", page[w.machine].Items, err)
	}
}

// TestAPlanOfAPeriodGivesTheMachineBack to the operator of before, or to none.
func TestAPlanOfAPeriodGivesTheMachineBack(t *testing.T) {
	t.Parallel()
	for name, steps := range map[string][]float64{"on time": {10, 12, 20, 25, 30, 40, 50, 60}, "late": {60}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPlanWorld(t)
			bob, eve := w.plan(w.bob, 10, 20), w.plan(w.eve, 20, 30) // relieves bob
			none := w.plan(fleet.UUID{}, 40, 50)
			for _, at := range steps {
				moment := w.at(at)
				if _, err := w.db.CarryOutAssignmentPlans(t.Context(), &moment); err != nil {
					t.Fatal(err)
				}
				if at == 12 {
					w.is(bob, fleet.PlanStarted, "")
					w.runs("Ada -100 to 10", "Bob 10 to now")
				}
			}
			w.runs("Ada -100 to 10", "Bob 10 to 20", "Eve 20 to 30", "Ada 30 to 40", "Ada 50 to now")
			for _, p := range []*fleet.AssignmentPlan{bob, eve, none} {
				w.is(p, fleet.PlanCarriedOut, "")
			}
		})
	}
	t.Run("that has no operator before", func(t *testing.T) {
		t.Parallel()
		w := newPlanWorld(t)
		if _, err := w.rows.ReleaseOperator(t.Context(), w.v, fleet.WriteInfo{}, w.machine, nil, nil); err != nil {
			t.Fatal(err)
		}
		w.exec(`UPDATE assignments SET released_at = $1`, w.at(-50))
		p := w.plan(w.bob, 10, 20)
		w.carryOut(25, 2)
		w.runs("Ada -100 to -50", "Bob 10 to 20")
		w.is(p, fleet.PlanCarriedOut, "")
	})
	t.Run("that the operator has anyway", func(t *testing.T) {
		t.Parallel()
		w := newPlanWorld(t)
		p := w.plan(w.ada, 10, 20)
		w.carryOut(25, 2)
		w.runs("Ada -100 to now")
		w.is(p, fleet.PlanCarriedOut, "")
	})
	t.Run("of an operator that cannot return", func(t *testing.T) {
		t.Parallel()
		w := newPlanWorld(t)
		inactive, gone := w.plan(w.bob, 10, 20), w.plan(w.eve, 30, 40)
		w.carryOut(15, 1)
		w.exec(`UPDATE operators SET status = 'INACTIVE' WHERE id = $1`, [16]byte(w.ada))
		w.carryOut(25, 1)
		w.is(inactive, fleet.PlanDropped, "the operator of before is INACTIVE")
		w.runs("Ada -100 to 10", "Bob 10 to 20")
		w.told(w.machine, fleet.ActionAssignmentPlanDropped, "of before is INACTIVE", 1)
		w.exec(`INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at) VALUES ($1, $2, $3, $4)`,
			[16]byte(w.v.CompanyID), [16]byte(w.machine), [16]byte(w.bob), w.at(26))
		w.carryOut(35, 1)
		w.exec(`UPDATE operators SET deleted_at = now() WHERE id = $1`, [16]byte(w.bob))
		w.carryOut(45, 1)
		w.is(gone, fleet.PlanDropped, "the operator of before was deleted")
		w.runs("Ada -100 to 10", "Bob 10 to 20", "Bob 26 to 30", "Eve 30 to 40")
	})
}

// refusedFor returns the refusal of a write; the test fails when it was not refused for the reason.
func refusedFor(t *testing.T, err error, code fleet.Code, field string) *fleet.Error {
	t.Helper()
	var refused *fleet.Error
	if !errors.As(err, &refused) || refused.Code != code || refused.Field != field {
		t.Fatalf("%v, want %s of %s", err, code, field)
	}
	return refused
}

// TestPlansOfOneTimeAreRefused with the operator and the period of the one that stands in the way.
func TestPlansOfOneTimeAreRefused(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	w.plan(w.bob, 10, 20)
	w.plan(w.eve, 30, 0)
	other := w.newMachine()
	for _, c := range []struct {
		from, to float64
		with     string
	}{
		{10, 20, "Bob"}, {5, 11, "Bob"}, {19, 25, "Bob"}, {12, 13, "Bob"}, {5, 25, "Bob"}, {15, 0, "Bob"}, {10, 0, "Bob"},
		{30, 0, "Eve"}, {30, 31, "Eve"}, {29, 31, "Eve"},
		{5, 10, ""}, {20, 30, ""}, {5, 0, ""}, {20, 0, ""}, {31, 40, ""}, {31, 0, ""},
	} {
		p, err := w.tryPlan(w.machine, w.ada, c.from, c.to)
		if c.with == "" {
			if err != nil {
				t.Errorf("%v to %v: %v", c.from, c.to, err)
			} else if _, err := w.rows.CancelAssignmentPlan(t.Context(), w.v, fleet.WriteInfo{}, p.ID); err != nil {
				t.Error(err)
			}
			continue
		}
		refused := refusedFor(t, err, fleet.Conflict, "startsAt")
		start := w.at(map[string]float64{"Bob": 10, "Eve": 30}[c.with]).Format(time.RFC3339)
		if refused.Reason != fleet.Overlap || !strings.Contains(refused.Message, "operator "+c.with+" Byron") ||
			!strings.Contains(refused.Message, "from "+start) {
			t.Errorf("%v to %v: %v", c.from, c.to, refused)
		}
		if _, err := w.tryPlan(other, w.ada, c.from, c.to); err != nil && !strings.Contains(err.Error(), "Ada") {
			t.Errorf("on another machine: %v", err)
		}
	}
	var wrong int
	if err := w.conn.QueryRow(t.Context(), `SELECT count(*) FROM assignment_plans a JOIN assignment_plans b
		ON a.equipment_id = b.equipment_id AND a.id < b.id AND a.closed_at IS NULL AND b.closed_at IS NULL
		AND a.starts_at < coalesce(b.ends_at, b.starts_at) AND b.starts_at < coalesce(a.ends_at, a.starts_at)`).Scan(
		&wrong); err != nil || wrong > 0 {
		t.Errorf("%d plans overlap, %v", wrong, err)
	}
	refusedFor(t, func() error { _, err := w.tryPlan(w.machine, w.ada, -1, 0); return err }(), fleet.BadInput, "startsAt")
	refusedFor(
		t,
		func() error { _, err := w.tryPlan(w.machine, w.ada, 9000, 0); return err }(),
		fleet.BadInput,
		"startsAt",
	)
	refusedFor(t, func() error { _, err := w.tryPlan(w.machine, w.ada, 50, 49); return err }(), fleet.BadInput, "endsAt")
	refusedFor(t, func() error { _, err := w.tryPlan(w.machine, w.ada, 50, 9000); return err }(), fleet.BadInput, "endsAt")
	refusedFor(t, func() error { _, err := w.tryPlan(w.machine, fleet.NewUUID(), 50, 0); return err }(), fleet.NotFound,
		"operatorId")
}

// TestWhatIsAssignedByHandCountsMore than a plan of an earlier moment.
func TestWhatIsAssignedByHandCountsMore(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	late := w.plan(w.bob, 1, 0)
	w.exec(`UPDATE assignment_plans SET starts_at = $1`, w.at(-2)) // its time has come
	w.assign(w.machine, w.eve, -1)
	if n, err := w.db.CarryOutAssignmentPlans(t.Context(), nil); err != nil || n != 1 {
		t.Errorf("%d steps, %v", n, err)
	}
	w.runs("Ada -100 to -1", "Eve -1 to now")
	w.is(late, fleet.PlanDropped, "an operator was assigned from "+w.at(-1).Format(time.RFC3339))
	w.told(w.machine, fleet.ActionAssignmentPlanDropped, "droppedBecause", 1)
	w.told(w.bob, fleet.ActionAssignmentPlanDropped, "droppedBecause", 1)
	if n, err := w.db.CarryOutAssignmentPlans(t.Context(), nil); err != nil || n != 0 {
		t.Errorf("tried again: %d steps, %v", n, err)
	}

	within := w.plan(w.bob, 1, 2)
	w.exec(`UPDATE assignment_plans SET starts_at = $1, ends_at = $2 WHERE closed_at IS NULL`, w.at(-0.5), w.at(10))
	w.carryOut(0, 1)
	w.runs("Ada -100 to -1", "Eve -1 to -0.5", "Bob -0.5 to now")
	w.assign(w.machine, w.ada, -0.1)
	w.carryOut(20, 1)
	w.runs("Ada -100 to -1", "Eve -1 to -0.5", "Bob -0.5 to -0.1", "Ada -0.1 to now")
	w.is(within, fleet.PlanDropped, "another operator was assigned within the period")
}

// TestAPlanThatCannotBeIsDropped with its operator or machine, or when its time has come.
func TestAPlanThatCannotBeIsDropped(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, c := range map[string]struct {
		change  func(*planWorld) error
		because string
		late    bool // found by the job
	}{
		"operator deleted": {func(w *planWorld) error {
			_, err := w.rows.DeleteOperator(ctx, w.v, fleet.WriteInfo{}, w.bob, nil)
			return err
		}, fleet.OperatorDeleted, false},
		"operator retired": {func(w *planWorld) error {
			_, err := w.rows.RetireOperator(ctx, w.v, fleet.WriteInfo{}, w.bob, nil)
			return err
		}, fleet.OperatorLeft, false},
		"operator away": {func(w *planWorld) error {
			_, err := w.rows.UpdateOperator(ctx, w.v, fleet.WriteInfo{}, w.bob, nil, fleet.OperatorPatch{
				Status: fleet.Maybe[fleet.OperatorStatus]{Set: true, To: fleet.OperatorInactive}})
			return err
		}, "the operator is INACTIVE", true},
		"machine deleted": {func(w *planWorld) error {
			_, err := w.rows.DeleteEquipment(ctx, w.v, fleet.WriteInfo{}, w.machine, nil, fleet.OpenWorkRefuse)
			return err
		}, fleet.MachineDeleted, false},
		"machine retired": {func(w *planWorld) error {
			_, err := w.rows.UpdateEquipment(ctx, w.v, fleet.WriteInfo{}, w.machine, nil, fleet.EquipmentPatch{
				Status: fleet.Maybe[fleet.EquipmentStatus]{Set: true, To: fleet.EquipmentRetired}})
			return err
		}, fleet.MachineRetired, false},
		"machine retired past the server": {func(w *planWorld) error {
			w.exec(`UPDATE equipment SET status = 'RETIRED'`)
			return nil
		}, "the machine is RETIRED", true},
		"machine deleted past the server": {func(w *planWorld) error {
			w.exec(`UPDATE equipment SET deleted_at = now()`)
			return nil
		}, "has been deleted", true},
		"operator deleted past the server": {func(w *planWorld) error {
			w.exec(`UPDATE operators SET deleted_at = now() WHERE first_name = 'Bob'`)
			return nil
		}, "there is no operator", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPlanWorld(t)
			p := w.plan(w.bob, 10, 20)
			if err := c.change(w); err != nil {
				t.Fatal(err)
			}
			if c.late {
				w.is(p, fleet.PlanWaits, "")
				w.carryOut(15, 1)
			}
			w.is(p, fleet.PlanDropped, c.because)
			w.told(w.machine, fleet.ActionAssignmentPlanDropped, c.because, 1)
			w.told(w.bob, fleet.ActionAssignmentPlanDropped, c.because, 1)
			w.carryOut(30, 0)
			var assigned int
			if err := w.conn.QueryRow(ctx, `SELECT count(*) FROM assignments WHERE operator_id = $1`,
				[16]byte(w.bob)).Scan(&assigned); err != nil || assigned > 0 {
				t.Errorf("%d assignments, %v", assigned, err)
			}
		})
	}
}

// TestACancelledPlanChangesNothing, and one that has started leaves the machine as it is.
func TestACancelledPlanChangesNothing(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	cancel := func(p *fleet.AssignmentPlan) error {
		_, err := w.rows.CancelAssignmentPlan(t.Context(), w.v, fleet.WriteInfo{}, p.ID)
		return err
	}
	waits, started := w.plan(w.eve, 5, 0), w.plan(w.bob, 10, 20)
	if err := cancel(waits); err != nil {
		t.Fatal(err)
	}
	w.told(w.machine, fleet.ActionAssignmentPlanCancelled, "startsAt", 1)
	w.told(w.eve, fleet.ActionAssignmentPlanCancelled, "startsAt", 1)
	w.carryOut(15, 1)
	if err := cancel(started); err != nil {
		t.Fatal(err)
	}
	w.carryOut(25, 0)
	w.runs("Ada -100 to 10", "Bob 10 to now")
	w.is(started, fleet.PlanCancelled, "")
	if refused := refusedFor(t, cancel(started), fleet.Conflict, "assignmentPlanId"); refused.Reason != fleet.Transition {
		t.Error(refused)
	}
	refusedFor(t, cancel(&fleet.AssignmentPlan{ID: fleet.NewUUID()}), fleet.NotFound, "assignmentPlanId")
	other := w.v
	other.CompanyID = fleet.NewUUID()
	_, err := w.rows.CancelAssignmentPlan(t.Context(), other, fleet.WriteInfo{}, w.plan(w.eve, 30, 0).ID)
	refusedFor(t, err, fleet.NotFound, "assignmentPlanId")
}

// TestInstancesCarryOutAPlanOnce although several do so at the same time.
func TestInstancesCarryOutAPlanOnce(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	const machines, instances = 12, 3
	for range machines {
		e := w.newMachine()
		w.assign(e, w.ada, -10)
		if _, err := w.tryPlan(e, w.bob, 1, 2); err != nil {
			t.Fatal(err)
		}
		if _, err := w.tryPlan(e, w.eve, 5, 0); err != nil {
			t.Fatal(err)
		}
	}
	at := w.at(6)
	var all sync.WaitGroup
	done := make(chan int, instances)
	for range instances {
		all.Go(func() {
			n, err := w.db.CarryOutAssignmentPlans(t.Context(), &at)
			if err != nil {
				t.Error(err)
			}
			done <- n
		})
	}
	all.Wait()
	sum := 0
	for range instances {
		sum += <-done
	}
	n, err := w.db.CarryOutAssignmentPlans(t.Context(), &at) // what one has left to another that had passed it already
	if err != nil {
		t.Fatal(err)
	}
	if sum += n; sum != 3*machines {
		t.Errorf("%d steps, want %d", sum, 3*machines)
	}
	var got string
	if err := w.conn.QueryRow(t.Context(), `SELECT string_agg(n, ' ' ORDER BY n) FROM (SELECT o.first_name || count(*) AS n
		FROM assignments a JOIN operators o ON o.id = a.operator_id WHERE a.equipment_id <> $1 GROUP BY o.id) n`,
		[16]byte(w.machine)).Scan(&got); err != nil || got != "Ada24 Bob12 Eve12" {
		t.Errorf("assignments: %s, %v", got, err)
	}
	w.told(w.machine, fleet.ActionAssigned, "assignedAt", 1)
	var entries int
	if err := w.conn.QueryRow(
		t.Context(),
		`SELECT count(*) FROM history WHERE subject = 'EQUIPMENT' AND action = 'ASSIGNED'
		AND reason = 'holiday'`,
	).Scan(
		&entries,
	); err != nil ||
		entries != 3*machines {
		t.Errorf("%d entries, %v", entries, err)
	}
}

// TestPlansMoveWithADuplicate that is merged, unless they overlap, and back again.
func TestPlansMoveWithADuplicate(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	duplicate := w.newMachine()
	w.plan(w.bob, 10, 20)
	p, err := w.tryPlan(duplicate, w.eve, 15, 25)
	if err != nil {
		t.Fatal(err)
	}
	merge := func() error {
		_, err := w.rows.MergeEquipment(t.Context(), w.v, fleet.WriteInfo{}, fleet.Merge{EquipmentID: w.machine,
			DuplicateID: duplicate})
		return err
	}
	if refused := refusedFor(t, merge(), fleet.Conflict, "duplicateId"); refused.Reason != fleet.Overlap ||
		!strings.Contains(refused.Message, p.GlobalID()) {
		t.Error(refused)
	}
	w.exec(`UPDATE assignment_plans SET starts_at = $2 WHERE id = $1`, [16]byte(p.ID), w.at(20))
	if err := merge(); err != nil {
		t.Fatal(err)
	}
	of := func() fleet.UUID {
		t.Helper()
		found, err := w.rows.AssignmentPlansByID(t.Context(), w.v, []fleet.UUID{p.ID})
		if err != nil || found[p.ID] == nil {
			t.Fatal(found, err)
		}
		return found[p.ID].EquipmentID
	}
	if of() != w.machine {
		t.Error("the plan has not moved")
	}
	if _, err := w.rows.UndoMergeEquipment(t.Context(), w.v, fleet.WriteInfo{}, duplicate, nil); err != nil {
		t.Fatal(err)
	}
	if of() != duplicate {
		t.Error("the plan has not moved back")
	}
}

// TestPlansAreListedForTheirViewer: all of the company's machine for a manager, their own for an operator, and none for
// another company.
func TestPlansAreListedForTheirViewer(t *testing.T) {
	t.Parallel()
	w := newPlanWorld(t)
	bob, eve, none := w.plan(w.bob, 20, 30), w.plan(w.eve, 10, 15), w.plan(fleet.UUID{}, 40, 0)
	user := fleet.NewUUID()
	w.exec(`INSERT INTO users (id, company_id, email, name, role) VALUES ($1, $2, 'bob@example.com', 'Bob', 'OPERATOR')`,
		[16]byte(user), [16]byte(w.v.CompanyID))
	w.exec(`UPDATE operators SET user_id = $1 WHERE id = $2`, [16]byte(user), [16]byte(w.bob))
	for name, c := range map[string]struct {
		v           fleet.Viewer
		want, ofHim []fleet.UUID
	}{
		"manager": {w.v, []fleet.UUID{eve.ID, bob.ID, none.ID}, []fleet.UUID{bob.ID}},
		"operator": {fleet.Viewer{CompanyID: w.v.CompanyID, UserID: user, Role: fleet.RoleOperator},
			[]fleet.UUID{bob.ID}, []fleet.UUID{bob.ID}},
		"other": {fleet.Viewer{CompanyID: fleet.NewUUID(), UserID: user, Role: fleet.RoleAdmin}, nil, nil},
	} {
		ids := func(pages map[fleet.UUID]fleet.Page[*fleet.AssignmentPlan], of fleet.UUID, err error) (list []fleet.UUID) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range pages[of].Items {
				list = append(list, p.ID)
			}
			return list
		}
		pages, err := w.rows.AssignmentPlansByEquipment(t.Context(), c.v, []fleet.UUID{w.machine}, fleet.Window{Limit: 9})
		if diff := cmp.Diff(c.want, ids(pages, w.machine, err)); diff != "" {
			t.Errorf("%s, of the machine: %s", name, diff)
		}
		pages, err = w.rows.AssignmentPlansByOperator(t.Context(), c.v, []fleet.UUID{w.bob}, fleet.Window{Limit: 9})
		if diff := cmp.Diff(c.ofHim, ids(pages, w.bob, err)); diff != "" {
			t.Errorf("%s, of the operator: %s", name, diff)
		}
		counts, err := w.rows.AssignmentPlanCountByEquipment(t.Context(), c.v, []fleet.UUID{w.machine})
		if err != nil || counts[w.machine] != len(c.want) {
			t.Errorf("%s: %d plans, %v", name, counts[w.machine], err)
		}
		found, err := w.rows.AssignmentPlansByID(t.Context(), c.v, []fleet.UUID{bob.ID, eve.ID, none.ID})
		if err != nil || len(found) != len(c.want) {
			t.Errorf("%s: %d plans by id, %v", name, len(found), err)
		}
	}
}
