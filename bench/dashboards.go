package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
)

// runDashboards measures what of the database's CPU the statistics take while
// machines all over a large fleet change: without a reader, with
// subscribers, and with a client that asks besides. The machines are changed
// by mutations, as those of this server, which fence its cache meanwhile, and
// past it, as another instance's.
//
//	go run ./bench dashboards
func runDashboards(ctx context.Context, args []string) (err error) {
	flags := flag.NewFlagSet("dashboards", flag.ExitOnError)
	s := settings{}
	flags.StringVar(&s.dir, "data-dir", ".cache/bench", "folder of the PostgreSQL, the same as the first benchmark's")
	flags.IntVar(&s.equipment, "equipment", 100_000, "machines")
	flags.IntVar(&s.records, "records", 1_000_000, "maintenance records")
	flags.DurationVar(&s.each, "each", 20*time.Second, "length of a measurement")
	subscribers := flags.Int("subscribers", 100, "dashboards")
	requests := flags.Int("requests", 10, "queries for statistics a second, besides")
	rate := flags.Int("rate", 500, "writes a second")
	if err := flags.Parse(args); err != nil {
		return err
	}
	dir, err := filepath.Abs(s.dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	pg, err := localpg.Start(
		ctx,
		localpg.Options{Dir: dir, Log: log, Settings: map[string]string{"shared_buffers": "1GB", "max_connections": "300"}},
	)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	data, err := prepare(ctx, pg.URL(), s, log)
	if err != nil {
		return err
	}
	defer data.store.Close()
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
	b := &busy{data: data, server: server, postmaster: pg.PID(), rate: *rate}
	b.price.Store(time.Now().Unix() % 10_000_000 * 1000) // not what a run before has written
	if err := b.choose(ctx, pg.URL()); err != nil {
		return err
	}
	fmt.Printf("| writer, %d writes a second | dashboards | queries a second | writes a second "+
		"| CPU of the database, ms a second | of it by the dashboards | statistics computed a second |\n"+
		"|---|---:|---:|---:|---:|---:|---:|\n", *rate)
	for _, through := range []bool{false, true} {
		writer, write := "another instance", b.elsewhere
		if through {
			writer, write = "this instance", b.mutate
		}
		var alone float64
		for _, load := range []struct{ subscribers, requests int }{{}, {*subscribers, 0}, {*subscribers, *requests}} {
			u, err := b.measure(ctx, write, load.subscribers, load.requests, s.each)
			if err != nil {
				return err
			}
			share := "–"
			if load.subscribers == 0 {
				alone = u.cpu
			} else {
				share = fmt.Sprintf("%.0f ms, %.0f %%", u.cpu-alone, 100*(u.cpu-alone)/u.cpu)
			}
			fmt.Printf(
				"| %s | %d | %d | %.0f | %.0f | %s | %.1f |\n",
				writer,
				load.subscribers,
				load.requests,
				u.writes,
				u.cpu,
				share,
				u.loads,
			)
		}
	}
	return nil
}

// busy is a fleet that changes.
type busy struct {
	data       *data
	server     *child
	postmaster int
	rate       int
	targets    [16][]target // of each writer
	price      atomic.Int64 // of the last write: each differs, or nothing would change
}

type target struct {
	id      fleet.UUID
	version int
}

// choose deals out machines from all over the table.
func (b *busy) choose(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "VACUUM ANALYZE equipment"); err != nil {
		return err
	}
	rows, err := conn.Query(
		ctx,
		`SELECT id, version FROM equipment WHERE company_id = $1 AND deleted_at IS NULL AND status <> 'RETIRED' ORDER BY hashtext(id::text) LIMIT 20000`,
		[16]byte(b.data.viewer.CompanyID),
	)
	if err != nil {
		return err
	}
	var t target
	n := 0
	_, err = pgx.ForEachRow(rows, []any{(*[16]byte)(&t.id), &t.version}, func() error {
		b.targets[n%len(b.targets)] = append(b.targets[n%len(b.targets)], t)
		n++
		return nil
	})
	return err
}

// used is what a measurement gave, a second.
type used struct{ writes, cpu, loads float64 }

