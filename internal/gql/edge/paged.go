package edge

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"bitcorp.dev/fleet/internal/export"
)

// paged is a schema that executes the operation of an export once for each page of its list. Each page is a
// response of its own, as events of a subscription are, with loaders of its own.
type paged struct{ graphql.ExecutableSchema }

// Exec implements graphql.ExecutableSchema.
func (p paged) Exec(ctx context.Context) graphql.ResponseHandler {
	walk := export.Of(ctx)
	if walk == nil {
		return p.ExecutableSchema.Exec(ctx)
	}
	return func(ctx context.Context) *graphql.Response {
		if !walk.Next() {
			return nil
		}
		return p.ExecutableSchema.Exec(ctx)(ctx)
	}
}
