package store

// The statement of key figures: `period` are both windows, `machine` the machines, `record` their work, with
// what these constants add.

// downEnd is the end of the downtime of a record m at now, while the machine is down now itself.
const downEnd = "CASE WHEN " + isDown + " THEN now ELSE least(m.down_to, now) END"

// isFailure is the condition that a record m is part of a failure: corrective work that has begun.
const isFailure = `m.kind = 'CORRECTIVE' AND m.status <> 'CANCELLED' AND coalesce(m.cost, 0) >= 0
	AND (m.status IN ('IN_PROGRESS', 'COMPLETED') OR m.down_from <= now) IS TRUE`

// beganOn is the day on which the work of a record m began, or to which it counts.
const beganOn = "coalesce((m.started_at AT TIME ZONE zone)::date, m.maintenance_date)"

// kpiRecord are the columns of a record. Downtime that has not begun is none.
const kpiRecord = `m.equipment_id, m.kind, m.status, m.cost, m.labour_cost, m.parts_cost, m.due_date, m.started_at,
	m.completed_at, m.maintenance_date, ` + beganOn + ` AS began, ` + isFailure + ` AS failure,
	CASE WHEN m.down_from <= now THEN m.down_from END AS down_from,
	CASE WHEN m.down_from <= now THEN ` + downEnd + ` END AS down_to`

// idlePeriods are the periods in which a machine e was INACTIVE, or RETIRED unless the day of that is known.
const idlePeriods = `(SELECT range_agg(tstzrange(s.since, s.until)) FROM equipment_status_periods s
	WHERE s.equipment_id = e.id AND (s.status = 'INACTIVE' OR s.status = 'RETIRED'
	AND (s.until IS NOT NULL OR e.retired_on IS NULL)))`

// serviceOf is the time of a machine called alias, within start and stop, in which it was in service: a multirange.
// The days of its service are those of the time zone zone.
func serviceOf(alias, start, stop string) string {
	day := func(day string) string { return "(" + alias + "." + day + ")::timestamp AT TIME ZONE zone" }
	return `CASE WHEN ` + stop + ` > ` + start + ` THEN tstzmultirange(tstzrange(` + start + `, ` + stop + `)
		* tstzrange(` + day("in_service_on") + `, ` + day("retired_on + 1") + `)) ELSE '{}' END`
}

// lengthOf is the length of a multirange in seconds; null without one.
func lengthOf(time string) string {
	return "(SELECT sum(extract(epoch FROM upper(r) - lower(r))) FROM unnest(" + time + ") AS r)"
}

