-- +goose Up
-- The history also records changes of users and tokens, for administrators only.
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN'));

-- True for a password that was assigned by an administrator or on the command line,
-- so that another person knows it.
ALTER TABLE passwords ADD COLUMN must_change boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE passwords DROP COLUMN must_change;
DELETE FROM history WHERE subject IN ('USER', 'ACCESS_TOKEN');
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT'));
