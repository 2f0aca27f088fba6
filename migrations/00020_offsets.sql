-- +goose Up
-- The offset of a list: its rows are skipped by an index-only scan, for which the
-- columns of an index's expression, and those that decide what is visible, have to
-- be in the index themselves.
DROP INDEX equipment_by_name;
CREATE INDEX equipment_by_name ON equipment (company_id, (lower(name)), id) INCLUDE (name) WHERE deleted_at IS NULL;
DROP INDEX equipment_by_cost;
CREATE INDEX equipment_by_cost ON equipment (company_id, (coalesce(cost, -1)), id) INCLUDE (cost) WHERE deleted_at IS NULL;
DROP INDEX operators_by_name;
CREATE INDEX operators_by_name ON operators (company_id, (lower(last_name || ' ' || first_name)), id)
  INCLUDE (last_name, first_name) WHERE deleted_at IS NULL;
DROP INDEX history_by_at;
CREATE INDEX history_by_at ON history (company_id, at DESC, id DESC) INCLUDE (subject);

-- +goose Down
DROP INDEX history_by_at;
CREATE INDEX history_by_at ON history (company_id, at DESC, id DESC);
DROP INDEX operators_by_name;
CREATE INDEX operators_by_name ON operators (company_id, (lower(last_name || ' ' || first_name)), id) WHERE deleted_at IS NULL;
DROP INDEX equipment_by_cost;
CREATE INDEX equipment_by_cost ON equipment (company_id, (coalesce(cost, -1)), id) WHERE deleted_at IS NULL;
DROP INDEX equipment_by_name;
CREATE INDEX equipment_by_name ON equipment (company_id, (lower(name)), id) WHERE deleted_at IS NULL;
