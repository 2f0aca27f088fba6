-- +goose Up
-- An address is one user's within a company, not over all: nobody learns who
-- is with another company, and nobody can take an address there. Sign-in looks
-- for the address first, so it stands first.
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (lower(email), company_id);

-- Failures of an account are counted by where they come from too. SHA-256 of
-- the account, so that a new password can take all of them back; null for
-- those of an address of the network.
ALTER TABLE sign_in_failures ADD COLUMN account bytea CHECK (octet_length(account) = 32);
CREATE INDEX sign_in_failures_by_account ON sign_in_failures (account) WHERE account IS NOT NULL;

-- +goose Down
ALTER TABLE sign_in_failures DROP COLUMN account;
-- Fails while two companies have users of one address: remove one of them first.
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (lower(email));
