// Package server wires HTTP: the GraphQL transport with its limits, the pages,
// health, and the metrics on a listener of their own. It decides who the
// viewer of a request is and how errors look on the wire. What is answered is
// decided in graph.
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
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/vektah/gqlparser/v2/ast"
	"golang.org/x/sync/errgroup"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/internal/auth"
	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/batch"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/gql/sharing"
	"bitcorp.dev/fleet/internal/limit"
	"bitcorp.dev/fleet/internal/transport"
)

// Config is what a server needs.
type Config struct {
	Addr        string // where to listen
	MetricsAddr string // where Prometheus asks; "" for nowhere

	Resolver *graph.Resolver
	Pages    fs.FS // the built client, web/dist
	// Ready reports whether requests can be answered now.
	Ready func(context.Context) error
	// Demo is who asks when a request names nobody; nil for nobody. It is
	// refused unless Addr is on the loopback interface.
	Demo *fleet.Viewer

	// Auth finds out who asks; nil for a server that nobody can sign in to.
	Auth *auth.Service
	// PublicURL is where browsers find the server; https makes its cookies
	// Secure. Nil when that is not known.
	PublicURL *url.URL
	// Origins are other sites whose pages may send requests that change
	// something, such as https://app.example.com.
	Origins []string
	// TrustedProxies are the networks of proxies in front of the server, whose
	// X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix

	// RequestTimeout is the deadline of a request (default 30 s).
	RequestTimeout time.Duration
	// HeaderTimeout and BodyTimeout are how long a client may take to send the
	// headers and the whole of a request (default 10 s and 30 s).
	HeaderTimeout, BodyTimeout time.Duration
	// MaxHeader and MaxBody are how many bytes they may have (default 64 KiB
	// and 1 MiB); MaxBody is also that of a message of a socket.
	MaxHeader, MaxBody int
	// MaxOperations is how many operations may be under way on one socket (default 50).
	MaxOperations int
	// Limits of one operation (default cost.Default).
	Limits cost.Config
	// ReportCost says whether answers tell their cost in extensions.cost.
	ReportCost bool
	// Rate is how often a user, a token, or an address of somebody who is not
	// signed in may ask; the zero Policy is no limit.
	Rate limit.Policy
	// Turns is how much that is dear is done at once (default: half as much as
	// there are processors); see turns.go.
	Turns int
	// Trusted are documents that requests may name by their hash; with
	// TrustedOnly nothing else runs for browser sessions.
	Trusted     TrustedDocuments
	TrustedOnly bool
	// MaxSubscriptions and MaxSockets are how many a user may have open,
	// MaxConnections how many sockets and event streams there may be in all; 0
	// is no limit.
	MaxSubscriptions, MaxSockets, MaxConnections int

	Registry *prometheus.Registry
	Log      *slog.Logger
}

// Limits of a connection, against clients that are slow or send without end.
const (
	idleTimeout = 2 * time.Minute
	stopTimeout = 4 * time.Second // for requests under way when the server stops
)

// Server answers HTTP.
type Server struct {
	config  Config
	live    *sharing.Extension
	sockets *transport.WebSocket
	streams *transport.SSE
	limits  *cost.Extension
	parsed  *textCache[*ast.QueryDocument] // documents that were found good
	budget  *limit.Limiter
	held    atomic.Int64 // refusals that wait
	turns   *limit.Turns // of what is dear
	unread  *limit.Space // of bodies that are still being sent
	health  health
	told    *prometheus.CounterVec // errors, by their code
	signIns *prometheus.CounterVec // by how and what came of them
	guard   *http.CrossOriginProtection

	callers                        *caller.Authenticator
	openSubscriptions, openSockets quota
	http                           *http.Server
	metrics                        *http.Server
}

