-- +goose NO TRANSACTION
-- +goose Up
-- Papers of machines and operators that expire: inspections, insurances, registrations, licences. The locks wait half
-- a second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS papers (
        id           uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id   uuid NOT NULL REFERENCES companies,
        equipment_id uuid,
        operator_id  uuid,
        kind         text NOT NULL CHECK (kind IN ('INSPECTION', 'INSURANCE', 'REGISTRATION', 'LICENCE', 'OTHER')),
        number       text CHECK (length(btrim(number)) BETWEEN 1 AND 100),
        issued_on    date,
        valid_until  date NOT NULL,
        note         text CHECK (length(btrim(note)) BETWEEN 1 AND 2000),
        created_at   timestamptz NOT NULL DEFAULT now(),
        updated_at   timestamptz NOT NULL DEFAULT now(),
        deleted_at   timestamptz,
        version      integer NOT NULL DEFAULT 1,
        -- A paper is of one machine or of one operator.
        CONSTRAINT papers_owner CHECK (num_nonnulls(equipment_id, operator_id) = 1),
        CONSTRAINT papers_period CHECK (issued_on <= valid_until),
        FOREIGN KEY (company_id, equipment_id) REFERENCES equipment (company_id, id),
        FOREIGN KEY (company_id, operator_id) REFERENCES operators (company_id, id)
      );
      ALTER TABLE history DROP CONSTRAINT IF EXISTS history_subject_check;
      ALTER TABLE history ADD CONSTRAINT history_subject_check CHECK (subject IN ('EQUIPMENT', 'OPERATOR',
        'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY', 'SITE', 'PAPER')) NOT VALID;
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
CREATE OR REPLACE TRIGGER papers_touch BEFORE UPDATE ON papers FOR EACH ROW EXECUTE FUNCTION touch_row();

-- papers, those that expire first first, and of one kind. An offset is an index-only scan, which needs the machine and
-- the operator to know whether they are deleted.
CREATE INDEX IF NOT EXISTS papers_by_valid_until ON papers (company_id, valid_until, id)
  INCLUDE (equipment_id, operator_id) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS papers_by_kind ON papers (company_id, kind, valid_until, id) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS papers_by_created ON papers (company_id, created_at DESC, id DESC)
  INCLUDE (equipment_id, operator_id) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS papers_by_number ON papers (company_id, (text_key(number)), valid_until, id)
  WHERE deleted_at IS NULL AND number IS NOT NULL;
CREATE INDEX IF NOT EXISTS papers_deleted ON papers (company_id, valid_until, id) WHERE deleted_at IS NOT NULL;
-- Equipment.papers and Operator.papers.
CREATE INDEX IF NOT EXISTS papers_by_equipment ON papers (equipment_id, valid_until, id) WHERE equipment_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS papers_by_operator ON papers (operator_id, valid_until, id) WHERE operator_id IS NOT NULL;

-- +goose Down
DELETE FROM history WHERE subject = 'PAPER';
ALTER TABLE history DROP CONSTRAINT IF EXISTS history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check CHECK (subject IN ('EQUIPMENT', 'OPERATOR',
  'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN', 'COMPANY', 'SITE'));
DROP TABLE IF EXISTS papers;
