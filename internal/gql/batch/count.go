package batch

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Counter holds how many objects a result consists of, as far as these have
// resolvers themselves. Its zero value is empty.
type Counter []entry

// entry is a number of objects of one concrete type in one part of a result.
type entry struct {
	path   string // "EquipmentConnection.edges/EquipmentEdge.node"; "" for the result itself
	object string
	n      int
}

// Add counts n objects of a concrete type in the part of the result to which
// path leads: the fields without resolvers, each with the type that has it.
func (c *Counter) Add(path, object string, n int) {
	if n == 0 {
		return
	}
	for i := range *c {
		if e := &(*c)[i]; e.object == object && e.path == path {
			e.n += n
			return
		}
	}
	if *c == nil {
		*c = make(Counter, 0, 4)
	}
	*c = append(*c, entry{path, object, n})
}

// Count is generated for each type of result that contains objects with
// resolvers. Null contains none.
type Count[T any] func(c *Counter, v T)

type callKey struct{}

// call is the context of a resolver: one field of one object, or with a Round
// one field of many objects in sequence.
type call struct {
	context.Context
	node     *node
	arrived  bool
	deferred bool                // Load returns errDeferred and sets result
	result   func() (any, error) // waits for the batch
}

// Value implements context.Context.
func (c *call) Value(key any) any {
	if _, ok := key.(callKey); ok {
		return c
	}
	return c.Context.Value(key)
}

// arrive counts the object, once.
func (c *call) arrive() {
	if !c.arrived {
		c.arrived = true
		c.node.arrive()
	}
}

// Resolve is graphql.ResolveField for a field with a resolver or a directive:
// it counts the result before anything below it is resolved. A field that
// fails before, in or after its resolver counts as null, so that its siblings
// do not wait for it: wrong arguments, a directive that refuses, a panic.
func Resolve[T any](
	ctx context.Context,
	oc *graphql.OperationContext,
	object string,
	field graphql.CollectedField,
	fieldContext func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error),
	resolve func(ctx context.Context) (any, error),
	directives func(ctx context.Context, next graphql.Resolver) graphql.Resolver,
	marshal func(ctx context.Context, sel ast.SelectionSet, v T) graphql.Marshaler,
	recoverFromPanic, nonNull bool,
	count Count[T],
) graphql.Marshaler {
	c := &call{node: operationOf(ctx).counted(graphql.GetFieldContext(ctx), object, &field)}
	counted := false
	defer func() {
		if !counted {
			c.arrive()
			c.node.leaveNull()
		}
	}()
	return graphql.ResolveField(ctx, oc, field, fieldContext,
		func(ctx context.Context) (any, error) {
			c.Context = ctx
			return resolve(c)
		},
		directives,
		func(ctx context.Context, sel ast.SelectionSet, v T) graphql.Marshaler {
			c.arrive()
			leave(c.node, count, v)
			counted = true
			return marshal(ctx, sel, v)
		},
		recoverFromPanic, nonNull)
}

// Event counts the object of a subscription's event before its fields are
// resolved.
func Event[T any](ctx context.Context, v T, count Count[T]) {
	fc := graphql.GetFieldContext(ctx)
	n := operationOf(ctx).counted(fc.Parent, fc.Object, &fc.Field)
	n.arrive()
	leave(n, count, v)
}
