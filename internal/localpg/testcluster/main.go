// Command testcluster runs a command with a PostgreSQL of its own around it:
//
//	go run ./internal/localpg/testcluster -- go test ./...
//
// The command finds the cluster's URL in FLEET_TEST_DATABASE_URL, where package
// pgtest looks for it. When the command ends, the cluster is stopped and removed
// and testcluster ends with the command's exit code.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"bitcorp.dev/fleet/internal/localpg"
)

const variable = "FLEET_TEST_DATABASE_URL"

func main() {
	hold := flag.Bool("hold", false, "run no command: print the URL and hold the cluster until standard input ends")
	binDir := flag.String("pg-bin", os.Getenv("FLEET_PG_BIN"), "folder with postgres and initdb; searched for if empty")
	flag.Parse()
	if *hold == (flag.NArg() > 0) {
		fmt.Fprintln(os.Stderr, "usage: testcluster [-pg-bin folder] -- command [argument...]")
		os.Exit(2)
	}
	// Writing to a parent that is gone must not end this process before the
	// cluster is removed.
	signal.Ignore(syscall.SIGPIPE)
	code, err := run(*hold, *binDir, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "testcluster:", err)
	}
	os.Exit(code)
}

// run starts the cluster, runs the command or holds the cluster, and removes it.
func run(hold bool, binDir string, command []string) (code int, err error) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	var ended chan struct{}
	if hold {
		ended = make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // an error is an end as well
			close(ended)
		}()
	}

	server, remove, err := start(binDir, signals, ended)
	if err != nil {
		return 1, err
	}
	defer func() {
		if stopErr := errors.Join(server.Stop(context.Background()), remove()); stopErr != nil {
			code, err = max(code, 1), errors.Join(err, stopErr)
		}
	}()
	if hold {
		fmt.Printf("%s=%s\n", variable, server.URL())
		select {
		case <-ended:
		case <-signals:
		case <-server.Done():
			return 1, server.Err()
		}
		return 0, nil
	}
	return runCommand(command, server, signals)
}

// start starts the cluster; a signal or the end of standard input cancels the
// start.
func start(binDir string, signals <-chan os.Signal, ended <-chan struct{}) (*localpg.Server, func() error, error) {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	go func() {
		select {
		case s := <-signals:
			cancel(fmt.Errorf("stopped by signal: %s", s))
		case <-ended:
			cancel(errors.New("standard input ended"))
		case <-ctx.Done():
		}
	}()
	server, remove, err := localpg.StartTemporary(ctx, localpg.Options{
		BinDir: binDir, Settings: logSettings(os.Getenv("FLEET_TEST_LOGS")),
	})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return server, remove, err
}

// logSettings makes PostgreSQL log every statement into a folder, to which its
// account can write; without a folder it returns nil.
func logSettings(folder string) map[string]string {
	if folder == "" {
		return nil
	}
	return map[string]string{
		"log_statement": "all", "logging_collector": "on", "log_directory": folder,
		"log_filename": "postgresql.log", "log_rotation_size": "0", "log_rotation_age": "0",
	}
}

// runCommand runs the command to its end, forwards signals to it, and returns
// its exit code.
func runCommand(command []string, server *localpg.Server, signals <-chan os.Signal) (int, error) {
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // running it is the purpose of this program
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), variable+"="+server.URL())
	if err := cmd.Start(); err != nil {
		return 127, err
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // ProcessState tells all
		close(ended)
	}()

	// `go run` ends on SIGTERM without forwarding it: a new parent means that it has.
	parent, tick := os.Getppid(), time.NewTicker(time.Second)
	defer tick.Stop()
	gone := server.Done()
	for {
		select {
		case <-ended:
			return exitCode(cmd.ProcessState), nil
		case s := <-signals:
			_ = cmd.Process.Signal(s) // it may have ended
		case <-tick.C:
			if os.Getppid() != parent {
				_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
			}
		case <-gone:
			fmt.Fprintln(os.Stderr, "testcluster:", server.Err())
			gone = nil // the command gets connection errors
		}
	}
}

// exitCode is the command's own, or the shell's 128+n for a signal's.
func exitCode(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return state.ExitCode()
}
