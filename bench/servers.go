package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"bitcorp.dev/fleet/bench/ceiling"
	"bitcorp.dev/fleet/internal/fleet"
)

// contender is a server that is measured, in processes of its own.
type contender struct {
	name       string
	warm, cold *child // of the ceiling the same
	byHand     bool
	// peer is a server of others; its ids are plain UUIDs. documents is the folder of its queries, "" for those of the
	// fleet.
	peer      bool
	documents string
}

// url is where the contender answers the scenario's requests.
func (c *contender) url(q scenario) string {
	if c.byHand {
		return "http://" + c.warm.addr + q.path
	}
	return "http://" + c.of(q).addr + "/graphql"
}

// of is the process that answers them.
func (c *contender) of(q scenario) *child {
	if q.cold {
		return c.cold
	}
	return c.warm
}

// child is a process that serves.
type child struct {
	cmd     *exec.Cmd
	addr    string
	metrics string // URL; "" for a server of others: /proc tells what it uses
}

// startAll starts the fleet, the ceiling, and the second fleet if there is to be
// one. stop ends those that were started.
func startAll(
	ctx context.Context,
	program, url string,
	d *data,
	s settings,
) (list []*contender, stop func(), err error) {
	var children []*child
	stop = func() {
		for _, c := range children {
			c.stop()
		}
	}
	serve := func(env []string, name string, args ...string) (*child, error) {
		c, err := start(url, env, name, args...)
		if c != nil {
			children = append(children, c)
		}
		return c, err
	}
	ofFleet := func(name, program string, env ...string) error {
		env = append(env, "FLEET_REPORT_COST=false") // the handler written by hand does not report it
		warm, err := serve(env, program, "serve", "--demo")
		if err != nil {
			return err
		}
		cold, err := serve(append(env, "FLEET_STATS_TTL=0"), program, "serve", "--demo")
		list = append(list, &contender{name: name, warm: warm, cold: cold})
		return err
	}
	if err := ofFleet("fleet", program); err != nil {
		return nil, stop, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, stop, err
	}
	byHand, err := serve(nil, self, "ceiling", url, d.viewer.CompanyID.String())
	if err != nil {
		return nil, stop, err
	}
	list = append(list, &contender{name: "by hand", warm: byHand, cold: byHand, byHand: true})
	if s.peers {
		env := []string{"NODE_ENV=production", "PEER_COMPANY=" + d.viewer.CompanyID.String()}
		for _, p := range peers {
			c, err := serve(env, "node", filepath.Join(peersFolder, p.file))
			if err != nil {
				return nil, stop, err
			}
			c.metrics = ""
			list = append(list, &contender{name: p.name, warm: c, cold: c, peer: true, documents: p.documents})
		}
	}
	if s.beside != "" || s.program != "" {
		name := strings.Trim("fleet, "+s.program+" "+s.beside, " ")
		err = ofFleet(name, cmp.Or(s.program, program), strings.Fields(s.beside)...)
	}
	return list, stop, err
}

// start starts a server and waits until it says where it answers. What is
// returned must be stopped, unless it is nil.
func start(url string, env []string, name string, args ...string) (*child, error) {
	metrics, err := freeAddr()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(name, args...) //nolint:noctx // ended by stop, in order
	cmd.Env = append(
		os.Environ(),
		append(
			[]string{"DATABASE_URL=" + url, "FLEET_ADDR=127.0.0.1:0", "FLEET_METRICS_ADDR=" + metrics, "FLEET_LOG_LEVEL=WARN"},
			env...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, metrics: "http://" + metrics + "/metrics"}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := listensOn.FindStringSubmatch(lines.Text()); found != nil {
			c.addr = found[1]
			return c, nil
		}
	}
	return c, fmt.Errorf("%s ended before it answered", name)
}

// stop ends the server in order.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	_ = c.cmd.Wait()
}

// listensOn finds the address in what a server says when it answers.
var listensOn = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/graphql`)

// freeAddr returns an address with a free port.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed at once
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// usage is what a process has used since its start.
type usage struct {
	cpu    time.Duration
	allocs float64
	memory float64 // bytes, resident now
}

func (c *child) usage(ctx context.Context) (u usage, err error) {
	if c.metrics == "" {
		return usageOfTree(c.cmd.Process.Pid)
	}
	values, err := c.values(ctx, "process_cpu_seconds_total", "go_memstats_mallocs_total", "process_resident_memory_bytes")
	if err != nil {
		return u, err
	}
	return usage{cpu: time.Duration(values[0] * float64(time.Second)), allocs: values[1], memory: values[2]}, nil
}

// values returns what the process says of these gauges and counters.
func (c *child) values(ctx context.Context, names ...string) (list []float64, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.metrics, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		m := families[name].GetMetric()
		if len(m) == 0 {
			return nil, fmt.Errorf("no metric %s", name)
		}
		list = append(list, m[0].GetGauge().GetValue()+m[0].GetCounter().GetValue()) // one of them is there
	}
	return list, nil
}

// serveCeiling is the process of the handler that is written by hand.
func serveCeiling(ctx context.Context, url, company string) error {
	id, err := fleet.ParseUUID(company)
	if err != nil {
		return err
	}
	h, err := ceiling.New(ctx, url, id, 16)
	if err != nil {
		return err
	}
	defer h.Close()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	metrics := &http.Server{
		Addr:              os.Getenv("FLEET_METRICS_ADDR"),
		Handler:           promhttp.HandlerFor(registry, promhttp.HandlerOpts{}),
		ReadHeaderTimeout: time.Minute,
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	answers := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = errors.Join(answers.Close(), metrics.Close()) })
	ended := make(chan error, 1)
	go func() { ended <- metrics.ListenAndServe() }()
	fmt.Printf("http://%s/graphql\n", l.Addr())
	err = answers.Serve(l)
	_ = metrics.Close()
	if err := errors.Join(err, <-ended); ctx.Err() == nil {
		return err
	}
	return nil
}
