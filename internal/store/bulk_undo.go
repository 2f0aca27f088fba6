package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// ImportEntry is an import that has changed something.
type ImportEntry struct {
	ID                         fleet.UUID
	Entity, Source             string
	File                       *string // nil without a name
	Created, Updated, Rejected int64
	At                         time.Time
	UndoneAt                   *time.Time
}

// Begin writes the row of the import, with the SHA-256 of its file. The same file that was imported under another source,
// and not undone, is a CONFLICT. Two statements; index imports_by_content.
func (i *Import) Begin(ctx context.Context, entity, source string, file *string, content []byte) error {
	company := [16]byte(i.v.CompanyID)
	var other string
	var at time.Time
	err := i.tx.QueryRow(ctx, `SELECT source, at FROM imports WHERE company_id = $1 AND content = $2 AND entity = $3
		AND source <> $4 AND undone_at IS NULL ORDER BY at DESC LIMIT 1`, company, content, entity, source).Scan(&other, &at)
	if err == nil {
		return fleet.Conflictf(fleet.Taken, "source", "the same file was imported at %s with the source %s: use that one, "+
			"or undo that import", at.UTC().Format(time.RFC3339), fleet.Quote(other))
	}
	if !noRows(err) {
		return fmt.Errorf("look for the file among imports: %w", err)
	}
	_, err = i.exec(ctx, "begin import", `INSERT INTO imports (id, company_id, entity, source, file, content)
		VALUES ($1, $2, $3, $4, $5, $6)`, [16]byte(i.id), company, entity, source, file, content)
	return err
}

// End writes the counts of the import, or removes its row if it has changed nothing. Two statements; primary keys.
func (i *Import) End(ctx context.Context, created, updated, rejected int64) error {
	if _, err := i.exec(ctx, "end import", `UPDATE import_changes c SET version = e.version FROM equipment e
		WHERE c.import_id = $1 AND c.subject = 'EQUIPMENT' AND e.id = c.row_id AND e.version <> c.version`,
		[16]byte(i.id)); err != nil {
		return err
	}
	sql, args := `UPDATE imports SET created = $3, updated = $4, rejected = $5 WHERE company_id = $1 AND id = $2`,
		[]any{[16]byte(i.v.CompanyID), [16]byte(i.id), created, updated, rejected}
	if created+updated == 0 {
		sql, args = `DELETE FROM imports WHERE company_id = $1 AND id = $2
			AND NOT EXISTS (SELECT FROM import_changes WHERE import_id = $2)`, args[:2]
	}
	_, err := i.exec(ctx, "end import", sql, args...)
	return err
}

// keepBefore notes what rows are before they are changed. One statement, primary key.
func (i *Import) keepBefore(ctx context.Context, ids []fleet.UUID) error {
	_, err := i.exec(
		ctx,
		"keep rows",
		`INSERT INTO import_changes (import_id, company_id, subject, row_id, version, before)
		SELECT $3, $1, $4, t.id, t.version + 1, to_jsonb(t) - '{search_text,search_words}'::text[]
		FROM   `+i.table.Name+` t WHERE t.company_id = $1 AND t.id = ANY($2)`,
		[16]byte(i.v.CompanyID),
		uuids(ids),
		[16]byte(i.id),
		string(i.table.subject()),
	)
	return err
}

// readEdits finds the fields of rows that were changed in the fleet since an import wrote them. One statement; index
// history_by_subject.
func (i *Import) readEdits(ctx context.Context, found []*Match) error {
	byID := make(map[fleet.UUID]*Match, len(found))
	ids := make([]fleet.UUID, 0, len(found))
	for _, m := range found {
		id, _ := m.id()
		byID[id] = m
		ids = append(ids, id)
	}
	rows, _ := i.tx.Query(ctx, `SELECT h.subject_id, h.action, h.changes FROM history h WHERE h.company_id = $1
		AND h.subject_id = ANY($2) ORDER BY h.at, h.id`, [16]byte(i.v.CompanyID), uuids(ids))
	defer rows.Close()
	for rows.Next() {
		var id fleet.UUID
		var action fleet.Action
		var text []byte
		var changes []fleet.FieldChange
		if err := rows.Scan((*[16]byte)(&id), (*string)(&action), &text); err != nil {
			return fmt.Errorf("read history of rows: %w", err)
		}
		if err := json.Unmarshal(text, &changes); err != nil {
			return fmt.Errorf("read history of rows: %w", err)
		}
		byID[id].note(action, changes)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read history of rows: %w", err)
	}
	return nil
}

// note adds an entry of the history to what was edited. A status that follows work was not said by a person, and a row
// that is deleted and restored keeps its values.
func (m *Match) note(action fleet.Action, changes []fleet.FieldChange) {
	for _, c := range changes {
		_, edited := m.Edited[c.Field]
		switch {
		case action == fleet.ActionImported:
			delete(m.Edited, c.Field)
		case action == fleet.ActionStatusFollows, action == fleet.ActionCreated, action == fleet.ActionDeleted,
			action == fleet.ActionRestored, edited:
		default:
			if m.Edited == nil {
				m.Edited = map[string]*string{}
			}
			m.Edited[c.Field] = c.From
		}
	}
}

