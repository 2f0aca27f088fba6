-- +goose Up
-- The user with whom an operator signs in; they see the machines they run.
ALTER TABLE operators ADD COLUMN user_id uuid,
  ADD CONSTRAINT operators_user FOREIGN KEY (company_id, user_id) REFERENCES users (company_id, id);
-- A user is one operator; also finds the operator who asks.
CREATE UNIQUE INDEX operators_by_user ON operators (company_id, user_id) WHERE deleted_at IS NULL AND user_id IS NOT NULL;

-- +goose Down
ALTER TABLE operators DROP COLUMN user_id;
