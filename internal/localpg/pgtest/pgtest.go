// Package pgtest gives tests databases of a real PostgreSQL: each test its own,
// cloned from a prepared template in some 20 ms and dropped when the test ends.
// They live in the cluster that FLEET_TEST_DATABASE_URL names (internal/localpg/testcluster
// starts one for a whole `go test ./...`), else in one that is started for this
// test process and gone with it. Only tests may import this package.
package pgtest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg"
)

// Template describes the database that tests clone.
type Template struct {
	// Key names the content: the same key stands for the same schema and data.
	// A fingerprint of the migrations, and of the seed if there is one.
	Key string
	// Prepare fills the empty database at url. It runs once per cluster and
	// key, whichever test comes first, and must close its connections.
	Prepare func(ctx context.Context, url string) error
}

// timeout bounds each step here; a cold machine starts and fills a cluster in
// a few seconds.
const timeout = 2 * time.Minute

// Clone returns the URL of a fresh copy of the template, which is dropped when
// the test ends, open connections or not. Tests may call it in parallel.
func Clone(t testing.TB, template Template) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cluster := clusterURL(t)
	name, err := templates.get(ctx, cluster, template)
	if err != nil {
		t.Fatalf("pgtest: template %q: %v", template.Key, err)
	}
	return create(ctx, t, cluster, "TEMPLATE "+name+" STRATEGY file_copy")
}

// Empty returns the URL of a fresh database with nothing in it, dropped like a
// clone.
func Empty(t testing.TB) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return create(ctx, t, clusterURL(t), "TEMPLATE template0 STRATEGY file_copy")
}

// Server starts a server for this test alone, which may stop and kill it; it is
// stopped and removed when the test ends. Cheaper: Clone.
func Server(t testing.TB, o localpg.Options) *localpg.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	s, remove, err := localpg.StartTemporary(ctx, o)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.Background()); err != nil {
			t.Errorf("pgtest: %v", err)
		}
		if err := remove(); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return s
}

// Dir returns an empty folder for localpg.Options.Dir, removed when the test
// ends: t.TempDir will not do, root's server account cannot reach it.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := localpg.TemporaryDir()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return dir
}

// create makes a database with a random name and registers its drop.
func create(ctx context.Context, t testing.TB, cluster, how string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	if err := execute(ctx, cluster, "CREATE DATABASE "+name+" "+how); err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		if err := execute(ctx, cluster, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return inCluster(cluster, name)
}

// templates remembers what this process has seen prepared.
var templates = templateCache{ready: map[string]string{}}

type templateCache struct {
	mu    sync.Mutex
	ready map[string]string // cluster and key → database
}

// get returns the name of the template's database, which it makes if the
// cluster lacks it.
func (c *templateCache) get(ctx context.Context, cluster string, t Template) (string, error) {
	c.mu.Lock() // the tests of this process wait here, without a connection each
	defer c.mu.Unlock()
	id := cluster + "\n" + t.Key
	if name, ok := c.ready[id]; ok {
		return name, nil
	}
	name, err := prepareTemplate(ctx, cluster, t)
	if err == nil {
		c.ready[id] = name
	}
	return name, err
}

// prepareTemplate makes the template under another name and renames it when it
// is whole; a lock in the cluster keeps other processes waiting meanwhile.
func prepareTemplate(ctx context.Context, cluster string, t Template) (string, error) {
	sum := sha256.Sum256([]byte(t.Key))
	name := "template_" + hex.EncodeToString(sum[:12])
	making := name + "_making"

	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return "", err
	}
	// The end of the connection also gives the lock back.
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	lock := int64(binary.BigEndian.Uint64(sum[:8])) //nolint:gosec // any 64 bits do
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return "", err
	}
	var exists bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists)
	if err != nil || exists {
		return name, err
	}
	for _, sql := range []string{
		"DROP DATABASE IF EXISTS " + making + " WITH (FORCE)", // of a killed process
		"CREATE DATABASE " + making + " TEMPLATE template0",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", fmt.Errorf("%s: %w", sql, err)
		}
	}
	if err := t.Prepare(ctx, inCluster(cluster, making)); err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	for _, sql := range []string{
		// A template with open connections cannot be cloned.
		"ALTER DATABASE " + making + " ALLOW_CONNECTIONS false",
		"ALTER DATABASE " + making + " RENAME TO " + name,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", fmt.Errorf("%s: %w", sql, err)
		}
	}
	return name, nil
}

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, cluster, sql string) error {
	conn, err := pgx.Connect(ctx, cluster)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// inCluster returns the URL of another database of the cluster.
func inCluster(cluster, database string) string {
	u, err := url.Parse(cluster)
	if err != nil {
		panic(err) // clusterURL has parsed it
	}
	u.Path = "/" + database
	return u.String()
}
