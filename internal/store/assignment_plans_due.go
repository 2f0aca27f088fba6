package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// plansAtOnce is the number of machines that CarryOutAssignmentPlans reads at a time.
const plansAtOnce = 250

// CarryOutAssignmentPlans does what the assignment plans of all companies call for at a moment, which is now if it is
// nil, in the order of their times, and returns the number of plans that have begun, ended or been dropped. Assignments
// begin and end at the planned moments. A plan that cannot be carried out is dropped, with its reason. Several instances
// may do it at the same time: one works on a company, and the others leave it alone until the next time. Statements: one,
// and for each plan begin, lock of the company, find, two locks, find again, two savepoints, up to eight to assign, close,
// history, commit; index assignment_plans_due, which has few rows.
func (s *DB) CarryOutAssignmentPlans(ctx context.Context, at *time.Time) (done int, err error) {
	var last dueMachine
	for more := true; more; {
		due, found := readRows(ctx, s.conns, func(row pgx.CollectableRow) (m dueMachine, err error) {
			return m, row.Scan((*[16]byte)(&m.company), (*[16]byte)(&m.id))
		}, `SELECT DISTINCT ap.company_id, ap.equipment_id FROM assignment_plans ap
			WHERE  ap.due_at <= coalesce($1, statement_timestamp()) AND (ap.company_id, ap.equipment_id) > ($2, $3)
			ORDER  BY ap.company_id, ap.equipment_id LIMIT $4`, at, [16]byte(last.company), [16]byte(last.id), plansAtOnce)
		if found != nil {
			return done, errors.Join(err, fmt.Errorf("find assignment plans: %w", found))
		}
		for _, last = range due {
			for again := true; again; {
				var failed error
				// What fails on one machine does not keep the others waiting.
				if again, failed = s.carryOut(ctx, last, at); failed != nil {
					err = errors.Join(err, fmt.Errorf("carry out an assignment plan: %w", failed))
					break
				}
				if again {
					done++
				}
			}
		}
		more = len(due) == plansAtOnce
	}
	return done, err
}

// dueMachine is a machine of which a plan is due.
type dueMachine struct{ company, id fleet.UUID }

