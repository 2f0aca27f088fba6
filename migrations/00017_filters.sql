-- +goose Up
-- maintenanceRecords(filter: {search}): parts of words, and the beginnings of words of
-- one or two letters. Expressions, not stored columns as machines have: those would
-- double the size of the largest table, which every page of records would pay for.
CREATE INDEX maintenance_records_search ON maintenance_records USING gin (company_id,
  (lower(coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, ''))) gin_trgm_ops)
  WHERE deleted_at IS NULL;
CREATE INDEX maintenance_records_words ON maintenance_records USING gin (company_id,
  (to_tsvector('simple'::regconfig, coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, ''))))
  WHERE deleted_at IS NULL;
-- maintenanceRecords(filter: {performedBy}), the work of a person or workshop.
CREATE INDEX maintenance_records_by_performer ON maintenance_records (company_id, performed_by, maintenance_date DESC, id DESC)
  WHERE deleted_at IS NULL AND performed_by IS NOT NULL;
-- maintenanceRecords(filter: {down: true}). Few downtimes are open, however long the history.
CREATE INDEX maintenance_records_open_downtime ON maintenance_records (company_id, maintenance_date DESC, id DESC)
  WHERE down_from IS NOT NULL AND down_to IS NULL AND deleted_at IS NULL;
-- equipmentList(orderBy: UPDATED_AT_DESC), and (filter: {updatedAt}) for copies that follow changes.
CREATE INDEX equipment_by_updated ON equipment (company_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
-- equipmentList(orderBy: SERIAL_NUMBER_ASC), and (filter: {serialNumber}). A machine
-- without one counts as '', so that one comparison of (key, id) finds the next page.
CREATE INDEX equipment_by_serial_number ON equipment (company_id, (lower(coalesce(serial_number, ''))), id)
  INCLUDE (serial_number) WHERE deleted_at IS NULL;
-- history(filter: {user}) and (filter: {action}): what a user did, and rare changes such as PURGED.
CREATE INDEX history_by_user ON history (company_id, user_id, at DESC, id DESC);
CREATE INDEX history_by_action ON history (company_id, action, at DESC, id DESC);

-- +goose Down
DROP INDEX history_by_action;
DROP INDEX history_by_user;
DROP INDEX equipment_by_serial_number;
DROP INDEX equipment_by_updated;
DROP INDEX maintenance_records_open_downtime;
DROP INDEX maintenance_records_by_performer;
DROP INDEX maintenance_records_words;
DROP INDEX maintenance_records_search;
