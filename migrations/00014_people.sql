-- +goose Up
-- Changes to who may sign in are told too, to administrators alone.
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT', 'USER', 'ACCESS_TOKEN'));

-- Whether somebody else knows the password, since they told it: an
-- administrator, or whoever has the command line.
ALTER TABLE passwords ADD COLUMN must_change boolean NOT NULL DEFAULT false;

-- +goose Down
ALTER TABLE passwords DROP COLUMN must_change;
DELETE FROM history WHERE subject IN ('USER', 'ACCESS_TOKEN');
ALTER TABLE history DROP CONSTRAINT history_subject_check;
ALTER TABLE history ADD CONSTRAINT history_subject_check
  CHECK (subject IN ('EQUIPMENT', 'OPERATOR', 'MAINTENANCE_RECORD', 'IMPORT'));