// measure writes while number subscribers are connected and requests queries a second are sent.
func (b *busy) measure(
	ctx context.Context,
	write func(context.Context, *target, string) error,
	number, requests int,
	long time.Duration,
) (u used, err error) {
	ctx, cancel := context.WithCancel(ctx)
	var readers sync.WaitGroup
	defer func() { cancel(); readers.Wait() }()
	subs := &subscribers{addr: b.server.addr}
	for range number {
		readers.Go(func() {
			if err := subs.overSocket(ctx, "Q", func() {}); err != nil && ctx.Err() == nil {
				subs.failed.Add(1)
				fmt.Fprintln(os.Stderr, "bench:", err)
			}
		})
	}
	for subs.connected.Load() < int64(number) {
		if subs.failed.Load() > 0 || ctx.Err() != nil {
			return u, fmt.Errorf("%d subscribers failed", subs.failed.Load())
		}
		time.Sleep(10 * time.Millisecond)
	}
	if requests > 0 {
		readers.Go(func() {
			for tick := time.NewTicker(time.Second / time.Duration(requests)); ; {
				select {
				case <-ctx.Done():
					tick.Stop()
					return
				case <-tick.C:
				}
				if _, err := b.post(ctx, statistics, nil); err != nil && ctx.Err() == nil {
					fmt.Fprintln(os.Stderr, "bench:", err)
				}
			}
		})
	}
	var writers sync.WaitGroup
	var mu sync.Mutex
	written, measuring := 0, false
	begun := time.Now()
	const warm = 2 * time.Second
	for n := range b.targets {
		writers.Go(func() {
			for i := 0; time.Since(begun) < warm+long && ctx.Err() == nil; i++ {
				time.Sleep(time.Until(begun.Add(time.Duration(i*len(b.targets)+n) * time.Second / time.Duration(b.rate))))
				t := &b.targets[n][i%len(b.targets[n])]
				oneErr := write(ctx, t, fmt.Sprintf("%d.50", b.price.Add(1)))
				mu.Lock()
				if measuring {
					written++
				}
				err = errors.Join(err, oneErr)
				mu.Unlock()
				if oneErr != nil {
					return
				}
			}
		})
	}
	time.Sleep(warm)
	before, beforeErr := b.spent(ctx)
	at := time.Now()
	mu.Lock()
	measuring = true
	mu.Unlock()
	time.Sleep(long - 100*time.Millisecond)
	mu.Lock()
	measuring = false
	n := float64(written)
	mu.Unlock()
	after, afterErr := b.spent(ctx)
	seconds := time.Since(at).Seconds()
	writers.Wait()
	return used{
			n / seconds,
			(after.cpu - before.cpu) * 1000 / seconds,
			(after.loads - before.loads) / seconds,
		}, errors.Join(
			err,
			beforeErr,
			afterErr,
			ctx.Err(),
		)
}

// elsewhere changes a machine past the server.
func (b *busy) elsewhere(ctx context.Context, t *target, cost string) error {
	amount := fleet.Decimal(cost)
	t.version++
	_, err := b.data.store.Fleet().UpdateEquipment(
		ctx,
		b.data.viewer,
		fleet.WriteInfo{},
		t.id,
		nil,
		fleet.EquipmentPatch{Cost: fleet.Maybe[*fleet.Decimal]{Set: true, To: &amount}},
	)
	return err
}

// mutate changes a machine through the server.
func (b *busy) mutate(ctx context.Context, t *target, cost string) error {
	answer, err := b.post(
		ctx,
		`mutation($in: UpdateEquipmentInput!) { updateEquipment(input: $in) { equipment { version } errors { message } } }`,
		map[string]any{
			"in": map[string]any{
				"equipmentId":     fleet.GlobalID(fleet.KindEquipment, t.id),
				"expectedVersion": t.version,
				"cost":            cost,
			},
		},
	)
	if err != nil {
		return err
	}
	if !strings.Contains(answer, `"errors":[]`) {
		return errors.New(answer)
	}
	t.version++
	return nil
}

var keepAlive = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

func (b *busy) post(ctx context.Context, query string, variables map[string]any) (string, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+b.server.addr+"/graphql", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := keepAlive.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return string(answer), err
}

// spent is what the database has used, in seconds, and how often the server
// has computed statistics, since they began.
type spent struct{ cpu, loads float64 }

func (b *busy) spent(ctx context.Context) (u spent, err error) {
	if u.cpu, err = cpuOf(b.postmaster); err != nil {
		return u, err
	}
	values, err := b.server.values(ctx, "fleet_statistics_cache_loads_total")
	if err != nil {
		return u, err
	}
	u.loads = values[0]
	return u, nil
}

// cpuOf returns the seconds of CPU of a process, its children that live and
// those that have ended: all of a PostgreSQL. Linux alone tells.
func cpuOf(parent int) (seconds float64, err error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return 0, err
	}
	const ticks = 100 // a second, whatever the kernel's own clock
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join("/proc", e.Name(), "stat"))
		if err != nil {
			continue // it has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ") // the name may hold anything
		f := strings.Fields(rest)                     // from the third field on: state, parent, …
		if len(f) < 15 || pid != parent && f[1] != strconv.Itoa(parent) {
			continue
		}
		last := 13 // utime and stime
		if pid == parent {
			last = 15 // and those of its children that have ended
		}
		for _, field := range f[11:last] {
			n, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return 0, err
			}
			seconds += n / ticks
		}
	}
	return seconds, nil
}
