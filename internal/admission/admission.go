// Package admission decides how much work the server takes on, and for which clients:
// request budgets, a semaphore for expensive work, quotas of open sockets and
// subscriptions, and a memory budget for bodies that are still arriving.
//
// Every kind of work asks one Controller, each by a few methods: HTTP by
// Admit and Meter, the transports by Reserve, Parse, Receive, OpenSocket, Export and Page,
// the executor by Validate, Spend, Execute and Subscribe, the store by BeforeScan.
// All state is in the memory of one instance.
package admission

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/fleet"
)

// Defaults of Config in an ordinary deployment. In demo mode, where all
// requests come from one user, the limits of a user are off.
const (
	DefaultMaxSubscriptions = 200
	DefaultMaxSockets       = 50
	DefaultMaxConnections   = 20_000
	DefaultMaxExports       = 8
)

// DefaultRate is the request budget of a user, a token or an anonymous network.
var DefaultRate = Rate{PerSecond: 10, Burst: 20}

// Config holds the limits. A zero Rate, MaxSubscriptions, MaxSockets or
// MaxConnections is no limit.
type Config struct {
	// Rate is the request budget of a user, a token, or the network of
	// anonymous clients.
	Rate Rate
	// Slots is how many expensive pieces of work run at once (default: half the
	// number of processors).
	Slots int
	// MaxWait is how long a request waits for a slot (default 30 s).
	MaxWait time.Duration
	// MaxSubscriptions and MaxSockets are how many of them a user may have
	// open, MaxConnections how many sockets and event streams all users may.
	MaxSubscriptions, MaxSockets, MaxConnections int
	// MaxExports is how many exports are in progress at once; a user may have a quarter of them, and one at
	// least. 0 is no limit.
	MaxExports int
}

// budgetKeys is how many users, tokens and networks are remembered.
const budgetKeys = 100_000

// maxQueued is how many requests of one user may wait for a slot.
const maxQueued = 20

// Bytes of bodies and messages that are still arriving, beyond the first 64 KB
// of each, of all users and of one.
const (
	memoryOfAll  = 64 << 20
	memoryOfEach = 8 << 20
)

// Controller admits work. Its methods may be called concurrently.
type Controller struct {
	config        Config
	budget        *Budget
	slots         *Semaphore
	memory        *MemoryBudget
	sockets       *Quota
	subscriptions *Quota
	exports       *Quota
	exportsOfOne  *Quota
	delayed       atomic.Int64 // refusals that are being delayed
}

// New returns a controller with nothing admitted.
func New(c Config) *Controller {
	if c.Slots == 0 {
		c.Slots = runtime.GOMAXPROCS(0) / 2
	}
	if c.MaxWait == 0 {
		c.MaxWait = 30 * time.Second
	}
	return &Controller{
		config:        c,
		budget:        NewBudget(c.Rate, budgetKeys),
		slots:         NewSemaphore(c.Slots, maxQueued),
		memory:        NewMemoryBudget(memoryOfAll, memoryOfEach),
		sockets:       NewQuota(c.MaxSockets),
		subscriptions: NewQuota(c.MaxSubscriptions),
		exports:       NewQuota(c.MaxExports),
		exportsOfOne:  NewQuota((c.MaxExports + 3) / 4),
	}
}

// Register registers the controller's metrics. Those with two names keep the
// first for the dashboards that know it.
func (c *Controller) Register(r prometheus.Registerer) {
	gauge := func(help string, value func() int, names ...string) {
		for _, name := range names {
			r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
				func() float64 { return float64(value()) }))
		}
	}
	gauge("Requests that wait for a slot of the semaphore for expensive work.", c.slots.Waiting,
		"fleet_turns_waiting", "fleet_admission_queued_requests")
	gauge("Refusals that are being delayed, because their clients send requests beyond their budget.",
		func() int { return int(c.delayed.Load()) }, "fleet_refusals_held", "fleet_admission_delayed_refusals")
}

// Connect returns LIMIT_EXCEEDED when the server has no room for one more
// socket or event stream beside those that are open.
func (c *Controller) Connect(open int) error {
	if c.config.MaxConnections > 0 && open >= c.config.MaxConnections {
		return errFull
	}
	return nil
}

var (
	errFull = &fleet.Error{Code: fleet.LimitExceeded,
		Message: "the server has as many connections as it takes: try again later"}
	errMemory = &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf(
		"too many large requests are arriving: at most %d MiB of one user and %d MiB in all; try again",
		memoryOfEach>>20, memoryOfAll>>20)}
	errExports = &fleet.Error{Code: fleet.RateLimited,
		Message: "the server has as many exports in progress as it takes: try again in a moment"}
	errQueued = &fleet.Error{Code: fleet.RateLimited, Message: fmt.Sprintf(
		"%d of your requests are queued, which is the most allowed: send fewer at once, or one after the other", maxQueued)}
)
