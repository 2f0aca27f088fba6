package sharing_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"go.uber.org/goleak"

	"bitcorp.dev/fleet/internal/gql/sharing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code)
}

type keyOf struct{}

// stage is an extension with a subscription whose responses a test provides.
type stage struct {
	t         *testing.T
	extension *sharing.Extension
	snapshot  bool
	responses chan string
	executed  atomic.Int32
}

func newStage(t *testing.T, snapshot bool) *stage {
	t.Parallel()
	s := &stage{t: t, snapshot: snapshot, responses: make(chan string)}
	s.extension = sharing.New(func(ctx context.Context) (sharing.GroupKey, bool) {
		key, ok := ctx.Value(keyOf{}).(string)
		return sharing.GroupKey{Key: key, Snapshot: s.snapshot}, ok
	}, func(_ context.Context, panicked any) *graphql.Response {
		return &graphql.Response{Errors: gqlerror.List{{Message: fmt.Sprint(panicked)}}}
	}, prometheus.NewRegistry())
	t.Cleanup(s.extension.Close)
	return s
}

// execute does what gqlgen does: it writes every response into the same buffer.
func (s *stage) execute(context.Context) graphql.ResponseHandler {
	s.executed.Add(1)
	buffer := make([]byte, 0, 100)
	return func(ctx context.Context) *graphql.Response {
		select {
		case <-ctx.Done():
			return nil
		case text, ok := <-s.responses:
			if !ok {
				return nil
			}
			if text == "panic" {
				panic("in an answer")
			}
			buffer = append(buffer[:0], text...)
			return &graphql.Response{Data: buffer}
		}
	}
}

func (s *stage) give(text string) {
	s.t.Helper()
	select {
	case s.responses <- text:
	case <-time.After(20 * time.Second):
		s.t.Fatal("the subscription is not executed")
	}
}

type subscription struct {
	t     *testing.T
	next  graphql.ResponseHandler
	leave context.CancelFunc
}

func (s *stage) subscribe(key any) *subscription {
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), keyOf{}, key))
	s.t.Cleanup(cancel)
	ctx = graphql.WithOperationContext(
		ctx,
		&graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Subscription}},
	)
	return &subscription{s.t, s.extension.InterceptOperation(ctx, s.execute), cancel}
}

// receive returns the next response, nil at the end.
func (s *subscription) receive() *graphql.Response {
	s.t.Helper()
	received := make(chan *graphql.Response, 1)
	go func() { received <- s.next(context.Background()) }()
	select {
	case response := <-received:
		return response
	case <-time.After(20 * time.Second):
		s.t.Fatal("no response comes")
		return nil
	}
}

// gets expects the next responses.
func (s *subscription) gets(want ...string) {
	s.t.Helper()
	for _, w := range want {
		response := s.receive()
		if response == nil || string(response.Data) != w {
			s.t.Fatalf("got %v, want %s", response, w)
		}
	}
}

func TestEqualSubscriptionsShareOneExecution(t *testing.T) {
	s := newStage(t, true)
	var all []*subscription
	for range 100 {
		all = append(all, s.subscribe("q"))
	}
	s.give("1")
	for _, one := range all {
		one.gets("1")
	}
	if n := s.executed.Load(); n != 1 {
		t.Errorf("executed %d times", n)
	}
	s.subscribe("another")
	if n := s.executed.Load(); n != 2 {
		t.Errorf("executed %d times for two groups", n)
	}
}

func TestALateSubscriberGetsTheSnapshotAtOnce(t *testing.T) {
	s := newStage(t, true)
	first := s.subscribe("q")
	s.give("1")
	first.gets("1")
	s.give("2")
	first.gets("2")
	s.subscribe("q").gets("2")
}

func TestEqualSnapshotsAreNotRepeated(t *testing.T) {
	s := newStage(t, true)
	one := s.subscribe("q")
	s.give("1")
	one.gets("1")
	s.give("1")
	s.give("2")
	one.gets("2")
}

func TestASlowSubscriberGetsTheNewestSnapshot(t *testing.T) {
	s := newStage(t, true)
	slow, quick := s.subscribe("q"), s.subscribe("q")
	for i := range 1000 {
		s.give(fmt.Sprint(i))
		quick.gets(fmt.Sprint(i))
	}
	slow.gets("999")
}

func TestASlowSubscriberGetsAResyncInPlaceOfMissedEvents(t *testing.T) {
	s := newStage(t, false)
	slow, quick := s.subscribe("q"), s.subscribe("q")
	s.give("resync")
	slow.gets("resync")
	quick.gets("resync")
	for i := range 100 {
		s.give(fmt.Sprint(i))
		quick.gets(fmt.Sprint(i))
	}
	// 0 to 31 fit; with 32 a resync replaced all of them; 33 to 63 fit behind it; and so on.
	for {
		response := slow.receive()
		if string(response.Data) == "resync" {
			break
		}
		t.Errorf("got event %s of a queue that had to be dropped", response.Data)
	}
	late := s.subscribe("q")
	late.gets("resync")
	s.give("last")
	late.gets("last")
	quick.gets("last")
}

