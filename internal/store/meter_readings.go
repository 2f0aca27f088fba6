package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

const readingColumns = `r.id, r.equipment_id, r.meter_id, r.read_at, r.hours::text, r.replacement, r.created_at,
	r.voided_at`

func scanReading(row pgx.CollectableRow, before ...any) (*fleet.MeterReading, error) {
	r := new(fleet.MeterReading)
	err := row.Scan(append(before, (*[16]byte)(&r.ID), (*[16]byte)(&r.EquipmentID), &r.MeterID, &r.ReadAt,
		(*string)(&r.Hours), &r.Replacement, &r.CreatedAt, &r.VoidedAt)...)
	return r, err
}

// readAtKey orders readings by time. A meter has one reading per moment.
const readAtKey = "r.read_at"

func readingSortKey(o fleet.MeterReadingOrder) sortKey {
	switch o {
	case fleet.MeterReadingHoursAsc, fleet.MeterReadingHoursDesc:
		return sortKey{"r.hours", "?::numeric", o == fleet.MeterReadingHoursDesc}
	default:
		return sortKey{readAtKey, "?::timestamptz", o != fleet.MeterReadingReadAtAsc}
	}
}

// isCounted is the condition that a reading r is not void.
const isCounted = "r.voided_at IS NULL"

// ofHourMeter is the condition that a reading r is of its machine's hour meter, ofFurtherMeter that it is of another one.
// What is known of engine hours is of the hour meter alone.
const (
	ofHourMeter    = "r.meter_id IS NULL"
	ofFurtherMeter = "r.meter_id IS NOT NULL"
)

// readingWhere limits q to the visible readings of the hour meter, or of further meters, that match f, without those
// that are void unless f asks for them. With a filter it takes a slot: the order may be of one index and the condition of
// another.
func readingWhere(q *query, v fleet.Viewer, f *fleet.MeterReadingFilter, of string) {
	q.scans = f != nil
	q.shown(ofReadings, "r", v, deletedRows{of: ofEquipment})
	q.Where(of)
	switch {
	case f == nil || f.Voided == nil:
		q.Where(isCounted)
	case *f.Voided == fleet.VoidedOnly:
		q.Where("r.voided_at IS NOT NULL")
	}
	filter(q, f, readingConditions)
}

func readingConditions(c *conditions, f *fleet.MeterReadingFilter) {
	c.ids("r.id", f.IDs)
	between(c, readAtKey, "timestamptz", "r.read_at IS NULL", f.ReadAt)
	between(c, "r.hours", "numeric", "r.hours IS NULL", f.Hours)
	c.null("r.replacement", f.Replacement)
	combine(c, f.And, f.Or, f.Not, readingConditions)
}

// AddMeterReading adds a reading of a meter of a machine; a zero ReadAt is now. A value below that of an earlier
// reading, or above that of a later one, is a CONFLICT, and so is one that the meter can hardly show unless it is
// confirmed. Work that is due by the reading of an hour meter is planned. Statements: begin, lock, time, readings next to
// it, insert, follow, plan, history, commit; one for a further meter.
func (s *Fleet) AddMeterReading(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	r fleet.MeterReading) (*fleet.MeterReading, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.MeterReading, error) {
		if _, err := tx.lockEquipment(ctx, r.EquipmentID); err != nil {
			return nil, fleet.InField("equipmentId", err)
		}
		of, err := tx.meterOf(ctx, r.MeterID)
		if err != nil {
			return nil, err
		}
		if of != nil {
			if err := of.CheckMeterOf(r.EquipmentID); err != nil {
				return nil, err
			}
		}
		now, err := tx.now(ctx)
		if err != nil {
			return nil, err
		}
		r = r.ReadingAt(now)
		if err := r.Check(now); err != nil {
			return nil, err
		}
		if err := tx.checkReading(ctx, &r, of); err != nil {
			return nil, err
		}
		rows, _ := tx.Query(ctx, `
			INSERT INTO meter_readings AS r (id, company_id, equipment_id, read_at, hours, replacement, meter_id)
				VALUES ($1, $2, $3, $4, $5::numeric, $6, $7)
			RETURNING `+readingColumns, [16]byte(fleet.NewUUID()), [16]byte(v.CompanyID), [16]byte(r.EquipmentID),
			r.ReadAt, string(r.Hours), r.Replacement, r.MeterID)
		made, err := pgx.CollectExactlyOneRow(rows, only(scanReading))
		if err != nil {
			return nil, fmt.Errorf("add meter reading: %w", err)
		}
		tx.recordHistory(fleet.SubjectEquipment, made.EquipmentID, fleet.ActionMeterRead,
			fleet.Changes(nil, made.Facts(of)))
		if of != nil { // services are due by the hour meter
			return made, nil
		}
		_, err = tx.planServices(ctx, []fleet.UUID{made.EquipmentID}, nil)
		return made, err
	})
}

