package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// LifetimeHours returns the hours that each machine has run by the readings of its hour meter, over replacements; a
// machine without readings has none. One statement; index meter_readings_by_equipment_time.
func (s *Fleet) LifetimeHours(ctx context.Context, v fleet.Viewer,
	equipment []fleet.UUID) (map[fleet.UUID]*fleet.Decimal, error) {
	found, err := s.lifetimes(ctx, v, "r.equipment_id", ofHourMeter, equipment)
	if err != nil {
		return nil, fmt.Errorf("lifetime hours: %w", err)
	}
	return found, nil
}

// LifetimeByMeter returns what each further meter has run by its readings, over replacements; one without readings has
// none. One statement; index meter_readings_by_meter_time.
func (s *Fleet) LifetimeByMeter(ctx context.Context, v fleet.Viewer,
	meters []fleet.UUID) (map[fleet.UUID]*fleet.Decimal, error) {
	found, err := s.lifetimes(ctx, v, "r.meter_id", ofFurtherMeter, meters)
	if err != nil {
		return nil, fmt.Errorf("lifetimes of meters: %w", err)
	}
	return found, nil
}

// lifetimes sums up the readings that meet a condition, by a key of theirs: the first one, and the differences of one to
// the next.
func (s *Fleet) lifetimes(ctx context.Context, v fleet.Viewer, key, condition string,
	keys []fleet.UUID) (map[fleet.UUID]*fleet.Decimal, error) {
	var args arguments
	text := `
		SELECT r.key, sum(CASE WHEN r.before IS NULL THEN r.hours WHEN r.replacement THEN 0
		         ELSE r.hours - r.before END)::text
		FROM  (SELECT ` + key + ` AS key, r.hours, r.replacement, lag(r.hours) OVER w AS before
		       FROM   meter_readings r
		       WHERE  ` + shown(ofReadings, "r", v, deletedRows{of: ofEquipment}, args.add) + `
		       AND    ` + isCounted + ` AND ` + condition + ` AND ` + args.in(key, keys) + `
		       WINDOW w AS (PARTITION BY ` + key + ` ORDER BY r.read_at)) AS r
		GROUP  BY r.key`
	type total struct {
		of    fleet.UUID
		value fleet.Decimal
	}
	list, err := readRows(ctx, s.conns, func(row pgx.CollectableRow) (t total, err error) {
		return t, row.Scan((*[16]byte)(&t.of), (*string)(&t.value))
	}, text, args...)
	if err != nil {
		return nil, err
	}
	found := make(map[fleet.UUID]*fleet.Decimal, len(list))
	for _, t := range list {
		found[t.of] = &t.value
	}
	return found, nil
}

// LatestReadings returns the last reading that counts of each further meter. One statement; index
// meter_readings_by_meter_time.
func (s *Fleet) LatestReadings(ctx context.Context, v fleet.Viewer,
	meters []fleet.UUID) (map[fleet.UUID]*fleet.MeterReading, error) {
	var args arguments
	text := `SELECT ` + readingColumns + ` FROM unnest(` + args.add(uuids(meters)) + `::uuid[]) AS k (id)
		CROSS JOIN LATERAL (SELECT * FROM meter_readings r WHERE r.meter_id = k.id AND ` + isCounted + ` AND ` +
		shown(ofReadings, "r", v, deletedRows{of: ofEquipment}, args.add) + ` ORDER BY r.read_at DESC LIMIT 1) AS r`
	list, err := readRows(ctx, s.conns, only(scanReading), text, args...)
	if err != nil {
		return nil, fmt.Errorf("latest readings: %w", err)
	}
	return keyed(list, func(r *fleet.MeterReading) fleet.UUID { return *r.MeterID }), nil
}
