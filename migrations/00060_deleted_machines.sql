-- +goose NO TRANSACTION
-- +goose Up
-- Records, readings and assignments of deleted machines, and assignments of deleted operators, are in no
-- list and no sum: each statement collects the deleted ones, which are few. The indexes also serve
-- equipmentList(filter: {deleted: ONLY}) and operators(filter: {deleted: ONLY}). They are built beside the
-- writers; what a killed migration left behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS equipment_deleted;
CREATE INDEX CONCURRENTLY equipment_deleted ON equipment (company_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS operators_deleted;
CREATE INDEX CONCURRENTLY operators_deleted ON operators (company_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- maintenanceRecords by cost: an offset is an index-only scan, which needs the machine to know whether it
-- is deleted.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_by_work_cost;
CREATE INDEX CONCURRENTLY maintenance_records_by_work_cost ON maintenance_records
  (company_id, (coalesce(cost, -1000000000000)), id) INCLUDE (cost, equipment_id) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_by_known_cost;

-- A machine that is deleted takes its records from the lists, one that is restored brings them back:
-- subscribers to records are told of them, with their ids if they are few.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  few   CONSTANT int := 50; -- as in tell_change
  total bigint;
  ids   json;
BEGIN
  SELECT count(*), json_agg(id) INTO total, ids
  FROM   (SELECT id FROM maintenance_records WHERE equipment_id = NEW.id AND deleted_at IS NULL LIMIT few + 1) m;
  IF total > 0 THEN
    PERFORM tell(NEW.company_id, 'maintenance_records', TG_OP, CASE WHEN total <= few THEN ids END);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
DROP TRIGGER IF EXISTS equipment_hidden ON equipment;
CREATE TRIGGER equipment_hidden AFTER UPDATE OF deleted_at ON equipment FOR EACH ROW
  WHEN ((OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)) EXECUTE FUNCTION tell_records();

-- +goose Down
DROP TRIGGER IF EXISTS equipment_hidden ON equipment;
DROP FUNCTION IF EXISTS tell_records();
CREATE INDEX IF NOT EXISTS maintenance_records_by_known_cost ON maintenance_records
  (company_id, (coalesce(cost, -1000000000000)), id) INCLUDE (cost) WHERE deleted_at IS NULL;
DROP INDEX IF EXISTS maintenance_records_by_work_cost;
DROP INDEX IF EXISTS operators_deleted;
DROP INDEX IF EXISTS equipment_deleted;
