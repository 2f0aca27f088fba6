// Package storetest gives each test a store on a migrated database of its
// own. Only tests may import this package.
package storetest

import (
	"context"
	"testing"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/migrations"
)

// Template is an empty database with our schema.
func Template() pgtest.Template {
	return pgtest.Template{Key: migrations.Fingerprint(), Prepare: func(ctx context.Context, url string) error {
		_, err := migrations.Up(ctx, url)
		return err
	}}
}

// New returns a store on an empty database, and that database's URL.
func New(t testing.TB) (*store.DB, string) {
	t.Helper()
	return Open(t, pgtest.Clone(t, Template()))
}

// Open returns a store on the database at url, closed when the test ends, and
// the URL. It keeps few connections: many tests share one server.
func Open(t testing.TB, url string) (*store.DB, string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url, MaxConns: 16, KeepConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, url
}
