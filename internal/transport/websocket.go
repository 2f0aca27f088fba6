package transport

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

// Subprotocol is the WebSocket subprotocol of the transport.
const Subprotocol = "graphql-transport-ws"

// Close codes of WebSocket (RFC 6455 and the IANA registry) and, from 4400 on, of
// graphql-transport-ws.
const (
	closeRestart      websocket.StatusCode = 1012
	closeTryAgain     websocket.StatusCode = 1013
	closeBadMessage   websocket.StatusCode = 4400
	closeUnauthorized websocket.StatusCode = 4401
	closeForbidden    websocket.StatusCode = 4403
	closeSubprotocol  websocket.StatusCode = 4406
	closeInitTimeout  websocket.StatusCode = 4408
	closeDuplicateID  websocket.StatusCode = 4409
	closeSecondInit   websocket.StatusCode = 4429
	closeInternal     websocket.StatusCode = 4500
)

// WebSocket carries any number of operations over each socket, by the protocol
// graphql-transport-ws.
//
// A socket takes one goroutine that reads and one per running operation, but for subscriptions
// with a Queue (see Config.Queue). One further goroutine, shared by all sockets, sends pings and enforces timeouts.
type WebSocket struct {
	config  Config
	buffers buffers

	mu       sync.Mutex
	open     map[*socket]struct{}
	stopping bool
	watching bool
	stop     chan struct{} // closed by Shutdown
	running  sync.WaitGroup
}

// NewWebSocket returns a transport for sockets. Shutdown ends the goroutines that
// it starts.
func NewWebSocket(c Config) *WebSocket {
	return &WebSocket{config: c.withDefaults(), open: map[*socket]struct{}{}, stop: make(chan struct{})}
}

var _ graphql.Transport = (*WebSocket)(nil)

// Supports implements graphql.Transport.
func (t *WebSocket) Supports(r *http.Request) bool {
	for _, upgrade := range r.Header.Values("Upgrade") {
		for name := range strings.SplitSeq(upgrade, ",") {
			if strings.EqualFold(strings.TrimSpace(name), "websocket") {
				return true
			}
		}
	}
	return false
}

// Open returns the number of open sockets.
func (t *WebSocket) Open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

// Do implements graphql.Transport. It returns once the socket is open, so that
// only the values of the request's context stay in memory; the socket outlives
// the request's cancellation and deadline.
func (t *WebSocket) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	if err := t.checkOrigin(r); err != nil {
		refusalOf(err).write(w, plainJSON)
		return
	}
	select {
	case <-t.stop:
		refused := refuse(http.StatusServiceUnavailable, "the server is restarting: connect again")
		refused.code = fleet.Internal
		refused.write(w, plainJSON)
		return
	default:
	}
	hijack := &hijacker{ResponseWriter: w, writeTimeout: t.config.WriteTimeout}
	conn, err := websocket.Accept(hijack, r, &websocket.AcceptOptions{
		Subprotocols:       []string{Subprotocol},
		InsecureSkipVerify: true, // checked by checkOrigin
	})
	if err != nil {
		return // Accept has responded
	}
	conn.SetReadLimit(t.config.MaxBody)
	ctx, cancel := context.WithCancel(context.WithoutCancel(r.Context()))
	s := &socket{
		ws: t, conn: conn, raw: hijack.conn, exec: exec, request: r, header: r.Header,
		base: ctx, cancel: cancel, ctx: ctx, opened: time.Now(), operations: map[string]*operation{},
		messages: rate.NewLimiter(rate.Limit(t.config.MessageRate), max(1, int(4*t.config.MessageRate))),
	}
	s.lastPing = s.opened
	if !t.start(s) {
		cancel()
		_ = conn.Close(closeRestart, "service restart")
	}
}

func (t *WebSocket) checkOrigin(r *http.Request) error {
	if t.config.CheckOrigin != nil {
		return t.config.CheckOrigin(r)
	}
	origin := r.Header.Get("Origin")
	if u, err := url.Parse(origin); origin == "" || err == nil && strings.EqualFold(u.Host, r.Host) {
		return nil
	}
	return &fleet.Error{Code: fleet.Forbidden,
		Message: fmt.Sprintf("pages of %s may not open a WebSocket here", fleet.Quote(origin))}
}

// start runs the socket, and watch with the first one. It returns false after
// Shutdown.
func (t *WebSocket) start(s *socket) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopping {
		return false
	}
	t.open[s] = struct{}{}
	t.running.Go(func() {
		defer guard.Recover("socket")
		defer t.remove(s)
		defer func() { _ = s.raw.Close() }() // if run panics
		s.run()
	})
	if !t.watching {
		t.watching = true
		t.running.Go(func() {
			defer guard.Recover("watch of sockets")
			t.watch()
		})
	}
	return true
}

func (t *WebSocket) remove(s *socket) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, s)
}

// closeSoon closes a socket, if it is still open, in a goroutine of its own. The
// socket's own goroutine runs, so that Shutdown waits for both.
func (t *WebSocket) closeSoon(s *socket, code websocket.StatusCode, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, open := t.open[s]; !open {
		return
	}
	t.running.Go(func() {
		defer guard.Recover("close of a socket")
		s.close(code, reason)
	})
}

// all returns the sockets that are open now.
func (t *WebSocket) all() []*socket {
	t.mu.Lock()
	defer t.mu.Unlock()
	sockets := make([]*socket, 0, len(t.open))
	for s := range t.open {
		sockets = append(sockets, s)
	}
	return sockets
}

// watch visits each socket at least four times within the shortest timeout.
func (t *WebSocket) watch() {
	c := t.config
	ticker := time.NewTicker(max(min(c.InitTimeout, c.PingInterval, c.StuckTimeout, 4*time.Second)/4, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-t.stop:
			return
		case now := <-ticker.C:
			for _, s := range t.all() {
				if due := s.due(now); due != nil {
					t.running.Go(func() {
						defer guard.Recover("duty of a socket")
						due()
					})
				}
			}
		}
	}
}

// Shutdown closes all sockets with 1012, "service restart", upon which clients
// connect again, to another instance, and waits for all goroutines of the
// transport. If ctx ends first, it drops the connections and returns ctx's
// error. New sockets are refused with 503.
func (t *WebSocket) Shutdown(ctx context.Context) error {
	t.mu.Lock()
	if !t.stopping {
		t.stopping = true
		close(t.stop)
	}
	t.mu.Unlock()
	for _, s := range t.all() {
		t.running.Go(func() {
			defer guard.Recover("close of a socket")
			s.close(closeRestart, "service restart")
		})
	}
	err := wait(ctx, &t.running)
	if err != nil {
		for _, s := range t.all() {
			_ = s.raw.Close()
		}
	}
	return err
}
