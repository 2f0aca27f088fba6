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
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/localpg"
)

// runAttack measures what an ordinary client notices while others attack: its
// latencies beside those of quiet, and the server's memory. The limits are the
// default ones; all users are of the company with the large fleet, so that
// the attackers' queries are as expensive as they can be. The attackers are a process
// of their own, at the lowest priority.
//
//	go run ./bench attack
func runAttack(ctx context.Context, args []string) (err error) {
	s := settings{}
	flags := flag.NewFlagSet("attack", flag.ExitOnError)
	flags.StringVar(
		&s.dir,
		"data-dir",
		".cache/bench",
		"folder of the benchmark's own PostgreSQL; kept, so that a second run need not seed",
	)
	flags.IntVar(&s.equipment, "equipment", 100_000, "machines")
	flags.IntVar(&s.records, "records", 1_000_000, "maintenance records")
	flags.DurationVar(&s.each, "each", 20*time.Second, "length of an attack")
	flags.StringVar(&s.only, "only", "", "only the attacks whose name contains this; all at once is 'all of it'")
	flags.StringVar(&s.beside, "with", "", "settings of the server, such as 'FLEET_RATE_LIMIT=0'")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	folder, err := filepath.Abs(s.dir)
	if err != nil {
		return err
	}
	pg, err := localpg.Start(
		ctx,
		localpg.Options{
			Dir:      folder,
			Log:      log,
			Settings: map[string]string{"shared_buffers": "1GB", "max_connections": "300"},
		},
	)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pg.Stop(context.WithoutCancel(ctx))) }()
	d, err := prepare(ctx, pg.URL(), s, log)
	if err != nil {
		return err
	}
	defer d.store.Close()
	tokens, users, err := d.hire(ctx, clients+ordinaryClients, fleet.RoleAnalyst, fleet.ScopeRead)
	if err != nil {
		return err
	}
	admins, _, err := d.hire(ctx, administrators, fleet.RoleAdmin, fleet.ScopeAdmin)
	if err != nil {
		return err
	}
	program, remove, err := build(ctx)
	if err != nil {
		return err
	}
	defer remove()
	server, err := start(pg.URL(), strings.Fields(s.beside), program, "serve")
	if server != nil {
		defer server.stop()
	}
	if err != nil {
		return err
	}
	o := &ordinary{addr: server.addr, tokens: tokens[clients:], data: d}
	target := victim{Addr: server.addr, Tokens: tokens[:clients], Admins: admins,
		User: fleet.GlobalID(fleet.KindUser, users[0])}
	if _, err := o.measure(ctx, server, 3*time.Second); err != nil { // warms caches and connections
		return err
	}
	quiet, err := o.measure(ctx, server, s.each)
	if err != nil {
		return err
	}
	quiet.print("quiet", quiet.p99, "")
	var all []string
	for _, way := range attacks() {
		all = append(all, way.name)
		if strings.Contains(way.name, s.only) {
			if err := o.under(ctx, server, target, way.name, []string{way.name}, quiet, s.each); err != nil {
				return err
			}
		}
	}
	if !strings.Contains(allOfIt, s.only) {
		return nil
	}
	return o.under(ctx, server, target, allOfIt, all, quiet, s.each)
}

// allOfIt is all attacks at once.
const allOfIt = "all of it"

// administrators is how many administrators attack.
const administrators = 5

