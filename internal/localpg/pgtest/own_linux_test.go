package pgtest_test

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bitcorp.dev/fleet/internal/localpg/pgtest"
)

func TestOwnClusterEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"in order", "kill -9"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			cmd, stdin, stdout := spawn(t, "own", pgtest.Variable+"=")
			pid, data := 0, ""
			lines := bufio.NewScanner(stdout)
			for pid == 0 && lines.Scan() {
				_, _ = fmt.Sscanf(lines.Text(), "cloned %d %s", &pid, &data)
			}
			if pid == 0 {
				t.Fatal("the helper started no cluster")
			}
			postmaster, err := unix.PidfdOpen(pid, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = unix.Close(postmaster) }()

			if how == "kill -9" {
				_ = cmd.Process.Kill()
			}
			_ = stdin.Close()
			for lines.Scan() { // the pipe ends with the last process of the run
				if strings.HasPrefix(lines.Text(), "--- FAIL") {
					t.Error(lines.Text())
				}
			}
			_ = cmd.Wait()
			poll := []unix.PollFd{{Fd: int32(postmaster), Events: unix.POLLIN}} //nolint:gosec // a small number
			for {
				if n, err := unix.Poll(poll, int(time.Minute.Milliseconds())); n == 1 {
					break
				} else if err != unix.EINTR { //nolint:errorlint // an errno as it comes
					t.Fatalf("the cluster outlives its process (%v)", err)
				}
			}
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
				if _, err := os.Stat(filepath.Dir(data)); os.IsNotExist(err) {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("%s is left", filepath.Dir(data))
				}
			}
		})
	}
}
