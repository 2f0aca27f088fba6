-- +goose Up
-- Who changed what, when, from what to what, by which request; written by the
-- transaction that made the change. An import is one entry with its counts.
CREATE TABLE history (
  id         uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id uuid NOT NULL REFERENCES companies,
  -- Null: by the command line, on behalf of nobody.
  user_id    uuid,
  -- Id of the request, as the server gave it to the client; null from the command line.
  request    text CHECK (length(request) BETWEEN 1 AND 100),
  subject    text NOT NULL CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT')),
  -- The row that changed; null for an import.
  subject_id uuid,
  action     text NOT NULL,
  -- [{"field": …, "from": …, "to": …}]: values as texts, null for none.
  changes    jsonb NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  CHECK ((subject = 'IMPORT') = (subject_id IS NULL)),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
-- Equipment.history, Operator.history, MaintenanceRecord.history.
CREATE INDEX history_by_subject ON history (subject_id, at DESC, id DESC);
-- history: all of a company's.
CREATE INDEX history_by_at ON history (company_id, at DESC, id DESC);

-- A client's key for a write, so that it can ask again without writing twice.
CREATE TABLE idempotency_keys (
  company_id uuid NOT NULL REFERENCES companies,
  user_id    uuid NOT NULL,
  -- Up to 200 characters of the client's; an item of a batch has its number behind them.
  key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 210),
  -- Of the operation and its input: the same key for something else is a fault of the client.
  input_hash bytea NOT NULL,
  answer     jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, user_id, key),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
-- The sweep of expired keys.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Equipment.assignments and Operator.assignments: who ran what, when.
CREATE INDEX assignments_by_equipment ON assignments (equipment_id, assigned_at DESC, id DESC);
CREATE INDEX assignments_by_operator ON assignments (operator_id, assigned_at DESC, id DESC);
-- Whether work keeps a machine down: few records are open, whatever the history's length.
CREATE INDEX maintenance_records_down ON maintenance_records (equipment_id)
  WHERE down_from IS NOT NULL AND down_to IS NULL AND status IN ('PLANNED', 'IN_PROGRESS') AND deleted_at IS NULL;

-- +goose Down
DROP INDEX maintenance_records_down;
DROP INDEX assignments_by_operator;
DROP INDEX assignments_by_equipment;
DROP TABLE idempotency_keys;
DROP TABLE history;
