-- +goose NO TRANSACTION
-- +goose Up
-- A mistyped meter reading is voided: it stays, and counts nowhere. The column is empty, so adding it
-- rewrites nothing. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE meter_readings ADD COLUMN IF NOT EXISTS voided_at timestamptz;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Readings that count never decrease except at a replacement.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION meter_readings_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad record;
BEGIN
  PERFORM 1 FROM equipment
    WHERE id IN (SELECT equipment_id FROM touched) ORDER BY id FOR NO KEY UPDATE;
  SELECT r.equipment_id, r.read_at, r.hours, r.before INTO bad
  FROM (SELECT equipment_id, read_at, hours, replacement,
               lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before
        FROM meter_readings
        WHERE equipment_id IN (SELECT equipment_id FROM touched) AND voided_at IS NULL) r
  WHERE r.hours < r.before AND NOT r.replacement
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'meter reading of % hours at % is below the % hours before it', bad.hours, bad.read_at, bad.before
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meter_readings_never_decrease', TABLE = 'meter_readings', COLUMN = 'hours';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- One reading per moment that counts. Also finds the readings before and after, and those of key figures.
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_by_equipment_time;
CREATE UNIQUE INDEX CONCURRENTLY meter_readings_by_equipment_time ON meter_readings (equipment_id, read_at DESC)
  WHERE voided_at IS NULL;
-- Equipment.meterReadings(filter: {voided: …}): few are voided; several of them may be of one moment.
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_voided;
CREATE INDEX CONCURRENTLY meter_readings_voided ON meter_readings (equipment_id, read_at DESC, id DESC)
  WHERE voided_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_by_equipment;

-- +goose Down
DELETE FROM meter_readings WHERE voided_at IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS meter_readings_by_equipment ON meter_readings (equipment_id, read_at DESC);
DROP INDEX IF EXISTS meter_readings_voided;
DROP INDEX IF EXISTS meter_readings_by_equipment_time;
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION meter_readings_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad record;
BEGIN
  PERFORM 1 FROM equipment
    WHERE id IN (SELECT equipment_id FROM touched) ORDER BY id FOR NO KEY UPDATE;
  SELECT r.equipment_id, r.read_at, r.hours, r.before INTO bad
  FROM (SELECT equipment_id, read_at, hours, replacement,
               lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before
        FROM meter_readings
        WHERE equipment_id IN (SELECT equipment_id FROM touched)) r
  WHERE r.hours < r.before AND NOT r.replacement
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'meter reading of % hours at % is below the % hours before it', bad.hours, bad.read_at, bad.before
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meter_readings_never_decrease', TABLE = 'meter_readings', COLUMN = 'hours';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
ALTER TABLE meter_readings DROP COLUMN IF EXISTS voided_at;
