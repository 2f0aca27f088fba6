package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const scheduleColumns = `s.id, s.equipment_id, s.category, s.manufacturer, s.model, s.title, s.kind,
	s.estimated_cost::text, s.estimated_hours::text, s.interval_days, s.interval_hours::text, s.recurrence, s.last_done_on,
	s.last_done_hours::text, s.first_due_on, s.first_due_hours::text, s.lead_days, s.lead_hours::text, s.pauses_from,
	s.pauses_to, s.paused_at, s.created_at, s.updated_at, s.deleted_at, s.version`

func scanSchedule(row pgx.CollectableRow, before ...any) (*fleet.ServiceSchedule, error) {
	s := new(fleet.ServiceSchedule)
	var done, first *time.Time
	var from, to []int32
	err := row.Scan(append(before, (*[16]byte)(&s.ID), &s.EquipmentID, &s.Category, &s.Manufacturer, &s.Model, &s.Title,
		(*string)(&s.Kind), &s.EstimatedCost, &s.EstimatedHours, &s.IntervalDays, &s.IntervalHours,
		(*string)(&s.Recurrence), &done, &s.LastDoneHours, &first, &s.FirstDueHours, &s.LeadDays, &s.LeadHours, &from, &to,
		&s.PausedAt, &s.CreatedAt, &s.UpdatedAt, &s.DeletedAt, &s.Version)...)
	s.LastDoneOn, s.FirstDueOn = dateOf(done), dateOf(first)
	for i := range min(len(from), len(to)) {
		s.Pauses = append(s.Pauses, fleet.SeasonalPause{From: fleet.MonthDay(from[i]), To: fleet.MonthDay(to[i])})
	}
	return s, err
}

// pauseDays returns the first and the last days of seasonal pauses.
func pauseDays(pauses []fleet.SeasonalPause) (from, to []int32) {
	from, to = make([]int32, len(pauses)), make([]int32, len(pauses))
	for i, p := range pauses {
		from[i], to[i] = int32(p.From), int32(p.To) //nolint:gosec // at most 1231
	}
	return from, to
}

func scheduleSortKey(o fleet.ServiceScheduleOrder) sortKey {
	switch o {
	case fleet.ScheduleCreatedAtAsc, fleet.ScheduleCreatedAtDesc:
		return sortKey{"s.created_at", "?::timestamptz", o == fleet.ScheduleCreatedAtDesc}
	default:
		return sortKey{natural("s.title"), natural("?::text"), o == fleet.ScheduleTitleDesc}
	}
}

// scheduleWhere limits q to the schedules that are visible to the viewer and match f: without deleted ones unless f
// asks for them.
func scheduleWhere(q *query, v fleet.Viewer, f *fleet.ServiceScheduleFilter) {
	var d deletedRows
	if f != nil {
		d.want = f.Deleted
	}
	q.shown(ofSchedules, "s", v, d)
	filter(q, f, scheduleConditions)
}

func scheduleConditions(c *conditions, f *fleet.ServiceScheduleFilter) {
	c.ids("s.id", f.IDs)
	c.reference("s.equipment_id", f.Equipment)
	c.keyed("text_key(s.category)", f.Category)
	oneOf(c, "s.kind", f.Kind)
	c.null("s.paused_at IS NOT NULL", f.Paused)
	combine(c, f.And, f.Or, f.Not, scheduleConditions)
}

// SchedulePage returns a page of the schedules that match f, in the order o. One statement; index
// service_schedules_by_title or _by_created, or the one of the filter (_by_equipment, _by_category, _deleted).
func (s *Fleet) SchedulePage(ctx context.Context, v fleet.Viewer, f *fleet.ServiceScheduleFilter,
	o fleet.ServiceScheduleOrder, w fleet.Window) (fleet.Page[*fleet.ServiceSchedule], error) {
	q := s.query()
	q.scans = f != nil || w.Offset > 0 || v.Role == fleet.RoleOperator
	done, err := q.slot(ctx)
	if err != nil {
		return fleet.Page[*fleet.ServiceSchedule]{}, err
	}
	defer done()
	q.TableExpr("service_schedules AS s")
	scheduleWhere(q, v, f)
	q.window("s", scheduleColumns, scheduleSortKey(o), w)
	list, err := collect(ctx, q, scanSchedule)
	if err != nil {
		return fleet.Page[*fleet.ServiceSchedule]{}, fmt.Errorf("list service schedules: %w", err)
	}
	return fleet.NewPage(w, list), nil
}

// ScheduleCount returns the number of schedules that match f. One statement.
func (s *Fleet) ScheduleCount(ctx context.Context, v fleet.Viewer, f *fleet.ServiceScheduleFilter) (int, error) {
	done, err := s.scan(ctx)
	if err != nil {
		return 0, err
	}
	defer done()
	q := s.query()
	q.TableExpr("service_schedules AS s").ColumnExpr("count(*)")
	scheduleWhere(q, v, f)
	n, err := q.count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count service schedules: %w", err)
	}
	return n, nil
}

