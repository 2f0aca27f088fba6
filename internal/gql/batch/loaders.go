// Package batch gathers the loads of one operation into exact batches: one
// per place of the query, sent at the moment when the last sibling has queued
// its key. No timer decides; a place knows how many objects the fields above
// it returned, and so how many keys to wait for. Resolvers call Load and Call;
// what a batch asks comes from internal/store.
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
)

// backstop sends a batch whose siblings never all came, which only a fault of
// ours can cause (a field that returns objects without Load or Call). It is
// long, so that a busy machine does not set it off: it would split batches.
const backstop = 5 * time.Second

// Batch loads the values of many keys; a key without value is left out.
type Batch[K comparable, V any] func(ctx context.Context, keys []K) (map[K]V, error)

// Yield says how many objects a resolver returned: that many times will each
// field below be resolved.
type Yield struct {
	Self  int            // objects of the field's own type
	Nodes int            // for a connection: objects of its nodes' type
	Types map[string]int // for an interface: objects of each concrete type
}

// Load resolves a field of an object by key: it queues the key, waits for the
// batch of all siblings, and makes of the key's value what the field returns.
// All siblings must pass a batch that does the same: the first one's is used.
func Load[K comparable, V, R any](ctx context.Context, key K, batch Batch[K, V], made func(V) (R, Yield, error)) (result R, err error) {
	p, asking := placeOf(ctx)
	thunk := loaderOf(p, batch).Load(p.op.ctx, key)
	p.arrive()
	answer := func() (result R, err error) {
		var yield Yield
		defer func() { p.leave(yield) }() // also when made panics: others wait for this object
		value, err := thunk()
		if err != nil {
			return result, err
		}
		result, yield, err = made(value)
		return result, err
	}
	if asking == nil {
		return answer()
	}
	asking.later = func() (any, error) { return answer() }
	return result, askedLater{}
}

// Call resolves a field of an object without a batch: a field of the query
// itself, a refusal, an absent key. It takes part in the count all the same.
func Call[R any](ctx context.Context, produce func(context.Context) (R, Yield, error)) (result R, err error) {
	p, _ := placeOf(ctx)
	var yield Yield
	defer func() { p.leave(yield) }()
	p.arrive()
	result, yield, err = produce(p.op.ctx)
	return result, err
}

type operationKey struct{}

// operation holds the places of one operation, or of one event of a subscription.
type operation struct {
	ctx     context.Context
	metrics *Metrics
	tree
}

// Extension gives each answer loads of its own. With a subscription that is
// each event: a cache that lived as long as its connection would go stale.
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
	op.root.counts = []count{{"Query", 1}, {"Mutation", 1}}
	if o := graphql.GetOperationContext(ctx); o.Operation != nil && o.Operation.Operation == ast.Subscription {
		ctx = inEvent(ctx, o, op)
	}
	ctx = context.WithValue(ctx, operationKey{}, op)
	op.ctx = ctx
	return next(ctx)
}

// inEvent says in which field an event is: gqlgen leaves that out, and with it
// the beginning of every error's path. The event's object is there before its
// fields are resolved.
func inEvent(ctx context.Context, o *graphql.OperationContext, op *operation) context.Context {
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription"})
	for _, f := range graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Subscription"}) { // validation lets one through
		op.root.counts = append(op.root.counts, count{f.Definition.Type.Name(), 1})
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Subscription", Field: f, IsMethod: true, IsResolver: true})
	}
	return ctx
}

// placeOf returns the place of the field that ctx resolves, and what asks it.
func placeOf(ctx context.Context) (*place, *Asking) {
	if a, ok := ctx.Value(askingKey{}).(*Asking); ok {
		return a.place, a
	}
	op := ctx.Value(operationKey{}).(*operation)
	op.mu.Lock()
	defer op.mu.Unlock()
	p := op.at(graphql.GetFieldContext(ctx))
	if p.op == nil {
		p.op = op
	}
	return p, nil
}

// loaderOf returns the loader of a place: one per place, so that what one
// place queues never leaves with another's batch.
func loaderOf[K comparable, V any](p *place, batch Batch[K, V]) *dataloader.Loader[K, V] {
	p.op.mu.Lock()
	defer p.op.mu.Unlock()
	if p.loader == nil {
		l := dataloader.NewBatchedLoader(func(_ context.Context, keys []K) []*dataloader.Result[V] {
			if !p.due.Swap(false) {
				p.op.metrics.backstops.Inc()
				slog.WarnContext(p.op.ctx, "a batch was sent by the back-stop timer", "place", p.path())
			}
			p.op.metrics.batches.Observe(float64(len(keys)))
			// The operation's context, not the first caller's, which may have
			// been the context of a field that has ended.
			return results(p.op.ctx, keys, batch)
		}, dataloader.WithWait[K, V](backstop))
		p.loader, p.send = l, l.Flush
	}
	return p.loader.(*dataloader.Loader[K, V])
}

// errPanic stands for a panic of a batch, which is in the log.
var errPanic = errors.New("a batch panicked")

func results[K comparable, V any](ctx context.Context, keys []K, batch Batch[K, V]) (list []*dataloader.Result[V]) {
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
	values, err := batch(ctx, keys)
	if err != nil {
		fail(err)
		return list
	}
	made := make([]dataloader.Result[V], len(keys))
	for i, key := range keys {
		made[i].Data = values[key]
		list[i] = &made[i]
	}
	return list
}
