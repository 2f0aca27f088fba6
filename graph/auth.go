package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/fleet"
)

// Directives are the rules of the SDL that are enforced when a field is
// resolved.
func Directives() generated.DirectiveRoot { return generated.DirectiveRoot{Auth: allowed} }

// allowed enforces @auth, in this one place. A viewer that is refused at one
// object of a list is refused at all of them, so no batch waits for the objects
// that passed.
func allowed(ctx context.Context, _ any, next graphql.Resolver, role fleet.Role, scope *fleet.Scope) (any, error) {
	v, err := viewerOf(ctx)
	if err != nil {
		return nil, err
	}
	if err := v.Check(role, or(scope, leastScope(role, isMutation(ctx)))); err != nil {
		return nil, err
	}
	return next(ctx)
}

// leastScope is the scope that a field takes when its @auth names none.
func leastScope(role fleet.Role, mutation bool) fleet.Scope {
	switch {
	case role == fleet.RoleAdmin:
		return fleet.ScopeAdmin
	case mutation:
		return fleet.ScopeWrite
	default:
		return fleet.ScopeRead
	}
}

// isMutation reports whether the operation of ctx is a mutation.
func isMutation(ctx context.Context) bool {
	return graphql.GetOperationContext(ctx).Operation.Operation == ast.Mutation
}
