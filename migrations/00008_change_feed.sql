-- +goose Up
-- The number of statements that changed a company's fleet is the sum of its rows.
-- It is read in the same snapshot as the statistics that it numbers, so all
-- instances agree on it, and it grows with every commit. Each statement adds a row,
-- because writers of one shared row would wait for each other; a sweep folds old
-- rows into one.
CREATE TABLE company_changes (
  company_id uuid NOT NULL REFERENCES companies ON DELETE CASCADE,
  changes    bigint NOT NULL CHECK (changes > 0)
);
CREATE INDEX company_changes_by_company ON company_changes (company_id) INCLUDE (changes);

-- Notifies the channel fleet_changes of a statement's changes to a company's rows.
-- PostgreSQL delivers the notification when the transaction commits.
-- +goose StatementBegin
CREATE FUNCTION tell(company uuid, of text, operation text, ids json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO company_changes VALUES (company, 1);
  PERFORM pg_notify('fleet_changes', json_build_object('company', company, 'table', of, 'operation', operation, 'rows', ids)::text);
END
$$;

-- Notifies of a statement's rows, once for each company: with their ids if they are
-- few, else without, because a notification has at most 8,000 bytes. The argument
-- is the column with the id. Each branch is planned when it first runs, so it may
-- name columns of other tables.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  few   CONSTANT int := 50;
  total bigint;
BEGIN
  SELECT count(*) INTO total FROM changed;
  IF total = 0 THEN
    NULL;
  ELSIF total > few THEN
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, NULL) FROM (SELECT DISTINCT company_id FROM changed) c;
  ELSIF TG_ARGV[0] = 'id' THEN
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, ids) FROM (SELECT company_id, json_agg(DISTINCT id) AS ids FROM changed GROUP BY 1) c;
  ELSE
    PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, ids) FROM (SELECT company_id, json_agg(DISTINCT equipment_id) AS ids FROM changed GROUP BY 1) c;
  END IF;
  RETURN NULL;
END
$$;

-- TRUNCATE has no transition table, so it notifies without ids.
CREATE FUNCTION tell_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO company_changes SELECT id, 1 FROM companies;
  PERFORM pg_notify('fleet_changes', json_build_object('table', TG_TABLE_NAME, 'operation', TG_OP)::text);
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- A row must stay in its company: a move would be notified to one company and
-- missed by the other.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.company_id <> OLD.company_id THEN
    RAISE EXCEPTION 'a row of % cannot move to another company', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER equipment_inserted AFTER INSERT ON equipment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER equipment_updated AFTER UPDATE ON equipment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER equipment_deleted AFTER DELETE ON equipment REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER equipment_truncated AFTER TRUNCATE ON equipment FOR EACH STATEMENT EXECUTE FUNCTION tell_truncate();

CREATE TRIGGER maintenance_records_inserted AFTER INSERT ON maintenance_records REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER maintenance_records_updated AFTER UPDATE ON maintenance_records REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER maintenance_records_deleted AFTER DELETE ON maintenance_records REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('id');
CREATE TRIGGER maintenance_records_truncated AFTER TRUNCATE ON maintenance_records FOR EACH STATEMENT EXECUTE FUNCTION tell_truncate();

-- The operator of a machine counts as a property of the machine.
CREATE TRIGGER assignments_inserted AFTER INSERT ON assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE TRIGGER assignments_updated AFTER UPDATE ON assignments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE TRIGGER assignments_deleted AFTER DELETE ON assignments REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE TRIGGER assignments_truncated AFTER TRUNCATE ON assignments FOR EACH STATEMENT EXECUTE FUNCTION tell_truncate();

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd
DROP TRIGGER assignments_inserted ON assignments;
DROP TRIGGER assignments_updated ON assignments;
DROP TRIGGER assignments_deleted ON assignments;
DROP TRIGGER assignments_truncated ON assignments;
DROP TRIGGER maintenance_records_inserted ON maintenance_records;
DROP TRIGGER maintenance_records_updated ON maintenance_records;
DROP TRIGGER maintenance_records_deleted ON maintenance_records;
DROP TRIGGER maintenance_records_truncated ON maintenance_records;
DROP TRIGGER equipment_inserted ON equipment;
DROP TRIGGER equipment_updated ON equipment;
DROP TRIGGER equipment_deleted ON equipment;
DROP TRIGGER equipment_truncated ON equipment;
DROP FUNCTION tell_truncate();
DROP FUNCTION tell_change();
DROP FUNCTION tell(uuid, text, text, json);
DROP TABLE company_changes;
