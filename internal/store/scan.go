package store

import (
	"context"
	"errors"
	"fmt"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/limit"
)

// scansInLine is how many statements of one user may wait for their turn: one
// request asks for 50 lists at most.
const scansInLine = 50

// scan waits for the viewer's turn to run a statement that may look through
// the whole list of a company: a count, a sum, a list with a filter. Such
// statements would take every connection and the database's processors from
// those that read a few rows by an index. done must be called when the
// statement has ended.
func (s *Store) scan(ctx context.Context, v fleet.Viewer) (done func(), err error) {
	done, err = s.scans.Take(ctx, v.UserID.String())
	if errors.Is(err, limit.ErrLine) {
		return nil, &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf("%d counts, sums and filtered lists of yours are waiting, as many as may: ask for fewer at once", scansInLine)}
	}
	return done, err
}
