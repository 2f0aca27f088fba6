-- +goose Up
-- Who left: nothing of theirs opens anything any more, what they did stays.
ALTER TABLE users ADD COLUMN disabled_at timestamptz;

-- In a table of their own, so that no query about users can bring one along.
CREATE TABLE passwords (
  user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
  -- Argon2id in PHC format, its parameters included.
  hash       text NOT NULL CHECK (hash LIKE '$argon2id$%' AND length(hash) <= 300),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- Who is signed in. The cookie holds a secret, this only its SHA-256: who reads
-- the table, or a backup of it, cannot sign in with what stands there.
CREATE TABLE sessions (
  secret_hash     bytea PRIMARY KEY CHECK (octet_length(secret_hash) = 32),
  -- What the session is called where it is listed.
  id              uuid NOT NULL UNIQUE,
  company_id      uuid NOT NULL REFERENCES companies,
  user_id         uuid NOT NULL,
  -- How they signed in.
  method          text NOT NULL CHECK (method IN ('PASSWORD', 'OIDC')),
  -- The browser as it names itself, cut short; for people, not for decisions.
  user_agent      text NOT NULL CHECK (length(user_agent) <= 200),
  created_at      timestamptz NOT NULL DEFAULT now(),
  -- Up to a minute behind the truth.
  last_used_at    timestamptz NOT NULL DEFAULT now(),
  -- The end unless it is used before; moves with use.
  idle_expires_at timestamptz NOT NULL,
  -- The end in any case.
  expires_at      timestamptz NOT NULL CHECK (expires_at >= idle_expires_at),
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id) ON DELETE CASCADE
);
-- Sign-out everywhere, and the list of a user's sessions.
CREATE INDEX sessions_by_user ON sessions (user_id);
-- The sweep of ended sessions.
CREATE INDEX sessions_by_end ON sessions (idle_expires_at);

-- Personal access tokens, for programs. Shown once, kept as SHA-256.
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
  -- Up to a minute behind the truth.
  last_used_at timestamptz,
  FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id) ON DELETE CASCADE
);
-- The list of a user's tokens; of two that work, each has a name of its own.
CREATE UNIQUE INDEX access_tokens_name ON access_tokens (user_id, lower(name)) WHERE revoked_at IS NULL;
CREATE INDEX access_tokens_by_user ON access_tokens (user_id, id);

-- Single sign-on of a company by OpenID Connect.
CREATE TABLE identity_providers (
  company_id    uuid PRIMARY KEY REFERENCES companies,
  issuer        text NOT NULL CHECK (issuer ~ '^https?://[^\s]+$' AND length(issuer) <= 500),
  client_id     text NOT NULL CHECK (length(client_id) BETWEEN 1 AND 500),
  -- Where the server finds the secret, never the secret: env:NAME or
  -- file:/path; empty for a public client, which PKCE alone protects.
  client_secret text NOT NULL DEFAULT '' CHECK (client_secret ~ '^(|env:[A-Za-z_][A-Za-z0-9_]*|file:/.+)$'),
  -- Path of the claim that names the roles, such as realm_access.roles; empty:
  -- the provider says nothing about roles, they stay as they are here.
  role_claim    text NOT NULL DEFAULT '',
  -- {"a value of that claim": "MANAGER", …}; of several, the highest counts.
  roles         jsonb NOT NULL DEFAULT '{}',
  -- Whether the company's users may sign in by password too.
  passwords     boolean NOT NULL DEFAULT true,
  CHECK ((role_claim = '') = (roles = '{}'))
);

-- Who a user is at the company's provider. Addresses change hands, subjects never.
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

-- Failed sign-ins by account and by address, shared by all instances. Not
-- logged: after a crash everybody may try again.
CREATE UNLOGGED TABLE sign_in_failures (
  -- SHA-256 of what fails: an account, known here or not, or an address.
  key           bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  failures      int NOT NULL,
  last_at       timestamptz NOT NULL,
  blocked_until timestamptz NOT NULL
);
-- The sweep of what is forgotten.
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

-- +goose Down
DROP TABLE sign_in_failures;
DROP TABLE user_identities;
DROP TABLE identity_providers;
DROP TABLE access_tokens;
DROP TABLE sessions;
DROP TABLE passwords;
ALTER TABLE users DROP COLUMN disabled_at;
