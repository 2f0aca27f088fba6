package migrations_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/migrations"
)

// TestTextsOfBeforeAreTidied: categories get one spelling, and serial numbers that are equal by the new
// rule alone do not stop the migration.
func TestTextsOfBeforeAreTidied(t *testing.T) {
	t.Parallel()
	url, conn := before(t, "00061_text.sql")
	if _, err := conn.Exec(t.Context(), `
		INSERT INTO companies (name) VALUES ('Ours'), ('Theirs');
		INSERT INTO equipment (id, company_id, name, category, serial_number, description)
			SELECT ('00000000-0000-7000-8000-00000000000' || e.n)::uuid, c.id, e.name, e.category, e.serial, e.text FROM companies c, (VALUES
			(1, 'Ours', '  Big   digger ', 'Excavator', 'S7-100', ' a  b '), (2, 'Ours', 'second', 'excavator ', 'S7-100 ', NULL),
			(3, 'Ours', 'third', 'Excavator', 's7 - 100', NULL), (4, 'Ours', 'tidy', 'Crane', '012', 'one' || E'\n' || 'two'),
			(5, 'Theirs', 'other company', 'EXCAVATOR', 'S7-100', NULL)) AS e (n, company, name, category, serial, text)
			WHERE c.name = e.company;
		INSERT INTO equipment (company_id, name, category) SELECT id, 'Many', 'eXcavator' FROM companies, generate_series(1, 6000)
			WHERE name = 'Theirs';
		INSERT INTO operators (company_id, first_name, last_name) SELECT id, ' Ada ', 'van  Byron' FROM companies
			WHERE name = 'Ours';
		DELETE FROM company_changes`); err != nil {
		t.Fatal(err)
	}
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	read := func(sql string) []string {
		t.Helper()
		rows, err := conn.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		list, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	want := []string{
		"Big digger|Excavator|S7-100|s7-100|a b|1",
		"second|Excavator|S7-100 |s7-100 ||1",
		"third|Excavator|s7 - 100|s7 - 100||1",
		"tidy|Crane|012|012|one\ntwo|1",
		"other company|eXcavator|S7-100|s7-100||1",
	}
	got := read(`SELECT concat_ws('|', name, category, serial_number, serial_key, coalesce(description, ''), version)
		FROM equipment WHERE name <> 'Many' ORDER BY id`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Ada|van Byron|1"},
		read(`SELECT concat_ws('|', first_name, last_name, version) FROM operators`)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0"}, read(`SELECT count(*)::text FROM company_changes`)); diff != "" {
		t.Error("the migration is told as a change:", diff)
	}
	// A row of before can be changed, also to another number; no row can take a number that is there.
	if _, err := conn.Exec(t.Context(), `
		UPDATE equipment SET name = 'renamed', serial_number = 'S7-100 ' WHERE name = 'second';
		UPDATE equipment SET serial_number = 'S7-200' WHERE name = 'third'`); err != nil {
		t.Error(err)
	}
	if _, err := conn.Exec(t.Context(), `UPDATE equipment SET serial_number = ' s7-100' WHERE name = 'tidy'`); err == nil {
		t.Error("another machine took the number")
	}
	if diff := cmp.Diff([]string{"s7-200"}, read(`SELECT serial_key FROM equipment WHERE name = 'third'`)); diff != "" {
		t.Error(diff)
	}
}
