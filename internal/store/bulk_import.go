package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// ImportColumn is a column that an import fills.
type ImportColumn struct {
	Name string // in the table
	Type string // its SQL type
	// Update is the value of a row t that the import changes when the file does not fill the column: an
	// expression of t and the new row EXCLUDED. "" leaves the value as it is.
	Update string
}

// ImportTable describes the table that an import writes.
type ImportTable struct {
	Name    string
	Columns []ImportColumn // other than id, company_id and source_ref
	Unique  string         // column with a unique index, ignoring case and deleted rows; "" if none
	Key     string         // function of SQL by which Unique is compared
}

// same returns what two equal values of the unique column have in common.
func (t ImportTable) same(column string) string { return t.Key + "(" + column + ")" }

// The tables of imports. Until ResolveUsers and ResolveEquipment replace it by a key, a column
// user_id holds an e-mail address and a column equipment_id the reference, serial number or name of
// a machine.
var (
	ImportEquipment = ImportTable{"equipment",
		columns("name text", "serial_number text", "description text", "category text", "status text", "cost numeric",
			"user_id uuid", "created_at timestamptz"), "serial_number", "text_key"}
	ImportOperators = ImportTable{"operators",
		columns("first_name text", "last_name text", "license_number text", "status text"), "license_number", "lower"}
	ImportRecords = ImportTable{"maintenance_records",
		append(columns("equipment_id uuid", "kind text", "source_kind text", "status text", "description text",
			"performed_by text", "down_from timestamptz", "meter_hours numeric"),
			// A file in which a cost is unknown does not make a known one unknown. A new cost ends the parts that
			// add up to another.
			ImportColumn{"cost", "numeric", "coalesce(EXCLUDED.cost, t.cost)"},
			ImportColumn{"labour_cost", "numeric", `CASE WHEN EXCLUDED.labour_cost IS NOT NULL
				OR EXCLUDED.cost <> t.cost THEN EXCLUDED.labour_cost ELSE t.labour_cost END`},
			ImportColumn{"parts_cost", "numeric", `CASE WHEN EXCLUDED.parts_cost IS NOT NULL
				OR EXCLUDED.cost <> t.cost THEN EXCLUDED.parts_cost ELSE t.parts_cost END`},
			// Work that ends ends its downtime.
			ImportColumn{"down_to", "timestamptz", `CASE WHEN EXCLUDED.status IN ('COMPLETED', 'CANCELLED')
				AND t.down_from IS NOT NULL AND (t.down_to IS NULL OR t.down_to_expected)
				THEN greatest(t.down_from, statement_timestamp()) ELSE t.down_to END`},
			ImportColumn{"down_to_expected", "boolean",
				"t.down_to_expected AND EXCLUDED.status IN ('PLANNED', 'IN_PROGRESS')"},
			ImportColumn{"maintenance_date", "date", "EXCLUDED.maintenance_date"},
			// An order that is open no more is in many files without the day on which it was due.
			ImportColumn{"due_date", "date", "coalesce(EXCLUDED.due_date, t.due_date)"},
			ImportColumn{"first_due_date", "date", "coalesce(t.first_due_date, EXCLUDED.first_due_date)"},
			ImportColumn{"started_at", "timestamptz", `CASE WHEN EXCLUDED.status <> 'PLANNED'
				AND t.started_at <= coalesce(EXCLUDED.completed_at, t.started_at) THEN t.started_at END`},
			ImportColumn{"completed_at", "timestamptz", `CASE WHEN EXCLUDED.status = 'COMPLETED'
				AND t.completed_at >= coalesce(EXCLUDED.started_at, t.completed_at) THEN t.completed_at END`}),
		"", ""}
)

// columns reads columns that are written as in SQL.
func columns(definitions ...string) (list []ImportColumn) {
	for _, d := range definitions {
		name, sqlType, _ := strings.Cut(d, " ")
		list = append(list, ImportColumn{Name: name, Type: sqlType})
	}
	return list
}

// Import is an import in progress: a transaction with a temporary table import_rows. It holds the
// staged rows as text, each with its line number, and for a rejected row the reason.
type Import struct {
	tx    pgx.Tx
	v     fleet.Viewer
	table ImportTable
}

// StagedRow is a row of a file that has passed the checks that need no database.
type StagedRow struct {
	Line      int64
	Raw       []string // the original row, for the file of rejects
	SourceRef *string
	Values    []*string // of the table's columns
}

// Reject is a row that cannot be written.
type Reject struct {
	Line                  int64
	Column, Value, Reason string // Column is the column of the table
	Raw                   []string
}

