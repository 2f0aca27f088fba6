-- +goose NO TRANSACTION
-- +goose Up
-- The dates of work: the day on which it is due, and was due at first; when it began and when it was
-- completed. maintenance_date stays the day that it counts to. The columns are empty where the dates
-- are unknown, so adding them rewrites nothing. The lock waits half a second at most, because writers
-- wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records
        ADD COLUMN IF NOT EXISTS due_date       date,
        ADD COLUMN IF NOT EXISTS first_due_date date,
        ADD COLUMN IF NOT EXISTS started_at     timestamptz,
        ADD COLUMN IF NOT EXISTS completed_at   timestamptz,
        DROP CONSTRAINT IF EXISTS maintenance_records_dates_agree,
        ADD CONSTRAINT maintenance_records_dates_agree CHECK (
          (due_date IS NULL) = (first_due_date IS NULL)
          AND (started_at IS NULL OR status <> 'PLANNED')
          AND (completed_at IS NULL OR (status = 'COMPLETED' AND completed_at >= coalesce(started_at, completed_at)))
        ) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Updates of a migration that fills new columns are no changes of the fleet: rows keep their version
-- and time, and the change feed has nothing to tell.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.company_id <> OLD.company_id THEN
    RAISE EXCEPTION 'a row of % cannot move to another company', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  IF current_setting('fleet.migrating', true) = 'on' THEN
    RETURN NEW;
  END IF;
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  few   CONSTANT int := 50;
  total bigint;
BEGIN
  IF current_setting('fleet.migrating', true) = 'on' THEN
    RETURN NULL;
  END IF;
  SELECT count(*) INTO total FROM changed;
  IF total = 0 THEN
    NULL;
  ELSIF total > few THEN
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, NULL) FROM (SELECT DISTINCT company_id FROM changed) c;
  ELSIF TG_ARGV[0] = 'id' THEN
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, ids) FROM (SELECT company_id, json_agg(DISTINCT id) AS ids FROM changed GROUP BY 1) c;
  ELSE
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, ids) FROM (SELECT company_id, json_agg(DISTINCT equipment_id) AS ids FROM changed GROUP BY 1) c;
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- Records of before get the dates that are known, in batches, so that no writer waits for more than
-- one of them: planned work is due on its date; what the history tells of work that was planned,
-- started or completed here is taken from it. Completed work keeps the day that it counts to.
-- +goose StatementBegin
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  part  uuid[];
BEGIN
  LOOP
    PERFORM set_config('fleet.migrating', 'on', true);
    SELECT array_agg(id ORDER BY id) INTO part
    FROM   (SELECT id FROM maintenance_records WHERE id > after ORDER BY id LIMIT 5000) m;
    EXIT WHEN part IS NULL;
    UPDATE maintenance_records m SET due_date = f.due, first_due_date = CASE WHEN f.due IS NOT NULL THEN f.first END,
       started_at = f.started, completed_at = f.completed
    FROM (
      SELECT m.id, p.due, coalesce(h.first, p.due) AS first, p.started, p.completed
      FROM   maintenance_records m
      CROSS  JOIN LATERAL (
        SELECT (array_agg(e.day ORDER BY h.at) FILTER (WHERE h.action = 'CREATED' AND e.status = 'PLANNED'))[1] AS first,
               -- put off while it was planned
               (array_agg(e.day ORDER BY h.at DESC) FILTER (WHERE h.action = 'CORRECTED' AND h.at < b.begun))[1] AS moved,
               -- a step of planned work, and the day that it replaced
               bool_or(e.was = 'PLANNED') AS planned,
               (array_agg(e.day_before ORDER BY h.at) FILTER (WHERE h.at >= b.begun AND e.day_before IS NOT NULL))[1] AS left_at,
               max(h.at) FILTER (WHERE h.action = 'STARTED') AS started,
               -- the moment is unknown when another day was given
               max(h.at) FILTER (WHERE h.action = 'COMPLETED' AND e.day IS NULL) AS completed
        FROM   (SELECT coalesce(min(l.at), 'infinity') AS begun FROM history l
                WHERE  l.subject_id = m.id AND l.action IN ('STARTED', 'COMPLETED', 'CANCELLED')) b
        JOIN   history h ON h.subject_id = m.id
        CROSS  JOIN LATERAL (
          SELECT max(c ->> 'to') FILTER (WHERE c ->> 'field' = 'maintenanceDate')::date AS day,
                 max(c ->> 'from') FILTER (WHERE c ->> 'field' = 'maintenanceDate')::date AS day_before,
                 max(c ->> 'to') FILTER (WHERE c ->> 'field' = 'status') AS status,
                 max(c ->> 'from') FILTER (WHERE c ->> 'field' = 'status') AS was
          FROM   jsonb_array_elements(h.changes) c) e
        WHERE  h.action <> 'CORRECTED' OR e.day IS NOT NULL) h
      CROSS  JOIN LATERAL (
        SELECT CASE WHEN m.status = 'PLANNED' THEN m.maintenance_date
                    WHEN h.first IS NOT NULL OR h.planned THEN coalesce(h.moved, h.left_at, h.first, m.maintenance_date)
               END AS due,
               CASE WHEN m.status <> 'PLANNED' AND (h.started <= h.completed) IS NOT FALSE THEN h.started END AS started,
               CASE WHEN m.status = 'COMPLETED' THEN h.completed END AS completed) p
      WHERE  m.id = ANY(part) AND m.due_date IS NULL AND m.started_at IS NULL AND m.completed_at IS NULL
    ) f
    WHERE  m.id = f.id AND (f.due IS NOT NULL OR f.started IS NOT NULL OR f.completed IS NOT NULL);
    COMMIT;
    after := part[array_upper(part, 1)];
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the table beside its readers and writers.
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_dates_agree;

-- +goose Down
ALTER TABLE maintenance_records DROP CONSTRAINT IF EXISTS maintenance_records_dates_agree,
  DROP COLUMN IF EXISTS due_date, DROP COLUMN IF EXISTS first_due_date, DROP COLUMN IF EXISTS started_at,
  DROP COLUMN IF EXISTS completed_at;
