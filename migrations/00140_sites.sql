-- +goose NO TRANSACTION
-- +goose Up
-- Where the company works: sites, and the moves of machines between them. A move is a period like an assignment:
-- a machine is at one site at a time. The locks wait half a second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS sites (
        id         uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id uuid NOT NULL REFERENCES companies,
        name       text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 200),
        code       text CHECK (length(btrim(code)) BETWEEN 1 AND 50),
        address    text CHECK (length(btrim(address)) BETWEEN 1 AND 500),
        time_zone  text CHECK (length(time_zone) BETWEEN 1 AND 100),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz,
        version    integer NOT NULL DEFAULT 1,
        UNIQUE (company_id, id)
      );
      CREATE TABLE IF NOT EXISTS site_moves (
        id           uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id   uuid NOT NULL REFERENCES companies,
        equipment_id uuid NOT NULL,
        site_id      uuid NOT NULL,
        arrived_at   timestamptz NOT NULL DEFAULT now(),
        left_at      timestamptz CHECK (left_at > arrived_at),
        created_at   timestamptz NOT NULL DEFAULT now(),
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
        FOREIGN KEY (company_id, site_id) REFERENCES sites (company_id, id),
        -- A machine is at one site at a time.
        CONSTRAINT site_moves_never_overlap
          EXCLUDE USING gist (equipment_id WITH =, tstzrange(arrived_at, left_at) WITH &&)
      );
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
CREATE OR REPLACE TRIGGER sites_touch BEFORE UPDATE ON sites FOR EACH ROW EXECUTE FUNCTION touch_row();

-- Names and codes are unique among sites that are not deleted, without regard to case, accents and blanks.
CREATE UNIQUE INDEX IF NOT EXISTS sites_name_key ON sites (company_id, (text_key(name))) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS sites_code_key ON sites (company_id, (text_key(code)))
  WHERE deleted_at IS NULL AND code IS NOT NULL;
-- sites in each order, and the deleted ones. A site without a code counts as lower than all others. A company has few
-- sites, so a search reads those of the company.
CREATE INDEX IF NOT EXISTS sites_by_name ON sites (company_id, (lower(name COLLATE fleet_natural)), id) INCLUDE (name)
  WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS sites_by_code ON sites
  (company_id, (lower(coalesce(code, '') COLLATE fleet_natural)), id) INCLUDE (code) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS sites_by_created ON sites (company_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS sites_deleted ON sites (company_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL;

-- The site at which a machine is now.
CREATE UNIQUE INDEX IF NOT EXISTS site_moves_open_by_equipment ON site_moves (equipment_id) INCLUDE (site_id)
  WHERE left_at IS NULL;
-- Equipment.siteMoves, newest first, and the site of a machine on a day.
CREATE INDEX IF NOT EXISTS site_moves_by_equipment ON site_moves (equipment_id, arrived_at DESC, id DESC)
  INCLUDE (site_id, left_at);

-- The site of a machine counts as a property of the machine, as its operator does.
CREATE OR REPLACE TRIGGER site_moves_inserted AFTER INSERT ON site_moves
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE OR REPLACE TRIGGER site_moves_updated AFTER UPDATE ON site_moves
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE OR REPLACE TRIGGER site_moves_deleted AFTER DELETE ON site_moves
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION tell_change('equipment_id');
CREATE OR REPLACE TRIGGER site_moves_truncated AFTER TRUNCATE ON site_moves
  FOR EACH STATEMENT EXECUTE FUNCTION tell_truncate();

-- equipment.site_id is the site of the machine's open move, null without one, kept by triggers as
-- equipment.operator_id is (00100).
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION keep_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.site_id := (SELECT m.site_id FROM site_moves m WHERE m.equipment_id = NEW.id AND m.left_at IS NULL);
  RETURN NEW;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION follow_site_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before   CONSTANT text := coalesce(current_setting('fleet.migrating', true), '');
  machines uuid[];
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    machines := ARRAY(SELECT id FROM equipment WHERE site_id IS NOT NULL);
  ELSIF TG_OP = 'INSERT' THEN
    machines := ARRAY(SELECT equipment_id FROM added WHERE left_at IS NULL);
  ELSIF TG_OP = 'DELETE' THEN
    machines := ARRAY(SELECT equipment_id FROM removed WHERE left_at IS NULL);
  ELSE
    machines := ARRAY(
      SELECT equipment_id
      FROM  (SELECT equipment_id, site_id, 1 AS n FROM added WHERE left_at IS NULL UNION ALL
             SELECT equipment_id, site_id, -1 FROM removed WHERE left_at IS NULL) AS open
      GROUP  BY equipment_id, site_id HAVING sum(n) <> 0);
  END IF;
  IF cardinality(machines) > 0 THEN
    PERFORM set_config('fleet.migrating', 'on', true);
    UPDATE equipment SET site_id = site_id WHERE id = ANY(machines);
    PERFORM set_config('fleet.migrating', before, true);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE OR REPLACE TRIGGER site_moves_follow_inserted AFTER INSERT ON site_moves
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION follow_site_moves();
CREATE OR REPLACE TRIGGER site_moves_follow_updated AFTER UPDATE ON site_moves
  REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION follow_site_moves();
CREATE OR REPLACE TRIGGER site_moves_follow_deleted AFTER DELETE ON site_moves
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION follow_site_moves();
CREATE OR REPLACE TRIGGER site_moves_follow_truncated AFTER TRUNCATE ON site_moves
  FOR EACH STATEMENT EXECUTE FUNCTION follow_site_moves();
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE equipment ADD COLUMN IF NOT EXISTS site_id uuid;
      CREATE OR REPLACE TRIGGER equipment_site_inserted BEFORE INSERT ON equipment
        FOR EACH ROW WHEN (NEW.site_id IS NOT NULL) EXECUTE FUNCTION keep_site();
      CREATE OR REPLACE TRIGGER equipment_site_updated BEFORE UPDATE OF site_id ON equipment
        FOR EACH ROW EXECUTE FUNCTION keep_site();
      ALTER TABLE history DROP CONSTRAINT IF EXISTS history_subject_check;
      ALTER TABLE history ADD CONSTRAINT history_subject_check CHECK (subject IN ('EQUIPMENT', 'OPERATOR',
        'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY', 'SITE')) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the table beside its readers and writers.
ALTER TABLE history VALIDATE CONSTRAINT history_subject_check;

-- Site.equipment and equipmentList(filter: {site}), newest first. Built beside the writers.
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_site;
CREATE INDEX CONCURRENTLY equipment_by_site ON equipment (site_id, created_at DESC, id DESC) WHERE site_id IS NOT NULL;

-- +goose Down
DROP INDEX IF EXISTS equipment_by_site;
DELETE FROM history WHERE subject = 'SITE';
ALTER TABLE history DROP CONSTRAINT IF EXISTS history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY'));
DROP TRIGGER IF EXISTS equipment_site_updated ON equipment;
DROP TRIGGER IF EXISTS equipment_site_inserted ON equipment;
DROP TABLE IF EXISTS site_moves;
DROP TABLE IF EXISTS sites;
DROP FUNCTION IF EXISTS follow_site_moves();
DROP FUNCTION IF EXISTS keep_site();
ALTER TABLE equipment DROP COLUMN IF EXISTS site_id;