// Import runs do in a transaction, which commits if do returns true. A lock serializes imports of
// the same table and company.
func (s *Bulk) Import(ctx context.Context, v fleet.Viewer, table ImportTable,
	do func(*Import) (commit bool, err error)) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // does nothing after a commit
	var columns strings.Builder
	for _, c := range table.Columns {
		columns.WriteString(", " + c.Name + " text")
	}
	// Millions of rows take longer than the timeout of requests.
	for _, sql := range []string{
		`SET LOCAL statement_timeout = 0`,
		`SELECT pg_advisory_xact_lock(hashtextextended('import ` + table.Name + ` ` + v.CompanyID.String() + `', 0))`,
		`CREATE TEMP TABLE import_rows (line bigint, raw text[], id uuid, source_ref text, bad_column text,
			bad_value text, bad_reason text` + columns.String() + `) ON COMMIT DROP`,
	} {
		if _, err := tx.Exec(ctx, sql, pgx.QueryExecModeExec); err != nil {
			return fmt.Errorf("prepare import: %w", err)
		}
	}
	commit, err := do(&Import{tx, v, table})
	if err != nil || !commit {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit import: %w", err)
	}
	return nil
}

// LocalTime returns the time in the company's time zone.
func (i *Import) LocalTime(ctx context.Context) (time.Time, error) {
	return (&writeTx{Tx: i.tx, v: i.v}).localTime(ctx)
}