// Imports lists the imports of a company that have changed something, newest first. One statement; index imports_by_at.
func (s *Bulk) Imports(ctx context.Context, v fleet.Viewer, most int) ([]ImportEntry, error) {
	list, err := readRows(ctx, s.conns, scanImport, `SELECT `+importColumns+` FROM imports WHERE company_id = $1
		ORDER BY at DESC, id DESC LIMIT $2`, [16]byte(v.CompanyID), most)
	if err != nil {
		return nil, fmt.Errorf("list imports: %w", err)
	}
	return list, nil
}

const importColumns = `id, entity, source, file, created, updated, rejected, at, undone_at`

func scanImport(row pgx.CollectableRow) (e ImportEntry, err error) {
	return e, row.Scan((*[16]byte)(&e.ID), &e.Entity, &e.Source, &e.File, &e.Created, &e.Updated, &e.Rejected, &e.At,
		&e.UndoneAt)
}

// changedSince lists the rows of an import $2 that stand in the way of undoing it: they have changed since, or other rows
// belong to them.
const changedSince = `
	SELECT 'machine ' || coalesce(t.name, '(gone)') FROM import_changes c LEFT JOIN equipment t ON t.id = c.row_id
	WHERE  c.company_id = $1 AND c.import_id = $2 AND c.subject = 'EQUIPMENT' AND (t.version IS DISTINCT FROM c.version
		OR c.before IS NULL AND (
			EXISTS (SELECT FROM maintenance_records m WHERE m.equipment_id = t.id
				AND NOT EXISTS (SELECT FROM import_changes o WHERE o.import_id = $2 AND o.row_id = m.id AND o.before IS NULL))
			OR EXISTS (SELECT FROM assignments a WHERE a.equipment_id = t.id)
			OR EXISTS (SELECT FROM assignment_plans p WHERE p.company_id = $1 AND p.equipment_id = t.id)
			OR EXISTS (SELECT FROM meter_readings r WHERE r.equipment_id = t.id)
			OR EXISTS (SELECT FROM meters m WHERE m.company_id = $1 AND m.equipment_id = t.id)
			OR EXISTS (SELECT FROM site_moves s WHERE s.equipment_id = t.id)
			OR EXISTS (SELECT FROM papers p WHERE p.equipment_id = t.id)
			OR EXISTS (SELECT FROM service_schedules s WHERE s.equipment_id = t.id)))
	UNION ALL
	SELECT 'operator ' || coalesce(t.first_name || ' ' || t.last_name, '(gone)')
	FROM   import_changes c LEFT JOIN operators t ON t.id = c.row_id
	WHERE  c.company_id = $1 AND c.import_id = $2 AND c.subject = 'OPERATOR' AND (t.version IS DISTINCT FROM c.version
		OR c.before IS NULL AND (EXISTS (SELECT FROM assignments a WHERE a.operator_id = t.id)
			OR EXISTS (SELECT FROM assignment_plans p WHERE p.company_id = $1 AND p.operator_id = t.id)
			OR EXISTS (SELECT FROM papers p WHERE p.operator_id = t.id)))
	UNION ALL
	SELECT 'site ' || coalesce(t.name, '(gone)') FROM import_changes c LEFT JOIN sites t ON t.id = c.row_id
	WHERE  c.company_id = $1 AND c.import_id = $2 AND c.subject = 'SITE' AND (t.version IS DISTINCT FROM c.version
		OR c.before IS NULL AND t.id IN (SELECT s.site_id FROM site_moves s WHERE s.company_id = $1))
	UNION ALL
	SELECT 'paper ' || coalesce(t.source_ref, t.number, '(gone)')
	FROM   import_changes c LEFT JOIN papers t ON t.id = c.row_id
	WHERE  c.company_id = $1 AND c.import_id = $2 AND c.subject = 'PAPER' AND t.version IS DISTINCT FROM c.version
	UNION ALL
	SELECT 'record ' || coalesce(t.source_ref, '(gone)')
	FROM   import_changes c LEFT JOIN maintenance_records t ON t.id = c.row_id
	WHERE  c.company_id = $1 AND c.import_id = $2 AND c.subject = 'MAINTENANCE_RECORD'
		AND t.version IS DISTINCT FROM c.version`

// UndoImport removes the rows that an import has made and gives those that it has changed their values of before. Rows
// that have changed since make it a CONFLICT that lists them. tables are those of imports. Work that ended because the
// import retired its machine stays ended. Statements: 19, and those of each machine that follows its work.
func (s *Bulk) UndoImport(
	ctx context.Context,
	v fleet.Viewer,
	id fleet.UUID,
	tables []ImportTable,
) (ImportEntry, error) {
	var e ImportEntry
	err := s.inTx(ctx, func(inner pgx.Tx) error {
		u := &undo{&writeTx{Tx: inner, v: v}, [16]byte(v.CompanyID), id}
		var err error
		e, err = u.run(ctx, tables)
		return err
	})
	return e, refusal(err)
}

// undo is the transaction that undoes an import.
type undo struct {
	*writeTx
	company [16]byte
	id      fleet.UUID
}

