package localpg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrInUse means that another process runs a server on the folder.
var ErrInUse = errors.New("data folder in use")

// folder is the folder of one private server, locked by this process.
//
//	lock          the process that runs a server here; flocked while one does
//	elsewhere     a link to home, only where the account cannot reach this folder
//	data/         PostgreSQL's own, whole or absent
//	data.part-…/  a data folder in the making
//	pg_hba.conf   which accounts may connect; not in data/, where the account could replace it
//	pg_ident.conf by a link
//	run/          the socket; a link where this path is too long for one
//	log           what postgres writes
type folder struct {
	dir  string // as given, absolute; holds lock and elsewhere
	home string // holds the rest; nearly always dir
	lock *os.File
	temp string // socket folder to remove, if there is one outside
	once sync.Once
}

// openFolder makes dir if it is missing and takes its lock.
func openFolder(dir string) (*folder, error) {
	if dir == "" {
		return nil, errors.New("private PostgreSQL: no data folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	if err := makeFolder(dir); err != nil {
		return nil, fmt.Errorf("private PostgreSQL: make the data folder: %w", err)
	}
	// Links are resolved once: the account's reach is judged on real paths.
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, home: dir, lock: lock}
	if target, err := os.Readlink(f.elsewhere()); err == nil {
		f.home = target
	}
	return f, nil
}

// makeFolder makes a folder for us alone, if it is missing, and those above it. Root's server account has to
// pass through those, where chooseHome lets it into the folder.
func makeFolder(dir string) error {
	above := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		above = 0o711
	}
	if err := os.MkdirAll(filepath.Dir(dir), above); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (f *folder) elsewhere() string { return filepath.Join(f.dir, "elsewhere") }
func (f *folder) data() string      { return filepath.Join(f.home, "data") }
func (f *folder) run() string       { return filepath.Join(f.home, "run") }
func (f *folder) rules() string     { return filepath.Join(f.home, "pg_hba.conf") }
func (f *folder) accounts() string  { return filepath.Join(f.home, "pg_ident.conf") }
func (f *folder) logPath() string   { return filepath.Join(f.home, "log") }

// close removes what a running server needs only while it runs, and gives the
// lock back.
func (f *folder) close() {
	f.once.Do(func() {
		if f.temp != "" {
			_ = os.RemoveAll(f.temp) // else the next start does
			_ = os.Remove(f.run())
		}
		_ = f.lock.Truncate(0)
		unlock(f.lock)
	})
}

// unlock gives a lock back and closes its file. To close it is not enough: a
// child between fork and exec has the file too, and the lock with it.
func unlock(file *os.File) {
	_ = unix.Flock(int(file.Fd()), unix.LOCK_UN)
	_ = file.Close()
}

// takeLock flocks the lock file and writes this process into it.
func takeLock(dir string) (*os.File, error) {
	path := filepath.Join(dir, "lock")
	// Reading is enough to flock it, so other accounts must not.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("private PostgreSQL: the data folder %s belongs to another account (%w): "+
			"run as that account, set FLEET_DATA_DIR to a folder of your own, or set DATABASE_URL", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	if err := file.Chmod(0o600); err != nil { // earlier versions made it readable
		_ = file.Close()
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	err = unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		holder := "another process"
		if text, err := io.ReadAll(io.LimitReader(file, 1024)); err == nil && len(text) > 0 {
			holder = strings.TrimSpace(string(text))
		}
		_ = file.Close()
		return nil, fmt.Errorf("private PostgreSQL: %w: %s is held by %s; stop that one, set FLEET_DATA_DIR "+
			"to another folder to run a second server beside it, or set DATABASE_URL to share one database",
			ErrInUse, dir, holder)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("private PostgreSQL: lock %s: %w", path, err)
	}
	holder := fmt.Sprintf("process %d (%s) since %s\n", os.Getpid(), strings.Join(os.Args, " "),
		time.Now().UTC().Format(time.RFC3339))
	if err := errors.Join(file.Truncate(0), writeAt(file, holder)); err != nil {
		unlock(file)
		return nil, fmt.Errorf("private PostgreSQL: write %s: %w", path, err)
	}
	return file, nil
}

func writeAt(file *os.File, text string) error {
	_, err := file.WriteAt([]byte(text), 0)
	return err
}

// dataMajor returns the major version that made the data folder, 0 if there is
// none yet. A folder that is not PostgreSQL's is refused.
func (f *folder) dataMajor() (int, error) {
	text, err := os.ReadFile(filepath.Join(f.data(), "PG_VERSION"))
	switch {
	case err == nil:
		major, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(text), ".", 2)[0]))
		if err != nil {
			return 0, fmt.Errorf("%s/PG_VERSION holds %q, which is no version: nothing was touched; "+
				"move the folder away or set FLEET_DATA_DIR to another", f.data(), text)
		}
		return major, nil
	case errors.Is(err, fs.ErrPermission):
		return 0, fmt.Errorf("the data in %s belongs to another account (%w): run as that account, "+
			"set FLEET_DATA_DIR to a folder of your own, or set DATABASE_URL", f.data(), err)
	case !errors.Is(err, fs.ErrNotExist):
		return 0, err
	}
	entries, err := os.ReadDir(f.data())
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	if len(entries) > 0 {
		return 0, fmt.Errorf("%s has files but no PG_VERSION, so it is no PostgreSQL data folder: nothing was touched; "+
			"move it away or set FLEET_DATA_DIR to another", f.data())
	}
	return 0, nil
}

