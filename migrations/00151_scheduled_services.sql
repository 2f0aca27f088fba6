-- +goose NO TRANSACTION
-- +goose Up
-- When each machine is due by each schedule that applies to it. The rows depend on schedules, machines, the records of
-- the schedules and the meter readings, and on nothing else, above all not on the time: what is due today is found by
-- comparing days. Triggers keep them in the transaction of the change, so that imports and psql keep them too.
CREATE TABLE IF NOT EXISTS scheduled_services (
  id                uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id        uuid NOT NULL REFERENCES companies,
  schedule_id       uuid NOT NULL REFERENCES service_schedules ON DELETE CASCADE,
  equipment_id      uuid NOT NULL,
  active            boolean NOT NULL,
  occurrence        integer NOT NULL,
  record_id         uuid,            -- the open record of the service
  due_on            date,            -- by days
  due_hours         numeric(12, 1),  -- by engine hours, over all meters
  hours             numeric(12, 1),  -- at the last reading
  read_at           timestamptz,
  use_per_day       numeric,
  lowest_use        numeric,
  highest_use       numeric,
  use_since         timestamptz,
  forecast_on       date,            -- of due_hours; the day on which they were reached, once they are
  forecast_earliest date,
  forecast_latest   date,
  forecast_reason   text,            -- why there is no forecast
  expected_on       date,            -- due_on or forecast_on, whichever comes first
  opens_on          date,            -- from here on it is due
  overdue_on        date,            -- from here on it is overdue
  FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id) ON DELETE CASCADE,
  UNIQUE (equipment_id, schedule_id)
);
-- Refreshes by schedule, and the check of its key.
CREATE INDEX IF NOT EXISTS scheduled_services_by_schedule ON scheduled_services (schedule_id, equipment_id);
-- dueMaintenance, in the order of the days.
CREATE INDEX IF NOT EXISTS scheduled_services_by_day ON scheduled_services
  (company_id, (coalesce(expected_on, '9999-12-31'::date)), id) WHERE active;
-- What has become due and has no record yet: few rows.
CREATE INDEX IF NOT EXISTS scheduled_services_to_plan ON scheduled_services (company_id, opens_on)
  WHERE active AND record_id IS NULL AND opens_on IS NOT NULL;
CREATE INDEX IF NOT EXISTS scheduled_services_by_record ON scheduled_services (record_id) WHERE record_id IS NOT NULL;

-- The first day from a day on that lies in no seasonal pause. Pauses are 100 × month + day, ends included; one that ends
-- before it begins runs over the turn of the year.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION service_free_day(day date, starts integer[], ends integer[]) RETURNS date
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  monthday integer;
  month    date;
  moved    boolean := true;
BEGIN
  IF day IS NULL OR cardinality(starts) = 0 THEN
    RETURN day;
  END IF;
  FOR turn IN 1..30 LOOP -- pauses that leave no day free are refused before
    EXIT WHEN NOT moved;
    moved := false;
    FOR i IN 1..cardinality(starts) LOOP
      monthday := extract(month FROM day)::int * 100 + extract(day FROM day)::int;
      IF starts[i] <= ends[i] AND monthday BETWEEN starts[i] AND ends[i]
      OR starts[i] > ends[i] AND (monthday >= starts[i] OR monthday <= ends[i]) THEN
        month := make_date(extract(year FROM day)::int + CASE WHEN monthday > ends[i] THEN 1 ELSE 0 END, ends[i] / 100, 1);
        day := least(month + ends[i] % 100, (month + interval '1 month')::date);
        moved := true;
      END IF;
    END LOOP;
  END LOOP;
  RETURN day;
