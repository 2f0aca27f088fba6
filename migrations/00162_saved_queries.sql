-- +goose NO TRANSACTION
-- +goose Up
-- GraphQL documents that users of a company have saved under a name, and each state in which they were saved. The locks
-- wait half a second at most, because writers wait behind them.
-- +goose StatementBegin
DO $$
BEGIN
  PERFORM set_config('lock_timeout', '500ms', true);
  LOOP
    BEGIN
      CREATE TABLE IF NOT EXISTS saved_queries (
        id          uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id  uuid NOT NULL REFERENCES companies,
        name        text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 200),
        description text CHECK (length(btrim(description)) BETWEEN 1 AND 2000),
        document    text NOT NULL CHECK (octet_length(document) BETWEEN 1 AND 100000),
        variables   text CHECK (octet_length(variables) BETWEEN 1 AND 100000),
        created_by  uuid NOT NULL,
        changed_by  uuid NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        deleted_at  timestamptz,
        version     integer NOT NULL DEFAULT 1,
        UNIQUE (company_id, id),
        FOREIGN KEY (company_id, created_by) REFERENCES users (company_id, id),
        FOREIGN KEY (company_id, changed_by) REFERENCES users (company_id, id)
      );
      -- One row for each version of a saved query that is kept, deletions and restorations included.
      CREATE TABLE IF NOT EXISTS saved_query_versions (
        id             uuid PRIMARY KEY DEFAULT uuid_v7(),
        company_id     uuid NOT NULL REFERENCES companies,
        saved_query_id uuid NOT NULL,
        number         integer NOT NULL,
        action         text NOT NULL CHECK (action IN ('CREATED', 'UPDATED', 'DELETED', 'RESTORED')),
        name           text NOT NULL,
        description    text,
        document       text NOT NULL,
        variables      text,
        user_id        uuid NOT NULL,
        saved_at       timestamptz NOT NULL DEFAULT now(),
        FOREIGN KEY (company_id, saved_query_id) REFERENCES saved_queries (company_id, id),
        FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id),
        -- SavedQuery.versions, read backward.
        CONSTRAINT saved_query_versions_by_number UNIQUE (saved_query_id, number)
      );
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_sleep(0.2);
    END;
  END LOOP;
END
$$;
-- +goose StatementEnd
CREATE OR REPLACE TRIGGER saved_queries_touch BEFORE UPDATE ON saved_queries
  FOR EACH ROW EXECUTE FUNCTION touch_row();

-- Names are unique among those that are not deleted, without regard to case, accents and blanks.
CREATE UNIQUE INDEX IF NOT EXISTS saved_queries_name_key ON saved_queries (company_id, (text_key(name)))
  WHERE deleted_at IS NULL;
-- savedQueries in each order, and the deleted ones. A company has few, so a search reads those of the company.
CREATE INDEX IF NOT EXISTS saved_queries_by_name ON saved_queries
  (company_id, (lower(name COLLATE fleet_natural)), id) INCLUDE (name) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS saved_queries_by_updated ON saved_queries (company_id, updated_at DESC, id DESC)
  WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS saved_queries_deleted ON saved_queries (company_id, updated_at DESC, id DESC)
  WHERE deleted_at IS NOT NULL;

-- +goose Down
DROP TABLE IF EXISTS saved_query_versions;
DROP TABLE IF EXISTS saved_queries;
