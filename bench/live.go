package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/localpg"
	"bitcorp.dev/fleet/internal/seed"
)

// runLive measures subscribers of dashboards: what one costs, and how long a
// committed change takes to all of them. Server and client are two processes.
//
//	go run ./bench live -subscribers 10000 -questions 1 -over websocket
func runLive(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("live", flag.ExitOnError)
	dir := flags.String("data-dir", ".cache/bench-live", "folder of the PostgreSQL")
	subscribers := flags.Int("subscribers", 10_000, "how many subscribe")
	questions := flags.Int("questions", 1, "how many different questions they ask; as many as subscribers: nothing is shared")
	over := flags.String("over", "websocket", "websocket or sse")
	changes := flags.Int("changes", 20, "changes, one a second")
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder, err := filepath.Abs(*dir)
	if err != nil {
		return err
	}
	pg, err := localpg.Start(ctx, localpg.Options{Dir: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	program, remove, err := build(ctx)
	if err != nil {
		return err
	}
	defer remove()
	server, err := start(pg.URL(), nil, program, "serve", "--demo")
	if server != nil {
		defer server.stop()
	}
	if err != nil {
		return err
	}
	empty, err := server.usage(ctx)
	if err != nil {
		return err
	}

	w := &wall{addr: server.addr}
	ctx, cancel := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer func() { cancel(); readers.Wait() }()
	subscribe := w.overSocket
	if *over == "sse" {
		subscribe = w.overStream
	}
	gate := make(chan struct{}, 100) // clients that connect at the same time
	for i := range *subscribers {
		gate <- struct{}{}
		readers.Go(func() {
			once := sync.OnceFunc(func() { <-gate })
			defer once()
			if err := subscribe(ctx, fmt.Sprintf("Q%d", i%*questions), once); err != nil && ctx.Err() == nil {
				w.failed.Add(1)
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
		})
	}
	for w.told.Load() < int64(*subscribers) {
		if w.failed.Load() > 0 || ctx.Err() != nil {
			return fmt.Errorf("%d subscribers failed", w.failed.Load())
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(5 * time.Second) // let what connecting has left be collected
	connected, err := server.usage(ctx)
	if err != nil {
		return err
	}
	if err := w.change(ctx, pg.URL(), *changes, *subscribers); err != nil {
		return err
	}
	after, err := server.usage(ctx)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.Sort(w.latencies)
	cpu := after.cpu - connected.cpu
	fmt.Printf("| %s | %d | %d | %.0f MB | %.0f MB | %.1f KB | %v | %v | %v | %.1f µs |\n", *over, *subscribers, *questions,
		connected.memory/1e6, after.memory/1e6, (connected.memory-empty.memory)/float64(*subscribers)/1e3,
		percentile(w.latencies, 0.5).Round(time.Millisecond), percentile(w.latencies, 0.99).Round(time.Millisecond),
		(cpu / time.Duration(*changes)).Round(time.Millisecond), float64(cpu.Microseconds())/float64(len(w.latencies)))
	return nil
}

// wall is all the subscribers.
type wall struct {
	addr   string
	told   atomic.Int64
	failed atomic.Int64
	sent   [1 << 16]atomic.Int64 // when the change to so many machines was committed, Unix nanoseconds

	mu        sync.Mutex
	latencies []time.Duration
}

// change adds a machine a second and waits until all have heard of each.
func (w *wall) change(ctx context.Context, url string, changes, subscribers int) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var machines int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM equipment e JOIN users u ON u.company_id = e.company_id WHERE u.email = '`+seed.DemoManager+`' AND e.deleted_at IS NULL`).Scan(&machines); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range changes {
		<-tick.C
		machines++
		w.sent[machines].Store(time.Now().UnixNano())
		if _, err := conn.Exec(ctx, `INSERT INTO equipment (company_id, name, category) SELECT company_id, 'Bench', 'Bench' FROM users WHERE email = '`+seed.DemoManager+`'`); err != nil {
			return err
		}
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		w.mu.Lock()
		n := len(w.latencies)
		w.mu.Unlock()
		if n >= changes*subscribers {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d deliveries came", n, changes*subscribers)
		}
	}
}

// hear notes a message; the first one of a subscriber is the state of then.
func (w *wall) hear(message []byte, first bool) {
	_, rest, found := bytes.Cut(message, []byte(`"totalEquipment":`))
	if !found {
		return
	}
	now := time.Now().UnixNano()
	if first {
		w.told.Add(1)
		return
	}
	end := bytes.IndexAny(rest, ",}")
	n, err := strconv.Atoi(string(rest[:max(end, 0)]))
	if err != nil || n >= len(w.sent) || w.sent[n].Load() == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.latencies = append(w.latencies, time.Duration(now-w.sent[n].Load()))
}

const watched = `{ dashboardStats { totalEquipment activeEquipment averageCost totalValue statusCounts { status count } } }`

func (w *wall) overSocket(ctx context.Context, name string, connected func()) error {
	conn, _, err := websocket.Dial(ctx, "ws://"+w.addr+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}}) //nolint:bodyclose // it says that it needs no closing
	if err != nil {
		return err
	}
	defer func() { _ = conn.CloseNow() }()
	for _, m := range []string{`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription ` + name + ` ` + watched + `"}}`} {
		if err := conn.Write(ctx, websocket.MessageText, []byte(m)); err != nil {
			return err
		}
		if m[2] == 't' { // wait for the acknowledgement
			if _, _, err := conn.Read(ctx); err != nil {
				return err
			}
		}
	}
	for first := true; ; {
		_, message, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		if bytes.Contains(message, []byte(`"type":"ping"`)) {
			if err := conn.Write(ctx, websocket.MessageText, []byte(`{"type":"pong"}`)); err != nil {
				return err
			}
			continue
		}
		w.hear(message, first)
		first = false
		connected()
	}
}

func (w *wall) overStream(ctx context.Context, name string, connected func()) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", w.addr)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	body := `{"query":"subscription ` + name + ` ` + watched + `"}`
	if _, err := fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", w.addr, len(body), body); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(conn, 1024)
	for first := true; ; {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if bytes.HasPrefix(line, []byte("data: {")) {
			w.hear(line, first)
			first = false
			connected()
		}
	}
}