// kpiParts are common table expressions in the order in which they depend on one another.
var kpiParts = []struct{ name, sql string }{
	// The time of each machine, and whether it counts. Of a window that has not begun the status decides.
	{"served", `
		SELECT m.key, m.id, m.status, m.replacement_value, p.*, t.time, coalesce(` + lengthOf("t.time") + `, 0) AS seconds,
		       coalesce(u.service && m.idle, false) OR p.stop <= p.start AND m.status = 'INACTIVE' AS parked,
		       CASE WHEN p.stop > p.start THEN NOT isempty(t.time) ELSE m.status IN ('ACTIVE', 'MAINTENANCE') END AS runs
		FROM   machine m CROSS JOIN period p CROSS JOIN clock
		CROSS  JOIN LATERAL (SELECT ` + serviceOf("m", "p.start", "p.stop") + ` AS service) AS u
		CROSS  JOIN LATERAL (SELECT u.service - coalesce(m.idle, '{}') AS time) AS t`},
	// The downtimes of each machine. Those that touch or overlap are one. A failure whose end is unknown
	// has a beginning.
	{"stops", `
		SELECT equipment_id,
		       range_agg(tstzrange(down_from, down_to, '[]')) FILTER (WHERE down_to IS NOT NULL) AS down,
		       range_agg(tstzrange(down_from, down_to, '[]'))
		         FILTER (WHERE down_to IS NOT NULL AND kind = 'CORRECTIVE') AS corrective,
		       range_agg(tstzrange(down_from, coalesce(down_to, down_from), '[]')) FILTER (WHERE failure) AS failing
		FROM   record WHERE down_from IS NOT NULL AND down_from <= coalesce(down_to, down_from) GROUP BY equipment_id`},
	{"failed", `
		SELECT equipment_id, lower(r) AS at, true AS stops FROM stops CROSS JOIN LATERAL unnest(failing) AS r
		UNION  ALL
		SELECT DISTINCT equipment_id, began::timestamp AT TIME ZONE zone, false FROM record CROSS JOIN clock
		WHERE  failure AND down_from IS NULL`},
	{"down", `
		SELECT s.equipment_id, t.i, ` + lengthOf("s.down * t.time") + ` AS all_work, ` + lengthOf("s.corrective * t.time") + ` AS corrective
		FROM   stops s JOIN served t ON t.id = s.equipment_id`},
	{"failures", `
		SELECT f.equipment_id, t.i, count(*) AS number, count(*) FILTER (WHERE f.stops) AS stopping,
		       count(*) FILTER (WHERE t.time @> f.at) AS counted
		FROM   failed f JOIN served t ON t.id = f.equipment_id AND f.at >= t.start AND f.at < t.stop
		GROUP  BY f.equipment_id, t.i`},
	{"reading", `
		SELECT r.equipment_id, t.i, t.seconds, r.read_at, r.hours, r.replacement, lag(r.hours) OVER w AS hours_before,
		       lag(r.read_at) OVER w AS read_before, t.time
		FROM   meter_readings r JOIN served t ON t.id = r.equipment_id AND r.read_at >= lower(t.time) AND r.read_at <= upper(t.time)
		WHERE  %s
		WINDOW w AS (PARTITION BY r.equipment_id, t.i ORDER BY r.read_at)`},
	// The hours of machines with readings that cover the window.
	{"metered", `
		SELECT equipment_id, i, (min(read_at) AT TIME ZONE zone)::date AS since, (max(read_at) AT TIME ZONE zone)::date AS until,
		       sum(hours - hours_before) FILTER (WHERE NOT replacement) AS hours,
		       sum(c.seconds) FILTER (WHERE NOT replacement) AS covered
		FROM   reading r CROSS JOIN clock
		CROSS  JOIN LATERAL (SELECT CASE WHEN r.read_before IS NOT NULL
		  THEN ` + lengthOf("r.time * tstzmultirange(tstzrange(r.read_before, r.read_at))") + ` END AS seconds) AS c
		GROUP  BY equipment_id, i, r.seconds, zone
		HAVING sum(c.seconds) FILTER (WHERE NOT replacement) >= 0.8 * r.seconds`},
	{"measured", `
		SELECT x.equipment_id, x.i, count(*) AS failures FROM metered x CROSS JOIN clock
		JOIN   failed f ON f.equipment_id = x.equipment_id AND (f.at AT TIME ZONE zone)::date BETWEEN x.since AND x.until
		GROUP  BY x.equipment_id, x.i`},
	{"spent", `
		SELECT x.equipment_id, x.i, sum(r.cost) AS cost, count(r.cost) AS costs, count(*) - count(r.cost) AS unknown_costs,
		       sum(r.labour_cost) AS labour, sum(r.parts_cost) AS parts, count(r.labour_cost) AS splits,
		       count(*) - count(r.labour_cost) AS unknown_splits
		FROM   metered x JOIN record r ON r.equipment_id = x.equipment_id AND r.status IN ('IN_PROGRESS', 'COMPLETED')
		       AND r.maintenance_date BETWEEN x.since AND x.until
		GROUP  BY x.equipment_id, x.i`},
	// The cost of the window of machines with a known replacement value.
	{"replaced", `
		SELECT t.id, t.i, sum(r.cost) AS cost, count(r.cost) AS costs, count(*) - count(r.cost) AS unknown
		FROM   served t JOIN record r ON r.equipment_id = t.id AND r.status IN ('IN_PROGRESS', 'COMPLETED')
		       AND r.maintenance_date BETWEEN t.first AND t.last
		WHERE  t.runs AND t.replacement_value IS NOT NULL
		GROUP  BY t.id, t.i`},
	{"total", `
		SELECT t.key, t.i, count(*) FILTER (WHERE t.runs) AS machines,
		       count(*) FILTER (WHERE NOT t.runs AND t.status = 'RETIRED') AS retired,
		       count(*) FILTER (WHERE t.parked AND (t.runs OR t.status <> 'RETIRED')) AS inactive,
		       count(*) FILTER (WHERE NOT t.runs AND t.status <> 'RETIRED' AND NOT t.parked) AS not_in_service,
		       sum(t.seconds) AS calendar, coalesce(sum(d.all_work), 0) AS down,
		       coalesce(sum(d.corrective), 0) AS corrective_down,
		       coalesce(sum(t.replacement_value) FILTER (WHERE t.runs), 0) AS replacement,
		       count(t.replacement_value) FILTER (WHERE t.runs) AS valued, coalesce(sum(v.cost), 0) AS replaced_cost,
		       coalesce(sum(v.costs), 0) AS replaced_costs, coalesce(sum(v.unknown), 0) AS replaced_unknown,
		       coalesce(sum(f.number), 0) AS failures, coalesce(sum(f.stopping), 0) AS stopping,
		       coalesce(sum(f.counted), 0) AS counted, count(x.equipment_id) AS metered,
		       coalesce(sum(x.hours), 0) AS meter_hours, coalesce(sum(x.covered), 0) AS meter_covered,
		       coalesce(sum(y.failures), 0) AS measured, coalesce(sum(c.cost), 0) AS cost, coalesce(sum(c.costs), 0) AS costs,
		       coalesce(sum(c.unknown_costs), 0) AS unknown_costs, coalesce(sum(c.labour), 0) AS labour,
		       coalesce(sum(c.parts), 0) AS parts, coalesce(sum(c.splits), 0) AS splits,
		       coalesce(sum(c.unknown_splits), 0) AS unknown_splits
		FROM   served t
		LEFT   JOIN down d ON d.equipment_id = t.id AND d.i = t.i
		LEFT   JOIN failures f ON f.equipment_id = t.id AND f.i = t.i
		LEFT   JOIN metered x ON x.equipment_id = t.id AND x.i = t.i
		LEFT   JOIN measured y ON y.equipment_id = t.id AND y.i = t.i
		LEFT   JOIN spent c ON c.equipment_id = t.id AND c.i = t.i
		LEFT   JOIN replaced v ON v.id = t.id AND v.i = t.i
		GROUP  BY t.key, t.i`},
	{"restored", `
		SELECT m.key, p.i, count(*) AS restorations, avg(t.hours) AS mean,
		       ` + ranks + ` WITHIN GROUP (ORDER BY t.hours) AS ranks
		FROM   record r JOIN machine m ON m.id = r.equipment_id
		JOIN   period p ON r.completed_at >= p.start AND r.completed_at < p.stop
		CROSS  JOIN LATERAL (SELECT extract(epoch FROM r.completed_at - r.started_at) / 3600 AS hours) AS t
		WHERE  r.kind = 'CORRECTIVE' AND r.status = 'COMPLETED' AND coalesce(r.cost, 0) >= 0 AND r.started_at IS NOT NULL
		GROUP  BY m.key, p.i`},
	{"outages", `
		SELECT m.key, p.i, count(*) FILTER (WHERE NOT t.open) AS outages, count(*) FILTER (WHERE t.open) AS open,
		       avg(t.hours) FILTER (WHERE NOT t.open) AS mean,
		       ` + ranks + ` WITHIN GROUP (ORDER BY t.hours) FILTER (WHERE NOT t.open) AS ranks
		FROM   stops s JOIN machine m ON m.id = s.equipment_id CROSS JOIN clock CROSS JOIN LATERAL unnest(s.down) AS r
		JOIN   period p ON lower(r) >= p.start AND lower(r) < p.stop
		CROSS  JOIN LATERAL (SELECT extract(epoch FROM upper(r) - lower(r)) / 3600 AS hours, upper(r) >= now AS open) AS t
		GROUP  BY m.key, p.i`},
	{"work", `
		SELECT m.key, p.i,
		       count(*) FILTER (WHERE t.done) AS done, count(*) FILTER (WHERE t.done AND r.due_date IS NOT NULL) AS done_planned,
		       count(*) FILTER (WHERE r.kind = 'CORRECTIVE' AND r.status = 'IN_PROGRESS' AND r.began <= p.last) AS open,
		       count(*) FILTER (WHERE r.kind = 'CORRECTIVE' AND t.done AND (r.started_at IS NULL OR r.completed_at IS NULL)) AS unknown,
		       count(*) FILTER (WHERE r.down_from >= p.start AND r.down_from < p.stop AND r.down_to IS NULL) AS unknown_ends,
		       count(*) FILTER (WHERE r.status IN ('PLANNED', 'IN_PROGRESS')) AS backlog,
		       count(*) FILTER (WHERE t.late BETWEEN 1 AND 7) AS late_7, count(*) FILTER (WHERE t.late BETWEEN 8 AND 30) AS late_30,
		       count(*) FILTER (WHERE t.late BETWEEN 31 AND 90) AS late_90, count(*) FILTER (WHERE t.late > 90) AS late_more
		FROM   machine m CROSS JOIN period p CROSS JOIN clock LEFT JOIN record r ON r.equipment_id = m.id
		CROSS  JOIN LATERAL (
		  SELECT r.status = 'COMPLETED' AND coalesce(r.cost, 0) >= 0 AND r.maintenance_date BETWEEN p.first AND p.last AS done,
		         CASE WHEN r.status IN ('PLANNED', 'IN_PROGRESS') THEN (now AT TIME ZONE zone)::date - r.due_date END AS late) AS t
		GROUP  BY m.key, p.i`},
}

// kpiTotal are the columns of scanKpis: durations in hours.
const kpiTotal = `key, i, machines, retired, inactive, not_in_service, replacement::text, valued, replaced_cost::text,
	replaced_costs::int, replaced_unknown::int, (calendar / 3600)::text, (down / 3600)::text, (corrective_down / 3600)::text,
	failures::int, stopping::int, counted::int, metered, meter_hours::text, (meter_covered / 3600)::text, measured::int,
	cost::text, costs::int, unknown_costs::int, labour::text, parts::text, splits::int, unknown_splits::int,
	coalesce(restorations, 0), restored.mean::text, ((restored.ranks[1] + restored.ranks[2]) / 2)::text,
	restored.ranks[3]::text, coalesce(outages, 0), outages.mean::text, ((outages.ranks[1] + outages.ranks[2]) / 2)::text,
	outages.ranks[3]::text, coalesce(outages.open, 0), done, done_planned, work.open, unknown, unknown_ends, backlog,
	late_7, late_30, late_90, late_more`
