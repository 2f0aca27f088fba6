package transport_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
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

// client is a socket of a test.
type client struct {
	t    testing.TB
	conn *websocket.Conn
}

// dial opens a socket; it offers the subprotocols, ours if none are named.
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

// connect opens a socket and initialises it.
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

// expect receives one message for each of want, in any order.
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

// expectClose expects the socket to be closed, after any messages.
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

func TestWhatBreaksTheSocketsProtocolClosesIt(t *testing.T) {
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
		{"same id", []string{hello, subscribe("1", "subscription { silence }"), subscribe("1", "{ hello }")}, 4409, "Subscriber for 1 already exists"},
		{"no JSON", []string{`hello`}, 4400, "JSON"},
		{"no object", []string{`["ping"]`}, 4400, "object"},
		{"trailing garbage", []string{hello + hello}, 4400, "JSON"},
		{"no type", []string{`{"id":"1"}`}, 4400, "type"},
		{"type is a number", []string{`{"type":1}`}, 4400, "type must be a string"},
		{"unknown type", []string{`{"type":"start"}`}, 4400, `"start" is unknown`},
		{"a server's type", []string{hello, `{"type":"next","id":"1","payload":{}}`}, 4400, `"next" is unknown`},
		{"init with a list", []string{`{"type":"connection_init","payload":[]}`}, 4400, "payload must be an object"},
		{"ping with a string", []string{`{"type":"ping","payload":"x"}`}, 4400, "payload must be an object"},
		{"no id", []string{hello, `{"type":"subscribe","payload":{"query":"{ hello }"}}`}, 4400, "id must be"},
		{"empty id", []string{hello, subscribe("", "{ hello }")}, 4400, "id must be"},
		{"id is a number", []string{hello, `{"type":"subscribe","id":1,"payload":{"query":"{ hello }"}}`}, 4400, "id must be"},
		{"complete without id", []string{hello, `{"type":"complete"}`}, 4400, "id must be"},
		{"no payload", []string{hello, `{"type":"subscribe","id":"1"}`}, 4400, "payload"},
		{"no query", []string{hello, `{"type":"subscribe","id":"1","payload":{}}`}, 4400, "query is missing"},
		{"query is a list", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":[]}}`}, 4400, "query must be a string"},
		{"variables is a string", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":""}}`}, 4400, "variables must be"},
		{"operationName is a number", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }","operationName":0}}`}, 4400, "operationName must be"},
		{"extensions is a list", []string{hello, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }","extensions":[]}}`}, 4400, "extensions must be"},
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
	s := newService(t, transport.Config{OperationTimeout: 50 * time.Millisecond})
	c := s.connect(t)
	for _, exchange := range []struct {
		ask  string
		want []string
	}{
		{subscribe("é\"", "{ hello }"), []string{`{"id":"é\"","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"é\"","type":"complete"}`}},
		{subscribe("1", "mutation { increment }"), []string{`{"id":"1","type":"next","payload":{"data":{"increment":1}}}`, `{"id":"1","type":"complete"}`}},
		{subscribe("1", "subscription { count(to: 2) }"), []string{`{"id":"1","type":"next","payload":{"data":{"count":1}}}`, `{"id":"1","type":"next","payload":{"data":{"count":2}}}`, `{"id":"1","type":"complete"}`}},
		{`{"id":"1","type":"subscribe","payload":{"operationName":"B","query":"query A { hello } query B($t: String) { echo(text: $t) }","variables":{"t":"x"},"extensions":null}}`,
			[]string{`{"id":"1","type":"next","payload":{"data":{"echo":"x"}}}`, `{"id":"1","type":"complete"}`}},
		{subscribe("1", `{ fail(code: "CONFLICT") }`), []string{`{"id":"1","type":"next","payload":{"errors":[{"message":"failed as asked","extensions":{"code":"CONFLICT"}}],"data":{"fail":null}}}`, `{"id":"1","type":"complete"}`}},
		{subscribe("1", `{ wait }`), []string{`{"id":"1","type":"next","payload":{"errors":[{"message":"context deadline exceeded","extensions":{"code":"TIMEOUT"}}],"data":{"wait":null}}}`, `{"id":"1","type":"complete"}`}},
		// No complete after error.
		{subscribe("1", `subscription { refused(code: "FORBIDDEN") }`), []string{`{"id":"1","type":"error","payload":[{"message":"failed as asked","extensions":{"code":"FORBIDDEN"}}]}`}},
		{subscribe("1", "{"), []string{`{"id":"1","type":"error","payload":[{"message":"Expected Name, found \u003cEOF\u003e","locations":[{"line":1,"column":2}],"extensions":{"code":"BAD_INPUT"}}]}`}},
		{`{"type":"complete","id":"unknown"}`, nil},
		{`{"type":"ping"}`, []string{`{"type":"pong"}`}},
	} {
		c.send(exchange.ask)
		c.expect(exchange.want...)
	}
}

func TestPingsAreAnsweredBeforeInitialisation(t *testing.T) {
	t.Parallel()
	c := newService(t, transport.Config{}).dial(t)
	c.send(`{"type":"ping"}`, `{"type":"pong"}`, `{"type":"ping","payload":{"at":1.50}}`, `{"type":"connection_init","payload":null}`)
	c.expect(`{"type":"pong"}`, `{"type":"pong","payload":{"at":1.50}}`, `{"type":"connection_ack"}`)
}

func TestASocketThatIsNotInitialisedInTimeIsClosed(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{InitTimeout: 20 * time.Millisecond, Init: func(ctx context.Context, _ *http.Request, _ map[string]any) (context.Context, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	s.dial(t).expectClose(4408, "Connection initialisation timeout")
	slow := s.dial(t)
	slow.send(`{"type":"connection_init"}`) // the hook's time counts
	slow.expectClose(4408, "Connection initialisation timeout")
}

// TestASubscriberCostsTwoGoroutines is not parallel: others would be counted.
func TestASubscriberCostsTwoGoroutines(t *testing.T) {
	s := newService(t, transport.Config{})
	before := runtime.NumGoroutine()
	const subscribers = 100
	for range subscribers {
		conn, _ := s.rawSocket(t)
		if _, err := conn.Write(frame(`{"id":"1","type":"subscribe","payload":{"query":"subscription { silence }"}}`)); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "all run", func() bool { return s.Running.Load() == subscribers })
	eventually(t, "two goroutines for each, and one for all", func() bool { return runtime.NumGoroutine()-before <= 2*subscribers+1 })
}

func TestTheClientsCompleteEndsItsOperation(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { silence }"), subscribe("2", "{ wait }"))
	eventually(t, "both run", func() bool { return s.Running.Load() == 2 })
	c.send(`{"id":"1","type":"complete"}`, `{"id":"2","type":"complete"}`)
	eventually(t, "both have ended", func() bool { return s.Running.Load() == 0 })
	// The ids are free, and nothing of the old operations arrives.
	c.send(subscribe("1", "{ hello }"))
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"1","type":"complete"}`)
}

func TestNothingFollowsTheClientsComplete(t *testing.T) {
	t.Parallel()
	c := newService(t, transport.Config{}).connect(t)
	for n := range 50 {
		c.send(subscribe("1", "subscription { count }"), `{"id":"1","type":"complete"}`, fmt.Sprintf(`{"type":"ping","payload":{"n":%d}}`, n))
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
		// The pong was answered after the complete: from here on only silence.
		c.send(`{"type":"ping"}`)
		c.expect(`{"type":"pong"}`)
	}
}

func TestOneOperationTooManyIsRefusedAlone(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MaxOperations: 2})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { silence }"), subscribe("2", "subscription { silence }"), subscribe("3", "{ hello }"))
	c.expect(`{"id":"3","type":"error","payload":[{"message":"2 operations are under way on this socket, which is as many as may be","extensions":{"code":"LIMIT_EXCEEDED"}}]}`)
	c.send(`{"id":"1","type":"complete"}`)
	for range 10 {
		c.send(subscribe("3", "{ hello }"))
		c.expect(`{"id":"3","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"3","type":"complete"}`)
	}
}

func TestTheInitHookDecidesWhoMayCome(t *testing.T) {
	t.Parallel()
	type nameKey struct{}
	var ended atomic.Int64
	s := newService(t, transport.Config{Init: func(ctx context.Context, r *http.Request, payload map[string]any) (context.Context, error) {
		context.AfterFunc(ctx, func() { ended.Add(1) })
		switch payload["token"] {
		case "good":
			return context.WithValue(ctx, nameKey{}, r.Header.Get("User-Agent")), nil
		case "odd":
			return nil, errors.New("secret")
		case "panic":
			panic("as asked")
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
	c.expectClose(4403, "Forbidden")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"panic"}}`)
	c.expectClose(4500, "Internal server error")
	c = s.dial(t)
	c.send(`{"type":"connection_init","payload":{"token":"good"}}`, subscribe("1", "{ hello }"))
	c.expect(`{"type":"connection_ack"}`, `{"id":"1","type":"next","payload":{"data":{"hello":"world"},"extensions":{"by":"Go-http-client/1.1"}}}`, `{"id":"1","type":"complete"}`)
	_ = c.conn.Close(websocket.StatusNormalClosure, "")
	eventually(t, "the contexts have ended with their sockets", func() bool { return ended.Load() == 4 })
}

func TestEachDeliveryIsCheckedAgain(t *testing.T) {
	t.Parallel()
	var code atomic.Value
	code.Store(fleet.Code(""))
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		if c := code.Load().(fleet.Code); c != "" {
			return &fleet.Error{Code: c, Message: "not any more"}
		}
		return nil
	}})
	c := s.connect(t)
	c.send(subscribe("1", "{ hello }"))
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"1","type":"complete"}`)
	code.Store(fleet.Forbidden)
	c.send(subscribe("1", "mutation { increment }"))
	c.expect(`{"id":"1","type":"error","payload":[{"message":"not any more","extensions":{"code":"FORBIDDEN"}}]}`)
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

func TestPagesOfOtherSitesMayNotOpenSockets(t *testing.T) {
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

func TestAPanicEndsItsOperationAlone(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.handler.AroundOperations(func(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
		if graphql.GetOperationContext(ctx).OperationName == "PANIC" {
			panic("as asked")
		}
		return next(ctx)
	})
	c := s.connect(t)
	c.send(`{"id":"1","type":"subscribe","payload":{"query":"query PANIC { hello }","operationName":"PANIC"}}`)
	c.expect(`{"id":"1","type":"error","payload":[{"message":"a panic","extensions":{"code":"INTERNAL"}}]}`)
	c.send(subscribe("1", "{ hello }"))
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"1","type":"complete"}`)
}

func TestSharedDataIsNeverWrittenTo(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	before := string(s.Shared)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { // the race detector watches
			c := s.connect(t)
			c.send(subscribe("1", "subscription { shared }"))
			for range 20 {
				c.expect(`{"id":"1","type":"next","payload":{"data":` + before + `}}`)
			}
			_ = c.conn.CloseNow()
		})
	}
	wg.Wait()
	if string(s.Shared) != before {
		t.Errorf("shared data is now %s", s.Shared)
	}
}

// rawSocket does no more than it is told: it answers no pings.
func (s *service) rawSocket(t testing.TB) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	// The first frame comes with the request, before the answer to it.
	if _, err := conn.Write(append([]byte("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: "+transport.Subprotocol+"\r\n\r\n"), frame(`{"type":"connection_init"}`)...)); err != nil {
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

// frame returns a masked text frame of up to 125 bytes; the mask is zero.
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

func TestAClientThatAnswersNoPingsIsClosedWithAReason(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{PingInterval: 10 * time.Millisecond, StuckTimeout: 30 * time.Millisecond})
	_, r := s.rawSocket(t)
	if opcode, _ := readFrame(t, r); opcode != 9 {
		t.Fatalf("opcode %d, want a ping", opcode)
	}
	opcode, body := readFrame(t, r)
	for opcode == 9 { // on a slow machine there is time for more
		opcode, body = readFrame(t, r)
	}
	if opcode != 8 || body != "\x03\xf5nothing taken for 30ms" { // 1013
		t.Fatalf("opcode %d %q, want a close frame", opcode, body)
	}
}

func TestAClientThatAnswersPingsStays(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{PingInterval: 5 * time.Millisecond, StuckTimeout: 10 * time.Second})
	var pings atomic.Int64
	conn, _, err := websocket.Dial(t.Context(), s.url, &websocket.DialOptions{
		Subprotocols:   []string{transport.Subprotocol},
		OnPingReceived: func(context.Context, []byte) bool { pings.Add(1); return true },
	})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t, conn}
	ctx := conn.CloseRead(t.Context())
	eventually(t, "several pings have come", func() bool { return pings.Load() >= 5 })
	if ctx.Err() != nil {
		t.Error("the socket is closed")
	}
	_ = c.conn.CloseNow()
}

func TestAClientThatTakesNothingIsCutAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 10)
	s := newService(t, transport.Config{WriteTimeout: 100 * time.Millisecond, Closed: func(_ context.Context, code int, reason string) {
		closed <- fmt.Sprint(code, " ", reason)
	}})
	stuck, _ := s.rawSocket(t)
	if _, err := stuck.Write(frame(`{"id":"1","type":"subscribe","payload":{"query":"subscription { flood(bytes: 60000) }"}}`)); err != nil {
		t.Fatal(err)
	}
	other := s.connect(t)
	other.send(subscribe("1", "subscription { count(to: 1000) }"))
	for range 1001 {
		if _, err := other.receive(); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-closed; got != "1006 a write took over 100ms" {
		t.Errorf("closed: %s", got)
	}
	eventually(t, "the stuck subscription has ended", func() bool { return s.Running.Load() == 0 })
}

func TestClosedIsToldWhy(t *testing.T) {
	t.Parallel()
	closed := make(chan string, 10)
	s := newService(t, transport.Config{Closed: func(_ context.Context, code int, reason string) { closed <- fmt.Sprint(code, " ", reason) }})
	_ = s.connect(t).conn.Close(4999, "my own reasons")
	if got := <-closed; got != "4999 my own reasons" {
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

func TestShutdownSendsClientsElsewhere(t *testing.T) {
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
		// No complete comes before: the client is to ask again.
		got, err := c.receive()
		if websocket.CloseStatus(err) != 1012 || !strings.Contains(err.Error(), "service restart") {
			t.Errorf("got %s %v", got, err)
		}
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := s.Running.Load(); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
	_, resp, err := websocket.Dial(t.Context(), s.url, nil)
	if err == nil || resp == nil || resp.StatusCode != 503 {
		t.Errorf("a new socket after shutdown: %v %v", resp, err)
	}
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	s.rawSocket(t) // does not answer the close frame
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.ws.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	eventually(t, "the socket is cut", func() bool { return s.ws.Open() == 0 })
}

func TestAClientThatDoesNotAnswerTheCloseFrameIsCut(t *testing.T) {
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
