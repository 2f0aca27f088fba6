package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// nearReadings returns the readings of a machine that count next to a time, without the one of the id except. One
// statement; index meter_readings_by_equipment_time.
func (tx *writeTx) nearReadings(ctx context.Context, equipment fleet.UUID, from, to time.Time,
	except fleet.UUID) (near fleet.NearReadings, err error) {
	const next = `SELECT r.* FROM meter_readings r WHERE r.company_id = $1 AND r.equipment_id = $2 AND ` + isCounted +
		` AND r.id <> $5`
	rows, _ := tx.Query(ctx, `
		SELECT false, `+readingColumns+` FROM (`+next+` AND r.read_at <= $3 ORDER BY r.read_at DESC LIMIT 1) AS r
		UNION  ALL
		SELECT true, `+readingColumns+` FROM (`+next+` AND r.read_at >= $4 ORDER BY r.read_at LIMIT 1) AS r`,
		[16]byte(tx.v.CompanyID), [16]byte(equipment), from, to, [16]byte(except))
	var after bool
	_, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		r, err := scanReading(row, &after)
		if after {
			near.After = r
		} else {
			near.Before = r
		}
		return struct{}{}, err
	})
	if err != nil {
		return near, fmt.Errorf("readings next to a moment: %w", err)
	}
	return near, nil
}

// checkReading returns an error unless the meter can show a reading. One statement.
func (tx *writeTx) checkReading(ctx context.Context, r *fleet.MeterReading) error {
	near, err := tx.nearReadings(ctx, r.EquipmentID, r.ReadAt, r.ReadAt, r.ID)
	if err != nil {
		return err
	}
	return r.CheckPlausible(near, tx.confirmed)
}

// checkMeter returns an error unless the meter can have shown the value of a record that has changed it. now has the
// company's time zone. One statement if there is such a value.
func (tx *writeTx) checkMeter(ctx context.Context, before, after *fleet.MaintenanceRecord, now time.Time) error {
	if !after.ReadsMeter(before) {
		return nil
	}
	from, to := after.MeterMoments(now.Location())
	near, err := tx.nearReadings(ctx, after.EquipmentID, from, to, fleet.UUID{})
	if err != nil {
		return err
	}
	return after.CheckMeter(near, now.Location(), tx.confirmed)
}

// CorrectMeterReading corrects a reading, and plans the work that is due by it. Statements: begin, find, two locks,
// time, readings next to it, update, follow, plan, history, commit.
func (s *Fleet) CorrectMeterReading(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	patch fleet.MeterReadingPatch) (*fleet.MeterReading, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MeterReading, error) {
		before, now, err := tx.lockReading(ctx, id)
		if err != nil {
			return nil, err
		}
		after, err := patch.Apply(before, now)
		if err != nil {
			return nil, err
		}
		if err := tx.checkReading(ctx, after); err != nil {
			return nil, err
		}
		saved, err := tx.reading(ctx, `UPDATE meter_readings AS r SET read_at = $3, hours = $4::numeric, replacement = $5
			WHERE r.company_id = $1 AND r.id = $2 RETURNING `+readingColumns, [16]byte(id), after.ReadAt, string(after.Hours),
			after.Replacement)
		if err != nil {
			return nil, fmt.Errorf("correct meter reading: %w", err)
		}
		if changes := saved.CorrectionChanges(before); len(changes) > 0 {
			tx.recordHistory(fleet.SubjectEquipment, saved.EquipmentID, fleet.ActionMeterCorrected, changes)
		}
		_, err = tx.planServices(ctx, []fleet.UUID{saved.EquipmentID}, nil)
		return saved, err
	})
}

// VoidMeterReading makes a reading count nowhere, also for the work that was planned by it; one that is void is returned
// unchanged. Statements: begin, find, two locks, time, update, follow, history, commit.
func (s *Fleet) VoidMeterReading(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.MeterReading, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MeterReading, error) {
		before, _, err := tx.lockReading(ctx, id)
		if err != nil || before.VoidedAt != nil {
			return before, err
		}
		saved, err := tx.reading(ctx, `UPDATE meter_readings AS r SET voided_at = now() WHERE r.company_id = $1
			AND r.id = $2 RETURNING `+readingColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("void meter reading: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, saved.EquipmentID, fleet.ActionMeterVoided,
			fleet.Changes(saved.Facts(), nil))
		return saved, tx.followServices(ctx, []fleet.UUID{saved.EquipmentID}, nil)
	})
}

// lockReading locks a reading's machine, then the reading, and returns it and the time after that. Readings stay with
// their machine. Statements: find, two locks, time; primary key.
func (tx *writeTx) lockReading(ctx context.Context, id fleet.UUID) (*fleet.MeterReading, time.Time, error) {
	const find = `SELECT ` + readingColumns + ` FROM meter_readings r WHERE r.company_id = $1 AND r.id = $2`
	found, err := tx.reading(ctx, find, [16]byte(id))
	if noRows(err) {
		return nil, time.Time{}, fleet.NotFoundf("meterReadingId", "there is no meter reading %s in the company",
			fleet.GlobalID(fleet.KindMeterReading, id))
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("find meter reading: %w", err)
	}
	if _, err := tx.lockEquipment(ctx, found.EquipmentID); err != nil {
		return nil, time.Time{}, fleet.InField("meterReadingId", err)
	}
	locked, err := tx.reading(ctx, find+` FOR NO KEY UPDATE`, [16]byte(id))
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("lock meter reading: %w", err)
	}
	now, err := tx.now(ctx)
	return locked, now, err
}

// reading runs a statement that returns one reading; $1 is the company.
func (tx *writeTx) reading(ctx context.Context, sql string, args ...any) (*fleet.MeterReading, error) {
	return oneRow(ctx, tx, scanReading, sql, args)
}

// LifetimeHours returns the hours that each machine has run by its readings, over all its meters; a machine without
// readings has none. One statement; index meter_readings_by_equipment_time.
func (s *Fleet) LifetimeHours(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]*fleet.Decimal, error) {
	var args arguments
	text := `
		SELECT r.equipment_id, sum(CASE WHEN r.before IS NULL THEN r.hours WHEN r.replacement THEN 0
		         ELSE r.hours - r.before END)::text
		FROM  (SELECT r.equipment_id, r.hours, r.replacement, lag(r.hours) OVER w AS before
		       FROM   meter_readings r
		       WHERE  ` + shown(ofReadings, "r", v, deletedRows{of: ofEquipment}, args.add) + `
		       AND    ` + isCounted + ` AND ` + args.in("r.equipment_id", equipment) + `
		       WINDOW w AS (PARTITION BY r.equipment_id ORDER BY r.read_at)) AS r
		GROUP  BY r.equipment_id`
	type total struct {
		machine fleet.UUID
		hours   fleet.Decimal
	}
	list, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (t total, err error) {
		return t, row.Scan((*[16]byte)(&t.machine), (*string)(&t.hours))
	}, text, args...)
	if err != nil {
		return nil, fmt.Errorf("lifetime hours: %w", err)
	}
	found := make(map[fleet.UUID]*fleet.Decimal, len(list))
	for _, t := range list {
		found[t.machine] = &t.hours
	}
	return found, nil
}
