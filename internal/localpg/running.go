package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Running returns the URL of the private server that another process runs on a data folder, after ErrInUse. The account
// of that process, and root, may connect.
func Running(ctx context.Context, dir string) (url string, err error) {
	if dir, err = filepath.Abs(dir); err != nil {
		return "", fmt.Errorf("private PostgreSQL: %w", err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return "", fmt.Errorf("private PostgreSQL: %w", err)
	}
	f := &folder{dir: dir, home: dir}
	if target, err := os.Readlink(f.elsewhere()); err == nil {
		f.home = target
	}
	text, err := os.ReadFile(filepath.Join(f.data(), "postmaster.pid"))
	if lines := strings.Split(
		string(text),
		"\n",
	); err == nil &&
		(len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready") {
		err = errors.New("it is starting or stopping")
	}
	if err != nil {
		return "", fmt.Errorf("private PostgreSQL of another process: %w", err)
	}
	socket := f.run()
	if target, err := os.Readlink(socket); err == nil {
		socket = target
	}
	url = connectionURL(socket, roleName, databaseName)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", fmt.Errorf("connect to the private PostgreSQL of another process: %w", err)
	}
	return url, conn.Close(ctx)
}
