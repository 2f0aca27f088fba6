// Package fieldwise answers the objects of a list field by field: a field with a
// resolver is asked of all objects before the first answer is waited for (see
// batch.Asking). gqlgen's own way takes a goroutine for each object and for
// each of its fields, whose stacks must grow, and a context and the arguments
// for each. internal/gql/codegen writes the callers of this package. What a round
// cannot write (a field with a directive, a value that has fields with
// resolvers itself) goes gqlgen's way, all at the same time, as exact batches
// need.
package fieldwise

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/gql/fastpath"
)

// Round holds the objects of a list while they are answered.
type Round struct {
	oc     *graphql.OperationContext
	ctx    context.Context             // of the list
	in     func(e int) context.Context // of object e of it
	object string                      // the objects' type
	fields []graphql.CollectedField    // which all objects have
	texts  []*fastpath.Text            // of each object
	values [][]graphql.Marshaler       // of each object: what is not plain
	needed []int                       // the fields without which an object is null
	later  []func()                    // what waits until every field has been asked
	apart  sync.WaitGroup              // what goes gqlgen's way
	within []*Round                    // of objects that are fields of these
	settle func()                      // gives the results to the round this is within
}

// New returns a round of n objects, the elements of the list that ctx resolves.
func New(ctx context.Context, oc *graphql.OperationContext, n int) *Round {
	return &Round{oc: oc, ctx: ctx, texts: make([]*fastpath.Text, n), values: make([][]graphql.Marshaler, n),
		in: func(e int) context.Context {
			return graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &e})
		}}
}

// Context returns the context of all the objects.
func (r *Round) Context() context.Context { return r.ctx }

// Begin says what is asked of the objects. It reports false where a round is
// not for: then nothing has been asked.
func (r *Round) Begin(object string, fields []graphql.CollectedField) bool {
	r.object, r.fields = object, fields
	values := make([]graphql.Marshaler, len(fields)*len(r.texts))
	for e := range r.texts {
		if r.texts[e] = fastpath.New(fields); r.texts[e] == nil {
			return false
		}
		r.values[e] = values[e*len(fields) : (e+1)*len(fields)]
	}
	return true
}

// Text returns where the plain fields of object e are written.
func (r *Round) Text(e int) *fastpath.Text { return r.texts[e] }

// Open reports whether field i is not plain in one of the objects.
func (r *Round) Open(i int) bool {
	for _, t := range r.texts {
		if !t.Has(i) {
			return true
		}
	}
	return false
}

// Needs says that an object without a value of field i is null.
func (r *Round) Needs(i int) { r.needed = append(r.needed, i) }

// Apart answers field i gqlgen's way.
func (r *Round) Apart(i int, way func(ctx context.Context, e int) graphql.Marshaler) {
	for e, t := range r.texts {
		if !t.Has(i) {
			r.marshal(r.in(e), i, e, func(ctx context.Context) graphql.Marshaler { return way(ctx, e) })
		}
	}
}

// marshal computes a value in a goroutine of its own, which Answers waits for.
func (r *Round) marshal(ctx context.Context, i, e int, way func(context.Context) graphql.Marshaler) {
	r.apart.Go(func() {
		r.values[e][i] = graphql.Null
		defer r.recovered(ctx)
		r.values[e][i] = way(ctx)
	})
}

func (r *Round) recovered(ctx context.Context) {
	if p := recover(); p != nil {
		r.oc.Error(ctx, r.oc.Recover(ctx, p))
	}
}

// Into asks the objects that are field i of these, and reports whether begin
// could: where it reports false, nothing has been asked.
func (r *Round) Into(i int, begin func(*Round) bool) bool {
	field := func(ctx context.Context) context.Context {
		return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: r.object, Field: r.fields[i]})
	}
	w := New(field(r.ctx), r.oc, len(r.texts))
	w.in = func(e int) context.Context { return field(r.in(e)) }
	if !begin(w) {
		return false
	}
	w.settle = func() {
		for e, v := range w.results() {
			r.values[e][i] = v
		}
	}
	r.within = append(r.within, w)
	return true
}

// Answers waits for everything that was asked and returns the objects, null
// where a value is missing that the schema promises.
func (r *Round) Answers() graphql.Array {
	r.wait()
	return r.results()
}

func (r *Round) wait() {
	for _, answer := range r.later {
		answer()
	}
	for _, w := range r.within {
		w.wait()
	}
	r.apart.Wait()
}

func (r *Round) results() graphql.Array {
	for _, w := range r.within {
		w.settle()
	}
	objects := make(graphql.Array, len(r.texts))
	for e, t := range r.texts {
		objects[e] = t.With(r.values[e])
		for _, i := range r.needed {
			if r.values[e][i] == graphql.Null {
				objects[e] = graphql.Null
			}
		}
	}
	return objects
}
