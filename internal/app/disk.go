package app

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// disk returns what is free on the disk of a folder.
func disk(folder string) Finding {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return Finding{Warning, "disk", fmt.Sprintf("%s: %v", folder, err), "check that the folder exists"}
	}
	free := int64(s.Bavail) * int64(s.Bsize) //nolint:unconvert // the types differ between systems
	f := Finding{Fine, "disk", fmt.Sprintf("%d MiB are free at %s", free>>20, folder), ""}
	if free < leastFree {
		f.Result, f.ToDo = Failed, "free some space: PostgreSQL stops when the disk is full"
	}
	return f
}
