-- +goose NO TRANSACTION
-- +goose Up
-- Open work may have an expected end of its downtime: until it is told that the machine runs again it
-- stays down, also when the expected end has passed. A machine that work keeps down becomes what it
-- was before. The lock waits half a second at most, because writers wait behind it.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE maintenance_records ADD COLUMN IF NOT EXISTS down_to_expected boolean NOT NULL DEFAULT false;
      ALTER TABLE equipment ADD COLUMN IF NOT EXISTS status_after_work text
        CHECK (status_after_work IN ('ACTIVE', 'INACTIVE'));
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd

-- Ends that lie ahead are expected ones. Machines that work keeps in MAINTENANCE become again what the
-- history tells of, ACTIVE without one, as they did before; those that a person put there stay.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('fleet.migrating', 'on', true);
  UPDATE maintenance_records SET down_to_expected = true
  WHERE  status IN ('PLANNED', 'IN_PROGRESS') AND down_to > now() AND deleted_at IS NULL;
  UPDATE equipment e SET status_after_work = CASE h.action
           WHEN 'STATUS_FOLLOWS' THEN CASE WHEN h.was = 'INACTIVE' THEN 'INACTIVE' ELSE 'ACTIVE' END
           WHEN 'UPDATED' THEN NULL
           ELSE 'ACTIVE' END
  FROM   equipment m
  LEFT   JOIN LATERAL (
    SELECT h.action, c ->> 'from' AS was
    FROM   history h CROSS JOIN LATERAL jsonb_array_elements(h.changes) c
    WHERE  h.subject_id = m.id AND c ->> 'field' = 'status' AND h.action <> 'CREATED'
    ORDER  BY h.at DESC LIMIT 1) h ON true
  WHERE  e.id = m.id AND m.status = 'MAINTENANCE' AND m.status_after_work IS NULL AND EXISTS (
    SELECT FROM maintenance_records r WHERE r.equipment_id = m.id AND r.down_from <= now() AND r.deleted_at IS NULL
      AND (r.down_to IS NULL OR r.down_to_expected) AND r.status IN ('PLANNED', 'IN_PROGRESS'));
END
$$;
-- +goose StatementEnd

-- Finds open downtime of a machine, and of a company by date: (filter: {down: true}). Few records are
-- open, however long the history.
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_open;
CREATE INDEX CONCURRENTLY maintenance_records_open ON maintenance_records (equipment_id)
  WHERE status IN ('PLANNED', 'IN_PROGRESS') AND deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_stops;
CREATE INDEX CONCURRENTLY maintenance_records_stops ON maintenance_records (company_id, maintenance_date DESC, id DESC)
  INCLUDE (equipment_id, down_from)
  WHERE down_from IS NOT NULL AND (down_to IS NULL OR down_to_expected) AND status IN ('PLANNED', 'IN_PROGRESS')
    AND deleted_at IS NULL;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_down;
DROP INDEX CONCURRENTLY IF EXISTS maintenance_records_open_downtime;

-- +goose Down
DROP INDEX IF EXISTS maintenance_records_stops;
DROP INDEX IF EXISTS maintenance_records_open;
CREATE INDEX IF NOT EXISTS maintenance_records_open_downtime ON maintenance_records (company_id, maintenance_date DESC, id DESC)
  WHERE down_from IS NOT NULL AND down_to IS NULL AND deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS maintenance_records_down ON maintenance_records (equipment_id)
  WHERE down_from IS NOT NULL AND down_to IS NULL AND status IN ('PLANNED', 'IN_PROGRESS') AND deleted_at IS NULL;
ALTER TABLE equipment DROP COLUMN IF EXISTS status_after_work;
ALTER TABLE maintenance_records DROP COLUMN IF EXISTS down_to_expected;
