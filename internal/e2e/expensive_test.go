package e2e_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"bitcorp.dev/fleet/internal/app"
	"bitcorp.dev/fleet/internal/fleet"
)

// askMany asks n times at once while a table is locked. As many as wait are
// answered once it is not; the others are refused at once. meanwhile runs in between.
func (s *service) askMany(table, query string, n, wait int, meanwhile func()) {
	s.t.Helper()
	release := s.lock("LOCK TABLE " + table)
	var answered, refused, failed atomic.Int64
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			a := s.ask(query, nil)
			switch {
			case len(a.Errors) == 0:
				answered.Add(1)
			case a.Errors[0].Extensions["code"] == string(fleet.RateLimited) && strings.Contains(a.Errors[0].Message, "are queued"):
				refused.Add(1)
			default:
				failed.Add(1)
				s.t.Errorf("%+v", a.Errors)
			}
		})
	}
	s.eventually(func() bool { return int(refused.Load()) == n-wait || failed.Load() > 0 })
	meanwhile()
	if answered.Load() != 0 {
		s.t.Error("answered while the table was locked")
	}
	release()
	all.Wait()
	if int(answered.Load()) != wait || int(refused.Load()) != n-wait {
		s.t.Errorf("%d were answered and %d refused, want %d and %d", answered.Load(), refused.Load(), wait, n-wait)
	}
}

// TestWhoScansWaitsForTheOthersTurn: what may look through a whole list waits
// in a short line; what reads by an index does not notice.
func TestWhoScansWaitsForTheOthersTurn(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.askMany(
		"maintenance_records",
		`{ maintenanceRecords(first: 1, filter: {cost: {gte: "0"}}) { nodes { id } } }`,
		70,
		max(1, runtime.GOMAXPROCS(0)/2)+20,
		func() {
			for _, filter := range []string{`null`, `{status: ACTIVE}`, `{category: "Crane"}`} {
				if a := s.ask(`{ equipmentList(first: 1, filter: `+filter+`) { nodes { id } } }`, nil); len(a.Errors) > 0 {
					t.Error(filter, a.Errors)
				}
			}
			for _, filter := range []string{
				`{status: ACTIVE, category: "Crane"}`, `{status: [ACTIVE, INACTIVE]}`, `{cost: {gte: "0"}}`, `{not: {status: ACTIVE}}`,
			} {
				a := s.ask(`{ equipmentList(first: 1, filter: `+filter+`) { nodes { id } } }`, nil)
				if len(a.Errors) != 1 || !strings.Contains(a.Errors[0].Message, "are queued") {
					t.Errorf("%s takes no place in the queue: %+v", filter, a)
				}
			}
		},
	)
}

func TestFewDearOperationsRunAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	dear := `{ equipmentList(first: 100) { nodes { maintenanceRecords(first: 100) { nodes { id cost description } } } } }`
	s.askMany("equipment", dear, 40, max(1, runtime.GOMAXPROCS(0)/2)+20, func() {
		if a := s.ask(`{ operators(first: 1) { nodes { id } } }`, nil); len(a.Errors) > 0 {
			t.Error(a.Errors)
		}
	})
}

// TestLargeBodiesArePaidFor counts each 100,000 bytes as one more request,
// though they are read before anything can be said about them.
func TestLargeBodiesArePaidFor(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.RateLimit, c.RateBurst = of(0.001), 20 }
	s.serveAs("ours@example.com")
	left := func(body string) string {
		w := s.post("application/json", "application/json", body)
		remaining, _, _ := strings.Cut(w.Header().Get("RateLimit"), ";t")
		return fmt.Sprintf("%d %s", w.Code, strings.TrimPrefix(remaining, `"requests";`))
	}
	small := `{"query":"{ viewer { name } }"}`
	if got := left(small); got != "200 r=19" {
		t.Error(got)
	}
	if got := left(
		`{"query":"{ viewer { name } }","variables":{"long":"` + strings.Repeat("a", 650_000) + `"}}`,
	); got != "200 r=12" {
		t.Error(got)
	}
	if got := left(small); got != "200 r=11" {
		t.Error(got)
	}
	if got := left(strings.Repeat("a", 5_000_000)); got != "413 r=10" {
		t.Error(got)
	}
	if got := left(small); got != "429 r=0" {
		t.Error(got)
	}
}

// TestOperationsOfASocketArePaidForEvenIfTheyAreWrong sends what validation
// refuses, which takes its time too.
func TestOperationsOfASocketArePaidForEvenIfTheyAreWrong(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.adjust = func(c *app.Config) { c.RateLimit, c.RateBurst = of(0.001), 20 }
	s.serveAs("ours@example.com")
	conn, _, err := websocket.Dial( //nolint:bodyclose // it says that it needs no closing
		t.Context(),
		s.listen(),
		&websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}},
	)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.CloseNow() }()
	ask := func(id, query string) string {
		t.Helper()
		payload, _ := json.Marshal(map[string]string{"query": query})
		if err := wsjson.Write(t.Context(), conn, message{ID: id, Type: "subscribe", Payload: payload}); err != nil {
			t.Fatal(err)
		}
		var m message
		if err := wsjson.Read(t.Context(), conn, &m); err != nil {
			t.Fatal(err)
		}
		return m.Type + string(m.Payload)
	}
	if err := wsjson.Write(t.Context(), conn, message{Type: "connection_init"}); err != nil {
		t.Fatal(err)
	}
	var ack message
	if err := wsjson.Read(t.Context(), conn, &ack); err != nil || ack.Type != "connection_ack" {
		t.Fatal(ack, err)
	}
	for i := range 18 {
		if got := ask(fmt.Sprint(i), "{ nothing }"); !strings.Contains(got, string(fleet.BadInput)) {
			t.Fatalf("%d: %s", i, got)
		}
	}
	if got := ask("last", "{ viewer { name } }"); !strings.HasPrefix(got, "next") {
		t.Error(got)
	}
	var done message
	if err := wsjson.Read(t.Context(), conn, &done); err != nil || done.Type != "complete" {
		t.Fatal(done, err)
	}
	// What those that were wrong have paid does not make others free.
	if got := ask("more", "{ viewer { name } }"); !strings.Contains(got, string(fleet.RateLimited)) {
		t.Error(got)
	}
}
