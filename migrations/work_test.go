package migrations_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/migrations"
)

// TestWorkOfBeforeGetsTheDatesThatAreKnown has records with and without a history, more than one batch of them.
func TestWorkOfBeforeGetsTheDatesThatAreKnown(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00050_work_dates.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name) VALUES ('Ours');
		INSERT INTO equipment (company_id, name, category) SELECT id, 'Crane', 'Crane' FROM companies;
		INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, description, updated_at)
			SELECT e.company_id, e.id, 'OTHER', r.status, r.day::date, r.name, '2026-10-01' FROM equipment e, (VALUES
			('plan', 'PLANNED', '2026-09-01'), ('plan put off', 'PLANNED', '2026-09-01'), ('done', 'COMPLETED', '2026-09-01'),
			('planned and done', 'COMPLETED', '2026-09-01'), ('planned, put off, begun and done', 'COMPLETED', '2026-09-01'),
			('done on another day', 'COMPLETED', '2026-09-20'), ('begun', 'IN_PROGRESS', '2026-09-01'),
			('called off', 'CANCELLED', '2026-09-01'), ('corrected later', 'COMPLETED', '2026-09-25'),
			('imported plan, done here', 'COMPLETED', '2026-09-01'))
			AS r (name, status, day);
		INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date)
			SELECT company_id, id, 'OTHER', 'COMPLETED', '2026-01-01' FROM equipment, generate_series(1, 6000);
		INSERT INTO history (company_id, subject, subject_id, action, at, changes)
			SELECT m.company_id, 'MAINTENANCE_RECORD', m.id, h.action, h.at::timestamptz, h.changes::jsonb
			FROM (VALUES
			('plan put off', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "PLANNED"}, {"field": "maintenanceDate", "from": null, "to": "2026-08-01"}]'),
			('plan put off', 'CORRECTED', '2026-07-02', '[{"field": "maintenanceDate", "from": "2026-08-01", "to": "2026-09-01"}]'),
			('planned and done', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "PLANNED"}, {"field": "maintenanceDate", "from": null, "to": "2026-09-01"}]'),
			('planned and done', 'COMPLETED', '2026-09-15', '[{"field": "status", "from": "PLANNED", "to": "COMPLETED"}]'),
			('planned, put off, begun and done', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "PLANNED"}, {"field": "maintenanceDate", "from": null, "to": "2026-08-01"}]'),
			('planned, put off, begun and done', 'CORRECTED', '2026-07-02', '[{"field": "maintenanceDate", "from": "2026-08-01", "to": "2026-09-01"}]'),
			('planned, put off, begun and done', 'STARTED', '2026-09-14', '[{"field": "status", "from": "PLANNED", "to": "IN_PROGRESS"}]'),
			('planned, put off, begun and done', 'COMPLETED', '2026-09-15', '[{"field": "status", "from": "IN_PROGRESS", "to": "COMPLETED"}]'),
			('done on another day', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "PLANNED"}, {"field": "maintenanceDate", "from": null, "to": "2026-09-01"}]'),
			('done on another day', 'COMPLETED', '2026-09-22', '[{"field": "status", "from": "PLANNED", "to": "COMPLETED"}, {"field": "maintenanceDate", "from": "2026-09-01", "to": "2026-09-20"}]'),
			('begun', 'STARTED', '2026-09-14', '[{"field": "status", "from": "PLANNED", "to": "IN_PROGRESS"}]'),
			('called off', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "PLANNED"}, {"field": "maintenanceDate", "from": null, "to": "2026-09-01"}]'),
			('called off', 'CANCELLED', '2026-08-01', '[{"field": "status", "from": "PLANNED", "to": "CANCELLED"}]'),
			('corrected later', 'CREATED', '2026-07-01', '[{"field": "status", "from": null, "to": "COMPLETED"}, {"field": "maintenanceDate", "from": null, "to": "2026-06-30"}]'),
			('corrected later', 'CORRECTED', '2026-07-02', '[{"field": "maintenanceDate", "from": "2026-06-30", "to": "2026-09-25"}]'),
			('imported plan, done here', 'COMPLETED', '2026-09-15', '[{"field": "status", "from": "PLANNED", "to": "COMPLETED"}]'))
			AS h (name, action, at, changes) JOIN maintenance_records m ON m.description = h.name;
		DELETE FROM company_changes`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `SELECT description || ': ' || concat_ws(', ', 'counts ' || maintenance_date,
			'due ' || due_date, 'first ' || first_due_date, 'started ' || (started_at AT TIME ZONE 'UTC')::date,
			'completed ' || (completed_at AT TIME ZONE 'UTC')::date)
		FROM maintenance_records WHERE description IS NOT NULL ORDER BY description`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"begun: counts 2026-09-01, due 2026-09-01, first 2026-09-01, started 2026-09-14",
		"called off: counts 2026-09-01, due 2026-09-01, first 2026-09-01",
		"corrected later: counts 2026-09-25",
		"done: counts 2026-09-01",
		"done on another day: counts 2026-09-20, due 2026-09-01, first 2026-09-01",
		"imported plan, done here: counts 2026-09-01, due 2026-09-01, first 2026-09-01, completed 2026-09-15",
		"plan: counts 2026-09-01, due 2026-09-01, first 2026-09-01",
		"plan put off: counts 2026-09-01, due 2026-09-01, first 2026-08-01",
		"planned and done: counts 2026-09-01, due 2026-09-01, first 2026-09-01, completed 2026-09-15",
		"planned, put off, begun and done: counts 2026-09-01, due 2026-09-01, first 2026-08-01, started 2026-09-14, completed 2026-09-15",
	}, got); diff != "" {
		t.Error(diff)
	}
	var touched, told int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE version > 1 OR description IS NOT NULL
		AND updated_at <> '2026-10-01'), (SELECT count(*) FROM company_changes) FROM maintenance_records`).
		Scan(&touched, &told); err != nil || touched > 0 || told > 0 {
		t.Errorf("%d rows have another version or time, %d changes were told, %v", touched, told, err)
	}
}

