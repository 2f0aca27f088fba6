package server

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/caller"
	"bitcorp.dev/fleet/internal/fleet"
)

// maxErrors is how many errors of a document are shown: one document can have
// as many as it has words.
const maxErrors = 5

// maxMessage is how many bytes of a document's error are shown.
const maxMessage = 500

var errFull = &fleet.Error{Code: fleet.LimitExceeded, Message: "the server has as many connections as it takes: try again later"}

// full reports whether a request asks for a connection that lasts when there
// are enough of them.
func (s *Server) full(r *http.Request) bool {
	return s.config.MaxConnections > 0 && (s.sockets.Supports(r) || s.streams.Supports(r)) &&
		s.sockets.Open()+s.streams.Open() >= s.config.MaxConnections
}

// explores reports whether the viewer of ctx may look around in the schema:
// who programs against it or analyses with it does; operators and those who
// are not signed in work with a client that knows it.
func explores(ctx context.Context) bool {
	v, ok := caller.ViewerOf(ctx)
	return ok && v.Check(fleet.RoleAnalyst, fleet.ScopeRead) == nil
}

// introspection opens the schema to those who may look around in it.
type introspection struct{}

var (
	_ graphql.OperationContextMutator = introspection{}
	_ graphql.ResponseInterceptor     = introspection{}
)

func (introspection) ExtensionName() string                   { return "Introspection" }
func (introspection) Validate(graphql.ExecutableSchema) error { return nil }
func (introspection) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	o.DisableIntrospection = !explores(ctx)
	return nil
}

// InterceptResponse cuts the errors of a document that was refused.
func (introspection) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	answer := next(ctx)
	if answer != nil && answer.Data == nil && len(answer.Errors) > maxErrors {
		answer.Errors = answer.Errors[:maxErrors]
	}
	return answer
}

// didYouMean is how a validation ends that names what the schema has instead.
var didYouMean = regexp.MustCompile(`(?s)\s*Did you mean .*`)

// suggestion leaves out what a message tells of the schema, for those who may
// not look around in it.
func suggestion(ctx context.Context, message string) string {
	if !strings.Contains(message, "Did you mean") || explores(ctx) {
		return message
	}
	return didYouMean.ReplaceAllString(message, "")
}

func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}

// subscriptionQuota bounds how many subscriptions a user has open.
type subscriptionQuota struct{ *Server }

var _ graphql.OperationContextMutator = subscriptionQuota{}

func (subscriptionQuota) ExtensionName() string                   { return "SubscriptionQuota" }
func (subscriptionQuota) Validate(graphql.ExecutableSchema) error { return nil }
func (q subscriptionQuota) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	if o.Operation.Operation != ast.Subscription {
		return nil
	}
	if err := q.openSubscriptions.take(ctx, person(ctx)); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	return nil
}
