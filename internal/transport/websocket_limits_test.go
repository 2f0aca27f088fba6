package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// TestALargeMessageThatIsNotAdmittedClosesTheSocket: a message over 64 KB is
// admitted before it is parsed; a smaller one is, if it is no operation, not
// admitted at all.
func TestALargeMessageThatIsNotAdmittedClosesTheSocket(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{Admission: admission{parse: func(context.Context, int) (func(), error) {
		return nil, errors.New("busy")
	}}})
	c := s.connect(t)
	c.send(`{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	c.send(subscribe("1", "{ hello }"))
	c.expect(errorOf("1", `[{"message":"the server is busy and the request has waited too long: try again later",`+
		`"extensions":{"code":"TIMEOUT"}}]`))
	c.send(`{"type":"ping","payload":` + padded(70_000) + `}`)
	c.expectClose(1013, "Too many large messages")
}

// TestOperationsThatDoNotStopCountTowardsTheLimit completes operations that do
// not react to it: there may be twice as many goroutines as operations.
func TestOperationsThatDoNotStopCountTowardsTheLimit(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxOperations: 2})
	release := make(chan struct{})
	s.handler.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).OperationName == "BLOCK" {
			<-release
		}
		return next(ctx)
	})
	c := s.connect(t)
	for range 4 {
		c.send(`{"id":"1","type":"subscribe","payload":{"query":"query BLOCK { hello }","operationName":"BLOCK"}}`)
		c.send(completeOf("1"))
	}
	c.send(subscribe("2", "{ hello }"))
	c.expect(errorOf("2", `[{"message":"2 operations are running on this socket, which is the maximum",`+
		`"extensions":{"code":"LIMIT_EXCEEDED"}}]`))
	close(release)
	eventually(t, "the operations have stopped", func() bool {
		c.send(subscribe("3", "{ hello }"))
		got, err := c.receive()
		if err == nil && got == nextOf("3", `{"data":{"hello":"world"}}`) {
			c.expect(completeOf("3"))
			return true
		}
		return false
	})
}

func TestCheckOriginDecidesOverTheOrigin(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{CheckOrigin: func(r *http.Request) error {
		if r.Header.Get("Origin") == "https://fleet.example" {
			return nil
		}
		return &fleet.Error{Code: fleet.Forbidden, Message: "not here"}
	}})
	for origin, status := range map[string]int{"https://fleet.example": 101, s.url: 403, "": 403} {
		options := &websocket.DialOptions{Subprotocols: []string{transport.Subprotocol}, HTTPHeader: http.Header{}}
		if origin != "" {
			options.HTTPHeader.Set("Origin", origin)
		}
		conn, resp, err := websocket.Dial(t.Context(), s.url, options)
		if resp == nil || resp.StatusCode != status {
			t.Errorf("Origin %q: %v, %v, want %d", origin, resp, err, status)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
}

// TestASocketThatIsNotAdmittedIsClosed: the context of the quota is that of
// the socket, which ends with it.
func TestASocketThatIsNotAdmittedIsClosed(t *testing.T) {
	t.Parallel()
	var open atomic.Int64
	s := newService(t, transport.Config{SocketAdmission: admission{open: func(ctx context.Context) error {
		if open.Add(1) > 1 {
			open.Add(-1)
			return &fleet.Error{Code: fleet.LimitExceeded, Message: "1 is open"}
		}
		context.AfterFunc(ctx, func() { open.Add(-1) })
		return nil
	}}})
	first := s.connect(t)
	second := s.dial(t)
	second.send(`{"type":"connection_init"}`)
	second.expectClose(4403, "Forbidden: 1 is open")
	_ = first.conn.CloseNow()
	eventually(t, "the first socket no longer counts", func() bool { return open.Load() == 0 })
	s.connect(t)
}

// TestSmallMessagesAreCharged by their bytes, before connection_init and after it, and those that start an
// operation not twice.
func TestSmallMessagesAreCharged(t *testing.T) {
	t.Parallel()
	var charged, received, times atomic.Int64
	s := newService(t, transport.Config{MessageRate: 1000, SocketAdmission: admission{
		charge: func(_ context.Context, bytes int) error {
			charged.Add(int64(bytes))
			if times.Add(1) == 4 {
				return &fleet.Error{Code: fleet.RateLimited, Message: "enough"}
			}
			return nil
		},
		receive: func(ctx context.Context, bytes int) (context.Context, error) {
			received.Add(int64(bytes))
			return ctx, nil
		},
	}})
	c := s.dial(t)
	ping := `{"type":"ping","payload":` + padded(1000) + `}`
	pings := func() {
		for range 50_000/len(ping) + 1 {
			c.send(ping)
			if _, err := c.receive(); err != nil {
				t.Fatal(err)
			}
		}
	}
	pings()
	if n := charged.Load(); n < 50_000 || n > 52_000 {
		t.Errorf("%d bytes are charged before connection_init", n)
	}
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	pings()
	if n := charged.Load(); n < 100_000 || n > 104_000 {
		t.Errorf("%d bytes are charged after connection_init", n)
	}
	large := subscribe("1", "{ hello "+strings.Repeat(" ", 60_000)+"}")
	c.send(large)
	c.expect(nextOf("1", `{"data":{"hello":"world"}}`))
	c.expect(completeOf("1"))
	if n := charged.Load(); n > 104_000 || received.Load() != int64(len(large)) {
		t.Errorf("an operation is charged %d as one and as a small message: %d", received.Load(), n)
	}
	pings()
	for range 50_000 / len(ping) {
		c.send(ping)
	}
	for {
		if _, err := c.receive(); err != nil {
			if code := websocket.CloseStatus(err); code != 1013 {
				t.Errorf("refused: %v", err)
			}
			break
		}
		c.send(ping)
	}
}

func TestSmallMessagesHaveALargestSize(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for _, c := range []struct {
		message, kind string
		most          int
		init          bool
	}{
		{`{"type":"ping","payload":{"x":"%s"}}`, "ping", 2048, true},
		{`{"type":"ping","payload":{"x":"%s"}}`, "ping", 2048, false},
		{`{"type":"pong","payload":{"x":"%s"}}`, "pong", 2048, true},
		{`{"type":"complete","id":"1","x":"%s"}`, "complete", 2048, true},
		{`{"type":"connection_init","payload":{"x":"%s"}}`, "connection_init", 16384, false},
	} {
		for over := range 2 {
			conn := s.dial(t)
			if c.init {
				conn.send(`{"type":"connection_init"}`)
				conn.expect(`{"type":"connection_ack"}`)
			}
			conn.send(fmt.Sprintf(c.message, strings.Repeat("x", c.most-len(c.message)+len("%s")+over)))
			if over == 1 {
				conn.expectClose(4400, fmt.Sprintf("Invalid message received: %s has %d bytes, but must have %d at most",
					c.kind, c.most+1, c.most))
				continue
			}
			if c.kind == "ping" || c.kind == "connection_init" {
				if got, err := conn.receive(); err != nil || !strings.Contains(got, "pong") && !strings.Contains(got, "ack") {
					t.Errorf("%s of %d bytes: %s, %v", c.kind, c.most, got, err)
				}
			} else {
				conn.send(`{"type":"ping"}`)
				conn.expect(`{"type":"pong"}`)
			}
		}
	}
}
