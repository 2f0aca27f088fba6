// Package testlog keeps what servers log while they are tested, if the
// variable FLEET_TEST_LOGS names a folder: when all tests have run, the command
// in its folder secrets looks for secrets in it. Only tests use this package.
package testlog

import (
	"bytes"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

// Folder is the variable that names the folder.
const Folder = "FLEET_TEST_LOGS"

// New returns a log of everything, DEBUG included, that the source writes.
func New(t testing.TB, source string) *slog.Logger {
	t.Helper()
	return slog.New(slog.NewTextHandler(Writer(t, source), &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Writer returns where to write what a source logs. It may be used until the
// test's cleanups have run.
func Writer(t testing.TB, source string) io.Writer {
	t.Helper()
	folder := os.Getenv(Folder)
	if folder == "" {
		return io.Discard
	}
	// Each process has files of its own; a line is written at once.
	f, err := os.OpenFile(filepath.Join(folder, source+"-"+strconv.Itoa(os.Getpid())+".log"),
		os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Buffer is a log that a test reads while others write it.
type Buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns what was written so far.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
