package e2e_test

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// downNow is the condition that a record m keeps its machine from running.
const downNow = `m.deleted_at IS NULL AND m.status IN ('PLANNED', 'IN_PROGRESS') AND m.down_from <= now()
	AND (m.down_to IS NULL OR m.down_to_expected)`

// rowRules are statements that count the rows that break a rule.
var rowRules = map[string]string{
	"a machine has two operators at a time": `SELECT count(*) FROM assignments a JOIN assignments b USING (equipment_id)
		WHERE a.id < b.id AND tstzrange(a.assigned_at, a.released_at) && tstzrange(b.assigned_at, b.released_at)`,
	"a machine is at two sites at a time": `SELECT count(*) FROM site_moves a JOIN site_moves b USING (equipment_id)
		WHERE a.id < b.id AND tstzrange(a.arrived_at, a.left_at) && tstzrange(b.arrived_at, b.left_at)`,
	"the operator of a machine is not that of its open assignment": `SELECT count(*) FROM equipment e
		LEFT JOIN assignments a ON a.equipment_id = e.id AND a.released_at IS NULL
		WHERE a.operator_id IS DISTINCT FROM e.operator_id`,
	"the site of a machine is not that of its open move": `SELECT count(*) FROM equipment e
		LEFT JOIN site_moves sm ON sm.equipment_id = e.id AND sm.left_at IS NULL WHERE sm.site_id IS DISTINCT FROM e.site_id`,
	"a period is to come": `SELECT (SELECT count(*) FROM assignments WHERE greatest(assigned_at, released_at) > now())
		+ (SELECT count(*) FROM site_moves WHERE greatest(arrived_at, left_at) > now())
		+ (SELECT count(*) FROM meter_readings WHERE read_at > now())`,
	"work that has ended is down": `SELECT count(*) FROM maintenance_records m WHERE m.status IN ('COMPLETED', 'CANCELLED')
		AND m.down_from IS NOT NULL AND (m.down_to IS NULL OR m.down_to_expected OR m.down_to > now())`,
	"a downtime ends before it begins": `SELECT count(*) FROM maintenance_records m WHERE m.down_to < m.down_from
		OR m.down_from IS NULL AND (m.down_to IS NOT NULL OR m.down_to_expected)`,
	"work has been done in the future": `SELECT count(*) FROM maintenance_records m WHERE m.status = 'COMPLETED'
		AND (m.maintenance_date > current_date OR m.completed_at > now() OR m.started_at > m.completed_at)
		OR m.status = 'IN_PROGRESS' AND (m.maintenance_date > current_date OR m.started_at > now())`,
	"work that is not completed has a completion": `SELECT count(*) FROM maintenance_records m
		WHERE m.completed_at IS NOT NULL AND m.status <> 'COMPLETED' OR m.started_at IS NOT NULL AND m.status = 'PLANNED'`,
	"planned work counts to another day than its due date": `SELECT count(*) FROM maintenance_records m
		WHERE m.status = 'PLANNED' AND m.due_date IS DISTINCT FROM m.maintenance_date
		OR (m.due_date IS NULL) <> (m.first_due_date IS NULL)`,
	"a machine can run although work keeps it down": `SELECT count(*) FROM equipment e
		WHERE e.status IN ('ACTIVE', 'INACTIVE') AND EXISTS (SELECT FROM maintenance_records m
		WHERE m.equipment_id = e.id AND ` + downNow + `)`,
	"a machine waits for work that has ended": `SELECT count(*) FROM equipment e WHERE e.status_after_work IS NOT NULL
		AND e.deleted_at IS NULL AND (e.status <> 'MAINTENANCE' OR e.status_after_work NOT IN ('ACTIVE', 'INACTIVE')
		OR NOT EXISTS (SELECT FROM maintenance_records m WHERE m.equipment_id = e.id AND ` + downNow + `))`,
	"the open status period is not the status": `SELECT count(*) FROM equipment e LEFT JOIN equipment_status_periods p
		ON p.equipment_id = e.id AND p.until IS NULL WHERE p.status IS DISTINCT FROM e.status`,
	"status periods have gaps": `SELECT count(*) FROM (SELECT since, lag(until) OVER w AS before, row_number() OVER w AS n
		FROM equipment_status_periods WINDOW w AS (PARTITION BY equipment_id
		ORDER BY coalesce(since, '-infinity'), coalesce(until, 'infinity'), id)) p
		WHERE n > 1 AND since IS DISTINCT FROM before OR n = 1 AND since IS NOT NULL`,
	"a machine that is retired or deleted has an operator": `SELECT count(*) FROM equipment e JOIN assignments a
		ON a.equipment_id = e.id AND a.released_at IS NULL WHERE e.status = 'RETIRED' OR e.deleted_at IS NOT NULL`,
	"a machine that is retired or deleted has open work": `SELECT count(*) FROM equipment e JOIN maintenance_records m
		ON m.equipment_id = e.id WHERE (e.status = 'RETIRED' OR e.deleted_at IS NOT NULL) AND m.deleted_at IS NULL
		AND m.status IN ('PLANNED', 'IN_PROGRESS')`,
	"a machine in service has a last day": `SELECT count(*) FROM equipment WHERE retired_on IS NOT NULL AND status <> 'RETIRED'`,
	"an operator that is away runs a machine": `SELECT count(*) FROM operators o JOIN assignments a ON a.operator_id = o.id
		AND a.released_at IS NULL WHERE o.status <> 'ACTIVE' OR o.deleted_at IS NOT NULL`,
	"a machine is at a deleted site": `SELECT count(*) FROM equipment e JOIN sites s ON s.id = e.site_id
		WHERE s.deleted_at IS NOT NULL`,
	"readings of a meter decrease": `SELECT count(*) FROM (SELECT hours, replacement,
		lag(hours) OVER (PARTITION BY equipment_id ORDER BY read_at) AS before FROM meter_readings WHERE voided_at IS NULL) r
		WHERE hours < before AND NOT replacement`,
	"a reversal is without what it reverses": `SELECT count(*) FROM maintenance_records m
		JOIN maintenance_records o ON o.id = m.reversal_of WHERE m.deleted_at IS NULL
		AND (o.deleted_at IS NOT NULL OR o.equipment_id <> m.equipment_id OR o.reversal_of IS NOT NULL OR m.cost >= 0)`,
	"a transaction stays open": `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
		AND state LIKE 'idle in transaction%' AND state_change < now() - interval '20 s'`,
}

