package store

import (
	"context"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
)

// CreateSavedQuery saves a new query. One more than fleet.CheckSavedQueries allows is a CONFLICT. Statements: begin,
// lock of the company, count, insert, version, commit; index saved_queries_by_updated.
func (s *Fleet) CreateSavedQuery(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo,
	saved *fleet.SavedQuery) (*fleet.SavedQuery, error) {
	saved.Tidy()
	if err := saved.Check(); err != nil {
		return nil, err
	}
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.SavedQuery, error) {
		if err := tx.checkSavedQueries(ctx); err != nil {
			return nil, err
		}
		made, err := tx.savedQuery(ctx, `
			INSERT INTO saved_queries AS sq (id, company_id, name, description, document, variables, created_by, changed_by)
			VALUES ($2, $1, $3, $4, $5, $6, $7, $7)
			RETURNING `+savedQueryColumns, [16]byte(fleet.NewUUID()), saved.Name, saved.Description, saved.Document,
			saved.Variables, userOf(v))
		if err != nil {
			return nil, fmt.Errorf("save a query: %w", err)
		}
		return made, tx.recordVersion(ctx, made, fleet.ActionCreated)
	})
}

// UpdateSavedQuery changes a saved query of the expected version, if its creator or an ADMIN asks. A patch without a
// difference leaves the version unchanged. Statements: begin, lock, update, version, remove the oldest, commit.
func (s *Fleet) UpdateSavedQuery(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID, expected *int,
	patch fleet.SavedQueryPatch) (*fleet.SavedQuery, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.SavedQuery, error) {
		before, err := tx.lockSavedQuery(ctx, id, expected)
		if err != nil {
			return nil, err
		}
		after, err := patch.Apply(before)
		if err != nil {
			return nil, err
		}
		saved, err := tx.savedQuery(ctx, `
			UPDATE saved_queries AS sq SET name = $3, description = $4, document = $5, variables = $6, changed_by = $7
			WHERE  sq.company_id = $1 AND sq.id = $2
			  AND  (sq.name, sq.description, sq.document, sq.variables) IS DISTINCT FROM ($3::text, $4::text, $5::text, $6::text)
			RETURNING `+savedQueryColumns, [16]byte(id), after.Name, after.Description, after.Document, after.Variables,
			userOf(v))
		if noRows(err) {
			return before, nil
		}
		if err != nil {
			return nil, fmt.Errorf("change a saved query: %w", err)
		}
		return saved, tx.recordVersion(ctx, saved, fleet.ActionUpdated)
	})
}

// DeleteSavedQuery marks a saved query as deleted, if its creator or an ADMIN asks, and returns it. It can be restored,
// and until then another one can have its name. Statements: begin, lock, update, version, remove the oldest, commit.
func (s *Fleet) DeleteSavedQuery(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.SavedQuery, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.SavedQuery, error) {
		if _, err := tx.lockSavedQuery(ctx, id, expected); err != nil {
			return nil, err
		}
		gone, err := tx.savedQuery(ctx, `UPDATE saved_queries AS sq SET deleted_at = now(), changed_by = $3
			WHERE sq.company_id = $1 AND sq.id = $2 RETURNING `+savedQueryColumns, [16]byte(id), userOf(v))
		if err != nil {
			return nil, fmt.Errorf("delete a saved query: %w", err)
		}
		return gone, tx.recordVersion(ctx, gone, fleet.ActionDeleted)
	})
}

