-- +goose NO TRANSACTION
-- +goose Up
-- Texts are compared alike in every database, whatever its locale.
--
-- Names sort by the order of the Unicode locale data (ICU), and numbers in them by their value:
-- "Excavadora 2" is before "Excavadora 10". Indexes of it have to be built again when the ICU library
-- of the server changes its order: PostgreSQL warns of a collation version mismatch.
CREATE COLLATION IF NOT EXISTS fleet_natural (provider = icu, locale = 'und-u-kn-true');

-- A text as searches compare it: in lower case and without accents. fleet.Fold does the same. Most texts
-- are ASCII, and then this costs little.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION text_fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length($1) = char_length($1) THEN lower($1 COLLATE "C") COLLATE "default"
    ELSE translate(lower(regexp_replace(normalize($1, NFD), E'[\u0300-\u036F]+', '', 'g') COLLATE "und-x-icu") COLLATE "default",
      U&'\03C2', U&'\03C3') END
$$;
-- +goose StatementEnd
-- A text as serial numbers and categories are compared: folded, and without blanks. It repeats text_fold,
-- so that restoring a dump needs no search path.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION text_key(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length($1) = char_length($1) THEN replace(lower($1 COLLATE "C"), ' ', '') COLLATE "default"
    ELSE translate(lower(regexp_replace(normalize($1, NFD), E'[\u0300-\u036F\\s\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+', '', 'g')
      COLLATE "und-x-icu") COLLATE "default", U&'\03C2', U&'\03C3') END
$$;
-- +goose StatementEnd
-- A text as it is stored: composed (NFC), without blanks at its ends, and with one for each run of them.
-- fleet.Tidy does the same for a text of one line.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION text_tidy(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT btrim(regexp_replace(normalize($1, NFC), E'[ \u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]+', ' ', 'g'), E' \t\n\r')
$$;
-- +goose StatementEnd

-- Serial numbers are unique by their key. Those of before that are equal by it, and were not by the old
-- rule, keep that one until they are changed. The lock waits half a second at most, because writers wait
-- behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE equipment ADD COLUMN IF NOT EXISTS serial_key text;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION serial_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.serial_number IS DISTINCT FROM OLD.serial_number THEN
    NEW.serial_key := text_key(NEW.serial_number);
  END IF;
  RETURN NEW;
END
$$;
-- +goose StatementEnd
CREATE OR REPLACE TRIGGER equipment_serial_key BEFORE INSERT OR UPDATE OF serial_number ON equipment
  FOR EACH ROW EXECUTE FUNCTION serial_key();

-- Machines and operators of before are tidied in batches, so that no writer waits for more than one of
-- them: texts, keys, and categories, of which the most frequent spelling stays. Serial and licence
-- numbers keep their text.
-- +goose StatementBegin
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  part  uuid[];
BEGIN
  CREATE TEMP TABLE IF NOT EXISTS spellings AS
    SELECT company_id, text_key(category) AS key, mode() WITHIN GROUP (ORDER BY text_tidy(category)) AS category
    FROM   equipment WHERE deleted_at IS NULL GROUP BY 1, 2;
  CREATE INDEX IF NOT EXISTS spellings_key ON spellings (company_id, key);
  -- Of each serial number the machine that has its key: the oldest.
  CREATE TEMP TABLE IF NOT EXISTS holders AS
    SELECT DISTINCT ON (company_id, text_key(serial_number)) id FROM equipment
    WHERE  deleted_at IS NULL AND serial_number IS NOT NULL ORDER BY company_id, text_key(serial_number), id;
  CREATE INDEX IF NOT EXISTS holders_id ON holders (id);
  LOOP
    PERFORM set_config('fleet.migrating', 'on', true);
    SELECT array_agg(id ORDER BY id) INTO part
    FROM   (SELECT id FROM equipment WHERE id > after ORDER BY id LIMIT 5000) e;
    EXIT WHEN part IS NULL;
    UPDATE equipment e SET name = n.name, category = n.category, description = n.description, serial_key = n.key
    FROM  (SELECT e.id, text_tidy(e.name) AS name, coalesce(s.category, text_tidy(e.category)) AS category,
                  text_tidy(e.description) AS description,
                  CASE WHEN e.deleted_at IS NULL AND h.id IS NULL THEN lower(e.serial_number)
                    ELSE text_key(e.serial_number) END AS key
           FROM   equipment e LEFT JOIN spellings s ON s.company_id = e.company_id AND s.key = text_key(e.category)
           LEFT   JOIN holders h ON h.id = e.id
           WHERE  e.id = ANY(part)) n
    WHERE  e.id = n.id AND (e.name, e.category, e.description, e.serial_key)
           IS DISTINCT FROM (n.name, n.category, n.description, n.key);
    COMMIT;
    after := part[array_upper(part, 1)];
  END LOOP;
  DROP TABLE spellings, holders;
  PERFORM set_config('fleet.migrating', 'on', true);
  UPDATE operators SET first_name = text_tidy(first_name), last_name = text_tidy(last_name)
  WHERE  (first_name, last_name) IS DISTINCT FROM (text_tidy(first_name), text_tidy(last_name));
END
$$;
-- +goose StatementEnd
DROP INDEX CONCURRENTLY IF EXISTS equipment_serial_keys;
CREATE UNIQUE INDEX CONCURRENTLY equipment_serial_keys ON equipment (company_id, serial_key) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_serial_number;

-- Lists by name and serial number; what an index-only scan reads is included.
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_natural_name;
CREATE INDEX CONCURRENTLY equipment_by_natural_name ON equipment (company_id, (lower(name COLLATE fleet_natural)), id)
  INCLUDE (name) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_name;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_natural_serial;
CREATE INDEX CONCURRENTLY equipment_by_natural_serial ON equipment
  (company_id, (lower(coalesce(serial_number, '') COLLATE fleet_natural)), id) INCLUDE (serial_number) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_serial_number;
DROP INDEX CONCURRENTLY IF EXISTS operators_by_natural_name;
CREATE INDEX CONCURRENTLY operators_by_natural_name ON operators
  (company_id, (lower((last_name || ' ' || first_name) COLLATE fleet_natural)), id) INCLUDE (last_name, first_name)
  WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS operators_by_name;
DROP INDEX CONCURRENTLY IF EXISTS users_by_natural_name;
CREATE INDEX CONCURRENTLY users_by_natural_name ON users (company_id, (lower(name COLLATE fleet_natural)), id) INCLUDE (name);
DROP INDEX CONCURRENTLY IF EXISTS users_by_name;
DROP INDEX CONCURRENTLY IF EXISTS users_by_natural_role;
CREATE INDEX CONCURRENTLY users_by_natural_role ON users (company_id, role, (lower(name COLLATE fleet_natural)), id);
DROP INDEX CONCURRENTLY IF EXISTS users_by_role;
DROP INDEX CONCURRENTLY IF EXISTS users_disabled_natural;
CREATE INDEX CONCURRENTLY users_disabled_natural ON users (company_id, (lower(name COLLATE fleet_natural)), id)
  WHERE disabled_at IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS users_disabled;
-- equipmentList(filter: {category}).
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_category_key;
CREATE INDEX CONCURRENTLY equipment_by_category_key ON equipment (company_id, (text_key(category)), created_at DESC, id DESC)
  WHERE deleted_at IS NULL;
-- categories: few values, each of which the index holds once.
DROP INDEX CONCURRENTLY IF EXISTS equipment_categories;
CREATE INDEX CONCURRENTLY equipment_categories ON equipment (company_id, category) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_by_category;

-- Searches: parts of words, and the beginnings of words of one or two letters. Expressions, not stored
-- columns, which would have to be filled by rewriting the table.
DROP INDEX CONCURRENTLY IF EXISTS equipment_search_folded;
CREATE INDEX CONCURRENTLY equipment_search_folded ON equipment USING gin (company_id,
  (text_fold(name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, ''))) gin_trgm_ops)
  WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS equipment_words_folded;
CREATE INDEX CONCURRENTLY equipment_words_folded ON equipment USING gin (company_id, (to_tsvector('simple'::regconfig,
  text_fold(name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, '')))))
  WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS operators_search_folded;
