// Package app assembles the server: store, statistics, change feed, identity
// and HTTP, on one database. It is the only place where they are wired; the
// serve command, the end-to-end tests and the benchmarks all start an App.
// What a request does is decided in the packages below.
package app

import (
	"context"
	"log/slog"
	"maps"
	"os"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/dashboard"
	"bitcorp.dev/fleet/internal/events"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/gql/edge"
	"bitcorp.dev/fleet/internal/guard"
	"bitcorp.dev/fleet/internal/outgoing"
	"bitcorp.dev/fleet/internal/seed"
	"bitcorp.dev/fleet/internal/server"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/web"
)

// App is a server with all its parts. New makes one, Run serves, Close frees
// what New has opened. The parts are exported for tests and benchmarks.
type App struct {
	Store     *store.DB
	Dashboard *dashboard.Dashboard
	Feed      *events.Feed
	Auth      *auth.Service
	Server    *server.Server
	Registry  *prometheus.Registry

	config  Config
	planner *planner
	traces  *telemetry.Traces
}

// New checks the configuration, brings the schema of the database up to date
// and assembles an App. Nothing runs or listens before Run; until then
// statistics are read from the database. Close it in any case.
func New(ctx context.Context, c Config) (*App, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	c.Log = slog.New(telemetry.Handler(c.Log.Handler()))
	db, err := OpenStore(ctx, c.Database, c.Log)
	if err != nil {
		return nil, err
	}
	a := &App{config: c, Store: db, Registry: prometheus.NewRegistry()}
	if err := a.assemble(ctx); err != nil {
		_ = a.Close(ctx) // the first error counts
		return nil, err
	}
	return a, nil
}

// assemble makes the parts above the store.
func (a *App) assemble(ctx context.Context) (err error) {
	c := a.config
	demo, err := a.demoViewer(ctx)
	if err != nil {
		return err
	}
	if a.Dashboard, err = dashboard.New(a.Store.Fleet(), c.StatsTTL); err != nil {
		return err
	}
	a.Feed = events.New(a.Store.Feed(), c.Log, append([]events.Handler{a.Dashboard}, c.Handlers...)...)
	public, err := ParsePublicURL(c.PublicURL)
	if err != nil {
		return err
	}
	for setting, url := range map[string]string{"DATABASE_URL": c.Database.URL, "FLEET_LISTEN_URL": c.Database.ListenURL} {
		if !store.EncryptsAndVerifies(url) {
			c.Log.Warn(setting + " lets the connection be read or answered by others on the network: " +
				"add sslmode=verify-full and sslrootcert=FILE to it")
		}
	}
	if !server.IsLoopback(c.Addr) && (public == nil || public.Scheme != "https") {
		c.Log.Warn("FLEET_PUBLIC_URL is not an https URL: session cookies and passwords can be read on the network " +
			"unless a proxy in front uses https; set it to the URL of that proxy")
	}
	a.Auth, err = auth.New(a.Store.Identity(), auth.Config{
		SessionIdle: c.SessionIdle, SessionMax: c.SessionMax, PublicURL: public,
		Hashing: c.Hashing, SignInTime: c.SignInTime, Log: c.Log,
		Clients: outgoing.New(outgoing.Config{Networks: c.OutgoingNetworks}).For,
	})
	if err != nil {
		return err
	}
	a.Registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	c.Build.register(a.Registry)
	a.Store.Register(a.Registry)
	a.Dashboard.Register(a.Registry)
	a.Feed.Register(a.Registry)
	a.planner = newPlanner(a.Store, c.PlanEvery, c.Log, a.Registry)
	trusted, err := readTrusted(c.TrustedDocuments)
	if err != nil {
		return err
	}
	a.traces, err = telemetry.NewTraces(ctx, telemetry.TracesConfig{
		URL: c.TracesURL, Ratio: c.TracesRatio, Version: c.Build.Version, Log: c.Log,
	})
	if err != nil {
		return err
	}
	quotas := c.userQuotas()
	a.Server, err = server.New(server.Config{
		Addr:        c.Addr,
		MetricsAddr: c.MetricsAddr,
		Resolver: &graph.Resolver{
			Store:     a.Store.Fleet(),
			Accounts:  a.Store.Identity(),
			Dashboard: a.Dashboard,
			Feed:      a.Feed,
			Identity:  a.Auth,
		},
		Pages:          c.Pages,
		Ready:          a.Store.Ping,
		Snapshot:       a.Store.Snapshot,
		Demo:           demo,
		Auth:           a.Auth,
		PublicURL:      public,
		Origins:        c.Origins,
		TrustedProxies: c.TrustedProxies,
		RequestTimeout: c.RequestTimeout,
		HeaderTimeout:  c.HeaderTimeout,
		BodyTimeout:    c.BodyTimeout,
		ExportTimeout:  c.ExportTimeout,
		ExportStall:    c.ExportStall,
		MaxHeader:      c.MaxHeaderBytes,
		MaxBody:        c.MaxBodyBytes,
		MaxOperations:  c.MaxOperations,
		Limits:         c.operationLimits(),
		ReportCost:     c.ReportCost,
		NoPlans:        c.Plans == "off",
		Admission: admission.Config{
			Rate: admission.Rate{PerSecond: quotas.rate, Burst: c.RateBurst}, Slots: c.MaxTurns,
			MaxSubscriptions: quotas.subscriptions, MaxSockets: quotas.sockets, MaxConnections: c.MaxConnections,
			MaxExports: c.MaxExports,
		},
		Trusted:     trusted,
		TrustedOnly: c.TrustedOnly,
		Operations:  trusted.OperationNames(),
		DrainDelay:  c.DrainDelay, StopTimeout: c.StopTimeout,
		LogRate: c.LogRequests, SlowRequest: c.SlowRequest, ReportMemory: c.ReportMemory,
		Traces:   a.traces,
		Registry: a.Registry,
		Log:      c.Log,
	})
	return err
}

