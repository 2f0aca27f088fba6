-- +goose NO TRANSACTION
-- +goose Up
-- Further meters of machines: of kilometres, cycles, or another unit. Every machine has its hour meter without a row
-- here: readings without a meter are of it. The column is empty, so adding it rewrites nothing. The locks wait half a
-- second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS meters (
        id           uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id   uuid NOT NULL REFERENCES companies,
        equipment_id uuid NOT NULL,
        name         text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 100),
        unit         text NOT NULL CHECK (unit IN ('HOURS', 'KILOMETRES', 'MILES', 'CYCLES', 'LITRES')),
        created_at   timestamptz NOT NULL DEFAULT now(),
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
        -- Readings refer to it. Also finds the meters of a machine.
        UNIQUE (company_id, equipment_id, id)
      );
      ALTER TABLE meter_readings
        ADD COLUMN IF NOT EXISTS meter_id uuid,
        DROP CONSTRAINT IF EXISTS meter_readings_meter,
        -- A reading is of a meter of its machine. Checked at commit, because a merge moves both.
        ADD CONSTRAINT meter_readings_meter FOREIGN KEY (company_id, equipment_id, meter_id)
          REFERENCES meters (company_id, equipment_id, id) DEFERRABLE INITIALLY DEFERRED NOT VALID;
      ALTER TABLE equipment_merge_rows
        DROP CONSTRAINT IF EXISTS equipment_merge_rows_kind_check,
        ADD CONSTRAINT equipment_merge_rows_kind_check CHECK (kind IN ('MAINTENANCE_RECORD', 'METER_READING', 'ASSIGNMENT',
          'SITE_MOVE', 'PAPER', 'SERVICE_SCHEDULE', 'ASSIGNMENT_PLAN', 'METER')) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the tables beside their readers and writers.
ALTER TABLE meter_readings VALIDATE CONSTRAINT meter_readings_meter;
ALTER TABLE equipment_merge_rows VALIDATE CONSTRAINT equipment_merge_rows_kind_check;
-- One meter of a name on a machine.
CREATE UNIQUE INDEX IF NOT EXISTS meters_name_key ON meters (equipment_id, (text_key(name)));

-- Readings that count never decrease except at a replacement, each meter for itself. Read are those of the meters that
-- the statement has touched. They are collected first: a join with the rows of the statement, of which nothing is known
-- when it is planned, compares each with each.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION meter_readings_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad      record;
  machines uuid[] := ARRAY(SELECT DISTINCT equipment_id FROM touched WHERE meter_id IS NULL);
  further  uuid[] := ARRAY(SELECT DISTINCT meter_id FROM touched WHERE meter_id IS NOT NULL);
BEGIN
  PERFORM 1 FROM equipment
    WHERE id IN (SELECT equipment_id FROM touched) ORDER BY id FOR NO KEY UPDATE;
  SELECT r.hours, r.read_at, r.before INTO bad
  FROM (SELECT hours, read_at, replacement, lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before
        FROM   meter_readings
        WHERE  equipment_id = ANY(machines) AND meter_id IS NULL AND voided_at IS NULL
        UNION  ALL
        SELECT hours, read_at, replacement, lag(hours) OVER (PARTITION BY meter_id ORDER BY read_at)
        FROM   meter_readings
        WHERE  meter_id = ANY(further) AND voided_at IS NULL) r
  WHERE r.hours < r.before AND NOT r.replacement
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'meter reading of % at % is below the % before it', bad.hours, bad.read_at, bad.before
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meter_readings_never_decrease', TABLE = 'meter_readings', COLUMN = 'hours';
  END IF;
  RETURN NULL;
END
$$;
-- What is due by engine hours is due by the hour meter alone.
CREATE OR REPLACE FUNCTION meter_at(uuid, timestamptz) RETURNS TABLE (read_at timestamptz, lifetime numeric, shown numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours + coalesce(
           (SELECT sum(b.hours - n.hours) FROM meter_readings n CROSS JOIN LATERAL (
              SELECT p.hours FROM meter_readings p WHERE p.equipment_id = n.equipment_id AND p.meter_id IS NULL
              AND p.voided_at IS NULL AND p.read_at < n.read_at ORDER BY p.read_at DESC LIMIT 1) AS b
            WHERE n.equipment_id = r.equipment_id AND n.meter_id IS NULL AND n.replacement AND n.voided_at IS NULL
            AND   n.read_at <= r.read_at), 0),
         r.hours
  FROM   meter_readings r
  WHERE  r.equipment_id = $1 AND r.meter_id IS NULL AND r.voided_at IS NULL AND r.read_at <= $2
  ORDER  BY r.read_at DESC LIMIT 1
$$;
CREATE OR REPLACE FUNCTION meter_begin(uuid) RETURNS TABLE (read_at timestamptz, lifetime numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours FROM meter_readings r WHERE r.equipment_id = $1 AND r.meter_id IS NULL
  AND    r.voided_at IS NULL ORDER BY r.read_at LIMIT 1
$$;
CREATE OR REPLACE FUNCTION services_of_readings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[];
BEGIN
  PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM changed));
  machines := ARRAY(SELECT DISTINCT c.equipment_id FROM changed c WHERE c.meter_id IS NULL
    AND EXISTS (SELECT FROM scheduled_services d WHERE d.equipment_id = c.equipment_id));
  IF cardinality(machines) > 0 THEN
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
-- The day on which the hours were reached, in 00151_scheduled_services.sql, is found by the index of the hour meter. What
-- is replaced is not there when the migration is repeated.
DO $$
BEGIN
  EXECUTE replace(replace(pg_get_functiondef('refresh_services(uuid[], uuid[])'::regprocedure),
    'r.equipment_id = d.machine AND r.voided_at IS NULL',
    'r.equipment_id = d.machine AND r.meter_id IS NULL AND r.voided_at IS NULL'),
    'b.equipment_id = d.machine AND b.voided_at IS NULL',
    'b.equipment_id = d.machine AND b.meter_id IS NULL AND b.voided_at IS NULL');
