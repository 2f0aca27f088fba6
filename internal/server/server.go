// Package server runs the HTTP server: routes, listeners, health, metrics on a
// listener of their own, and shutdown. It assembles what answers: GraphQL of
// gql/edge over the transports, pages and sign-in of browser, callers of caller,
// limits of admission.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/graph/scalars"
	"bitcorp.dev/fleet/internal/admission"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/browser"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/coerce"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/gql/edge"
	"bitcorp.dev/fleet/internal/guard"
	"bitcorp.dev/fleet/internal/store"
	"bitcorp.dev/fleet/internal/telemetry"
	"bitcorp.dev/fleet/internal/transport"
)

// Config is what a server needs.
type Config struct {
	Addr        string // where to listen
	MetricsAddr string // where Prometheus scrapes; "" for nowhere

	Resolver *graph.Resolver
	Pages    fs.FS // the built client, web/dist
	// Ready reports whether requests can be answered now.
	Ready func(context.Context) error
	// Snapshot returns a context in which all reads of an export see the data of one moment (see store.DB.Snapshot).
	Snapshot func(ctx context.Context, idle time.Duration) (in context.Context, end func(), err error)
	// Demo is the viewer of anonymous requests; nil leaves them anonymous. It is
	// refused unless Addr is on the loopback interface.
	Demo *fleet.Viewer

	// Auth signs users in and checks credentials; nil for a server without sign-in.
	Auth *auth.Service
	// PublicURL is where browsers find the server; with https its cookies are
	// Secure. Nil when that is not known.
	PublicURL *url.URL
	// Origins are other sites whose pages may send requests that change
	// something, such as https://app.example.com.
	Origins []string
	// TrustedProxies are the networks of reverse proxies whose X-Forwarded-For
	// is believed.
	TrustedProxies []netip.Prefix

	// RequestTimeout is the deadline of a request (default 30 s).
	RequestTimeout time.Duration
	// HeaderTimeout and BodyTimeout are how long a client may take to send the
	// headers and the whole of a request (default 10 s and 30 s).
	HeaderTimeout, BodyTimeout time.Duration
	// MaxHeader and MaxBody are the greatest sizes of headers and body in bytes
	// (default 64 KiB and 1 MiB); MaxBody is also that of a socket's message.
	MaxHeader, MaxBody int
	// ExportTimeout is the deadline of an export (default transport.DefaultExportTimeout), ExportStall how long its
	// client may take no byte (default transport.DefaultExportStall).
	ExportTimeout, ExportStall time.Duration
	// MaxOperations is how many operations may run on one socket (default 50).
	MaxOperations int
	// Limits of one operation (default cost.Default).
	Limits cost.Config
	// ReportCost says whether answers have their cost in extensions.cost.
	ReportCost bool
	// Admission limits what clients may ask together; its MaxWait is RequestTimeout.
	Admission admission.Config
	// Trusted are documents that requests may name by their hash; with
	// TrustedOnly browser sessions run no others.
	Trusted     edge.TrustedDocuments
	TrustedOnly bool
	// NoPlans leaves all fields to the resolvers (see internal/gql/plan).
	NoPlans bool

	// Operations are the names of operations that metrics tell apart.
	Operations []string
	// LogRate is how many requests have a line in the log in a second, SlowRequest how long one may take
	// before it has a warning (default 1 s).
	LogRate     float64
	SlowRequest time.Duration
	// DrainDelay is how long the server goes on after it was told to stop, while /readyz says 503, so that
	// load balancers notice. StopTimeout is how long requests in progress may take after that (default 10 s).
	DrainDelay, StopTimeout time.Duration
	// ReportMemory adds the header X-Memory-Used.
	ReportMemory bool

	// Traces takes the spans of requests; nil for none.
	Traces *telemetry.Traces

	Registry *prometheus.Registry
	Log      *slog.Logger
}

// Limits of a connection, against clients that are slow or send without end.
const (
	idleTimeout = 2 * time.Minute

	// Of an HTTP/2 connection: how many requests may run on it at a time, when one
	// that is silent is asked for a sign of life, and how long one may take no byte.
	maxStreams = 100
	pingAfter  = 30 * time.Second
	stuckAfter = 30 * time.Second
)

// Server answers HTTP.
type Server struct {
	config     Config
	admission  *admission.Controller
	callers    *caller.Authenticator
	browser    *browser.Browser
	transports *transport.Transports
	graphql    *edge.Handler
	errors     *transport.ErrorWriter
	slowly     admission.Refuse // errors.Write, delayed
	metered    *telemetry.Metrics
	requestLog *telemetry.Log
	exports    *exports
	health     health
	draining   atomic.Bool // told to stop
	http       *http.Server
	metrics    *http.Server
}