CREATE INDEX CONCURRENTLY operators_search_folded ON operators USING gin (company_id,
  (text_fold(first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))) gin_trgm_ops) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS operators_words_folded;
CREATE INDEX CONCURRENTLY operators_words_folded ON operators USING gin (company_id, (to_tsvector('simple'::regconfig,
  text_fold(first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))))) WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_search_folded;
CREATE INDEX CONCURRENTLY maintenance_records_search_folded ON maintenance_records USING gin (company_id,
  (text_fold(coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, ''))) gin_trgm_ops)
  WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_search;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_words_folded;
CREATE INDEX CONCURRENTLY maintenance_records_words_folded ON maintenance_records USING gin (company_id,
  (to_tsvector('simple'::regconfig,
    text_fold(coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, '')))))
  WHERE deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_words;
DROP INDEX CONCURRENTLY IF EXISTS users_search_folded;
CREATE INDEX CONCURRENTLY users_search_folded ON users USING gin (company_id, (text_fold(name || ' ' || email)) gin_trgm_ops);
DROP INDEX CONCURRENTLY IF EXISTS users_search;
DROP INDEX CONCURRENTLY IF EXISTS users_words_folded;
CREATE INDEX CONCURRENTLY users_words_folded ON users USING gin (company_id,
  (to_tsvector('simple'::regconfig, text_fold(name || ' ' || translate(email, '@.+-_', '     ')))));
