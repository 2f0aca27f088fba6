// Package localpg runs a private PostgreSQL where no DATABASE_URL is set, and
// for tests: it finds the binaries, initializes the data folder, starts the
// server as a child process and stops it. The server listens on a Unix socket
// in a folder that only its account may enter, so it needs no password; it
// never opens a TCP port. The schema comes from package migrations. Nothing
// here is meant for production.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database, its owner, by which the server connects, and the superuser, which makes both.
const (
	databaseName = "fleet"
	roleName     = "fleet"
	adminName    = "postgres"
	port         = "5432" // only names the socket file
)

// Options says where and how a private server runs.
type Options struct {
	// Dir holds everything of this server: data/, run/ (the socket), log and
	// lock. It is made if missing.
	Dir string
	// BinDir is the folder with postgres and initdb; "" searches for one.
	BinDir string
	// Settings are passed to postgres as -c name=value, over its own defaults.
	Settings map[string]string
	// Trust lets every account that reaches the socket connect as any role, and the role of the URL create
	// databases: for tests. Otherwise the account of this process alone may connect.
	Trust bool
	// Restart starts the server again when it ends by itself, after a delay that grows.
	Restart bool
	// Log receives starts, stops and recoveries; nil discards them. What postgres
	// itself writes goes to the file log in Dir.
	Log *slog.Logger
}

// Server is a running private PostgreSQL. Its methods may be called
// concurrently.
type Server struct {
	url     string
	version string
	log     *slog.Logger
	folder  *folder
	command func() (*exec.Cmd, *os.File, int64, error) // the next child, its log and where that ends now

	mu       sync.Mutex // held while a child is started
	cmd      *exec.Cmd
	pid      int
	stopping bool

	restart atomic.Bool   // once the first start has succeeded
	stop    chan struct{} // closed by Stop
	done    chan struct{}
	err     error // why the child ended; readable once done is closed
}

// Start runs the private server of o.Dir and returns when it accepts
// connections and the database exists. ctx bounds the start only: the server
// runs until Stop, or until this process ends. Errors about the machine
// (ErrNotFound, ErrInUse, ErrOtherMajor) say what to do and leave the data as
// it was.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, o, f)
	if err != nil {
		f.close()
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return s, nil
}

func start(ctx context.Context, o Options, f *folder) (*Server, error) {
	major, err := f.dataMajor()
	if err != nil {
		return nil, err
	}
	acct, err := f.account()
	if err != nil {
		return nil, err
	}
	bins, err := find(ctx, o.BinDir, major, f, acct)
	if err != nil {
		return nil, err
	}
	if err := stopOrphan(ctx, f.data(), o.Log); err != nil {
		return nil, err
	}
	if major == 0 {
		if err := f.chooseHome(acct, o.Log); err != nil {
			return nil, err
		}
		if err := initialise(ctx, f, bins, acct, o); err != nil {
			return nil, err
		}
	}
	if err := f.tighten(acct); err != nil {
		return nil, err
	}
	socket, err := f.socketDir(acct)
	if err != nil {
		return nil, err
	}

	s := &Server{
		url:     connectionURL(socket, roleName, databaseName),
		version: bins.version,
		log:     o.Log,
		folder:  f,
		stop:    make(chan struct{}),
		done:    make(chan struct{}),
	}
	s.command = func() (*exec.Cmd, *os.File, int64, error) { return postgres(f, bins, acct, socket, o.Settings) }
	begun := time.Now()
	if err := f.writeAccess(o.Trust); err != nil {
		return nil, err
	}
	if err := s.launch(); err != nil {
		return nil, fmt.Errorf("run %s as %s: %w", bins.postgres(), acct.name, err)
	}
	if err := s.prepareDatabase(ctx, socket, o.Trust); err != nil {
		// Not ctx: it may be what has ended.
		_ = s.Stop(context.WithoutCancel(ctx))
		return nil, err
	}
	s.restart.Store(o.Restart)
	o.Log.Info("private PostgreSQL is ready", "version", s.version, "dir", f.home,
		"account", acct.name, "took", time.Since(begun).Round(time.Millisecond).String())
	return s, nil
}