// scan reads one row.
func (m *model) scan(sql string, into []any, args ...any) {
	m.t.Helper()
	if err := m.conn.QueryRow(context.Background(), sql, args...).Scan(into...); err != nil {
		m.t.Fatalf("%v\n%s", err, sql)
	}
}

// look returns all rows as one text, and the number of entries of the history.
func (m *model) look() (rows string, entries int) {
	m.t.Helper()
	sql := "SELECT ''"
	for _, table := range []string{"equipment", "operators", "sites", "maintenance_records", "assignments", "site_moves",
		"meter_readings", "equipment_status_periods", "assignment_plans"} {
		sql += ` || coalesce((SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM ` + table + ` t), '')`
	}
	m.scan(sql+`, (SELECT count(*) FROM history)`, []any{&rows, &entries})
	return rows, entries
}

// checkRows counts the rows that break a rule.
func (m *model) checkRows() {
	m.t.Helper()
	var batch pgx.Batch
	for rule, sql := range rowRules {
		batch.Queue(sql).QueryRow(func(row pgx.Row) error {
			n := 0
			if err := row.Scan(&n); err != nil {
				return err
			}
			if n > 0 {
				m.t.Errorf("%s: %d", rule, n)
			}
			return nil
		})
	}
	if err := m.conn.SendBatch(context.Background(), &batch).Close(); err != nil {
		m.t.Fatal(err)
	}
}

// readIDs compares the periods of the model with the rows, of which it takes over ids and moments of the server.
func (m *model) readIDs() {
	m.t.Helper()
	for _, c := range []struct {
		kind, of fleet.Kind
		periods  func(*modelMachine) []*period
		sql      string
	}{
		{fleet.KindAssignment, fleet.KindOperator, runsOf, `SELECT id, equipment_id, operator_id, assigned_at, released_at FROM assignments`},
		{fleet.KindSiteMove, fleet.KindSite, staysOf, `SELECT id, equipment_id, site_id, arrived_at, left_at FROM site_moves`},
	} {
		rows, _ := m.conn.Query(context.Background(), c.sql)
		n := 0
		var id, machine, subject [16]byte
		var from time.Time
		var to *time.Time
		if _, err := pgx.ForEachRow(rows, []any{&id, &machine, &subject, &from, &to}, func() error {
			row := period{id: fleet.GlobalID(c.kind, fleet.UUID(id)), of: fleet.GlobalID(c.of, fleet.UUID(subject)),
				from: from.UTC(), to: until(to)}
			list := []*period{}
			if e := m.machines[fleet.GlobalID(fleet.KindEquipment, fleet.UUID(machine))]; e != nil {
				list = c.periods(e)
			}
			if n++; !slices.ContainsFunc(list, func(p *period) bool { return m.same(p, &row) }) {
				m.t.Errorf("%+v is not in the model, which has %v", row, list)
			}
			return nil
		}); err != nil {
			m.t.Fatal(err)
		}
		if all := m.periods(c.periods); len(all) != n {
			m.t.Errorf("there are %d rows of %s, and %d in the model", n, c.kind, len(all))
		}
	}
}

// same reports whether a period of the model is that of a row.
func (m *model) same(p, row *period) bool {
	if p.id != "" && p.id != row.id || p.of != row.of || !p.from.Equal(row.from) {
		return false
	}
	if p.pending {
		if row.to == nil || row.to.Before(m.sent.Add(-time.Second)) || row.to.After(time.Now().Add(time.Second)) {
			return false
		}
		p.to, p.pending = row.to, false
	}
	p.id = row.id
	return p.to == nil && row.to == nil || p.to != nil && row.to != nil && p.to.Equal(*row.to)
}
