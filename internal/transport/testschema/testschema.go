// Package testschema is a small executable schema for the tests of transports.
// Only test files may import it. Its fields end, fail and block as the tests
// need it; nothing is stored.
package testschema

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
)

const sdl = `
type Query {
	hello: String
	echo(text: String): String
	"Fails with the code; its data is null."
	fail(code: String!): String
	"Returns when the operation is cancelled."
	wait: String
}
type Mutation { increment: Int }
type Subscription {
	"1, 2, … up to to, or without end."
	count(to: Int): Int
	"1, and no further event."
	once: Int
	"No event."
	silence: Int
	"Is refused with the code."
	refused(code: String!): Int
	"Strings of that many bytes, without end, as fast as they are read."
	flood(bytes: Int!): String
	"The same encoded data for every subscriber."
	shared: String
}
`

// Schema is the executable schema.
type Schema struct {
	schema *ast.Schema
	// Increments counts executed mutations.
	Increments atomic.Int64
	// Running counts running subscriptions and wait fields.
	Running atomic.Int64
	// Shared is the data of Subscription.shared.
	Shared json.RawMessage
}

// New returns a schema.
func New() *Schema {
	return &Schema{
		schema: gqlparser.MustLoadSchema(&ast.Source{Name: "test.graphqls", Input: sdl}),
		Shared: json.RawMessage("{\"shared\":\n \"one\"}"),
	}
}

// Handler returns a server of the schema with the transports.
func (s *Schema) Handler(transports ...graphql.Transport) *handler.Server {
	h := handler.New(s)
	for _, t := range transports {
		h.AddTransport(t)
	}
	h.Use(extension.Introspection{})
	h.SetErrorPresenter(present)
	h.SetRecoverFunc(func(context.Context, any) error { return errors.New("a panic") })
	return h
}

func present(ctx context.Context, err error) *gqlerror.Error {
	shown := graphql.DefaultErrorPresenter(ctx, err)
	code := fleet.CodeOf(err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		code = fleet.Timeout
	case shown.Err == nil:
		code = fleet.BadInput
	}
	return &gqlerror.Error{Message: shown.Message, Path: shown.Path, Locations: shown.Locations,
		Extensions: map[string]any{"code": code}}
}

// Schema implements graphql.ExecutableSchema.
func (s *Schema) Schema() *ast.Schema { return s.schema }

// Complexity implements graphql.ExecutableSchema.
func (s *Schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

// Exec implements graphql.ExecutableSchema.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	rc := graphql.GetOperationContext(ctx)
	root := map[ast.Operation]string{ast.Query: "Query", ast.Mutation: "Mutation",
		ast.Subscription: "Subscription"}[rc.Operation.Operation]
	fields := graphql.CollectFields(rc, rc.Operation.SelectionSet, []string{root})
	if rc.Operation.Operation == ast.Subscription {
		return s.subscribe(ctx, rc, fields[0])
	}
	var done bool
	return func(ctx context.Context) *graphql.Response {
		if done {
			return nil
		}
		done = true
		var members []string
		for _, f := range fields {
			encoded, _ := json.Marshal(s.resolve(ctx, rc, f))
			members = append(members, strconv.Quote(f.Alias)+":"+string(encoded))
		}
		return &graphql.Response{Data: json.RawMessage("{" + strings.Join(members, ",") + "}")}
	}
}

func (s *Schema) resolve(ctx context.Context, rc *graphql.OperationContext, f graphql.CollectedField) any {
	args := f.ArgumentMap(rc.Variables)
	switch f.Name {
	case "__typename":
		return f.ObjectDefinition.Name
	case "__type":
		return nil
	case "hello":
		return "world"
	case "echo":
		return args["text"]
	case "fail":
		graphql.AddError(ctx, failure(args["code"]))
	case "wait":
		s.Running.Add(1)
		defer s.Running.Add(-1)
		<-ctx.Done()
		graphql.AddError(ctx, ctx.Err())
	case "increment":
		return s.Increments.Add(1)
	}
	return nil
}

func failure(code any) error {
	return &fleet.Error{Code: fleet.Code(fmt.Sprint(code)), Message: "failed on request"}
}

func (s *Schema) subscribe(ctx context.Context, rc *graphql.OperationContext,
	f graphql.CollectedField) graphql.ResponseHandler {
	args := f.ArgumentMap(rc.Variables)
	if f.Name == "refused" {
		graphql.AddError(ctx, failure(args["code"]))
		return nil
	}
	s.Running.Add(1)
	context.AfterFunc(ctx, func() { s.Running.Add(-1) })
	n := 0
	return func(ctx context.Context) *graphql.Response {
		n++
		var value any = n
		switch f.Name {
		case "silence":
			<-ctx.Done()
			return nil
		case "once":
			if n > 1 {
				<-ctx.Done()
				return nil
			}
		case "count":
			if to, limited := args["to"].(int64); limited && int64(n) > to {
				return nil
			}
		case "flood":
			value = strings.Repeat("x", int(args["bytes"].(int64)))
		case "shared":
			return &graphql.Response{Data: s.Shared}
		}
		encoded, _ := json.Marshal(map[string]any{f.Alias: value})
		return &graphql.Response{Data: encoded}
	}
}
