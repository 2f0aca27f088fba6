package transport_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/coder/websocket"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// client is the client side of a socket.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

// dial opens a socket and offers the subprotocols, by default transport.Subprotocol.
func (s *service) dial(t testing.TB, subprotocols ...string) *client {
	t.Helper()
	if subprotocols == nil {
		subprotocols = []string{transport.Subprotocol}
	}
	conn, _, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{Subprotocols: subprotocols})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(-1)
	t.Cleanup(func() { _ = conn.CloseNow() })
	return &client{t, conn}
}

// connect opens and initializes a socket.
func (s *service) connect(t testing.TB) *client {
	t.Helper()
	c := s.dial(t)
	c.send(`{"type":"connection_init"}`)
	c.expect(`{"type":"connection_ack"}`)
	return c
}

func (c *client) send(messages ...string) {
	c.t.Helper()
	for _, m := range messages {
		if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(m)); err != nil {
			c.t.Fatalf("send %.100s: %v", m, err)
		}
	}
}

func (c *client) receive() (string, error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 20*time.Second)
	defer cancel()
	_, data, err := c.conn.Read(ctx)
	return string(data), err
}

// expect receives the messages of want, in any order.
func (c *client) expect(want ...string) {
	c.t.Helper()
	left := map[string]int{}
	for _, w := range want {
		left[w]++
	}
	for range want {
		got, err := c.receive()
		if err != nil {
			c.t.Fatalf("%v; still wanted %v", err, left)
		}
		if left[got]--; left[got] < 0 {
			c.t.Fatalf("got %s; wanted %v", got, want)
		}
	}
}

// expectClose skips messages until the socket is closed.
func (c *client) expectClose(code websocket.StatusCode, reason string) {
	c.t.Helper()
	for {
		_, err := c.receive()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != code || !strings.Contains(closed.Reason, reason) {
			c.t.Fatalf("closed with %v, want %d %s", err, code, reason)
		}
		return
	}
}

func subscribe(id, text string) string {
	return fmt.Sprintf(`{"id":%q,"type":"subscribe","payload":{"query":%q}}`, id, text)
}

// nextOf, errorOf and completeOf return messages of an operation.
func nextOf(id, payload string) string {
	return `{"id":"` + id + `","type":"next","payload":` + payload + `}`
}

func errorOf(id, payload string) string {
	return `{"id":"` + id + `","type":"error","payload":` + payload + `}`
}

// failedWith returns the error of a field that fails on request.
func failedWith(code string) string {
	return `{"message":"failed on request","extensions":{"code":"` + code + `"}}`
}

func completeOf(id string) string { return `{"id":"` + id + `","type":"complete"}` }

