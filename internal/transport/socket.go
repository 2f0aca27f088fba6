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
)

// socket is one connection.
type socket struct {
	ws      *WebSocket
	conn    *websocket.Conn
	raw     net.Conn // below conn, which cannot be cut while it is being closed
	exec    graphql.GraphExecutor
	request *http.Request // for the Init hook; nil after it
	header  http.Header
	base    context.Context // ends with the socket
	cancel  context.CancelFunc
	ctx     context.Context // of operations; what Init made of base
	opened  time.Time
	pace    *rate.Limiter // of messages

	mu         sync.Mutex
	ready      bool // initialised
	pinged     time.Time
	operations map[string]*operation // those that the client has not ended
	busy       int                   // goroutines of operations
	ending     bool
	code       websocket.StatusCode // why it ends
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
	s.ended(err)
	s.wg.Wait()
	_ = s.conn.CloseNow()
	if s.ws.config.Closed != nil {
		s.ws.config.Closed(context.WithoutCancel(s.ctx), int(s.code), s.reason)
	}
}

// read reads one message and has it acted on.
func (s *socket) read() error {
	// No deadline of its own: silence is what watch looks for.
	kind, r, err := s.conn.Reader(context.Background())
	if err != nil {
		return err
	}
	// Acting on a message takes a deeper stack than waiting for one, and what
	// a stack has grown to it mostly keeps: 40 MB of 10,000 sockets.
	var acted sync.WaitGroup
	acted.Go(func() { err = s.message(kind, r) })
	acted.Wait()
	return err
}

// message reads a message that has begun, and acts on it.
func (s *socket) message(kind websocket.MessageType, r io.Reader) error {
	defer func() {
		if panicked := recover(); panicked != nil { // of the Init hook
			s.ws.config.Log.ErrorContext(s.base, "panic", "panic", panicked, "stack", string(debug.Stack()))
			s.close(closeOurFault, "Internal server error")
		}
	}()
	if err := s.pace.Wait(s.base); err != nil {
		return err
	}
	if kind != websocket.MessageText {
		s.close(closeBadMessage, "Invalid message received: it must be text")
		return nil
	}
	data, free, err := s.ws.config.readAll(s.ctx, r)
	defer free()
	if known := new(fleet.Error); errors.As(err, &known) {
		s.close(closeTryAgain, known.Message)
		return nil
	}
	if err != nil {
		return err
	}
	return s.act(data)
}

// act acts on one message.
func (s *socket) act(data []byte) error {
	m, err := s.parse(data)
	if errors.Is(err, errBusy) {
		s.close(closeTryAgain, "Too many large messages")
		return nil
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

// errBusy says that it was not a message's turn.
var errBusy = errors.New("busy")

// parse parses a message. A large one waits for its turn; others are admitted
// as operations, once it is known that they are some: a client that waits for
// its turn must be able to answer our pings.
func (s *socket) parse(data []byte) (message, error) {
	if len(data) > smallBody {
		done, err := s.ws.config.admitted(s.ctx, len(data))
		if err != nil {
			return message{}, errBusy
		}
		defer done()
	}
	return parseMessage(data)
}

// appendMember ends an object that has begun with a member, if there is one.
func appendMember(b []byte, name string, value json.RawMessage) []byte {
	if !isNull(value) {
		b = append(append(append(append(b, `,"`...), name...), `":`...), value...)
	}
	return append(b, '}')
}

// init answers connection_init.
func (s *socket) init(payload map[string]any) {
	if s.request == nil {
		s.close(closeSecondInit, "Too many initialisation requests")
		return
	}
	r := s.request
	s.request = nil
	if s.ws.config.Init != nil {
		ctx, err := s.ws.config.Init(s.ctx, r, payload)
		if err != nil {
			reason := "Forbidden"
			var known *fleet.Error
			if errors.As(err, &known) {
				reason += ": " + known.Message
			} else if s.base.Err() == nil {
				s.ws.config.Log.ErrorContext(s.base, "initialise socket", "error", err)
			}
			s.close(closeForbidden, reason)
			return
		}
		s.ctx = ctx
	}
	s.mu.Lock()
	s.ready = true
	s.mu.Unlock()
	_ = s.send([]byte(`{"type":"connection_ack"}`))
}

// due returns what is to be done for the socket now, nil if nothing.
func (s *socket) due(now time.Time) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.ws.config
	switch {
	case s.ending:
		return nil
	case !s.ready && now.Sub(s.opened) >= c.InitTimeout:
		return func() { s.close(closeInitTimeout, "Connection initialisation timeout") }
	case now.Sub(s.pinged) >= c.PingInterval:
		s.pinged = now.Add(c.StuckTimeout) // not again while this one is waited for
		return s.ping
	default:
		return nil
	}
}

// ping waits for the answer to a ping. The frame cannot overtake what was
// written before it, nor can the answer come before all that was taken.
func (s *socket) ping() {
	c := &s.ws.config
	ctx, cancel := context.WithTimeout(s.base, c.StuckTimeout)
	defer cancel()
	err := s.conn.Ping(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		s.close(closeTryAgain, fmt.Sprintf("nothing taken for %s", c.StuckTimeout))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinged = time.Now()
}

// send writes one message. A write that fails is the end of the socket.
func (s *socket) send(message []byte) error {
	err := s.conn.Write(context.Background(), websocket.MessageText, message)
	if err == nil {
		return nil
	}
	reason := "" // the client has left
	if errors.Is(err, os.ErrDeadlineExceeded) {
		reason = fmt.Sprintf("a write took over %s", s.ws.config.WriteTimeout)
		s.ws.config.Log.InfoContext(s.base, "socket cut", "reason", reason)
	}
	if s.end(websocket.StatusAbnormalClosure, reason) {
		_ = s.raw.Close()
	}
	return err
}

// maxReason is what a close frame has room for, in bytes.
const maxReason = 123

// closeTime is how long a client may take to answer a close frame. It is less
// than a server gives its last requests when it stops.
const closeTime = 3 * time.Second

// close closes the socket with a code, and waits for the client to do the same.
func (s *socket) close(code websocket.StatusCode, reason string) {
	reason = shorten(reason, maxReason)
	if !s.end(code, reason) {
		return
	}
	late := time.AfterFunc(closeTime, func() { _ = s.raw.Close() })
	defer late.Stop()
	_ = s.conn.Close(code, reason)
}

// ended is told why nothing more can be read.
func (s *socket) ended(err error) {
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

// end ends the operations and notes why; only the first reason counts.
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
