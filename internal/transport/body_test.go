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

// gauge counts what a hook has let in and what has been given back.
type gauge struct{ now, most, calls atomic.Int64 }

func (g *gauge) take(n int) func() {
	g.calls.Add(1)
	g.most.Store(max(g.most.Load(), g.now.Add(int64(n))))
	return func() { g.now.Add(-int64(n)) }
}

func padded(bytes int) string {
	return `{"query":"{ hello }","extensions":{"a":"` + strings.Repeat("a", bytes) + `"}}`
}

// TestWhatIsKeptOfALargeBodyIsAskedForAndGivenBack sends bodies and messages of
// several sizes, among them one that is not JSON in the end.
func TestWhatIsKeptOfALargeBodyIsAskedForAndGivenBack(t *testing.T) {
	t.Parallel()
	var kept gauge
	s := newService(t, transport.Config{Keep: func(_ context.Context, bytes int) (func(), error) { return kept.take(bytes), nil }})
	for _, body := range []string{query("{ hello }"), padded(60_000)} {
		if r := s.do(t, "POST", "", older, older, body); r.status != 200 || kept.calls.Load() != 0 {
			t.Errorf("%d bytes: %d, asked %d times", len(body), r.status, kept.calls.Load())
		}
	}
	for _, body := range []string{padded(300_000), padded(300_000)[:250_000]} {
		kept.most.Store(0)
		s.do(t, "POST", "", older, older, body)
		if most := int(kept.most.Load()); most < len(body)-64<<10 || most > 2*len(body) || kept.now.Load() != 0 {
			t.Errorf("%d bytes: %d were kept, %d still are", len(body), most, kept.now.Load())
		}
	}
	kept.most.Store(0)
	c := s.connect(t)
	c.send(`{"id":"1","type":"subscribe","payload":` + padded(300_000) + `}`)
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`, `{"id":"1","type":"complete"}`)
	eventually(t, "the message's bytes to be given back", func() bool { return kept.most.Load() > 200_000 && kept.now.Load() == 0 })
}

func TestWhereThereIsNoRoomForABodyItIsRefused(t *testing.T) {
	t.Parallel()
	var kept gauge
	s := newService(t, transport.Config{Keep: func(_ context.Context, bytes int) (func(), error) {
		if kept.now.Load() > 0 {
			return nil, &fleet.Error{Code: fleet.RateLimited, Message: "no room"}
		}
		return kept.take(bytes), nil
	}})
	r := s.do(t, "POST", "", older, older, padded(300_000))
	if r.status != http.StatusTooManyRequests || r.code() != "RATE_LIMITED" || r.header.Get("Retry-After") == "" || kept.now.Load() != 0 {
		t.Errorf("%d %s; %d bytes are still kept", r.status, r.body, kept.now.Load())
	}
	c := s.connect(t)
	c.send(padded(300_000))
	c.expectClose(1013, "no room")
}

// TestEveryOperationIsAdmittedOnce sends what becomes an operation and what
// does not, over every transport: however it ends, its turn is passed on.
func TestEveryOperationIsAdmittedOnce(t *testing.T) {
	t.Parallel()
	var admitted gauge
	s := newService(t, transport.Config{Admit: func(context.Context, int) (func(), error) { return admitted.take(1), nil }})
	for _, body := range []string{query("{ hello }"), query("{ nothing }"), query("{"), "{", query("mutation { increment }"), query("subscription { count(to: 1) }")} {
		before := admitted.calls.Load()
		s.do(t, "POST", "", older, older, body)
		s.do(t, "POST", "", stream, older, body)
		if n := admitted.calls.Load() - before; n != 2 || admitted.now.Load() != 0 {
			t.Errorf("%s: admitted %d times, %d are still prepared", body, n, admitted.now.Load())
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
		t.Errorf("admitted %d times, %d are still prepared", n, admitted.now.Load())
	}
}

func TestWhoseTurnDoesNotComeIsTold(t *testing.T) {
	t.Parallel()
	var refusal atomic.Value
	s := newService(t, transport.Config{Admit: func(context.Context, int) (func(), error) {
		if err, is := refusal.Load().(*fleet.Error); is {
			return nil, err
		}
		return nil, context.DeadlineExceeded
	}})
	if r := s.do(t, "POST", "", older, older, query("{ hello }")); r.status != http.StatusGatewayTimeout || r.code() != "TIMEOUT" {
		t.Errorf("%d %s", r.status, r.body)
	}
	refusal.Store(&fleet.Error{Code: fleet.RateLimited, Message: "too many wait"})
	if r := s.do(t, "POST", "", older, older, query("{ hello }")); r.status != http.StatusTooManyRequests || r.code() != "RATE_LIMITED" {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestAnOperationThatIsNotReceivedIsNotLookedAt refuses what a socket asks for.
func TestAnOperationThatIsNotReceivedIsNotLookedAt(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{Received: func(ctx context.Context, _ int) (context.Context, error) {
		return ctx, &fleet.Error{Code: fleet.RateLimited, Message: "too many"}
	}})
	c := s.connect(t)
	c.send(subscribe("1", "mutation { increment }"), subscribe("1", "{ nothing }"))
	refused := `{"id":"1","type":"error","payload":[{"message":"too many","extensions":{"code":"RATE_LIMITED"}}]}`
	c.expect(refused, refused)
	if s.Increments.Load() != 0 {
		t.Error("a mutation ran")
	}
}

// TestABodyThatDoesNotArriveInTime sends one byte of it.
func TestABodyThatDoesNotArriveInTime(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
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

// TestAnswersAreForOneViewer: no cache may keep them.
func TestAnswersAreForOneViewer(t *testing.T) {
	t.Parallel()
	s := newService(t, transport.Config{})
	for _, target := range []string{"?query=%7Bhello%7D", "?query=%7Bnothing%7D", ""} {
		if got := s.do(t, "GET", target, newer, "", "").header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%q: Cache-Control is %q", target, got)
		}
	}
}

// TestASocketIsReadAtAPace: what comes faster than that is not acted on.
func TestASocketIsReadAtAPace(t *testing.T) {
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

// TestAnOperationThatEndsWhileItIsCheckedLeavesTheSocket: the check ends with it.
func TestAnOperationThatEndsWhileItIsCheckedLeavesTheSocket(t *testing.T) {
	t.Parallel()
	checking := make(chan struct{}, 1)
	s := newService(t, transport.Config{Recheck: func(ctx context.Context) error {
		checking <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}})
	isChecked := func() {
		t.Helper()
		select {
		case <-checking:
		case <-time.After(20 * time.Second):
			t.Fatal("the operation is not there")
		}
	}
	c := s.connect(t)
	c.send(subscribe("1", "subscription { count }"))
	isChecked()
	c.send(`{"id":"1","type":"complete"}`, `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
	c.send(subscribe("1", "subscription { count }"))
	isChecked() // the id is free again, and the socket is there
	c.send(`{"id":"1","type":"complete"}`, `{"type":"ping"}`)
	c.expect(`{"type":"pong"}`)
}

// TestWhereItIsNotKnownWhoAsksClientsComeAgain: a check that could not be made
// neither ends a subscription for good nor lets an event through.
func TestWhereItIsNotKnownWhoAsksClientsComeAgain(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	s := newService(t, transport.Config{Recheck: func(context.Context) error {
		if broken.Load() {
			return errors.New("the database does not answer")
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
	c.expectClose(1013, "it could not be checked who you are")
	if got := whole(t, events); strings.Contains(got, "complete") || strings.Contains(got, "errors") {
		t.Errorf("the stream ended with %s", got)
	}
}
