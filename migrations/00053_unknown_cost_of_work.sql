-- +goose NO TRANSACTION
-- +goose Up
-- The cost of work is null while it is unknown, and then no part of a mean; 0 is free of charge. Costs
-- of before stay as they are. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records
        ALTER COLUMN cost DROP NOT NULL,
        ALTER COLUMN cost DROP DEFAULT,
        DROP CONSTRAINT IF EXISTS maintenance_records_parts_add_up,
        ADD CONSTRAINT maintenance_records_parts_add_up
          CHECK ((labour_cost IS NULL AND parts_cost IS NULL) OR (labour_cost + parts_cost = cost) IS TRUE) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_parts_add_up;
ALTER TABLE maintenance_records DROP CONSTRAINT IF EXISTS maintenance_records_cost_adds_up;

-- maintenanceRecords by cost. An unknown cost sorts below every cost, so that one comparison of (key,
-- id) finds the next page.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_by_known_cost;
CREATE INDEX CONCURRENTLY maintenance_records_by_known_cost ON maintenance_records
  (company_id, (coalesce(cost, -1000000000000)), id) INCLUDE (cost) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_by_cost;

-- +goose Down
UPDATE maintenance_records SET cost = 0 WHERE cost IS NULL;
CREATE INDEX IF NOT EXISTS maintenance_records_by_cost ON maintenance_records (company_id, cost, id) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS maintenance_records_by_known_cost;
ALTER TABLE maintenance_records
  DROP CONSTRAINT IF EXISTS maintenance_records_parts_add_up,
  DROP CONSTRAINT IF EXISTS maintenance_records_cost_adds_up,
  ADD CONSTRAINT maintenance_records_cost_adds_up
    CHECK ((labour_cost IS NULL AND parts_cost IS NULL)
        OR (labour_cost IS NOT NULL AND parts_cost IS NOT NULL AND cost = labour_cost + parts_cost)),
  ALTER COLUMN cost SET DEFAULT 0,
  ALTER COLUMN cost SET NOT NULL;
