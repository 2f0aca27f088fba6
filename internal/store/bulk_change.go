package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// Match is a staged row and the row of the table that it was found to be. One of Equipment, Operator, Site, Paper and
// Record is set.
type Match struct {
	Line   int64
	Given  int64     // bit n is set if the file gives column n
	Values []*string // of the table's columns

	Equipment *fleet.Equipment
	Operator  *fleet.Operator
	Site      *fleet.Site
	Paper     *fleet.Paper
	Record    *fleet.MaintenanceRecord

	// Edited has the fields that were changed in the fleet since an import wrote them, each with the value before that.
	Edited map[string]*string
}

// id returns the key and the subject of the row that exists.
func (m *Match) id() (fleet.UUID, fleet.Subject) {
	switch {
	case m.Equipment != nil:
		return m.Equipment.ID, fleet.SubjectEquipment
	case m.Operator != nil:
		return m.Operator.ID, fleet.SubjectOperator
	case m.Site != nil:
		return m.Site.ID, fleet.SubjectSite
	case m.Paper != nil:
		return m.Paper.ID, fleet.SubjectPaper
	default:
		return m.Record.ID, fleet.SubjectMaintenance
	}
}

// Revision is what becomes of a Match: it is rejected, changed, or left as it is if both are nil.
type Revision struct {
	Reject  *Reject
	Values  []*string // of the table's columns, after the change
	Changes []fleet.FieldChange
}

// matches is the number of rows that are revised at a time.
const matches = 500

// Revise calls revise for each staged row that was found to be a row that exists, is not deleted, and differs from it
// in a given column, in the order of the file. It writes the changes and the history of each, and returns how many rows
// have changed. Statements: three, and up to six for each 500 rows; primary key and history_by_subject.
func (i *Import) Revise(ctx context.Context, revise func(*Match) (Revision, error)) (updated int64, err error) {
	if _, err := i.exec(ctx, "compare rows", `DECLARE import_matches NO SCROLL CURSOR FOR `+i.matches()); err != nil {
		return 0, err
	}
	tx := &writeTx{Tx: i.tx, v: i.v}
	for {
		rows, _ := i.tx.Query(ctx, fmt.Sprintf(`FETCH %d FROM import_matches`, matches), pgx.QueryExecModeExec)
		found, err := pgx.CollectRows(rows, i.scanMatch)
		if err != nil {
			return updated, fmt.Errorf("compare rows: %w", err)
		}
		if len(found) == 0 {
			return updated, i.endMatches(ctx)
		}
		if err := i.readEdits(ctx, found); err != nil {
			return updated, err
		}
		var rejected []Reject
		var changed []fleet.UUID
		values := make([][]*string, len(i.table.Columns))
		for _, m := range found {
			r, err := revise(m)
			if err != nil {
				return updated, err
			}
			if r.Reject != nil {
				r.Reject.Line = m.Line
				rejected = append(rejected, *r.Reject)
				continue
			}
			if r.Values == nil {
				continue
			}
			id, subject := m.id()
			changed = append(changed, id)
			for n, v := range r.Values {
				values[n] = append(values[n], v)
			}
			tx.recordHistory(subject, id, fleet.ActionImported, r.Changes)
		}
		if err := i.reject(ctx, rejected); err != nil {
			return updated, err
		}
		if err := i.change(ctx, changed, values); err != nil {
			return updated, err
		}
		if err := tx.writeHistory(ctx); err != nil {
			return updated, err
		}
		updated += int64(len(changed))
	}
}

// endMatches closes the cursor, which lets the staged rows be changed only when it is gone.
func (i *Import) endMatches(ctx context.Context) error {
	if _, err := i.exec(ctx, "compare rows", `CLOSE import_matches`); err != nil {
		return err
	}
	_, err := i.exec(ctx, "reject rows", `
		UPDATE import_rows r SET bad_column = n.bad_column, bad_value = n.bad_value, bad_reason = n.bad_reason
		FROM   import_rejected n WHERE r.line = n.line`)
	return err
}

// matches returns the query of the rows that exist and differ. The alias of the table is that of its scan function.
func (i *Import) matches() string {
	t, columns := "m", maintenanceColumns
	switch i.table.Name {
	case ImportEquipment:
		t, columns = "e", equipmentColumns
	case ImportOperators:
		t, columns = "o", operatorColumns
	case ImportSites:
		t, columns = "st", siteColumns
	case ImportPapers:
		t, columns = "p", paperColumns
	}
	var values, differ []string
	for n, c := range i.table.Columns {
		values = append(values, "r."+c.Name)
		if !c.Fixed {
			kind := c.Type
			if kind == "uuid" { // a machine that is not found has none
				kind = "text"
			}
			differ = append(differ, fmt.Sprintf("(r.given & %d <> 0 AND %s.%s::%s IS DISTINCT FROM r.%s::%s)", int64(1)<<n, t,
				c.Name, kind, c.Name, kind))
		}
	}
	return `SELECT r.line, r.given, ARRAY[` + strings.Join(values, ", ") + `], ` + columns + `
		FROM import_rows r JOIN ` + i.table.Name + ` ` + t + ` ON ` + t + `.company_id = '` + i.v.CompanyID.String() + `'
			AND ` + t + `.id = r.found
		WHERE r.bad_reason IS NULL AND NOT (` + i.table.deleted(t) + `) AND (` + strings.Join(differ, " OR ") + `)
		ORDER BY r.line`
}

