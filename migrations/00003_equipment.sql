-- +goose Up
CREATE TABLE equipment (
  id            uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id    uuid NOT NULL REFERENCES companies,
  user_id       uuid,
  name          text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 200),
  serial_number text CHECK (length(btrim(serial_number)) BETWEEN 1 AND 100),
  description   text CHECK (length(description) <= 10000),
  category      text NOT NULL CHECK (length(btrim(category)) BETWEEN 1 AND 100),
  status        text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'MAINTENANCE', 'INACTIVE', 'RETIRED')),
  -- Purchase price; null if unknown, and then not part of an average.
  cost          numeric(14, 2) CHECK (cost >= 0),
  source_ref    text CHECK (length(source_ref) BETWEEN 1 AND 200),
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  deleted_at    timestamptz,
  version       integer NOT NULL DEFAULT 1,
  -- Stored, because the planner skips an expression index for ranking and
  -- recomputes the expression per row. 'simple': English stemming would
  -- mangle model codes. A null description must not hide the row.
  search_text   text NOT NULL GENERATED ALWAYS AS
                  (lower(name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, ''))) STORED,
  search_words  tsvector NOT NULL GENERATED ALWAYS AS
                  (to_tsvector('simple'::regconfig, name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, ''))) STORED,
  UNIQUE (company_id, id),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
CREATE TRIGGER equipment_touch BEFORE UPDATE ON equipment FOR EACH ROW EXECUTE FUNCTION touch_row();

-- Serial numbers are unique among a company's machines that are not deleted.
CREATE UNIQUE INDEX equipment_serial_number ON equipment (company_id, lower(serial_number)) WHERE deleted_at IS NULL;
-- The key of imports: the same source row is the same machine.
CREATE UNIQUE INDEX equipment_source ON equipment (company_id, source_ref) WHERE source_ref IS NOT NULL;
-- equipmentList: pages in each order and direction. An unknown cost sorts below 0,
-- so that one comparison of (key, id) finds the next page.
CREATE INDEX equipment_by_created ON equipment (company_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX equipment_by_name ON equipment (company_id, (lower(name)), id) WHERE deleted_at IS NULL;
CREATE INDEX equipment_by_cost ON equipment (company_id, (coalesce(cost, -1)), id) WHERE deleted_at IS NULL;
-- equipmentList(filter: {status}). It includes the cost, so dashboardStats(scope: COMPANY) is an index-only scan.
CREATE INDEX equipment_by_status ON equipment (company_id, status, created_at DESC, id DESC) INCLUDE (cost) WHERE deleted_at IS NULL;
-- equipmentList(filter: {category}).
CREATE INDEX equipment_by_category ON equipment (company_id, category, created_at DESC, id DESC) WHERE deleted_at IS NULL;
-- equipmentList(filter: {user}).
CREATE INDEX equipment_by_user ON equipment (company_id, user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
-- equipmentList(filter: {user, status}). It includes the cost, so dashboardStats(scope: MINE) is an index-only scan.
CREATE INDEX equipment_by_user_status ON equipment (company_id, user_id, status, created_at DESC, id DESC) INCLUDE (cost) WHERE deleted_at IS NULL;
-- equipmentList(filter: {user, status: ACTIVE}), a user's active machines: the
-- most frequent page, served by the smallest possible index.
CREATE INDEX equipment_active_by_user ON equipment (company_id, user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL AND status = 'ACTIVE';
-- equipmentList(filter: {search}): parts of words, and the beginnings of words of one or two letters.
CREATE INDEX equipment_search ON equipment USING gin (company_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX equipment_words ON equipment USING gin (company_id, search_words) WHERE deleted_at IS NULL;

-- +goose Down
DROP TABLE equipment;
