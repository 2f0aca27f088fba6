package e2e_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// unowned are the tables that hold nothing of a company, which contents tells
// under the name "".
var unowned = []string{"sign_in_failures"}

// keptRows are the rows of a house as they were at first.
type keptRows struct {
	restore map[string]string // the statements that put the rows of a table back
	changes string            // the query of the rows that are there and were not, or the other way round
	all     string            // the query of all rows
}

// rowChange is a row that is there and was not, or was there and is not.
type rowChange struct{ company, table, row string }

// keep notes all rows, so that restore can put them back, and finds out how to
// tell their owner. A table without a known owner fails the test.
func (h *accessFixture) keep(must func(string, ...any)) {
	h.t.Helper()
	rows, _ := h.conn.Query(context.Background(), `
		SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
		FROM   pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE  c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'goose_db_version'
		GROUP  BY c.oid, c.relname ORDER BY c.oid`)
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Name    string
		Columns []string
	}])
	if err != nil {
		h.t.Fatal(err)
	}
	must(`CREATE SCHEMA kept`)
	h.kept.restore = map[string]string{}
	var contents []string
	for _, t := range tables {
		company := "NULL::uuid"
		switch {
		case slices.Contains(t.Columns, "company_id"):
			company = "t.company_id"
		case t.Name == "companies":
			company = "t.id"
		case slices.Contains(t.Columns, "user_id"):
			company = "(SELECT u.company_id FROM users u WHERE u.id = t.user_id)"
		case !slices.Contains(unowned, t.Name):
			h.t.Errorf("of which company are the rows of the table %s? Say it here", t.Name)
		}
		must(fmt.Sprintf("CREATE TABLE kept.%s AS TABLE %[1]s", t.Name))
		h.kept.restore[t.Name] = fmt.Sprintf("DELETE FROM %s; INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM kept.%[1]s",
			t.Name, strings.Join(t.Columns, ", "))
		contents = append(contents,
			fmt.Sprintf("SELECT %s AS company, '%s' AS tab, '%[2]s ' || t::text AS row FROM %[2]s t", company, t.Name))
	}
	// Companies have the names that they had.
	h.kept.all = `SELECT CASE WHEN r.company IS NULL THEN '' ELSE coalesce(c.name, 'a new company') END, tab, row
		FROM (` + strings.Join(contents, " UNION ALL ") + `) r LEFT JOIN kept.companies c ON r.company = c.id`
	must(`CREATE TABLE kept.contents (company, tab, row) AS ` + h.kept.all)
	h.kept.changes = fmt.Sprintf(`WITH present (company, tab, row) AS (%s)
		SELECT company, tab, '+ ' || row FROM (TABLE present EXCEPT TABLE kept.contents) AS come
		UNION ALL
		SELECT company, tab, '- ' || row FROM (TABLE kept.contents EXCEPT TABLE present) AS gone`, h.kept.all)
}

// restore puts every row back as it was, and returns what had changed. No trigger
// fires meanwhile, so the order of the tables does not matter.
func (h *accessFixture) restore() []rowChange {
	h.t.Helper()
	changed := h.rows(h.kept.changes)
	if len(changed) == 0 {
		return nil
	}
	statements := map[string]string{}
	for _, c := range changed {
		statements[c.table] = h.kept.restore[c.table]
	}
	// No sweep may be folding what is put back.
	if _, err := h.conn.Exec(context.Background(), `BEGIN; LOCK TABLE company_changes, equipment_sums;
		SET LOCAL session_replication_role = replica; `+strings.Join(slices.Sorted(maps.Values(statements)), "; ")+
		`; COMMIT`); err != nil {
		h.t.Fatal(err)
	}
	return changed
}

// contents are all rows of a company, as lines that begin with their table.
func (h *accessFixture) contents(company string) (lines []string) {
	h.t.Helper()
	for _, r := range h.rows(h.kept.all) {
		if r.company == company {
			lines = append(lines, r.row+"\n")
		}
	}
	return lines
}

func (h *accessFixture) rows(query string) []rowChange {
	h.t.Helper()
	rows, _ := h.conn.Query(context.Background(), query)
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r rowChange, err error) {
		return r, row.Scan(&r.company, &r.table, &r.row)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}