func TestProtocolViolationsCloseTheSocket(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxBody: 2000})
	const hello = `{"type":"connection_init"}`
	for _, c := range []struct {
		name     string
		messages []string
		code     websocket.StatusCode
		reason   string
	}{
		{"subscribe before init", []string{subscribe("1", "{ hello }")}, 4401, "Unauthorized"},
		{"second init", []string{hello, hello}, 4429, "Too many initialisation requests"},
		{"same id", []string{hello, subscribe("1", "subscription { silence }"), subscribe("1", "{ hello }")}, 4409,
			"Subscriber for 1 already exists"},
		{"no JSON", []string{`hello`}, 4400, "JSON"},
		{"no object", []string{`["ping"]`}, 4400, "object"},
		{"trailing garbage", []string{hello + hello}, 4400, "JSON"},
		{"no type", []string{`{"id":"1"}`}, 4400, "type"},
		{"type is a number", []string{`{"type":1}`}, 4400, "type must be a string"},
		{"unknown type", []string{`{"type":"start"}`}, 4400, `"start" is unknown`},
		{"type of a server message", []string{hello, `{"type":"next","id":"1","payload":{}}`}, 4400, `"next" is unknown`},
		{"init with a list", []string{`{"type":"connection_init","payload":[]}`}, 4400, "payload must be an object"},
		{"ping with a string", []string{`{"type":"ping","payload":"x"}`}, 4400, "payload must be an object"},
		{"no id", []string{hello, `{"type":"subscribe","payload":{"query":"{ hello }"}}`}, 4400, "id must be"},
		{"empty id", []string{hello, subscribe("", "{ hello }")}, 4400, "id must be"},
		{"id is a number", []string{hello, `{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}`}, 4400,
			"id must be"},
		{"complete without id", []string{hello, `{"type":"complete"}`}, 4400, "id must be"},
		{"no payload", []string{hello, `{"type":"subscribe","id":"1"}`}, 4400, "payload"},
		{"no query", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "query is missing"},
		{"query is a list", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":[]}}`}, 4400,
			"query must be a string"},
		{"variables is a string", []string{hello,
			`{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":""}}`}, 4400, "variables must be"},
		{"operationName is a number", []string{hello,
			`{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":0}}`}, 4400, "operationName must be"},
		{"extensions is a list", []string{hello,
			`{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":[]}}`}, 4400, "extensions must be"},
		{"too large", []string{hello, subscribe("1", strings.Repeat(" ", 2000)+"{ hello }")}, 1009, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			socket := s.dial(t)
			socket.send(c.messages...)
			socket.expectClose(c.code, c.reason)
		})
	}
	t.Run("binary", func(t *testing.T) {
		t.Parallel()
		socket := s.dial(t)
		if err := socket.conn.Write(t.Context(), websocket.MessageBinary, []byte(hello)); err != nil {
			t.Fatal(err)
		}
		socket.expectClose(4400, "text")
	})
	t.Run("invalid UTF-8", func(t *testing.T) {
		t.Parallel()
		socket := s.dial(t)
		socket.send("{\"type\":\"ping\",\"payload\":{\"\xff\":1}}")
		socket.expectClose(4400, "UTF-8")
	})
	for _, offered := range [][]string{{}, {"graphql-ws"}} {
		t.Run(fmt.Sprintf("subprotocols %v", offered), func(t *testing.T) {
			t.Parallel()
			s.dial(t, offered...).expectClose(4406, "Subprotocol not acceptable")
		})
	}
}

func TestASocketCarriesAllOperations(t *testing.T) {
	t.Parallel()
	c := newService(t, transport.Config{}).connect(t)
	hasty := newService(t, transport.Config{OperationTimeout: 50 * time.Millisecond}).connect(t)
	const withVariables = `{"id":"1","type":"subscribe","payload":{"operationName":"B","variables":{"t":"x"},` +
		`"query":"query A { hello } query B($t: String) { echo(text: $t) }","extensions":null}}`
	for _, exchange := range []struct {
		send string
		want []string
	}{
		{subscribe("é\"", "{ hello }"), []string{nextOf(`é\"`, `{"data":{"hello":"world"}}`), completeOf(`é\"`)}},
		{subscribe("1", "mutation { increment }"), []string{nextOf("1", `{"data":{"increment":1}}`), completeOf("1")}},
		{subscribe("1", "subscription { count(to: 2) }"),
			[]string{nextOf("1", `{"data":{"count":1}}`), nextOf("1", `{"data":{"count":2}}`), completeOf("1")}},
		{withVariables, []string{nextOf("1", `{"data":{"echo":"x"}}`), completeOf("1")}},
		{subscribe("1", `{ fail(code: "CONFLICT") }`),
			[]string{nextOf("1", `{"errors":[`+failedWith("CONFLICT")+`],"data":{"fail":null}}`), completeOf("1")}},
		// No complete after error.
		{subscribe("1", `subscription { refused(code: "FORBIDDEN") }`),
			[]string{errorOf("1", `[`+failedWith("FORBIDDEN")+`]`)}},
		{subscribe("1", "{"), []string{errorOf("1", `[{"message":"Expected Name, found \u003cEOF\u003e",`+
			`"locations":[{"line":1,"column":2}],"extensions":{"code":"BAD_INPUT"}}]`)}},
		{`{"type":"complete","id":"unknown"}`, nil},
		{`{"type":"ping"}`, []string{`{"type":"pong"}`}},
	} {
		c.send(exchange.send)
		c.expect(exchange.want...)
	}
	hasty.send(subscribe("1", `{ wait }`))
	hasty.expect(nextOf("1", `{"errors":[{"message":"context deadline exceeded",`+
		`"extensions":{"code":"TIMEOUT"}}],"data":{"wait":null}}`), completeOf("1"))
}

