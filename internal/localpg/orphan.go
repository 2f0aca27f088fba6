package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// stopOrphan stops the server that a killed process has left running on the data
// folder. This process holds the folder's lock, so no other one runs it.
func stopOrphan(ctx context.Context, data string, log *slog.Logger) error {
	path := filepath.Join(data, "postmaster.pid")
	text, err := os.ReadFile(path) //nolint:gosec // below our own folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil // it was stopped in order
	}
	if err != nil {
		return fmt.Errorf("look for a server left behind: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || postmaster <= 0 {
		return fmt.Errorf("%s names no process: %q", path, line)
	}

	if left := living(data, postmaster); len(left) > 0 {
		log.Warn("stopping the PostgreSQL that a killed server has left behind", "pid", postmaster, "data", data)
		if err := end(ctx, data, postmaster, left); err != nil {
			return err
		}
	}
	if syscall.Kill(postmaster, 0) == nil {
		// The id now belongs to another process, or to a zombie that has not been
		// reaped: postgres would take either for a running server and refuse. The
		// zombie may have removed the file itself before it ended.
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the trace of a server that has ended: %w", err)
		}
	}
	return nil // postgres clears it itself, after its own checks
}

// end stops the processes left on a data folder: in order if the postmaster is
// among them, then with more and more force.
func end(ctx context.Context, data string, postmaster int, left []int) error {
	if slices.Contains(left, postmaster) {
		_ = syscall.Kill(postmaster, syscall.SIGINT) // it may have ended meanwhile
	} else {
		signalAll(left, syscall.SIGQUIT) // backends alone see the end of their postmaster late
	}
	begun, tick := time.Now(), time.NewTicker(10*time.Millisecond)
	defer tick.Stop()
	insist := []struct {
		after  time.Duration
		signal syscall.Signal
	}{{10 * time.Second, syscall.SIGQUIT}, {15 * time.Second, syscall.SIGKILL}, {time.Minute, 0}}
	for {
		if left = living(data, postmaster); len(left) == 0 {
			return nil
		}
		if time.Since(begun) > insist[0].after {
			if insist[0].signal == 0 {
				return fmt.Errorf("processes %v of an earlier server on %s survive a kill", left, data)
			}
			signalAll(left, insist[0].signal)
			insist = insist[1:]
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for the server left behind on %s: %w", data, ctx.Err())
		case <-tick.C:
		}
	}
}

func signalAll(pids []int, signal syscall.Signal) {
	for _, pid := range pids {
		_ = syscall.Kill(pid, signal) // it may have ended meanwhile
	}
}
