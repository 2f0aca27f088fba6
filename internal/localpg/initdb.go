package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"bitcorp.dev/fleet/internal/guard"
)

// initialise makes the data folder under another name and renames it when it
// is whole, so that an interrupted start leaves nothing that looks like data.
func initialise(ctx context.Context, f *folder, bins binaries, acct account, o Options) error {
	begun := time.Now()
	f.clearParts()
	part, err := f.fill(ctx, bins, acct, o.Settings["fsync"] == "off")
	if err != nil {
		f.clearParts()
		return err
	}
	if err := os.Remove(f.data()); err != nil && !os.IsNotExist(err) { // dataMajor saw that it is empty
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := os.Rename(part, f.data()); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	f.clearParts() // of a locale that the system did not have
	if err := syncFolder(f.home); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	o.Log.Info("made a data folder", "data", f.data(), "version", bins.version,
		"took", time.Since(begun).Round(time.Millisecond).String())
	return nil
}

// clearParts removes data folders that were never finished. After
// a kill, initdb may still write into one: what it leaves is removed the next
// time, and the name is not used again.
func (f *folder) clearParts() {
	parts, _ := filepath.Glob(filepath.Join(f.home, "data.part-*")) // the pattern is good
	for _, p := range parts {
		_ = os.RemoveAll(p)
	}
}

// fill runs initdb on a folder of its own, and returns that.
func (f *folder) fill(ctx context.Context, bins binaries, acct account, noSync bool) (string, error) {
	// The same order and the same letters on every system: by code point, in
	// UTF-8. From 17 on PostgreSQL brings that itself; before, not every
	// system has C.UTF-8, and C is what is left (upper and lower are ASCII's).
	locales := [][]string{{"--locale=C.UTF-8"}, {"--locale=C"}}
	if bins.major >= 17 {
		for i := range locales {
			locales[i] = append(locales[i], "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
		}
	}
	var output string
	var failed error
	for _, locale := range locales {
		part, err := os.MkdirTemp(f.home, "data.part-*")
		if err != nil {
			return "", fmt.Errorf("make the data folder: %w", err)
		}
		if err := acct.own(part); err != nil {
			return "", err
		}
		args := append([]string{"-D", part, "-U", adminName, "--encoding=UTF8",
			"--auth-local=reject", "--auth-host=reject", "--no-instructions"}, locale...)
		if noSync {
			args = append(args, "--no-sync")
		}
		if output, err = run(ctx, acct, bins.initdb(), args...); err == nil {
			return part, nil
		}
		if ctx.Err() != nil {
			return "", fmt.Errorf("initdb: %w", ctx.Err())
		}
		failed = err
		if !strings.Contains(output, "locale") {
			break
		}
	}
	hint := ""
	if strings.Contains(output, "could not look up effective user ID") {
		hint = "\nPostgreSQL needs an entry in /etc/passwd for the account it runs as: add one, " +
			"run as another user, or set DATABASE_URL"
	}
	return "", fmt.Errorf("initdb as %s: %w\n%s%s", acct.name, failed, strings.TrimSpace(output), hint)
}

// run runs a program as the account and returns what it wrote.
func run(ctx context.Context, acct account, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	prepare(cmd, acct)
	cmd.WaitDelay = 5 * time.Second // a grandchild may hold the output open
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	ended := make(chan error)
	go func() {
		defer guard.Recover("program of PostgreSQL")
		runtime.LockOSThread() // see Server.launch
		defer runtime.UnlockOSThread()
		ended <- guard.Call("program of PostgreSQL", cmd.Run)
	}()
	err := <-ended
	return output.String(), err
}

// syncFolder makes a rename in the folder outlast a power cut.
func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // our own folder
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
