-- +goose Up
-- The machines that a user of the role OPERATOR sees depend on operators.user_id, and
-- on the operator not being deleted. A change of either notifies of the machines that
-- the operator runs, as a new assignment does, because what instances remember for
-- the user is outdated. An operator without machines changes nothing, so a new one is
-- not notified.
-- +goose StatementBegin
CREATE FUNCTION tell_signs_in() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  few CONSTANT int := 50; -- as in tell_change
BEGIN
  PERFORM tell(company_id, TG_TABLE_NAME, TG_OP, CASE WHEN count(*) <= few THEN json_agg(equipment_id) END)
  FROM (SELECT DISTINCT run.company_id, run.equipment_id
        FROM   before b
        JOIN   after a ON a.id = b.id
        JOIN   assignments run ON run.operator_id = a.id AND run.released_at IS NULL
        WHERE  a.user_id IS DISTINCT FROM b.user_id OR (a.deleted_at IS NULL) <> (b.deleted_at IS NULL)) machines
  GROUP BY company_id;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER operators_updated AFTER UPDATE ON operators
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION tell_signs_in();

-- +goose Down
DROP TRIGGER operators_updated ON operators;
DROP FUNCTION tell_signs_in();
