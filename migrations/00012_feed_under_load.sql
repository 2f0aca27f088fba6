-- +goose Up
-- PostgreSQL lets commits that notify pass one at a time, each after the flush
-- of the one before. So nobody is notified while every listener reads
-- company_changes again and again, as it does when changes come fast
-- (internal/events/postgres.go).
--
-- A listener that wants to be notified holds one of four places exclusively.
-- Who has shared all of them keeps them until its commit can be seen: a
-- listener that gets a place then sees, when it looks next, every change of
-- which it was not notified. Nobody waits for a place.
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
