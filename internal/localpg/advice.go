package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// notFound returns an error that lists what was examined and the three remedies.
func notFound(binDir string, s survey) error {
	var text strings.Builder
	if binDir != "" {
		fmt.Fprintf(&text, "FLEET_PG_BIN is %s, but there is no usable PostgreSQL %d or later in it.\n", binDir, minMajor)
	}
	for _, line := range s.refused {
		fmt.Fprintf(&text, "  not used: %s\n", line)
	}
	fmt.Fprintf(&text, "Do one of these:\n"+
		"  install it:          %s\n"+
		"  or from npm:         cd deploy/postgres && npm ci --ignore-scripts && npm run hydrate\n"+
		"  or name its folder:  FLEET_PG_BIN=/path/to/bin (with postgres and initdb)\n"+
		"  or use your own:     DATABASE_URL=postgres://user:password@host/database",
		installLine(osRelease(), runtime.GOOS, os.Geteuid() == 0))
	return fmt.Errorf("%w\n%s", ErrNotFound, text.String())
}

// otherMajor returns an error that names the version of the data, the versions
// that are installed, and the remedies.
func otherMajor(data string, major int, s survey) error {
	var have []string
	for _, b := range s.usable {
		have = append(have, fmt.Sprintf("%s (%s)", b.version, b.dir))
	}
	if len(have) == 0 {
		have = []string{"none that is usable"}
	}
	ways := fmt.Sprintf("install PostgreSQL %d or name its folder in FLEET_PG_BIN", major)
	if major < minMajor {
		ways = fmt.Sprintf("PostgreSQL before %d is not supported, so dump it with "+
			"PostgreSQL %d's own pg_dump and load that into a new folder", minMajor, major)
	}
	return fmt.Errorf("%w: %s was made by PostgreSQL %d, here is %s. Nothing was touched. "+
		"To keep the data: %s. To start anew beside it: set FLEET_DATA_DIR to another folder. "+
		"To use a server of your own: set DATABASE_URL", ErrOtherMajor, data, major, strings.Join(have, ", "), ways)
}

// hydrateHint helps with an npm package whose install script did not run: npm
// packs no links, and its libraries need them.
func hydrateHint(dir string) string {
	root := filepath.Dir(filepath.Dir(dir))
	if _, err := os.Stat(filepath.Join(root, "native", "pg-symlinks.json")); err != nil {
		return ""
	}
	return fmt.Sprintf(" (finish its installation: cd %s && node scripts/hydrate-symlinks.js)", root)
}

// installLine returns the command that installs PostgreSQL on this system.
// release is the text of /etc/os-release.
func installLine(release, goos string, root bool) string {
	if goos == "darwin" {
		return "brew install postgresql@18"
	}
	ids := ""
	for line := range strings.Lines(release) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if name == "ID" || name == "ID_LIKE" {
			ids += " " + strings.Trim(value, `"'`)
		}
	}
	sudo := "sudo "
	if root {
		sudo = ""
	}
	for _, id := range strings.Fields(ids) {
		switch id {
		case "debian", "ubuntu":
			return sudo + "apt-get install -y postgresql"
		case "fedora", "rhel", "centos":
			return sudo + "dnf install -y postgresql-server"
		case "alpine":
			return sudo + "apk add postgresql"
		case "arch":
			return sudo + "pacman -S --noconfirm postgresql"
		case "suse", "opensuse":
			return sudo + "zypper install -y postgresql-server"
		}
	}
	return "with your system's package manager, the package postgresql or postgresql-server"
}

func osRelease() string {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return ""
	}
	return string(text)
}
