-- +goose Up
-- Each import that has changed something, so that it can be listed and undone.
CREATE TABLE imports (
  id           uuid PRIMARY KEY,
  company_id   uuid NOT NULL REFERENCES companies,
  entity       text NOT NULL CHECK (entity IN ('equipment', 'operators', 'maintenance')),
  -- The name of the source system; '' for none.
  source       text NOT NULL DEFAULT '',
  -- Null for one without a name, such as standard input.
  file         text,
  -- SHA-256 of the file: the same file under two sources would be there twice.
  content      bytea NOT NULL,
  created      bigint NOT NULL DEFAULT 0,
  updated      bigint NOT NULL DEFAULT 0,
  rejected     bigint NOT NULL DEFAULT 0,
  at           timestamptz NOT NULL DEFAULT now(),
  undone_at    timestamptz,
  UNIQUE (company_id, id)
);
-- import list, newest first.
CREATE INDEX imports_by_at ON imports (company_id, at DESC, id DESC);
-- Whether the file was imported under another source.
CREATE INDEX imports_by_content ON imports (company_id, content);

-- The rows that an import has made or changed.
CREATE TABLE import_changes (
  import_id  uuid NOT NULL,
  company_id uuid NOT NULL,
  subject    text NOT NULL CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD')),
  row_id     uuid NOT NULL,
  -- After the import: a row of another version has changed since.
  version    integer NOT NULL,
  -- The row before the import; null for one that the import has made.
  before     jsonb,
  PRIMARY KEY (import_id, row_id),
  FOREIGN KEY (company_id, import_id) REFERENCES imports (company_id, id)
);

-- +goose Down
DROP TABLE import_changes;
DROP TABLE imports;
