package main

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demoMachines is how many machines the demo's first company has.
const demoMachines = 400

func TestFromNothingToAnAnswerAndBackToNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	setting := "FLEET_DATA_DIR=" + dir
	s := serve(t, patience, setting)
	if n := s.machines(); n != demoMachines {
		t.Errorf("the demo has %d machines", n)
	}
	if len(workingIn(t, dir)) == 0 {
		t.Error("no PostgreSQL is seen at work: the test looks in the wrong place")
	}
	s.stop(syscall.SIGINT) // with our connection still open
	nothingLeft(t, dir)

	s = serve(t, promised, setting)
	if n := s.machines(); n != demoMachines {
		t.Errorf("after a second start the demo has %d machines", n)
	}
	s.stop(syscall.SIGTERM)
	nothingLeft(t, dir)
}

// TestATakenPortIsReportedBeforeADatabaseIsMade starts the server where another
// one listens, on its port or on that of the metrics.
func TestATakenPortIsReportedBeforeADatabaseIsMade(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	addr := taken.Addr().String()
	for setting, settings := range map[string][]string{
		"FLEET_ADDR":         {"FLEET_ADDR=" + addr, "FLEET_METRICS_ADDR=127.0.0.1:0"},
		"FLEET_METRICS_ADDR": {"FLEET_ADDR=127.0.0.1:0", "FLEET_METRICS_ADDR=" + addr},
	} {
		dir := filepath.Join(dataDir(t), "data")
		p := start(t, append(settings, "FLEET_DATA_DIR="+dir), "serve", "--demo")
		select {
		case <-p.ended:
		case <-time.After(patience):
			t.Fatalf("%s: it still runs:\n%s", setting, &p.said)
		}
		want := "cannot listen on " + addr + ": "
		code, said := p.cmd.ProcessState.ExitCode(), p.said.String()
		if code == 0 || !strings.Contains(said, want) || !strings.Contains(said, setting) {
			t.Errorf("%s: exit code %d, want a failure that says %q:\n%s", setting, code, want, said)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: there is a data folder (%v)", setting, err)
		}
	}
}

// nothingLeft checks that a server has taken all with it but the data.
func nothingLeft(t *testing.T, dir string) {
	t.Helper()
	if left := workingIn(t, dir); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil &&
			(d.Type()&fs.ModeSocket != 0 || strings.HasSuffix(path, ".pid") || d.Type()&fs.ModeSymlink != 0 && d.Name() == "run") {
			t.Errorf("left lying: %s", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// workingIn returns the command lines of the processes that have dir, or a
// folder in it, as their working folder or among their arguments.
func workingIn(t *testing.T, dir string) (found []string) {
	t.Helper()
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range processes {
		line, err := os.ReadFile(filepath.Join(p, "cmdline"))
		if err != nil {
			continue // it has ended meanwhile
		}
		cwd, _ := os.Readlink(filepath.Join(p, "cwd")) // "" for a stranger's
		if strings.HasPrefix(cwd, dir) || strings.Contains(string(line), dir) {
			found = append(found, filepath.Base(p)+" "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}
