package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Pooler says whether the database is reached through a pooler that gives a connection away after
// each transaction, such as PgBouncer with pool_mode=transaction.
type Pooler string

// The values of Pooler.
const (
	PoolerAuto Pooler = "auto" // found out when the store is opened
	PoolerYes  Pooler = "yes"
	PoolerNo   Pooler = "no"
)

// session is how the settings of our statements reach PostgreSQL. On connections of our own they are
// parameters of the connection. A pooler refuses most parameters, and gives what one client sets to
// all: behind one they are set in each transaction, statements have no names, and nothing is left
// behind.
type session struct {
	pooled bool
	begin  string // a BEGIN with the settings
	local  string // sets them in a statement, for the transaction that it is sent with
}

// setting is a parameter of PostgreSQL.
type setting struct{ name, value string }

// settingsOf returns the settings of every transaction.
func settingsOf(statementTimeout time.Duration) []setting {
	return []setting{
		{"timezone", "UTC"},
		{"statement_timeout", fmt.Sprint(statementTimeout.Milliseconds())},
		// Statements are short: compiling one takes longer than it saves.
		{"jit", "off"},
		// On flash or in memory a random page costs little more than a sequential one. PostgreSQL's
		// default of 4 is for spinning disks.
		{"random_page_cost", "1.1"},
		// Requests run in parallel already: one that uses all cores slows the others.
		{"max_parallel_workers_per_gather", "0"},
	}
}

// newSession prepares config for the settings.
func newSession(config *pgx.ConnConfig, pooled bool, settings []setting) session {
	switch config.DefaultQueryExecMode {
	case pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol: // in URLs for poolers; our values need types
		config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	if !pooled {
		for _, s := range settings {
			config.RuntimeParams[s.name] = s.value
		}
		return session{}
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	s := session{pooled: true, begin: "BEGIN"}
	var calls []string
	for _, set := range settings {
		s.begin += fmt.Sprintf("; SET LOCAL %s = '%s'", set.name, set.value)
		calls = append(calls, fmt.Sprintf("set_config('%s', '%s', true)", set.name, set.value))
	}
	s.local = "SELECT " + strings.Join(calls, ", ")
	return s
}

// isUsed reports whether config reaches PostgreSQL through a pooler.
func (p Pooler) isUsed(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	switch p {
	case "", PoolerAuto:
		return isPooled(ctx, config)
	case PoolerYes, PoolerNo:
		return p == PoolerYes, nil
	default:
		return false, fmt.Errorf("FLEET_POOLER is %q: it must be auto, yes or no", string(p))
	}
}

func (s session) txOptions() pgx.TxOptions { return pgx.TxOptions{BeginQuery: s.begin} }

// isPooled reports whether something between us and PostgreSQL keeps the connections: the process that
// answers is not the one that the connection was opened to. One connection, one statement.
func isPooled(ctx context.Context, config *pgx.ConnConfig) (bool, error) {
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return false, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var process uint32
	err = conn.QueryRow(ctx, "SELECT pg_backend_pid()", pgx.QueryExecModeSimpleProtocol).Scan(&process)
	return process != conn.PgConn().PID(), err
}
