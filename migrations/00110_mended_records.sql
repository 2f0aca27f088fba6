-- +goose NO TRANSACTION
-- +goose Up
-- Records that are wrong can be set right: hours of labour beside their cost, the record whose cost a
-- reversal takes back, and the reason that a person gives for a change. The columns are empty, so adding
-- them rewrites nothing. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records
        ADD COLUMN IF NOT EXISTS labour_hours numeric(10, 2),
        ADD COLUMN IF NOT EXISTS reversal_of  uuid,
        DROP CONSTRAINT IF EXISTS maintenance_records_reversal_of,
        ADD CONSTRAINT maintenance_records_reversal_of
          FOREIGN KEY (reversal_of) REFERENCES maintenance_records NOT VALID,
        DROP CONSTRAINT IF EXISTS maintenance_records_reversals_are_negative,
        ADD CONSTRAINT maintenance_records_reversals_are_negative
          CHECK (reversal_of IS NULL OR (cost < 0) IS TRUE) NOT VALID,
        DROP CONSTRAINT IF EXISTS maintenance_records_labour_hours,
        ADD CONSTRAINT maintenance_records_labour_hours
          CHECK (labour_hours >= 0 OR cost < 0) NOT VALID;
      ALTER TABLE history
        ADD COLUMN IF NOT EXISTS reason text CHECK (length(reason) BETWEEN 1 AND 500);
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the table beside its readers and writers.
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_reversal_of;
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_reversals_are_negative;
ALTER TABLE maintenance_records VALIDATE CONSTRAINT maintenance_records_labour_hours;

-- MaintenanceRecord.reversedBy, and the check of the key when records are purged. A record has one reversal
-- at most that is not deleted. The indexes are built beside the writers; what a killed migration left
-- behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_by_reversed;
CREATE INDEX CONCURRENTLY maintenance_records_by_reversed ON maintenance_records (reversal_of)
  WHERE reversal_of IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_reversed_once;
CREATE UNIQUE INDEX CONCURRENTLY maintenance_records_reversed_once ON maintenance_records (reversal_of)
  WHERE reversal_of IS NOT NULL AND deleted_at IS NULL;

-- +goose Down
DROP INDEX IF EXISTS maintenance_records_reversed_once;
DROP INDEX IF EXISTS maintenance_records_by_reversed;
ALTER TABLE history DROP COLUMN IF EXISTS reason;
ALTER TABLE maintenance_records
  DROP CONSTRAINT IF EXISTS maintenance_records_labour_hours,
  DROP CONSTRAINT IF EXISTS maintenance_records_reversals_are_negative,
  DROP CONSTRAINT IF EXISTS maintenance_records_reversal_of,
  DROP COLUMN IF EXISTS reversal_of,
  DROP COLUMN IF EXISTS labour_hours;
