-- +goose Up
-- Trusted extensions: the database's owner may create them without being a superuser.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- UUIDv7 (RFC 9562 §5.7) for rows that are inserted without the server: 48 bits
-- of Unix milliseconds, then random bits. PostgreSQL has uuidv7() since version 18.
-- +goose StatementBegin
CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
    set_bit(set_bit(
      overlay(uuid_send(gen_random_uuid())
              PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
              FROM 1 FOR 6),
      52, 1), 53, 1), 'hex')::uuid
$$;
-- +goose StatementEnd

-- Every update increments the row's version and sets updated_at, also when it
-- comes from psql: optimistic concurrency must detect it.
-- +goose StatementBegin
CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version + 1;
  NEW.updated_at := now();
  RETURN NEW;
END
$$;
-- +goose StatementEnd

CREATE TABLE companies (
  id         uuid PRIMARY KEY DEFAULT uuid_v7(),
  name       text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 200),
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX companies_name ON companies (lower(name));

CREATE TABLE users (
  id         uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id uuid NOT NULL REFERENCES companies,
  email      text NOT NULL CHECK (email ~ '^[^@\s]+@[^@\s]+$' AND length(email) <= 254),
  name       text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 200),
  role       text NOT NULL CHECK (role IN ('ADMIN', 'MANAGER', 'ANALYST', 'OPERATOR')),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (company_id, id) -- referenced by composite foreign keys
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

-- +goose Down
DROP TABLE users;
DROP TABLE companies;
DROP FUNCTION touch_row();
DROP FUNCTION uuid_v7();
-- The extensions stay, because other schemas of the database may use them.
