package sharing

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/guard"
)

// failure is the panic of a group, in its execution or in a goroutine that
// feeds it. Its response is the last one of the group's subscribers.
type failure struct {
	present func(ctx context.Context, panicked any) *graphql.Response

	mu    sync.Mutex
	first *graphql.Response
}

type failureKey struct{}

// Recover recovers from a panic in the execution of a subscription, or in a
// goroutine that sends its events: the subscription ends with an INTERNAL
// error. It must be deferred itself, after the close of the channel of events.
func Recover(ctx context.Context) {
	panicked := recover()
	if panicked == nil {
		return
	}
	f, ok := ctx.Value(failureKey{}).(*failure)
	if !ok {
		guard.Log(ctx, "subscription", panicked)
		return
	}
	response := f.present(ctx, panicked)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.first == nil {
		f.first = response
	}
}

func (f *failure) response() *graphql.Response {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.first
}
