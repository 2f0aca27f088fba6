package migrations_test

import (
	"testing"

	"bitcorp.dev/fleet/migrations"
)

// TestMachinesOfBeforeGetTheOperatorOfTheirOpenAssignment has machines of more than one batch, some of them without
// an open assignment.
func TestMachinesOfBeforeGetTheOperatorOfTheirOpenAssignment(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00100_operator_of_machine.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name) VALUES ('Ours');
		INSERT INTO operators (company_id, first_name, last_name) SELECT id, 'Ada', n::text FROM companies, generate_series(0, 9) n;
		INSERT INTO equipment (company_id, name, category, updated_at) SELECT id, n::text, 'Crane', '2026-10-01'
			FROM companies, generate_series(0, 4999) n;
		INSERT INTO assignments (company_id, equipment_id, operator_id, assigned_at, released_at)
			SELECT e.company_id, e.id, o.id, '2026-09-01', CASE WHEN e.name::int % 3 = 0 THEN '2026-09-02'::timestamptz END
			FROM equipment e JOIN operators o ON o.last_name::int = e.name::int % 10 WHERE e.name::int % 7 > 0;
		DELETE FROM company_changes`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var wrong, assigned, touched, told int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FILTER (WHERE e.operator_id IS DISTINCT FROM a.operator_id),
			count(e.operator_id), count(*) FILTER (WHERE e.version > 1 OR e.updated_at <> '2026-10-01'),
			(SELECT count(*) FROM company_changes)
		FROM equipment e LEFT JOIN assignments a ON a.equipment_id = e.id AND a.released_at IS NULL`).
		Scan(&wrong, &assigned, &touched, &told); err != nil {
		t.Fatal(err)
	}
	if wrong > 0 || assigned < 2500 || touched > 0 || told > 0 {
		t.Errorf("%d of %d operators are wrong, %d machines have another version or time, %d changes were told", wrong,
			assigned, touched, told)
	}
}
