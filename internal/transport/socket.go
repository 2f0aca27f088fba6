package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"
	"golang.org/x/time/rate"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/guard"
)

// socket is one WebSocket connection.
type socket struct {
	ws       *WebSocket
	conn     *websocket.Conn
	raw      net.Conn // below conn; may be closed while conn waits for a close frame
	exec     graphql.GraphExecutor
	request  *http.Request // for Config.Init; nil after connection_init
	header   http.Header
	base     context.Context // ends with the socket
	cancel   context.CancelFunc
	ctx      context.Context // parent of all operations: base, or the one that Init returned
	opened   time.Time
	messages *rate.Limiter
	pending  int // bytes of messages that have not been charged yet; read alone

	mu         sync.Mutex
	ready      bool // connection_ack has been or is being sent
	lastPing   time.Time
	operations map[string]*operation // by id, without those that the client has completed
	running    int                   // goroutines of operations
	ending     bool
	code       websocket.StatusCode // close code; valid once ending
	reason     string
	wg         sync.WaitGroup // goroutines of operations
}

// run reads messages until the socket is closed, then waits for its operations.
func (s *socket) run() {
	var err error
	if s.conn.Subprotocol() == "" {
		s.close(closeSubprotocol, "Subprotocol not acceptable")
	}
	for err == nil {
		err = s.read()
	}
	s.endWith(err)
	s.wg.Wait()
	_ = s.conn.CloseNow()
	if s.ws.config.Closed != nil {
		s.ws.config.Closed(context.WithoutCancel(s.ctx), int(s.code), s.reason)
	}
}

// read reads and handles one message.
func (s *socket) read() error {
	// No deadline: watch finds clients that have gone silent.
	kind, r, err := s.conn.Reader(context.Background())
	if err != nil {
		return err
	}
	// Handling a message takes a deeper stack than waiting for one, and a stack
	// mostly keeps the size it has grown to: 40 MB with 10,000 sockets.
	var handled sync.WaitGroup
	handled.Go(func() {
		defer guard.Into(&err, "message of a socket")
		err = s.message(kind, r)
	})
	handled.Wait()
	return err
}

// message reads the rest of a message and handles it.
func (s *socket) message(kind websocket.MessageType, r io.Reader) error {
	defer func() {
		if panicked := recover(); panicked != nil { // in Config.Init
			s.ws.config.Log.ErrorContext(s.base, "panic", "panic", panicked, "stack", string(debug.Stack()))
			s.close(closeInternal, "Internal server error")
		}
	}()
	if err := s.messages.Wait(s.base); err != nil {
		return err
	}
	if kind != websocket.MessageText {
		s.close(closeBadMessage, "Invalid message received: it must be text")
		return nil
	}
	data, release, err := s.ws.config.readAll(s.ctx, r, 0)
	defer release()
	if known := new(fleet.Error); errors.As(err, &known) {
		s.close(closeTryAgain, known.Message)
		return nil
	}
	if err != nil {
		return err
	}
	return s.handle(data)
}

// handle executes one complete message.
func (s *socket) handle(data []byte) error {
	m, err := s.parse(data)
	if errors.Is(err, errBusy) {
		s.close(closeTryAgain, "Too many large messages")
		return nil
	}
	if err == nil {
		err = m.checkSize(len(data))
	}
	if m.kind != "subscribe" { // which Receive charges
		if refused := s.charge(len(data)); refused != nil {
			s.close(closeTryAgain, refused.Error())
			return nil
		}
	}
	if err != nil {
		s.close(closeBadMessage, "Invalid message received: "+err.Error())
		return nil
	}
	switch m.kind {
	case "connection_init":
		s.init(m.object)
	case "ping":
		return s.send(appendMember([]byte(`{"type":"pong"`), "payload", m.payload))
	case "pong":
	case "subscribe":
		s.subscribe(m.id, m.params, len(data))
	case "complete":
		s.complete(m.id)
	}
	return nil
}

// chargedBytes is how many bytes of small messages are charged at once.
const chargedBytes = 50_000

// charge charges a message that starts no operation, before connection_init too. The error refuses it.
func (s *socket) charge(bytes int) error {
	s.pending += bytes
	if s.pending < chargedBytes {
		return nil
	}
	bytes, s.pending = s.pending, 0
	return s.ws.config.SocketAdmission.Charge(s.ctx, bytes)
}

// errBusy says that a large message was not admitted.
var errBusy = errors.New("busy")

// parse parses a message. A message over smallBody is admitted first. A smaller
// one is admitted after it is parsed and only if it starts an operation, so that
// a client whose operations wait for admission can still answer pings.
func (s *socket) parse(data []byte) (message, error) {
	if len(data) > smallBody {
		done, err := s.ws.config.Admission.Parse(s.ctx, len(data))
		if err != nil {
			return message{}, errBusy
		}
		defer done()
	}
	return parseMessage(data)
}

