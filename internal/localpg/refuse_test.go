package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// realBinaries returns what Start would run.
func realBinaries(t *testing.T) binaries {
	t.Helper()
	f := &folder{}
	acct, err := f.account()
	if err != nil {
		t.Fatal(err)
	}
	bins, err := find(t.Context(), os.Getenv("LOCALPG_TEST_BIN"), 0, f, acct)
	if err != nil {
		t.Fatal(err)
	}
	return bins
}

// script writes a shell script that every account can run.
func script(t *testing.T, path, body string) {
	t.Helper()
	program(t, path, []byte("#!/bin/sh\n"+body+"\n"))
}

// program writes a file that every account can run.
func program(t *testing.T, path string, text []byte) {
	t.Helper()
	// A child forked meanwhile would hold the file open for writing, and
	// such a file cannot be run.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, text, 0o755); err != nil { //nolint:gosec // see above
		t.Fatal(err)
	}
}

// snapshot describes everything below dir.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		var text []byte
		if info.Mode().IsRegular() {
			if text, err = os.ReadFile(path); err != nil { //nolint:gosec // ours
				return err
			}
		}
		all[path] = fmt.Sprint(info.Mode(), info.ModTime(), string(text))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestForeignDataIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text string
		is         error
		says       []string
	}{
		"a later major": {"PG_VERSION", "99\n", ErrOtherMajor,
			[]string{"made by PostgreSQL 99", "install PostgreSQL 99", "FLEET_PG_BIN", "FLEET_DATA_DIR", "DATABASE_URL"}},
		"too old a major": {"PG_VERSION", "14\n", ErrOtherMajor,
			[]string{"made by PostgreSQL 14", "before 15 is not supported", "pg_dump", "FLEET_DATA_DIR"}},
		"an ancient one": {"PG_VERSION", "9.6\n", ErrOtherMajor, []string{"made by PostgreSQL 9"}},
		"no version":     {"PG_VERSION", "soon\n", nil, []string{"is no version", "FLEET_DATA_DIR"}},
		"other files":    {"letters.txt", "Dear Ann", nil, []string{"no PostgreSQL data folder", "FLEET_DATA_DIR"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := tempDir(t)
			data := filepath.Join(dir, "data")
			if err := errors.Join(
				os.Mkdir(data, 0o755), //nolint:gosec // a mode that must stay
				os.WriteFile(filepath.Join(data, c.file), []byte(c.text), 0o644),          //nolint:gosec // as above
				os.WriteFile(filepath.Join(data, "postmaster.pid"), []byte("1\n"), 0o644), //nolint:gosec // as above
			); err != nil {
				t.Fatal(err)
			}
			before := snapshot(t, data)
			_, err := Start(t.Context(), quick(dir))
			if err == nil {
				t.Fatal("it started")
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("got %v, want %v", err, c.is)
			}
			for _, want := range append(c.says, data, "othing was touched") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
			if diff := cmp.Diff(before, snapshot(t, data)); diff != "" {
				t.Errorf("the data changed:\n%s", diff)
			}
		})
	}
}

func TestNotFoundSaysWhatToDo(t *testing.T) {
	t.Parallel()
	fake := func(version string) map[string]string {
		return map[string]string{
			"postgres": "echo 'postgres (PostgreSQL) " + version + "'",
			"initdb":   "echo 'initdb (PostgreSQL) " + version + "'",
		}
	}
	for name, c := range map[string]struct {
		programs map[string]string
		says     string
	}{
		"empty folder":   {nil, "no usable PostgreSQL 15 or later in it"},
		"too old":        {fake("14.22 (Debian 14.22-1)"), "PostgreSQL 14.22 is too old, 15 or later is needed"},
		"without initdb": {map[string]string{"postgres": "exit 0"}, "it has no initdb beside postgres"},
		"lacks a library": {map[string]string{"postgres": "exit 0", "initdb": "echo libx.so.60: cannot open >&2; exit 127"},
			"initdb does not run: libx.so.60: cannot open"},
		"something unknown": {map[string]string{"postgres": "exit 0", "initdb": "echo hello"},
			`initdb prints no version: "hello\n"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick(tempDir(t))
			o.BinDir = tempDir(t)
			for name, body := range c.programs {
				script(t, filepath.Join(o.BinDir, name), body)
			}
			_, err := Start(t.Context(), o)
			if !errors.Is(err, ErrNotFound) {
				t.Fatalf("got %v, want ErrNotFound", err)
			}
			for _, want := range []string{c.says, "FLEET_PG_BIN is " + o.BinDir, "DATABASE_URL=", "npm ci"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

func TestInstallLineFitsTheSystem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		release, goos string
		root          bool
		want          string
	}{
		{"NAME=x\nID=debian\n", "linux", true, "apt-get install -y postgresql"},
		{"ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "linux", false, "sudo apt-get install -y postgresql"},
		{"ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "linux", false, "sudo dnf install -y postgresql-server"},
		{"ID=alpine\n", "linux", true, "apk add postgresql"},
		{"ID=arch\n", "linux", true, "pacman -S --noconfirm postgresql"},
		{"ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "linux", false, "sudo zypper install -y postgresql-server"},
		{"", "linux", false, "with your system's package manager, the package postgresql or postgresql-server"},
		{"", "darwin", false, "brew install postgresql@18"},
	} {
		if got := installLine(c.release, c.goos, c.root); got != c.want {
			t.Errorf("installLine(%q, %s) = %q, want %q", c.release, c.goos, got, c.want)
		}
	}
}

// The data decides which of several versions runs; without data the highest.
func TestVersionFollowsTheData(t *testing.T) {
	t.Parallel()
	acct := account{}
	var dirs []string
	for _, version := range []string{"16.9", "18.1", "17beta2", "14.1"} {
		dir := t.TempDir()
		script(t, filepath.Join(dir, "postgres"), "echo 'postgres (PostgreSQL) "+version+"'")
		script(t, filepath.Join(dir, "initdb"), "echo 'initdb (PostgreSQL) "+version+"'")
		dirs = append(dirs, dir)
	}
	packaged := t.TempDir()
	script(t, filepath.Join(packaged, "postgres"), "echo 'postgres (PostgreSQL) 19.4'")
	script(t, filepath.Join(packaged, "initdb"), "echo 'initdb (PostgreSQL) 19.4'")
	for _, c := range []struct {
		major int
		want  string
	}{{0, "18.1"}, {16, "16.9"}, {17, "17beta2"}, {19, "19.4"}} {
		got, err := choose(t.Context(), search{system: dirs, packaged: []string{packaged}, major: c.major, data: "d"}, acct)
		if err != nil || got.version != c.want {
			t.Errorf("for data of %d: %s (%v), want %s", c.major, got.version, err, c.want)
		}
	}
	got, err := choose(t.Context(), search{packaged: []string{packaged}}, acct)
	if err != nil || got.version != "19.4" {
		t.Errorf("with nothing but the package: %s (%v)", got.version, err)
	}
	if _, err := choose(t.Context(), search{system: dirs, major: 15, data: "d"}, acct); !errors.Is(err, ErrOtherMajor) {
		t.Errorf("for data of 15: %v, want ErrOtherMajor", err)
	}
}
