package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/app"
)

// TestANewerDatabaseIsRefusedUnlessAllowed pretends that a newer release has migrated it.
func TestANewerDatabaseIsRefusedUnlessAllowed(t *testing.T) {
	t.Parallel()
	c := onDatabase(t)
	conn, err := pgx.Connect(t.Context(), c.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(
		t.Context(),
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`,
	); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(context.Background())
	if a, err := app.New(t.Context(), c); err == nil || !strings.Contains(err.Error(), "99999 of a newer release") {
		t.Errorf("New = %v", err)
		if err == nil {
			_ = a.Close(t.Context())
		}
	}
	var log bytes.Buffer
	c.Database.AllowNewer, c.Log = true, slog.New(slog.NewTextHandler(&log, nil))
	a, err := app.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "level=WARN") || !strings.Contains(log.String(), "99999") {
		t.Errorf("nothing warns:\n%s", &log)
	}
}
