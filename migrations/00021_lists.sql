-- +goose Up
-- users: pages in each order. The name is included, so that an offset is an index-only scan.
CREATE INDEX users_by_name ON users (company_id, (lower(name)), id) INCLUDE (name);
CREATE INDEX users_by_created ON users (company_id, created_at DESC, id DESC);
-- users(filter: {role}), and (filter: {disabledAt: {isNull: false}}).
CREATE INDEX users_by_role ON users (company_id, role, (lower(name)), id);
CREATE INDEX users_disabled ON users (company_id, (lower(name)), id) WHERE disabled_at IS NOT NULL;
-- users(filter: {search}): parts of words, and the beginnings of words of one or two
-- letters. Addresses are one word to the parser, hence translate.
CREATE INDEX users_search ON users USING gin (company_id, (lower(name || ' ' || email)) gin_trgm_ops);
CREATE INDEX users_words ON users USING gin (company_id,
  (to_tsvector('simple'::regconfig, name || ' ' || translate(email, '@.+-_', '     '))));
-- Equipment.assignments and Operator.assignments by their end. An open assignment ends
-- after all others, so that one comparison of (key, id) finds the next page.
CREATE INDEX assignments_ends_by_equipment ON assignments
  (equipment_id, (coalesce(released_at, '9999-12-31T00:00:00Z'::timestamptz)), id);
CREATE INDEX assignments_ends_by_operator ON assignments
  (operator_id, (coalesce(released_at, '9999-12-31T00:00:00Z'::timestamptz)), id);
-- Equipment.meterReadings(orderBy: HOURS_DESC), and (filter: {hours}).
CREATE INDEX meter_readings_by_hours ON meter_readings (equipment_id, hours, id);
-- Equipment.meterReadings(filter: {replacement: true}). Few readings are.
CREATE INDEX meter_readings_replacements ON meter_readings (equipment_id, read_at DESC) WHERE replacement;

-- +goose Down
DROP INDEX meter_readings_replacements;
DROP INDEX meter_readings_by_hours;
DROP INDEX assignments_ends_by_operator;
DROP INDEX assignments_ends_by_equipment;
DROP INDEX users_words;
DROP INDEX users_search;
DROP INDEX users_disabled;
DROP INDEX users_by_role;
DROP INDEX users_by_created;
DROP INDEX users_by_name;
