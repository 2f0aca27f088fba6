package store

import (
	"context"
	"fmt"
)

// FoldChanges makes one row of each company's company_changes, so that their
// sum stays quick to read. Who reads meanwhile sees the rows as they were or
// the one that replaces them: the sum is the same. Instances that fold at once
// take turns. Two statements; it reads the table, which it keeps small.
func (s *Store) FoldChanges(ctx context.Context) error {
	_, err := s.pool.Exec(ctx, `
		WITH turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(hashtext('fold company_changes')) AS ours),
		old AS (
		  DELETE FROM company_changes c USING turn
		  WHERE  turn.ours AND c.company_id IN (SELECT company_id FROM company_changes GROUP BY 1 HAVING count(*) > 1)
		  RETURNING c.company_id, c.changes)
		INSERT INTO company_changes SELECT company_id, sum(changes) FROM old GROUP BY 1`)
	if err != nil {
		return fmt.Errorf("fold changes: %w", err)
	}
	return nil
}
