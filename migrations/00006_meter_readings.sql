-- +goose Up
CREATE TABLE meter_readings (
  id           uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id   uuid NOT NULL REFERENCES companies,
  equipment_id uuid NOT NULL,
  read_at      timestamptz NOT NULL,
  -- Engine hours on the meter.
  hours        numeric(10, 1) NOT NULL CHECK (hours >= 0),
  -- True for the first reading of a new meter, which may be lower than the one before.
  replacement  boolean NOT NULL DEFAULT false,
  created_at   timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id)
);
-- One reading per moment. Also finds the readings before and after.
CREATE UNIQUE INDEX meter_readings_by_equipment ON meter_readings (equipment_id, read_at DESC);

-- Readings never decrease except at a replacement. Successive readings are compared
-- once per statement, for the machines that it touched, after locking them: two
-- concurrent transactions cannot add readings that contradict each other.
-- +goose StatementBegin
CREATE FUNCTION meter_readings_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad record;
BEGIN
  PERFORM 1 FROM equipment
    WHERE id IN (SELECT equipment_id FROM touched) ORDER BY id FOR NO KEY UPDATE;
  SELECT r.equipment_id, r.read_at, r.hours, r.before INTO bad
  FROM (SELECT equipment_id, read_at, hours, replacement,
               lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before
        FROM meter_readings
        WHERE equipment_id IN (SELECT equipment_id FROM touched)) r
  WHERE r.hours < r.before AND NOT r.replacement
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'meter reading of % hours at % is below the % hours before it', bad.hours, bad.read_at, bad.before
      USING ERRCODE = 'check_violation', CONSTRAINT = 'meter_readings_never_decrease', TABLE = 'meter_readings', COLUMN = 'hours';
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER meter_readings_inserted AFTER INSERT ON meter_readings
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION meter_readings_check();
CREATE TRIGGER meter_readings_updated AFTER UPDATE ON meter_readings
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION meter_readings_check();
CREATE TRIGGER meter_readings_deleted AFTER DELETE ON meter_readings
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION meter_readings_check();

-- +goose Down
DROP TABLE meter_readings;
DROP FUNCTION meter_readings_check();
