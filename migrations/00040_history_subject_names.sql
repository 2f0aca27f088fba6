-- +goose NO TRANSACTION
-- +goose Up
-- The name that the changed row had: the history tells it also when the row is gone.
-- For work it is the name of the machine; null for an import.
ALTER TABLE history ADD COLUMN IF NOT EXISTS subject_name text;

-- Entries of before get the name of today, in batches: no writer waits for more than one of them.
-- +goose StatementBegin
DO $$
DECLARE
  after uuid := '00000000-0000-0000-0000-000000000000';
  part  uuid[];
BEGIN
  LOOP
    SELECT array_agg(id ORDER BY id) INTO part
    FROM   (SELECT id FROM history WHERE id > after ORDER BY id LIMIT 5000) h;
    EXIT WHEN part IS NULL;
    UPDATE history h SET subject_name = CASE h.subject
      WHEN 'EQUIPMENT' THEN (SELECT e.name FROM equipment e WHERE e.id = h.subject_id)
      WHEN 'OPERATOR' THEN (SELECT o.first_name || ' ' || o.last_name FROM operators o WHERE o.id = h.subject_id)
      WHEN 'MAINTENANCE_RECORD' THEN (SELECT e.name FROM maintenance_records m JOIN equipment e ON e.id = m.equipment_id
                                      WHERE m.id = h.subject_id)
      WHEN 'USER' THEN (SELECT u.name FROM users u WHERE u.id = h.subject_id)
      WHEN 'ACCESS_TOKEN' THEN (SELECT t.name FROM access_tokens t WHERE t.id = h.subject_id)
      WHEN 'COMPANY' THEN (SELECT c.name FROM companies c WHERE c.id = h.subject_id) END
    WHERE h.id = ANY(part) AND h.subject_name IS NULL;
    COMMIT;
    after := part[array_upper(part, 1)];
  END LOOP;
END
$$;
-- +goose StatementEnd

-- +goose Down
ALTER TABLE history DROP COLUMN IF EXISTS subject_name;
