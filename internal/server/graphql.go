package server

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/graph/generated"
	"bitcorp.dev/fleet/internal/gql/batch"
	"bitcorp.dev/fleet/internal/gql/cost"
	"bitcorp.dev/fleet/internal/transport"
)

// graphql answers on /graphql: requests, sockets and event streams.
func (s *Server) graphql(metrics *batch.Metrics) (http.Handler, error) {
	persisted, err := newTextCache(persistedBytes, func(_, text string) int { return len(text) })
	if err != nil {
		return nil, err
	}
	schema := generated.NewExecutableSchema(generated.Config{Resolvers: s.config.Resolver, Directives: graph.Directives(), Complexity: graph.Costs()})
	h := handler.New(schema)
	h.AddTransport(s.sockets) // the last one answers what none before it takes
	h.AddTransport(s.streams)
	h.AddTransport(transport.NewHTTP(s.transports()))
	h.SetQueryCache(s.parsed)
	h.SetParserTokenLimit(s.config.Limits.Tokens)
	h.Use(trusted{s.config.Trusted, s.config.TrustedOnly})
	h.Use(s.limits) // in front of all that costs, and of what keeps documents
	h.Use(extension.AutomaticPersistedQuery{Cache: ofViewers{persisted}})
	h.Use(cost.Persisted{Hooks: s.hooks()})
	h.Use(introspection{})
	h.Use(subscriptionQuota{s})
	h.Use(batch.Extension{Metrics: metrics})
	h.Use(s.live)
	h.SetErrorPresenter(s.presentError)
	h.SetRecoverFunc(s.recovered)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.full(r) {
			s.refuse(w, r, errFull)
			return
		}
		h.ServeHTTP(w, r)
	}), nil
}

// transports configures what carries requests and subscriptions.
func (s *Server) transports() transport.Config {
	return transport.Config{
		MaxBody: int64(s.config.MaxBody), MaxOperations: s.config.MaxOperations, OperationTimeout: s.config.RequestTimeout, Log: s.config.Log,
		CheckOrigin: s.ownPage, Init: s.initSocket, Recheck: s.callers.Recheck, Received: s.received, Keep: s.keep, Admit: s.admit,
	}
}
