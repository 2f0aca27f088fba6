-- +goose Up
-- A disabled user cannot authenticate any more. The history of the user stays.
ALTER TABLE users ADD COLUMN disabled_at timestamptz;

-- A table of its own, so that no query of users can return a hash.
CREATE TABLE passwords (
  user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  -- Argon2id in PHC format, including its parameters.
  hash       text NOT NULL CHECK (hash LIKE '$argon2id$%' AND length(hash) <= 300),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Browser sessions. The cookie holds a secret and the table only its SHA-256, so the
-- table or a backup of it is of no use for signing in.
CREATE TABLE sessions (
  secret_hash     bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
  -- The public id of the session.
  id              uuid NOT NULL UNIQUE,
  company_id      uuid NOT NULL REFERENCES companies,
  user_id         uuid NOT NULL,
  -- The method of sign-in.
  method          text NOT NULL CHECK (method IN ('PASSWORD', 'OIDC')),
  -- The User-Agent header, truncated; only for display.
  user_agent      text NOT NULL CHECK (length(user_agent) <= 200),
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- Updated at most once a minute.
  last_used_at    timestamptz NOT NULL DEFAULT now(),
  -- The idle timeout; moves with use.
  idle_expires_at timestamptz NOT NULL,
  -- The absolute timeout.
  expires_at      timestamptz NOT NULL CHECK (expires_at >= idle_expires_at),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id) ON DELETE CASCADE
);
-- Signing out everywhere, and the list of a user's sessions.
CREATE INDEX sessions_by_user ON sessions (user_id);
-- The sweep of ended sessions.
CREATE INDEX sessions_by_end ON sessions (idle_expires_at);

-- Personal access tokens for programs. They are shown once and stored as SHA-256.
CREATE TABLE access_tokens (
  id           uuid PRIMARY KEY DEFAULT uuid_v7(),
  company_id   uuid NOT NULL REFERENCES companies,
  user_id      uuid NOT NULL,
  name         text NOT NULL CHECK (length(btrim(name)) BETWEEN 1 AND 100),
  secret_hash  bytea NOT NULL UNIQUE CHECK (octet_length(secret_hash) = 32),
  -- READ: queries and subscriptions; WRITE: mutations of the fleet too;
  -- ADMIN: everything that the user's role allows. Never more than the role.
  scope        text NOT NULL CHECK (scope IN ('READ', 'WRITE', 'ADMIN')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  expires_at   timestamptz NOT NULL,
  revoked_at   timestamptz,
  -- Updated at most once a minute.
  last_used_at timestamptz,
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id) ON DELETE CASCADE
);
-- The list of a user's tokens. Names are unique among tokens that are not revoked.
CREATE UNIQUE INDEX access_tokens_name ON access_tokens (user_id, lower(name)) WHERE revoked_at IS NULL;
CREATE INDEX access_tokens_by_user ON access_tokens (user_id, id);

-- Single sign-on of a company by OpenID Connect.
CREATE TABLE identity_providers (
  company_id    uuid PRIMARY KEY REFERENCES companies,
  issuer        text NOT NULL CHECK (issuer ~ '^https?://[^\s]+$' AND length(issuer) <= 500),
  client_id     text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
  -- A reference to the secret, never the secret itself: env:NAME or file:/path.
  -- Empty for a public client, which is protected by PKCE alone.
  client_secret text NOT NULL DEFAULT '' CHECK (client_secret ~ '^(|env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$'),
  -- Path of the claim with the roles, such as realm_access.roles. Empty if the
  -- provider does not manage roles.
  role_claim    text NOT NULL DEFAULT '',
  -- {"a value of that claim": "MANAGER", …}. The highest role counts.
  roles         jsonb NOT NULL DEFAULT '{}',
  -- Whether the company's users may also sign in by password.
  passwords     boolean NOT NULL DEFAULT true,
  CHECK ((role_claim = '') = (roles = '{}'))
);

-- Links users to subjects at the company's provider. Unlike addresses, subjects are
-- never reassigned.
CREATE TABLE user_identities (
  company_id uuid NOT NULL REFERENCES companies,
  issuer     text NOT NULL,
  subject    text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
  user_id    uuid NOT NULL,
  linked_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, issuer, subject),
  UNIQUE (user_id, issuer),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id) ON DELETE CASCADE
);

-- Failed sign-ins by account and by address, shared by all instances. The table is
-- unlogged: a crash resets the counts.
CREATE UNLOGGED TABLE sign_in_failures (
  -- SHA-256 of an account, which need not exist, or of an address.
  key           bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  failures      int NOT NULL,
  last_at       timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);
-- The sweep of expired failures.
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

-- +goose Down
DROP TABLE sign_in_failures;
DROP TABLE user_identities;
DROP TABLE identity_providers;
DROP TABLE access_tokens;
DROP TABLE sessions;
DROP TABLE passwords;
ALTER TABLE users DROP COLUMN disabled_at;
