package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CreateEquipment adds a machine with a new id. Statements: begin, insert, history, commit; one more for a
// machine with days.
func (s *Fleet) CreateEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	e *fleet.Equipment) (*fleet.Equipment, error) {
	e.Tidy()
	if err := e.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Equipment, error) {
		if e.HasDays() {
			now, err := tx.localTime(ctx)
			if err != nil {
				return nil, err
			}
			if err := e.CheckDays(fleet.DateOf(now)); err != nil {
				return nil, err
			}
		}
		made, err := tx.equipment(ctx, `
			INSERT INTO equipment AS e (id, company_id, user_id, name, serial_number, description, category, status,
				cost, manufacturer, model, year, in_service_on, retired_on, replacement_value, scheduled_hours_per_week)
			VALUES ($2, $1, $3, $4, $5, $6, `+spelled("category", "$1", "$2", "$7")+`, $8, $9::numeric,
				`+spelled("manufacturer", "$1", "$2", "$10")+`, `+spelled("model", "$1", "$2", "$11")+`, $12, $13, $14,
				$15::numeric, $16::numeric)
			RETURNING `+equipmentColumns,
			[16]byte(fleet.NewUUID()), e.UserID, e.Name, e.SerialNumber, e.Description, e.Category, string(e.Status),
			e.Cost, e.Manufacturer, e.Model, e.Year, midnight(e.InServiceOn), midnight(e.RetiredOn), e.ReplacementValue,
			e.ScheduledHoursPerWeek)
		if err != nil {
			return nil, fmt.Errorf("create equipment: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, made.ID, fleet.ActionCreated, fleet.Changes(nil, made.Facts()))
		return made, nil
	})
}

// UpdateEquipment changes a machine of the expected version. A patch without a difference leaves
// the version unchanged. Statements: begin, lock, update, history, commit; one more when the status
// changes, and for a patch with days; when the machine retires four more, and one for each record that is open.
func (s *Fleet) UpdateEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.EquipmentPatch) (*fleet.Equipment, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Equipment, error) {
		return tx.updateEquipment(ctx, id, expected, patch)
	})
}

func (tx *writeTx) updateEquipment(ctx context.Context, id fleet.UUID, expected *int,
	patch fleet.EquipmentPatch) (*fleet.Equipment, error) {
	before, err := tx.lockEquipment(ctx, id)
	if err != nil {
		return nil, fleet.InField("equipmentId", err)
	}
	if err := fleet.CheckVersion(expected, before); err != nil {
		return nil, err
	}
	var today fleet.Date
	if patch.NeedsDay() {
		now, err := tx.localTime(ctx)
		if err != nil {
			return nil, err
		}
		today = fleet.DateOf(now)
	}
	after, err := patch.Apply(before, today)
	if err != nil {
		return nil, err
	}
	if after.Status != before.Status {
		if err := tx.checkStatus(ctx, before, after.Status); err != nil {
			return nil, fleet.InField("status", err)
		}
	}
	return tx.saveEquipment(ctx, before, after, fleet.ActionUpdated)
}

// checkStatus returns the error of a status that open downtime does not allow. Retiring a machine
// ends what is open: its work is cancelled, its operator released, and its assignment plans
// are dropped.
func (tx *writeTx) checkStatus(ctx context.Context, e *fleet.Equipment, next fleet.EquipmentStatus) error {
	if err := next.CheckDowntime(func() (bool, error) { return tx.isDown(ctx, e.ID) }); err != nil {
		return err
	}
	if !next.EndsAssignment() {
		return nil
	}
	if err := tx.keepImportsOut(ctx, ""); err != nil {
		return err
	}
	return tx.endOpen(ctx, e.ID)
}

// endOpen cancels the open work on a machine, releases its operator and drops its assignment plans.
func (tx *writeTx) endOpen(ctx context.Context, id fleet.UUID) error {
	if err := tx.cancelOpenWork(ctx, id); err != nil {
		return err
	}
	if err := tx.releaseAll(ctx, "equipment_id", id); err != nil {
		return err
	}
	return tx.dropPlans(ctx, "equipment_id", id, fleet.MachineRetired)
}

// spelled is a category, manufacturer or model as other machines of the company spell it, or else as it is
// given, so that it has one line in every sum. Index equipment_by_category_key, _manufacturer_key or _model_key.
func spelled(column, company, machine, given string) string {
	column = "like_it." + column
	return `coalesce((SELECT ` + column + ` FROM equipment like_it WHERE like_it.company_id = ` + company + `
		AND text_key(` + column + `) = text_key(` + given + `::text) AND ` + column + ` IS NOT NULL
		AND like_it.id <> ` + machine + `::uuid AND like_it.deleted_at IS NULL
		ORDER BY like_it.created_at DESC, like_it.id DESC LIMIT 1), ` + given + `::text)`
}

