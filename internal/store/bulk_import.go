package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
)

// ImportTable describes the table that an import writes, and its columns other than id, company_id and source_ref.
type ImportTable struct {
	Name    string
	Columns []ImportColumn
	Unique  []string // columns with a unique index each, which leaves deleted rows out
	Key     string   // function of SQL by which the values of Unique are compared
}

// same returns what two equal values of a unique column have in common.
func (t ImportTable) same(column string) string { return t.Key + "(" + column + ")" }

// ImportColumn is a column that an import fills. At most 63 of a table have a name in the file.
type ImportColumn struct {
	Name, Type string // SQL
	// Fixed columns are not written to a row that exists.
	Fixed bool
	// Now makes the time of the import the value of a new row without one.
	Now bool
}

// The names of the tables of imports. Until ResolveUsers, FindEquipment and FindOperators replace it by a key, the
// column user_id of a staged row holds an e-mail address, equipment_id the reference, serial number or name of a
// machine, and operator_id the reference, licence number or name of an operator.
const (
	ImportEquipment = "equipment"
	ImportOperators = "operators"
	ImportSites     = "sites"
	ImportPapers    = "papers"
	ImportRecords   = "maintenance_records"
)

// Import is an import in progress: a transaction with a temporary table import_rows. It holds the staged rows as text,
// each with its line number, the key of the row that it was found to be, and for a rejected row the reason.
type Import struct {
	tx    pgx.Tx
	v     fleet.Viewer
	table ImportTable
	id    fleet.UUID // of its row of imports, which Begin writes
}

// subject is what the history calls a row of the table.
func (t ImportTable) subject() fleet.Subject {
	switch t.Name {
	case ImportEquipment:
		return fleet.SubjectEquipment
	case ImportOperators:
		return fleet.SubjectOperator
	case ImportSites:
		return fleet.SubjectSite
	case ImportPapers:
		return fleet.SubjectPaper
	default:
		return fleet.SubjectMaintenance
	}
}

// StagedRow is a row of a file that has passed the checks that need no database.
type StagedRow struct {
	Line      int64
	Raw       []string // the original row, for the file of rejects
	SourceRef *string
	FleetID   *fleet.UUID // of a row that exists; nil finds it by SourceRef
	Values    []*string   // of the table's columns, for a new row
	Given     int64       // bit n is set if the file gives column n
	// Unfit is why the row cannot be a new one; nil if it can. A row that exists may still be changed by it.
	Unfit *Reject
}

// Reject is a row that cannot be written.
type Reject struct {
	Line                  int64
	Column, Value, Reason string // Column is the column of the table
	Raw                   []string
}

// Import runs do in a transaction, which commits if do returns true. A lock serializes imports of the same table and
// company; waiting is called once if another import holds it. The statement that runs when this process is killed ends
// within seconds.
func (s *Bulk) Import(ctx context.Context, v fleet.Viewer, table ImportTable, waiting func(),
	do func(*Import) (commit bool, err error)) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // does nothing after a commit
	i := &Import{tx, v, table, fleet.NewUUID()}
	if err := i.prepare(ctx, waiting); err != nil {
		return fmt.Errorf("prepare import: %w", err)
	}
	commit, err := do(i)
	if err != nil || !commit {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// A commit that is interrupted may have happened or not.
	if err := tx.Commit(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("commit import: %w", err)
	}
	return nil
}

// importLock names the lock of the imports of a table into a company.
func importLock(table string, company fleet.UUID) string {
	return "import " + table + " " + company.String()
}

// keepImportsOut holds back imports of records and papers until the transaction ends: they do not lock the machines of
// their rows, which would end up with a machine that is deleted or RETIRED. It returns a CONFLICT about the field while
// one runs, which may take minutes.
func (tx *writeTx) keepImportsOut(ctx context.Context, field string) error {
	var free bool
	if err := tx.QueryRow(ctx, `SELECT pg_try_advisory_xact_lock_shared(hashtextextended($1, 0))
		AND pg_try_advisory_xact_lock_shared(hashtextextended($2, 0))`, importLock(ImportRecords, tx.v.CompanyID),
		importLock(ImportPapers, tx.v.CompanyID)).Scan(&free); err != nil {
		return fmt.Errorf("hold imports back: %w", err)
	}
	if !free {
		return fleet.Conflictf(fleet.Concurrent, field, "an import of maintenance records or papers is running, which may "+
			"add to the machine: try again when it has ended")
	}
	return nil
}