func (u *undo) run(ctx context.Context, tables []ImportTable) (e ImportEntry, err error) {
	if _, err := u.Exec(ctx, `SET LOCAL statement_timeout = 0`); err != nil {
		return e, fmt.Errorf("undo import: %w", err)
	}
	rows, _ := u.Query(
		ctx,
		`SELECT `+importColumns+` FROM imports WHERE company_id = $1 AND id = $2 FOR UPDATE`,
		u.company,
		[16]byte(u.id),
	)
	if e, err = pgx.CollectExactlyOneRow(rows, scanImport); noRows(err) {
		return e, fleet.NotFoundf("", "the company has no import %s: see import list", u.id)
	}
	if err != nil {
		return e, fmt.Errorf("undo import: %w", err)
	}
	if e.UndoneAt != nil {
		return e, fleet.Conflictf(fleet.Transition, "", "the import was undone at %s", e.UndoneAt.UTC().Format(time.RFC3339))
	}
	if err := u.refuse(ctx); err != nil {
		return e, err
	}
	machines, err := u.machines(ctx)
	if err != nil {
		return e, err
	}
	for _, t := range tables {
		if err := u.restore(ctx, t); err != nil {
			return e, err
		}
	}
	if _, err := u.followWork(ctx, machines); err != nil {
		return e, err
	}
	if _, err := u.Exec(ctx, `UPDATE imports SET undone_at = now() WHERE company_id = $1 AND id = $2`, u.company,
		[16]byte(u.id)); err != nil {
		return e, fmt.Errorf("undo import: %w", err)
	}
	undone := u.id.String()
	u.entries = append(u.entries, fleet.HistoryEntry{ID: fleet.NewUUID(), Subject: fleet.SubjectImport,
		Action: fleet.ActionRestored, Changes: fleet.Changes(nil, []fleet.Fact{{Field: "entity", Value: &e.Entity},
			{Field: "file", Value: e.File}, {Field: "import", Value: &undone}})})
	return e, u.writeHistory(ctx)
}

// refuse returns a CONFLICT with the first rows that have changed since the import.
func (u *undo) refuse(ctx context.Context) error {
	const most = 20
	rows, _ := u.Query(ctx, changedSince+fmt.Sprintf(` LIMIT %d`, most+1), u.company, [16]byte(u.id))
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for rows that have changed: %w", err)
	}
	if len(names) == 0 {
		return nil
	}
	more := ""
	if len(names) > most {
		names, more = names[:most], " and more"
	}
	return fleet.Conflictf(fleet.InUse, "", "rows of the import have changed since, or others belong to them: %s%s",
		strings.Join(names, ", "), more)
}

// machines returns the machines of the import's records, and locks them.
func (u *undo) machines(ctx context.Context) ([]fleet.UUID, error) {
	rows, _ := u.Query(ctx, `SELECT e.id FROM equipment e WHERE e.company_id = $1 AND e.id IN (
		SELECT m.equipment_id FROM import_changes c JOIN maintenance_records m ON m.id = c.row_id WHERE c.import_id = $2)
		ORDER BY e.id FOR NO KEY UPDATE`, u.company, [16]byte(u.id))
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (id fleet.UUID, err error) {
		return id, row.Scan((*[16]byte)(&id))
	})
	if err != nil {
		return nil, fmt.Errorf("lock machines: %w", err)
	}
	return list, nil
}

// restore removes the made rows of a table and restores the changed ones, each with an entry of the history.
func (u *undo) restore(ctx context.Context, t ImportTable) error {
	var names, values []string
	for _, c := range t.Columns {
		if !c.Fixed {
			names, values = append(names, c.Name), append(values, "p."+c.Name)
		}
	}
	subject := string(t.subject())
	for _, sql := range []string{
		`INSERT INTO history (id, company_id, subject, subject_id, action, changes, subject_name)
			SELECT uuid_v7(), $1, e.subject, e.subject_id, 'RESTORED', '[]', ` + subjectName + `
			FROM   (SELECT c.subject, c.row_id AS subject_id FROM import_changes c WHERE c.company_id = $1
				AND c.import_id = $2 AND c.subject = $3 AND c.before IS NOT NULL) e`,
		`DELETE FROM ` + t.Name + ` t USING import_changes c WHERE c.company_id = $1 AND c.import_id = $2
			AND c.subject = $3 AND c.before IS NULL AND t.company_id = $1 AND t.id = c.row_id`,
		`UPDATE ` + t.Name + ` t SET (` + strings.Join(names, ", ") + `) = (SELECT ` + strings.Join(values, ", ") + `
				FROM jsonb_populate_record(NULL::` + t.Name + `, c.before) p)
			FROM import_changes c WHERE c.company_id = $1 AND c.import_id = $2 AND c.subject = $3 AND c.before IS NOT NULL
			AND t.company_id = $1 AND t.id = c.row_id`,
	} {
		if _, err := u.Exec(ctx, sql, u.company, [16]byte(u.id), subject); err != nil {
			return fmt.Errorf("undo import: %w", err)
		}
	}
	return nil
}
