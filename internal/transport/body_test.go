package transport_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/transport"
)

// gauge counts what a hook has granted and what has been released.
type gauge struct{ now, most, calls atomic.Int64 }

func (g *gauge) take(n int) func() {
	g.calls.Add(1)
	g.most.Store(max(g.most.Load(), g.now.Add(int64(n))))
	return func() { g.now.Add(-int64(n)) }
}

func padded(bytes int) string {
	return `{"query":"{ hello }","extensions":{"a":"` + strings.Repeat("a", bytes) + `"}}`
}

// TestLargeBodiesReserveMemoryAndReleaseIt sends bodies and messages of several
// sizes, one of them truncated JSON.
func TestLargeBodiesReserveMemoryAndReleaseIt(t *testing.T) {
	t.Parallel()
	var reserved gauge
	s := newService(t, transport.Config{Admission: admission{reserve: func(_ context.Context, bytes int) (func(), error) {
		return reserved.take(bytes), nil
	}}})
	for _, body := range []string{query("{ hello }"), padded(60_000)} {
		if r := s.do(t, "POST", "", older, older, body); r.status != 200 || reserved.calls.Load() != 0 {
			t.Errorf("%d bytes: status %d, %d reservations", len(body), r.status, reserved.calls.Load())
		}
	}
	for _, body := range []string{padded(300_000), padded(300_000)[:250_000]} {
		reserved.most.Store(0)
		s.do(t, "POST", "", older, older, body)
		if most := int(reserved.most.Load()); most < len(body)-64<<10 || most > 2*len(body) || reserved.now.Load() != 0 {
			t.Errorf("%d bytes: %d were reserved, %d still are", len(body), most, reserved.now.Load())
		}
	}
	reserved.most.Store(0)
	c := s.connect(t)
	c.send(`{"id":"1","type":"subscribe","payload":` + padded(300_000) + `}`)
	c.expect(nextOf("1", `{"data":{"hello":"world"}}`), completeOf("1"))
	eventually(t, "the reservation of the message is released",
		func() bool { return reserved.most.Load() > 200_000 && reserved.now.Load() == 0 })
}

func TestBodiesWithoutAReservationAreRefused(t *testing.T) {
	t.Parallel()
	var reserved gauge
	s := newService(t, transport.Config{Admission: admission{reserve: func(_ context.Context, bytes int) (func(), error) {
		if reserved.now.Load() > 0 {
			return nil, &fleet.Error{Code: fleet.RateLimited, Message: "no memory"}
		}
		return reserved.take(bytes), nil
	}}})
	r := s.do(t, "POST", "", older, older, padded(300_000))
	if r.status != http.StatusTooManyRequests || r.code() != "RATE_LIMITED" || r.header.Get("Retry-After") == "" ||
		reserved.now.Load() != 0 {
		t.Errorf("%d %s; %d bytes are still reserved", r.status, r.body, reserved.now.Load())
	}
	c := s.connect(t)
	c.send(padded(300_000))
	c.expectClose(1013, "no memory")
}

// TestEveryOperationIsAdmittedOnceAndReleased sends valid and invalid operations
// over every transport: each is admitted once, and released however it ends.
func TestEveryOperationIsAdmittedOnceAndReleased(t *testing.T) {
	t.Parallel()
	var admitted gauge
	s := newService(t, transport.Config{Admission: admission{parse: func(context.Context, int) (func(), error) {
		return admitted.take(1), nil
	}}})
	for _, body := range []string{query("{ hello }"), query("{ nothing }"), query("{"), "{",
		query("mutation { increment }"), query("subscription { count(to: 1) }")} {
		before := admitted.calls.Load()
		s.do(t, "POST", "", older, older, body)
		s.do(t, "POST", "", stream, older, body)
		if n := admitted.calls.Load() - before; n != 2 || admitted.now.Load() != 0 {
			t.Errorf("%s: admitted %d times, %d are not released", body, n, admitted.now.Load())
		}
	}
	s.do(t, "GET", "?query=%7Bhello%7D", older, "", "")
	c := s.connect(t)
	before := admitted.calls.Load()
	c.send(subscribe("1", "{ hello }"), subscribe("2", "{ nothing }"))
	for range 3 {
		if _, err := c.receive(); err != nil {
			t.Fatal(err)
		}
	}
	if n := admitted.calls.Load() - before; n != 2 || admitted.now.Load() != 0 {
		t.Errorf("admitted %d times, %d are not released", n, admitted.now.Load())
	}
}

