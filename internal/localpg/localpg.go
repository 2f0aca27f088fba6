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
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bitcorp.dev/fleet/internal/guard"
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
	// Log receives starts, stops and recoveries; nil discards them. What postgres
	// itself writes goes to the file log in Dir.
	Log *slog.Logger
}

// Server is a running private PostgreSQL. Its methods may be called
// concurrently.
type Server struct {
	url     string
	version string
	pid     int
	cmd     *exec.Cmd
	log     *slog.Logger
	folder  *folder

	stopping atomic.Bool
	done     chan struct{}
	err      error // why the child ended; readable once done is closed
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
		done:    make(chan struct{}),
	}
	begun := time.Now()
	if err := f.writeAccess(o.Trust); err != nil {
		return nil, err
	}
	if err := s.launch(bins, acct, socket, o.Settings); err != nil {
		return nil, err
	}
	if err := s.prepareDatabase(ctx, socket, o.Trust); err != nil {
		// Not ctx: it may be what has ended.
		_ = s.Stop(context.WithoutCancel(ctx))
		return nil, err
	}
	o.Log.Info("private PostgreSQL is ready", "version", s.version, "dir", f.home,
		"account", acct.name, "took", time.Since(begun).Round(time.Millisecond).String())
	return s, nil
}

// URL returns the postgres:// URL of the database "fleet".
func (s *Server) URL() string { return s.url }

// Version returns the server's version, such as "18.4".
func (s *Server) Version() string { return s.version }

// PID returns the process id of the postmaster.
func (s *Server) PID() int { return s.pid }

// Done is closed when the child has ended, for whatever reason; Err says why.
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
	s.stopping.Store(true)
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
		if err := s.cmd.Process.Signal(step.signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
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
		return fmt.Errorf("stop private PostgreSQL: process %d survived a kill", s.pid)
	}
}

// launch starts the postmaster as a child and a goroutine that waits for it.
func (s *Server) launch(bins binaries, acct account, socket string, settings map[string]string) error {
	logFile, from, err := s.folder.openLog(acct)
	if err != nil {
		return err
	}
	args := []string{"-D", s.folder.data(), "-k", socket, "-p", port,
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "hba_file=" + s.folder.rules(), "-c", "ident_file=" + s.folder.accounts(),
		"-c", "logging_collector=off", "-c", "log_destination=stderr"}
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		args = append(args, "-c", name+"="+settings[name])
	}
	cmd := exec.Command(bins.postgres(), args...)
	prepare(cmd, acct)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	s.cmd = cmd

	started := make(chan error)
	go func() {
		defer guard.Recover("private PostgreSQL")
		// The kernel ties the child to the thread that made it, not to the
		// process: this thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := guard.Call("private PostgreSQL", cmd.Start)
		if err == nil {
			s.pid = cmd.Process.Pid
		}
		started <- err
		if err != nil {
			return
		}
		err = cmd.Wait()
		if !s.stopping.Load() {
			s.err = fmt.Errorf("PostgreSQL ended by itself (%s); it wrote:\n%s", exitText(err),
				tail(s.folder.logPath(), from))
			s.log.Error("private PostgreSQL ended by itself", "status", exitText(err), "log", s.folder.logPath())
		}
		s.folder.close()
		close(s.done)
	}()
	err = <-started
	_ = logFile.Close() // the child has its own descriptor
	if err != nil {
		return fmt.Errorf("run %s as %s: %w", bins.postgres(), acct.name, err)
	}
	return nil
}

// prepareDatabase waits until the child is ready and creates the database and its owner on the
// first start, or after a first start that was interrupted.
func (s *Server) prepareDatabase(ctx context.Context, socket string, trust bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !isReady(s.folder.data(), s.pid) {
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
