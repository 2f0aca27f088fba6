// Package migrations holds the schema of the database as numbered SQL files and applies them. A file runs in one
// transaction, so that a kill in the middle leaves nothing behind; one that fills large tables commits in batches, so
// that no writer waits for all of them, and can be run again after a kill. Migrations run under an advisory lock, so
// that any number of instances may start at once. The SQL documents the tables; internal/store is the package that reads them.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib" // goose uses database/sql
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// Status is the state of a migration in a database.
type Status struct {
	Version int64
	File    string
	Applied bool
}

// NewerError is returned for a database with migrations that this program does not have.
type NewerError struct{ Database, Known int64 }

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has the schema %d of a newer release, this one knows %d: start the newer release, "+
		"or set FLEET_ALLOW_NEWER_DATABASE=true to go on without what it has added", e.Database, e.Known)
}

// Up applies every migration that the database at url does not have yet and returns how many it applied. Concurrent
// callers wait for one another. A database of a newer release is left alone and a NewerError returned.
func Up(ctx context.Context, url string) (int, error) {
	var applied int
	err := with(ctx, url, func(p *goose.Provider) error {
		current, newest, err := p.GetVersions(ctx)
		if err != nil {
			return err
		}
		if current > newest {
			return &NewerError{Database: current, Known: newest}
		}
		results, err := p.Up(ctx)
		applied = len(results)
		return err
	})
	return applied, err
}

// Down reverts the newest migration, including its data, and returns its file name; "" when there is none left.
func Down(ctx context.Context, url string) (string, error) {
	var file string
	err := with(ctx, url, func(p *goose.Provider) error {
		result, err := p.Down(ctx)
		if errors.Is(err, goose.ErrNoNextVersion) {
			return nil
		}
		if err == nil {
			file = result.Source.Path
		}
		return err
	})
	return file, err
}

// List returns the status of every migration in order.
func List(ctx context.Context, url string) ([]Status, error) {
	var list []Status
	err := with(ctx, url, func(p *goose.Provider) error {
		states, err := p.Status(ctx)
		for _, s := range states {
			list = append(list, Status{s.Source.Version, s.Source.Path, s.State == goose.StateApplied})
		}
		return err
	})
	return list, err
}

// Newest returns the version of the newest migration of this program.
func Newest() (newest int64) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err) // the files are embedded: unreadable means a broken build
	}
	for _, e := range entries {
		if version, err := goose.NumericComponent(e.Name()); err == nil {
			newest = max(newest, version)
		}
	}
	return newest
}

// Fingerprint identifies the content of all migrations: databases with the same fingerprint have the same schema.
func Fingerprint() string {
	sum := sha256.New()
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		panic(err) // the files are embedded: unreadable means a broken build
	}
	for _, e := range entries {
		text, err := fs.ReadFile(files, e.Name())
		if err != nil {
			panic(err)
		}
		_, _ = fmt.Fprintf(sum, "%s %d\n%s", e.Name(), len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func with(ctx context.Context, url string, do func(*goose.Provider) error) error {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// pgx's message would repeat the URL, which may hold a password.
		return errors.New("migrate: DATABASE_URL is not a valid PostgreSQL URL")
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe // prepares nothing that a pooler could lose
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }() // nothing is pending once do has returned
	unlock, err := lockMigrations(ctx, db)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer unlock()
	p, err := goose.NewProvider(goose.DialectPostgres, db, files)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := do(p); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// lockWait is how long an instance waits for another, which may be building indexes.
const lockWait = 2 * time.Minute

// lockMigrations takes goose's lock, in a transaction that stays open until unlock: a pooler would give away the
// connection of a session's lock. It asks again and again instead of waiting in PostgreSQL, where a statement that
// waits keeps an index from being built concurrently.
func lockMigrations(ctx context.Context, db *sql.DB) (unlock func(), err error) {
	for began := time.Now(); ; {
		unlock, taken, err := tryLock(ctx, db)
		switch {
		case err != nil:
			return nil, err
		case taken:
			return unlock, nil
		case time.Since(began) > lockWait:
			return nil, fmt.Errorf("another instance has been migrating for %s", lockWait)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func tryLock(ctx context.Context, db *sql.DB) (unlock func(), taken bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, false, err
	}
	unlock = func() { _ = tx.Rollback() } // has changed nothing
	if _, err := tx.ExecContext(ctx, `
		SET LOCAL statement_timeout = 0;
		SET LOCAL idle_in_transaction_session_timeout = 0`); err != nil {
		unlock() // the first error counts
		return nil, false, err
	}
	// The simple protocol leaves no portal open: an index that is built concurrently would wait for its snapshot.
	err = tx.QueryRowContext(ctx, fmt.Sprintf(`SELECT pg_try_advisory_xact_lock(%d)`, lock.DefaultLockID),
		pgx.QueryExecModeSimpleProtocol).Scan(&taken)
	if err != nil || !taken {
		unlock()
	}
	return unlock, taken, err
}
