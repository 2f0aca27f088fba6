package fieldwise

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/gql/batch"
)

// Field is a field with a resolver.
type Field[T any] struct {
	Args    map[string]any
	Resolve func(ctx context.Context, fc *graphql.FieldContext, e int) (T, error)
	Append  func(b []byte, v T) ([]byte, bool) // nil when values are never appended directly
	Marshal func(ctx context.Context, v T) graphql.Marshaler
	Count   batch.Count[T]
}

// Enqueue calls the resolver of field i for every object. Results awaits the
// results.
func Enqueue[T any](l *List, i int, f Field[T]) {
	fieldContext := func() *graphql.FieldContext {
		return &graphql.FieldContext{Object: l.object, Field: l.fields[i], Args: f.Args, IsMethod: true, IsResolver: true}
	}
	in := func(e int) context.Context { return graphql.WithFieldContext(l.in(e), fieldContext()) }
	fc := fieldContext()
	round := batch.NewRound(
		graphql.WithFieldContext(l.ctx, fc),
		graphql.GetFieldContext(l.ctx),
		l.object,
		&l.fields[i],
		f.Count,
	)

	results := make([]func() (T, error), len(l.texts))
	for e := range l.texts {
		l.values[e][i] = graphql.Null
		func() {
			defer l.recovered(in, e)
			results[e] = round.Enqueue(func(ctx context.Context) (T, error) { return f.Resolve(ctx, fc, e) })
		}()
	}
	l.pending = append(l.pending, func() {
		var b []byte // all values, one after another
		for e, result := range results {
			if result == nil {
				continue // the resolver panicked
			}
			func() {
				defer l.recovered(in, e)
				v, err := result()
				if err != nil {
					at := in(e)
					l.oc.Error(at, graphql.AddFieldLocationToError(at, err))
					return
				}
				if f.Append != nil {
					from := len(b)
					appended, ok := f.Append(b, v)
					if ok {
						b = appended
						l.values[e][i] = nil
						l.texts[e].Fill(i, b[from:len(b):len(b)])
						return
					}
				}
				l.marshal(in(e), i, e, func(ctx context.Context) graphql.Marshaler { return f.Marshal(ctx, v) })
			}()
		}
	})
}

// recovered reports a panic as an error of object e.
func (l *List) recovered(in func(int) context.Context, e int) {
	if p := recover(); p != nil {
		ctx := in(e)
		l.oc.Error(ctx, l.oc.Recover(ctx, p))
	}
}
