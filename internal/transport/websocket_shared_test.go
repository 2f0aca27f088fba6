package transport_test

import (
	"context"
	"io"
	"runtime"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"

	"bitcorp.dev/fleet/internal/gql/sharing"
	"bitcorp.dev/fleet/internal/transport"
)

// sharedService is a service whose subscriptions share executions.
func sharedService(t *testing.T) *service {
	t.Helper()
	extension := sharing.New(func(ctx context.Context) (sharing.GroupKey, bool) {
		return sharing.GroupKey{Key: graphql.GetOperationContext(ctx).RawQuery}, true
	}, func(context.Context, any) *graphql.Response { return &graphql.Response{} }, prometheus.NewRegistry())
	t.Cleanup(extension.Close)
	s := newService(t, transport.Config{Queue: func(o *graphql.OperationContext) transport.Queue {
		if q := sharing.QueueOf(o); q != nil {
			return q
		}
		return nil
	}})
	s.handler.AroundOperations(extension.InterceptOperation)
	return s
}

// TestASubscriberThatSharesTakesOneGoroutine, which reads. It is not parallel: it would count the goroutines of
// other tests.
func TestASubscriberThatSharesTakesOneGoroutine(t *testing.T) {
	s := sharedService(t)
	before := runtime.NumGoroutine()
	const subscribers = 100
	first := nextOf("1", `{"data":{"once":1}}`)
	for range subscribers {
		conn, reader := s.rawSocket(t)
		if _, err := conn.Write(frame(subscribe("1", "subscription { once }"))); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 2+len(first))
		if _, err := io.ReadFull(reader, got); err != nil || string(got[2:]) != first {
			t.Fatalf("%q, %v", got, err)
		}
	}
	eventually(t, "one goroutine per subscriber, one for all, and one that executes",
		func() bool { return runtime.NumGoroutine()-before <= subscribers+2 })
}

// TestSharedSubscriptionsAreDeliveredAndEnd: by their last response, by the client, and with the socket.
func TestSharedSubscriptionsAreDeliveredAndEnd(t *testing.T) {
	t.Parallel()
	s := sharedService(t)
	c := s.connect(t)
	c.send(subscribe("1", "subscription { count(to: 2) }"))
	c.expect(nextOf("1", `{"data":{"count":1}}`))
	c.expect(nextOf("1", `{"data":{"count":2}}`))
	c.expect(completeOf("1"))
	c.send(subscribe("1", "subscription { once }"))
	c.expect(nextOf("1", `{"data":{"once":1}}`))
	c.send(`{"id":"1","type":"complete"}`)
	eventually(t, "the client has ended it", func() bool { return s.Running.Load() == 0 })
	c.send(subscribe("1", `subscription { refused(code: "CONFLICT") }`))
	c.expect(errorOf("1", `[`+failedWith("CONFLICT")+`]`))
	c.send(subscribe("2", "subscription { once }"))
	c.expect(nextOf("2", `{"data":{"once":1}}`))
	_ = c.conn.CloseNow()
	eventually(t, "the socket has ended", func() bool { return s.Running.Load() == 0 && s.ws.Open() == 0 })
}