// chooseHome chooses home for new data and creates it: dir itself, unless root's
// server account cannot reach it (a checkout under /root).
func (f *folder) chooseHome(acct account, log *slog.Logger) error {
	if f.home != f.dir {
		return errors.Join(makeFolder(f.home), acct.admit(f.home)) // the link outlived its target
	}
	if acct.credential == nil || acct.reaches(f.dir) {
		return nil
	}
	if acct.reaches(filepath.Dir(f.dir)) {
		// Only this folder is closed, and it was given for this: to pass
		// through is enough, what is in it closes itself.
		return acct.admit(f.dir)
	}
	base := "/var/lib/bitcorp-fleet"
	if strings.HasPrefix(f.dir, "/tmp/") {
		base = "/tmp" // data that was to be temporary stays so
	} else if err := os.MkdirAll(base, 0o711); err != nil { //nolint:gosec // passable, for any account
		return fmt.Errorf("account %s cannot reach %s: %w", acct.name, f.dir, err)
	}
	home, err := os.MkdirTemp(base, "fleet-data-")
	if err != nil {
		return fmt.Errorf("account %s cannot reach %s: %w", acct.name, f.dir, err)
	}
	if err := errors.Join(acct.admit(home), os.Symlink(home, f.elsewhere())); err != nil {
		return err
	}
	log.Warn(
		"the data is kept elsewhere: as root PostgreSQL runs under another account, which cannot reach the data folder",
		"account",
		acct.name,
		"dir",
		f.dir,
		"elsewhere",
		home,
	)
	f.home = home
	return nil
}

// tighten closes a folder that an earlier version let every account pass through.
func (f *folder) tighten(acct account) error {
	info, err := os.Stat(f.home)
	if err != nil || info.Mode().Perm() != 0o711 {
		return err
	}
	return acct.admit(f.home)
}

// maxSocketDir is how long a socket's folder may be: macOS has 104 bytes for
// "<folder>/.s.PGSQL.5432" with its final zero, Linux 108.
const maxSocketDir = 104 - 1 - len("/.s.PGSQL."+port)

// plainPath holds what neither postgres nor a URL takes for a separator.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9/._~+@-]+$`)

// socketDir returns a fresh folder for the socket that only acct may enter:
// run/, or where that path is too long or odd for a socket, one in /tmp that
// run links to.
func (f *folder) socketDir(acct account) (string, error) {
	if target, err := os.Readlink(f.run()); err == nil && strings.HasPrefix(target, "/tmp/fleet-pg-") {
		_ = os.RemoveAll(target) // of a server that was killed
	}
	if err := os.RemoveAll(f.run()); err != nil {
		return "", fmt.Errorf("clear the socket folder: %w", err)
	}
	dir := f.run()
	if len(dir) > maxSocketDir || !plainPath.MatchString(dir) {
		temp, err := os.MkdirTemp("/tmp", "fleet-pg-")
		if err != nil {
			return "", fmt.Errorf("make a socket folder with a short path: %w", err)
		}
		f.temp, dir = temp, temp
		if err := os.Symlink(temp, f.run()); err != nil {
			return "", fmt.Errorf("make the socket folder: %w", err)
		}
	} else if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the socket folder: %w", err)
	}
	return dir, acct.own(dir)
}

// writeAccess writes which accounts of the machine may connect, and as which role: this process's and root, as
// both, and no other. With trust everyone that reaches the socket may.
func (f *folder) writeAccess(trust bool) error {
	me, err := user.Current()
	if err != nil {
		return fmt.Errorf("look up the account of this process: %w", err)
	}
	rule, accounts := "local all all peer map=fleet\n", ""
	if trust {
		rule = "local all all trust\n"
	}
	for _, role := range []string{roleName, adminName} {
		for _, account := range []string{me.Username, "root"} { // root may become any account
			accounts += fmt.Sprintf("fleet \"%s\" %s\n", account, role)
		}
	}
	//nolint:gosec // PostgreSQL's account reads them; they are no secrets
	return errors.Join(os.WriteFile(f.rules(), []byte(rule), 0o644), os.WriteFile(f.accounts(), []byte(accounts), 0o644))
}

// maxLog is the size at which a start sets the log aside.
const maxLog = 1 << 20

// openLog opens the log for appending and returns its present length. It
// belongs to the account, which may be starting us itself next time.
func (f *folder) openLog(acct account) (*os.File, int64, error) {
	if info, err := os.Stat(f.logPath()); err == nil && info.Size() > maxLog {
		_ = os.Rename(f.logPath(), f.logPath()+".old") // else it grows without bound
	}
	file, err := os.OpenFile(f.logPath(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, 0, fmt.Errorf("open the log: %w", err)
	}
	info, err := file.Stat()
	if err = errors.Join(err, acct.own(f.logPath())); err != nil {
		_ = file.Close()
		return nil, 0, fmt.Errorf("open the log: %w", err)
	}
	return file, info.Size(), nil
}

// tail returns the end of what was written to path since from.
func tail(path string, from int64) string {
	file, err := os.Open(path) //nolint:gosec // our own log
	if err != nil {
		return err.Error()
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err == nil {
		from = max(from, info.Size()-2000)
	}
	text, err := io.ReadAll(io.NewSectionReader(file, from, 2000))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(text))
}

// owner returns the user and group that own path.
func owner(path string) (uid, gid uint32, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	stat := info.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // so on every system this builds for
	return stat.Uid, stat.Gid, nil
}
