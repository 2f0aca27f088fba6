package migrations_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/migrations"
)

// TestADatabaseOfANewerReleaseIsLeftAlone: an old program must not write into tables that it does not know.
func TestADatabaseOfANewerReleaseIsLeftAlone(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t)
	if _, err := migrations.Up(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(),
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, true)`, migrations.Newest()+1); err != nil {
		t.Fatal(err)
	}
	_, err = migrations.Up(t.Context(), url)
	newer := new(migrations.NewerError)
	if !errors.As(err, &newer) || newer.Known != migrations.Newest() || newer.Database != newer.Known+1 ||
		!strings.Contains(err.Error(), "FLEET_ALLOW_NEWER_DATABASE=true") {
		t.Errorf("%v", err)
	}
}

func TestTheNewestMigrationIsTheLastOfTheList(t *testing.T) {
	t.Parallel()
	list, err := migrations.List(t.Context(), pgtest.Empty(t))
	if err != nil {
		t.Fatal(err)
	}
	if last := list[len(list)-1].Version; migrations.Newest() != last {
		t.Errorf("%d, want %d", migrations.Newest(), last)
	}
}