// Stage copies rows until next returns false. Ids increase in the order of the rows, so that of two
// records of one date the later one in the file counts as newer.
func (i *Import) Stage(ctx context.Context, next func() (StagedRow, bool, error)) error {
	names := []string{"line", "raw", "id", "source_ref"}
	for _, c := range i.table.Columns {
		names = append(names, c.Name)
	}
	values := make([]any, len(names))
	var unread error // the driver returns PostgreSQL's error instead
	_, err := i.tx.CopyFrom(ctx, pgx.Identifier{"import_rows"}, names, pgx.CopyFromFunc(func() ([]any, error) {
		row, ok, err := next()
		if err != nil || !ok {
			unread = err
			return nil, err
		}
		values[0], values[1], values[2], values[3] = row.Line, row.Raw, [16]byte(fleet.NewUUID()), row.SourceRef
		for n, v := range row.Values {
			values[4+n] = v
		}
		return values, nil
	}))
	if unread != nil {
		return fmt.Errorf("stage rows: %w", unread)
	}
	if err != nil && ctx.Err() != nil { // the driver may return that its connection was closed
		return fmt.Errorf("stage rows: %w", context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("stage rows: %w", err)
	}
	if _, err := i.tx.Exec(ctx, `ANALYZE import_rows`); err != nil {
		return fmt.Errorf("stage rows: %w", err)
	}
	return nil
}

func (i *Import) exec(ctx context.Context, what, sql string, args ...any) (int64, error) {
	tag, err := i.tx.Exec(ctx, sql, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	return tag.RowsAffected(), nil
}

// RejectDuplicates marks rows with the reference or unique value of an earlier row of the file, and
// rows with the unique value of another row of the table that is not deleted.
func (i *Import) RejectDuplicates(ctx context.Context) error {
	if _, err := i.exec(ctx, "find repeated references", `
		UPDATE import_rows r SET bad_column = 'source_ref', bad_value = r.source_ref,
			bad_reason = 'line ' || d.first || ' has the same reference'
		FROM   (SELECT id, min(line) OVER same AS first, row_number() OVER (same ORDER BY line) AS n FROM import_rows
			WHERE source_ref IS NOT NULL WINDOW same AS (PARTITION BY source_ref)) d
		WHERE  r.id = d.id AND d.n > 1`); err != nil {
		return err
	}
	u := i.table.Unique
	if u == "" {
		return nil
	}
	if _, err := i.exec(ctx, "find repeated values", `
		UPDATE import_rows r SET bad_column = '`+u+`', bad_value = r.`+u+`,
			bad_reason = 'line ' || d.first || ' has the same value'
		FROM   (SELECT id, min(line) OVER same AS first, row_number() OVER (same ORDER BY line) AS n FROM import_rows
		        WHERE bad_reason IS NULL AND `+u+` IS NOT NULL WINDOW same AS (PARTITION BY `+i.table.same(u)+`)) d
		WHERE  r.id = d.id AND d.n > 1`); err != nil {
		return err
	}
	// A row of the file may have the value of another row that the file changes.
	_, err := i.exec(ctx, "find taken values", `
		UPDATE import_rows r SET bad_column = '`+u+`', bad_value = r.`+u+`,
			bad_reason = 'belongs to another row of the fleet already'
		FROM   `+i.table.Name+` t
		WHERE  r.bad_reason IS NULL AND t.company_id = $1 AND t.deleted_at IS NULL AND `+i.table.same("t."+u)+` = `+i.table.same("r."+u)+`
		  AND  t.source_ref IS DISTINCT FROM r.source_ref`, [16]byte(i.v.CompanyID))
	return err
}

// ResolveUsers replaces e-mail addresses by the ids of the company's users.
func (i *Import) ResolveUsers(ctx context.Context) error {
	if _, err := i.exec(ctx, "find unknown users", `
		UPDATE import_rows r SET bad_column = 'user_id', bad_value = r.user_id,
			bad_reason = 'no user of the company has this e-mail address'
		WHERE  r.bad_reason IS NULL AND r.user_id IS NOT NULL
		  AND  NOT EXISTS (SELECT FROM users u WHERE u.company_id = $1
			AND ascii_fold(u.email) = ascii_fold(r.user_id))`, [16]byte(i.v.CompanyID)); err != nil {
		return err
	}
	_, err := i.exec(ctx, "find users", `
		UPDATE import_rows r SET user_id = u.id::text FROM users u
		WHERE  r.bad_reason IS NULL AND u.company_id = $1
			AND ascii_fold(u.email) = ascii_fold(r.user_id)`, [16]byte(i.v.CompanyID))
	return err
}

// ResolveEquipment replaces references to machines by their ids: a reference of the same source,
// else a serial number, else a name that exactly one undeleted machine has. With a category, it
// creates missing machines and returns their number.
func (i *Import) ResolveEquipment(ctx context.Context, source string, category *string) (created int64, err error) {
	company := [16]byte(i.v.CompanyID)
	for _, step := range []struct {
		what, sql string
		args      []any
	}{
		{"list machines", `CREATE TEMP TABLE import_machines ON COMMIT DROP AS
			SELECT said, first, null::uuid AS id, null::text AS problem
				FROM (SELECT equipment_id AS said, min(line) AS first FROM import_rows WHERE bad_reason IS NULL
				GROUP BY 1) d`, nil},
		{"find machines by reference", `UPDATE import_machines m SET id = e.id,
			problem = CASE WHEN e.deleted_at IS NOT NULL THEN 'the machine was deleted: restore it first' END
			FROM equipment e WHERE e.company_id = $1 AND e.source_ref = $2 || m.said`, []any{company, source}},
		{"find machines by serial number", `UPDATE import_machines m SET id = e.id
			FROM equipment e WHERE m.id IS NULL AND e.company_id = $1 AND e.deleted_at IS NULL
				AND e.serial_key = text_key(m.said)`, []any{company}},
		{"find machines by name", `UPDATE import_machines m SET id = e.id,
			problem = CASE WHEN e.n > 1 THEN 'the fleet has ' || e.n || ' machines of this name' END
			FROM (SELECT text_fold(name) AS name, (array_agg(id))[1] AS id, count(*) AS n FROM equipment
				WHERE company_id = $1 AND deleted_at IS NULL GROUP BY 1) e
			WHERE m.id IS NULL AND e.name = text_fold(m.said)`, []any{company}},
	} {
		if _, err := i.exec(ctx, step.what, step.sql, step.args...); err != nil {
			return 0, err
		}
	}
	if category != nil {
		created, err = i.exec(ctx, "make missing machines", `
			INSERT INTO equipment (company_id, name, category, source_ref)
			SELECT $1, m.said, `+spelled("$1", "gen_random_uuid()", "$3")+`, $2 || m.said FROM import_machines m WHERE m.id IS NULL
				ORDER BY m.first`, company, source, *category)
		if err != nil {
			return 0, err
		}
		if _, err := i.exec(ctx, "find made machines", `UPDATE import_machines m SET id = e.id FROM equipment e
			WHERE m.id IS NULL AND e.company_id = $1 AND e.source_ref = $2 || m.said`, company, source); err != nil {
			return 0, err
		}
	}
	if _, err = i.exec(ctx, "resolve machines", `
		UPDATE import_rows r SET
		       equipment_id = CASE WHEN m.problem IS NULL AND m.id IS NOT NULL THEN m.id::text ELSE r.equipment_id END,
		       bad_column = CASE WHEN m.problem IS NOT NULL OR m.id IS NULL THEN 'equipment_id' END,
		       bad_value  = CASE WHEN m.problem IS NOT NULL OR m.id IS NULL THEN m.said END,
		       bad_reason = coalesce(m.problem, CASE WHEN m.id IS NULL
		         THEN 'no machine has this reference, serial number or name: import it first, or say --create-missing' END)
		FROM   import_machines m
		WHERE  r.bad_reason IS NULL AND m.said = r.equipment_id`); err != nil {
		return created, err
	}
	_, err = i.exec(ctx, "find open work on retired machines", `
		UPDATE import_rows r SET bad_column = 'equipment_id', bad_value = m.said, bad_reason = $2
		FROM   import_machines m JOIN equipment e ON e.id = m.id
		WHERE  r.bad_reason IS NULL AND r.equipment_id = m.id::text AND e.company_id = $1 AND e.status = 'RETIRED'
		  AND  r.status IN ('PLANNED', 'IN_PROGRESS')`, company, fleet.RetiredTakesNoWork)
	return created, err
}

// Rejects calls each for every marked row, in the order of the file.
func (i *Import) Rejects(ctx context.Context, each func(Reject) error) error {
	rows, err := i.tx.Query(ctx, `SELECT line, bad_column, bad_value, bad_reason, raw FROM import_rows
		WHERE bad_reason IS NOT NULL ORDER BY line`)
	if err != nil {
		return fmt.Errorf("read rejects: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var r Reject
		if err := rows.Scan(&r.Line, &r.Column, &r.Value, &r.Reason, &r.Raw); err != nil {
			return fmt.Errorf("read rejects: %w", err)
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Write writes the rows that are not marked. A row with an existing reference updates the filled
// columns of that row if they differ, and those with an Update; deleted rows are not changed.
func (i *Import) Write(ctx context.Context, filled []string) (created, updated int64, err error) {
	if i.table.Name == ImportEquipment.Name {
		if err := i.spellCategories(ctx); err != nil {
			return 0, 0, err
		}
	}
	insert, values := []string{"id", "company_id", "source_ref"}, []string{"r.id", "$1", "r.source_ref"}
	var set, old, fresh []string
	for _, c := range i.table.Columns {
		value := c.Update
		if slices.Contains(filled, c.Name) {
			value = "EXCLUDED." + c.Name
		}
		if value == "" {
			continue
		}
		insert = append(insert, c.Name)
		values = append(values, "r."+c.Name+"::"+c.Type)
		set = append(set, c.Name+" = "+value)
		old = append(old, "t."+c.Name)
		fresh = append(fresh, value)
	}
	err = i.tx.QueryRow(ctx, `
		WITH written AS (
		  INSERT INTO `+i.table.Name+` AS t (`+strings.Join(insert, ", ")+`)
		  SELECT `+strings.Join(values, ", ")+` FROM import_rows r WHERE r.bad_reason IS NULL ORDER BY r.line
		  ON CONFLICT (company_id, source_ref) WHERE source_ref IS NOT NULL DO UPDATE SET `+strings.Join(set, ", ")+`
		  WHERE t.deleted_at IS NULL AND (`+strings.Join(old, ", ")+`) IS DISTINCT FROM (`+strings.Join(fresh, ", ")+`)
		  RETURNING xmax = 0 AS created)
		SELECT count(*) FILTER (WHERE created), count(*) FILTER (WHERE NOT created)
			FROM written`, [16]byte(i.v.CompanyID)).Scan(&created, &updated)
	if err != nil {
		return 0, 0, fmt.Errorf("write rows: %w", err)
	}
	return created, updated, nil
}

// spellCategories gives the staged machines one spelling of each category: that of the company, or of
// the first row that has it.
func (i *Import) spellCategories(ctx context.Context) error {
	_, err := i.exec(ctx, "spell categories", `
		UPDATE import_rows r SET category = c.category
		FROM   (SELECT f.key, coalesce(e.category, f.category) AS category
		        FROM   (SELECT DISTINCT ON (text_key(category)) text_key(category) AS key, category FROM import_rows
		                WHERE bad_reason IS NULL AND category IS NOT NULL ORDER BY text_key(category), line) f
		        LEFT   JOIN LATERAL (SELECT e.category FROM equipment e WHERE e.company_id = $1 AND e.deleted_at IS NULL
		                AND text_key(e.category) = f.key ORDER BY e.created_at DESC, e.id DESC LIMIT 1) e ON true) c
		WHERE  text_key(r.category) = c.key AND r.category <> c.category`, [16]byte(i.v.CompanyID))
	return err
}

// RecordHistory writes one entry of the history for the whole file, with facts as new values.
func (i *Import) RecordHistory(ctx context.Context, facts []fleet.Fact) error {
	tx := &writeTx{Tx: i.tx, v: i.v}
	tx.entries = []fleet.HistoryEntry{{ID: fleet.NewUUID(), Subject: fleet.SubjectImport, Action: fleet.ActionImported,
		Changes: fleet.Changes(nil, facts)}}
	return tx.writeHistory(ctx)
}
