package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// Find finds the rows of the table that the staged rows are: by their id, else by their reference. Rows with an id
// that the company has not are marked. Three statements; primary key, index (company_id, source_ref).
func (i *Import) Find(ctx context.Context) error {
	for _, sql := range []string{
		`UPDATE import_rows r SET found = t.id FROM ` + i.table.Name + ` t
			WHERE t.company_id = $1 AND t.id = r.fleet_id`,
		`UPDATE import_rows r SET found = t.id FROM ` + i.table.Name + ` t
			WHERE r.fleet_id IS NULL AND t.company_id = $1 AND t.source_ref = r.source_ref`,
		`UPDATE import_rows r SET bad_column = 'fleet_id', bad_value = '', bad_reason = 'no row of the company has this id'
			WHERE r.fleet_id IS NOT NULL AND r.found IS NULL AND $1::uuid IS NOT NULL`,
	} {
		if _, err := i.exec(ctx, "find rows", sql, [16]byte(i.v.CompanyID)); err != nil {
			return err
		}
	}
	return nil
}

// RejectUnfit marks rows that are no row of the table yet and cannot become a new one. One statement.
func (i *Import) RejectUnfit(ctx context.Context) error {
	_, err := i.exec(ctx, "find unfit rows", `
		UPDATE import_rows r SET bad_column = r.unfit_column, bad_value = r.unfit_value, bad_reason = r.unfit_reason
		WHERE  r.unfit_reason IS NOT NULL AND r.bad_reason IS NULL AND r.found IS NULL`)
	return err
}

// RejectDuplicates marks rows with the reference, row or a unique value of an earlier row of the file, and
// rows with a unique value of another row of the table that is not deleted. Two statements, and two for each unique
// column.
func (i *Import) RejectDuplicates(ctx context.Context) error {
	if _, err := i.exec(ctx, "find repeated references", `
		UPDATE import_rows r SET bad_column = 'source_ref', bad_value = r.source_ref,
			bad_reason = 'line ' || d.first || ' has the same reference'
		FROM   (SELECT id, min(line) OVER same AS first, row_number() OVER (same ORDER BY line) AS n FROM import_rows
			WHERE source_ref IS NOT NULL WINDOW same AS (PARTITION BY source_ref)) d
		WHERE  r.id = d.id AND d.n > 1`); err != nil {
		return err
	}
	if _, err := i.exec(ctx, "find repeated rows", `
		UPDATE import_rows r SET bad_column = CASE WHEN r.fleet_id IS NULL THEN 'source_ref' ELSE 'fleet_id' END,
			bad_value = coalesce(r.source_ref, ''), bad_reason = 'line ' || d.first || ' is of the same row'
		FROM   (SELECT id, min(line) OVER same AS first, row_number() OVER (same ORDER BY line) AS n FROM import_rows
			WHERE found IS NOT NULL WINDOW same AS (PARTITION BY found)) d
		WHERE  r.id = d.id AND d.n > 1 AND r.bad_reason IS NULL`); err != nil {
		return err
	}
	for _, column := range i.table.Unique {
		if err := i.rejectTaken(ctx, column); err != nil {
			return err
		}
	}
	return nil
}

