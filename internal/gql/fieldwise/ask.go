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
	Append  func(b []byte, v T) ([]byte, bool) // nil when a value is never plain
	Marshal func(ctx context.Context, v T) graphql.Marshaler
}

// Ask asks field i of every object; Answers waits for the answers.
func Ask[T any](r *Round, i int, f Field[T]) {
	fieldContext := func() *graphql.FieldContext {
		return &graphql.FieldContext{Object: r.object, Field: r.fields[i], Args: f.Args, IsMethod: true, IsResolver: true}
	}
	in := func(e int) context.Context { return graphql.WithFieldContext(r.in(e), fieldContext()) }
	fc := fieldContext()
	ctx, asking := batch.NewAsking(graphql.WithFieldContext(r.ctx, fc))

	answers := make([]func() (T, error), len(r.texts))
	for e := range r.texts {
		r.values[e][i] = graphql.Null
		func() {
			defer r.panicked(in, e)
			answers[e] = batch.Ask(asking, func() (T, error) { return f.Resolve(ctx, fc, e) })
		}()
	}
	r.later = append(r.later, func() {
		var b []byte // of all values: each takes its part
		for e, answer := range answers {
			if answer == nil {
				continue // the resolver panicked
			}
			func() {
				defer r.panicked(in, e)
				v, err := answer()
				if err != nil {
					at := in(e)
					r.oc.Error(at, graphql.AddFieldLocationToError(at, err))
					return
				}
				if f.Append != nil {
					from := len(b)
					appended, ok := f.Append(b, v)
					if ok {
						b = appended
						r.values[e][i] = nil
						r.texts[e].Fill(i, b[from:len(b):len(b)])
						return
					}
				}
				r.marshal(in(e), i, e, func(ctx context.Context) graphql.Marshaler { return f.Marshal(ctx, v) })
			}()
		}
	})
}

// panicked makes an error of a panic in object e.
func (r *Round) panicked(in func(int) context.Context, e int) {
	if p := recover(); p != nil {
		ctx := in(e)
		r.oc.Error(ctx, r.oc.Recover(ctx, p))
	}
}
