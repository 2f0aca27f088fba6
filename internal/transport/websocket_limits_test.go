package transport_test

import (
	"context"
	"errors"
	"net/http"
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
