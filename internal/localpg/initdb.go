package localpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// initialise makes the data folder under another name and renames it when it
// is whole, so that an interrupted start leaves nothing that looks like data.
func initialise(ctx context.Context, f *folder, bins binaries, acct account, o Options) error {
	begun := time.Now()
	if err := f.fill(ctx, bins, acct, o.Settings["fsync"] == "off"); err != nil {
		return errors.Join(err, os.RemoveAll(f.part()))
	}
	if err := os.Remove(f.data()); err != nil && !os.IsNotExist(err) { // dataMajor saw that it is empty
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := os.Rename(f.part(), f.data()); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := syncFolder(f.home); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	o.Log.Info("made a data folder", "data", f.data(), "version", bins.version, "took", time.Since(begun).Round(time.Millisecond).String())
	return nil
}

// fill runs initdb on data.part.
func (f *folder) fill(ctx context.Context, bins binaries, acct account, noSync bool) error {
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
	var err error
	for _, locale := range locales {
		if err := os.RemoveAll(f.part()); err != nil {
			return fmt.Errorf("clear an unfinished data folder: %w", err)
		}
		if err := os.Mkdir(f.part(), 0o700); err != nil {
			return fmt.Errorf("make the data folder: %w", err)
		}
		if err := acct.own(f.part()); err != nil {
			return err
		}
		args := append([]string{"-D", f.part(), "-U", roleName, "--encoding=UTF8",
			"--auth-local=trust", "--auth-host=reject", "--no-instructions"}, locale...)
		if noSync {
			args = append(args, "--no-sync")
		}
		if output, err = run(ctx, acct, bins.initdb(), args...); err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("initdb: %w", ctx.Err())
		}
		if !strings.Contains(output, "locale") {
			break
		}
	}
	hint := ""
	if strings.Contains(output, "could not look up effective user ID") {
		hint = "\nPostgreSQL needs an entry in /etc/passwd for the account it runs as: add one, run as another user, or set DATABASE_URL"
	}
	return fmt.Errorf("initdb as %s: %w\n%s%s", acct.name, err, strings.TrimSpace(output), hint)
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
		runtime.LockOSThread() // see Server.launch
		defer runtime.UnlockOSThread()
		ended <- cmd.Run()
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
