-- +goose NO TRANSACTION
-- +goose Up
-- equipment.operator_id is the operator of the machine's open assignment, null without one, so that the
-- machines of an operator are read from one index. Triggers keep it, whatever writes assignments. The lock
-- waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE equipment ADD COLUMN IF NOT EXISTS operator_id uuid;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Looks the operator up whenever the column is written, so that no statement can give it another value.
-- The row is locked by then: of two transactions that change the operator of a machine, the second one
-- reads what the first has committed.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_operator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.operator_id := (SELECT a.operator_id FROM assignments a WHERE a.equipment_id = NEW.id AND a.released_at IS NULL);
  RETURN NEW;
END
$$;
-- +goose StatementEnd

-- Writes the column of the machines whose open assignment a statement has changed, also if it seems right: in
-- a transaction with an old snapshot it may not be, and the write then fails as a serialization failure. An
-- assignment is published by its own triggers and leaves the machine's version and time as they are, as updates
-- under fleet.migrating do.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION follow_assignments() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before   CONSTANT text := coalesce(current_setting('fleet.migrating', true), '');
  machines uuid[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    machines := ARRAY(SELECT id FROM equipment WHERE operator_id IS NOT NULL);
  ELSIF TG_OP = 'INSERT' THEN
    machines := ARRAY(SELECT equipment_id FROM added WHERE released_at IS NULL);
  ELSIF TG_OP = 'DELETE' THEN
    machines := ARRAY(SELECT equipment_id FROM removed WHERE released_at IS NULL);
  ELSE
    machines := ARRAY(
      SELECT equipment_id
      FROM  (SELECT equipment_id, operator_id, 1 AS n FROM added WHERE released_at IS NULL UNION ALL
             SELECT equipment_id, operator_id, -1 FROM removed WHERE released_at IS NULL) AS open
      GROUP  BY equipment_id, operator_id HAVING sum(n) <> 0);
  END IF;
  IF cardinality(machines) > 0 THEN
    PERFORM set_config('fleet.migrating', 'on', true);
    UPDATE equipment SET operator_id = operator_id WHERE id = ANY(machines);
    PERFORM set_config('fleet.migrating', before, true);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE OR REPLACE TRIGGER equipment_operator_inserted BEFORE INSERT ON equipment
        FOR EACH ROW WHEN (NEW.operator_id IS NOT NULL) EXECUTE FUNCTION keep_operator();
      CREATE OR REPLACE TRIGGER equipment_operator_updated BEFORE UPDATE OF operator_id ON equipment
        FOR EACH ROW EXECUTE FUNCTION keep_operator();
      CREATE OR REPLACE TRIGGER assignments_follow_inserted AFTER INSERT ON assignments
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION follow_assignments();
      CREATE OR REPLACE TRIGGER assignments_follow_updated AFTER UPDATE ON assignments
        REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION follow_assignments();
      CREATE OR REPLACE TRIGGER assignments_follow_deleted AFTER DELETE ON assignments
        REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION follow_assignments();
      CREATE OR REPLACE TRIGGER assignments_follow_truncated AFTER TRUNCATE ON assignments
        FOR EACH STATEMENT EXECUTE FUNCTION follow_assignments();
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Machines of before, in batches, so that no writer waits for more than one of them.
-- +goose StatementBegin
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  part  uuid[];
BEGIN
  LOOP
    PERFORM set_config('fleet.migrating', 'on', true);
    SELECT array_agg(id ORDER BY id) INTO part
    FROM   (SELECT id FROM equipment WHERE id > after ORDER BY id LIMIT 2000) e;
    EXIT WHEN part IS NULL;
    UPDATE equipment e SET operator_id = e.operator_id
    WHERE  e.id = ANY(part) AND e.operator_id IS NULL
      AND  EXISTS (SELECT FROM assignments a WHERE a.equipment_id = e.id AND a.released_at IS NULL);
    COMMIT;
    after := part[array_upper(part, 1)];
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Operator.assignedEquipment and equipmentList(filter: {operator}), newest first.
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_operator;
CREATE INDEX CONCURRENTLY equipment_by_operator ON equipment (operator_id, created_at DESC, id DESC)
  WHERE operator_id IS NOT NULL;

-- +goose Down
DROP INDEX IF EXISTS equipment_by_operator;
DROP TRIGGER IF EXISTS assignments_follow_truncated ON assignments;
DROP TRIGGER IF EXISTS assignments_follow_deleted ON assignments;
DROP TRIGGER IF EXISTS assignments_follow_updated ON assignments;
DROP TRIGGER IF EXISTS assignments_follow_inserted ON assignments;
DROP TRIGGER IF EXISTS equipment_operator_updated ON equipment;
DROP TRIGGER IF EXISTS equipment_operator_inserted ON equipment;
DROP FUNCTION IF EXISTS follow_assignments();
DROP FUNCTION IF EXISTS keep_operator();
ALTER TABLE equipment DROP COLUMN IF EXISTS operator_id;
