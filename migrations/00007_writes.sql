-- +goose Up
-- The audit trail: user, time, request, and old and new values of each change. It is
-- written in the transaction of the change. An import is one entry with its counts.
CREATE TABLE history (
  id         uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id uuid NOT NULL REFERENCES companies,
  -- Null for changes from the command line.
  user_id    uuid,
  -- The request id that the client received; null for changes from the command line.
  request    text CHECK (length(request) BETWEEN 1 AND 100),
  subject    text NOT NULL CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT')),
  -- The changed row; null for an import.
  subject_id uuid,
  action     text NOT NULL,
  -- [{"field": …, "from": …, "to": …}]: values as text, or null.
  changes    jsonb NOT NULL,
  at         timestamptz NOT NULL DEFAULT now(),
  CHECK ((subject = 'IMPORT') = (subject_id IS NULL)),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
-- Equipment.history, Operator.history, MaintenanceRecord.history.
CREATE INDEX history_by_subject ON history (subject_id, at DESC, id DESC);
-- history: all entries of a company.
CREATE INDEX history_by_at ON history (company_id, at DESC, id DESC);

-- Idempotency keys: a client can repeat a write without writing twice.
CREATE TABLE idempotency_keys (
  company_id uuid NOT NULL REFERENCES companies,
  user_id    uuid NOT NULL,
  -- The client's key of up to 200 characters; items of a batch append their index.
  key        text NOT NULL CHECK (length(key) BETWEEN 1 AND 210),
  -- Hash of the operation and its input. The same key with another input is an error.
  input_hash bytea NOT NULL,
  answer     jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, user_id, key),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id)
);
-- The sweep of expired keys.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Equipment.assignments and Operator.assignments, by date.
CREATE INDEX assignments_by_equipment ON assignments (equipment_id, assigned_at DESC, id DESC);
CREATE INDEX assignments_by_operator ON assignments (operator_id, assigned_at DESC, id DESC);
-- Finds open downtime of a machine. Few records are open, however long the history.
CREATE INDEX maintenance_records_down ON maintenance_records (equipment_id)
  WHERE down_from IS NOT NULL AND down_to IS NULL AND status IN ('PLANNED', 'IN_PROGRESS') AND deleted_at IS NULL;

-- +goose Down
DROP INDEX maintenance_records_down;
DROP INDEX assignments_by_operator;
DROP INDEX assignments_by_equipment;
DROP TABLE idempotency_keys;
DROP TABLE history;