// demoViewer returns the viewer of anonymous requests in demo mode, and nil in
// any other.
func (a *App) demoViewer(ctx context.Context) (*fleet.Viewer, error) {
	if !a.config.Demo {
		return nil, nil
	}
	email := a.config.DemoUser
	if email == "" {
		email = seed.DemoManager
		created, err := seed.Demo(ctx, a.Store.Bulk())
		if err != nil {
			return nil, err
		}
		if created {
			a.config.Log.Info("demo fleet made")
		}
	}
	v, err := a.Store.Identity().ViewerByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// readTrusted returns the documents of the embedded client, and those of a manifest if there is a file.
func readTrusted(file string) (edge.TrustedDocuments, error) {
	known, err := edge.ReadTrustedDocuments(web.TrustedDocuments())
	if err != nil || file == "" {
		return known, err
	}
	manifest, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	more, err := edge.ReadTrustedDocuments(manifest)
	maps.Copy(known, more)
	return known, err
}

// quotas are the limits of one user; 0 is no limit.
type quotas struct {
	rate                   float64
	subscriptions, sockets int
}

// userQuotas returns the quotas that are set, and the defaults of the others.
// In demo mode all requests come from one user on one machine, so the defaults
// are no limit.
func (c *Config) userQuotas() quotas {
	q := quotas{admission.DefaultRate.PerSecond, admission.DefaultMaxSubscriptions, admission.DefaultMaxSockets}
	if c.Demo {
		q = quotas{}
	}
	if c.RateLimit != nil {
		q.rate = *c.RateLimit
	}
	if c.MaxSubscriptions != nil {
		q.subscriptions = *c.MaxSubscriptions
	}
	if c.MaxSockets != nil {
		q.sockets = *c.MaxSockets
	}
	return q
}

func (c *Config) operationLimits() cost.Config {
	return cost.Config{
		QueryBytes: c.MaxQueryBytes, Tokens: c.MaxTokens, Depth: c.MaxDepth, Fields: c.MaxFields, Aliases: c.MaxAliases,
		Directives: c.MaxDirectives, RootFields: c.MaxRootFields, Fragments: c.MaxFragments,
		Repetitions: c.MaxRepetitions, VariableValues: c.MaxVariableValues, VariableDepth: c.MaxVariableDepth,
		Cost: c.MaxCost, EventCost: c.MaxEventCost,
	}
}

// Run serves until ctx ends or a part fails, and lets requests in progress
// finish; all parts run until then. It calls ready with the address of the listener. When it returns, all
// goroutines that it started have ended.
func (a *App) Run(ctx context.Context, ready func(addr string)) error {
	parts, stopParts := context.WithCancel(context.WithoutCancel(ctx))
	defer stopParts()
	work, parts := errgroup.WithContext(parts)
	work.Go(guard.Job(parts, "change feed", a.Feed.Run))
	work.Go(guard.Job(parts, "lag of the change feed", a.Feed.RunProbes))
	work.Go(guard.Job(parts, "sweep of sessions", a.Auth.Run))
	work.Go(guard.Job(parts, "check of long connections", a.Auth.RunWatches))
	work.Go(guard.Job(parts, "sweep", a.sweep))
	work.Go(guard.Job(parts, "planning of services", a.planner.run))
	work.Go(func() (err error) {
		defer guard.Into(&err, "server")
		defer stopParts()
		serving, stop := context.WithCancel(ctx)
		defer stop()
		defer context.AfterFunc(parts, stop)() // a part that fails stops the server
		return a.Server.Run(serving, ready)
	})
	return work.Wait()
}

// Close ends subscriptions that are left, drops the statistics and closes the
// connections to the database. Call it after Run has returned. It may be called
// more than once.
func (a *App) Close(ctx context.Context) error {
	var err error
	if a.Server != nil {
		err = a.Server.Close(ctx)
	}
	if a.Dashboard != nil {
		a.Dashboard.Close()
	}
	a.Store.Close()
	a.traces.Shutdown(ctx)
	return err
}
