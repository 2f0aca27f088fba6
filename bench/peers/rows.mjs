// The statements of Apollo Server and Mercurius, with the driver that both name in their documents. Each has a name, so
// that PostgreSQL plans it once per connection.
import pg from 'pg';

// Times keep their microseconds, days stay days, counts are numbers.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMPTZ, (text) => text.replace(' ', 'T').replace(/\+00$/, 'Z'));
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

const company = process.env.PEER_COMPANY;
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.PEER_CONNECTIONS),
  options: '-c timezone=UTC -c jit=off -c random_page_cost=1.1 -c max_parallel_workers_per_gather=0',
});

const query = async (name, text, ...values) => (await pool.query({ name, text, values: [company, ...values] })).rows;

const machine = `id, operator_id, name, serial_number AS "serialNumber", description, category, status, cost,
  created_at AS "createdAt", updated_at AS "updatedAt", version`;
const record = `id, equipment_id, maintenance_date AS "maintenanceDate", kind, status, cost, description`;

/** The newest machines, one more than asked for. */
export const page = (first) => query('page', `SELECT ${machine} FROM equipment WHERE company_id = $1 AND deleted_at IS NULL
  ORDER BY created_at DESC, id DESC LIMIT $2`, first + 1);

/** Machines that a text of theirs contains the word. */
export const search = (word, first) => query('', `SELECT ${machine} FROM equipment WHERE company_id = $1
  AND deleted_at IS NULL AND text_fold(name || ' ' || coalesce(serial_number, '') || ' ' || category || ' ' ||
    coalesce(description, '')) LIKE $2
  ORDER BY created_at DESC, id DESC LIMIT $3`, `%${word}%`, first + 1);

/** A machine; undefined if there is none. */
export const one = async (id) => (await query('one', `SELECT ${machine} FROM equipment WHERE company_id = $1
  AND deleted_at IS NULL AND id = $2`, id))[0];

/** Operators by id. */
export const operators = async (ids) => inOrder(ids, 'id', await query('operators', `SELECT id,
    first_name AS "firstName", last_name AS "lastName", license_number AS "licenseNumber", status
  FROM operators WHERE company_id = $1 AND deleted_at IS NULL AND id = ANY($2)`, ids));

/** The newest machines of each operator. */
export const machinesOf = async (ids, first) => grouped(ids, 'operator_id', await query('machinesOf', `SELECT e.*
  FROM unnest($2::uuid[]) AS k(id) CROSS JOIN LATERAL (SELECT ${machine} FROM equipment
    WHERE company_id = $1 AND deleted_at IS NULL AND operator_id = k.id
    ORDER BY created_at DESC, id DESC LIMIT $3) AS e`, ids, first));

/** The last records of each machine. */
export const recordsOf = async (ids, first) => grouped(ids, 'equipment_id', await query('recordsOf', `SELECT m.*
  FROM unnest($2::uuid[]) AS k(id) CROSS JOIN LATERAL (SELECT ${record} FROM maintenance_records
    WHERE company_id = $1 AND deleted_at IS NULL AND equipment_id = k.id
    ORDER BY maintenance_date DESC, id DESC LIMIT $3) AS m`, ids, first));

/** The last record of each machine that is no plan. */
export const latestOf = async (ids) => inOrder(ids, 'equipment_id', await query('latestOf', `SELECT m.*
  FROM unnest($2::uuid[]) AS k(id) CROSS JOIN LATERAL (SELECT ${record} FROM maintenance_records
    WHERE company_id = $1 AND deleted_at IS NULL AND equipment_id = k.id AND status IN ('IN_PROGRESS', 'COMPLETED')
    ORDER BY maintenance_date DESC, id DESC LIMIT 1) AS m`, ids));

/** Figures of all machines. */
export const statistics = async () => {
  const [row] = await query('statistics', `SELECT count(*) AS "totalEquipment", round(avg(cost), 2) AS "averageCost",
      coalesce(sum(cost), 0) AS "totalValue", count(*) FILTER (WHERE status = 'ACTIVE') AS "ACTIVE",
      count(*) FILTER (WHERE status = 'MAINTENANCE') AS "MAINTENANCE",
      count(*) FILTER (WHERE status = 'INACTIVE') AS "INACTIVE", count(*) FILTER (WHERE status = 'RETIRED') AS "RETIRED"
    FROM equipment WHERE company_id = $1 AND deleted_at IS NULL`);
  const statusCounts = ['ACTIVE', 'MAINTENANCE', 'INACTIVE', 'RETIRED'].map((status) => ({ status, count: row[status] }));
  return { ...row, activeEquipment: row.ACTIVE, maintenanceEquipment: row.MAINTENANCE, statusCounts };
};

// inOrder returns the row of each id, null for none.
const inOrder = (ids, key, rows) => {
  const found = new Map(rows.map((row) => [row[key], row]));
  return ids.map((id) => found.get(id) ?? null);
};

// grouped returns the rows of each id.
const grouped = (ids, key, rows) => {
  const found = new Map(ids.map((id) => [id, []]));
  for (const row of rows) found.get(row[key]).push(row);
  return ids.map((id) => found.get(id));
};