func TestPingsAreAnsweredBeforeInitialization(t *testing.T) {
	t.Parallel()
	c := newService(t, transport.Config{}).dial(t)
	c.send(`{"type":"ping"}`, `{"type":"pong"}`, `{"type":"ping","payload":{"at":1.50}}`,
		`{"type":"connection_init","payload":null}`)
	c.expect(`{"type":"pong"}`, `{"type":"pong","payload":{"at":1.50}}`, `{"type":"connection_ack"}`)
}

func TestASocketThatIsNotInitializedInTimeIsClosed(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{InitTimeout: 20 * time.Millisecond,
		Init: func(ctx context.Context, _ *http.Request, _ map[string]any) (context.Context, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
	s.dial(t).expectClose(4408, "Connection initialisation timeout")
	slow := s.dial(t)
	slow.send(`{"type":"connection_init"}`) // the time that Init takes counts
	slow.expectClose(4408, "Connection initialisation timeout")
}

// TestASubscriberTakesTwoGoroutines is not parallel: it would count the goroutines
// of other tests.
func TestASubscriberTakesTwoGoroutines(t *testing.T) {
	s := newService(t, transport.Config{})
	before := runtime.NumGoroutine()
	const subscribers = 100
	for range subscribers {
		conn, _ := s.rawSocket(t)
		if _, err := conn.Write(frame(subscribe("1", "subscription { silence }"))); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all run", func() bool { return s.Running.Load() == subscribers })
	eventually(t, "two goroutines per subscriber, and one for all",
		func() bool { return runtime.NumGoroutine()-before <= 2*subscribers+1 })
}

func TestCompleteCancelsTheOperation(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { silence }"), subscribe("2", "{ wait }"))
	eventually(t, "both run", func() bool { return s.Running.Load() == 2 })
	c.send(completeOf("1"), completeOf("2"))
	eventually(t, "both have ended", func() bool { return s.Running.Load() == 0 })
	// The ids are free, and no message of the old operations arrives.
	c.send(subscribe("1", "{ hello }"))
	c.expect(nextOf("1", `{"data":{"hello":"world"}}`), completeOf("1"))
}

func TestNothingIsSentAfterComplete(t *testing.T) {
	t.Parallel()
	c := newService(t, transport.Config{}).connect(t)
	for n := range 50 {
		c.send(subscribe("1", "subscription { count }"), completeOf("1"),
			fmt.Sprintf(`{"type":"ping","payload":{"n":%d}}`, n))
		pong := fmt.Sprintf(`{"type":"pong","payload":{"n":%d}}`, n)
		for {
			got, err := c.receive()
			if err != nil {
				t.Fatal(err)
			}
			if got == pong {
				break
			}
			if !strings.HasPrefix(got, `{"id":"1","type":"next"`) {
				t.Fatalf("got %s", got)
			}
		}
		// The pong follows the complete, after which no event may come.
		c.send(`{"type":"ping"}`)
		c.expect(`{"type":"pong"}`)
	}
}

func TestAnOperationOverTheLimitIsRefusedAlone(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxOperations: 2})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { silence }"), subscribe("2", "subscription { silence }"),
		subscribe("3", "{ hello }"))
	c.expect(errorOf("3", `[{"message":"2 operations are running on this socket, which is the maximum",`+
		`"extensions":{"code":"LIMIT_EXCEEDED"}}]`))
	c.send(completeOf("1"))
	for range 10 {
		c.send(subscribe("3", "{ hello }"))
		c.expect(nextOf("3", `{"data":{"hello":"world"}}`), completeOf("3"))
	}
}

