package localpg

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// temporarySettings trade safety for speed: the data is not to outlive its
// server. Autovacuum would hold a template while it is cloned.
var temporarySettings = map[string]string{
	"fsync":              "off",
	"synchronous_commit": "off",
	"full_page_writes":   "off",
	"autovacuum":         "off",
	"wal_level":          "minimal",
	"max_wal_senders":    "0",
	"max_connections":    "400",
	"shared_buffers":     "64MB",
	// In the data folder, so that a killed server's goes with it.
	"dynamic_shared_memory_type": "mmap",
}

// memoryFolder is a file system in memory on most Linuxes; containers often
// make it small.
const (
	memoryFolder = "/dev/shm"
	memoryNeeded = 2 << 30
)

const temporaryPrefix = "fleet-temporary-"

// StartTemporary runs a server for tests on a folder of its own, in memory
// where there is room, with durability off. The caller gets what it needs to
// remove that folder after Stop. o.Dir is not used; o.Settings win over the
// temporary ones.
func StartTemporary(ctx context.Context, o Options) (s *Server, remove func() error, err error) {
	dir, err := TemporaryDir()
	if err != nil {
		return nil, nil, err
	}
	remove = func() error { return os.RemoveAll(dir) }
	o.Dir, o.Trust = dir, true
	settings := maps.Clone(temporarySettings)
	maps.Copy(settings, o.Settings)
	o.Settings = settings
	if s, err = Start(ctx, o); err != nil {
		return nil, nil, errors.Join(err, remove())
	}
	return s, remove, nil
}

// TemporaryDir makes a folder for a server's data that root's server account
// can reach, which testing's TempDir is not; the caller removes it. It
// also removes those of killed processes.
func TemporaryDir() (string, error) {
	base := "/tmp"
	var stat unix.Statfs_t
	if err := unix.Statfs(memoryFolder, &stat); err == nil && unix.Access(memoryFolder, unix.W_OK) == nil &&
		stat.Bavail*uint64(stat.Bsize) > memoryNeeded { //nolint:gosec // a block size is positive
		base = memoryFolder
	}
	sweep(base)
	dir, err := os.MkdirTemp(base, temporaryPrefix)
	if err != nil {
		return "", fmt.Errorf("make a temporary data folder: %w", err)
	}
	if os.Geteuid() == 0 {
		err = os.Chmod(dir, 0o711) //nolint:gosec // see above
	}
	return dir, err
}

// sweep removes temporary folders whose server and starter are gone: their lock
// is free, and they are too old for a starter that is about to take it.
func sweep(base string) {
	locks, _ := filepath.Glob(filepath.Join(base, temporaryPrefix+"*", "lock")) // fails on a bad pattern only
	for _, path := range locks {
		info, err := os.Stat(path)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		dir := strings.TrimSuffix(path, "/lock")
		if lock, err := takeLock(dir); err == nil {
			if len(living(filepath.Join(dir, "data"), 0)) == 0 {
				_ = os.RemoveAll(dir) // the next sweep tries again
			}
			_ = lock.Close()
		}
	}
}
