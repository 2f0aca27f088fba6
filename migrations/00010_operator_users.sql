-- +goose Up
-- The user account of an operator. It sees the machines that the operator runs.
ALTER TABLE operators ADD COLUMN user_id uuid,
  ADD CONSTRAINT operators_user FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id);
-- A user is at most one operator. Also finds the operator of the viewer.
CREATE UNIQUE INDEX operators_by_user ON operators (company_id, user_id) WHERE deleted_at IS NULL AND user_id IS NOT NULL;

-- +goose Down
ALTER TABLE operators DROP COLUMN user_id;
