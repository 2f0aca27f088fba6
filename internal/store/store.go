// Package store asks the database; it is the only package with SQL. Each
// method takes the fleet.Viewer on whose behalf it asks and sees the rows of
// that viewer's company alone. One file per aggregate; a method's comment
// says how many statements it takes and which index serves it.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bitcorp.dev/fleet/internal/fleet"
)

// Config says where the database is and how many connections to keep.
type Config struct {
	URL string // postgres://…; libpq's environment variables fill what it leaves out

	// MaxConns is the most connections at once (default DefaultMaxConns). The
	// sum over all instances must stay below the server's max_connections.
	MaxConns int
	// KeepConns is how many connections are opened ahead and kept when idle
	// (default DefaultKeepConns, at most MaxConns).
	KeepConns int
	// StatementTimeout ends a statement in PostgreSQL itself (default
	// DefaultStatementTimeout), in case the client is gone and cannot cancel it.
	StatementTimeout time.Duration
	// ConnWait bounds the wait for a connection (default DefaultConnWait): when
	// all are in use for that long, the database is slower than its load, and a
	// longer queue does not help.
	ConnWait time.Duration
}

// Defaults of Config.
const (
	DefaultMaxConns         = 50
	DefaultKeepConns        = 20
	DefaultStatementTimeout = 30 * time.Second
	DefaultConnWait         = 5 * time.Second
)

// Connections older than this are replaced (the jitter keeps them from being
// replaced all at once), so that a change behind a proxy or of a role arrives.
const (
	connLifetime       = time.Hour
	connLifetimeJitter = 6 * time.Minute
)

// Store is a pool of connections. Its methods may be called concurrently.
type Store struct {
	pool *pgxpool.Pool
	db   *bun.DB // builds SQL that varies; shares the pool's connections
}

// Open connects to the database; it returns an error when no connection can
// be made before ctx ends.
func Open(ctx context.Context, c Config) (*Store, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		// pgx's message would repeat the URL, which may hold a password.
		return nil, errors.New("open database: DATABASE_URL is not a valid PostgreSQL URL")
	}
	if c.MaxConns <= 0 {
		c.MaxConns = DefaultMaxConns
	}
	if c.KeepConns <= 0 {
		c.KeepConns = DefaultKeepConns
	}
	if c.StatementTimeout <= 0 {
		c.StatementTimeout = DefaultStatementTimeout
	}
	if c.ConnWait <= 0 {
		c.ConnWait = DefaultConnWait
	}
	pc.MaxConns = int32(min(c.MaxConns, 10_000))              //nolint:gosec // bounded
	pc.MinConns = int32(min(c.KeepConns, c.MaxConns, 10_000)) //nolint:gosec // bounded
	pc.MaxConnLifetime = connLifetime
	pc.MaxConnLifetimeJitter = connLifetimeJitter
	pc.MaxConnIdleTime = 5 * time.Minute
	pc.ConnConfig.Tracer = tracer{wait: c.ConnWait}
	params := pc.ConnConfig.RuntimeParams
	params["application_name"] = "fleet"
	params["timezone"] = "UTC"
	params["statement_timeout"] = fmt.Sprint(c.StatementTimeout.Milliseconds())
	// Our statements are short and many; compiling one takes longer than it saves.
	params["jit"] = "off"
	// The database is on flash or in memory, where a page elsewhere costs little
	// more than the next one; PostgreSQL's default of 4 is for disks that turn.
	params["random_page_cost"] = "1.1"
	// Requests run side by side already: one that takes every core slows the rest.
	params["max_parallel_workers_per_gather"] = "0"
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	sqlDB := stdlib.OpenDBFromPool(pool)
	sqlDB.SetMaxIdleConns(0) // the pool keeps them
	return &Store{pool: pool, db: bun.NewDB(sqlDB, pgdialect.New())}, nil
}

// Close waits for statements under way and closes every connection.
func (s *Store) Close() {
	_ = s.db.Close() // holds no connections of its own
	s.pool.Close()
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// inTx runs do in one transaction and commits when it returns nil.
func (s *Store) inTx(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginFunc(ctx, s.pool, do)
}

// noRows reports whether err says that a query for one row found none.
func noRows(err error) bool {
	return errors.Is(err, pgx.ErrNoRows) || errors.Is(err, sql.ErrNoRows)
}

// uuids returns keys as the array type that the driver encodes without reflection.
func uuids(keys []fleet.UUID) [][16]byte {
	list := make([][16]byte, len(keys))
	for i, k := range keys {
		list[i] = k
	}
	return list
}
