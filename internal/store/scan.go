package store

import "context"

// scan calls Config.BeforeScan before a statement that may read the whole list
// of a company: a count, a sum, a list with a filter. Such statements would take
// the connections and the database's processors from those that read a few rows
// by an index. done must be called when the statement has ended.
func (s *database) scan(ctx context.Context) (done func(), err error) {
	if s.beforeScan == nil {
		return func() {}, nil
	}
	return s.beforeScan(ctx)
}