// SchedulesByID returns the visible schedules with these ids. One statement, primary key.
func (s *Fleet) SchedulesByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.ServiceSchedule, error) {
	return s.schedules(ctx, v, ids, deletedRows{})
}

// SchedulesOf is SchedulesByID for the schedules of records, which may have been deleted since.
func (s *Fleet) SchedulesOf(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.ServiceSchedule, error) {
	return s.schedules(ctx, v, ids, withDeleted())
}

func (s *Fleet) schedules(ctx context.Context, v fleet.Viewer, ids []fleet.UUID,
	d deletedRows) (map[fleet.UUID]*fleet.ServiceSchedule, error) {
	var args arguments
	text := `SELECT ` + scheduleColumns + ` FROM service_schedules s WHERE ` + shown(ofSchedules, "s", v, d, args.add) + `
		AND ` + args.in("s.id", ids)
	list, err := readRows(ctx, s.conns, only(scanSchedule), text, args...)
	if err != nil {
		return nil, fmt.Errorf("service schedules by id: %w", err)
	}
	return keyed(list, func(s *fleet.ServiceSchedule) fleet.UUID { return s.ID }), nil
}

// CreateSchedule adds a schedule with a new id, and with it the services of all machines that it applies to.
// Statements: begin, insert, history, commit; one more for a schedule of one machine.
func (s *Fleet) CreateSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	given *fleet.ServiceSchedule) (*fleet.ServiceSchedule, error) {
	given.Tidy()
	if err := given.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.ServiceSchedule, error) {
		if given.EquipmentID != nil {
			if _, err := tx.lockEquipment(ctx, *given.EquipmentID); err != nil {
				return nil, fleet.InField("equipmentId", err)
			}
		}
		from, to := pauseDays(given.Pauses)
		made, err := tx.schedule(ctx, `
			INSERT INTO service_schedules AS s (id, company_id, equipment_id, category, manufacturer, model, title, kind,
				estimated_cost, estimated_hours, interval_days, interval_hours, recurrence, last_done_on, last_done_hours,
				first_due_on, first_due_hours, lead_days, lead_hours, pauses_from, pauses_to)
			VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9::numeric, $10::numeric, $11, $12::numeric, $13, $14, $15::numeric, $16,
				$17::numeric, $18, $19::numeric, $20, $21)
			RETURNING `+scheduleColumns, [16]byte(fleet.NewUUID()), given.EquipmentID, given.Category, given.Manufacturer,
			given.Model, given.Title, string(given.Kind), given.EstimatedCost, given.EstimatedHours, given.IntervalDays,
			given.IntervalHours, string(given.Recurrence), midnight(given.LastDoneOn), given.LastDoneHours,
			midnight(given.FirstDueOn), given.FirstDueHours, given.LeadDays, given.LeadHours, from, to)
		if err != nil {
			return nil, fmt.Errorf("create service schedule: %w", err)
		}
		tx.recordHistory(fleet.SubjectSchedule, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// UpdateSchedule changes a schedule of the expected version, and with it the services of all machines that it applies
// to. Statements: begin, lock, update, history, commit.
func (s *Fleet) UpdateSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.ServiceSchedulePatch) (*fleet.ServiceSchedule, error) {
	return s.changeSchedule(ctx, v, w, id, expected, fleet.ActionUpdated, patch.Apply)
}

// PauseSchedule makes a schedule plan nothing until it is resumed; one that is paused is returned unchanged.
// Statements: begin, lock, update, history, commit.
func (s *Fleet) PauseSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.ServiceSchedule, error) {
	return s.changeSchedule(ctx, v, w, id, expected, fleet.ActionPaused,
		func(before *fleet.ServiceSchedule) (*fleet.ServiceSchedule, error) {
			after := *before
			if after.PausedAt == nil {
				at := time.Now().UTC().Truncate(time.Microsecond)
				after.PausedAt = &at
			}
			return &after, nil
		})
}

// ResumeSchedule ends the pause of a schedule; one that is active is returned unchanged. Statements: begin, lock,
// update, history, commit.
func (s *Fleet) ResumeSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.ServiceSchedule, error) {
	return s.changeSchedule(ctx, v, w, id, expected, fleet.ActionResumed,
		func(before *fleet.ServiceSchedule) (*fleet.ServiceSchedule, error) {
			after := *before
			after.PausedAt = nil
			return &after, nil
		})
}