func TestASubscriberThatIsLittleBehindMissesNoEvent(t *testing.T) {
	s := newStage(t, false)
	behind, quick := s.subscribe("q"), s.subscribe("q")
	for _, event := range []string{"resync", "1", "2", "3"} {
		s.give(event)
		quick.gets(event)
	}
	behind.gets("resync", "1", "2", "3")
}

// TestAQueueHoldsOneLargeResponseAtMost: several would take memory for as long
// as a client does not read.
func TestAQueueHoldsOneLargeResponseAtMost(t *testing.T) {
	s := newStage(t, false)
	slow, quick := s.subscribe("q"), s.subscribe("q")
	s.give("resync")
	slow.gets("resync")
	quick.gets("resync")
	large := strings.Repeat("x", 100_000)
	for range 2 {
		s.give(large)
		quick.gets(large)
	}
	slow.gets("resync")
	s.give("small")
	slow.gets("small")
}

func TestAGroupEndsWithItsLastSubscriber(t *testing.T) {
	s := newStage(t, true)
	one, two := s.subscribe("q"), s.subscribe("q")
	s.give("1")
	one.leave() // the one that started the group
	two.gets("1")
	s.give("2")
	two.gets("2")
	two.leave()
	if two.receive() != nil {
		t.Error("a subscriber that has left gets responses")
	}
	for deadline := time.Now().Add(20 * time.Second); s.executed.Load() == 1; {
		if time.Now().After(deadline) {
			t.Fatal("the group continues without subscribers")
		}
		s.subscribe("q").leave() // until one starts a new group
	}
}

func TestTheEndOfAGroupEndsItsSubscriptions(t *testing.T) {
	s := newStage(t, true)
	one := s.subscribe("q")
	s.give("last")
	close(s.responses)
	one.gets("last")
	if one.receive() != nil {
		t.Error("the subscription continues")
	}
}

func TestCloseEndsEverything(t *testing.T) {
	s := newStage(t, true)
	one := s.subscribe("q")
	s.extension.Close()
	if one.receive() != nil || s.subscribe("q").receive() != nil {
		t.Error("the subscription continues")
	}
}

func TestASubscriptionWithoutGroupIsExecutedAlone(t *testing.T) {
	s := newStage(t, true)
	s.subscribe(nil)
	s.subscribe(nil)
	if n := s.executed.Load(); n != 2 {
		t.Errorf("executed %d times", n)
	}
}

// TestSubscribersComeAndGo is for the race detector: a subscriber that stays must
// get the last snapshot while others come and go.
func TestSubscribersComeAndGo(t *testing.T) {
	s := newStage(t, true)
	stays := s.subscribe("q")
	var comers sync.WaitGroup
	for range 8 {
		comers.Go(func() {
			for range 200 {
				one := s.subscribe("q")
				go one.next(context.Background())
				one.leave()
			}
		})
	}
	for i := range 300 {
		s.give(fmt.Sprint(i))
	}
	comers.Wait()
	for {
		response := stays.receive()
		if response == nil {
			t.Fatal("the group has ended")
		}
		if string(response.Data) == "299" {
			return
		}
	}
}

// TestQueuesEndWithTheirSubscription: transports that park are told of the end, by the group and by the subscriber.
func TestQueuesEndWithTheirSubscription(t *testing.T) {
	s := newStage(t, false)
	queue := func() (sharing.Queue, context.CancelFunc) {
		t.Helper()
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), keyOf{}, "q"))
		t.Cleanup(cancel)
		o := &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Subscription}}
		if sharing.QueueOf(o) != nil {
			t.Fatal("an operation that has not begun has a queue")
		}
		s.extension.InterceptOperation(graphql.WithOperationContext(ctx, o), s.execute)
		return sharing.QueueOf(o), cancel
	}
	ends := func(q sharing.Queue, end func()) {
		t.Helper()
		woken := make(chan struct{})
		if !q.Park(func() { close(woken) }) {
			t.Fatal("a queue without responses does not park")
		}
		end()
		select {
		case <-woken:
		case <-time.After(20 * time.Second):
			t.Fatal("the end does not wake")
		}
		if response, ok := q.Next(); !ok || response != nil {
			t.Errorf("got %v, %v after the end", response, ok)
		}
	}
	first, leave := queue()
	second, _ := queue()
	ends(first, leave)
	ends(second, func() { close(s.responses) })
}
