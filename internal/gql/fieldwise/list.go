// Package fieldwise resolves the objects of a list field by field, in one
// goroutine: a field's resolver is called for all objects before the first
// result is awaited (see batch.Round). gqlgen starts a goroutine for each
// object and each of its fields, whose stacks have to grow, and makes a context
// and arguments for each. Generated code calls this package. A field that it
// cannot resolve (one with a directive, or a value whose own fields have
// resolvers) is resolved by gqlgen's code, for all objects concurrently, as
// exact batches need.
package fieldwise

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/gql/fastpath"
)

// List holds the objects of a list while they are resolved.
type List struct {
	oc       *graphql.OperationContext
	ctx      context.Context             // of the list
	in       func(e int) context.Context // of object e
	object   string                      // the objects' type
	fields   []graphql.CollectedField    // the same for all objects
	texts    []*fastpath.Text            // of each object
	values   [][]graphql.Marshaler       // of each object: the values that are not in its text
	required []int                       // fields whose null makes the object null
	pending  []func()                    // await the results of one field each
	others   sync.WaitGroup              // values computed in goroutines
	nested   []*List                     // of objects that are fields of these
	settle   func()                      // passes the results to the list that contains this one
}

// New returns a list of n objects, the elements of the list that ctx resolves.
func New(ctx context.Context, oc *graphql.OperationContext, n int) *List {
	return &List{oc: oc, ctx: ctx, texts: make([]*fastpath.Text, n), values: make([][]graphql.Marshaler, n),
		in: func(e int) context.Context {
			return graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &e})
		}}
}

// Context returns the context of the list.
func (l *List) Context() context.Context { return l.ctx }

// Begin sets what is selected of the objects. It reports false when they cannot
// be resolved field by field; then nothing has been resolved.
func (l *List) Begin(object string, fields []graphql.CollectedField) bool {
	l.object, l.fields = object, fields
	values := make([]graphql.Marshaler, len(fields)*len(l.texts))
	for e := range l.texts {
		if l.texts[e] = fastpath.New(fields); l.texts[e] == nil {
			return false
		}
		l.values[e] = values[e*len(fields) : (e+1)*len(fields)]
	}
	return true
}

// Text returns the text of object e.
func (l *List) Text(e int) *fastpath.Text { return l.texts[e] }

// Missing reports whether field i is missing from the text of an object.
func (l *List) Missing(i int) bool {
	for _, t := range l.texts {
		if !t.Has(i) {
			return true
		}
	}
	return false
}

// Require makes an object null when its field i is.
func (l *List) Require(i int) { l.required = append(l.required, i) }

// Concurrent resolves field i of each object that lacks it, in a goroutine each.
func (l *List) Concurrent(i int, resolve func(ctx context.Context, e int) graphql.Marshaler) {
	for e, t := range l.texts {
		if !t.Has(i) {
			l.marshal(l.in(e), i, e, func(ctx context.Context) graphql.Marshaler { return resolve(ctx, e) })
		}
	}
}

// marshal computes a value in a goroutine, which Results awaits.
func (l *List) marshal(ctx context.Context, i, e int, resolve func(context.Context) graphql.Marshaler) {
	l.others.Go(func() {
		l.values[e][i] = graphql.Null
		defer func() {
			if p := recover(); p != nil {
				l.oc.Error(ctx, l.oc.Recover(ctx, p))
			}
		}()
		l.values[e][i] = resolve(ctx)
	})
}

// Nested resolves the objects that are field i of these, and reports whether
// begin accepted them: when it reports false, nothing has been resolved.
func (l *List) Nested(i int, begin func(*List) bool) bool {
	field := func(ctx context.Context) context.Context {
		return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: l.object, Field: l.fields[i]})
	}
	n := New(field(l.ctx), l.oc, len(l.texts))
	n.in = func(e int) context.Context { return field(l.in(e)) }
	if !begin(n) {
		return false
	}
	n.settle = func() {
		for e, v := range n.objects() {
			l.values[e][i] = v
		}
	}
	l.nested = append(l.nested, n)
	return true
}

// Results awaits all values and returns the objects; an object whose required
// field is null is null.
func (l *List) Results() graphql.Array {
	l.wait()
	return l.objects()
}

func (l *List) wait() {
	for _, await := range l.pending {
		await()
	}
	for _, n := range l.nested {
		n.wait()
	}
	l.others.Wait()
}

func (l *List) objects() graphql.Array {
	for _, n := range l.nested {
		n.settle()
	}
	objects := make(graphql.Array, len(l.texts))
	for e, t := range l.texts {
		objects[e] = t.With(l.values[e])
		for _, i := range l.required {
			if l.values[e][i] == graphql.Null {
				objects[e] = graphql.Null
			}
		}
	}
	return objects
}
