package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// rawSocket opens and initializes a socket that does not answer pings.
func (s *service) rawSocket(t testing.TB) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	// The first frame is sent with the request, before the response to it.
	upgrade := "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
		"Sec-WebSocket-Protocol: " + transport.Subprotocol + "\r\n\r\n"
	if _, err := conn.Write(append([]byte(upgrade), frame(`{"type":"connection_init"}`)...)); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil || resp.StatusCode != 101 {
		t.Fatal(resp, err)
	}
	if opcode, ack := readFrame(t, r); opcode != 1 || ack != `{"type":"connection_ack"}` {
		t.Fatalf("got %d %s", opcode, ack)
	}
	return conn, r
}

// frame returns a text frame of up to 125 bytes, masked with zeros.
func frame(message string) []byte {
	return append([]byte{0x81, 0x80 | byte(len(message)), 0, 0, 0, 0}, message...)
}

// readFrame reads a frame of up to 125 bytes.
func readFrame(t testing.TB, r *bufio.Reader) (opcode byte, payload string) {
	t.Helper()
	head := make([]byte, 2)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, head[1])
	if _, err := io.ReadFull(r, body); err != nil {
		t.Fatal(err)
	}
	return head[0] & 0x0f, string(body)
}

func TestAClientThatDoesNotAnswerPingsIsClosed(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{PingInterval: 10 * time.Millisecond, StuckTimeout: 30 * time.Millisecond})
	_, r := s.rawSocket(t)
	if opcode, _ := readFrame(t, r); opcode != 9 {
		t.Fatalf("opcode %d, want a ping", opcode)
	}
	opcode, body := readFrame(t, r)
	for opcode == 9 { // a slow machine may send several
		opcode, body = readFrame(t, r)
	}
	if opcode != 8 || body != "\x03\xf5ping not answered for 30ms" { // 1013
		t.Fatalf("opcode %d %q, want a close frame", opcode, body)
	}
}

// TestAClientThatAnswersPingsStaysConnected pings beyond the timeouts of the HTTP
// server.
func TestAClientThatAnswersPingsStaysConnected(t *testing.T) {
	t.Parallel()
	c := transport.Config{PingInterval: 20 * time.Millisecond, StuckTimeout: 10 * time.Second}
	s := newServiceWithTimeouts(t, c, time.Second, time.Second)
	var pings atomic.Int64
	conn, _, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{
		Subprotocols:   []string{transport.Subprotocol},
		OnPingReceived: func(context.Context, []byte) bool { pings.Add(1); return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, opened := conn.CloseRead(t.Context()), time.Now()
	eventually(t, "several pings have arrived", func() bool {
		return pings.Load() >= 5 && time.Since(opened) > 1200*time.Millisecond
	})
	if ctx.Err() != nil {
		t.Error("the socket is closed")
	}
	_ = conn.CloseNow()
}

func TestAClientThatDoesNotReadIsDroppedAndDelaysNoOther(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 10)
	s := newService(t, transport.Config{WriteTimeout: 5 * time.Second, // which the others need on no machine
		Closed: func(_ context.Context, code int, reason string) {
			closed <- fmt.Sprint(code, " ", reason)
		}})
	stuck, _ := s.rawSocket(t)
	if _, err := stuck.Write(frame(subscribe("1", "subscription { flood(bytes: 60000) }"))); err != nil {
		t.Fatal(err)
	}
	other := s.connect(t)
	other.send(subscribe("1", "subscription { count(to: 1000) }"))
	for range 1001 {
		if _, err := other.receive(); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-closed; got != "1006 a write took over 5s" {
		t.Errorf("closed: %s", got)
	}
	eventually(t, "the subscription has ended", func() bool { return s.Running.Load() == 0 })
}

func TestClosedReceivesCodeAndReason(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 10)
	s := newService(t, transport.Config{Closed: func(_ context.Context, code int,
		reason string) {
		closed <- fmt.Sprint(code, " ", reason)
	}})
	_ = s.connect(t).conn.Close(4999, "a private reason")
	if got := <-closed; got != "4999 a private reason" {
		t.Errorf("closed: %s", got)
	}
	_ = s.connect(t).conn.CloseNow()
	if got := <-closed; got != "1006 " {
		t.Errorf("closed: %s", got)
	}
	c := s.dial(t)
	c.send(`{"type":"x"}`)
	c.expectClose(4400, "unknown")
	if got := <-closed; !strings.HasPrefix(got, "4400 ") {
		t.Errorf("closed: %s", got)
	}
}

func TestShutdownClosesSocketsWithServiceRestart(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	var clients []*client
	for range 20 {
		c := s.connect(t)
		c.send(subscribe("1", "subscription { silence }"))
		clients = append(clients, c)
	}
	eventually(t, "all run", func() bool { return s.Running.Load() == 20 })
	ended := make(chan error)
	go func() { ended <- s.ws.Shutdown(t.Context()) }()
	for _, c := range clients {
		// There is no complete before: the client is to subscribe again.
		got, err := c.receive()
		if websocket.CloseStatus(err) != 1012 || !strings.Contains(err.Error(), "service restart") {
			t.Errorf("got %s %v", got, err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := s.Running.Load(); n != 0 {
		t.Errorf("%d subscriptions still run", n)
	}
	_, resp, err := websocket.Dial(t.Context(), s.url, nil)
	if err == nil || resp == nil || resp.StatusCode != 503 {
		t.Errorf("a new socket after shutdown: %v %v", resp, err)
	}
}

func TestShutdownEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.rawSocket(t) // does not answer the close frame
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.ws.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	eventually(t, "the socket is dropped", func() bool { return s.ws.Open() == 0 })
}

func TestAClientThatDoesNotAnswerTheCloseFrameIsDropped(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	_, r := s.rawSocket(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := s.ws.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	if opcode, body := readFrame(t, r); opcode != 8 || body != "\x03\xf4service restart" { // 1012
		t.Errorf("opcode %d %q, want a close frame", opcode, body)
	}
}

// TestTheEndOfCredentialsClosesSockets: with 4403 alone, also one that is idle,
// because after an error or complete clients would not subscribe again.
func TestTheEndOfCredentialsClosesSockets(t *testing.T) {
	t.Parallel()
	watched := make(chan func(error), 1)
	s := newService(t, transport.Config{Watch: func(_ context.Context, ended func(error)) { watched <- ended }})
	revoked := &fleet.Error{Code: fleet.Unauthenticated, Message: "the token is revoked"}
	idle := s.connect(t)
	(<-watched)(revoked)
	idle.expectClose(4403, "Forbidden: the token is revoked")

	c := s.connect(t)
	c.send(subscribe("1", "subscription { silence }"), subscribe("2", "{ wait }"))
	eventually(t, "both run", func() bool { return s.Running.Load() == 2 })
	end := <-watched
	end(revoked)
	if message, err := c.receive(); websocket.CloseStatus(err) != 4403 {
		t.Errorf("got %s %v", message, err)
	}
	eventually(t, "both have ended", func() bool { return s.Running.Load() == 0 && s.ws.Open() == 0 })
	end(revoked) // of a socket that has ended
}

// TestAFailedRecheckClosesWithoutAnError: of credentials that have ended.
func TestAFailedRecheckClosesWithoutAnError(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		return &fleet.Error{Code: fleet.Unauthenticated, Message: "the token is revoked"}
	}})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { count }"))
	if message, err := c.receive(); websocket.CloseStatus(err) != 4403 ||
		!strings.Contains(err.Error(), "Forbidden: the token is revoked") {
		t.Errorf("got %s %v", message, err)
	}
}
