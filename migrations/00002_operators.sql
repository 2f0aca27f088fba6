-- +goose Up
CREATE TABLE operators (
  id             uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id     uuid NOT NULL REFERENCES companies,
  first_name     text NOT NULL CHECK (length(btrim(first_name)) BETWEEN 1 AND 100),
  last_name      text NOT NULL CHECK (length(btrim(last_name)) BETWEEN 1 AND 100),
  license_number text CHECK (length(btrim(license_number)) BETWEEN 1 AND 100),
  status         text NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'INACTIVE', 'RETIRED')),
  source_ref     text CHECK (length(source_ref) BETWEEN 1 AND 200),
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  deleted_at     timestamptz,
  version        integer NOT NULL DEFAULT 1,
  search_text    text NOT NULL GENERATED ALWAYS AS
                   (lower(first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))) STORED,
  search_words   tsvector NOT NULL GENERATED ALWAYS AS
                   (to_tsvector('simple'::regconfig, first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))) STORED,
  UNIQUE (company_id, id)
);
CREATE TRIGGER operators_touch BEFORE UPDATE ON operators FOR EACH ROW EXECUTE FUNCTION touch_row();

-- Licence numbers are unique among operators that are not deleted.
CREATE UNIQUE INDEX operators_license ON operators (company_id, lower(license_number)) WHERE deleted_at IS NULL;
-- The key of imports: the same source row is the same operator.
CREATE UNIQUE INDEX operators_source ON operators (company_id, source_ref) WHERE source_ref IS NOT NULL;
-- operators: pages in each order.
CREATE INDEX operators_by_name ON operators (company_id, (lower(last_name || ' ' || first_name)), id) WHERE deleted_at IS NULL;
CREATE INDEX operators_by_created ON operators (company_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
-- operators(filter: {search}): parts of words, and the beginnings of words of one or two letters.
CREATE INDEX operators_search ON operators USING gin (company_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX operators_words ON operators USING gin (company_id, search_words) WHERE deleted_at IS NULL;

-- +goose Down
DROP TABLE operators;
