// Package batch gathers the loads of one operation into exact batches: one per
// field node, sent when the last sibling has queued its key. A field node is a
// field of the query with the chain of fields above it, list indexes left out.
// The batch needs no timer, because the number of siblings is known: the
// generated code counts the objects that each resolver returned (see Count).
//
// A resolver calls Load at most once; a resolver that needs no batch just
// returns its value. The package knows neither the schema nor the database.
package batch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/graph-gophers/dataloader/v7"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/telemetry"
)

// backstop sends a batch whose siblings never all arrived, which only a bug in
// the counting can cause. It is long, so that a busy machine does not trigger
// it: a premature batch would be split.
const backstop = 5 * time.Second

// Func loads the values of many keys. A key without a value is left out.
type Func[K comparable, V any] func(ctx context.Context, keys []K) (map[K]V, error)

// Load resolves a field of an object by key: it queues the key, waits for the
// batch of all siblings, and converts the key's value into the field's value.
// All siblings must pass an equivalent load function: the first one is used.
func Load[K comparable, V, R any](
	ctx context.Context,
	key K,
	load Func[K, V],
	convert func(V) (R, error),
) (result R, err error) {
	c := ctx.Value(callKey{}).(*call)
	thunk := loaderOf(c.node, load).Load(c.node.op.ctx, key)
	c.arrive()
	if c.deferred {
		c.result = func() (any, error) { return convertResult(thunk, convert) }
		return result, errDeferred
	}
	return convertResult(thunk, convert)
}

func convertResult[V, R any](thunk dataloader.Thunk[V], convert func(V) (R, error)) (result R, err error) {
	value, err := thunk()
	if err != nil {
		return result, err
	}
	return convert(value)
}

type operationKey struct{}

// operation holds the field nodes of one operation, or of one event of a
// subscription.
type operation struct {
	ctx     context.Context
	metrics *Metrics
	tree
}

func operationOf(ctx context.Context) *operation {
	op, _ := ctx.Value(operationKey{}).(*operation)
	return op
}

// Extension gives each response loaders of its own. With a subscription that
// is each event: a cache that lived as long as the connection would go stale.
type Extension struct{ Metrics *Metrics }

var (
	_ graphql.HandlerExtension    = Extension{}
	_ graphql.ResponseInterceptor = Extension{}
)

// ExtensionName implements graphql.HandlerExtension.
func (Extension) ExtensionName() string { return "ExactBatches" }

// Validate implements graphql.HandlerExtension.
func (Extension) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptResponse implements graphql.ResponseInterceptor.
func (e Extension) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	op := &operation{metrics: e.Metrics}
	op.root.final = true
	op.root.counts = Counter{{"", "Query", 1}, {"", "Mutation", 1}, {"", "Subscription", 1}}
	if o := graphql.GetOperationContext(ctx); o.Operation != nil && o.Operation.Operation == ast.Subscription {
		ctx = inEvent(ctx, o)
	}
	ctx = context.WithValue(ctx, operationKey{}, op)
	op.ctx = ctx
	return next(ctx)
}

// inEvent adds the field of the subscription to the context of an event.
// gqlgen leaves it out, and with it the beginning of every error's path.
func inEvent(ctx context.Context, o *graphql.OperationContext) context.Context {
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription"})
	for _, f := range graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"}) { // validation allows one
		ctx = graphql.WithFieldContext(
			ctx,
			&graphql.FieldContext{Object: "Subscription", Field: f, IsMethod: true, IsResolver: true},
		)
	}
	return ctx
}

// loaderOf returns the loader of a node, for one object. Nodes do not share loaders, so that
// keys of one node never leave with another node's batch.
func loaderOf[K comparable, V any](n *node, load Func[K, V]) *dataloader.Loader[K, V] {
	n.op.mu.Lock()
	defer n.op.mu.Unlock()
	n.queued++
	if n.loader == nil {
		l := dataloader.NewBatchedLoader(func(_ context.Context, keys []K) []*dataloader.Result[V] {
			if !n.due.Swap(false) {
				n.op.metrics.backstops.Inc()
				slog.WarnContext(n.op.ctx, "back-stop timer sent a batch", "field", n.path())
			}
			n.op.metrics.batches.Observe(float64(len(keys)))
			// The operation's context, not the first caller's, whose field
			// may have ended.
			ctx := n.op.ctx
			if !telemetry.Observed(ctx) {
				return results(ctx, keys, load)
			}
			telemetry.AnalysisOf(ctx).Batch(n.path(), len(keys), n.objects())
			ctx, span := telemetry.Batch(telemetry.At(ctx, n.path()), n.path(), len(keys))
			defer span.End()
			return results(ctx, keys, load)
		}, dataloader.WithWait[K, V](backstop))
		n.loader, n.send = l, l.Flush
	}
	return n.loader.(*dataloader.Loader[K, V])
}

// errPanic is the result of each key of a batch that panicked; the panic itself
// is logged.
var errPanic = errors.New("a batch panicked")

func results[K comparable, V any](ctx context.Context, keys []K, load Func[K, V]) (list []*dataloader.Result[V]) {
	list = make([]*dataloader.Result[V], len(keys))
	fail := func(err error) {
		failed := &dataloader.Result[V]{Error: err}
		for i := range list {
			list[i] = failed
		}
	}
	defer func() {
		if r := recover(); r != nil {
			slog.ErrorContext(ctx, "a batch panicked", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			fail(errPanic)
		}
	}()
	values, err := load(ctx, keys)
	if err != nil {
		fail(err)
		return list
	}
	data := make([]dataloader.Result[V], len(keys))
	for i, key := range keys {
		data[i].Data = values[key]
		list[i] = &data[i]
	}
	return list
}