END
$$;
-- The reading that counts at a moment: the last one until then, with the hours that the machine had run by then, over
-- all its meters (Equipment.lifetimeHours), and what the meter showed.
CREATE OR REPLACE FUNCTION meter_at(uuid, timestamptz) RETURNS TABLE (read_at timestamptz, lifetime numeric, shown numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours + coalesce(
           (SELECT sum(b.hours - n.hours) FROM meter_readings n CROSS JOIN LATERAL (
              SELECT p.hours FROM meter_readings p WHERE p.equipment_id = n.equipment_id AND p.voided_at IS NULL
              AND p.read_at < n.read_at ORDER BY p.read_at DESC LIMIT 1) AS b
            WHERE n.equipment_id = r.equipment_id AND n.replacement AND n.voided_at IS NULL AND n.read_at <= r.read_at), 0),
         r.hours
  FROM   meter_readings r
  WHERE  r.equipment_id = $1 AND r.voided_at IS NULL AND r.read_at <= $2
  ORDER  BY r.read_at DESC LIMIT 1
$$;
CREATE OR REPLACE FUNCTION meter_begin(uuid) RETURNS TABLE (read_at timestamptz, lifetime numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.read_at, r.hours FROM meter_readings r WHERE r.equipment_id = $1 AND r.voided_at IS NULL
  ORDER  BY r.read_at LIMIT 1
$$;
-- +goose StatementEnd

-- Which schedules apply to which machines: not to those that are deleted or RETIRED.
CREATE OR REPLACE VIEW service_targets AS
  SELECT s.id AS schedule_id, e.id AS equipment_id
  FROM   service_schedules s JOIN equipment e ON e.company_id = s.company_id AND e.id = s.equipment_id
  WHERE  s.deleted_at IS NULL AND s.equipment_id IS NOT NULL AND e.deleted_at IS NULL AND e.status <> 'RETIRED'
  UNION  ALL
  SELECT s.id, e.id
  FROM   service_schedules s JOIN equipment e ON e.company_id = s.company_id AND text_key(e.category) = text_key(s.category)
  WHERE  s.deleted_at IS NULL AND s.category IS NOT NULL AND e.deleted_at IS NULL AND e.status <> 'RETIRED'
  UNION  ALL
  SELECT s.id, e.id
  FROM   service_schedules s JOIN equipment e ON e.company_id = s.company_id AND e.model IS NOT NULL
         AND text_key(e.model) = text_key(s.model) AND text_key(e.manufacturer) = text_key(s.manufacturer)
  WHERE  s.deleted_at IS NULL AND s.model IS NOT NULL AND e.deleted_at IS NULL AND e.status <> 'RETIRED';

-- Computes the rows of machines, or without machines those of schedules, in one statement.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION refresh_services(machines uuid[], schedules uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  of_schedule uuid[];
  of_machine  uuid[];
BEGIN
  IF machines IS NOT NULL THEN
    SELECT array_agg(t.schedule_id), array_agg(t.equipment_id) INTO of_schedule, of_machine
    FROM   service_targets t WHERE t.equipment_id = ANY(machines);
    DELETE FROM scheduled_services d WHERE d.equipment_id = ANY(machines)
      AND (d.schedule_id, d.equipment_id) NOT IN (SELECT * FROM unnest(of_schedule, of_machine));
  ELSE
    SELECT array_agg(t.schedule_id), array_agg(t.equipment_id) INTO of_schedule, of_machine
    FROM   service_targets t WHERE t.schedule_id = ANY(schedules);
    DELETE FROM scheduled_services d WHERE d.schedule_id = ANY(schedules)
      AND (d.schedule_id, d.equipment_id) NOT IN (SELECT * FROM unnest(of_schedule, of_machine));
  END IF;
  INSERT INTO scheduled_services AS d (company_id, schedule_id, equipment_id, active, occurrence, record_id, due_on,
    due_hours, hours, read_at, use_per_day, lowest_use, highest_use, use_since, forecast_on, forecast_earliest,
    forecast_latest, forecast_reason, expected_on, opens_on, overdue_on)
  WITH pair AS (
    SELECT s.*, e.id AS machine, c.time_zone AS zone,
           -- Machines that came later than the schedule begin with their own first day.
           CASE WHEN s.equipment_id IS NULL AND e.created_at > s.created_at
             THEN (e.created_at AT TIME ZONE c.time_zone)::date END AS joined_on
    FROM   unnest(of_schedule, of_machine) AS t (schedule_id, equipment_id)
    JOIN   service_schedules s ON s.id = t.schedule_id
    JOIN   equipment e ON e.id = t.equipment_id
    JOIN   companies c ON c.id = s.company_id),
  meter AS MATERIALIZED ( -- what the readings of a machine tell of its use
    SELECT m.machine, l.read_at, l.lifetime, (l.read_at AT TIME ZONE m.zone)::date AS read_on, u.*
    FROM  (SELECT DISTINCT machine, zone FROM pair WHERE interval_hours IS NOT NULL) AS m
    CROSS  JOIN LATERAL meter_at(m.machine, 'infinity') AS l
    CROSS  JOIN LATERAL (
      SELECT min(w.since) AS use_since, sum(w.hours) AS used, coalesce(sum(w.seconds), 0) AS seconds,
             array_agg(w.hours ORDER BY w.since) FILTER (WHERE w.seconds >= 86400) AS window_hours,
             array_agg(w.seconds ORDER BY w.since) FILTER (WHERE w.seconds >= 86400) AS window_seconds
      FROM  (SELECT lag(b.read_at) OVER o AS since, b.lifetime - lag(b.lifetime) OVER o AS hours,
                    extract(epoch FROM b.read_at - lag(b.read_at) OVER o) AS seconds
             FROM  (SELECT DISTINCT coalesce(a.read_at, f.read_at) AS read_at, coalesce(a.lifetime, f.lifetime) AS lifetime
                    FROM   generate_series(0, 3) AS k
                    CROSS  JOIN LATERAL meter_begin(m.machine) AS f
                    LEFT   JOIN LATERAL meter_at(m.machine, l.read_at - k * interval '720 hours') AS a ON true) AS b
             WINDOW o AS (ORDER BY b.read_at)) AS w) AS u),
  last AS (
    SELECT p.*, coalesce(l.occurrence, 0) + 1 AS occurrence, j.id AS record_id, l.id IS NULL AS fresh,
           l.status = 'COMPLETED' AS done, l.maintenance_date, l.meter_hours, l.service_due_on, l.service_due_hours,
           greatest(coalesce(p.last_done_on, (p.created_at AT TIME ZONE p.zone)::date), p.joined_on) AS start_on
    FROM   pair p
    LEFT   JOIN LATERAL (
      SELECT m.* FROM maintenance_records m WHERE m.schedule_id = p.id AND m.equipment_id = p.machine
      AND m.deleted_at IS NULL AND m.status IN ('COMPLETED', 'CANCELLED')
      ORDER BY m.occurrence DESC LIMIT 1) AS l ON true
    LEFT   JOIN maintenance_records j ON j.schedule_id = p.id AND j.equipment_id = p.machine AND j.deleted_at IS NULL
      AND j.occurrence = coalesce(l.occurrence, 0) + 1),
  begun AS ( -- the first service, and the point after which the next one is
    SELECT l.*,
           CASE WHEN interval_days IS NOT NULL
             THEN greatest(coalesce(first_due_on, start_on + interval_days), joined_on) END AS first_on,
           CASE WHEN interval_hours IS NOT NULL THEN coalesce(first_due_hours,
             coalesce(last_done_hours, a.lifetime, f.lifetime) + interval_hours) END AS first_hours,
           coalesce(meter_hours + coalesce(b.lifetime - b.shown, 0), b.lifetime, f.lifetime) AS done_hours
    FROM   last l
    LEFT   JOIN LATERAL meter_begin(machine) AS f ON interval_hours IS NOT NULL
    LEFT   JOIN LATERAL meter_at(machine, ((start_on + 1)::timestamp AT TIME ZONE zone) - interval '1 microsecond') AS a
           ON interval_hours IS NOT NULL AND first_due_hours IS NULL AND last_done_hours IS NULL
    LEFT   JOIN LATERAL meter_at(machine, ((maintenance_date + 1)::timestamp AT TIME ZONE zone) - interval '1 microsecond')
           AS b ON interval_hours IS NOT NULL),
  due AS (
    SELECT b.*, service_free_day(CASE
             WHEN interval_days IS NULL OR fresh THEN first_on
             WHEN recurrence = 'FIXED' THEN (
               SELECT CASE WHEN x.day < first_on THEN first_on
                        ELSE first_on + interval_days * ((x.day - first_on) / interval_days + 1) END
               FROM (SELECT coalesce(greatest(service_due_on, CASE WHEN done THEN maintenance_date END),
                                     maintenance_date) AS day) AS x)
             WHEN done THEN maintenance_date + interval_days
             ELSE coalesce(service_due_on, maintenance_date) + interval_days END, pauses_from, pauses_to) AS due_on,
           CASE
             WHEN interval_hours IS NULL OR fresh THEN first_hours
             WHEN recurrence = 'FIXED' THEN (
               SELECT CASE WHEN x.hours < first_hours THEN first_hours
                        ELSE first_hours + interval_hours * (div(x.hours - first_hours, interval_hours) + 1) END
               FROM (SELECT coalesce(greatest(service_due_hours, CASE WHEN done THEN done_hours END),
                                     done_hours) AS hours) AS x)
             WHEN done THEN done_hours + interval_hours
             ELSE coalesce(service_due_hours, done_hours) + interval_hours END AS due_hours
    FROM   begun b),
  ahead AS ( -- the day of the hours
    SELECT d.*, m.read_at, m.read_on, m.lifetime, m.used, m.seconds, m.use_since, m.window_hours, m.window_seconds,
           r.reached_on, n.soonest, n.mean, n.latest
    FROM   due d
    LEFT   JOIN meter m ON m.machine = d.machine AND d.interval_hours IS NOT NULL
    LEFT   JOIN LATERAL (
      SELECT (min(r.read_at) AT TIME ZONE d.zone)::date AS reached_on FROM meter_readings r
      WHERE  r.equipment_id = d.machine AND r.voided_at IS NULL AND r.read_at > coalesce(
        (SELECT b.read_at FROM meter_readings b CROSS JOIN LATERAL meter_at(b.equipment_id, b.read_at) AS a
         WHERE b.equipment_id = d.machine AND b.voided_at IS NULL AND a.lifetime < d.due_hours
         ORDER BY b.read_at DESC LIMIT 1), '-infinity')) AS r ON m.lifetime >= d.due_hours
    LEFT   JOIN LATERAL (
      SELECT min(CASE WHEN w.hours > 0 THEN div((d.due_hours - m.lifetime) * w.seconds, w.hours) END) AS soonest,
             CASE WHEN bool_and(w.hours > 0)
               THEN max(CASE WHEN w.hours > 0 THEN div((d.due_hours - m.lifetime) * w.seconds, w.hours) END) END AS latest,
             CASE WHEN m.used > 0 THEN div((d.due_hours - m.lifetime) * m.seconds, m.used) END AS mean
      FROM   unnest(m.window_hours, m.window_seconds) AS w (hours, seconds))
      AS n ON m.lifetime < d.due_hours AND m.seconds >= 86400),
  forecast AS (
    SELECT a.*, coalesce(reached_on, service_day(read_at, mean, zone)) AS forecast_on,
           coalesce(reached_on, CASE WHEN service_day(read_at, mean, zone) IS NOT NULL
             THEN service_day(read_at, soonest, zone) END) AS forecast_earliest,
           coalesce(reached_on, service_day(read_at, latest, zone)) AS forecast_latest
    FROM   ahead a)
  SELECT company_id, id, machine, paused_at IS NULL, occurrence, record_id, due_on, due_hours, lifetime, read_at,
         CASE WHEN seconds >= 86400 THEN round(used * 86400 / seconds, 2) END,
         CASE WHEN seconds >= 86400 THEN (SELECT min(round(w.hours * 86400 / w.seconds, 2))
           FROM unnest(window_hours, window_seconds) AS w (hours, seconds)) END,
         CASE WHEN seconds >= 86400 THEN (SELECT max(round(w.hours * 86400 / w.seconds, 2))
           FROM unnest(window_hours, window_seconds) AS w (hours, seconds)) END,
         CASE WHEN seconds >= 86400 THEN use_since END,
         forecast_on, forecast_earliest, forecast_latest,
         CASE WHEN forecast_on IS NOT NULL THEN NULL
           WHEN interval_hours IS NULL THEN 'NOT_BY_HOURS'
           WHEN lifetime IS NULL OR due_hours IS NULL THEN 'NO_READINGS'
           WHEN seconds < 86400 THEN 'TOO_FEW_READINGS'
           WHEN used = 0 THEN 'NOT_USED'
           ELSE 'TOO_FAR' END,
         least(due_on, forecast_on),
         least(due_on - lead_days, forecast_on - lead_days,
               CASE WHEN lifetime >= due_hours - coalesce(lead_hours, 0) THEN coalesce(reached_on, read_on) END),
         least(due_on + 1, CASE WHEN lifetime > due_hours THEN reached_on END)
  FROM   forecast ORDER BY id, machine
  ON CONFLICT (equipment_id, schedule_id) DO UPDATE SET
    (active, occurrence, record_id, due_on, due_hours, hours, read_at, use_per_day, lowest_use, highest_use, use_since,
     forecast_on, forecast_earliest, forecast_latest, forecast_reason, expected_on, opens_on, overdue_on)
    = (excluded.active, excluded.occurrence, excluded.record_id, excluded.due_on, excluded.due_hours, excluded.hours,
       excluded.read_at, excluded.use_per_day, excluded.lowest_use, excluded.highest_use, excluded.use_since,
       excluded.forecast_on, excluded.forecast_earliest, excluded.forecast_latest, excluded.forecast_reason,
       excluded.expected_on, excluded.opens_on, excluded.overdue_on)
  WHERE (d.active, d.occurrence, d.record_id, d.due_on, d.due_hours, d.hours, d.read_at, d.use_per_day, d.lowest_use,
     d.highest_use, d.use_since, d.forecast_on, d.forecast_earliest, d.forecast_latest, d.forecast_reason, d.expected_on,
     d.opens_on, d.overdue_on) IS DISTINCT FROM
    (excluded.active, excluded.occurrence, excluded.record_id, excluded.due_on, excluded.due_hours, excluded.hours,
     excluded.read_at, excluded.use_per_day, excluded.lowest_use, excluded.highest_use, excluded.use_since,
     excluded.forecast_on, excluded.forecast_earliest, excluded.forecast_latest, excluded.forecast_reason,
     excluded.expected_on, excluded.opens_on, excluded.overdue_on);
END
$$;
-- The day, in a time zone, some seconds after a moment; null when that is more than ten years.
CREATE OR REPLACE FUNCTION service_day(timestamptz, numeric, text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN $2 <= 315360000 THEN (($1 + $2::bigint * interval '1 second') AT TIME ZONE $3)::date END
$$;

-- Writers of machines, records and readings share a lock of their company, writers of its schedules take it alone:
-- each sees what the other has committed.
CREATE OR REPLACE FUNCTION share_services(companies uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock_shared(hashtext('fleet_services'), hashtext(c::text)) FROM unnest(companies) AS c ORDER BY c
$$;
-- It waits two seconds at most: other writers of the company wait behind it, while an import may take minutes.
CREATE OR REPLACE FUNCTION own_services(company uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  before CONSTANT text := current_setting('lock_timeout');
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  PERFORM pg_advisory_xact_lock(hashtext('fleet_services'), hashtext(company::text));
  PERFORM set_config('lock_timeout', before, true);
END
$$;
CREATE OR REPLACE FUNCTION lock_services() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM own_services(NEW.company_id);
  RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION services_of_schedules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_services(NULL, ARRAY(SELECT id FROM changed));
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION services_of_readings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[];
BEGIN
  PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM changed));
  machines := ARRAY(SELECT DISTINCT c.equipment_id FROM changed c
    WHERE EXISTS (SELECT FROM scheduled_services d WHERE d.equipment_id = c.equipment_id));
  IF cardinality(machines) > 0 THEN
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION services_of_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[] := ARRAY(SELECT DISTINCT equipment_id FROM changed WHERE schedule_id IS NOT NULL);
BEGIN
  IF cardinality(machines) > 0 THEN
    PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM changed));
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION services_of_changed_records() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[] := ARRAY(SELECT equipment_id FROM added WHERE schedule_id IS NOT NULL
    UNION SELECT equipment_id FROM removed WHERE schedule_id IS NOT NULL);
BEGIN
  IF cardinality(machines) > 0 THEN
    PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM added));
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION services_of_machines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  machines uuid[];
BEGIN
  PERFORM share_services(ARRAY(SELECT DISTINCT company_id FROM added));
  IF NOT EXISTS (SELECT FROM service_schedules s WHERE s.company_id IN (SELECT company_id FROM added)) THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'INSERT' THEN
    machines := ARRAY(SELECT id FROM added);
  ELSE -- by groups and not by a join: a plan for few rows would compare each of many with each
    machines := ARRAY(
      SELECT id FROM (SELECT * FROM added UNION ALL SELECT * FROM removed) AS both_of_them
      GROUP  BY id, category, manufacturer, model, status = 'RETIRED', deleted_at IS NULL HAVING count(*) = 1);
  END IF;
  IF cardinality(machines) > 0 THEN
    PERFORM refresh_services(machines, NULL);
  END IF;
  RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION services_of_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM own_services(NEW.id);
  PERFORM refresh_services(NULL, ARRAY(SELECT id FROM service_schedules WHERE company_id = NEW.id AND deleted_at IS NULL));
  RETURN NULL;
