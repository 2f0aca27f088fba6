package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// unowned are the tables that hold nothing of a company, which contents tells
// under the name "".
var unowned = []string{"sign_in_failures"}

// keep notes all rows, so that restore can put them back, and finds out how to
// tell their owner. A table without a known owner fails the test.
func (h *accessFixture) keep(must func(string, ...any)) {
	h.t.Helper()
	rows, err := h.conn.Query(context.Background(), `
		SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
		FROM   pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE  c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'goose_db_version'
		GROUP  BY c.oid, c.relname
		ORDER  BY c.relname = 'maintenance_records', c.oid`) // so that a table stands behind those that it points at
	if err != nil {
		h.t.Fatal(err)
	}
	var drop, fill, contents []string
	var keep strings.Builder
	keep.WriteString("CREATE SCHEMA kept")
	var last []string
	for rows.Next() {
		var table string
		var columns []string
		if err := rows.Scan(&table, &columns); err != nil {
			h.t.Fatal(err)
		}
		fmt.Fprintf(&keep, "; CREATE TABLE kept.%s AS TABLE %[1]s", table)
		list := strings.Join(columns, ", ")
		drop = append(drop, "DELETE FROM "+table)
		put := fmt.Sprintf("INSERT INTO %s (%s) SELECT %[2]s FROM kept.%[1]s", table, list)
		// Triggers fill these as the others' rows are put back.
		if table == "company_changes" || table == "equipment_sums" || table == "equipment_status_periods" ||
			table == "scheduled_services" {
			last = append(last, "DELETE FROM "+table, put)
		} else {
			fill = append(fill, put)
		}
		var company string
		switch {
		case slices.Contains(columns, "company_id"):
			company = "t.company_id"
		case table == "companies":
			company = "t.id"
		case slices.Contains(columns, "user_id"):
			company = "(SELECT u.company_id FROM users u WHERE u.id = t.user_id)"
		case slices.Contains(unowned, table):
			company = "NULL::uuid"
		default:
			h.t.Errorf("whose are the rows of the table %s? Say it here", table)
			continue
		}
		contents = append(contents, fmt.Sprintf("SELECT %s AS company, '%s ' || t::text AS row FROM %[2]s t", company, table))
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	must(keep.String())
	slices.Reverse(drop)
	lock := []string{"LOCK TABLE company_changes, equipment_sums"} // no sweep may be folding them
	h.restored = strings.Join(slices.Concat(lock, drop, fill, last), "; ")
	h.told = "SELECT coalesce(c.name, ''), string_agg(r.row, E'\\n' ORDER BY r.row) FROM (" + strings.Join(
		contents,
		" UNION ALL ",
	) + ") r LEFT JOIN companies c ON r.company = c.id GROUP BY c.name"
}

// restore puts every row back as it was.
func (h *accessFixture) restore() {
	h.t.Helper()
	if _, err := h.conn.Exec(context.Background(), h.restored); err != nil {
		h.t.Fatal(err)
	}
}

// contents is a text of every row of each company.
func (h *accessFixture) contents() map[string]string {
	h.t.Helper()
	rows, err := h.conn.Query(context.Background(), h.told)
	if err != nil {
		h.t.Fatal(err)
	}
	found := map[string]string{}
	for rows.Next() {
		var company, text string
		if err := rows.Scan(&company, &text); err != nil {
			h.t.Fatal(err)
		}
		found[company] = text
	}
	if err := rows.Err(); err != nil {
		h.t.Fatal(err)
	}
	return found
}
