package store

import (
	"context"

	"bitcorp.dev/fleet/internal/fleet"
)

var namedOperators = named{fleet.KindOperator, "operator_id", "import_operators", "operators",
	"the operator was deleted: restore them first"}

// FindOperators replaces what rows say of their operator by its key: its id, else a reference of the same source, else a
// licence number, else a name that exactly one undeleted operator has, written as Jane Doe or Doe, Jane. Rows of an
// operator that there is not are marked. Statements: eight at most; primary key, indexes operators_source and
// operators_license.
func (i *Import) FindOperators(ctx context.Context, source string) error {
	company := [16]byte(i.v.CompanyID)
	if _, err := i.exec(ctx, "list operators", `CREATE TEMP TABLE import_operators ON COMMIT DROP AS
		SELECT DISTINCT operator_id AS said, null::uuid AS id, null::text AS problem FROM import_rows
		WHERE  bad_reason IS NULL AND operator_id IS NOT NULL`); err != nil {
		return err
	}
	if err := i.findByID(ctx, namedOperators); err != nil {
		return err
	}
	if err := i.runAll(ctx, []importStep{
		{"find operators by reference", `UPDATE import_operators m SET id = o.id,
			problem = CASE WHEN o.deleted_at IS NOT NULL THEN $3::text END
			FROM operators o WHERE m.id IS NULL AND o.company_id = $1 AND o.source_ref = $2 || m.said`,
			[]any{company, source, namedOperators.deleted}},
		{"find operators by licence number", `UPDATE import_operators m SET id = o.id
			FROM operators o WHERE m.id IS NULL AND o.company_id = $1 AND o.deleted_at IS NULL
				AND lower(o.license_number) = lower(m.said)`, []any{company}},
		{"find operators by name", `UPDATE import_operators m SET id = o.id,
			problem = CASE WHEN o.n > 1 THEN 'the company has ' || o.n || ' operators of this name' END
			FROM (SELECT n.name, (array_agg(n.id))[1] AS id, count(*) AS n
				FROM (SELECT text_fold(first_name || ' ' || last_name) AS name, id FROM operators
					WHERE company_id = $1 AND deleted_at IS NULL
					UNION
					SELECT text_fold(last_name || ', ' || first_name), id FROM operators
					WHERE company_id = $1 AND deleted_at IS NULL) n GROUP BY n.name) o
			WHERE m.id IS NULL AND o.name = text_fold(m.said)`, []any{company}},
	}); err != nil {
		return err
	}
	if err := i.resolve(ctx, namedOperators); err != nil {
		return err
	}
	return i.rejectMissing(ctx, namedOperators,
		"no operator has this reference, licence number or name: import them first")
}
