-- +goose Up
CREATE TABLE assignments (
  id           uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id   uuid NOT NULL REFERENCES companies,
  equipment_id uuid NOT NULL,
  operator_id  uuid NOT NULL,
  assigned_at  timestamptz NOT NULL DEFAULT now(),
  released_at  timestamptz CHECK (released_at > assigned_at),
  created_at   timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
  FOREIGN KEY (company_id, operator_id) REFERENCES operators (company_id, id),
  -- A machine has at most one operator at a time.
  CONSTRAINT assignments_never_overlap
    EXCLUDE USING gist (equipment_id WITH =, tstzrange(assigned_at, released_at) WITH &&)
);
-- Equipment.assignedOperator: the open assignment.
CREATE UNIQUE INDEX assignments_open_by_equipment ON assignments (equipment_id) INCLUDE (operator_id) WHERE released_at IS NULL;
-- Operator.equipment and equipmentList(filter: {operator}): the machines an operator runs now.
CREATE INDEX assignments_open_by_operator ON assignments (operator_id) INCLUDE (equipment_id) WHERE released_at IS NULL;

-- +goose Down
DROP TABLE assignments;
