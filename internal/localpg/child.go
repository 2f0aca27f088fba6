package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"time"

	"bitcorp.dev/fleet/internal/guard"
)

// The delays before a server that has ended by itself is started again. One that has run for steady
// begins with the first.
const (
	firstRestart   = 200 * time.Millisecond
	longestRestart = 30 * time.Second
	steady         = time.Minute
	orphansWithin  = 2 * time.Minute // for what a killed postmaster has left behind
)

// errStopping is returned by begin after Stop.
var errStopping = errors.New("the server is being stopped")

// postgres returns the command of a postmaster, its log and the present length of that.
func postgres(f *folder, bins binaries, acct account, socket string, settings map[string]string) (
	*exec.Cmd, *os.File, int64, error) {
	logFile, from, err := f.openLog(acct)
	if err != nil {
		return nil, nil, 0, err
	}
	args := []string{"-D", f.data(), "-k", socket, "-p", port,
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "hba_file=" + f.rules(), "-c", "ident_file=" + f.accounts(),
		"-c", "logging_collector=off", "-c", "log_destination=stderr"}
	names := make([]string, 0, len(settings))
	for name := range settings {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		args = append(args, "-c", name+"="+settings[name])
	}
	cmd := exec.Command(bins.postgres(), args...) //nolint:gosec // the program that the operator names
	prepare(cmd, acct)
	cmd.Stdout, cmd.Stderr = logFile, logFile
	return cmd, logFile, from, nil
}

// launch starts the postmaster as a child and a goroutine that waits for it.
func (s *Server) launch() error {
	started := make(chan error)
	go func() {
		defer guard.Recover("private PostgreSQL")
		// The kernel ties the child to the thread that made it, not to the
		// process: this thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		from, err := s.begin()
		started <- err
		if err == nil {
			s.attend(from)
		}
	}()
	return <-started
}

// begin starts a child and returns the length of the log before it.
func (s *Server) begin() (from int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return 0, errStopping
	}
	cmd, logFile, from, err := s.command()
	if err != nil {
		return 0, err
	}
	defer func() { _ = logFile.Close() }() // the child has its own descriptor
	if err := guard.Call("private PostgreSQL", cmd.Start); err != nil {
		return 0, err
	}
	s.cmd, s.pid = cmd, cmd.Process.Pid
	return from, nil
}

// attend waits for the child, and starts another one when it has ended by itself. It returns when the
// last one has ended.
func (s *Server) attend(from int64) {
	defer close(s.done)
	defer s.folder.close()
	for delay := firstRestart; ; {
		begun := time.Now()
		err := s.cmd.Wait()
		select {
		case <-s.stop:
			return
		default:
		}
		s.log.Error("private PostgreSQL ended by itself", "status", exitText(err), "log", s.folder.logPath())
		if !s.restart.Load() {
			s.err = fmt.Errorf("PostgreSQL ended by itself (%s); it wrote:\n%s", exitText(err),
				tail(s.folder.logPath(), from))
			return
		}
		if time.Since(begun) > steady {
			delay = firstRestart
		}
		for started := false; !started; delay = min(2*delay, longestRestart) {
			select {
			case <-s.stop:
				return
			case <-time.After(delay):
			}
			if from, err = s.again(); errors.Is(err, errStopping) {
				return
			}
			if started = err == nil; !started {
				s.log.Error("private PostgreSQL does not start again", "error", err, "retry_in", min(2*delay, longestRestart))
			}
		}
		s.log.Warn("private PostgreSQL was started again", "pid", s.PID())
	}
}

// again starts another child, after the end of what the last one has left behind.
func (s *Server) again() (from int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), orphansWithin)
	defer cancel()
	if err := stopOrphan(ctx, s.folder.data(), s.log); err != nil {
		return 0, err
	}
	return s.begin()
}