// TestMachinesOfBeforeBecomeWhatTheyWere when the work that keeps them down ends.
func TestMachinesOfBeforeBecomeWhatTheyWere(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00052_downtime.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name) VALUES ('Ours');
		INSERT INTO equipment (company_id, name, category, status) SELECT c.id, e.name, 'Crane', e.status FROM companies c,
			(VALUES ('seeded', 'MAINTENANCE'), ('parked', 'MAINTENANCE'), ('by hand', 'MAINTENANCE'), ('not down', 'MAINTENANCE'),
			('promised', 'ACTIVE')) AS e (name, status);
		INSERT INTO maintenance_records (company_id, equipment_id, kind, status, maintenance_date, down_from, down_to)
			SELECT e.company_id, e.id, 'OTHER', 'IN_PROGRESS', '2026-09-01', '2026-09-01',
				CASE e.name WHEN 'promised' THEN now() + interval '1 day' WHEN 'not down' THEN now() - interval '1 day' END
			FROM equipment e;
		INSERT INTO history (company_id, subject, subject_id, action, at, changes)
			SELECT e.company_id, 'EQUIPMENT', e.id, h.action, h.at::timestamptz, jsonb_build_array(jsonb_build_object('field',
				'status', 'from', h.was, 'to', 'MAINTENANCE'))
			FROM (VALUES ('parked', 'UPDATED', '2026-08-01', 'ACTIVE'), ('parked', 'STATUS_FOLLOWS', '2026-09-01', 'INACTIVE'),
			('by hand', 'STATUS_FOLLOWS', '2026-08-01', 'ACTIVE'), ('by hand', 'UPDATED', '2026-09-01', 'ACTIVE'))
			AS h (name, action, at, was) JOIN equipment e ON e.name = h.name`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.Query(t.Context(), `SELECT e.name || ': ' || coalesce(e.status_after_work, 'none') ||
		CASE WHEN m.down_to_expected THEN ', expected' ELSE '' END || CASE WHEN e.version + m.version > 2 THEN ', touched' ELSE '' END
		FROM equipment e JOIN maintenance_records m ON m.equipment_id = e.id ORDER BY e.name`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"by hand: none", "not down: none", "parked: INACTIVE", "promised: none, expected",
		"seeded: ACTIVE"}, got); diff != "" {
		t.Error(diff)
	}
}
