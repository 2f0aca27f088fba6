-- +goose Up
ALTER TABLE identity_providers
  -- Whether an address counts of which the provider does not say whether it is
  -- verified, as some never do.
  ADD COLUMN trust_email boolean NOT NULL DEFAULT false,
  -- {"path of a claim": "what it must say", …}: at an issuer where anybody may
  -- have an account, which of them are the company's.
  ADD COLUMN required_claims jsonb NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE identity_providers DROP COLUMN trust_email, DROP COLUMN required_claims;
