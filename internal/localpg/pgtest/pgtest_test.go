package pgtest_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
)

// connect returns a connection that is closed before the database is dropped.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func ask[T any](t *testing.T, url, sql string, args ...any) T {
	t.Helper()
	var answer T
	if err := connect(t, url).QueryRow(t.Context(), sql, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return answer
}

// template counts how often it was prepared; each has a key of its own, for
// the cluster may be an old one.
func template(t *testing.T, key string, prepared *atomic.Int64) pgtest.Template {
	return pgtest.Template{
		Key: t.Name() + key + pgtest.Empty(t),
		Prepare: func(ctx context.Context, url string) error {
			prepared.Add(1)
			conn, err := pgx.Connect(ctx, url)
			if err != nil {
				return err
			}
			_, err = conn.Exec(ctx, "CREATE TABLE machines AS SELECT g AS id FROM generate_series(1, 10) g")
			return errors.Join(err, conn.Close(ctx))
		},
	}
}

func TestParallelClonesArePreparedOnceAndSeparate(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int64
	same := template(t, "", &prepared)
	t.Run("clones", func(t *testing.T) {
		for range 8 {
			t.Run("clone", func(t *testing.T) {
				t.Parallel()
				url := pgtest.Clone(t, same)
				conn := connect(t, url)
				if _, err := conn.Exec(t.Context(), "DELETE FROM machines WHERE id > 1"); err != nil {
					t.Fatal(err)
				}
				if n := ask[int](t, url, "SELECT count(*) FROM machines"); n != 1 {
					t.Errorf("%d machines after the delete, want 1", n)
				}
			})
		}
	})
	if n := ask[int](t, pgtest.Clone(t, same), "SELECT count(*) FROM machines"); n != 10 {
		t.Errorf("a later clone has %d machines, want the template's 10", n)
	}
	if n := prepared.Load(); n != 1 {
		t.Errorf("prepared %d times, want once", n)
	}
}
