-- +goose NO TRANSACTION
-- +goose Up
-- Sites and papers are imported too: source_ref is the row's id in the system that it comes from. The columns are
-- empty, so adding them rewrites nothing. The locks wait half a second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      ALTER TABLE sites
        ADD COLUMN IF NOT EXISTS source_ref text,
        DROP CONSTRAINT IF EXISTS sites_source_ref,
        ADD CONSTRAINT sites_source_ref CHECK (length(source_ref) BETWEEN 1 AND 200) NOT VALID;
      ALTER TABLE papers
        ADD COLUMN IF NOT EXISTS source_ref text,
        DROP CONSTRAINT IF EXISTS papers_source_ref,
        ADD CONSTRAINT papers_source_ref CHECK (length(source_ref) BETWEEN 1 AND 200) NOT VALID;
      ALTER TABLE imports
        DROP CONSTRAINT IF EXISTS imports_entity_check,
        ADD CONSTRAINT imports_entity_check
          CHECK (entity IN ('equipment', 'operators', 'sites', 'papers', 'maintenance')) NOT VALID;
      ALTER TABLE import_changes
        DROP CONSTRAINT IF EXISTS import_changes_subject_check,
        ADD CONSTRAINT import_changes_subject_check
          CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'SITE', 'PAPER', 'MAINTENANCE_RECORD')) NOT VALID;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
-- Reads the tables beside their readers and writers.
ALTER TABLE sites VALIDATE CONSTRAINT sites_source_ref;
ALTER TABLE papers VALIDATE CONSTRAINT papers_source_ref;
ALTER TABLE imports VALIDATE CONSTRAINT imports_entity_check;
ALTER TABLE import_changes VALIDATE CONSTRAINT import_changes_subject_check;

-- The key of imports: the same source row is the same site or paper. Built beside the writers; what a killed migration
-- left behind is dropped.
DROP INDEX CONCURRENTLY IF EXISTS sites_source;
CREATE UNIQUE INDEX CONCURRENTLY sites_source ON sites (company_id, source_ref) WHERE source_ref IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS papers_source;
CREATE UNIQUE INDEX CONCURRENTLY papers_source ON papers (company_id, source_ref) WHERE source_ref IS NOT NULL;

-- +goose Down
-- What was imported stays; imports of sites and papers are listed no more and cannot be undone.
DROP INDEX IF EXISTS papers_source;
DROP INDEX IF EXISTS sites_source;
DELETE FROM import_changes c USING imports i WHERE i.id = c.import_id AND i.entity IN ('sites', 'papers');
DELETE FROM imports WHERE entity IN ('sites', 'papers');
ALTER TABLE import_changes DROP CONSTRAINT IF EXISTS import_changes_subject_check;
ALTER TABLE import_changes ADD CONSTRAINT import_changes_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD'));
ALTER TABLE imports DROP CONSTRAINT IF EXISTS imports_entity_check;
ALTER TABLE imports ADD CONSTRAINT imports_entity_check CHECK (entity IN ('equipment', 'operators', 'maintenance'));
ALTER TABLE papers DROP COLUMN IF EXISTS source_ref;
ALTER TABLE sites DROP COLUMN IF EXISTS source_ref;
