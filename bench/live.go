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

// runLive measures subscribers of dashboards: the memory and CPU of each, and the
// latency of a committed change to all of them. Server and client are two processes.
//
//	go run ./bench live -subscribers 10000 -operations 1 -over websocket
func runLive(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("live", flag.ExitOnError)
	dir := flags.String("data-dir", ".cache/bench-live", "folder of the PostgreSQL")
	number := flags.Int("subscribers", 10_000, "number of subscribers")
	operations := flags.Int("operations", 1,
		"different operations among the subscribers; as many as subscribers: nothing is shared")
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

	subs := &subscribers{addr: server.addr}
	ctx, cancel := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer func() { cancel(); readers.Wait() }()
	subscribe := subs.overSocket
	if *over == "sse" {
		subscribe = subs.overStream
	}
	gate := make(chan struct{}, 100) // clients that connect at the same time
	for i := range *number {
		gate <- struct{}{}
		readers.Go(func() {
			once := sync.OnceFunc(func() { <-gate })
			defer once()
			if err := subscribe(ctx, fmt.Sprintf("Q%d", i%*operations), once); err != nil && ctx.Err() == nil {
				subs.failed.Add(1)
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
		})
	}
	for subs.connected.Load() < int64(*number) {
		if subs.failed.Load() > 0 || ctx.Err() != nil {
			return fmt.Errorf("%d subscribers failed", subs.failed.Load())
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(5 * time.Second) // let what connecting has left be collected
	connected, err := server.usage(ctx)
	if err != nil {
		return err
	}
	if err := subs.change(ctx, pg.URL(), *changes, *number); err != nil {
		return err
	}
	after, err := server.usage(ctx)
	if err != nil {
		return err
	}
	subs.mu.Lock()
	defer subs.mu.Unlock()
	slices.Sort(subs.latencies)
	cpu := after.cpu - connected.cpu
	fmt.Printf("| %s | %d | %d | %.0f MB | %.0f MB | %.1f KB | %v | %v | %v | %.1f µs |\n", *over, *number, *operations,
		connected.memory/1e6, after.memory/1e6, (connected.memory-empty.memory)/float64(*number)/1e3,
		percentile(subs.latencies, 0.5).Round(time.Millisecond), percentile(subs.latencies, 0.99).Round(time.Millisecond),
		(cpu / time.Duration(*changes)).Round(time.Millisecond), float64(cpu.Microseconds())/float64(len(subs.latencies)))
	return nil
}

// subscribers are all clients of one measurement.
type subscribers struct {
	addr      string
	connected atomic.Int64 // have received the present state
	failed    atomic.Int64
	// sent[n] is the time when the change to n machines was committed, in Unix nanoseconds.
	sent [1 << 16]atomic.Int64

	mu        sync.Mutex
	latencies []time.Duration
}

// change adds a machine a second and waits until all subscribers have received each.
func (s *subscribers) change(ctx context.Context, url string, changes, number int) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var machines int
	if err := conn.QueryRow(
		ctx,
		`SELECT count(*) FROM equipment e JOIN users u ON u.company_id = e.company_id WHERE u.email = '`+seed.DemoManager+`' AND e.deleted_at IS NULL`,
	).Scan(
		&machines,
	); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range changes {
		<-tick.C
		machines++
		s.sent[machines].Store(time.Now().UnixNano())
		if _, err := conn.Exec(
			ctx,
			`INSERT INTO equipment (company_id, name, category) SELECT company_id, 'Bench', 'Bench' FROM users WHERE email = '`+seed.DemoManager+`'`,
		); err != nil {
			return err
		}
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		s.mu.Lock()
		n := len(s.latencies)
		s.mu.Unlock()
		if n >= changes*number {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%d of %d deliveries came", n, changes*number)
		}
	}
}

// receive records the latency of a message; the first of a subscriber is the state before any change.
func (s *subscribers) receive(message []byte, first bool) {
	_, rest, found := bytes.Cut(message, []byte(`"totalEquipment":`))
	if !found {
		return
	}
	now := time.Now().UnixNano()
	if first {
		s.connected.Add(1)
		return
	}
	end := bytes.IndexAny(rest, ",}")
	n, err := strconv.Atoi(string(rest[:max(end, 0)]))
	if err != nil || n >= len(s.sent) || s.sent[n].Load() == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latencies = append(s.latencies, time.Duration(now-s.sent[n].Load()))
}

// statistics is the selection that each subscribes to.
const statistics = `{ dashboardStats { totalEquipment activeEquipment averageCost totalValue statusCounts { status count } } }`

func (s *subscribers) overSocket(ctx context.Context, name string, connected func()) error {
	conn, _, err := websocket.Dial( //nolint:bodyclose // it says that it needs no closing
		ctx,
		"ws://"+s.addr+"/graphql",
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}},
	)
	if err != nil {
		return err
	}
	defer func() { _ = conn.CloseNow() }()
	for _, m := range []string{`{"type":"connection_init"}`, `{"id":"1","type":"subscribe","payload":{"query":"subscription ` + name + ` ` + statistics + `"}}`} {
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
		s.receive(message, first)
		first = false
		connected()
	}
}

func (s *subscribers) overStream(ctx context.Context, name string, connected func()) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	body := `{"query":"subscription ` + name + ` ` + statistics + `"}`
	if _, err := fmt.Fprintf(
		conn,
		"POST /graphql HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s",
		s.addr,
		len(body),
		body,
	); err != nil {
		return err
	}
	lines := bufio.NewReaderSize(conn, 1024)
	for first := true; ; {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) || err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if bytes.HasPrefix(line, []byte("data: {")) {
			s.receive(line, first)
			first = false
			connected()
		}
	}
}
