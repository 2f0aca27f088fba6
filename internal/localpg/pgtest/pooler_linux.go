package pgtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/guard"
)

// Pooler starts PgBouncer with pool_mode=transaction and else its own defaults,
// on a free port, and returns the URL of the database at direct through it. It
// ends with the test. SKIP_POOLER=1 skips the test.
func Pooler(t testing.TB, direct string) string {
	t.Helper()
	if os.Getenv("SKIP_POOLER") == "1" {
		t.Skip("SKIP_POOLER is 1")
	}
	program := findPooler()
	if program == "" {
		t.Fatal(
			"pgtest: there is no pgbouncer: install it (apt install pgbouncer), or leave these tests out with SKIP_POOLER=1",
		)
	}
	server, err := pgx.ParseConfig(direct)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	for range 5 { // the port may be taken meanwhile
		if pooled, ok := startPooler(t, program, server); ok {
			return pooled
		}
	}
	t.Fatal("pgtest: PgBouncer did not start")
	return ""
}

// findPooler returns the path of PgBouncer; Debian's is not in everyone's PATH.
func findPooler() string {
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// startPooler reports whether PgBouncer answers.
func startPooler(t testing.TB, program string, server *pgx.ConnConfig) (pooled string, ok bool) {
	t.Helper()
	dir := Dir(t)
	free, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	addr := free.Addr().String()
	_ = free.Close()
	_, port, _ := strings.Cut(addr, ":")
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%d user=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = trust
auth_file = %s/users.txt
pool_mode = transaction
`, server.Host, server.Port, server.User, port, dir)
	write(t, filepath.Join(dir, "users.txt"), strconv.Quote(server.User)+` ""`+"\n")
	write(t, filepath.Join(dir, "pgbouncer.ini"), settings)

	var said bytes.Buffer
	cmd := exec.CommandContext(context.Background(), program, filepath.Join(dir, "pgbouncer.ini"))
	cmd.Dir, cmd.Stdout, cmd.Stderr = "/", &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Credential: ownerOf(t, server.Host)}
	started, ended := make(chan error, 1), make(chan struct{})
	go func() {
		defer guard.Recover("a pooler of tests")
		defer close(ended)
		runtime.LockOSThread() // with the thread that has started it the kernel would end it
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // it is killed
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // or it has ended
		<-ended
	})
	at := url.URL{
		Scheme:   "postgres",
		User:     url.User(server.User),
		Host:     addr,
		Path:     "/" + server.Database,
		RawQuery: "sslmode=disable",
	}
	for deadline := time.Now().Add(timeout); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case <-ended:
			t.Logf("pgtest: PgBouncer has ended: %s", said.String())
			return "", false
		default:
		}
		if conn, err := pgx.Connect(t.Context(), at.String()); err == nil {
			_ = conn.Close(t.Context())
			return at.String(), true
		}
	}
	return "", false
}

func write(t testing.TB, path, text string) {
	t.Helper()
	//nolint:gosec // PgBouncer reads it under another account
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
}

// ownerOf returns the account that reaches the server's socket; PgBouncer
// refuses to run as root. Nil is our own.
func ownerOf(t testing.TB, socket string) *syscall.Credential {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	nobody := &syscall.Credential{Uid: 65534, Gid: 65534}
	info, err := os.Stat(socket)
	if err != nil {
		return nobody // an address
	}
	stat := info.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // so on Linux
	if stat.Uid == 0 {
		return nobody
	}
	return &syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}
}
