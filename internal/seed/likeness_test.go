package seed_test

import (
	"testing"

	"bitcorp.dev/fleet/internal/seed"
)

// TestFleetLooksReal checks properties that a fleet engineer expects. Each query returns true.
func TestFleetLooksReal(t *testing.T) {
	t.Parallel()
	p := smallFleet()
	p.Equipment, p.Operators, p.Records = 2500, 300, 30_000
	_, url := run(t, p)
	for name, sql := range map[string]string{
		"every status of a machine":   `SELECT count(DISTINCT status) = 4 FROM equipment`,
		"every status of an operator": `SELECT count(DISTINCT status) = 3 FROM operators`,
		"every kind":                  `SELECT count(DISTINCT kind) = 5 FROM maintenance_records`,
		"every status of a record":    `SELECT count(DISTINCT status) = 4 FROM maintenance_records`,
		"every role":                  `SELECT count(DISTINCT role) = 4 FROM users`,
		"most machines work":          `SELECT avg((status = 'ACTIVE')::int) BETWEEN 0.7 AND 0.85 FROM equipment`,
		"some are in the workshop":    `SELECT avg((status = 'MAINTENANCE')::int) BETWEEN 0.03 AND 0.1 FROM equipment`,
		"old machines are retired": `SELECT avg(now_at - created_at)
			FILTER (WHERE status = 'RETIRED') > 1.3 * avg(now_at - created_at) FROM equipment,
			(SELECT '2025-06-17'::timestamptz) AS n(now_at)`,
		"a dozen categories or more": `SELECT count(DISTINCT category) >= 12 FROM equipment`,
		"prices follow the category": `SELECT avg(cost) FILTER (WHERE category = 'Mobile crane') > 5 * avg(cost)
			FILTER (WHERE category = 'Mini excavator') FROM equipment`,
		"serial numbers have gaps": `SELECT avg((serial_number IS NULL)::int) BETWEEN 0.01 AND 0.08 FROM equipment`,
		"costs have gaps":          `SELECT avg((cost IS NULL)::int) BETWEEN 0.02 AND 0.1 FROM equipment`,
		"descriptions have gaps":   `SELECT avg((description IS NULL)::int) BETWEEN 0.1 AND 0.4 FROM equipment`,
		"some have no user":        `SELECT avg((user_id IS NULL)::int) BETWEEN 0.01 AND 0.1 FROM equipment`,
		"users are managers": `SELECT count(*) = 0 FROM equipment e JOIN users u ON u.id = e.user_id
			WHERE u.role <> 'MANAGER'`,
		"bought over twelve years": `SELECT min(created_at) < '2013-12-31' AND max(created_at) BETWEEN '2025-05-17'
			AND '2025-06-17' FROM equipment`,
		"nothing is entered later": `SELECT max(created_at) < '2025-06-17' AND max(updated_at) < '2025-06-17'
			FROM maintenance_records`,
		"keys tell the row's time": `SELECT bool_and(('x' || substr(replace(id::text, '-', ''), 1,
			12))::bit(48)::bigint = floor(extract(epoch FROM created_at) * 1000) AND substr(id::text, 15, 1) = '7')
			FROM maintenance_records`,
		"no record before its machine": `SELECT count(*) = 0 FROM maintenance_records m JOIN equipment e
			ON e.id = m.equipment_id WHERE m.maintenance_date < e.created_at::date OR m.created_at < e.created_at`,

		"records are skewed": `SELECT max(n) >= 8 * avg(n)
			FROM (SELECT count(*) AS n FROM maintenance_records GROUP BY equipment_id) AS c`,
		"some machines have none": `SELECT count(*) > 0 FROM equipment e
			WHERE NOT EXISTS (SELECT FROM maintenance_records m WHERE m.equipment_id = e.id)`,
		"winters are quiet": `SELECT count(*)
			FILTER (WHERE extract(month FROM maintenance_date) IN (12, 1, 2)) * 1.4 < count(*)
			FILTER (WHERE extract(month FROM maintenance_date) IN (5, 6, 7)) FROM maintenance_records
			WHERE maintenance_date BETWEEN '2022-01-01' AND '2024-12-31'`,
		"Sundays are quiet": `SELECT avg((extract(isodow FROM maintenance_date) = 7)::int) < 0.07
			FROM maintenance_records`,
		"planned work lies ahead": `SELECT bool_and((maintenance_date > '2025-06-17') = (status = 'PLANNED'))
			AND max(maintenance_date) < '2025-08-20' FROM maintenance_records`,
		"most is preventive": `SELECT count(*) FILTER (WHERE kind = 'PREVENTIVE') > count(*)
			FILTER (WHERE kind = 'CORRECTIVE') FROM maintenance_records`,
		"repairs cost unevenly": `SELECT avg(cost) > 1.5 * percentile_cont(0.5) WITHIN GROUP (ORDER BY cost)
			FROM maintenance_records WHERE kind = 'CORRECTIVE' AND cost > 0`,
		"labour and parts in some": `SELECT avg((labour_cost IS NOT NULL)::int) BETWEEN 0.3 AND 0.7
			FROM maintenance_records`,
		"labour and parts add up": `SELECT bool_and(cost = labour_cost + parts_cost) FROM maintenance_records
			WHERE labour_cost IS NOT NULL`,
		"labour and parts have cost's sign": `SELECT bool_and(sign(labour_cost) * sign(cost) >= 0
			AND sign(parts_cost) * sign(cost) >= 0) FROM maintenance_records WHERE labour_cost IS NOT NULL`,
		"a few reversals": `SELECT count(*) FILTER (WHERE cost < 0) BETWEEN 10 AND 300
			FROM maintenance_records`,
		"a reversal takes back what was": `SELECT count(*) = 0 FROM maintenance_records r WHERE cost < 0
			AND NOT EXISTS (SELECT FROM maintenance_records m WHERE m.equipment_id = r.equipment_id AND m.cost = -r.cost
			AND m.kind = r.kind AND m.maintenance_date <= r.maintenance_date)`,
		"what is not done has no known cost": `SELECT count(*) > 0 AND bool_and(cost IS NULL) FROM maintenance_records
			WHERE status IN ('PLANNED', 'CANCELLED')`,
		"what is done has one": `SELECT count(*) > 0 AND bool_and(cost IS NOT NULL) FROM maintenance_records
			WHERE status = 'COMPLETED'`,
		"planned work is due": `SELECT bool_and(due_date = maintenance_date) FROM maintenance_records
			WHERE status = 'PLANNED'`,
		"most services are in time": `SELECT avg((maintenance_date <= due_date)::int) BETWEEN 0.6 AND 0.9
			FROM maintenance_records WHERE status = 'COMPLETED' AND kind = 'PREVENTIVE'`,
		"some work is put off": `SELECT avg((first_due_date < due_date)::int) BETWEEN 0.05 AND 0.25
			FROM maintenance_records WHERE due_date IS NOT NULL`,
		"work counts to the day it is done": `SELECT bool_and(maintenance_date = (completed_at AT TIME ZONE 'UTC')::date
			AND started_at <= completed_at AND completed_at >= coalesce(down_to, completed_at) - interval '1 minute')
			FROM maintenance_records WHERE status = 'COMPLETED'`,
		"machines in the workshop were active": `SELECT bool_and((status = 'MAINTENANCE') =
			(status_after_work IS NOT DISTINCT FROM 'ACTIVE')) FROM equipment`,
		"services keep their rhythm": `SELECT avg((abs(hours - round(hours / 250) * 250) < 65)::int) > 0.6
			FROM (SELECT meter_hours AS hours FROM maintenance_records m JOIN equipment e ON e.id = m.equipment_id
			WHERE kind = 'PREVENTIVE' AND m.status = 'COMPLETED' AND m.description ~ '^(500|1000|2000) h') AS s WHERE hours > 0`,
		"meters on records never decrease": `SELECT avg((hours >= before)::int) > 0.999
			FROM (SELECT meter_hours AS hours,
			lag(meter_hours) OVER (PARTITION BY equipment_id ORDER BY maintenance_date, meter_hours) AS before
			FROM maintenance_records
			WHERE meter_hours IS NOT NULL AND equipment_id NOT IN
			(SELECT equipment_id FROM meter_readings WHERE replacement)) AS m WHERE before IS NOT NULL`,

		"machines in the workshop have open work": `SELECT count(*) = 0 FROM equipment e WHERE status = 'MAINTENANCE'
			AND 1 <> (SELECT count(*) FROM maintenance_records m WHERE m.equipment_id = e.id AND m.status = 'IN_PROGRESS'
			AND down_from IS NOT NULL AND down_to IS NULL)`,
		"open downtime is in the workshop": `SELECT count(*) > 0 AND bool_and(e.status = 'MAINTENANCE')
			FROM maintenance_records m JOIN equipment e ON e.id = m.equipment_id
			WHERE down_from IS NOT NULL AND down_to IS NULL`,
		"downtimes do not overlap": `SELECT count(*) = 0
			FROM (SELECT down_from, lag(coalesce(down_to, 'infinity')) OVER (PARTITION BY equipment_id
			ORDER BY down_from) AS before FROM maintenance_records WHERE down_from IS NOT NULL) AS d WHERE down_from < before`,
		"downtimes are over or open": `SELECT max(down_to) < '2025-06-17' AND max(down_from) < '2025-06-17'
			FROM maintenance_records`,
		"age makes failures": `SELECT corr(age, failures) > 0.15
			FROM (SELECT '2025-06-17'::date - e.created_at::date AS age, count(m.id)
			FILTER (WHERE kind = 'CORRECTIVE') AS failures FROM equipment e LEFT JOIN maintenance_records m
			ON m.equipment_id = e.id GROUP BY e.id) AS f`,

		"most working machines have an operator": `SELECT avg(EXISTS (SELECT FROM assignments a WHERE a.equipment_id = e.id
			AND released_at IS NULL)::int) BETWEEN 0.6 AND 0.8 FROM equipment e WHERE status = 'ACTIVE'`,
		"retired machines have none": `SELECT count(*) = 0 FROM equipment e JOIN assignments a
			ON a.equipment_id = e.id AND released_at IS NULL WHERE status = 'RETIRED'`,
		"operators at work are active": `SELECT bool_and(o.status = 'ACTIVE') FROM assignments a JOIN operators o
			ON o.id = a.operator_id WHERE released_at IS NULL`,
		"some operators run many": `SELECT max(n) > 5
			FROM (SELECT count(*) AS n FROM assignments WHERE released_at IS NULL GROUP BY operator_id) AS c`,
		"some operators run none": `SELECT count(*) > 3 FROM operators o WHERE status = 'ACTIVE'
			AND NOT EXISTS (SELECT FROM assignments a WHERE a.operator_id = o.id AND released_at IS NULL)`,
		"assignments have a history": `SELECT count(*) FILTER (WHERE released_at IS NOT NULL) > 1000
			FROM assignments`,
		"no operator works before the hire": `SELECT count(*) = 0 FROM assignments a JOIN operators o
			ON o.id = a.operator_id WHERE assigned_at < o.created_at`,

		"meters never decrease": `SELECT count(*) = 0
			FROM (SELECT hours, replacement, lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before
			FROM meter_readings) AS r WHERE hours < before AND NOT replacement`,
		"some meters are replaced": `SELECT count(*) > 0 AND bool_and(hours = 0) FROM meter_readings WHERE replacement`,
		"few readings a machine": `SELECT max(n) <= 13
			FROM (SELECT count(*) AS n FROM meter_readings GROUP BY equipment_id) AS c`,

		"texts are varied": `SELECT count(DISTINCT description) > 0.05 * count(*) FROM maintenance_records`,
		"texts are no filler": `SELECT count(*) = 0 FROM maintenance_records
			WHERE description ~* 'lorem|ipsum|dolor|%!|[.][.]|  '`,
		"texts name no odd values": `SELECT count(*) = 0 FROM equipment
			WHERE (name || coalesce(serial_number, '') || coalesce(description, '')) ~ '%!|  |[.][.]|NaN'`,
		"old records keep SAP types": `SELECT bool_and(source_kind IS NULL = (created_at >= '2019-06-18'))
			AND count(DISTINCT source_kind) >= 4 FROM maintenance_records WHERE created_at::date <> '2019-06-17'`,
	} {
		if !query[bool](t, url, sql) {
			t.Errorf("not so: %s\n\t%s", name, sql)
		}
	}
}

// TestLargeHasTheMeasuredSize checks the fleet that figures are given for, without creating it.
func TestLargeHasTheMeasuredSize(t *testing.T) {
	t.Parallel()
	p := seed.Large()
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	if p.Equipment != 100_000 || p.Records != 1_000_000 {
		t.Errorf("%d machines and %d records are not the fleet that figures are given for", p.Equipment, p.Records)
	}
}