// New checks the configuration and returns a server that Run runs.
func New(c Config) (*Server, error) {
	c = c.withDefaults()
	if c.Demo != nil {
		if err := CheckDemo(c.Addr); err != nil {
			return nil, err
		}
	}
	s := &Server{config: c, admission: admission.New(c.Admission), health: health{ready: c.Ready}}
	if err := s.assemble(); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadHeaderTimeout: c.HeaderTimeout,
		ReadTimeout:       c.BodyTimeout,
		// From the end of the headers: the body, the wait for a slot, the
		// operation, and as much as a slow client needs to read the answer.
		WriteTimeout:   c.BodyTimeout + 2*c.RequestTimeout + 10*time.Second,
		IdleTimeout:    idleTimeout,
		MaxHeaderBytes: c.MaxHeader,
		Protocols:      protocols(),
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: maxStreams,
			SendPingTimeout:      pingAfter,
			WriteByteTimeout:     stuckAfter,
		},
		ErrorLog: slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.Registry, promhttp.HandlerOpts{}))
	s.metrics = &http.Server{Handler: noPage(s.loopbackOnly(mux)), ReadHeaderTimeout: c.HeaderTimeout}
	return s, nil
}

// protocols are HTTP/1.1 and HTTP/2 without TLS (h2c), as reverse proxies and
// service meshes speak it.
func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(true)
	return p
}

// scalarJudges returns what judges the values of the schema's scalars.
func scalarJudges() map[string]coerce.Scalar {
	judges := map[string]coerce.Scalar{}
	for name, judge := range scalars.Judges() {
		judges[name] = judge
	}
	return judges
}

func (c Config) withDefaults() Config {
	c.RequestTimeout = cmp.Or(c.RequestTimeout, transport.DefaultOperationTimeout)
	c.HeaderTimeout = cmp.Or(c.HeaderTimeout, DefaultHeaderTimeout)
	c.BodyTimeout = cmp.Or(c.BodyTimeout, DefaultBodyTimeout)
	c.MaxHeader = cmp.Or(c.MaxHeader, DefaultMaxHeader)
	c.StopTimeout = cmp.Or(c.StopTimeout, DefaultStopTimeout)
	c.SlowRequest = cmp.Or(c.SlowRequest, telemetry.DefaultSlowRequest)
	c.MaxBody = cmp.Or(c.MaxBody, transport.DefaultMaxBody)
	if c.Limits == (cost.Config{}) {
		c.Limits = cost.Default
	}
	c.Admission.MaxWait = c.RequestTimeout
	c.Registry = cmp.Or(c.Registry, prometheus.NewRegistry())
	c.Log = cmp.Or(c.Log, slog.Default())
	return c
}

// assemble makes the parts that answer requests, and registers their metrics.
func (s *Server) assemble() (err error) {
	c := s.config
	s.exports = newExports(c.Registry)
	s.metered = telemetry.NewMetrics(append(s.exports.operations(), c.Operations...), c.Registry)
	s.requestLog = telemetry.NewLog(telemetry.LogConfig{Rate: c.LogRate, Slow: c.SlowRequest, Log: c.Log}, c.Registry)
	presenter := edge.NewPresenter(edge.PresenterConfig{
		Explores: explores, Fault: store.Fault, Timeout: c.RequestTimeout, Registry: c.Registry, Log: c.Log,
	})
	s.errors = &transport.ErrorWriter{Present: presenter.Present, Fault: store.Fault}
	s.slowly = s.admission.Slowly(s.errors.Write)
	s.callers = &caller.Authenticator{
		Cookie:      browser.SessionCookie(c.PublicURL),
		Demo:        c.Demo,
		AllowLookup: s.admission.AdmitLookup,
	}
	if c.Auth != nil {
		s.callers.Credentials = c.Auth
	}
	s.browser, err = browser.New(browser.Config{
		Pages: c.Pages, Auth: c.Auth, Sessions: s.callers, PublicURL: c.PublicURL, Origins: c.Origins,
		Admission: s.admission, Errors: s.errors, Registry: c.Registry, Log: c.Log,
	})
	if err != nil {
		return err
	}
	s.transports = transport.New(transport.Config{
		MaxBody: int64(c.MaxBody), MaxOperations: c.MaxOperations, OperationTimeout: c.RequestTimeout, Log: c.Log,
		CheckOrigin: s.browser.CheckSocket, MayCompress: s.browser.MayCompress,
		Init: s.connect, Recheck: s.callers.Recheck, Watch: s.callers.Watch, Queue: queueOf,
		Admission: s.admission, SocketAdmission: socketAdmission{s.admission, s}, Export: s.exportConfig(),
	})
	plans := graph.Plans(c.Resolver.Store)
	if c.NoPlans {
		plans = nil
	}
	s.graphql, err = edge.New(edge.Config{
		Schema: generated.NewExecutableSchema(generated.Config{
			Schema: graph.Schema(), Resolvers: c.Resolver, Directives: graph.Directives(),
		}),
		Scalars:    scalarJudges(),
		Transports: s.transports.All(), Limits: c.Limits, ReportCost: c.ReportCost, Admission: s.admission,
		Presenter: presenter, GroupKey: graph.GroupKey, Plans: plans,
		Trusted: s.exports.trust(c.Trusted), TrustedOnly: c.TrustedOnly, Registry: c.Registry, Finished: s.finished,
		Traces: c.Traces,
	})
	if err != nil {
		return err
	}
	s.admission.Register(c.Registry)
	gauge := func(name, help string, value func() int) {
		c.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	c.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "fleet_database_up",
		Help: "1 while the database answers, 0 while it does not; checked every five seconds."}, func() float64 {
		if s.health.isUp() {
			return 1
		}
		return 0
	}))
	gauge("fleet_sockets", "WebSockets that are open.", s.transports.Sockets)
	gauge("fleet_event_streams", "Event streams that are open.", s.transports.EventStreams)
	return nil
}

