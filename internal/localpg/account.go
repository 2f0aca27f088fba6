package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user that postgres runs as; without credential, our own.
type account struct {
	name       string
	home       string
	credential *syscall.Credential
}

// account chooses the user that postgres runs as. PostgreSQL refuses to run as
// root: then it is the owner of the data if there is data, else the account
// postgres, else the unprivileged account of the system.
func (f *folder) account() (account, error) {
	if os.Geteuid() != 0 {
		return account{name: "uid " + strconv.Itoa(os.Geteuid()), home: os.Getenv("HOME")}, nil
	}
	if uid, gid, err := owner(f.data()); err == nil && uid != 0 {
		acct := account{name: "uid " + strconv.Itoa(int(uid)), home: "/",
			credential: &syscall.Credential{Uid: uid, Gid: gid}}
		if u, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
			acct.name, acct.home = u.Username, u.HomeDir
		}
		if !acct.reaches(f.data()) {
			return account{}, fmt.Errorf("account %s owns the data in %s but cannot get there: "+
				"open the folders above it for passing (chmod o+x), or set FLEET_DATA_DIR to another folder", acct.name, f.data())
		}
		return acct, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.ParseInt(u.Uid, 10, 64) // macOS has an account of id -2
		gid, gidErr := strconv.ParseInt(u.Gid, 10, 64)
		if errors.Join(uidErr, gidErr) != nil || uint32(uid) == 0 { //nolint:gosec // wraps as the system's own uid_t does
			continue
		}
		return account{name: name, home: u.HomeDir,
			credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil //nolint:gosec // as above
	}
	return account{}, errors.New("PostgreSQL does not run as root, and this system has neither an account postgres " +
		"nor nobody: " +
		"run as a normal user, or set DATABASE_URL")
}

// own gives path to the account.
func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	if err := os.Lchown(path, int(a.credential.Uid), int(a.credential.Gid)); err != nil {
		return fmt.Errorf("give %s to account %s: %w", path, a.name, err)
	}
	return nil
}

// admit lets the account, by its group, and no other one pass through a folder of ours, which it cannot list.
func (a account) admit(path string) error {
	if a.credential == nil {
		return os.Chmod(path, 0o700) //nolint:gosec // a folder
	}
	if err := os.Chown(path, -1, int(a.credential.Gid)); err != nil {
		return fmt.Errorf("let account %s pass through %s: %w", a.name, path, err)
	}
	return os.Chmod(path, 0o710) //nolint:gosec // for the group of the account alone
}

// reaches reports whether the account may pass through path, a folder, and all
// folders above it. It goes by the modes.
func (a account) reaches(path string) bool {
	if a.credential == nil {
		return true
	}
	for {
		info, err := os.Stat(path)
		if err != nil {
			return false
		}
		stat := info.Sys().(*syscall.Stat_t) //nolint:forcetypeassert // so on every system this builds for
		search := os.FileMode(0o001)
		switch {
		case stat.Uid == a.credential.Uid:
			search = 0o100
		case stat.Gid == a.credential.Gid:
			search = 0o010
		}
		if info.Mode()&search == 0 {
			return false
		}
		parent := filepath.Dir(path)
		if parent == path {
			return true
		}
		path = parent
	}
}

// inherited are the variables of our environment that programs of PostgreSQL get: others may be secrets, which
// the account can read, or settings of PostgreSQL clients and locales. We read some messages, in English.
var inherited = []string{"PATH", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}

// prepare sets up cmd to run as the account, in a process group of its own (Ctrl-C
// at the terminal is for this process, which stops the server after its work),
// ended with this process where the system can, and with an environment of its own.
func prepare(cmd *exec.Cmd, a account) {
	cmd.Dir = "/" // ours may be closed to the account
	cmd.SysProcAttr = tiedToUs()
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Credential = a.credential
	cmd.Env = []string{"HOME=" + a.home}
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
}