DROP INDEX CONCURRENTLY IF EXISTS users_words;
-- The columns that searches used before, with their indexes.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE equipment DROP COLUMN IF EXISTS search_text, DROP COLUMN IF EXISTS search_words;
      ALTER TABLE operators DROP COLUMN IF EXISTS search_text, DROP COLUMN IF EXISTS search_words;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE equipment
  ADD COLUMN IF NOT EXISTS search_text text NOT NULL GENERATED ALWAYS AS
    (lower(name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, ''))) STORED,
  ADD COLUMN IF NOT EXISTS search_words tsvector NOT NULL GENERATED ALWAYS AS
    (to_tsvector('simple'::regconfig, name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' || coalesce(description, ''))) STORED;
ALTER TABLE operators
  ADD COLUMN IF NOT EXISTS search_text text NOT NULL GENERATED ALWAYS AS
    (lower(first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))) STORED,
  ADD COLUMN IF NOT EXISTS search_words tsvector NOT NULL GENERATED ALWAYS AS
    (to_tsvector('simple'::regconfig, first_name || ' ' || last_name || ' ' || coalesce(license_number, ''))) STORED;
CREATE INDEX IF NOT EXISTS equipment_search ON equipment USING gin (company_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS equipment_words ON equipment USING gin (company_id, search_words) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS operators_search ON operators USING gin (company_id, search_text gin_trgm_ops) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS operators_words ON operators USING gin (company_id, search_words) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS maintenance_records_search ON maintenance_records USING gin (company_id,
  (lower(coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, ''))) gin_trgm_ops)
  WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS maintenance_records_words ON maintenance_records USING gin (company_id,
  (to_tsvector('simple'::regconfig, coalesce(description, '') || ' ' || coalesce(performed_by, '') || ' ' || coalesce(source_ref, ''))))
  WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS users_search ON users USING gin (company_id, (lower(name || ' ' || email)) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS users_words ON users USING gin (company_id,
  (to_tsvector('simple'::regconfig, name || ' ' || translate(email, '@.+-_', '     '))));
CREATE INDEX IF NOT EXISTS equipment_by_name ON equipment (company_id, (lower(name)), id) INCLUDE (name) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS equipment_by_serial_number ON equipment (company_id, (lower(coalesce(serial_number, ''))), id)
  INCLUDE (serial_number) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS operators_by_name ON operators (company_id, (lower(last_name || ' ' || first_name)), id)
  INCLUDE (last_name, first_name) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS users_by_name ON users (company_id, (lower(name)), id) INCLUDE (name);
CREATE INDEX IF NOT EXISTS users_by_role ON users (company_id, role, (lower(name)), id);
CREATE INDEX IF NOT EXISTS users_disabled ON users (company_id, (lower(name)), id) WHERE disabled_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS equipment_by_category ON equipment (company_id, category, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS equipment_serial_number ON equipment (company_id, lower(serial_number)) WHERE deleted_at IS NULL;
DROP TRIGGER IF EXISTS equipment_serial_key ON equipment;
DROP FUNCTION IF EXISTS serial_key();
DROP INDEX IF EXISTS equipment_serial_keys;
DROP INDEX IF EXISTS equipment_by_natural_name;
DROP INDEX IF EXISTS equipment_by_natural_serial;
DROP INDEX IF EXISTS operators_by_natural_name;
DROP INDEX IF EXISTS users_by_natural_name;
DROP INDEX IF EXISTS users_by_natural_role;
DROP INDEX IF EXISTS users_disabled_natural;
DROP INDEX IF EXISTS equipment_by_category_key;
DROP INDEX IF EXISTS equipment_categories;
DROP INDEX IF EXISTS equipment_search_folded;
DROP INDEX IF EXISTS equipment_words_folded;
DROP INDEX IF EXISTS operators_search_folded;
DROP INDEX IF EXISTS operators_words_folded;
DROP INDEX IF EXISTS maintenance_records_search_folded;
DROP INDEX IF EXISTS maintenance_records_words_folded;
DROP INDEX IF EXISTS users_search_folded;
DROP INDEX IF EXISTS users_words_folded;
ALTER TABLE equipment DROP COLUMN IF EXISTS serial_key;
DROP FUNCTION IF EXISTS text_tidy(text);
DROP FUNCTION IF EXISTS text_key(text);
DROP FUNCTION IF EXISTS text_fold(text);
DROP COLLATION IF EXISTS fleet_natural;
