package localpg

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// endOf returns what waits for the end of a process that need not be our child.
func endOf(t *testing.T, pid int) (wait func()) {
	t.Helper()
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		t.Fatalf("process %d: %v", pid, err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	return func() {
		t.Helper()
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}} //nolint:gosec // a small number
		for {
			n, err := unix.Poll(poll, int(time.Minute.Milliseconds()))
			if errors.Is(err, unix.EINTR) {
				continue
			}
			if err != nil || n != 1 {
				t.Fatalf("process %d goes on living (%v)", pid, err)
			}
			return
		}
	}
}

func TestKilledParentTakesTheServerAlong(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	h := spawn(t, dir, nil).ready(t)
	exec1(t, h.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS x")
	gone := endOf(t, h.pid)
	h.kill()
	gone() // before any next start, that is
	if left := living(filepath.Join(dir, "data"), h.pid); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
	s := mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1000" {
		t.Errorf("%s of 1000 rows survived", got)
	}
}

func TestKilledParentAndServerRecover(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	h := spawn(t, dir, nil).ready(t)
	exec1(t, h.url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS x")
	// Stopped, the parent cannot notice: the kill takes both at once.
	if err := errors.Join(h.cmd.Process.Signal(syscall.SIGSTOP), syscall.Kill(h.pid, syscall.SIGKILL)); err != nil {
		t.Fatal(err)
	}
	h.kill()
	s := mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1000" {
		t.Errorf("%s of 1000 rows survived", got)
	}
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "automatic recovery in progress") {
		t.Error("there was nothing to recover: the test killed nothing")
	}
}

// An orphan as a system without Pdeathsig leaves it, with and without its
// postmaster.
func TestOrphanIsStopped(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
	mustStop(t, s)

	f := &folder{dir: dir, home: dir}
	acct, err := f.account()
	if err != nil {
		t.Fatal(err)
	}
	bins := realBinaries(t)
	orphan := exec.Command(bins.postgres(), "-D", f.data(), "-k", socketOf(t, s), //nolint:gosec // our own
		"-c", "listen_addresses=", "-c", "fsync=off")
	prepare(orphan, acct)
	orphan.SysProcAttr.Pdeathsig = 0
	if err := orphan.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	t.Cleanup(func() { _ = orphan.Process.Kill() })
	for !isReady(f.data(), orphan.Process.Pid) {
		select {
		case err := <-ended:
			t.Fatalf("the orphan ended: %v", err)
		case <-time.After(5 * time.Millisecond):
		}
	}

	var heard strings.Builder
	o := quick(dir)
	o.Log = slog.New(slog.NewTextHandler(&heard, nil))
	s = mustStart(t, o)
	<-ended
	if s.PID() == orphan.Process.Pid {
		t.Error("the orphan was taken for our child")
	}
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
	if want := "pid=" + strconv.Itoa(orphan.Process.Pid); !strings.Contains(heard.String(), want) {
		t.Errorf("the log does not contain %s: %s", want, heard.String())
	}
}

func TestProcessIDGivenToAnotherIsNoOrphan(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	text, err := os.ReadFile(pidFile) //nolint:gosec // ours
	if err != nil {
		t.Fatal(err)
	}
	mustStop(t, s)

	// A process of the account that runs postgres, which postgres itself would
	// take for a running server.
	bystander := exec.Command("sleep", "3600")
	acct, err := (&folder{dir: dir, home: dir}).account()
	if err != nil {
		t.Fatal(err)
	}
	prepare(bystander, acct)
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bystander.Process.Kill(); _ = bystander.Wait() }()
	_, rest, _ := strings.Cut(string(text), "\n")
	stale := strconv.Itoa(bystander.Process.Pid) + "\n" + rest
	if err := errors.Join(os.WriteFile(pidFile, []byte(stale), 0o600), acct.own(pidFile)); err != nil {
		t.Fatal(err)
	}

	s = mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
	if err := bystander.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the bystander was stopped: %v", err)
	}
}