END
$$;
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE OR REPLACE TRIGGER service_schedules_lock BEFORE INSERT OR UPDATE ON service_schedules
        FOR EACH ROW EXECUTE FUNCTION lock_services();
      CREATE OR REPLACE TRIGGER service_schedules_inserted AFTER INSERT ON service_schedules
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_schedules();
      CREATE OR REPLACE TRIGGER service_schedules_updated AFTER UPDATE ON service_schedules
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_schedules();
      CREATE OR REPLACE TRIGGER services_readings_inserted AFTER INSERT ON meter_readings
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_readings();
      CREATE OR REPLACE TRIGGER services_readings_updated AFTER UPDATE ON meter_readings
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_readings();
      CREATE OR REPLACE TRIGGER services_readings_deleted AFTER DELETE ON meter_readings
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_readings();
      CREATE OR REPLACE TRIGGER services_records_inserted AFTER INSERT ON maintenance_records
        REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_records();
      CREATE OR REPLACE TRIGGER services_records_deleted AFTER DELETE ON maintenance_records
        REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION services_of_records();
      CREATE OR REPLACE TRIGGER services_records_updated AFTER UPDATE ON maintenance_records
        REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION services_of_changed_records();
      CREATE OR REPLACE TRIGGER services_machines_inserted AFTER INSERT ON equipment
        REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION services_of_machines();
      CREATE OR REPLACE TRIGGER services_machines_updated AFTER UPDATE ON equipment
        REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION services_of_machines();
      CREATE OR REPLACE TRIGGER services_company_updated AFTER UPDATE OF time_zone ON companies FOR EACH ROW
        WHEN (OLD.time_zone <> NEW.time_zone) EXECUTE FUNCTION services_of_company();
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER IF EXISTS services_company_updated ON companies;
DROP TRIGGER IF EXISTS services_machines_updated ON equipment;
DROP TRIGGER IF EXISTS services_machines_inserted ON equipment;
DROP TRIGGER IF EXISTS services_records_updated ON maintenance_records;
DROP TRIGGER IF EXISTS services_records_deleted ON maintenance_records;
DROP TRIGGER IF EXISTS services_records_inserted ON maintenance_records;
DROP TRIGGER IF EXISTS services_readings_deleted ON meter_readings;
DROP TRIGGER IF EXISTS services_readings_updated ON meter_readings;
DROP TRIGGER IF EXISTS services_readings_inserted ON meter_readings;
DROP TRIGGER IF EXISTS service_schedules_updated ON service_schedules;
DROP TRIGGER IF EXISTS service_schedules_inserted ON service_schedules;
DROP TRIGGER IF EXISTS service_schedules_lock ON service_schedules;
DROP FUNCTION IF EXISTS services_of_company();
DROP FUNCTION IF EXISTS services_of_machines();
DROP FUNCTION IF EXISTS services_of_changed_records();
DROP FUNCTION IF EXISTS services_of_records();
DROP FUNCTION IF EXISTS services_of_readings();
DROP FUNCTION IF EXISTS services_of_schedules();
DROP FUNCTION IF EXISTS lock_services();
DROP FUNCTION IF EXISTS own_services(uuid);
DROP FUNCTION IF EXISTS share_services(uuid[]);
DROP FUNCTION IF EXISTS refresh_services(uuid[], uuid[]);
DROP FUNCTION IF EXISTS service_day(timestamptz, numeric, text);
DROP VIEW IF EXISTS service_targets;
DROP TABLE IF EXISTS scheduled_services;
DROP FUNCTION IF EXISTS meter_begin(uuid);
DROP FUNCTION IF EXISTS meter_at(uuid, timestamptz);
DROP FUNCTION IF EXISTS service_free_day(date, integer[], integer[]);
