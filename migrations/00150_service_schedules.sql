-- +goose NO TRANSACTION
-- +goose Up
-- Service schedules: work that comes again by days, by engine hours, or by whichever comes first, on one machine or on
-- all machines of a category or model. A record that belongs to one says which of its services it is, and when that
-- was due. The columns are empty, so adding them rewrites nothing. The lock waits half a second at most, because
-- writers wait behind it.
CREATE TABLE IF NOT EXISTS service_schedules (
  id                 uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id         uuid NOT NULL REFERENCES companies,
  -- One of the three: a machine, a category, a manufacturer with a model.
  equipment_id       uuid,
  category           text CHECK (length(btrim(category)) BETWEEN 1 AND 100),
  manufacturer       text CHECK (length(btrim(manufacturer)) BETWEEN 1 AND 100),
  model              text CHECK (length(btrim(model)) BETWEEN 1 AND 100),
  title              text NOT NULL CHECK (length(btrim(title)) BETWEEN 1 AND 200),
  kind               text NOT NULL CHECK (kind IN ('PREVENTIVE', 'CORRECTIVE', 'INSPECTION', 'MODIFICATION', 'OTHER')),
  estimated_cost     numeric(14, 2) CHECK (estimated_cost >= 0),
  estimated_hours    numeric(7, 2) CHECK (estimated_hours >= 0),
  interval_days      integer CHECK (interval_days BETWEEN 1 AND 36500),
  interval_hours     numeric(10, 1) CHECK (interval_hours > 0),
  recurrence         text NOT NULL CHECK (recurrence IN ('FROM_COMPLETION', 'FIXED')),
  last_done_on       date,
  last_done_hours    numeric(10, 1) CHECK (last_done_hours >= 0),
  first_due_on       date,
  first_due_hours    numeric(10, 1) CHECK (first_due_hours >= 0),
  lead_days          integer NOT NULL CHECK (lead_days BETWEEN 0 AND 3650),
  lead_hours         numeric(10, 1) CHECK (lead_hours >= 0),
  -- Seasonal pauses, both days included, as 100 × month + day.
  pauses_from        integer[] NOT NULL DEFAULT '{}',
  pauses_to          integer[] NOT NULL DEFAULT '{}',
  paused_at          timestamptz,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  deleted_at         timestamptz,
  version            integer NOT NULL DEFAULT 1,
  FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id) ON DELETE CASCADE,
  CONSTRAINT service_schedules_target CHECK (num_nonnulls(equipment_id, category, model) = 1
    AND (manufacturer IS NULL) = (model IS NULL)),
  CONSTRAINT service_schedules_interval CHECK (num_nonnulls(interval_days, interval_hours) BETWEEN 1 AND 2
    AND (recurrence <> 'FIXED' OR num_nonnulls(interval_days, interval_hours) = 1)),
  CONSTRAINT service_schedules_pauses CHECK (cardinality(pauses_from) = cardinality(pauses_to)
    AND cardinality(pauses_from) <= 12)
);
CREATE OR REPLACE TRIGGER service_schedules_touch BEFORE UPDATE ON service_schedules
  FOR EACH ROW EXECUTE FUNCTION touch_row();
-- Equipment.services, and which schedules apply to a machine.
CREATE INDEX IF NOT EXISTS service_schedules_by_equipment ON service_schedules (equipment_id)
  WHERE equipment_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS service_schedules_by_category ON service_schedules (company_id, (text_key(category)))
  WHERE category IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS service_schedules_by_model ON service_schedules
  (company_id, (text_key(model)), (text_key(manufacturer))) WHERE model IS NOT NULL AND deleted_at IS NULL;
-- serviceSchedules by title and by age.
CREATE INDEX IF NOT EXISTS service_schedules_by_title ON service_schedules
  (company_id, (lower(title COLLATE fleet_natural)), id) INCLUDE (title) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS service_schedules_by_created ON service_schedules (company_id, created_at DESC, id DESC)
  WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS service_schedules_deleted ON service_schedules (company_id, created_at DESC, id DESC)
  WHERE deleted_at IS NOT NULL;
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records
        ADD COLUMN IF NOT EXISTS schedule_id         uuid,
        ADD COLUMN IF NOT EXISTS occurrence integer,
        ADD COLUMN IF NOT EXISTS service_due_on      date,
        ADD COLUMN IF NOT EXISTS service_due_hours   numeric(12, 1),
        DROP CONSTRAINT IF EXISTS maintenance_records_schedule,
        ADD CONSTRAINT maintenance_records_schedule
          FOREIGN KEY (schedule_id) REFERENCES service_schedules NOT VALID,
        DROP CONSTRAINT IF EXISTS maintenance_records_occurrence,
        ADD CONSTRAINT maintenance_records_occurrence CHECK (
          (schedule_id IS NULL) = (occurrence IS NULL) AND (occurrence >= 1) IS NOT FALSE
          AND (schedule_id IS NOT NULL OR num_nonnulls(service_due_on, service_due_hours) = 0)) NOT VALID;
      ALTER TABLE history
        DROP CONSTRAINT IF EXISTS history_subject_check,
        ADD CONSTRAINT history_subject_check CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT',
          'USER', 'ACCESS_TOKEN', 'COMPANY', 'SITE', 'PAPER', 'SERVICE_SCHEDULE')) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the tables beside their readers and writers.
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_schedule;
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_occurrence;
ALTER TABLE history VALIDATE CONSTRAINT history_subject_check;
-- A service of a schedule has one record, on any number of servers. Also finds the last one that is done, and the
-- record of the next.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_of_schedule;
CREATE UNIQUE INDEX CONCURRENTLY maintenance_records_of_schedule ON maintenance_records
  (schedule_id, equipment_id, occurrence) WHERE schedule_id IS NOT NULL AND deleted_at IS NULL;

-- +goose Down
DELETE FROM history WHERE subject = 'SERVICE_SCHEDULE';
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY', 'SITE',
  'PAPER'));
DROP INDEX IF EXISTS maintenance_records_of_schedule;
ALTER TABLE maintenance_records
  DROP CONSTRAINT IF EXISTS maintenance_records_occurrence,
  DROP CONSTRAINT IF EXISTS maintenance_records_schedule,
  DROP COLUMN IF EXISTS service_due_hours,
  DROP COLUMN IF EXISTS service_due_on,
  DROP COLUMN IF EXISTS occurrence,
  DROP COLUMN IF EXISTS schedule_id;
DROP TABLE IF EXISTS service_schedules;