// As where process 1 of a container does not reap.
func TestZombieIsNoOrphan(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	h := spawn(t, dir, nil).ready(t)
	exec1(t, h.url, "CREATE TABLE kept AS SELECT 1 AS x")
	lock, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid")) //nolint:gosec // ours
	if err != nil {
		t.Fatal(err)
	}
	h.stop(t)

	acct, err := (&folder{dir: dir, home: dir}).account()
	if err != nil {
		t.Fatal(err)
	}
	zombie := exec.Command("true")
	prepare(zombie, acct)
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zombie.Wait() }() // only after the next start
	endOf(t, zombie.Process.Pid)()
	_, rest, _ := strings.Cut(string(lock), "\n")
	pidFile := filepath.Join(dir, "data", "postmaster.pid")
	stale := strconv.Itoa(zombie.Process.Pid) + "\n" + rest
	if err := errors.Join(os.WriteFile(pidFile, []byte(stale), 0o600), acct.own(pidFile)); err != nil {
		t.Fatal(err)
	}
	s := mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
}

func TestKilledServerLeavesNoSocketFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), strings.Repeat("long/", 30))
	h := spawn(t, dir, nil).ready(t)
	gone := endOf(t, h.pid)
	left, err := os.Readlink(filepath.Join(dir, "run"))
	if err != nil {
		t.Fatal(err)
	}
	h.kill()
	gone()
	if _, err := os.Stat(left); err != nil {
		t.Fatalf("the kill itself removed it: %v", err)
	}
	mustStart(t, quick(dir))
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is left: %v", left, err)
	}
}

// slowInitdb returns a bin folder with an initdb that makes half a data folder,
// reports it by opening the fifo, and hangs.
func slowInitdb(t *testing.T) (binDir, fifo string) {
	t.Helper()
	bins := realBinaries(t)
	binDir = tempDir(t)
	fifo = filepath.Join(binDir, "fifo")
	if err := errors.Join(
		unix.Mkfifo(fifo, 0o666),
		os.Chmod(fifo, 0o666),
	); err != nil { //nolint:gosec // root's server account writes to it
		t.Fatal(err)
	}
	script(t, filepath.Join(binDir, "postgres"), `exec "`+bins.postgres()+`" "$@"`)
	script(t, filepath.Join(binDir, "initdb"), `
		[ "$1" = --version ] && exec "`+bins.initdb()+`" --version
		mkdir "$2/base" && echo `+strconv.Itoa(bins.major)+` > "$2/PG_VERSION"
		echo half > "`+fifo+`"
		exec sleep 3600`)
	return binDir, fifo
}

func TestInterruptedInitdbLeavesAUsableFolder(t *testing.T) {
	t.Parallel()
	t.Run("kill -9", func(t *testing.T) {
		t.Parallel()
		dir := tempDir(t)
		binDir, fifo := slowInitdb(t)
		h := spawn(t, dir, nil, "LOCALPG_TEST_BIN="+binDir)
		if _, err := os.ReadFile(fifo); err != nil { //nolint:gosec // ours
			t.Fatal(err)
		}
		h.kill()
		if halfway, _ := filepath.Glob(filepath.Join(dir, "data.part-*", "PG_VERSION")); len(halfway) != 1 {
			t.Fatalf("not killed halfway: %v", halfway)
		}
		checkFirstStart(t, dir)
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		dir := tempDir(t)
		o := quick(dir)
		binDir, fifo := slowInitdb(t)
		o.BinDir = binDir
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = os.ReadFile(fifo) //nolint:gosec // ours
			cancel()
		}()
		if _, err := Start(ctx, o); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want the cancellation", err)
		}
		checkFirstStart(t, dir)
	})
}

// checkFirstStart starts on a folder where nothing whole is yet.
func checkFirstStart(t *testing.T, dir string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(dir, "data")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a data folder, though initdb did not end: %v", err)
	}
	s := mustStart(t, quick(dir))
	exec1(t, s.URL(), "CREATE TABLE fine ()")
	if parts, _ := filepath.Glob(filepath.Join(dir, "data.part*")); len(parts) > 0 {
		t.Errorf("left: %v", parts)
	}
}