// Handler returns the handler of all requests, for tests that bring their own
// listener and call Close at the end.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Close ends every subscription, in a way that makes clients reconnect
// elsewhere, and waits until nothing of them runs; when ctx ends first,
// connections are dropped.
func (s *Server) Close(ctx context.Context) error {
	err := s.transports.Shutdown(ctx)
	s.graphql.Close()
	return err
}

// Run listens and answers until ctx ends; then it drains, tells subscribers to
// reconnect, and lets requests in progress finish. It calls ready with the address
// of the listener.
func (s *Server) Run(ctx context.Context, ready func(addr string)) error {
	listener, err := listen(ctx, s.config.Addr, "FLEET_ADDR")
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	g, serving := errgroup.WithContext(serving) // ends when a listener fails, too
	g.Go(func() (err error) {
		defer guard.Into(&err, "drain")
		defer stop()
		s.drain(ctx, serving)
		return nil
	})
	s.serve(serving, g, s.http, listener)
	g.Go(func() (err error) {
		defer guard.Into(&err, "shutdown")
		<-serving.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.StopTimeout)
		defer cancel()
		if err := s.Close(last); err != nil {
			s.config.Log.WarnContext(ctx, "connections dropped at shutdown", "error", err)
		}
		return nil
	})
	g.Go(guard.Job(serving, "watch of the database", s.watchDatabase))
	if s.config.MetricsAddr != "" {
		metrics, err := listen(ctx, s.config.MetricsAddr, "FLEET_METRICS_ADDR")
		if err != nil {
			stop()
			return errors.Join(err, g.Wait())
		}
		s.serve(serving, g, s.metrics, metrics)
	}
	address := listener.Addr().String()
	s.config.Log.InfoContext(ctx, "started", "address", address)
	ready(address)
	err = g.Wait()
	s.config.Log.InfoContext(ctx, "stopped", "error", err)
	return err
}

// drain waits for the end of ctx, and then for DrainDelay: load balancers read 503 from /readyz meanwhile
// and send new requests elsewhere, while those that still come are answered, each on a connection that is
// closed after it. It returns early when serving ends.
func (s *Server) drain(ctx, serving context.Context) {
	select {
	case <-serving.Done():
		return
	case <-ctx.Done():
	}
	s.draining.Store(true)
	if s.config.DrainDelay > 0 {
		s.config.Log.InfoContext(ctx, "draining", "for", s.config.DrainDelay.String())
		select {
		case <-serving.Done():
		case <-time.After(s.config.DrainDelay):
		}
	}
	s.config.Log.InfoContext(ctx, "stopping", "sockets", s.transports.Sockets(),
		"event_streams", s.transports.EventStreams(), "within", s.config.StopTimeout.String())
}

func listen(ctx context.Context, addr, setting string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w; set %s to another address", addr, err, setting)
	}
	return l, nil
}

// CheckPorts returns an error if a listener of Run would find its port taken.
// An empty metricsAddr is not checked.
func CheckPorts(ctx context.Context, addr, metricsAddr string) error {
	listener, err := listen(ctx, addr, "FLEET_ADDR")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if metricsAddr == "" {
		return nil
	}
	metrics, err := listen(ctx, metricsAddr, "FLEET_METRICS_ADDR")
	if err != nil {
		return err
	}
	return metrics.Close()
}

// serve answers on l until ctx ends.
func (s *Server) serve(ctx context.Context, g *errgroup.Group, h *http.Server, l net.Listener) {
	g.Go(func() (err error) {
		defer guard.Into(&err, "listener")
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
		return nil
	})
	g.Go(func() (err error) {
		defer guard.Into(&err, "shutdown")
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.StopTimeout)
		defer cancel()
		if err := h.Shutdown(last); err != nil {
			return h.Close()
		}
		return nil
	})
}