// New checks the configuration and returns a server that Run runs.
func New(c Config) (*Server, error) {
	c.RequestTimeout = cmp.Or(c.RequestTimeout, transport.DefaultOperationTimeout)
	c.HeaderTimeout = cmp.Or(c.HeaderTimeout, DefaultHeaderTimeout)
	c.BodyTimeout = cmp.Or(c.BodyTimeout, DefaultBodyTimeout)
	c.MaxHeader = cmp.Or(c.MaxHeader, DefaultMaxHeader)
	c.MaxBody = cmp.Or(c.MaxBody, transport.DefaultMaxBody)
	if c.Limits == (cost.Config{}) {
		c.Limits = cost.Default
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Demo != nil {
		if err := CheckDemo(c.Addr); err != nil {
			return nil, err
		}
	}
	s := &Server{config: c, live: sharing.New(graph.Question, c.Registry)}
	s.budget = limit.New(c.Rate, budgetKeys)
	s.turns = limit.NewTurns(cmp.Or(c.Turns, runtime.GOMAXPROCS(0)/2), mostInLine)
	s.unread = limit.NewSpace(keptOfAll, keptOfOne)
	s.health.ask = c.Ready
	s.callers = &caller.Authenticator{Cookie: s.sessionCookie(), Demo: c.Demo, AllowLookup: s.allowLookup}
	if c.Auth != nil {
		s.callers.Credentials = c.Auth
	}
	s.openSubscriptions = quota{most: c.MaxSubscriptions, what: "subscriptions"}
	s.openSockets = quota{most: c.MaxSockets, what: "sockets"}
	var err error
	if s.parsed, err = newTextCache(parsedBytes, func(text string, _ *ast.QueryDocument) int { return len(text) }); err != nil {
		return nil, err
	}
	if s.limits, err = cost.New(c.Limits, s.hooks(), c.ReportCost); err != nil {
		return nil, err
	}
	s.sockets, s.streams = transport.NewWebSocket(s.transports()), transport.NewSSE(s.transports())
	s.register(c.Registry)
	handler, err := s.handler()
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: c.HeaderTimeout,
		ReadTimeout:       c.BodyTimeout,
		// From the end of the headers: the body, the wait for a turn, the
		// operation, and as much as a slow client needs to take the answer.
		WriteTimeout:   c.BodyTimeout + 2*c.RequestTimeout + 10*time.Second,
		IdleTimeout:    idleTimeout,
		MaxHeaderBytes: c.MaxHeader,
		ErrorLog:       slog.NewLogLogger(c.Log.Handler(), slog.LevelDebug),
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.Registry, promhttp.HandlerOpts{}))
	s.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: c.HeaderTimeout}
	return s, nil
}

// Handler returns what answers requests, for tests that bring their own
// listener and call Close at the end.
func (s *Server) Handler() http.Handler { return s.http.Handler }

// Close ends every subscription, in a way that makes clients ask again
// elsewhere, and waits until nothing of them runs; when ctx ends first,
// connections are cut.
func (s *Server) Close(ctx context.Context) error {
	var both errgroup.Group // side by side: the one that is slow must not take the other's time
	both.Go(func() error { return s.sockets.Shutdown(ctx) })
	both.Go(func() error { return s.streams.Shutdown(ctx) })
	err := both.Wait()
	s.live.Close()
	return err
}

// Run listens and answers until ctx ends, then lets requests under way finish.
// It calls ready with the address it listens on, once it does.
func (s *Server) Run(ctx context.Context, ready func(addr string)) error {
	listener, err := listen(ctx, s.config.Addr, "FLEET_ADDR")
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	serve(ctx, g, s.http, listener)
	g.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := s.Close(last); err != nil {
			s.config.Log.WarnContext(ctx, "subscriptions were cut", "error", err)
		}
		return nil
	})
	if s.config.MetricsAddr != "" {
		metrics, err := listen(ctx, s.config.MetricsAddr, "FLEET_METRICS_ADDR")
		if err != nil {
			_ = listener.Close()
			return errors.Join(err, g.Wait())
		}
		serve(ctx, g, s.metrics, metrics)
	}
	ready(listener.Addr().String())
	return g.Wait()
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
func serve(ctx context.Context, g *errgroup.Group, h *http.Server, l net.Listener) {
	g.Go(func() error {
		if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		if err := h.Shutdown(last); err != nil {
			return h.Close()
		}
		return nil
	})
}

func (s *Server) handler() (http.Handler, error) {
	metrics := batch.NewMetrics(s.config.Registry)
	graphql, err := s.graphql(metrics)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/graphql", s.authenticate(s.metered(graphql)))
	s.signInRoutes(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("/", Pages(s.config.Pages))
	guarded, err := s.crossOrigin(mux)
	if err != nil {
		return nil, err
	}
	return withRequestID(s.onThisMachine(s.overTLS(s.shared(guarded)))), nil
}

// onThisMachine refuses requests to other names than this machine's in demo
// mode, in which nobody signs in: a page of another site could make its own
// name lead here, and would be taken for one of ours.
func (s *Server) onThisMachine(next http.Handler) http.Handler {
	if s.config.Demo == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "demo mode answers at localhost and 127.0.0.1 alone", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isLoopback reports whether a host, with a port or without, names this machine.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// ready answers whether the database does.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.health.check(r.Context()); err != nil {
		s.config.Log.WarnContext(r.Context(), "not ready", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// health remembers for a second whether requests can be answered: anybody may ask.
type health struct {
	ask func(context.Context) error

	mu    sync.Mutex // held while it is asked
	asked time.Time
	err   error
}

func (h *health) check(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ask == nil || time.Since(h.asked) < time.Second {
		return h.err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second) // others wait for the answer too
	defer cancel()
	h.err = h.ask(ctx)
	h.asked = time.Now()
	return h.err
}

// CheckDemo returns an error unless addr can be reached from this machine
// alone: demo mode asks nobody to sign in.
func CheckDemo(addr string) error {
	if isLoopback(addr) {
		return nil
	}
	return fmt.Errorf("demo mode answers everybody without sign-in, so it is refused on %s: listen on 127.0.0.1, or leave --demo out", addr)
}
