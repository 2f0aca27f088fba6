-- +goose NO TRANSACTION
-- +goose Up
-- The make of a machine, when it serves, and what another one would cost. The columns are empty, so adding them
-- rewrites nothing. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE equipment
        ADD COLUMN IF NOT EXISTS manufacturer             text,
        ADD COLUMN IF NOT EXISTS model                    text,
        ADD COLUMN IF NOT EXISTS year                     integer,
        ADD COLUMN IF NOT EXISTS in_service_on            date,
        ADD COLUMN IF NOT EXISTS retired_on               date,
        ADD COLUMN IF NOT EXISTS replacement_value        numeric(14, 2),
        ADD COLUMN IF NOT EXISTS scheduled_hours_per_week numeric(4, 1),
        DROP CONSTRAINT IF EXISTS equipment_service,
        ADD CONSTRAINT equipment_service CHECK (
          length(btrim(manufacturer)) BETWEEN 1 AND 100
          AND length(btrim(model)) BETWEEN 1 AND 100
          AND year BETWEEN 1900 AND 9999
          AND replacement_value > 0
          AND scheduled_hours_per_week > 0 AND scheduled_hours_per_week <= 168
          AND retired_on >= in_service_on
        ) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the table beside its readers and writers.
ALTER TABLE equipment VALIDATE CONSTRAINT equipment_service;

-- Machines that are RETIRED get the day on which a person retired them, as the history tells it, in batches, so
-- that no writer waits for more than one of them. Of those that were entered as RETIRED it is unknown.
-- +goose StatementBegin
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  part  uuid[];
BEGIN
  LOOP
    PERFORM set_config('fleet.migrating', 'on', true);
    SELECT array_agg(id ORDER BY id) INTO part
    FROM   (SELECT id FROM equipment WHERE id > after ORDER BY id LIMIT 5000) e;
    EXIT WHEN part IS NULL;
    UPDATE equipment e SET retired_on = h.day
    FROM  (SELECT e.id, max(h.at AT TIME ZONE c.time_zone)::date AS day
           FROM   equipment e JOIN companies c ON c.id = e.company_id
           JOIN   history h ON h.subject_id = e.id AND h.subject = 'EQUIPMENT'
           WHERE  e.id = ANY(part) AND e.status = 'RETIRED' AND e.retired_on IS NULL
             AND  EXISTS (SELECT FROM jsonb_array_elements(h.changes) f WHERE f ->> 'field' = 'status'
                          AND f ->> 'from' IS NOT NULL AND f ->> 'to' = 'RETIRED')
           GROUP  BY e.id) h
    WHERE  e.id = h.id;
    COMMIT;
    after := part[array_upper(part, 1)];
  END LOOP;
END
$$;
-- +goose StatementEnd

-- equipmentList in each order. A machine without a value counts as lower than all others, so that one comparison
-- of (key, id) finds the next page; what an index-only scan reads is included.
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_manufacturer;
CREATE INDEX CONCURRENTLY equipment_by_manufacturer ON equipment
  (company_id, (lower(coalesce(manufacturer, '') COLLATE fleet_natural)), id) INCLUDE (manufacturer) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_model;
CREATE INDEX CONCURRENTLY equipment_by_model ON equipment
  (company_id, (lower(coalesce(model, '') COLLATE fleet_natural)), id) INCLUDE (model) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_year;
CREATE INDEX CONCURRENTLY equipment_by_year ON equipment
  (company_id, (coalesce(year, 0)), id) INCLUDE (year) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_in_service;
CREATE INDEX CONCURRENTLY equipment_by_in_service ON equipment
  (company_id, (coalesce(in_service_on, '0001-01-01'::date)), id) INCLUDE (in_service_on) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_retired;
CREATE INDEX CONCURRENTLY equipment_by_retired ON equipment
  (company_id, (coalesce(retired_on, '0001-01-01'::date)), id) INCLUDE (retired_on) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_replacement;
CREATE INDEX CONCURRENTLY equipment_by_replacement ON equipment
  (company_id, (coalesce(replacement_value, -1)), id) INCLUDE (replacement_value) WHERE deleted_at IS NULL;
-- equipmentList(filter: {manufacturer}) and (filter: {model}), and how other machines spell them.
DROP INDEX CONCURRENTLY IF EXISTS equipment_manufacturer_key;
CREATE INDEX CONCURRENTLY equipment_manufacturer_key ON equipment
  (company_id, (text_key(manufacturer)), created_at DESC, id DESC) WHERE deleted_at IS NULL AND manufacturer IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_model_key;
CREATE INDEX CONCURRENTLY equipment_model_key ON equipment
  (company_id, (text_key(model)), created_at DESC, id DESC) WHERE deleted_at IS NULL AND model IS NOT NULL;

-- +goose Down
DROP INDEX IF EXISTS equipment_model_key;
DROP INDEX IF EXISTS equipment_manufacturer_key;
DROP INDEX IF EXISTS equipment_by_replacement;
DROP INDEX IF EXISTS equipment_by_retired;
DROP INDEX IF EXISTS equipment_by_in_service;
DROP INDEX IF EXISTS equipment_by_year;
DROP INDEX IF EXISTS equipment_by_model;
DROP INDEX IF EXISTS equipment_by_manufacturer;
ALTER TABLE equipment DROP CONSTRAINT IF EXISTS equipment_service,
  DROP COLUMN IF EXISTS manufacturer, DROP COLUMN IF EXISTS model, DROP COLUMN IF EXISTS year,
  DROP COLUMN IF EXISTS in_service_on, DROP COLUMN IF EXISTS retired_on, DROP COLUMN IF EXISTS replacement_value,
  DROP COLUMN IF EXISTS scheduled_hours_per_week;
