-- +goose NO TRANSACTION
-- +goose Up
-- How long a machine had which status: one period for each, which a trigger keeps, so that imports and psql keep
-- it too. The first period of a machine has no beginning: it had that status when it was entered, or before.
-- The locks wait half a second at most, because writers wait behind them.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_status_periods() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  at      CONSTANT timestamptz := clock_timestamp(); -- read under the lock of the machine
  changed uuid[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO equipment_status_periods (company_id, equipment_id, status) SELECT company_id, id, status FROM added;
    RETURN NULL;
  END IF;
  -- By groups and not by a join: a plan for few rows would compare each of many with each.
  changed := ARRAY(
    SELECT id
    FROM  (SELECT id, status, 1 AS n FROM added UNION ALL SELECT id, status, -1 FROM removed) AS both_of_them
    GROUP  BY id, status HAVING sum(n) > 0);
  IF cardinality(changed) > 0 THEN
    UPDATE equipment_status_periods SET until = greatest(at, since) WHERE equipment_id = ANY(changed) AND until IS NULL;
    -- A machine without periods is one that the migration has not reached.
    INSERT INTO equipment_status_periods (company_id, equipment_id, status, since, user_id)
    SELECT e.company_id, e.id, e.status, l.until, nullif(current_setting('fleet.user', true), '')::uuid
    FROM   equipment e
    JOIN   LATERAL (SELECT max(p.until) AS until FROM equipment_status_periods p WHERE p.equipment_id = e.id) l
           ON l.until IS NOT NULL
    WHERE  e.id = ANY(changed);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS equipment_status_periods (
        id           uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id   uuid NOT NULL REFERENCES companies,
        equipment_id uuid NOT NULL,
        status       text NOT NULL CHECK (status IN ('ACTIVE', 'MAINTENANCE', 'INACTIVE', 'RETIRED')),
        since        timestamptz,
        until        timestamptz CHECK (until >= since),
        -- The user that gave the machine the status; null when the work did, or the command line.
        user_id      uuid,
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id) ON DELETE CASCADE
      );
      CREATE OR REPLACE TRIGGER equipment_status_inserted AFTER INSERT ON equipment
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_status_periods();
      CREATE OR REPLACE TRIGGER equipment_status_updated AFTER UPDATE ON equipment
        REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_status_periods();
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- A machine has one status at a time.
CREATE UNIQUE INDEX IF NOT EXISTS equipment_status_open ON equipment_status_periods (equipment_id) WHERE until IS NULL;
-- Equipment.statusPeriods, newest first. A period without a beginning is the first one.
CREATE INDEX IF NOT EXISTS equipment_status_by_equipment ON equipment_status_periods
  (equipment_id, (coalesce(since, '0001-01-01T00:00:00Z'::timestamptz)) DESC, id DESC);

-- Machines of before get the periods that the history tells of, in batches, so that no writer waits for more than one
-- of them. Machines that are being changed are left for the next round.
-- +goose StatementBegin
DO $$
DECLARE
  part uuid[];
BEGIN
  LOOP
    SELECT array_agg(id) INTO part
    FROM   (SELECT id FROM equipment e WHERE NOT EXISTS (SELECT FROM equipment_status_periods p WHERE p.equipment_id = e.id)
            LIMIT 2000 FOR NO KEY UPDATE SKIP LOCKED) e;
    IF part IS NULL THEN
      EXIT WHEN NOT EXISTS (SELECT FROM equipment e
        WHERE NOT EXISTS (SELECT FROM equipment_status_periods p WHERE p.equipment_id = e.id));
      COMMIT;
      PERFORM pg_sleep(0.1);
      CONTINUE;
    END IF;
    INSERT INTO equipment_status_periods (company_id, equipment_id, status, since, until, user_id)
    WITH change AS (
      SELECT e.company_id, e.id, e.status AS present, h.at, h.user_id, f ->> 'from' AS was, f ->> 'to' AS became,
             row_number() OVER w AS n, lead(h.at) OVER w AS next
      FROM   equipment e
      JOIN   history h ON h.subject_id = e.id AND h.subject = 'EQUIPMENT'
      CROSS  JOIN LATERAL jsonb_array_elements(h.changes) f
      WHERE  e.id = ANY(part) AND f ->> 'field' = 'status' AND f ->> 'from' IS NOT NULL AND f ->> 'to' IS NOT NULL
      WINDOW w AS (PARTITION BY e.id ORDER BY h.at, h.id))
    SELECT company_id, id, was, NULL, at, NULL FROM change WHERE n = 1
    UNION ALL
    SELECT company_id, id, CASE WHEN next IS NULL THEN present ELSE became END, at, next, user_id FROM change
    UNION ALL
    SELECT e.company_id, e.id, e.status, NULL, NULL, NULL FROM equipment e
    WHERE  e.id = ANY(part) AND NOT EXISTS (SELECT FROM change c WHERE c.id = e.id);
    COMMIT;
  END LOOP;
END
$$;
-- +goose StatementEnd
ANALYZE equipment_status_periods;

-- +goose Down
DROP TRIGGER IF EXISTS equipment_status_updated ON equipment;
DROP TRIGGER IF EXISTS equipment_status_inserted ON equipment;
DROP TABLE IF EXISTS equipment_status_periods;
DROP FUNCTION IF EXISTS keep_status_periods();