// carryOut does what the first due plan of a machine calls for, and reports whether there was one. As every write that
// locks operators and machines it locks the operator first, so the plan is read before and again after the locks.
func (s *DB) carryOut(ctx context.Context, m dueMachine, at *time.Time) (bool, error) {
	v := fleet.Viewer{CompanyID: m.company} // no user, as on the command line
	return write(ctx, s.database, v, fleet.WriteInfo{}, func(tx *writeTx) (bool, error) {
		var mine bool
		if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock(hashtext('fleet_assignment_plans'), hashtext($1::text))`,
			m.company.String()).Scan(&mine); err != nil || !mine {
			return false, err
		}
		found, err := tx.duePlan(ctx, m.id, at, "")
		if err != nil || found == nil {
			return false, err
		}
		d := planDue{plan: found}
		if id := found.Takes(); id != nil {
			if d.operator, err = tx.lockOperator(ctx, *id); err != nil && fleet.FaultsOf(err) == nil {
				return false, err
			}
			d.noOperator = err
		}
		machine, noMachine := tx.lockEquipment(ctx, m.id)
		if noMachine != nil && fleet.FaultsOf(noMachine) == nil {
			return false, noMachine
		}
		d.machine = machine
		locked, err := tx.duePlan(ctx, m.id, at, " FOR NO KEY UPDATE")
		if err != nil || locked == nil || locked.ID != found.ID || locked.Status != found.Status {
			return false, err // it was closed meanwhile, or another one is first: the next round looks again
		}
		if d.now, err = tx.now(ctx); err != nil {
			return false, err
		}
		if at != nil {
			d.now = *at
		}
		why := noMachine
		if why == nil {
			if why, err = tx.try(ctx, found.Reason, func(inner *writeTx) error { return inner.advance(ctx, d) }); err != nil {
				return false, err
			}
		}
		if why != nil {
			return true, tx.closePlan(ctx, found, why)
		}
		return true, nil
	})
}

// planDue is a plan that is due, with its locked machine and the locked operator that it takes.
type planDue struct {
	plan       *fleet.AssignmentPlan
	machine    *fleet.Equipment
	operator   *fleet.Operator // nil if noOperator is an error, and when the machine is to be without one
	noOperator error           // why the operator cannot be locked, such as that it is deleted
	now        time.Time
}

// duePlan returns the first due plan of a machine; nil for none. At one moment plans begin before others end, so that a
// machine goes from the operator of one to that of the next without the operator of before between them. One statement;
// index assignment_plans_by_equipment.
func (tx *writeTx) duePlan(ctx context.Context, machine fleet.UUID, at *time.Time,
	lock string) (*fleet.AssignmentPlan, error) {
	p, err := tx.assignmentPlan(ctx, `SELECT `+assignmentPlanColumns+` FROM assignment_plans ap WHERE ap.company_id = $1
		AND ap.equipment_id = $2 AND ap.closed_at IS NULL AND ap.due_at <= coalesce($3, clock_timestamp())
		ORDER BY ap.due_at, ap.status = 'STARTED', ap.id LIMIT 1`+lock, [16]byte(machine), at)
	if noRows(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find a due assignment plan: %w", err)
	}
	return p, nil
}

// try runs do behind a savepoint, with its history. It returns why do was refused, after which nothing of it is left; an
// error that is not about the rows, or that another try may not have, is returned as err.
func (tx *writeTx) try(ctx context.Context, reason *string, do func(*writeTx) error) (refused, err error) {
	err = pgx.BeginFunc(ctx, tx, func(savepoint pgx.Tx) error {
		inner := newWriteTx(savepoint, tx.v, fleet.WriteInfo{Reason: reason})
		if err := do(inner); err != nil {
			return err
		}
		return inner.writeHistory(ctx)
	})
	if err == nil {
		return nil, nil
	}
	why := refusal(err)
	for _, f := range fleet.FaultsOf(why) {
		if f.Why() == fleet.Concurrent {
			return nil, err
		}
	}
	if fleet.FaultsOf(why) == nil {
		return nil, err
	}
	return why, nil
}

// advance begins or ends a plan.
func (tx *writeTx) advance(ctx context.Context, d planDue) error {
	since, err := tx.assignedSince(ctx, d.plan.EquipmentID, d.plan.DueAt())
	if err != nil {
		return err
	}
	if since != nil {
		return fleet.RefuseByHand(*since)
	}
	if d.plan.Status == fleet.PlanStarted {
		return tx.endPlan(ctx, d)
	}
	return tx.startPlan(ctx, d)
}

// assignedSince returns the beginning of the first assignment of a machine that does not begin before a moment; nil for
// none. One statement; index assignments_by_equipment.
func (tx *writeTx) assignedSince(ctx context.Context, machine fleet.UUID, at time.Time) (since *time.Time, err error) {
	if err = tx.QueryRow(ctx, `SELECT min(a.assigned_at) FROM assignments a WHERE a.company_id = $1
		AND a.equipment_id = $2 AND a.assigned_at >= $3`, [16]byte(tx.v.CompanyID), [16]byte(machine),
		at).Scan(&since); err != nil {
		return nil, fmt.Errorf("find later assignments: %w", err)
	}
	return since, nil
}

// startPlan gives the machine to the operator of a plan, or to none. A plan with an end keeps the operator of before, which
// returns at its end. Where it follows another one at the end of that, the operator of before that one returns.
func (tx *writeTx) startPlan(ctx context.Context, d planDue) error {
	if d.noOperator != nil {
		return d.noOperator
	}
	p := d.plan
	before, err := tx.relieve(ctx, p, d.machine)
	if err != nil {
		return err
	}
	if p.OperatorID == nil {
		err = tx.release(ctx, "equipment_id", p.EquipmentID, p.StartsAt)
	} else {
		err = tx.handOver(ctx, p.Starts(d.machine), d)
	}
	if err != nil {
		return err
	}
	if p.EndsAt == nil {
		return tx.closePlan(ctx, p, nil)
	}
	if _, err := tx.Exec(ctx, `UPDATE assignment_plans SET status = 'STARTED', returns_to = $3 WHERE company_id = $1
		AND id = $2`, [16]byte(tx.v.CompanyID), [16]byte(p.ID), before); err != nil {
		return fmt.Errorf("start an assignment plan: %w", err)
	}
	return nil
}

// relieve closes the plan that ends when p begins, as p relieves its operator, and returns the operator of before: that
// of the closed plan, or else the one that the machine has. One statement; index assignment_plans_by_equipment.
func (tx *writeTx) relieve(ctx context.Context, p *fleet.AssignmentPlan,
	machine *fleet.Equipment) (*fleet.UUID, error) {
	relieved, err := tx.assignmentPlan(ctx, `SELECT `+assignmentPlanColumns+` FROM assignment_plans ap
		WHERE ap.company_id = $1 AND ap.equipment_id = $2 AND ap.closed_at IS NULL AND ap.status = 'STARTED'
		AND ap.ends_at = $3 FOR NO KEY UPDATE`, [16]byte(p.EquipmentID), p.StartsAt)
	if noRows(err) || err == nil && !relieved.Runs(machine) {
		return machine.OperatorID, nil
	}
	if err != nil {
		return nil, fmt.Errorf("find the plan that is relieved: %w", err)
	}
	return relieved.ReturnsTo, tx.closePlan(ctx, relieved, nil)
}

// endPlan ends the period of a plan: the operator of before has the machine again, if that one can.
func (tx *writeTx) endPlan(ctx context.Context, d planDue) error {
	p := d.plan
	if err := p.CheckEnd(d.machine); err != nil {
		return err
	}
	in := p.Returns(d.machine)
	var unable error
	if in != nil {
		unable = fleet.CheckReturn(d.operator)
	}
	switch {
	case in != nil && unable == nil:
		if err := tx.handOver(ctx, in, d); err != nil {
			return err
		}
	case in != nil || p.ReturnsTo == nil:
		if err := tx.release(ctx, "equipment_id", p.EquipmentID, *p.EndsAt); err != nil {
			return err
		}
	}
	return tx.closePlan(ctx, p, unable)
}

// handOver makes an assignment of a plan, as AssignOperator does; none if in is nil.
func (tx *writeTx) handOver(ctx context.Context, in *fleet.AssignmentInput, d planDue) error {
	if in == nil {
		return nil
	}
	a, err := in.Assign(d.machine, d.operator, d.now)
	if err != nil {
		return err
	}
	if err := tx.replace(ctx, a); err != nil {
		return err
	}
	_, err = tx.assign(ctx, a)
	return err
}

// closePlan closes a locked plan: it is carried out, or dropped because of what is an error. Primary key.
func (tx *writeTx) closePlan(ctx context.Context, p *fleet.AssignmentPlan, because error) error {
	status := fleet.PlanCarriedOut
	var text *string
	if because != nil {
		why := fleet.FaultsOf(because)[0].Message
		status, text = fleet.PlanDropped, &why
	}
	closed, err := tx.assignmentPlan(ctx, `UPDATE assignment_plans AS ap SET status = $3, closed_at = now(),
		dropped_because = $4 WHERE ap.company_id = $1 AND ap.id = $2 RETURNING `+assignmentPlanColumns, [16]byte(p.ID),
		string(status), text)
	if err != nil {
		return fmt.Errorf("close an assignment plan: %w", err)
	}
	if because != nil {
		tx.recordPlan(fleet.ActionAssignmentPlanDropped, closed, closed.DropChanges())
	}
	return nil
}