// saveEquipment updates the machine's values if they differ.
func (tx *writeTx) saveEquipment(ctx context.Context, before, after *fleet.Equipment,
	action fleet.Action) (*fleet.Equipment, error) {
	saved, err := tx.equipment(ctx, `
		UPDATE equipment AS e SET user_id = $3, name = $4, serial_number = $5, description = $6, category = s.category,
			status = $8, cost = $9::numeric, status_after_work = $10, manufacturer = s.manufacturer,
			model = s.model, year = $13,
			in_service_on = $14, retired_on = $15, replacement_value = $16::numeric, scheduled_hours_per_week = $17::numeric
		FROM   (SELECT `+spelled("category", "$1", "$2", "$7")+` AS category,
			`+spelled("manufacturer", "$1", "$2", "$11")+` AS manufacturer, `+spelled("model", "$1", "$2", "$12")+` AS model,
			set_config('fleet.user', coalesce($18::uuid::text, ''), true)) s -- for the status period
		WHERE  e.company_id = $1 AND e.id = $2
		  AND  (e.user_id, e.name, e.serial_number, e.description, e.category, e.status, e.cost,
			e.status_after_work, e.manufacturer, e.model, e.year, e.in_service_on, e.retired_on, e.replacement_value,
			e.scheduled_hours_per_week) IS DISTINCT
			FROM ($3::uuid, $4::text, $5::text, $6::text, s.category, $8::text, $9::numeric, $10::text, s.manufacturer,
			s.model, $13::int, $14::date, $15::date, $16::numeric, $17::numeric)
		RETURNING `+equipmentColumns,
		[16]byte(before.ID), after.UserID, after.Name, after.SerialNumber, after.Description, after.Category,
		string(after.Status), after.Cost, (*string)(after.StatusAfterWork), after.Manufacturer, after.Model, after.Year,
		midnight(after.InServiceOn), midnight(after.RetiredOn), after.ReplacementValue, after.ScheduledHoursPerWeek,
		statusBy(tx.v, action))
	if noRows(err) {
		return before, nil
	}
	if err != nil {
		return nil, fmt.Errorf("update equipment: %w", err)
	}
	tx.recordHistory(fleet.SubjectEquipment, before.ID, action, fleet.Changes(before.Facts(), saved.Facts()))
	return saved, nil
}

// statusBy is the user that gives a machine the status that an action has for it; nil when its work does.
func statusBy(v fleet.Viewer, action fleet.Action) *[16]byte {
	if action == fleet.ActionStatusFollows {
		return nil
	}
	return userOf(v)
}

// DeleteEquipment marks a machine as deleted and returns it. It can be restored, and until then its
// serial number can be used again. Planned and running work on it is a CONFLICT unless work says
// that it is cancelled; an open assignment ends, and plans of assignments are dropped. Statements: begin, lock, lock of
// imports, count, time, release, drop plans, update, history, commit; to cancel work two more and one for each record,
// and one when the status of the machine changes by that.
func (s *Fleet) DeleteEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int, work fleet.OpenWork) (*fleet.Equipment, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Equipment, error) {
		before, err := tx.lockEquipment(ctx, id)
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if err := tx.keepImportsOut(ctx, "equipmentId"); err != nil {
			return nil, err
		}
		open, planned, err := tx.countOpenWork(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := work.Check(open - planned); err != nil {
			return nil, err
		}
		if open > planned {
			if err := tx.cancelOpenWork(ctx, id); err != nil {
				return nil, err
			}
			if _, err := tx.followDowntime(ctx, before, false); err != nil {
				return nil, err
			}
		}
		if err := tx.releaseAll(ctx, "equipment_id", id); err != nil {
			return nil, err
		}
		if err := tx.dropPlans(ctx, "equipment_id", id, fleet.MachineDeleted); err != nil {
			return nil, err
		}
		gone, err := tx.hideEquipment(ctx, id)
		if err != nil {
			return nil, err
		}
		tx.recordHistory(fleet.SubjectEquipment, id, fleet.ActionDeleted, []fleet.FieldChange{})
		return gone, nil
	})
}

// hideEquipment marks a locked machine as deleted and returns it.
func (tx *writeTx) hideEquipment(ctx context.Context, id fleet.UUID) (*fleet.Equipment, error) {
	gone, err := tx.equipment(ctx, `UPDATE equipment AS e SET deleted_at = now() WHERE e.company_id = $1
		AND e.id = $2 RETURNING `+equipmentColumns, [16]byte(id))
	if err != nil {
		return nil, fmt.Errorf("delete equipment: %w", err)
	}
	return gone, nil
}