// hire returns an access token of each of n users of a role, and their ids; missing users are created.
func (d *data) hire(
	ctx context.Context,
	n int,
	role fleet.Role,
	scope fleet.Scope,
) (tokens []string, users []fleet.UUID,
	err error) {
	service, err := auth.New(d.store.Identity(), auth.Config{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, nil, err
	}
	for i := range n {
		u := fleet.User{Email: fmt.Sprintf("bench%d@example.com", i), Name: "Bench", Role: role}
		if role == fleet.RoleAdmin {
			u.Email = "admin-" + u.Email
		}
		there, _, err := d.store.Identity().UserByEmail(ctx, u.Email, "")
		if fleet.CodeOf(err) == fleet.NotFound {
			there, err = service.AddUser(ctx, d.viewer, fleet.WriteInfo{}, u, "")
		}
		if err != nil {
			return nil, nil, err
		}
		name := "bench " + time.Now().Format(time.RFC3339Nano)
		token, _, err := service.CreateToken(
			ctx,
			d.viewer,
			fleet.WriteInfo{},
			fleet.AccessToken{UserID: there.ID, Name: name, Scope: scope, ExpiresAt: time.Now().Add(time.Hour)},
			time.Time{},
		)
		if err != nil {
			return nil, nil, err
		}
		tokens, users = append(tokens, token), append(users, there.ID)
	}
	return tokens, users, nil
}

// ordinaryClients is how many people work while others attack, and each of
// them sends so many requests a second, which the limits allow.
const (
	ordinaryClients = 5
	ordinaryRate    = 8
)

// ordinary is these people.
type ordinary struct {
	addr   string
	tokens []string
	data   *data
}

// noticed is what they noticed.
type noticed struct {
	answers  int
	failures map[string]int
	p50, p99 time.Duration
	memory   float64 // most of the server, bytes
}

func (n noticed) print(name string, quiet time.Duration, attackers string) {
	failed := "none"
	if len(n.failures) > 0 {
		failed = fmt.Sprint(n.failures)
	}
	fmt.Printf(
		"| %s | %d | %s | %v | %v | %.1f | %.0f MB | %s |\n",
		name,
		n.answers,
		failed,
		n.p50.Round(100*time.Microsecond),
		n.p99.Round(100*time.Microsecond),
		float64(n.p99)/float64(quiet),
		n.memory/1e6,
		attackers,
	)
}

// under measures while others attack.
func (o *ordinary) under(
	ctx context.Context,
	server *child,
	target victim,
	name string,
	ways []string,
	quiet noticed,
	long time.Duration,
) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	input, err := json.Marshal(target)
	if err != nil {
		return err
	}
	// In life they have machines of their own. Here they must not take the
	// processor from what is attacked by being there alone.
	cmd := exec.CommandContext(ctx, "nice", append([]string{"-n", "19", self, "attackers"}, ways...)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	// Where the kernel shares processors out between sessions, priorities count
	// inside of one alone: this is the session's.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/autogroup", cmd.Process.Pid), []byte("19"), 0o600)
	_, err = in.Write(input)
	time.Sleep(3 * time.Second) // until they are at it
	n, measureErr := o.measure(ctx, server, long)
	if err := errors.Join(err, measureErr, in.Close(), cmd.Wait()); err != nil {
		return err
	}
	n.print(name, quiet.p99, strings.TrimSpace(out.String()))
	time.Sleep(3 * time.Second) // the server lets go of what is left of it
	return nil
}

// measure lets the people work for some time.
func (o *ordinary) measure(ctx context.Context, server *child, long time.Duration) (n noticed, err error) {
	n.failures = map[string]int{}
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	var mu sync.Mutex
	var latencies []time.Duration
	var group sync.WaitGroup
	for i, token := range o.tokens {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
			defer client.CloseIdleConnections()
			tick := time.NewTicker(time.Second / ordinaryRate)
			defer tick.Stop()
			for next := i; ; next++ {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				begun := time.Now()
				failure := o.ask(client, token, next)
				mu.Lock()
				latencies = append(latencies, time.Since(begun))
				if failure != "" {
					n.failures[failure]++
				}
				mu.Unlock()
			}
		})
	}
	for ctx.Err() == nil {
		memory, err := server.resident()
		if err != nil {
			return n, err
		}
		n.memory = max(n.memory, memory)
		sleep(ctx, 100*time.Millisecond)
	}
	group.Wait()
	slices.Sort(latencies)
	n.answers, n.p50, n.p99 = len(latencies), percentile(latencies, 0.5), percentile(latencies, 0.99)
	return n, nil
}

// ask sends one of the requests of a usual page and returns what failed.
func (o *ordinary) ask(client *http.Client, token string, n int) string {
	queries := []string{
		`{ equipmentList(first: 50) { nodes { id name status assignedOperator { firstName lastName } latestMaintenance { maintenanceDate cost } } pageInfo { hasNextPage } } }`,
		`query ($id: ID!) { equipment(id: $id) { id name status maintenanceRecords(first: 10) { nodes { maintenanceDate description cost } } } }`,
		`{ dashboardStats { totalEquipment activeEquipment averageCost totalValue } }`,
	}
	var variables any
	if n%3 == 1 {
		variables = map[string]any{"id": o.data.ids[n*7919%len(o.data.ids)]}
	}
	r, err := http.NewRequest(
		http.MethodPost,
		"http://"+o.addr+"/graphql",
		operation(queries[n%3], variables),
	) //nolint:noctx // the client has a timeout
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := client.Do(r)
	if err != nil {
		return "no answer"
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || bytes.Contains(text, []byte(`"errors"`)) {
		return strconv.Itoa(answer.StatusCode)
	}
	return ""
}

// resident is the memory of a process now, in bytes.
func (c *child) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	return pages * float64(os.Getpagesize()), err
}
