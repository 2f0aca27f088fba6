package sharing

import (
	"context"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
)

// TestAPanicWhenASubscriberLeavesEndsNothing: without its recover the process.
func TestAPanicWhenASubscriberLeavesEndsNothing(t *testing.T) {
	t.Parallel()
	e := New(nil, nil, prometheus.NewRegistry())
	defer e.Close()
	ctx, leave := context.WithCancel(t.Context())
	first := &graphql.Response{Data: []byte("1")}
	key := GroupKey{Key: "q"}
	s := newSubscriber(ctx, key)
	e.join(ctx, key, s, func(own context.Context) graphql.ResponseHandler {
		return func(context.Context) *graphql.Response {
			if response := first; response != nil {
				first = nil
				return response
			}
			<-own.Done()
			return nil
		}
	})
	<-s.queue // the group runs
	left := make(chan struct{})
	e.mu.Lock()
	g := e.groups["q"]
	own := g.cancel
	g.cancel = func() {
		defer close(left)
		own()
		panic("when a subscriber leaves")
	}
	e.mu.Unlock()
	leave()
	<-left
}
