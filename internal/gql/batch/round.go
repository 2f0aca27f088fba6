package batch

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
)

// Round resolves one field of many objects in one goroutine: all keys are
// queued before the first result is awaited.
type Round[T any] struct {
	call  call
	count Count[T]
}

// errDeferred is what Load returns within Enqueue. A resolver passes it on.
var errDeferred = errors.New("the result is available after the batch")

// NewRound returns a round for a field of the objects of type object below the
// field context parent. The resolvers' context derives from ctx.
func NewRound[T any](
	ctx context.Context,
	parent *graphql.FieldContext,
	object string,
	field *graphql.CollectedField,
	count Count[T],
) *Round[T] {
	return &Round[T]{call{Context: ctx, node: operationOf(ctx).counted(parent, object, field), deferred: true}, count}
}

// Enqueue calls the resolver for one object. The returned function is called
// once, when the resolver has been called for all objects; it waits for the
// object's batch and counts its result. A resolver that panics counts as null.
func (r *Round[T]) Enqueue(resolve func(ctx context.Context) (T, error)) (result func() (T, error)) {
	c := &r.call
	c.arrived, c.result = false, nil
	returned := false
	defer func() {
		c.arrive()
		if !returned {
			c.node.leaveNull()
		}
	}()
	value, err := resolve(c)
	returned = true
	if await := c.result; await != nil && errors.Is(err, errDeferred) {
		return func() (T, error) { return r.await(await) }
	}
	return func() (T, error) { return r.finish(value, err) }
}

// await waits for the loaded value of one object. A conversion of the value that
// panics counts as null.
func (r *Round[T]) await(result func() (any, error)) (T, error) {
	converted := false
	defer func() {
		if !converted {
			r.call.node.leaveNull()
		}
	}()
	loaded, err := result()
	converted = true
	value, _ := loaded.(T) // nil for an interface without a value
	return r.finish(value, err)
}

// finish counts the result of one object.
func (r *Round[T]) finish(value T, err error) (T, error) {
	if err != nil {
		r.call.node.leaveNull()
	} else {
		leave(r.call.node, r.count, value)
	}
	return value, err
}
