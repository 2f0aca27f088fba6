-- What PostGraphile makes its schema of: the rows of one company that are not deleted, without a check of rights at
-- each request. {company} is its id.
DROP SCHEMA IF EXISTS peers CASCADE;
CREATE SCHEMA peers;
CREATE VIEW peers.operators AS SELECT id, first_name, last_name, license_number, status::text FROM public.operators
  WHERE company_id = '{company}' AND deleted_at IS NULL;
COMMENT ON VIEW peers.operators IS '@primaryKey id';
CREATE VIEW peers.equipment AS SELECT id, operator_id, name, serial_number, description, category::text, status::text,
  cost, created_at, updated_at, version FROM public.equipment WHERE company_id = '{company}' AND deleted_at IS NULL;
COMMENT ON VIEW peers.equipment IS E'@primaryKey id\n@foreignKey (operator_id) references peers.operators (id)';
CREATE VIEW peers.maintenance_records AS SELECT id, equipment_id, maintenance_date, kind::text, status::text, cost,
  description FROM public.maintenance_records WHERE company_id = '{company}' AND deleted_at IS NULL;
COMMENT ON VIEW peers.maintenance_records IS E'@primaryKey id\n@foreignKey (equipment_id) references peers.equipment (id)';
CREATE VIEW peers.work_done AS SELECT id, equipment_id, maintenance_date, kind::text, cost
  FROM public.maintenance_records
  WHERE company_id = '{company}' AND deleted_at IS NULL AND status IN ('IN_PROGRESS', 'COMPLETED');
COMMENT ON VIEW peers.work_done IS E'@primaryKey id\n@foreignKey (equipment_id) references peers.equipment (id)';
CREATE FUNCTION peers.search_equipment(search text) RETURNS SETOF peers.equipment LANGUAGE sql STABLE AS $$
  SELECT e.* FROM peers.equipment e WHERE public.text_fold(e.name || ' ' || coalesce(e.serial_number, '') || ' ' ||
    e.category || ' ' || coalesce(e.description, '')) LIKE '%' || search || '%'
  ORDER BY e.created_at DESC, e.id DESC
$$;
CREATE VIEW peers.statistics AS SELECT 1 AS id, count(*)::int AS total_equipment,
    count(*) FILTER (WHERE status = 'ACTIVE')::int AS active_equipment,
    count(*) FILTER (WHERE status = 'MAINTENANCE')::int AS maintenance_equipment,
    round(avg(cost), 2) AS average_cost, coalesce(sum(cost), 0) AS total_value,
    count(*) FILTER (WHERE status = 'INACTIVE')::int AS inactive_equipment,
    count(*) FILTER (WHERE status = 'RETIRED')::int AS retired_equipment
  FROM public.equipment WHERE company_id = '{company}' AND deleted_at IS NULL;
COMMENT ON VIEW peers.statistics IS '@primaryKey id';
