package localpg

import (
	"context"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestDataIsKeptBetweenRuns(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 'here' AS word")
	mustStop(t, s)
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Stop left postmaster.pid behind: %v", err)
	}
	s = mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT word FROM kept"); got != "here" {
		t.Errorf("kept %q", got)
	}
}

func TestServerIsPrivate(t *testing.T) {
	t.Parallel()
	o := quick(tempDir(t))
	o.Settings["work_mem"] = "5MB"
	s := mustStart(t, o)
	for query, want := range map[string]string{
		"current_setting('listen_addresses')":                   "",
		"current_setting('work_mem')":                           "5MB",
		"current_database()":                                    "fleet",
		"current_user":                                          "fleet",
		"current_setting('server_encoding')":                    "UTF8",
		"'B' < 'a'":                                             "true", // by code point
		"split_part(current_setting('server_version'), ' ', 1)": s.Version(),
	} {
		if got := ask(t, s.URL(), query); got != want {
			t.Errorf("%s = %q, want %q", query, got, want)
		}
	}
	if got := ask(
		t,
		adminURL(t, s),
		"SELECT string_agg(type || ' ' || auth_method, ', ') FROM pg_hba_file_rules",
	); got != "local peer" {
		t.Errorf("the rules of connections are %s", got)
	}
	for _, path := range []string{socketOf(t, s), filepath.Join(o.Dir, "data")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o700 {
			t.Errorf("%s is open: %v", path, info.Mode())
		}
	}
}

func socketOf(t *testing.T, s *Server) string {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("host")
}

func TestSettingsForClientsDoNotCount(t *testing.T) {
	// Not parallel: it changes the environment.
	for name, value := range map[string]string{
		"PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere.invalid", "PGDATABASE": "nothing",
		"LC_ALL": "xx_XX.UTF-8", "LANG": "de_DE.UTF-8", "FLEET_SECRET": "secret", "TZ": "Asia/Tokyo",
	} {
		t.Setenv(name, value)
	}
	s := mustStart(t, quick(tempDir(t)))
	if got := ask(t, s.URL(), "current_database()"); got != "fleet" {
		t.Errorf("connected to %q", got)
	}

	cmd := exec.Command("true")
	prepare(cmd, account{home: "/their/home"})
	for _, e := range cmd.Env {
		name, value, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "PG") || strings.HasPrefix(name, "LC_") ||
			name == "LANG" || name == "HOME" && value != "/their/home" || value == "secret" {
			t.Errorf("postgres would see %s", e)
		}
	}
	if !slices.Contains(cmd.Env, "TZ=Asia/Tokyo") || !slices.Contains(cmd.Env, "PATH="+os.Getenv("PATH")) {
		t.Errorf("postgres would see %v alone", cmd.Env)
	}
}

// TestFolderIsClosedToOtherAccounts: reading the lock is enough to hold it, and to pass through the folder is
// for the account of PostgreSQL alone. Folders of earlier versions are closed.
func TestFolderIsClosedToOtherAccounts(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "new")
	closed := func() {
		t.Helper()
		folder, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		lock, err := os.Stat(filepath.Join(dir, "lock"))
		if err != nil {
			t.Fatal(err)
		}
		if folder.Mode().Perm()&0o007 != 0 || lock.Mode().Perm() != 0o600 {
			t.Errorf("the folder is %v, its lock %v", folder.Mode(), lock.Mode())
		}
	}
	s := mustStart(t, quick(dir))
	closed()
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.Chmod(dir, 0o711),
		os.Chmod(filepath.Join(dir, "lock"), 0o644),
	); err != nil { //nolint:gosec // as earlier versions
		t.Fatal(err)
	}
	mustStart(t, quick(dir))
	closed()
}

func TestTwoServersSideBySide(t *testing.T) {
	t.Parallel()
	a, b := mustStart(t, quick(tempDir(t))), mustStart(t, quick(tempDir(t)))
	exec1(t, a.URL(), "CREATE TABLE only_in_a (x int)")
	if got := ask(t, b.URL(), "to_regclass('only_in_a') IS NULL"); got != "true" {
		t.Error("both URLs lead to one server")
	}
}

func TestSecondServerOnAFolderGetsErrInUseWithTheHolder(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	_, err := Start(t.Context(), quick(dir))
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("got %v, want ErrInUse", err)
	}
	for _, want := range []string{dir, "process " + strconv.Itoa(os.Getpid()), "FLEET_DATA_DIR", "DATABASE_URL"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if got := ask(t, s.URL(), "1"); got != "1" {
		t.Error("the refused one disturbed the first")
	}
	mustStop(t, s)
	mustStart(t, quick(dir))
}