// RestoreEquipment restores a deleted machine; one that is not deleted is returned unchanged. A
// serial number that another machine has by now is a CONFLICT, and so is a machine that was merged into
// another one. Statements: begin, lock, find the merge, update, history, commit; two more when the work that kept
// the machine down has gone with a merge; for a machine that is not deleted begin, two locks, commit.
func (s *Fleet) RestoreEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID, expected *int) (*fleet.Equipment, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.Equipment, error) {
		deleted, version, err := tx.lockAnyEquipment(ctx, id, "FOR NO KEY UPDATE")
		if err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		if !deleted {
			here, err := tx.lockEquipment(ctx, id)
			if err != nil {
				return nil, fleet.InField("equipmentId", err)
			}
			return here, fleet.CheckVersion(expected, here)
		}
		if err := fleet.CheckDeletedVersion(expected, version); err != nil {
			return nil, err
		}
		if err := tx.checkNotMerged(ctx, id); err != nil {
			return nil, err
		}
		back, err := tx.equipment(ctx, `UPDATE equipment AS e SET deleted_at = NULL WHERE e.company_id = $1
			AND e.id = $2 AND e.deleted_at IS NOT NULL RETURNING `+equipmentColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("restore equipment: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, id, fleet.ActionRestored, []fleet.FieldChange{})
		return tx.followDowntime(ctx, back, false)
	})
}

// PurgeEquipment removes a deleted machine with all rows that belong to it except its history. A
// machine that is not deleted is a CONFLICT. Statements: begin, lock, history, eight deletes,
// commit.
func (s *Fleet) PurgeEquipment(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (fleet.UUID, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (fleet.UUID, error) {
		company, key := [16]byte(v.CompanyID), [16]byte(id)
		deleted, version, err := tx.lockAnyEquipment(ctx, id, "FOR UPDATE")
		if err != nil {
			return id, fleet.InField("equipmentId", err)
		}
		if err := fleet.CheckPurge(deleted); err != nil {
			return id, err
		}
		if err := fleet.CheckDeletedVersion(expected, version); err != nil {
			return id, err
		}
		tx.recordHistory(fleet.SubjectEquipment, id, fleet.ActionPurged, []fleet.FieldChange{})
		if err := tx.writeHistory(ctx); err != nil { // while the row has a name
			return id, err
		}
		for _, sql := range []string{
			`DELETE FROM meter_readings WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM meters WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM assignments WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM assignment_plans WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM site_moves WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM papers WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM maintenance_records WHERE company_id = $1 AND equipment_id = $2`,
			`DELETE FROM equipment WHERE company_id = $1 AND id = $2`,
		} {
			if _, err := tx.Exec(ctx, sql, company, key); err != nil {
				return id, fmt.Errorf("purge equipment: %w", err)
			}
		}
		return id, nil
	})
}

// equipment runs a statement that returns one machine; $1 is the company.
func (tx *writeTx) equipment(ctx context.Context, sql string, args ...any) (*fleet.Equipment, error) {
	return oneRow(ctx, tx, scanEquipment, sql, args)
}

// lockAnyEquipment locks a machine of the company, deleted or not, and returns which of them it is
// and its version. lock is the kind of lock. Primary key.
func (tx *writeTx) lockAnyEquipment(ctx context.Context, id fleet.UUID, lock string) (deleted bool, version int,
	err error) {
	err = tx.QueryRow(ctx, `SELECT e.deleted_at IS NOT NULL, e.version FROM equipment e WHERE e.company_id = $1
		AND e.id = $2 `+lock, [16]byte(tx.v.CompanyID), [16]byte(id)).Scan(&deleted, &version)
	if noRows(err) {
		return false, 0, fleet.NotFoundf("", "there is no machine %s in the fleet",
			fleet.GlobalID(fleet.KindEquipment, id))
	}
	if err != nil {
		return false, 0, fmt.Errorf("lock equipment: %w", err)
	}
	return deleted, version, nil
}

// lockEquipment returns an undeleted machine of the company and locks it until the transaction
// ends.
func (tx *writeTx) lockEquipment(ctx context.Context, id fleet.UUID) (*fleet.Equipment, error) {
	e, err := tx.equipment(ctx, `SELECT `+equipmentColumns+` FROM equipment e WHERE e.company_id = $1 AND e.id = $2
		AND e.deleted_at IS NULL FOR NO KEY UPDATE`, [16]byte(id))
	if noRows(err) {
		if _, _, err := tx.lockAnyEquipment(ctx, id, ""); err != nil {
			return nil, err
		}
		return nil, fleet.NotFoundf("", "the machine %s has been deleted: restore it first",
			fleet.GlobalID(fleet.KindEquipment, id))
	}
	if err != nil {
		return nil, fmt.Errorf("lock equipment: %w", err)
	}
	return e, nil
}
