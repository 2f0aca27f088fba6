package pgtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/localpg/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// freshKey is one that no cluster has seen: a cluster may be an old one.
func freshKey(t *testing.T) string { return t.Name() + pgtest.Empty(t) }

func TestParallelClonesArePreparedOnceAndSeparate(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int64
	same := pgtest.Template{Key: freshKey(t), Prepare: func(ctx context.Context, url string) error {
		prepared.Add(1)
		return execute(ctx, url, "CREATE TABLE machines AS SELECT generate_series(1, 10) AS id")
	}}
	t.Run("clones", func(t *testing.T) {
		for range 8 {
			t.Run("clone", func(t *testing.T) {
				t.Parallel()
				url := pgtest.Clone(t, same)
				if err := execute(t.Context(), url, "DELETE FROM machines WHERE id > 1"); err != nil {
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

func TestHalfMadeTemplateIsNeverUsed(t *testing.T) {
	t.Parallel()
	key, first := freshKey(t), true
	half := pgtest.Template{Key: key, Prepare: func(ctx context.Context, url string) error {
		if err := execute(ctx, url, "CREATE TABLE machines (id int)"); err != nil {
			return err // the second time: of the first's database
		}
		if first {
			first = false
			return errors.New("power cut")
		}
		return execute(ctx, url, "INSERT INTO machines VALUES (1)")
	}}
	failed := &recorder{TB: t}
	failed.run(func() { pgtest.Clone(failed, half) })
	if !strings.Contains(failed.fatal, "power cut") {
		t.Fatalf("the first clone says %q, want the error of Prepare", failed.fatal)
	}
	if n := ask[int](t, pgtest.Clone(t, half), "SELECT count(*) FROM machines"); n != 1 {
		t.Errorf("%d machines, want 1", n)
	}
}

// recorder is a test that may fail without failing ours.
type recorder struct {
	testing.TB
	fatal string
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = fmt.Sprintf(format, args...)
	panic(r)
}

func (r *recorder) run(f func()) {
	defer func() {
		if p := recover(); p != nil && p != any(r) {
			panic(p)
		}
	}()
	f()
}

func TestDatabaseIsDroppedUnderItsUsers(t *testing.T) {
	t.Parallel()
	var conn *pgx.Conn
	t.Run("user", func(t *testing.T) {
		var err error
		if conn, err = pgx.Connect(t.Context(), pgtest.Empty(t)); err != nil {
			t.Fatal(err)
		}
	})
	defer func() { _ = conn.Close(context.Background()) }() // the server has cut it
	name := conn.Config().Database
	if n := ask[int](t, pgtest.Empty(t), "SELECT count(*) FROM pg_database WHERE datname = $1", name); n != 0 {
		t.Errorf("%s is still there", name)
	}
}

func TestServerOfATestsOwnCanBeKilled(t *testing.T) {
	t.Parallel()
	s := pgtest.Server(t, localpg.Options{})
	if err := execute(t.Context(), s.URL(), "CREATE TABLE machines ()"); err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(s.PID())
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.Done()
	if s.Err() == nil {
		t.Error("no error reports the kill")
	}
}

// helperKey, if set, makes TestHelperProcess a process of its own that clones
// the template of that key.
const helperKey = "PGTEST_TEST_HELPER_KEY"

func TestHelperProcess(t *testing.T) {
	key := os.Getenv(helperKey)
	if key == "" {
		t.Skip("only for other tests to start")
	}
	url := pgtest.Clone(t, pgtest.Template{Key: key, Prepare: func(ctx context.Context, url string) error {
		fmt.Println("prepared")
		return execute(ctx, url, "CREATE TABLE machines AS SELECT 1 AS id")
	}})
	if n := ask[int](t, url, "SELECT count(*) FROM machines"); n != 1 {
		t.Errorf("%d machines", n)
	}
	url = strings.Replace(url, "//fleet@", "//postgres@", 1) // which may read the server's files
	fmt.Println("cloned", ask[int](t, url, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int"),
		ask[string](t, url, "SELECT current_setting('data_directory')"))
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// spawn starts a helper process.
func spawn(t *testing.T, key string, env ...string) (cmd *exec.Cmd, stdin io.Closer, stdout io.Reader) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestHelperProcess$") //nolint:gosec // ourselves
	cmd.Env = append(append(os.Environ(), helperKey+"="+key), env...)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err = cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, stdin, stdout
}

func TestProcessesPrepareOnceBetweenThem(t *testing.T) {
	t.Parallel()
	cluster := pgtest.Server(t, localpg.Options{}).URL()
	const processes = 4
	type helper struct {
		cmd    *exec.Cmd
		stdin  io.Closer
		stdout io.Reader
	}
	var all []helper
	for range processes {
		cmd, stdin, stdout := spawn(t, "same", pgtest.Variable+"="+cluster)
		all = append(all, helper{cmd, stdin, stdout})
	}
	prepared, cloned := 0, 0
	for _, h := range all {
		_ = h.stdin.Close()
		said, err := io.ReadAll(h.stdout)
		if err = errors.Join(err, h.cmd.Wait()); err != nil {
			t.Errorf("%v: %s", err, said)
		}
		prepared += strings.Count(string(said), "prepared\n")
		cloned += strings.Count(string(said), "cloned ")
	}
	if prepared != 1 || cloned != processes {
		t.Errorf("prepared %d times and cloned %d times, want 1 and %d", prepared, cloned, processes)
	}
	if n := ask[int](t, cluster, "SELECT count(*) FROM pg_database WHERE datname LIKE 'test%'"); n != 0 {
		t.Errorf("%d databases are left", n)
	}
}
