package sharing_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/gql/sharing"
)

// fails expects the error of a panic, and the end after it.
func (s *subscription) fails(with string) {
	s.t.Helper()
	answer := s.receive()
	if answer == nil || answer.Data != nil || len(answer.Errors) != 1 || answer.Errors[0].Message != with {
		s.t.Fatalf("got %+v, want the error %q alone", answer, with)
	}
	if answer := s.receive(); answer != nil {
		s.t.Errorf("got %+v after the panic, want the end", answer)
	}
}

func TestAPanicInAnAnswerEndsAllSubscribersWithAnError(t *testing.T) {
	for _, snapshot := range []bool{true, false} {
		t.Run(fmt.Sprintf("snapshot %v", snapshot), func(t *testing.T) {
			s := newStage(t, snapshot)
			one, other := s.subscribe("q"), s.subscribe("q")
			s.give("1")
			one.gets("1")
			other.gets("1")
			s.give("panic")
			one.fails("in an answer")
			other.fails("in an answer")
		})
	}
}

// TestAPanicOfThePresenterEndsTheSubscription, and not the process.
func TestAPanicOfThePresenterEndsTheSubscription(t *testing.T) {
	t.Parallel()
	s := &stage{t: t, snapshot: true, responses: make(chan string)}
	s.extension = sharing.New(func(context.Context) (sharing.GroupKey, bool) {
		return sharing.GroupKey{Key: "q", Snapshot: true}, true
	}, func(context.Context, any) *graphql.Response { panic("in the presenter") }, prometheus.NewRegistry())
	t.Cleanup(s.extension.Close)
	one := s.subscribe("q")
	s.give("panic")
	if answer := one.receive(); answer != nil {
		t.Errorf("got %+v, want the end", answer)
	}
	again := s.subscribe("q")
	s.give("1")
	again.gets("1")
}

func TestAfterAPanicTheSameQuestionBeginsAnew(t *testing.T) {
	s := newStage(t, true)
	one := s.subscribe("q")
	s.give("panic")
	one.fails("in an answer")
	again := s.subscribe("q")
	s.give("1")
	again.gets("1")
}

func TestAPanicOfTheExecutionAndOfItsFeederEndTheSubscription(t *testing.T) {
	s := newStage(t, true)
	for name, execute := range map[string]graphql.OperationHandler{
		"execution": func(context.Context) graphql.ResponseHandler { panic("here") },
		"feeder": func(ctx context.Context) graphql.ResponseHandler {
			out := make(chan struct{})
			go func() {
				defer close(out)
				defer sharing.Recover(ctx)
				panic("here")
			}()
			return func(context.Context) *graphql.Response {
				<-out
				return nil
			}
		},
	} {
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), keyOf{}, name))
		defer cancel()
		ctx = graphql.WithOperationContext(
			ctx,
			&graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: ast.Subscription}},
		)
		(&subscription{t, s.extension.InterceptOperation(ctx, execute), cancel}).fails("here")
	}
}