func (s *Fleet) changeSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	action fleet.Action,
	change func(*fleet.ServiceSchedule) (*fleet.ServiceSchedule, error)) (*fleet.ServiceSchedule, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.ServiceSchedule, error) {
		before, err := tx.lockSchedule(ctx, id, expected)
		if err != nil {
			return nil, err
		}
		if before.DeletedAt != nil {
			return nil, fleet.NotFoundf("serviceScheduleId", "the service schedule %s has been deleted: restore it first",
				before.GlobalID())
		}
		after, err := change(before)
		if err != nil {
			return nil, err
		}
		changes := fleet.Changes(before.Facts(), after.Facts())
		if len(changes) == 0 {
			return before, nil
		}
		from, to := pauseDays(after.Pauses)
		saved, err := tx.schedule(ctx, `
			UPDATE service_schedules AS s SET title = $3, kind = $4, estimated_cost = $5::numeric,
				estimated_hours = $6::numeric, interval_days = $7, interval_hours = $8::numeric, recurrence = $9,
				last_done_on = $10, last_done_hours = $11::numeric, first_due_on = $12, first_due_hours = $13::numeric,
				lead_days = $14, lead_hours = $15::numeric, pauses_from = $16, pauses_to = $17, paused_at = $18
			WHERE s.company_id = $1 AND s.id = $2 RETURNING `+scheduleColumns, [16]byte(id), after.Title,
			string(after.Kind), after.EstimatedCost, after.EstimatedHours, after.IntervalDays, after.IntervalHours,
			string(after.Recurrence), midnight(after.LastDoneOn), after.LastDoneHours, midnight(after.FirstDueOn),
			after.FirstDueHours, after.LeadDays, after.LeadHours, from, to, after.PausedAt)
		if err != nil {
			return nil, fmt.Errorf("change service schedule: %w", err)
		}
		if changes = fleet.Changes(before.Facts(), saved.Facts()); len(changes) > 0 {
			tx.recordHistory(fleet.SubjectSchedule, id, action, changes)
		}
		return saved, nil
	})
}

// DeleteSchedule marks a schedule as deleted and returns it: no machine is due by it any more. Work that it has planned
// stays. Statements: begin, lock, update, history, commit.
func (s *Fleet) DeleteSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.ServiceSchedule, error) {
	return s.setScheduleDeleted(ctx, v, w, id, expected, true, fleet.ActionDeleted)
}

// RestoreSchedule restores a deleted schedule; one that is not deleted is returned unchanged. Its machines are due
// after what was done last. Statements: begin, lock, update, history, commit.
func (s *Fleet) RestoreSchedule(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.ServiceSchedule, error) {
	return s.setScheduleDeleted(ctx, v, w, id, expected, false, fleet.ActionRestored)
}

func (s *Fleet) setScheduleDeleted(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	deleted bool, action fleet.Action) (*fleet.ServiceSchedule, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.ServiceSchedule, error) {
		before, err := tx.lockSchedule(ctx, id, expected)
		if err != nil {
			return nil, err
		}
		switch is := before.DeletedAt != nil; {
		case is && deleted:
			return nil, noSchedule(id)
		case is == deleted:
			return before, nil
		}
		saved, err := tx.schedule(ctx, `UPDATE service_schedules AS s SET deleted_at = CASE WHEN $3 THEN now() END
			WHERE s.company_id = $1 AND s.id = $2 RETURNING `+scheduleColumns, [16]byte(id), deleted)
		if err != nil {
			return nil, fmt.Errorf("delete or restore service schedule: %w", err)
		}
		tx.recordHistory(fleet.SubjectSchedule, id, action, []fleet.FieldChange{})
		return saved, nil
	})
}

func noSchedule(id fleet.UUID) error {
	return fleet.NotFoundf("serviceScheduleId", "there is no service schedule %s in the company",
		fleet.GlobalID(fleet.KindSchedule, id))
}

// lockSchedule returns a schedule of the company, deleted or not, in the expected version, and locks it until the
// transaction ends. Primary key.
func (tx *writeTx) lockSchedule(ctx context.Context, id fleet.UUID, expected *int) (*fleet.ServiceSchedule, error) {
	found, err := tx.schedule(ctx, `SELECT `+scheduleColumns+` FROM service_schedules s WHERE s.company_id = $1
		AND s.id = $2 FOR NO KEY UPDATE`, [16]byte(id))
	if noRows(err) {
		return nil, noSchedule(id)
	}
	if err != nil {
		return nil, fmt.Errorf("lock service schedule: %w", err)
	}
	if found.DeletedAt != nil {
		return found, fleet.CheckDeletedVersion(expected, found.Version)
	}
	return found, fleet.CheckVersion(expected, found)
}

// schedule runs a statement that returns one schedule; $1 is the company.
func (tx *writeTx) schedule(ctx context.Context, sql string, args ...any) (*fleet.ServiceSchedule, error) {
	return oneRow(ctx, tx, scanSchedule, sql, args)
}
