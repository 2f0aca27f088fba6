package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Variable names the cluster that tests share. Its role must be allowed to
// create databases, and to set session_replication_role.
const Variable = "FLEET_TEST_DATABASE_URL"

// clusterURL returns the cluster of the run, else this process's own.
func clusterURL(t testing.TB) string {
	t.Helper()
	text := os.Getenv(Variable)
	if text == "" {
		var err error
		if text, err = own(); err != nil {
			t.Fatalf("pgtest: start a cluster for this process: %v", err)
		}
	}
	if u, err := url.Parse(text); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		t.Fatalf("pgtest: %s must be a postgres:// URL", Variable)
	}
	return text
}

// own starts the cluster of this process, once. It runs under the testcluster
// command: that process holds the other end of a pipe, and stops and removes the
// cluster when this process ends, in whatever way. So no test needs a TestMain
// for it, and none sees a goroutine of it.
var own = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", "run", "./internal/localpg/testcluster", "-hold")
	cmd.Dir = root
	stdin, held, err := os.Pipe()
	if err != nil {
		return "", err
	}
	answer, stdout, err := os.Pipe()
	if err != nil {
		return "", err
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stdout
	detach(cmd)
	err = cmd.Start()
	_, _ = stdin.Close(), stdout.Close()
	if err != nil {
		return "", fmt.Errorf("%w; run the tests under internal/localpg/testcluster or set %s", err, Variable)
	}
	keep = []*os.File{held, answer}

	var said []string
	lines := bufio.NewScanner(answer)
	for lines.Scan() {
		if u, found := strings.CutPrefix(lines.Text(), Variable+"="); found {
			return u, nil
		}
		said = append(said, lines.Text())
	}
	return "", errors.New(strings.Join(said, "\n"))
})

// keep holds our ends of the pipes: to lose them closes them.
var keep []*os.File

// moduleRoot finds the folder of go.mod; tests run in their package's.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.mod above the working directory; set %s", Variable)
		}
	}
	return "", err
}
