package localpg

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSweepRemovesOnlyFoldersWithoutALockHolder(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	old := time.Now().Add(-time.Hour)
	folderWith := func(name string, aged bool) (dir string, lock *os.File) {
		dir = filepath.Join(base, name)
		lock, err := takeLock(mkdir(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		if aged {
			if err := os.Chtimes(lock.Name(), old, old); err != nil {
				t.Fatal(err)
			}
		}
		return dir, lock
	}
	held, lock := folderWith(temporaryPrefix+"held", true)
	defer func() { _ = lock.Close() }()
	left, lock := folderWith(temporaryPrefix+"left", true)
	_ = lock.Close()
	young, lock := folderWith(temporaryPrefix+"young", false)
	_ = lock.Close()
	foreign, lock := folderWith("foreign", true)
	_ = lock.Close()

	sweep(base)

	for dir, want := range map[string]bool{held: true, left: false, young: true, foreign: true} {
		_, err := os.Stat(dir)
		if got := !errors.Is(err, os.ErrNotExist); got != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(dir), got, want)
		}
	}
}

func mkdir(t *testing.T, dir string) string {
	t.Helper()
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
