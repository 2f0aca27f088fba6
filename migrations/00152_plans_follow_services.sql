-- +goose NO TRANSACTION
-- +goose Up
-- Work that a schedule has planned follows its service until a user changes it: a reading that was voided, an
-- interval that was changed and a schedule that was deleted leave no work behind that says otherwise. The column has a
-- constant default, so adding it rewrites nothing. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_planned_work() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.planned_by_schedule := false;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records ADD COLUMN IF NOT EXISTS planned_by_schedule boolean NOT NULL DEFAULT false;
      -- Any change but those of the planner, which says so by fleet.planning.
      CREATE OR REPLACE TRIGGER maintenance_records_keep_planned BEFORE UPDATE ON maintenance_records FOR EACH ROW
        WHEN (OLD.planned_by_schedule AND current_setting('fleet.planning', true) IS DISTINCT FROM 'on')
        EXECUTE FUNCTION keep_planned_work();
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- What is looked at in each round of planning: few rows.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_planned_by_schedule;
CREATE INDEX CONCURRENTLY maintenance_records_planned_by_schedule ON maintenance_records (company_id, equipment_id)
  WHERE planned_by_schedule AND status = 'PLANNED' AND deleted_at IS NULL;

-- +goose Down
DROP INDEX IF EXISTS maintenance_records_planned_by_schedule;
DROP TRIGGER IF EXISTS maintenance_records_keep_planned ON maintenance_records;
DROP FUNCTION IF EXISTS keep_planned_work();
ALTER TABLE maintenance_records DROP COLUMN IF EXISTS planned_by_schedule;
