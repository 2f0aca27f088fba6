-- +goose Up
-- Addresses are unique within a company, not over all companies: otherwise a company
-- could find out about, or take, the addresses of another one. Sign-in looks up the
-- address, so it is the first column.
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (lower(email), company_id);

-- Failures of an account are also counted by network. This is the SHA-256 of the
-- account, with which a new password resets all its counts; null for the counts of
-- a network address.
ALTER TABLE sign_in_failures ADD COLUMN account bytea CHECK (octet_length(account) = 32);
CREATE INDEX sign_in_failures_by_account ON sign_in_failures (account) WHERE account IS NOT NULL;

-- +goose Down
ALTER TABLE sign_in_failures DROP COLUMN account;
-- Fails while two companies have users with the same address: remove one of them first.
DROP INDEX users_email;
CREATE UNIQUE INDEX users_email ON users (lower(email));
