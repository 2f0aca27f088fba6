-- +goose Up
ALTER TABLE identity_providers
  -- Whether to accept addresses without a statement of the provider that they are
  -- verified, which some providers never make.
  ADD COLUMN trust_email boolean NOT NULL DEFAULT false,
  -- {"path of a claim": "required value", …}: selects the company's accounts at an
  -- issuer that is open to the public.
  ADD COLUMN required_claims jsonb NOT NULL DEFAULT '{}';

-- +goose Down
ALTER TABLE identity_providers DROP COLUMN trust_email, DROP COLUMN required_claims;
