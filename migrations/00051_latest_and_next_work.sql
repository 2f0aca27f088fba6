-- +goose NO TRANSACTION
-- +goose Up
-- Equipment.latestMaintenance: the last work that has begun or is done, however much is planned or
-- was cancelled. Equipment.nextMaintenance: the plan that is due first. Both are built beside the
-- writers; what a killed migration left behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_latest;
CREATE INDEX CONCURRENTLY maintenance_records_latest ON maintenance_records (equipment_id, maintenance_date DESC, id DESC)
  WHERE deleted_at IS NULL AND status IN ('IN_PROGRESS', 'COMPLETED');
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_next;
CREATE INDEX CONCURRENTLY maintenance_records_next ON maintenance_records (equipment_id, maintenance_date, id)
  WHERE deleted_at IS NULL AND status = 'PLANNED';

-- +goose Down
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_next;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_latest;
