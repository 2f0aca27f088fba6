package fieldwise_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/gql/batch"
	"bitcorp.dev/fleet/internal/gql/fastpath"
	"bitcorp.dev/fleet/internal/gql/fieldwise"
)

// inOperation calls f as gqlgen resolves a query and returns the errors.
func inOperation(t *testing.T, f func(ctx context.Context, oc *graphql.OperationContext)) (errs []string) {
	t.Helper()
	oc := &graphql.OperationContext{
		RecoverFunc:        func(_ context.Context, p any) error { return fmt.Errorf("panic: %v", p) },
		ResolverMiddleware: func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
	}
	ctx := graphql.WithOperationContext(t.Context(), oc)
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query"})
	batch.Extension{
		Metrics: batch.NewMetrics(prometheus.NewRegistry()),
	}.InterceptResponse(
		ctx,
		func(ctx context.Context) *graphql.Response {
			f(ctx, oc)
			for _, err := range graphql.GetErrors(ctx) {
				errs = append(errs, fmt.Sprint(err.Path, ": ", err.Message))
			}
			slices.Sort(errs)
			return nil
		},
	)
	return errs
}

func fields(names ...string) (list []graphql.CollectedField) {
	for _, name := range names {
		list = append(
			list,
			graphql.CollectedField{
				Field: &ast.Field{Name: name, Alias: name, Definition: &ast.FieldDefinition{Type: ast.NamedType("Int", nil)}},
			},
		)
	}
	return list
}

// list returns a list of n objects; their first field is in the text.
func list(
	ctx context.Context,
	t *testing.T,
	oc *graphql.OperationContext,
	n int,
	selected []graphql.CollectedField,
) *fieldwise.List {
	t.Helper()
	l := fieldwise.New(ctx, oc, n)
	begin(t, l, n, selected)
	return l
}

func begin(t *testing.T, l *fieldwise.List, n int, selected []graphql.CollectedField) {
	t.Helper()
	if !l.Begin("Machine", selected) {
		t.Fatal("the objects cannot be resolved field by field")
	}
	for e := range n {
		text := l.Text(e)
		for i := range selected {
			text.B = fastpath.Key(text.B, i, selected[i].Alias)
			if i == 0 {
				text.B = fmt.Append(text.B, e)
			} else {
				text.Cut(i)
			}
		}
		text.Whole()
	}
}

func written(m graphql.Marshaler) string {
	var b bytes.Buffer
	m.MarshalGQL(&b)
	return b.String()
}

func number(n int) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) { fmt.Fprint(w, n) })
}

// square is a field with a resolver that fails for object 1 and panics for object 2.
func square(appended bool) fieldwise.Field[int] {
	f := fieldwise.Field[int]{
		Resolve: func(_ context.Context, fc *graphql.FieldContext, e int) (int, error) {
			switch e {
			case 1:
				return 0, errors.New("no square")
			case 2:
				panic("in the resolver")
			}
			return e * e, nil
		},
		Marshal: func(_ context.Context, v int) graphql.Marshaler { return number(v) },
	}
	if appended {
		f.Append = func(b []byte, v int) ([]byte, bool) { return fmt.Append(b, v), v != 9 }
	}
	return f
}

func TestEachObjectHasItsValuesAndErrors(t *testing.T) {
	t.Parallel()
	for _, appended := range []bool{false, true} {
		for _, required := range []bool{false, true} {
			want := `[{"id":0,"square":0,"cube":0},{"id":1,"square":null,"cube":1},{"id":2,"square":null,"cube":8},{"id":3,"square":9,"cube":27}]`
			if required {
				want = `[{"id":0,"square":0,"cube":0},null,null,{"id":3,"square":9,"cube":27}]`
			}
			errs := inOperation(t, func(ctx context.Context, oc *graphql.OperationContext) {
				l := list(inList(ctx), t, oc, 4, fields("id", "square", "cube"))
				if l.Missing(0) || !l.Missing(1) {
					t.Error("the text has the first field, and not the second")
				}
				if required {
					l.Require(1)
				}
				fieldwise.Enqueue(l, 1, square(appended))
				l.Concurrent(2, func(_ context.Context, e int) graphql.Marshaler { return number(e * e * e) })
				if got := written(l.Results()); got != want {
					t.Errorf("got %s, want %s", got, want)
				}
			})
			if fmt.Sprint(errs) != "[list[1].square: no square list[2].square: panic: in the resolver]" {
				t.Errorf("errors: %q", errs)
			}
		}
	}
}

// TestAllResolversAreCalledBeforeTheFirstResultIsAwaited is what exact batches need.
func TestAllResolversAreCalledBeforeTheFirstResultIsAwaited(t *testing.T) {
	t.Parallel()
	var batches [][]int
	errs := inOperation(t, func(ctx context.Context, oc *graphql.OperationContext) {
		resolved := batch.Resolve(ctx, oc, "Query", fields("list")[0],
			func(context.Context, graphql.CollectedField) (*graphql.FieldContext, error) {
				return &graphql.FieldContext{Object: "Query", Field: fields("list")[0]}, nil
			},
			func(context.Context) (any, error) { return 3, nil }, nil,
			func(ctx context.Context, _ ast.SelectionSet, n int) graphql.Marshaler {
				l := list(ctx, t, oc, n, fields("id", "double"))
				fieldwise.Enqueue(l, 1, fieldwise.Field[int]{
					Resolve: func(ctx context.Context, _ *graphql.FieldContext, e int) (int, error) {
						load := func(_ context.Context, keys []int) (map[int]int, error) {
							batches = append(batches, keys)
							found := map[int]int{}
							for _, key := range keys {
								found[key] = 2 * key
							}
							return found, nil
						}
						return batch.Load(ctx, e, load, func(v int) (int, error) { return v, nil })
					},
					Marshal: func(_ context.Context, v int) graphql.Marshaler { return number(v) },
				})
				return l.Results()
			}, true, true,
			func(c *batch.Counter, n int) { c.Add("", "Machine", n) })
		if got := written(resolved); got != `[{"id":0,"double":0},{"id":1,"double":2},{"id":2,"double":4}]` {
			t.Error(got)
		}
	})
	if len(errs) > 0 || fmt.Sprint(batches) != "[[0 1 2]]" {
		t.Errorf("batches %v, errors %q", batches, errs)
	}
}

// inList returns the context of the field "list".
func inList(ctx context.Context) context.Context {
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query", Field: fields("list")[0]})
}

func TestNestedObjectsAreValuesOfTheirObjects(t *testing.T) {
	t.Parallel()
	errs := inOperation(t, func(ctx context.Context, oc *graphql.OperationContext) {
		l := list(inList(ctx), t, oc, 2, fields("id", "part", "other"))
		if !l.Nested(1, func(n *fieldwise.List) bool {
			begin(t, n, 2, fields("id", "square"))
			fieldwise.Enqueue(n, 1, square(false))
			return true
		}) {
			t.Error("nested objects were refused")
		}
		if l.Nested(2, func(*fieldwise.List) bool { return false }) {
			t.Error("nested objects that begin refuses were taken")
		}
		l.Concurrent(2, func(context.Context, int) graphql.Marshaler { panic("in a goroutine") })
		if got := written(
			l.Results(),
		); got != `[{"id":0,"part":{"id":0,"square":0},"other":null},{"id":1,"part":{"id":1,"square":null},"other":null}]` {
			t.Error(got)
		}
	})
	if fmt.Sprint(
		errs,
	) != "[list[0]: panic: in a goroutine list[1].part.square: no square list[1]: panic: in a goroutine]" {
		t.Errorf("errors: %q", errs)
	}
}
