// Package edge assembles gqlgen's handler: transports, limits, caches of
// documents, batches and shared subscriptions, and what clients see of errors.
// It knows no table and no role; the schema, the limits and the answer to
// whether a caller may explore the schema are handed in.
package edge

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/gql/batch"
	"bitcorp.dev/fleet/internal/gql/coerce"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/gql/plan"
	"bitcorp.dev/fleet/internal/gql/sharing"
	"bitcorp.dev/fleet/internal/telemetry"
)

// Admission bounds what the operations of all callers take together.
type Admission interface {
	cost.Admission
	// Subscribe counts a subscription of the caller, until ctx ends. An error
	// refuses it.
	Subscribe(ctx context.Context) error
}

// Config is what a Handler needs. Trusted and TrustedOnly may be zero.
type Config struct {
	Schema     graphql.ExecutableSchema
	Scalars    map[string]coerce.Scalar // of the schema, beyond those of the specification
	Transports []graphql.Transport      // the last one answers what none before it supports
	Limits     cost.Config              // of one operation
	ReportCost bool                     // whether answers have extensions.cost
	Admission  Admission
	Presenter  *Presenter
	// GroupKey identifies the subscriptions that share an execution.
	GroupKey func(ctx context.Context) (sharing.GroupKey, bool)
	// Trusted are documents that requests may name by their hash; with
	// TrustedOnly browser sessions run no others.
	Trusted     TrustedDocuments
	TrustedOnly bool
	// Plans are what fields that read rows are answered by, nil for the resolvers alone.
	Plans    *plan.Config
	Registry prometheus.Registerer
	// Finished is called when an operation has its answer, or a subscription has begun; telemetry.Of(ctx)
	// describes it.
	Finished func(ctx context.Context)
	// Traces takes the spans of operations; nil for none.
	Traces *telemetry.Traces
}

// Handler answers GraphQL requests, over all transports.
type Handler struct {
	http.Handler
	shared *sharing.Extension
}

// New returns a handler. Close ends it.
func New(c Config) (*Handler, error) {
	parsed, err := newDocumentCache(parsedBytes, func(text string, _ *ast.QueryDocument) int { return len(text) })
	if err != nil {
		return nil, err
	}
	persisted, err := newDocumentCache(persistedBytes, func(_, text string) int { return len(text) })
	if err != nil {
		return nil, err
	}
	input := coerce.New(c.Scalars, parsed, c.Limits.Tokens)
	limits := cost.New(c.Limits, c.Admission, documents{parsed, input}, c.ReportCost)
	shared := sharing.New(c.GroupKey, c.Presenter.failed, c.Registry)
	h := handler.New(paged{c.Schema})
	for _, t := range c.Transports {
		h.AddTransport(t)
	}
	h.SetQueryCache(input)
	h.Use(observed{c.Finished, c.Traces}) // around all others
	h.Use(trusted{c.Trusted, c.TrustedOnly})
	h.Use(limits) // before everything expensive, and before the caches
	h.Use(extension.AutomaticPersistedQuery{Cache: cacheOfViewers{persisted}})
	h.Use(limits.Persisted())
	h.Use(input)
	h.Use(introspection{c.Presenter.explores})
	h.Use(analysis{c.Presenter.explores})
	h.Use(subscriptions{c.Admission})
	h.Use(batch.Extension{Metrics: batch.NewMetrics(c.Registry)})
	h.Use(shared)
	if c.Plans != nil {
		h.Use(plan.New(*c.Plans, cost.Counted, c.Registry))
	}
	h.SetErrorPresenter(c.Presenter.Present)
	h.SetRecoverFunc(c.Presenter.recovered)
	return &Handler{h, shared}, nil
}

// QueueOf returns the queue of a subscription that shares an execution, nil for any other operation.
func QueueOf(o *graphql.OperationContext) sharing.Queue { return sharing.QueueOf(o) }

// Close ends what subscriptions share, once the transports have been shut down.
func (h *Handler) Close() { h.shared.Close() }

// subscriptions counts subscriptions before they start.
type subscriptions struct{ admission Admission }

var _ graphql.OperationContextMutator = subscriptions{}

func (subscriptions) ExtensionName() string                   { return "SubscriptionQuota" }
func (subscriptions) Validate(graphql.ExecutableSchema) error { return nil }
func (s subscriptions) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	if o.Operation.Operation != ast.Subscription {
		return nil
	}
	if err := s.admission.Subscribe(ctx); err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	return nil
}
