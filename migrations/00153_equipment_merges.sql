-- +goose NO TRANSACTION
-- +goose Up
-- Duplicates of machines that were merged into the machine that stays, and what moved with each, so that a merge can be
-- taken back. The locks wait half a second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS equipment_merges (
        id           uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id   uuid NOT NULL REFERENCES companies,
        equipment_id uuid NOT NULL, -- the machine that stays
        duplicate_id uuid NOT NULL,
        at           timestamptz NOT NULL DEFAULT now(),
        undone_at    timestamptz,
        UNIQUE (company_id, id),
        CONSTRAINT equipment_merges_of_two CHECK (equipment_id <> duplicate_id),
        -- A machine that is purged takes its merges with it: there is nothing left to move back.
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id) ON DELETE CASCADE,
        FOREIGN KEY (company_id, duplicate_id) REFERENCES equipment (company_id, id) ON DELETE CASCADE
      );
      CREATE TABLE IF NOT EXISTS equipment_merge_rows (
        company_id uuid NOT NULL,
        merge_id   uuid NOT NULL,
        kind       text NOT NULL CHECK (kind IN ('MAINTENANCE_RECORD', 'METER_READING', 'ASSIGNMENT', 'SITE_MOVE', 'PAPER',
                     'SERVICE_SCHEDULE')),
        row_id     uuid NOT NULL, -- without a foreign key: a row that is deleted for good is not moved back
        -- The service of a schedule that a record was, if it left the schedule.
        schedule_id       uuid,
        occurrence        integer,
        service_due_on    date,
        service_due_hours numeric(12, 1),
        PRIMARY KEY (merge_id, kind, row_id),
        CONSTRAINT equipment_merge_rows_service CHECK ((schedule_id IS NULL) = (occurrence IS NULL)),
        FOREIGN KEY (company_id, merge_id) REFERENCES equipment_merges (company_id, id) ON DELETE CASCADE
      );
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- The merge of a duplicate, which is merged into one machine at a time. Also the check of its key.
CREATE UNIQUE INDEX IF NOT EXISTS equipment_merges_standing ON equipment_merges (duplicate_id) WHERE undone_at IS NULL;
-- The checks of the keys when a machine is purged.
CREATE INDEX IF NOT EXISTS equipment_merges_by_equipment ON equipment_merges (company_id, equipment_id);
CREATE INDEX IF NOT EXISTS equipment_merges_by_duplicate ON equipment_merges (company_id, duplicate_id);

-- The deleted records of a machine, which move with it: few rows. Built beside the writers; what a killed migration left
-- behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_deleted_by_equipment;
CREATE INDEX CONCURRENTLY maintenance_records_deleted_by_equipment ON maintenance_records (equipment_id)
  WHERE deleted_at IS NOT NULL;

-- +goose Down
-- Machines that were merged stay deleted, and what belonged to them stays where it moved.
DROP INDEX IF EXISTS maintenance_records_deleted_by_equipment;
DROP TABLE IF EXISTS equipment_merge_rows;
DROP TABLE IF EXISTS equipment_merges;
