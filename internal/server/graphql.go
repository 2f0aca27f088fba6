package server

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/graph/loaders"
)

const (
	// maxTokens bounds what is parsed: the merging of fields is quadratic.
	maxTokens = 5000
	// parsedQueries is how many parsed documents are kept.
	parsedQueries = 1000
)

// graphql answers POST and GET on /graphql.
func (s *Server) graphql(metrics *loaders.Metrics) http.Handler {
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: s.config.Resolver, Complexity: graph.Costs()})
	h := handler.New(schema)
	h.AddTransport(transport.Options{})
	h.AddTransport(transport.GET{})
	h.AddTransport(transport.POST{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](parsedQueries))
	h.SetParserTokenLimit(maxTokens)
	h.Use(extension.Introspection{})
	h.Use(extension.FixedComplexityLimit(s.config.MaxCost))
	h.Use(loaders.Extension{Metrics: metrics})
	h.Use(s.live)
	h.SetErrorPresenter(s.presentError)
	h.SetRecoverFunc(s.recovered)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		ctx, cancel := context.WithTimeout(r.Context(), s.config.RequestTimeout)
		defer cancel()
		ctx = graph.WithRequest(ctx, requestID(ctx))
		if s.config.Demo != nil {
			ctx = graph.WithViewer(ctx, *s.config.Demo)
		}
		h.ServeHTTP(w, r.WithContext(ctx))
	})
}
