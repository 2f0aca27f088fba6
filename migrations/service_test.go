package migrations_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/migrations"
)

// TestMachinesOfBeforeGetTheirStatusPeriods and the day on which they retired, as the history tells them, in more than
// one batch. No machine has changed by that.
func TestMachinesOfBeforeGetTheirStatusPeriods(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00130_equipment_service.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name, time_zone) VALUES ('Ours', 'America/La_Paz');
		INSERT INTO equipment (company_id, name, category, status) SELECT c.id, e.name, 'Crane', e.status FROM companies c, (VALUES
			('never changed', 'INACTIVE'), ('retired', 'RETIRED'), ('retired twice', 'RETIRED'), ('came back', 'INACTIVE'),
			('changed by psql', 'MAINTENANCE'), ('entered as retired', 'RETIRED')) AS e (name, status);
		INSERT INTO equipment (company_id, name, category) SELECT id, 'x', 'x' FROM companies, generate_series(1, 6000);
		INSERT INTO history (company_id, subject, subject_id, action, at, changes)
			SELECT e.company_id, 'EQUIPMENT', e.id, 'UPDATED', h.at::timestamptz,
				jsonb_build_array(jsonb_build_object('field', 'name', 'from', 'a', 'to', 'b'),
				jsonb_build_object('field', 'status', 'from', h.was, 'to', h.became))
			FROM (VALUES
			('retired', NULL, 'ACTIVE', '2026-01-01Z'), ('retired', 'ACTIVE', 'RETIRED', '2026-02-01 03:00Z'),
			('retired twice', 'ACTIVE', 'RETIRED', '2026-01-01Z'), ('retired twice', 'RETIRED', 'INACTIVE', '2026-02-01Z'),
			('retired twice', 'INACTIVE', 'RETIRED', '2026-03-01 12:00Z'), ('came back', 'ACTIVE', 'RETIRED', '2026-01-01Z'),
			('came back', 'RETIRED', 'INACTIVE', '2026-02-01Z'), ('changed by psql', 'INACTIVE', 'ACTIVE', '2026-01-01Z'),
			('entered as retired', NULL, 'RETIRED', '2026-01-01Z'))
			AS h (name, was, became, at) JOIN equipment e ON e.name = h.name`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	rows, _ := conn.Query(
		t.Context(),
		`SELECT e.name || coalesce(' on ' || e.retired_on, '') || ': ' || string_agg(p.status ||
			coalesce(' ' || (p.since AT TIME ZONE 'UTC')::date, ''), ', ' ORDER BY p.since NULLS FIRST)
		FROM equipment e JOIN equipment_status_periods p ON p.equipment_id = e.id WHERE e.name <> 'x' AND e.version = 1
		GROUP BY e.id ORDER BY e.name`,
	)
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"came back: ACTIVE, RETIRED 2026-01-01, INACTIVE 2026-02-01",
		"changed by psql: INACTIVE, MAINTENANCE 2026-01-01",
		"entered as retired: RETIRED",
		"never changed: INACTIVE",
		"retired on 2026-01-31: ACTIVE, RETIRED 2026-02-01",
		"retired twice on 2026-03-01: ACTIVE, RETIRED 2026-01-01, INACTIVE 2026-02-01, RETIRED 2026-03-01",
	}, got); diff != "" {
		t.Error(diff)
	}
	var periods, open int
	if err := conn.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE p.until IS NULL AND p.status = e.status)
		FROM equipment_status_periods p JOIN equipment e ON e.id = p.equipment_id`).Scan(&periods, &open); err != nil {
		t.Fatal(err)
	}
	if periods != 6000+13 || open != 6006 {
		t.Errorf("%d periods, %d of them the present ones", periods, open)
	}
}