// RestoreSavedQuery restores a deleted saved query, if its creator or an ADMIN asks; one that is not deleted is
// returned unchanged. A name that another one has by now is a CONFLICT, and so are more than are allowed. Statements:
// begin, lock of the company, count, lock, update, version, remove the oldest, commit.
func (s *Fleet) RestoreSavedQuery(ctx context.Context, v fleet.Viewer, w fleet.WriteInfo, id fleet.UUID,
	expected *int) (*fleet.SavedQuery, error) {
	return write(ctx, s.database, v, w, func(tx *writeTx) (*fleet.SavedQuery, error) {
		full := tx.checkSavedQueries(ctx)
		if full != nil && fleet.CodeOf(full) != fleet.Conflict {
			return nil, full
		}
		before, err := tx.lockAnySavedQuery(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := fleet.CheckVersion(expected, before); err != nil {
			return nil, err
		}
		if before.DeletedAt == nil {
			return before, nil
		}
		if full != nil {
			return nil, full
		}
		back, err := tx.savedQuery(ctx, `UPDATE saved_queries AS sq SET deleted_at = NULL, changed_by = $3
			WHERE sq.company_id = $1 AND sq.id = $2 RETURNING `+savedQueryColumns, [16]byte(id), userOf(v))
		if err != nil {
			return nil, fmt.Errorf("restore a saved query: %w", err)
		}
		return back, tx.recordVersion(ctx, back, fleet.ActionRestored)
	})
}

func noSavedQuery(id fleet.UUID) error {
	return fleet.NotFoundf("savedQueryId", "there is no saved query %s in the company",
		fleet.GlobalID(fleet.KindSavedQuery, id))
}

// savedQuery runs a statement that returns one saved query; $1 is the company.
func (tx *writeTx) savedQuery(ctx context.Context, sql string, args ...any) (*fleet.SavedQuery, error) {
	return oneRow(ctx, tx, scanSavedQuery, sql, args)
}

// lockSavedQuery returns a saved query of the company that is not deleted, and locks it until the transaction ends. It
// returns an error unless the viewer may change it and it has the expected version.
func (tx *writeTx) lockSavedQuery(ctx context.Context, id fleet.UUID, expected *int) (*fleet.SavedQuery, error) {
	saved, err := tx.lockAnySavedQuery(ctx, id)
	if err != nil {
		return nil, err
	}
	if saved.DeletedAt != nil {
		return nil, noSavedQuery(id)
	}
	return saved, fleet.CheckVersion(expected, saved)
}

// lockAnySavedQuery is lockSavedQuery for one that may be deleted, of any version.
func (tx *writeTx) lockAnySavedQuery(ctx context.Context, id fleet.UUID) (*fleet.SavedQuery, error) {
	saved, err := tx.savedQuery(ctx, `SELECT `+savedQueryColumns+` FROM saved_queries sq
		WHERE sq.company_id = $1 AND sq.id = $2 FOR NO KEY UPDATE`, [16]byte(id))
	if noRows(err) {
		return nil, noSavedQuery(id)
	}
	if err != nil {
		return nil, fmt.Errorf("lock a saved query: %w", err)
	}
	return saved, saved.CheckChange(tx.v)
}

// checkSavedQueries returns a CONFLICT when the company has as many saved queries as are allowed. The lock of the
// company keeps others from adding one meanwhile.
func (tx *writeTx) checkSavedQueries(ctx context.Context) error {
	company := [16]byte(tx.v.CompanyID)
	if _, err := tx.Exec(ctx, `SELECT FROM companies WHERE id = $1 FOR NO KEY UPDATE`, company); err != nil {
		return fmt.Errorf("lock the company: %w", err)
	}
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM saved_queries WHERE company_id = $1 AND deleted_at IS NULL`,
		company).Scan(&n); err != nil {
		return fmt.Errorf("count saved queries: %w", err)
	}
	return fleet.CheckSavedQueries(n)
}

// recordVersion keeps the state of a saved query after an action of the viewer. Of many versions it removes the oldest.
func (tx *writeTx) recordVersion(ctx context.Context, q *fleet.SavedQuery, a fleet.Action) error {
	company, id := [16]byte(tx.v.CompanyID), [16]byte(q.ID)
	if _, err := tx.Exec(ctx, `
		INSERT INTO saved_query_versions (id, company_id, saved_query_id, number, action, name, description, document,
			variables, user_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [16]byte(fleet.NewUUID()), company, id, q.Version, string(a),
		q.Name, q.Description, q.Document, q.Variables, userOf(tx.v)); err != nil {
		return fmt.Errorf("keep the version of a saved query: %w", err)
	}
	if q.Version <= fleet.MaxSavedQueryVersions {
		return nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM saved_query_versions
		WHERE company_id = $1 AND saved_query_id = $2 AND number <= $3`, company, id,
		q.Version-fleet.MaxSavedQueryVersions); err != nil {
		return fmt.Errorf("remove old versions of a saved query: %w", err)
	}
	return nil
}
