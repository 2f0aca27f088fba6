package localpg

import (
	"testing"

	"golang.org/x/sys/unix"
)

// TestAClosedFolderIsFreeAlthoughAChildHasItsLock keeps the lock's file open as a
// child does between fork and exec.
func TestAClosedFolderIsFreeAlthoughAChildHasItsLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	inherited, err := unix.Dup(int(f.lock.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(inherited) }()
	f.close()
	again, err := openFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	again.close()
}