// deleted is the condition that a row of the table is deleted, or a paper of a row that is. Primary keys.
func (t ImportTable) deleted(alias string) string {
	condition := alias + `.deleted_at IS NOT NULL`
	if t.Name == ImportPapers {
		condition += ` OR EXISTS (SELECT FROM equipment d WHERE d.id = ` + alias + `.equipment_id AND d.deleted_at IS NOT NULL)
			OR EXISTS (SELECT FROM operators d WHERE d.id = ` + alias + `.operator_id AND d.deleted_at IS NOT NULL)`
	}
	return condition
}

func (i *Import) scanMatch(row pgx.CollectableRow) (*Match, error) {
	m := new(Match)
	var err error
	switch i.table.Name {
	case ImportEquipment:
		m.Equipment, err = scanEquipment(row, &m.Line, &m.Given, &m.Values)
	case ImportOperators:
		m.Operator, err = scanOperator(row, &m.Line, &m.Given, &m.Values)
	case ImportSites:
		m.Site, err = scanSite(row, &m.Line, &m.Given, &m.Values)
	case ImportPapers:
		m.Paper, err = scanPaper(row, &m.Line, &m.Given, &m.Values)
	default:
		m.Record, err = scanMaintenance(row, &m.Line, &m.Given, &m.Values)
	}
	return m, err
}

// reject notes rows of the file that are to be rejected. One statement.
func (i *Import) reject(ctx context.Context, rejected []Reject) error {
	if len(rejected) == 0 {
		return nil
	}
	var lines []int64
	var columns, values, reasons []string
	for _, r := range rejected {
		lines, columns = append(lines, r.Line), append(columns, r.Column)
		values, reasons = append(values, r.Value), append(reasons, r.Reason)
	}
	_, err := i.exec(ctx, "reject rows", `INSERT INTO import_rejected
		SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])`, lines, columns, values, reasons)
	return err
}

// change writes the columns that are not fixed of rows that exist. Two statements, primary key.
func (i *Import) change(ctx context.Context, ids []fleet.UUID, values [][]*string) error {
	if len(ids) == 0 {
		return nil
	}
	if err := i.keepBefore(ctx, ids); err != nil {
		return err
	}
	args := []any{[16]byte(i.v.CompanyID), uuids(ids)}
	set, arrays, names := []string{}, []string{"$2::uuid[]"}, []string{"id"}
	for n, c := range i.table.Columns {
		if c.Fixed {
			continue
		}
		args = append(args, values[n])
		arrays = append(arrays, fmt.Sprintf("$%d::text[]", len(args)))
		names = append(names, c.Name)
		set = append(set, c.Name+" = n."+c.Name+"::"+c.Type)
	}
	_, err := i.exec(ctx, "change rows", `
		UPDATE `+i.table.Name+` t SET `+strings.Join(set, ", ")+`
		FROM   unnest(`+strings.Join(arrays, ", ")+`) AS n (`+strings.Join(names, ", ")+`)
		WHERE  t.company_id = $1 AND t.id = n.id`, args...)
	return err
}

// Insert writes the rows that are not marked and have no row of the table yet. It returns how many, and how many rows
// of the file are deleted in the fleet and stay so. Two statements; primary key.
func (i *Import) Insert(ctx context.Context) (created, deleted int64, err error) {
	names, values := []string{"id", "company_id", "source_ref"}, []string{"r.id", "$1", "r.source_ref"}
	for _, c := range i.table.Columns {
		value := "r." + c.Name + "::" + c.Type
		if c.Now {
			value = "coalesce(" + value + ", now())"
		}
		names, values = append(names, c.Name), append(values, value)
	}
	company := [16]byte(i.v.CompanyID)
	err = i.tx.QueryRow(ctx, `SELECT count(*) FROM import_rows r JOIN `+i.table.Name+` t ON t.company_id = $1
		AND t.id = r.found WHERE r.bad_reason IS NULL AND (`+i.table.deleted("t")+`)`, company).Scan(&deleted)
	if err != nil {
		return 0, 0, fmt.Errorf("count deleted rows: %w", err)
	}
	created, err = i.exec(ctx, "write rows", `
		WITH made AS (
		  INSERT INTO `+i.table.Name+` (`+strings.Join(names, ", ")+`)
		  SELECT `+strings.Join(values, ", ")+` FROM import_rows r WHERE r.bad_reason IS NULL AND r.found IS NULL
		  ORDER  BY r.line
		  RETURNING id)
		INSERT INTO import_changes (import_id, company_id, subject, row_id, version)
		SELECT $2, $1, $3, id, 1 FROM made`, company, [16]byte(i.id), string(i.table.subject()))
	return created, deleted, err
}

// At returns the position of a column; -1 if the table has none of the name.
func (t ImportTable) At(column string) int {
	return slices.IndexFunc(t.Columns, func(c ImportColumn) bool { return c.Name == column })
}