// rejectTaken does that for a unique column. Two statements.
func (i *Import) rejectTaken(ctx context.Context, u string) error {
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
		  AND  t.id IS DISTINCT FROM r.found`, [16]byte(i.v.CompanyID))
	return err
}

// SpellAlike gives the staged machines one spelling of each text in columns, such as the category: that of the
// company, or of the first row that has it. One statement for each column.
func (i *Import) SpellAlike(ctx context.Context, columns ...string) error {
	for _, column := range columns {
		sql := strings.ReplaceAll(`
			UPDATE import_rows r SET spelled = c.spelled
			FROM   (SELECT f.key, coalesce(e.spelled, f.spelled) AS spelled
			        FROM   (SELECT DISTINCT ON (text_key(spelled)) text_key(spelled) AS key, spelled FROM import_rows
			                WHERE bad_reason IS NULL AND spelled IS NOT NULL ORDER BY text_key(spelled), line) f
			        LEFT   JOIN LATERAL (SELECT e.spelled FROM equipment e WHERE e.company_id = $1 AND e.deleted_at IS NULL
			                AND e.spelled IS NOT NULL AND text_key(e.spelled) = f.key
			                ORDER BY e.created_at DESC, e.id DESC LIMIT 1) e ON true) c
			WHERE  text_key(r.spelled) = c.key AND r.spelled <> c.spelled`, "spelled", column)
		if _, err := i.exec(ctx, "spell "+column, sql, [16]byte(i.v.CompanyID)); err != nil {
			return err
		}
	}
	return nil
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

// FindEquipment replaces what rows say of their machine by its key: its id, else a reference of the same source, else a serial number,
// else a name that exactly one undeleted machine has. A machine that was merged into another one is that one. Rows of a
// machine that there is not keep what they say. Statements: eleven at most.
func (i *Import) FindEquipment(ctx context.Context, source string) error {
	if _, err := i.exec(ctx, "list machines", `CREATE TEMP TABLE import_machines ON COMMIT DROP AS
		SELECT said, first, null::uuid AS id, null::text AS problem
			FROM (SELECT equipment_id AS said, min(line) AS first FROM import_rows WHERE bad_reason IS NULL
				AND equipment_id IS NOT NULL GROUP BY 1) d`); err != nil {
		return err
	}
	if err := i.findByID(ctx, namedMachines); err != nil {
		return err
	}
	company := [16]byte(i.v.CompanyID)
	if err := i.runAll(ctx, []importStep{
		{"find machines by reference", `UPDATE import_machines m SET id = e.id,
			problem = CASE WHEN e.deleted_at IS NOT NULL THEN 'the machine was deleted: restore it first' END
			FROM equipment e WHERE m.id IS NULL AND e.company_id = $1 AND e.source_ref = $2 || m.said`, []any{company, source}},
		{"find machines by serial number", `UPDATE import_machines m SET id = e.id
			FROM equipment e WHERE m.id IS NULL AND e.company_id = $1 AND e.deleted_at IS NULL
				AND e.serial_key = text_key(m.said)`, []any{company}},
		{"find merged machines by serial number", `UPDATE import_machines m SET id = e.id,
			problem = 'the machine was deleted: restore it first'
			FROM equipment e JOIN equipment_merges g ON g.duplicate_id = e.id AND g.undone_at IS NULL
			WHERE m.id IS NULL AND e.company_id = $1 AND e.deleted_at IS NOT NULL AND e.serial_key = text_key(m.said)`,
			[]any{company}},
		{"follow merges", `WITH RECURSIVE stays AS (
			SELECT m.said, g.equipment_id AS id FROM import_machines m
			JOIN   equipment_merges g ON g.duplicate_id = m.id AND g.undone_at IS NULL WHERE g.company_id = $1
			UNION  ALL
			SELECT s.said, g.equipment_id FROM stays s
			JOIN   equipment_merges g ON g.duplicate_id = s.id AND g.undone_at IS NULL)
			UPDATE import_machines m SET id = e.id, problem = NULL
			FROM   stays s JOIN equipment e ON e.id = s.id AND e.deleted_at IS NULL WHERE m.said = s.said`, []any{company}},
		{"find machines by name", `UPDATE import_machines m SET id = e.id,
			problem = CASE WHEN e.n > 1 THEN 'the fleet has ' || e.n || ' machines of this name' END
			FROM (SELECT text_fold(name) AS name, (array_agg(id))[1] AS id, count(*) AS n FROM equipment
				WHERE company_id = $1 AND deleted_at IS NULL GROUP BY 1) e
			WHERE m.id IS NULL AND e.name = text_fold(m.said)`, []any{company}},
	}); err != nil {
		return err
	}
	return i.resolve(ctx, namedMachines)
}

// importStep is a statement of an import; what says what it does, for its error.
type importStep struct {
	what, sql string
	args      []any
}

// runAll runs statements in their order.
func (i *Import) runAll(ctx context.Context, steps []importStep) error {
	for _, step := range steps {
		if _, err := i.exec(ctx, step.what, step.sql, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// RejectRetired marks rows of open work on machines that are RETIRED. One statement.
func (i *Import) RejectRetired(ctx context.Context) error {
	_, err := i.exec(ctx, "find open work on retired machines", `
		UPDATE import_rows r SET bad_column = 'equipment_id', bad_value = m.said, bad_reason = $2
		FROM   import_machines m JOIN equipment e ON e.id = m.id
		WHERE  r.bad_reason IS NULL AND r.equipment_id = m.id::text AND e.company_id = $1 AND e.status = 'RETIRED'
		  AND  r.status IN ('PLANNED', 'IN_PROGRESS')`, [16]byte(i.v.CompanyID), fleet.RetiredTakesNoWork)
	return err
}

// named are rows of a table that staged rows name in a column.
type named struct {
	kind                fleet.Kind
	column, list, table string // of the staged rows, of what they say, and of the rows themselves
	deleted             string // why a deleted row is refused
}

var namedMachines = named{fleet.KindEquipment, "equipment_id", "import_machines", "equipment",
	"the machine was deleted: restore it first"}

// findByID finds the rows of which the file gives the id. Two statements, primary key.
func (i *Import) findByID(ctx context.Context, n named) error {
	rows, _ := i.tx.Query(ctx, `SELECT said FROM `+n.list+` WHERE starts_with(said, $1)`, string(n.kind)+"_")
	said, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("find %s by id: %w", n.table, err)
	}
	var ids []string
	var keys []fleet.UUID
	for _, id := range said {
		if key, err := fleet.ParseIDOf(n.kind, id); err == nil {
			ids, keys = append(ids, id), append(keys, key)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err = i.exec(ctx, "find "+n.table+" by id", `UPDATE `+n.list+` m SET id = t.id,
		problem = CASE WHEN t.deleted_at IS NOT NULL THEN $4::text END
		FROM unnest($2::text[], $3::uuid[]) AS given (said, id) JOIN `+n.table+` t ON t.id = given.id
		WHERE t.company_id = $1 AND m.said = given.said`, [16]byte(i.v.CompanyID), ids, uuids(keys), n.deleted)
	return err
}

// resolve replaces what rows say by the key that was found, and marks the rows of which it cannot be used. One statement.
func (i *Import) resolve(ctx context.Context, n named) error {
	_, err := i.exec(ctx, "resolve "+n.table, `UPDATE import_rows r SET
		`+n.column+` = CASE WHEN m.problem IS NULL THEN m.id::text ELSE r.`+n.column+` END,
		bad_column = CASE WHEN m.problem IS NOT NULL THEN '`+n.column+`' END,
		bad_value  = CASE WHEN m.problem IS NOT NULL THEN m.said END,
		bad_reason = m.problem
		FROM `+n.list+` m WHERE r.bad_reason IS NULL AND m.said = r.`+n.column+` AND m.id IS NOT NULL`)
	return err
}

// rejectMissing marks rows of which nothing was found. One statement.
func (i *Import) rejectMissing(ctx context.Context, n named, reason string) error {
	_, err := i.exec(ctx, "reject missing "+n.table, `UPDATE import_rows r
		SET bad_column = '`+n.column+`', bad_value = m.said, bad_reason = $1
		FROM `+n.list+` m WHERE r.bad_reason IS NULL AND m.said = r.`+n.column+` AND m.id IS NULL`, reason)
	return err
}

// RejectMissing marks rows of a machine that the fleet has not; advice is what else the caller can do. One statement.
func (i *Import) RejectMissing(ctx context.Context, advice string) error {
	return i.rejectMissing(ctx, namedMachines,
		"no machine has this reference, serial number or name: import it first"+advice)
}

// CreateEquipment makes the machines that rows still name and the fleet has not, and returns their number. Names that
// differ in case, accents and blanks alone are one machine, as they are when it exists. Three statements.
func (i *Import) CreateEquipment(ctx context.Context, source, category string) (created int64, err error) {
	company := [16]byte(i.v.CompanyID)
	created, err = i.exec(ctx, "make missing machines", `
		WITH made AS (
		  INSERT INTO equipment (company_id, name, category, source_ref)
		  SELECT $1, d.said, `+spelled("category", "$1", "gen_random_uuid()", "$3")+`, $2 || d.said
		  FROM   (SELECT DISTINCT ON (text_fold(m.said)) m.said, m.first FROM import_machines m
			WHERE  m.id IS NULL AND EXISTS (SELECT FROM import_rows r WHERE r.bad_reason IS NULL AND r.equipment_id = m.said)
			ORDER  BY text_fold(m.said), m.first) d
		  ORDER  BY d.first
		  RETURNING id)
		INSERT INTO import_changes (import_id, company_id, subject, row_id, version)
		SELECT $4, $1, 'EQUIPMENT', id, 1 FROM made`, company, source, category, [16]byte(i.id))
	if err != nil {
		return 0, err
	}
	if _, err := i.exec(ctx, "find made machines", `UPDATE import_machines m SET id = e.id
		FROM   import_machines d JOIN equipment e ON e.company_id = $1 AND e.source_ref = $2 || d.said
		WHERE  m.id IS NULL AND d.id IS NULL AND text_fold(d.said) = text_fold(m.said)`, company, source); err != nil {
		return 0, err
	}
	_, err = i.exec(ctx, "resolve made machines", `UPDATE import_rows r SET equipment_id = m.id::text
		FROM   import_machines m WHERE r.bad_reason IS NULL AND m.said = r.equipment_id AND m.id IS NOT NULL`)
	return created, err
}
