-- +goose Up
-- The statistics of dashboards are sums of these rows: how many machines a company, or a user of it, has in
-- each status, and what they cost. Each statement that changes a sum adds rows with the difference, in its
-- own transaction, because writers of one shared row would wait for each other. So the sums are exact in
-- every snapshot; a sweep folds old rows into one.
CREATE TABLE equipment_sums (
  company_id uuid NOT NULL REFERENCES companies ON DELETE CASCADE,
  user_id    uuid, -- null: all machines of the company, those without a user included
  status     text NOT NULL,
  machines   bigint NOT NULL, -- undeleted ones
  priced     bigint NOT NULL, -- those of them whose cost is known
  cost       numeric NOT NULL -- the sum of these costs
);
CREATE INDEX equipment_sums_by_user ON equipment_sums (company_id, user_id) INCLUDE (status, machines, priced, cost);

-- Adds the difference that a statement makes to the sums.
-- +goose StatementBegin
CREATE FUNCTION sum_equipment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    LOCK TABLE equipment_sums IN SHARE ROW EXCLUSIVE MODE; -- else the sum of a sweep at the same time would stay
    DELETE FROM equipment_sums;
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO equipment_sums
      SELECT company_id, user_id, status, count(*), count(cost), coalesce(sum(cost), 0)
      FROM   added WHERE deleted_at IS NULL
      GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
      HAVING grouping(user_id) = 1 OR user_id IS NOT NULL;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO equipment_sums
      SELECT company_id, user_id, status, -count(*), -count(cost), -coalesce(sum(cost), 0)
      FROM   removed WHERE deleted_at IS NULL
      GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
      HAVING grouping(user_id) = 1 OR user_id IS NOT NULL;
  ELSE
    INSERT INTO equipment_sums
      SELECT company_id, user_id, status, sum(n), sum(CASE WHEN cost IS NULL THEN 0 ELSE n END),
             sum(n * coalesce(cost, 0))
      FROM  (SELECT company_id, user_id, status, cost, 1 AS n FROM added WHERE deleted_at IS NULL UNION ALL
             SELECT company_id, user_id, status, cost, -1 FROM removed WHERE deleted_at IS NULL) AS rows
      GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
      HAVING (grouping(user_id) = 1 OR user_id IS NOT NULL)
        AND  (sum(n) <> 0 OR sum(CASE WHEN cost IS NULL THEN 0 ELSE n END) <> 0 OR sum(n * coalesce(cost, 0)) <> 0);
  END IF;
  RETURN NULL;
END
$$;
-- +goose StatementEnd

-- The triggers lock the table against writers until the sums of its present rows are there.
CREATE TRIGGER equipment_sum_inserted AFTER INSERT ON equipment
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION sum_equipment();
CREATE TRIGGER equipment_sum_updated AFTER UPDATE ON equipment
  REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION sum_equipment();
CREATE TRIGGER equipment_sum_deleted AFTER DELETE ON equipment
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION sum_equipment();
CREATE TRIGGER equipment_sum_truncated AFTER TRUNCATE ON equipment
  FOR EACH STATEMENT EXECUTE FUNCTION sum_equipment();
INSERT INTO equipment_sums
  SELECT company_id, user_id, status, count(*), count(cost), coalesce(sum(cost), 0)
  FROM   equipment WHERE deleted_at IS NULL
  GROUP  BY GROUPING SETS ((company_id, status), (company_id, user_id, status))
  HAVING grouping(user_id) = 1 OR user_id IS NOT NULL;

-- +goose Down
DROP TRIGGER equipment_sum_truncated ON equipment;
DROP TRIGGER equipment_sum_deleted ON equipment;
DROP TRIGGER equipment_sum_updated ON equipment;
DROP TRIGGER equipment_sum_inserted ON equipment;
DROP FUNCTION sum_equipment();
DROP TABLE equipment_sums;
