package events_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/store/storetest"
)

// deafness is a proxy in front of PostgreSQL that, once it is deaf, drops the
// notifications and nothing else, as a pooler does.
type deafness struct {
	deaf    atomic.Bool
	running sync.WaitGroup
}

// start returns the URL of the database at direct through the proxy.
func (d *deafness) start(t *testing.T, direct string) string {
	t.Helper()
	server, err := pgx.ParseConfig(direct)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgxAddress(server)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); _ = l.Close(); d.running.Wait() })
	d.running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			back, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				t.Error(err)
				return
			}
			stop := context.AfterFunc(ctx, func() { _, _ = client.Close(), back.Close() })
			d.running.Go(func() {
				defer stop()
				_, _ = io.Copy(back, client)
				_ = back.Close()
			})
			d.running.Go(func() {
				if err := d.forward(client, back); err != nil && ctx.Err() == nil && !errors.Is(err, io.EOF) &&
					!errors.Is(err, net.ErrClosed) {
					t.Log(err)
				}
				_ = client.Close()
			})
		}
	})
	u := url.URL{Scheme: "postgres", User: url.User(server.User), Host: l.Addr().String(),
		Path: "/" + server.Database, RawQuery: "sslmode=disable"}
	return u.String()
}

// forward sends PostgreSQL's messages to the client: a byte of type, four of length.
func (d *deafness) forward(client io.Writer, back io.Reader) error {
	for {
		head := make([]byte, 5)
		if _, err := io.ReadFull(back, head); err != nil {
			return err
		}
		message := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(back, message); err != nil {
			return err
		}
		if head[0] == 'A' && d.deaf.Load() { // NotificationResponse
			continue
		}
		if _, err := client.Write(append(head, message...)); err != nil {
			return err
		}
	}
}

func pgxAddress(c *pgx.ConnConfig) (network, address string) {
	if strings.HasPrefix(c.Host, "/") {
		return "unix", c.Host + "/.s.PGSQL." + strconv.Itoa(int(c.Port))
	}
	return "tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
}

// TestAFeedThatHearsNothingAnyMoreIsLost lets notifications vanish on a
// connection that goes on answering.
func TestAFeedThatHearsNothingAnyMoreIsLost(t *testing.T) {
	f := watch(t)
	proxy := new(deafness)
	db, err := store.Open(
		t.Context(),
		store.Config{URL: f.url, ListenURL: proxy.start(t, f.url), MaxConns: 4, KeepConns: 1},
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	heard := new(recorder)
	feed := events.New(db.Feed(), slog.New(slog.DiscardHandler), heard)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = feed.Run(ctx) })
	defer func() { cancel(); running.Wait() }()
	f.until(func() bool { return heard.has("found", 1) })

	f.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'a', 'Crane')`, [16]byte(f.ours))
	f.until(func() bool { return len(heard.taken()) == 1 })
	proxy.deaf.Store(true)
	f.until(func() bool { return heard.has("lost", 2) })   // before the first connection too
	f.until(func() bool { return len(heard.taken()) > 0 }) // a poll, after another connection heard nothing
	f.exec(`INSERT INTO equipment (company_id, name, category) VALUES ($1, 'b', 'Crane')`, [16]byte(f.ours))
	f.until(func() bool {
		for _, c := range heard.taken() {
			if c.Company == f.ours && len(c.Rows) == 0 {
				return true
			}
		}
		return false
	})
	if heard.has("found", 2) {
		t.Error("a feed that hears nothing says that it listens")
	}
	proxy.deaf.Store(false)
	f.until(func() bool { return heard.has("found", 2) })
}

// TestAFeedOfAnotherDatabaseIsNotReady listens where nothing is committed.
func TestAFeedOfAnotherDatabaseIsNotReady(t *testing.T) {
	t.Parallel()
	_, here := storetest.New(t)
	_, elsewhere := storetest.New(t)
	db, err := store.Open(t.Context(), store.Config{URL: here, ListenURL: elsewhere, MaxConns: 4, KeepConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	err = db.Feed().Listen(t.Context(), func() { t.Error("the feed says that it is ready") }, nil)
	if err == nil || !strings.Contains(err.Error(), "FLEET_LISTEN_URL") {
		t.Errorf("Listen = %v", err)
	}
}
