package localpg

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestDataIsKeptForANormalUser(t *testing.T) {
	t.Parallel()
	as := normalUser(t)
	dir := filepath.Join(closedDir(t, as), "made", "by them")
	h := spawn(t, dir, as).ready(t)
	exec1(t, h.url, "CREATE TABLE kept AS SELECT 1 AS x")
	if uid, _, err := owner("/proc/" + strconv.Itoa(h.pid)); err == nil && uid != as.Uid {
		t.Errorf("postgres runs as %d, want %d", uid, as.Uid)
	}
	h.stop(t)
	h = spawn(t, dir, as).ready(t)
	if got := ask(t, h.url, "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
	h.stop(t)
}

// sudo now and then must not lock the owner out.
func TestRootRunsDataAsItsOwner(t *testing.T) {
	t.Parallel()
	as := normalUser(t)
	dir := filepath.Join(tempDir(t), "theirs")
	if err := os.Mkdir(dir, 0o711); err != nil { //nolint:gosec // passable
		t.Fatal(err)
	}
	if err := os.Chown(dir, int(as.Uid), int(as.Gid)); err != nil {
		t.Fatal(err)
	}
	h := spawn(t, dir, as).ready(t)
	exec1(t, h.url, "CREATE TABLE kept AS SELECT 1 AS x")
	h.stop(t)
	s := mustStart(t, quick(dir))
	if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
	mustStop(t, s)
	h = spawn(t, dir, as).ready(t)
	if got := ask(t, h.url, "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("%s rows", got)
	}
	h.stop(t)
}

func TestDataOfAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	as := normalUser(t)
	dir := tempDir(t)
	mustStop(t, mustStart(t, quick(dir)))
	line, err := spawn(t, dir, as).out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"error", "belongs to another account", "FLEET_DATA_DIR"} {
		if !strings.Contains(line, want) {
			t.Errorf("%q does not say %q", line, want)
		}
	}
}

func TestRootServesAFolderThatItsServerAccountCannotReach(t *testing.T) {
	t.Parallel()
	normalUser(t)
	t.Run("the folder itself is closed", func(t *testing.T) {
		t.Parallel()
		dir := closedDir(t, nil)
		s := mustStart(t, quick(dir))
		if got, want := ask(t, adminURL(t, s), "current_setting('data_directory')"), filepath.Join(dir, "data"); got != want {
			t.Errorf("data in %s, want %s", got, want)
		}
	})
	t.Run("a folder above it is closed", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(closedDir(t, nil), "data folder")
		s := mustStart(t, quick(dir))
		home, err := os.Readlink(filepath.Join(dir, "elsewhere"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.RemoveAll(home) })
		t.Cleanup(func() { mustStop(t, s) })
		exec1(t, s.URL(), "CREATE TABLE kept AS SELECT 1 AS x")
		mustStop(t, s)
		s = mustStart(t, quick(dir))
		if got := ask(t, s.URL(), "SELECT count(*) FROM kept"); got != "1" {
			t.Errorf("%s rows", got)
		}
	})
}

func TestRootChoosesAnAccountThatExists(t *testing.T) {
	t.Parallel()
	normalUser(t)
	want := "nobody"
	if _, err := user.Lookup("postgres"); err == nil {
		want = "postgres"
	}
	acct, err := (&folder{home: t.TempDir()}).account()
	if err != nil || acct.name != want || acct.credential.Uid == 0 {
		t.Errorf("%s (%v), want %s", acct.name, err, want)
	}
}

func TestReachGoesByEveryFolderAbove(t *testing.T) {
	t.Parallel()
	as := normalUser(t)
	acct := account{name: "test", credential: as}
	above := tempDir(t)
	below := filepath.Join(above, "below")
	if err := os.Mkdir(below, 0o711); err != nil { //nolint:gosec // passable
		t.Fatal(err)
	}
	for _, c := range []struct {
		mode     os.FileMode
		uid, gid uint32
		want     bool
	}{
		{0o711, 0, 0, true},
		{0o710, 0, 0, false},
		{0o710, 0, as.Gid, true},
		{0o701, 0, as.Gid, false}, // the group's bits count, not the others'
		{0o100, as.Uid, 0, true},
		{0o011, as.Uid, as.Gid, false}, // the owner's bits count
	} {
		if err := os.Chown(above, int(c.uid), int(c.gid)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(above, c.mode); err != nil {
			t.Fatal(err)
		}
		if got := acct.reaches(below); got != c.want {
			t.Errorf("%v of %d:%d: %v, want %v", c.mode, c.uid, c.gid, got, c.want)
		}
	}
}
