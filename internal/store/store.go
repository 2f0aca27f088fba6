// Package store holds all SQL of the server, over one pool of connections. DB
// opens the pool and hands out one type for each level of trust:
//
//   - Fleet reads and writes the rows of the fleet. Every method takes the
//     fleet.Viewer of the request and reaches the rows of that viewer alone.
//   - Identity manages users, sessions, access tokens and single sign-on. Some
//     of its methods establish a viewer and therefore take none, so it is
//     given to internal/auth and to commands, never to the resolvers of the fleet.
//   - Bulk imports files and fills empty companies.
//   - Feed listens to the changes that other transactions commit.
//
// One function, visible, decides which rows a viewer sees. There is one file
// per aggregate; a method's comment gives the number of its statements and the
// index that serves it.
package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"bitcorp.dev/fleet/internal/fleet"
)

// Config says where the database is and how the pool is sized.
type Config struct {
	URL string // postgres://…; libpq's environment variables supply what it omits
	// ListenURL reaches the same database without a pooler in transaction mode, which loses LISTEN
	// (default URL).
	ListenURL string
	// Pooler says whether URL is that of a pooler in transaction mode (default PoolerAuto).
	Pooler Pooler

	// MaxConns is the maximum number of connections (default DefaultMaxConns). The sum over all
	// instances must stay below the max_connections of the server.
	MaxConns int
	// KeepConns is the number of connections opened ahead and kept when idle
	// (default DefaultKeepConns, at most MaxConns).
	KeepConns int
	// StatementTimeout makes PostgreSQL cancel a statement (default DefaultStatementTimeout), also
	// when the client is gone and cannot.
	StatementTimeout time.Duration
	// ConnWait bounds the wait for a connection (default DefaultConnWait). When every connection
	// has been busy for that long, the database is overloaded and a longer queue does not help.
	ConnWait time.Duration
	// SlowStatement is how long a statement may take before it is logged (default DefaultSlowStatement).
	SlowStatement time.Duration
	// Log receives slow statements (default slog.Default()).
	Log *slog.Logger
	// BeforeScan, if set, is called before a statement that may read the whole list of a company.
	// It may wait for a bounded time; done is called when the statement has ended. An error is
	// returned instead of rows.
	BeforeScan func(ctx context.Context) (done func(), err error)
}

// Defaults of Config.
const (
	DefaultMaxConns         = 50
	DefaultKeepConns        = 20
	DefaultStatementTimeout = 30 * time.Second
	DefaultConnWait         = 5 * time.Second
	DefaultSlowStatement    = 100 * time.Millisecond
)

// Connections older than connLifetime are replaced, so that a change behind a
// proxy or of a role takes effect. The jitter spreads the replacements.
const (
	connLifetime       = time.Hour
	connLifetimeJitter = 6 * time.Minute
)

// A connection that was idle for longer than pingIdle is checked before it is used, and is given up
// when it has not answered within pingTimeout.
const (
	pingIdle       = time.Second
	pingTimeout    = 2 * time.Second
	connectTimeout = 5 * time.Second
)

// DB is a pool of connections to one database. It and the types that it hands
// out may be used concurrently.
type DB struct {
	*database
	feed    *pgx.ConnConfig
	measure *measure
}

// database is what all types of the package share.
type database struct {
	*conns
	bun *bun.DB // builds SQL that varies; uses the pool's connections

	beforeScan func(ctx context.Context) (done func(), err error)
}

// EncryptsAndVerifies reports whether every connection to the database at url is to this machine, or is
// encrypted and goes to the server that a certificate names. Without sslmode a client falls back to plain text.
// An invalid URL and none count as well.
func EncryptsAndVerifies(url string) bool {
	c, err := pgx.ParseConfig(url)
	if url == "" || err != nil {
		return true
	}
	ways := []*pgconn.FallbackConfig{{Host: c.Host, TLSConfig: c.TLSConfig}}
	for _, way := range append(ways, c.Fallbacks...) {
		ip := net.ParseIP(way.Host)
		local := strings.HasPrefix(way.Host, "/") || way.Host == "localhost" || ip != nil && ip.IsLoopback()
		if !local && (way.TLSConfig == nil || way.TLSConfig.InsecureSkipVerify) {
			return false
		}
	}
	return true
}