// appendMember appends a member, unless its value is null, and closes the JSON
// object.
func appendMember(b []byte, name string, value json.RawMessage) []byte {
	if !isNull(value) {
		b = append(append(append(append(b, `,"`...), name...), `":`...), value...)
	}
	return append(b, '}')
}

// init handles connection_init.
func (s *socket) init(payload map[string]any) {
	if s.request == nil {
		s.close(closeSecondInit, "Too many initialisation requests")
		return
	}
	r := s.request
	s.request = nil
	ctx, err := s.open(r, payload)
	if err != nil {
		if !isInconclusive(err) {
			s.close(closeForbidden, forbidden(err))
			return
		}
		if s.base.Err() == nil {
			s.ws.config.Log.ErrorContext(s.base, "initialize socket", "error", err)
		}
		s.close(closeTryAgain, "the session could not be verified")
		return
	}
	s.ctx = ctx
	s.mu.Lock()
	s.ready = true
	s.mu.Unlock()
	_ = s.send([]byte(`{"type":"connection_ack"}`))
	s.ws.config.watch(ctx, func(err error) { s.ws.closeSoon(s, closeForbidden, forbidden(err)) })
}

// forbidden returns the reason of a close with 4403.
func forbidden(err error) string {
	var known *fleet.Error
	if errors.As(err, &known) {
		return "Forbidden: " + known.Message
	}
	return "Forbidden"
}

// open returns the context of the socket's operations, if the client may open one.
func (s *socket) open(r *http.Request, payload map[string]any) (ctx context.Context, err error) {
	ctx = s.ctx
	if s.ws.config.Init != nil {
		if ctx, err = s.ws.config.Init(ctx, r, payload); err != nil {
			return ctx, err
		}
	}
	return ctx, s.ws.config.SocketAdmission.OpenSocket(ctx)
}

// due returns the action that a timeout of the socket calls for, or nil.
func (s *socket) due(now time.Time) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.ws.config
	switch {
	case s.ending:
		return nil
	case !s.ready && now.Sub(s.opened) >= c.InitTimeout:
		return func() { s.close(closeInitTimeout, "Connection initialisation timeout") }
	case now.Sub(s.lastPing) >= c.PingInterval:
		s.lastPing = now.Add(c.StuckTimeout) // no other ping while this one is unanswered
		return s.ping
	default:
		return nil
	}
}

// ping sends a ping and waits for the pong. Frames keep their order, so a pong
// proves that the client has read everything sent before the ping.
func (s *socket) ping() {
	c := &s.ws.config
	ctx, cancel := context.WithTimeout(s.base, c.StuckTimeout)
	defer cancel()
	err := s.conn.Ping(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.close(closeTryAgain, fmt.Sprintf("ping not answered for %s", c.StuckTimeout))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastPing = time.Now()
}

// send writes one message. A failed write ends the socket.
func (s *socket) send(message []byte) error {
	err := s.conn.Write(context.Background(), websocket.MessageText, message)
	if err == nil {
		return nil
	}
	reason := "" // the client has left
	if errors.Is(err, os.ErrDeadlineExceeded) {
		reason = fmt.Sprintf("a write took over %s", s.ws.config.WriteTimeout)
		s.ws.config.Log.InfoContext(s.base, "socket dropped", "reason", reason)
	}
	if s.end(websocket.StatusAbnormalClosure, reason) {
		_ = s.raw.Close()
	}
	return err
}

// maxReason is the longest reason that fits into a close frame, in bytes.
const maxReason = 123

// closeTimeout is how long a client may take to answer a close frame. It is
// shorter than the grace period of a server that shuts down.
const closeTimeout = 3 * time.Second

// close sends a close frame and waits for the client's. Only the first close of
// a socket has an effect.
func (s *socket) close(code websocket.StatusCode, reason string) {
	reason = shorten(reason, maxReason)
	if !s.end(code, reason) {
		return
	}
	late := time.AfterFunc(closeTimeout, func() {
		defer guard.Recover("close of a socket")
		_ = s.raw.Close()
	})
	defer late.Stop()
	_ = s.conn.Close(code, reason)
}

// endWith ends the socket with the error of its last read.
func (s *socket) endWith(err error) {
	code, reason := websocket.StatusAbnormalClosure, ""
	var closed websocket.CloseError
	switch {
	case errors.As(err, &closed):
		code, reason = closed.Code, closed.Reason
	case errors.Is(err, websocket.ErrMessageTooBig):
		code, reason = websocket.StatusMessageTooBig, "message too big"
	}
	s.end(code, reason)
}

func (s *socket) isReady() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready
}

func (s *socket) isEnding() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ending
}

// end cancels all operations and records code and reason, unless an earlier call
// has: then it returns false.
func (s *socket) end(code websocket.StatusCode, reason string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ending {
		return false
	}
	s.ending, s.code, s.reason = true, code, reason
	s.cancel()
	return true
}