// MeterReadingsByEquipment returns a page of the readings of each machine's hour meter that match f, in the
// order o. One statement; index meter_readings_by_equipment_time, _by_hours, _replacements or _voided.
func (s *Fleet) MeterReadingsByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MeterReading], error) {
	return s.readingPages(ctx, v, "r.equipment_id", ofHourMeter, equipment, f, o, w)
}

// MeterReadingsByMeter returns a page of the readings of each further meter that match f, in the order o. One statement;
// index meter_readings_by_meter_time, _by_meter_hours or _of_meter_voided.
func (s *Fleet) MeterReadingsByMeter(ctx context.Context, v fleet.Viewer, meters []fleet.UUID,
	f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MeterReading], error) {
	return s.readingPages(ctx, v, "r.meter_id", ofFurtherMeter, meters, f, o, w)
}

// readingPages returns a page of the readings that meet a condition, of each key in a column.
func (s *Fleet) readingPages(ctx context.Context, v fleet.Viewer, by, condition string, keys []fleet.UUID,
	f *fleet.MeterReadingFilter, o fleet.MeterReadingOrder,
	w fleet.Window) (map[fleet.UUID]fleet.Page[*fleet.MeterReading], error) {
	q, outer := s.query(), s.query()
	q.TableExpr("meter_readings AS r")
	readingWhere(q, v, f, condition)
	q.Where(by + " = k.id")
	key := readingSortKey(o)
	q.unique = key.expression == readAtKey && (f == nil || f.Voided == nil) // of one meter
	q.window("r", readingColumns, key, w)
	outer.perParent(q, keys, "r")
	groups, err := collectGroups(ctx, outer, scanReading)
	if err != nil {
		return nil, fmt.Errorf("meter readings: %w", err)
	}
	return pages(w, keys, groups), nil
}

// MeterReadingCountByEquipment returns the number of readings of each machine's hour meter that match f. One
// statement; index meter_readings_by_equipment_time.
func (s *Fleet) MeterReadingCountByEquipment(ctx context.Context, v fleet.Viewer, equipment []fleet.UUID,
	f *fleet.MeterReadingFilter) (map[fleet.UUID]int, error) {
	return s.readingCounts(ctx, v, "r.equipment_id", ofHourMeter, equipment, f)
}

// MeterReadingCountByMeter returns the number of readings of each further meter that match f. One statement; index
// meter_readings_by_meter_time.
func (s *Fleet) MeterReadingCountByMeter(ctx context.Context, v fleet.Viewer, meters []fleet.UUID,
	f *fleet.MeterReadingFilter) (map[fleet.UUID]int, error) {
	return s.readingCounts(ctx, v, "r.meter_id", ofFurtherMeter, meters, f)
}

// readingCounts counts the readings that meet a condition, by a column.
func (s *Fleet) readingCounts(ctx context.Context, v fleet.Viewer, by, condition string, keys []fleet.UUID,
	f *fleet.MeterReadingFilter) (map[fleet.UUID]int, error) {
	q := s.query()
	q.TableExpr("meter_readings AS r").ColumnExpr(by + ", count(*)").GroupExpr(by)
	readingWhere(q, v, f, condition)
	q.Where(q.args.in(by, keys))
	counts, err := q.counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count meter readings: %w", err)
	}
	return counts, nil
}

// MeterReadingsByID returns the visible readings with these ids. One statement, primary key.
func (s *Fleet) MeterReadingsByID(ctx context.Context, v fleet.Viewer,
	ids []fleet.UUID) (map[fleet.UUID]*fleet.MeterReading, error) {
	var args arguments
	text := `SELECT ` + readingColumns + ` FROM meter_readings r WHERE ` + visible(ofReadings, "r", v, args.add) + `
		AND ` + args.in("r.id", ids)
	list, err := readRows(ctx, s.conns, only(scanReading), text, args...)
	if err != nil {
		return nil, fmt.Errorf("meter readings by id: %w", err)
	}
	return keyed(list, func(r *fleet.MeterReading) fleet.UUID { return r.ID }), nil
}
