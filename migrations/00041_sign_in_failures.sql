-- A new password no longer deletes the failed sign-ins of its address: users of the same address in other
-- companies could tell.

-- +goose Up
ALTER TABLE sign_in_failures DROP COLUMN account;

-- +goose Down
ALTER TABLE sign_in_failures ADD COLUMN account bytea CHECK (octet_length(account) = 32);
CREATE INDEX sign_in_failures_by_account ON sign_in_failures (account) WHERE account IS NOT NULL;
