-- +goose NO TRANSACTION
-- +goose Up
-- Assignments that are planned ahead: which operator a machine is to have from a moment on, or for a period after which
-- the operator of before has it again. A job carries them out. The locks wait half a second at most, because writers
-- wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS assignment_plans (
        id              uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id      uuid NOT NULL REFERENCES companies,
        equipment_id    uuid NOT NULL,
        operator_id     uuid, -- null: the machine is to have none
        starts_at       timestamptz NOT NULL,
        ends_at         timestamptz CHECK (ends_at > starts_at),
        reason          text CHECK (length(btrim(reason)) BETWEEN 1 AND 500),
        status          text NOT NULL DEFAULT 'PLANNED'
                          CHECK (status IN ('PLANNED', 'STARTED', 'CARRIED_OUT', 'CANCELLED', 'DROPPED')),
        returns_to      uuid, -- the operator of before, while the period of the plan runs
        closed_at       timestamptz,
        dropped_because text,
        user_id         uuid, -- that planned it
        created_at      timestamptz NOT NULL DEFAULT now(),
        -- When the job has something to do; null once the plan is closed.
        due_at          timestamptz GENERATED ALWAYS AS
                          (CASE status WHEN 'PLANNED' THEN starts_at WHEN 'STARTED' THEN ends_at END) STORED,
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
        FOREIGN KEY (company_id, operator_id) REFERENCES operators (company_id, id),
        FOREIGN KEY (company_id, returns_to) REFERENCES operators (company_id, id),
        CONSTRAINT assignment_plans_closed CHECK ((closed_at IS NULL) = (status IN ('PLANNED', 'STARTED'))),
        CONSTRAINT assignment_plans_started CHECK (status <> 'STARTED' OR ends_at IS NOT NULL),
        CONSTRAINT assignment_plans_dropped CHECK ((dropped_because IS NULL) = (status <> 'DROPPED')),
        -- A plan without an end holds until the next one of the machine: it takes the moment of its start alone.
        CONSTRAINT assignment_plans_never_overlap EXCLUDE USING gist (equipment_id WITH =,
          tstzrange(starts_at, coalesce(ends_at, starts_at), CASE WHEN ends_at IS NULL THEN '[]' ELSE '[)' END) WITH &&)
          WHERE (closed_at IS NULL)
      );
      ALTER TABLE equipment_merge_rows
        DROP CONSTRAINT IF EXISTS equipment_merge_rows_kind_check,
        ADD CONSTRAINT equipment_merge_rows_kind_check CHECK (kind IN ('MAINTENANCE_RECORD', 'METER_READING', 'ASSIGNMENT',
          'SITE_MOVE', 'PAPER', 'SERVICE_SCHEDULE', 'ASSIGNMENT_PLAN')) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the table beside its readers and writers.
ALTER TABLE equipment_merge_rows VALIDATE CONSTRAINT equipment_merge_rows_kind_check;

-- What the job looks at in each round: few rows.
CREATE INDEX IF NOT EXISTS assignment_plans_due ON assignment_plans (due_at) WHERE due_at IS NOT NULL;
-- Equipment.assignmentPlans and Operator.assignmentPlans, soonest first.
CREATE INDEX IF NOT EXISTS assignment_plans_by_equipment ON assignment_plans (company_id, equipment_id, starts_at, id)
  WHERE closed_at IS NULL;
CREATE INDEX IF NOT EXISTS assignment_plans_by_operator ON assignment_plans (company_id, operator_id, starts_at, id)
  WHERE closed_at IS NULL;
-- All plans of a machine, which move with it, and the checks of the keys when a machine or an operator is removed.
CREATE INDEX IF NOT EXISTS assignment_plans_of_equipment ON assignment_plans (company_id, equipment_id);
CREATE INDEX IF NOT EXISTS assignment_plans_of_operator ON assignment_plans (company_id, operator_id);
CREATE INDEX IF NOT EXISTS assignment_plans_returns_to ON assignment_plans (company_id, returns_to)
  WHERE returns_to IS NOT NULL;

-- +goose Down
DELETE FROM equipment_merge_rows WHERE kind = 'ASSIGNMENT_PLAN';
ALTER TABLE equipment_merge_rows
  DROP CONSTRAINT equipment_merge_rows_kind_check,
  ADD CONSTRAINT equipment_merge_rows_kind_check CHECK (kind IN ('MAINTENANCE_RECORD', 'METER_READING', 'ASSIGNMENT',
    'SITE_MOVE', 'PAPER', 'SERVICE_SCHEDULE'));
DROP TABLE IF EXISTS assignment_plans;
