package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// nearReadings returns the readings of a machine's hour meter, or of a further meter, that count next to a time, without
// the one of the id except. One statement; index meter_readings_by_equipment_time or _by_meter_time.
func (tx *writeTx) nearReadings(ctx context.Context, equipment fleet.UUID, meter *fleet.Meter, from, to time.Time,
	except fleet.UUID) (near fleet.NearReadings, err error) {
	next, of := `r.equipment_id = $2 AND `+ofHourMeter, equipment
	if meter != nil {
		next, of = `r.meter_id = $2`, meter.ID
	}
	next = `SELECT r.* FROM meter_readings r WHERE r.company_id = $1 AND ` + next + ` AND ` + isCounted + ` AND r.id <> $5`
	rows, _ := tx.Query(ctx, `
		SELECT false, `+readingColumns+` FROM (`+next+` AND r.read_at <= $3 ORDER BY r.read_at DESC LIMIT 1) AS r
		UNION  ALL
		SELECT true, `+readingColumns+` FROM (`+next+` AND r.read_at >= $4 ORDER BY r.read_at LIMIT 1) AS r`,
		[16]byte(tx.v.CompanyID), [16]byte(of), from, to, [16]byte(except))
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

// checkReading returns an error unless the meter, nil for the hour meter, can show a reading. One statement.
func (tx *writeTx) checkReading(ctx context.Context, r *fleet.MeterReading, of *fleet.Meter) error {
	near, err := tx.nearReadings(ctx, r.EquipmentID, of, r.ReadAt, r.ReadAt, r.ID)
	if err != nil {
		return err
	}
	return r.CheckPlausible(of, near, tx.confirmed)
}

// checkMeter returns an error unless the meter can have shown the value of a record that has changed it. now has the
// company's time zone. One statement if there is such a value.
func (tx *writeTx) checkMeter(ctx context.Context, before, after *fleet.MaintenanceRecord, now time.Time) error {
	if !after.ReadsMeter(before) {
		return nil
	}
	from, to := after.MeterMoments(now.Location())
	near, err := tx.nearReadings(ctx, after.EquipmentID, nil, from, to, fleet.UUID{})
	if err != nil {
		return err
	}
	return after.CheckMeter(near, now.Location(), tx.confirmed)
}

// CorrectMeterReading corrects a reading, and plans the work that is due by one of the hour meter. Statements: begin,
// find, two locks, time, readings next to it, update, follow, plan, history, commit; one for the further meter.
func (s *Fleet) CorrectMeterReading(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	patch fleet.MeterReadingPatch) (*fleet.MeterReading, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MeterReading, error) {
		before, now, err := tx.lockReading(ctx, id)
		if err != nil {
			return nil, err
		}
		of, err := tx.meterOf(ctx, before.MeterID)
		if err != nil {
			return nil, err
		}
		after, err := patch.Apply(before, now)
		if err != nil {
			return nil, err
		}
		if err := tx.checkReading(ctx, after, of); err != nil {
			return nil, err
		}
		saved, err := tx.reading(ctx, `UPDATE meter_readings AS r SET read_at = $3, hours = $4::numeric, replacement = $5
			WHERE r.company_id = $1 AND r.id = $2 RETURNING `+readingColumns, [16]byte(id), after.ReadAt, string(after.Hours),
			after.Replacement)
		if err != nil {
			return nil, fmt.Errorf("correct meter reading: %w", err)
		}
		if changes := saved.CorrectionChanges(before, of); len(changes) > 0 {
			tx.recordHistory(fleet.SubjectEquipment, saved.EquipmentID, fleet.ActionMeterCorrected, changes)
		}
		if of != nil { // services are due by the hour meter
			return saved, nil
		}
		_, err = tx.planServices(ctx, []fleet.UUID{saved.EquipmentID}, nil)
		return saved, err
	})
}

// VoidMeterReading makes a reading count nowhere, also for the work that was planned by it; one that is void is returned
// unchanged. Statements: begin, find, two locks, time, update, follow, history, commit; one for the further meter.
func (s *Fleet) VoidMeterReading(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	id fleet.UUID) (*fleet.MeterReading, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MeterReading, error) {
		before, _, err := tx.lockReading(ctx, id)
		if err != nil || before.VoidedAt != nil {
			return before, err
		}
		of, err := tx.meterOf(ctx, before.MeterID)
		if err != nil {
			return nil, err
		}
		saved, err := tx.reading(ctx, `UPDATE meter_readings AS r SET voided_at = now() WHERE r.company_id = $1
			AND r.id = $2 RETURNING `+readingColumns, [16]byte(id))
		if err != nil {
			return nil, fmt.Errorf("void meter reading: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, saved.EquipmentID, fleet.ActionMeterVoided,
			fleet.Changes(saved.Facts(of), nil))
		if of != nil { // services are due by the hour meter
			return saved, nil
		}
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