// Fleet reads and writes the rows of the fleet on behalf of a viewer.
type Fleet struct{ *database }

// Identity manages companies, users, sessions, access tokens, identity
// providers and failed sign-ins. A method without a viewer authenticates or
// serves the command line.
type Identity struct{ *database }

// Bulk imports files and fills empty companies.
type Bulk struct{ *database }

// Open connects to the database. It returns an error when no connection can
// be made before ctx ends.
func Open(ctx context.Context, c Config) (*DB, error) {
	pc, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		// pgx's message would repeat the URL, which may hold a password.
		return nil, errors.New("open database: DATABASE_URL is not a valid PostgreSQL URL")
	}
	feed, err := pgx.ParseConfig(cmp.Or(c.ListenURL, c.URL))
	if err != nil {
		return nil, errors.New("open database: FLEET_LISTEN_URL is not a valid PostgreSQL URL")
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
	pc.ShouldPing, pc.PingTimeout = shouldPing, pingTimeout
	if pc.ConnConfig.ConnectTimeout == 0 {
		pc.ConnConfig.ConnectTimeout = connectTimeout
	}
	measure := newMeasure(cmp.Or(c.SlowStatement, DefaultSlowStatement), cmp.Or(c.Log, slog.Default()))
	pc.ConnConfig.Tracer = tracer{wait: c.ConnWait, measure: measure}
	pc.ConnConfig.RuntimeParams["application_name"] = "fleet"
	pooled, err := c.Pooler.isUsed(ctx, pc.ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	session := newSession(pc.ConnConfig, pooled, settingsOf(c.StatementTimeout))
	if pooled { // accepts connections also while the database is away
		pc.AfterConnect = answers
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	sqlDB := stdlib.OpenDBFromPool(pool)
	sqlDB.SetMaxIdleConns(0) // idle connections stay in the pool
	connections := &conns{connections: pool, session: session}
	shared := &database{conns: connections, bun: bun.NewDB(sqlDB, pgdialect.New()), beforeScan: c.BeforeScan}
	return &DB{shared, feed, measure}, nil
}

// answers returns an error unless a new connection answers.
func answers(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	return conn.Ping(ctx)
}

// Fleet returns the methods for rows of the fleet.
func (s *DB) Fleet() *Fleet { return &Fleet{s.database} }

// Identity returns the methods for users and their credentials.
func (s *DB) Identity() *Identity { return &Identity{s.database} }

// Bulk returns the methods for imports and seeding.
func (s *DB) Bulk() *Bulk { return &Bulk{s.database} }

// Close waits for running statements and closes every connection.
func (s *DB) Close() {
	_ = s.bun.Close() // holds no connections of its own
	s.connections.Close()
}

// Ping reports whether the database answers.
func (s *DB) Ping(ctx context.Context) error {
	conn, err := s.acquire(withFresh(ctx))
	if err == nil {
		conn.Release()
	}
	return err
}

// noRows reports whether err means that a query for one row found none.
func noRows(err error) bool {
	return errors.Is(err, pgx.ErrNoRows) || errors.Is(err, sql.ErrNoRows)
}

// violates reports whether err means that a unique constraint or index was violated.
func violates(err error, constraint string) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505" && pg.ConstraintName == constraint
}

// uuids converts keys to the array type that the driver encodes without reflection.
func uuids(keys []fleet.UUID) [][16]byte {
	list := make([][16]byte, len(keys))
	for i, k := range keys {
		list[i] = k
	}
	return list
}
