package main

import (
	"bufio"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMain makes the test binary the command itself when it is told to be.
func TestMain(m *testing.M) {
	if os.Getenv("TESTCLUSTER_TEST_BE_IT") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// testcluster returns the command, ready to start.
func testcluster(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...) //nolint:gosec // ourselves
	cmd.Env = append(os.Environ(), "TESTCLUSTER_TEST_BE_IT=1")
	cmd.Stderr = os.Stderr
	return cmd
}

// removed fails the test if anything of the cluster at clusterURL is left.
func removed(t *testing.T, clusterURL string) {
	t.Helper()
	u, err := url.Parse(strings.TrimSpace(clusterURL))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(u.Query().Get("host"))
	if u.Scheme != "postgres" || dir == "." {
		t.Fatalf("the command got no URL but %q", clusterURL)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is left (%v)", dir, err)
	}
}

func TestExitCodeIsTheCommandsAndTheClusterIsRemoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		code   int
	}{
		"success": {"exit 0", 0},
		"failure": {"exit 3", 3},
		"killed":  {"kill -9 $$", 137},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := testcluster("--", "sh", "-c", `echo "$`+variable+`"; `+
				`[ -S "$(echo "$`+variable+`" | sed 's/.*host=//; s/&.*//; s/%2F/\//g')/.s.PGSQL.5432" ] || exit 99; `+
				c.script)
			said, _ := cmd.Output() // the code is looked at below
			if got := cmd.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d", got, c.code)
			}
			removed(t, string(said))
		})
	}
}

func TestWithoutAServerOrCommandItFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		code int
	}{
		"no command":       {nil, 2},
		"both":             {[]string{"-hold", "--", "true"}, 2},
		"no such command":  {[]string{"--", "/no/such/command"}, 127},
		"no such binaries": {[]string{"-pg-bin", t.TempDir(), "--", "true"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := testcluster(c.args...)
			cmd.Stderr = nil
			_ = cmd.Run() // the code is looked at below
			if got := cmd.ProcessState.ExitCode(); got != c.code {
				t.Errorf("exit code %d, want %d", got, c.code)
			}
		})
	}
}

func TestSignalsReachTheCommand(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			cmd := testcluster("--", "sh", "-c", `
				trap 'echo bye; exit 9' TERM INT HUP
				echo "$`+variable+`"
				while read -r line; do :; done`)
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			// Interrupts reads: with its input ended, the shell would end anyway.
			defer func() { _ = stdin.Close() }()
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(stdout)
			if !lines.Scan() {
				t.Fatal("the command did not start")
			}
			clusterURL := lines.Text()
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			if !lines.Scan() || lines.Text() != "bye" {
				t.Errorf("the command says %q, not that it got the signal", lines.Text())
			}
			_ = cmd.Wait() // the code is looked at below
			if got := cmd.ProcessState.ExitCode(); got != 9 {
				t.Errorf("exit code %d, want 9", got)
			}
			removed(t, clusterURL)
		})
	}
}

func TestHoldEndsWithItsInput(t *testing.T) {
	t.Parallel()
	cmd := testcluster("-hold")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	if !lines.Scan() {
		t.Fatal("no URL")
	}
	clusterURL, found := strings.CutPrefix(lines.Text(), variable+"=")
	if !found {
		t.Fatalf("it prints %q", lines.Text())
	}
	_ = stdin.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	removed(t, clusterURL)
}
