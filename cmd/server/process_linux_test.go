package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
	"bitcorp.dev/fleet/internal/testlog"
)

// The tests here drive the program as its users do: a process that is started,
// signalled and killed. program is where TestMain has built it.
var program string

func TestMain(m *testing.M) {
	os.Exit(build(m))
}

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "fleet-server-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "server")
	cmd := exec.Command("go", "build", "-race=false", "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as make builds it
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// Bounds of what is waited for: generous, for a machine that is busy.
const (
	patience = 2 * time.Minute
	// A start on data takes up to 5 s, and so does a stop; much longer on a
	// machine that is busy.
	promised = time.Minute
)

// process is a run of the program.
type process struct {
	t     testing.TB
	cmd   *exec.Cmd
	said  testlog.Buffer
	ended chan struct{} // closed when the process is gone
}

// start runs the program with these settings, NAME=value, and arguments.
// Nothing of the environment's own settings counts. It is killed at the
// test's end if it still runs.
func start(t testing.TB, settings []string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command(program, args...), ended: make(chan struct{})}
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(
			e,
			"=",
		); name == "FLEET_PG_BIN" ||
			!strings.HasPrefix(name, "FLEET_") && !strings.HasPrefix(name, "PG") && name != "DATABASE_URL" {
			p.cmd.Env = append(p.cmd.Env, e)
		}
	}
	p.cmd.Env = append(append(p.cmd.Env, "FLEET_LOG_LEVEL=DEBUG"), settings...)
	p.cmd.Stdout, p.cmd.Stderr = &p.said, io.MultiWriter(&p.said, testlog.Writer(t, "process"))
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait() // ProcessState tells all
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// says waits until the process has said what matches, and returns the first group.
func (p *process) says(pattern string, within time.Duration) string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	var found []string
	p.until(within, "it has said "+pattern, func() bool {
		found = re.FindStringSubmatch(p.said.String())
		return found != nil
	})
	return found[len(found)-1]
}

// until polls, while the process runs.
func (p *process) until(within time.Duration, what string, come func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(within); ; {
		if come() {
			return
		}
		select {
		case <-p.ended:
			if come() {
				return
			}
			p.t.Fatalf("it ended (%s) before %s:\n%s", p.cmd.ProcessState, what, &p.said)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("not within %s: %s\n%s", within, what, &p.said)
		}
	}
}

// kill ends the process as a crash does, and returns when it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may be gone
	<-p.ended
}

// stop sends a signal and returns when the process has ended, in order.
func (p *process) stop(signal syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
	p.wait(promised)
}

// wait returns when the process has ended without fault.
func (p *process) wait(within time.Duration) {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		p.t.Fatalf("it still runs after %s:\n%s", within, &p.said)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		p.t.Fatalf("it ended with %d:\n%s", code, &p.said)
	}
}

// run1 runs the program to its end and returns what it said.
func run1(t testing.TB, settings []string, args ...string) string {
	t.Helper()
	p := start(t, settings, args...)
	p.wait(2 * patience)
	return p.said.String()
}

// site is a running server.
type site struct {
	*process
	url string
}

// serve starts `server serve --demo` and returns when it answers.
func serve(t testing.TB, within time.Duration, settings ...string) *site {
	t.Helper()
	p := start(t, append(settings, "FLEET_ADDR=127.0.0.1:0", "FLEET_METRICS_ADDR="), "serve", "--demo")
	return &site{p, p.says(`GraphQL +(http://\S+/graphql)`, within)}
}

// data asks and decodes the answer. An error means that there was none, or
// that it was about errors.
func (s *site) data(into any, query string, variables map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	client := http.Client{Timeout: patience}
	response, err := client.Post(s.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	var a struct {
		Data   json.RawMessage
		Errors json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return err
	}
	if a.Errors != nil {
		return errors.New(string(a.Errors))
	}
	return json.Unmarshal(a.Data, into)
}

// machines returns how many machines the demo's fleet has.
func (s *site) machines() (n int) {
	s.t.Helper()
	var d struct{ DashboardStats struct{ TotalEquipment int } }
	if err := s.data(&d, `{ dashboardStats { totalEquipment } }`, nil); err != nil {
		s.t.Fatal(err)
	}
	return d.DashboardStats.TotalEquipment
}

// dataDir returns a folder that does not exist yet. At the test's end it waits
// for the PostgreSQL on it, which outlives a killed server by a moment and
// would write into the folder while it is removed.
func dataDir(t testing.TB) string {
	dir := filepath.Join(pgtest.Dir(t), "data dir")
	t.Cleanup(func() {
		for deadline := time.Now().Add(patience); atWork(dir); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("PostgreSQL still runs in %s", dir)
				return
			}
		}
	})
	return dir
}

// atWork reports whether a process has its working directory below dir, as
// every process of a PostgreSQL has.
func atWork(dir string) bool {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir+"/") { // else it has ended
			return true
		}
	}
	return false
}
