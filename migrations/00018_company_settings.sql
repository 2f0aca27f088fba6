-- +goose Up
-- Settings of the company, which its administrators can change.
ALTER TABLE companies
  -- ISO 4217. All amounts of the company are in this currency.
  ADD COLUMN currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
  -- A name of the IANA time zone database.
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) BETWEEN 1 AND 100),
  -- How long a machine is meant to run, the base of its utilisation.
  ADD COLUMN scheduled_hours_per_week numeric(4,1) NOT NULL DEFAULT 40
    CHECK (scheduled_hours_per_week > 0 AND scheduled_hours_per_week <= 168),
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN version integer NOT NULL DEFAULT 1;
-- As touch_row, for the table that has no company_id.
-- +goose StatementBegin
CREATE FUNCTION touch_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER companies_touch BEFORE UPDATE ON companies FOR EACH ROW EXECUTE FUNCTION touch_company();

-- Two administrators who edit the same user must not overwrite each other.
ALTER TABLE users
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN version integer NOT NULL DEFAULT 1;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch_row();

ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY'));

-- +goose Down
DELETE FROM history WHERE subject = 'COMPANY';
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN'));
DROP TRIGGER users_touch ON users;
ALTER TABLE users DROP COLUMN updated_at, DROP COLUMN version;
DROP TRIGGER companies_touch ON companies;
DROP FUNCTION touch_company();
ALTER TABLE companies DROP COLUMN currency, DROP COLUMN time_zone, DROP COLUMN scheduled_hours_per_week,
  DROP COLUMN updated_at, DROP COLUMN version;