func TestRequestsThatAreNotAdmittedAreRefused(t *testing.T) {
	t.Parallel()
	var refusal atomic.Value
	s := newService(t, transport.Config{Admission: admission{parse: func(context.Context, int) (func(), error) {
		if err, is := refusal.Load().(*fleet.Error); is {
			return nil, err
		}
		return nil, context.DeadlineExceeded
	}}})
	if r := s.do(t, "POST", "", older, older,
		query("{ hello }")); r.status != http.StatusGatewayTimeout || r.code() != "TIMEOUT" {
		t.Errorf("%d %s", r.status, r.body)
	}
	refusal.Store(&fleet.Error{Code: fleet.RateLimited, Message: "too many wait"})
	if r := s.do(t, "POST", "", older, older,
		query("{ hello }")); r.status != http.StatusTooManyRequests || r.code() != "RATE_LIMITED" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAnOperationThatIsNotReceivedIsNotParsed(t *testing.T) {
	t.Parallel()
	s := newService(
		t,
		transport.Config{SocketAdmission: admission{receive: func(ctx context.Context, _ int) (context.Context, error) {
			return ctx, &fleet.Error{Code: fleet.RateLimited, Message: "too many"}
		}}},
	)
	c := s.connect(t)
	c.send(subscribe("1", "mutation { increment }"), subscribe("1", "{ nothing }"))
	refused := errorOf("1", `[{"message":"too many","extensions":{"code":"RATE_LIMITED"}}]`)
	c.expect(refused, refused)
	if s.Increments.Load() != 0 {
		t.Error("a mutation ran")
	}
}

// TestABodyThatDoesNotArriveInTimeIsRefused sends one byte of 100.
func TestABodyThatDoesNotArriveInTimeIsRefused(t *testing.T) {
	t.Parallel()
	s := newServiceWithTimeouts(t, transport.Config{}, time.Second, 0)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	const start = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
	if _, err := io.WriteString(conn, start); err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if r.StatusCode != http.StatusRequestTimeout || !strings.Contains(string(body), `"TIMEOUT"`) {
		t.Errorf("%s %s", r.Status, body)
	}
}

func TestResponsesAreNotCached(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for _, target := range []string{"?query=%7Bhello%7D", "?query=%7Bnothing%7D", ""} {
		if got := s.do(t, "GET", target, newer, "", "").header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%q: Cache-Control is %q", target, got)
		}
	}
}

// TestMessagesOfASocketAreRateLimited sends two messages within the time of one:
// the second one is not handled.
func TestMessagesOfASocketAreRateLimited(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{MessageRate: 0.25}) // one message at once, the next after 4 s
	c := s.connect(t)
	c.send(`{"type":"ping"}`)
	if err := s.ws.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if message, err := c.receive(); err == nil {
		t.Errorf("got %s", message)
	}
}

// TestAnOperationThatEndsDuringItsRecheckLeavesTheSocketOpen: completing an
// operation cancels its recheck, which must not count as a failed check.
func TestAnOperationThatEndsDuringItsRecheckLeavesTheSocketOpen(t *testing.T) {
	t.Parallel()
	checking := make(chan struct{}, 1)
	s := newService(t, transport.Config{Recheck: func(ctx context.Context) error {
		checking <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	awaitCheck := func() {
		t.Helper()
		select {
		case <-checking:
		case <-time.After(20 * time.Second):
			t.Fatal("the operation is not rechecked")
		}
	}
	c := s.connect(t)
	c.send(subscribe("1", "subscription { count }"))
	awaitCheck()
	c.send(completeOf("1"), `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	c.send(subscribe("1", "subscription { count }"))
	awaitCheck() // the id is free again, and the socket is open
	c.send(completeOf("1"), `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

// TestAFailedRecheckMakesClientsReconnect: when the check itself fails, no event is
// delivered and no subscription is completed.
func TestAFailedRecheckMakesClientsReconnect(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		if broken.Load() {
			return errors.New("the database is down")
		}
		return nil
	}})
	c := s.connect(t)
	c.send(subscribe("1", "subscription { count }"))
	events, _ := s.events(t, "POST", "", query("subscription { count }"))
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	broken.Store(true)
	c.expectClose(1013, "the session could not be verified")
	if got := whole(t, events); strings.Contains(got, "complete") || strings.Contains(got, "errors") {
		t.Errorf("the stream ended with %s", got)
	}
}
