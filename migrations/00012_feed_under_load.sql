-- +goose Up
-- PostgreSQL serializes commits that notify, each after the flush of the one before.
-- So statements do not notify while every listener polls company_changes, as it
-- does when changes are frequent.
--
-- A listener that wants notifications holds one of four advisory-lock slots
-- exclusively. A statement that gets all slots in shared mode does not notify, and
-- holds them until its commit is visible: a listener that gets a slot afterwards
-- and then polls sees every change of which it was not notified. Neither side waits
-- for a slot.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell(company uuid, of text, operation text, ids json) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  key CONSTANT int := hashtext('fleet_changes');
BEGIN
  INSERT INTO company_changes VALUES (company, 1);
  IF NOT (pg_try_advisory_xact_lock_shared(key, 0) AND pg_try_advisory_xact_lock_shared(key, 1)
      AND pg_try_advisory_xact_lock_shared(key, 2) AND pg_try_advisory_xact_lock_shared(key, 3)) THEN
    PERFORM pg_notify('fleet_changes', json_build_object('company', company, 'table', of, 'operation', operation, 'rows', ids)::text);
  END IF;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION tell(company uuid, of text, operation text, ids json) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO company_changes VALUES (company, 1);
  PERFORM pg_notify('fleet_changes', json_build_object('company', company, 'table', of, 'operation', operation, 'rows', ids)::text);
END
$$;
-- +goose StatementEnd