// URL returns the postgres:// URL of the database "fleet".
func (s *Server) URL() string { return s.url }

// Version returns the server's version, such as "18.4".
func (s *Server) Version() string { return s.version }

// PID returns the process id of the postmaster, the last one if there were several.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pid
}

// Done is closed when the child has ended and will not be started again; Err says why.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err returns nil while the server runs and after Stop; when the child ended
// by itself, what it wrote last.
func (s *Server) Err() error {
	select {
	case <-s.done:
		return s.err
	default:
		return nil
	}
}

// How long Stop waits for each way to stop before it takes the next.
const (
	fastPatience      = 20 * time.Second
	immediatePatience = 5 * time.Second
)

// Stop ends the server and returns when the child has ended: fast shutdown
// first (sessions are cut, the data is flushed), then immediate (the next start
// recovers from the log), then kill. The end of ctx cuts the first wait short.
// It may be called any number of times.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	if !s.stopping {
		s.stopping = true
		close(s.stop)
	}
	child := s.cmd.Process // no other is started from now on
	s.mu.Unlock()
	steps := []struct {
		signal   syscall.Signal
		patience time.Duration
	}{
		{syscall.SIGINT, fastPatience},
		{syscall.SIGQUIT, immediatePatience},
		{syscall.SIGKILL, immediatePatience},
	}
	cut := ctx.Done()
	for _, step := range steps {
		select {
		case <-s.done:
			return nil
		default:
		}
		if step.signal != syscall.SIGINT {
			s.log.Warn("private PostgreSQL does not stop, sending a stronger signal", "signal", step.signal.String())
		}
		if err := child.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop private PostgreSQL: %w", err)
		}
		timer := time.NewTimer(step.patience)
		select {
		case <-s.done:
		case <-timer.C:
		case <-cut:
			cut = nil
		}
		timer.Stop()
	}
	select {
	case <-s.done:
		return nil
	default:
		return fmt.Errorf("stop private PostgreSQL: process %d survived a kill", child.Pid)
	}
}

// prepareDatabase waits until the child is ready and creates the database and its owner on the
// first start, or after a first start that was interrupted.
func (s *Server) prepareDatabase(ctx context.Context, socket string, trust bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !isReady(s.folder.data(), s.PID()) {
		select {
		case <-s.done:
			return s.err
		case <-ctx.Done():
			return fmt.Errorf("wait for PostgreSQL to be ready: %w", ctx.Err())
		case <-tick.C:
		}
	}
	conn, err := pgx.Connect(ctx, s.url)
	if err == nil {
		return conn.Close(ctx)
	}
	var missing *pgconn.PgError
	if !errors.As(err, &missing) || missing.Code != "3D000" && missing.Code != "28000" { // the database, the role
		return fmt.Errorf("connect: %w", err)
	}
	conn, err = pgx.Connect(ctx, connectionURL(socket, adminName, "postgres"))
	if err != nil { // the superuser of a data folder of an earlier version is the owner
		conn, err = pgx.Connect(ctx, connectionURL(socket, roleName, "postgres"))
	}
	if err != nil {
		return fmt.Errorf("connect to create the database: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rights := ""
	if trust {
		rights = " CREATEDB"
	}
	if missing.Code == "28000" {
		if _, err := conn.Exec(ctx, "CREATE ROLE "+roleName+" LOGIN"+rights); err != nil {
			return fmt.Errorf("create the owner of the database: %w", err)
		}
		if trust { // tests put rows back without triggers
			if _, err := conn.Exec(ctx, "GRANT SET ON PARAMETER session_replication_role TO "+roleName); err != nil {
				return fmt.Errorf("let the owner of the database do without triggers: %w", err)
			}
		}
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+databaseName+" OWNER "+roleName); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

// isReady reports whether postmaster.pid names pid and says ready: connecting
// would not do, another server may answer on the socket.
func isReady(data string, pid int) bool {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= 8 && lines[0] == strconv.Itoa(pid) && strings.TrimSpace(lines[7]) == "ready"
}

func connectionURL(socket, role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database}
	// The port is named so that a PGPORT around us does not count.
	u.RawQuery = url.Values{"host": {socket}, "port": {port}}.Encode()
	return u.String()
}

func exitText(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}