// prepare takes the lock and makes the table of staged rows. Seven statements, one more if the lock is held.
func (i *Import) prepare(ctx context.Context, waiting func()) error {
	// Millions of rows take longer than the timeout of requests.
	if _, err := i.tx.Exec(ctx, `SET LOCAL statement_timeout = 0`, pgx.QueryExecModeExec); err != nil {
		return err
	}
	// Some systems cannot tell that a client is gone.
	if nested, err := i.tx.Begin(ctx); err == nil {
		if _, err = nested.Exec(ctx, `SET LOCAL client_connection_check_interval = '2s'`); err == nil {
			err = nested.Commit(ctx)
		} else {
			err = nested.Rollback(ctx)
		}
		if err != nil {
			return err
		}
	}
	lock, locked := `hashtextextended('`+importLock(i.table.Name, i.v.CompanyID)+`', 0)`, false
	if err := i.tx.QueryRow(
		ctx,
		`SELECT pg_try_advisory_xact_lock(`+lock+`)`,
		pgx.QueryExecModeExec,
	).Scan(
		&locked,
	); err != nil {
		return err
	}
	if !locked {
		if waiting != nil {
			waiting()
		}
		if _, err := i.tx.Exec(ctx, `SELECT pg_advisory_xact_lock(`+lock+`)`, pgx.QueryExecModeExec); err != nil {
			return err
		}
	}
	var columns strings.Builder
	for _, c := range i.table.Columns {
		columns.WriteString(", " + c.Name + " text")
	}
	if _, err := i.tx.Exec(ctx, `CREATE TEMP TABLE import_rejected (line bigint, bad_column text, bad_value text,
		bad_reason text) ON COMMIT DROP`, pgx.QueryExecModeExec); err != nil {
		return err
	}
	_, err := i.tx.Exec(ctx, `CREATE TEMP TABLE import_rows (line bigint, raw text[], id uuid, source_ref text,
		fleet_id uuid, found uuid, given bigint, unfit_column text, unfit_value text, unfit_reason text,
		bad_column text, bad_value text, bad_reason text`+columns.String()+`) ON COMMIT DROP`, pgx.QueryExecModeExec)
	return err
}

// CreateCompany makes the company of the import, which is kept only if the import is. One statement.
func (i *Import) CreateCompany(ctx context.Context, name string) error {
	id := fleet.NewUUID()
	tag, err := i.tx.Exec(ctx, `INSERT INTO companies (id, name) VALUES ($1, $2) ON CONFLICT ((lower(name))) DO NOTHING`,
		[16]byte(id), name)
	if err != nil {
		return fmt.Errorf("create company: %w", refusal(err))
	}
	if tag.RowsAffected() == 0 {
		return fleet.Conflictf(fleet.Taken, "company", "there is a company %s already", fleet.Quote(name))
	}
	i.v.CompanyID = id
	return nil
}

// LocalTime returns the time in the company's time zone.
func (i *Import) LocalTime(ctx context.Context) (time.Time, error) {
	return (&writeTx{Tx: i.tx, v: i.v}).localTime(ctx)
}

// Stage copies rows until next returns false. Ids increase in the order of the rows, so that of two
// records of one date the later one in the file counts as newer.
func (i *Import) Stage(ctx context.Context, next func() (StagedRow, bool, error)) error {
	names := []string{
		"line",
		"raw",
		"id",
		"source_ref",
		"fleet_id",
		"given",
		"unfit_column",
		"unfit_value",
		"unfit_reason",
	}
	first := len(names)
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
		values[4], values[5], values[6], values[7], values[8] = nil, row.Given, nil, nil, nil
		if row.FleetID != nil {
			values[4] = [16]byte(*row.FleetID)
		}
		if u := row.Unfit; u != nil {
			values[6], values[7], values[8] = u.Column, u.Value, u.Reason
		}
		for n, v := range row.Values {
			values[first+n] = v
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
		return 0, fmt.Errorf("%s: %w", what, refusal(err))
	}
	return tag.RowsAffected(), nil
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

// RecordHistory writes one entry of the history for the whole file, with facts as new values.
func (i *Import) RecordHistory(ctx context.Context, facts []fleet.Fact) error {
	tx := &writeTx{Tx: i.tx, v: i.v}
	tx.entries = []fleet.HistoryEntry{{ID: fleet.NewUUID(), Subject: fleet.SubjectImport, Action: fleet.ActionImported,
		Changes: fleet.Changes(nil, facts)}}
	return tx.writeHistory(ctx)
}
