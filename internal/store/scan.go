package store

import (
	"context"

	"bitcorp.dev/fleet/internal/limit"
)

// scan waits for the turn of ctx's request to run a statement that may look
// through the whole list of a company: a count, a sum, a list with a filter.
// Such statements would take every connection and the database's processors
// from those that read a few rows by an index. done must be called when the
// statement has ended. What is no request, as an import, waits for nothing.
func scan(ctx context.Context) (done func(), err error) {
	return limit.SeatOf(ctx).Part(ctx)
}