func TestStopManyTimes(t *testing.T) {
	t.Parallel()
	s := mustStart(t, quick(tempDir(t)))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() { mustStop(t, s) })
	}
	all.Wait()
	<-s.Done()
	mustStop(t, s)
	if err := s.Err(); err != nil {
		t.Errorf("Err after Stop: %v", err)
	}
	if err := syscall.Kill(s.PID(), 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("the postmaster is still there: %v", err)
	}
}

func TestStopWithACanceledContextStillStops(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	s = mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows after an immediate stop", got)
	}
}

func TestStopKillsAServerThatIgnoresSignals(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
	// Only the last signal reaches it.
	if err := syscall.Kill(s.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	s = mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows after a kill", got)
	}
}

func TestServerThatEndsByItselfIsReported(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	if err := s.Err(); err != nil {
		t.Errorf("Err while it runs: %v", err)
	}
	if err := syscall.Kill(s.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "ended by itself (signal: killed)") {
		t.Errorf("Err = %v", err)
	}
	mustStop(t, s)
	mustStart(t, quick(dir)) // its lock is free, its backends are gone
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	o := quick(tempDir(t))
	o.Settings["work_mem"] = "lots"
	_, err := Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), `invalid value for parameter "work_mem": "lots"`) {
		t.Fatalf("got %v, want what postgres wrote", err)
	}
	mustStart(t, quick(o.Dir))
}

func TestMissingDatabaseIsMadeAtTheNextStart(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, connectionURL(socketOf(t, s), adminName, "postgres"), "DROP DATABASE fleet")
	mustStop(t, s)
	s = mustStart(t, quick(dir)) // as after a first start killed in between
	if got := ask(t, s.URL(), "current_database()"); got != "fleet" {
		t.Errorf("connected to %q", got)
	}
}

func TestLongAndOddPaths(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]string{
		"too long for a socket": strings.Repeat("long/", 30),
		"a comma":               "a,b",
		"spaces and quotes":     `Bob's "data" %41 ü`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(tempDir(t), part)
			s := mustStart(t, quick(dir))
			exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
			socket := socketOf(t, s)
			if !strings.HasPrefix(socket, "/tmp/fleet-pg-") {
				t.Errorf("socket in %s", socket)
			}
			mustStop(t, s)
			if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the socket's folder is left: %v", err)
			}
			s = mustStart(t, quick(dir))
			if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
				t.Errorf("%s rows", got)
			}
		})
	}
}

// adminURL returns the URL of the database for the superuser.
func adminURL(t *testing.T, s *Server) string {
	t.Helper()
	return connectionURL(socketOf(t, s), adminName, databaseName)
}

// TestOnlyThisAccountConnects, as the owner of the database, which is no superuser, or as the superuser.
func TestOnlyThisAccountConnects(t *testing.T) {
	t.Parallel()
	s := mustStart(t, quick(tempDir(t)))
	if got := ask(t, s.URL(), "current_user || ' ' || current_setting('is_superuser')"); got != "fleet off" {
		t.Errorf("the server's role: %s", got)
	}
	if got := ask(t, adminURL(t, s), "current_user || ' ' || current_setting('is_superuser')"); got != "postgres on" {
		t.Errorf("the superuser: %s", got)
	}
	if got := ask(t, s.URL(), "SELECT has_schema_privilege('public', 'CREATE') AND NOT rolcreatedb AND NOT rolcreaterole "+
		"FROM pg_roles WHERE rolname = current_user"); got != "true" {
		t.Errorf("what the role may do: %s", got)
	}
	nobody := normalUser(t)
	acct, err := (&folder{home: t.TempDir()}).account()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(tempDir(t), "test")                  // which the accounts can reach
	if err := os.WriteFile(file, program, 0o755); err != nil { //nolint:gosec // as above
		t.Fatal(err)
	}
	for refusal, as := range map[string]*syscall.Credential{
		"permission denied": nobody, "Peer authentication failed": acct.credential, // which may enter the socket's folder
	} {
		cmd := exec.CommandContext(t.Context(), file, "-test.run=^TestHelperConnect$")
		cmd.Dir, cmd.Env = "/", append(os.Environ(), "FLEET_TEST_CONNECT="+s.URL())
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
		if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), "refused: ") ||
			!strings.Contains(string(said), refusal) {
			t.Errorf("account %d connects: %v\n%s", as.Uid, err, said)
		}
	}
}

// TestHelperConnect is a process of TestOnlyThisAccountConnects.
func TestHelperConnect(t *testing.T) {
	url := os.Getenv("FLEET_TEST_CONNECT")
	if url == "" {
		t.Skip("only for another test to start")
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	_ = conn.Close(t.Context())
}