END
$$;
-- +goose StatementEnd

-- One reading of the hour meter per moment that counts. It takes over the name of the index of before, under which the
-- servers know it. Built beside the writers; what a killed migration left behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_of_hour_meter;
CREATE UNIQUE INDEX CONCURRENTLY meter_readings_of_hour_meter ON meter_readings (equipment_id, read_at DESC)
  WHERE voided_at IS NULL AND meter_id IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_by_equipment_time;
ALTER INDEX IF EXISTS meter_readings_of_hour_meter RENAME TO meter_readings_by_equipment_time;
-- One reading of a further meter per moment that counts, and Meter.readings.
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_by_meter_time;
CREATE UNIQUE INDEX CONCURRENTLY meter_readings_by_meter_time ON meter_readings (meter_id, read_at DESC)
  WHERE voided_at IS NULL AND meter_id IS NOT NULL;
-- Meter.readings by what they show, and the check of the key.
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_by_meter_hours;
CREATE INDEX CONCURRENTLY meter_readings_by_meter_hours ON meter_readings (meter_id, hours, id)
  WHERE meter_id IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS meter_readings_of_meter_voided;
CREATE INDEX CONCURRENTLY meter_readings_of_meter_voided ON meter_readings (meter_id, read_at DESC, id DESC)
  WHERE voided_at IS NOT NULL AND meter_id IS NOT NULL;

-- +goose Down
DELETE FROM meter_readings WHERE meter_id IS NOT NULL;
DELETE FROM equipment_merge_rows WHERE kind = 'METER';
ALTER TABLE equipment_merge_rows
  DROP CONSTRAINT equipment_merge_rows_kind_check,
  ADD CONSTRAINT equipment_merge_rows_kind_check CHECK (kind IN ('MAINTENANCE_RECORD', 'METER_READING', 'ASSIGNMENT',
    'SITE_MOVE', 'PAPER', 'SERVICE_SCHEDULE', 'ASSIGNMENT_PLAN'));
DROP INDEX IF EXISTS meter_readings_of_meter_voided;
DROP INDEX IF EXISTS meter_readings_by_meter_hours;
DROP INDEX IF EXISTS meter_readings_by_meter_time;
DROP INDEX IF EXISTS meter_readings_by_equipment_time;
CREATE UNIQUE INDEX meter_readings_by_equipment_time ON meter_readings (equipment_id, read_at DESC)
  WHERE voided_at IS NULL;
-- +goose StatementBegin
DO $$
BEGIN
  EXECUTE replace(replace(pg_get_functiondef('refresh_services(uuid[], uuid[])'::regprocedure),
    'r.meter_id IS NULL AND ', ''), 'b.meter_id IS NULL AND ', '');
END
$$;
CREATE OR REPLACE FUNCTION services_of_readings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[];
BEGIN
  PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM changed));
  machines := ARRAY(SELECT DISTINCT c.equipment_id FROM changed c
    WHERE EXISTS (SELECT FROM scheduled_services d WHERE d.equipment_id = c.equipment_id));
  IF cardinality(machines) > 0 THEN
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION meter_begin(uuid) RETURNS TABLE (read_at timestamptz, lifetime numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours FROM meter_readings r WHERE r.equipment_id = $1 AND r.voided_at IS NULL
  ORDER  BY r.read_at LIMIT 1
$$;
CREATE OR REPLACE FUNCTION meter_at(uuid, timestamptz) RETURNS TABLE (read_at timestamptz, lifetime numeric, shown numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours + coalesce(
           (SELECT sum(b.hours - n.hours) FROM meter_readings n CROSS JOIN LATERAL (
              SELECT p.hours FROM meter_readings p WHERE p.equipment_id = n.equipment_id AND p.voided_at IS NULL
              AND p.read_at < n.read_at ORDER BY p.read_at DESC LIMIT 1) AS b
            WHERE n.equipment_id = r.equipment_id AND n.replacement AND n.voided_at IS NULL AND n.read_at <= r.read_at), 0),
         r.hours
  FROM   meter_readings r
  WHERE  r.equipment_id = $1 AND r.voided_at IS NULL AND r.read_at <= $2
  ORDER  BY r.read_at DESC LIMIT 1
$$;
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
ALTER TABLE meter_readings DROP CONSTRAINT IF EXISTS meter_readings_meter, DROP COLUMN IF EXISTS meter_id;
DROP TABLE IF EXISTS meters;