func TestInitDecidesOverTheSocket(t *testing.T) {
	t.Parallel()
	type nameKey struct{}
	var ended atomic.Int64
	s := newService(t, transport.Config{Init: func(ctx context.Context, r *http.Request,
		payload map[string]any) (context.Context, error) {
		context.AfterFunc(ctx, func() { ended.Add(1) })
		switch payload["token"] {
		case "good":
			return context.WithValue(ctx, nameKey{}, r.Header.Get("User-Agent")), nil
		case "odd":
			return nil, errors.New("secret")
		case "unavailable":
			return nil, &fleet.Error{Code: fleet.Unavailable, Message: "the database does not answer"}
		case "panic":
			panic("on request")
		}
		return nil, &fleet.Error{Code: fleet.Unauthenticated, Message: "the token is " + strings.Repeat("é", 100)}
	}})
	s.handler.AroundResponses(func(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
		graphql.RegisterExtension(ctx, "by", ctx.Value(nameKey{}))
		return next(ctx)
	})
	c := s.dial(t)
	c.send(`{"type":"connection_init"}`)
	c.expectClose(4403, "Forbidden: the token is éé")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"odd"}}`)
	c.expectClose(1013, "the session could not be verified")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"unavailable"}}`)
	c.expectClose(1013, "the session could not be verified")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"panic"}}`)
	c.expectClose(4500, "Internal server error")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"good"}}`, subscribe("1", "{ hello }"))
	c.expect(`{"type":"connection_ack"}`, nextOf("1",
		`{"data":{"hello":"world"},"extensions":{"by":"Go-http-client/1.1"}}`), completeOf("1"))
	_ = c.conn.Close(websocket.StatusNormalClosure, "")
	eventually(t, "the contexts have ended with their sockets", func() bool { return ended.Load() == 5 })
}

func TestEachDeliveryIsRechecked(t *testing.T) {
	t.Parallel()
	var code atomic.Value
	code.Store(fleet.Code(""))
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		if c := code.Load().(fleet.Code); c != "" {
			return &fleet.Error{Code: c, Message: "no longer valid"}
		}
		return nil
	}})
	c := s.connect(t)
	c.send(subscribe("1", "{ hello }"))
	c.expect(nextOf("1", `{"data":{"hello":"world"}}`), completeOf("1"))
	code.Store(fleet.Forbidden)
	c.send(subscribe("1", "mutation { increment }"))
	c.expect(errorOf("1", `[{"message":"no longer valid","extensions":{"code":"FORBIDDEN"}}]`))
	if s.Increments.Load() != 0 {
		t.Error("a mutation ran")
	}
	code.Store(fleet.Code(""))
	c.send(subscribe("2", "subscription { count }"))
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	code.Store(fleet.Unauthenticated)
	c.expectClose(4403, "Forbidden")
}

func TestCrossOriginPagesMayNotOpenSockets(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for origin, status := range map[string]int{"https://evil.example": 403, "null": 403, s.url: 101, "": 101} {
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

func TestAPanicEndsOnlyItsOperation(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.handler.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).OperationName == "PANIC" {
			panic("on request")
		}
		return next(ctx)
	})
	c := s.connect(t)
	c.send(`{"id":"1","type":"subscribe","payload":{"query":"query PANIC { hello }","operationName":"PANIC"}}`)
	c.expect(errorOf("1", `[{"message":"a panic","extensions":{"code":"INTERNAL"}}]`))
	c.send(subscribe("1", "{ hello }"))
	c.expect(nextOf("1", `{"data":{"hello":"world"}}`), completeOf("1"))
}

func TestSharedDataIsNotModified(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	before := string(s.Shared)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { // for the race detector
			c := s.connect(t)
			c.send(subscribe("1", "subscription { shared }"))
			for range 20 {
				c.expect(nextOf("1", `{"data":`+before+`}`))
			}
			_ = c.conn.CloseNow()
		})
	}
	wg.Wait()
	if string(s.Shared) != before {
		t.Errorf("the shared data has become %s", s.Shared)
	}
}
