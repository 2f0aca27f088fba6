package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/store"
)

// presentError makes of an error what the client sees: code and field of a
// fleet.Error, or INTERNAL with the request's id and nothing else. This is the
// one place where errors leave the server.
func (s *Server) presentError(ctx context.Context, err error) *gqlerror.Error {
	shown := &gqlerror.Error{Extensions: map[string]any{}}
	var located *gqlerror.Error
	if errors.As(err, &located) {
		shown.Path, shown.Locations = located.Path, located.Locations
	}
	if shown.Path == nil {
		shown.Path = graphql.GetPath(ctx)
	}
	err = inLine(err)
	var known *fleet.Error
	switch {
	case errors.As(err, &known):
		shown.Message = known.Message
		shown.Extensions["code"] = known.Code
		field := known.Field
		if read := argument(ctx, shown.Path); read != "" && known.Code == fleet.BadInput {
			field = strings.TrimSuffix(read+"."+field, ".")
		}
		if field != "" {
			shown.Message = field + ": " + known.Message
			shown.Extensions["field"] = field
		}
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil:
		shown.Message = "the database is busy: try again in a moment"
		shown.Extensions["code"] = fleet.Timeout
	case errors.Is(err, context.DeadlineExceeded):
		shown.Message = fmt.Sprintf("the answer was not there within %s: ask for less at once", s.config.RequestTimeout)
		shown.Extensions["code"] = fleet.Timeout
	case errors.Is(err, context.Canceled):
		shown.Message = "the client has left"
		shown.Extensions["code"] = fleet.Timeout
	case located != nil && located.Err == nil:
		// A fault of the document, found by the parser, the validation or a limit.
		shown.Message = cut(suggestion(ctx, located.Message))
		shown.Extensions["code"] = documentCode(located)
		if located.Extensions["code"] == persistedQueryNotFound { // by which clients know to send the whole document
			shown.Extensions["code"] = persistedQueryNotFound
		}
	default:
		id := requestID(ctx)
		s.config.Log.ErrorContext(ctx, "internal error", "error", err, "path", shown.Path.String(), "request", id)
		shown.Message = "something went wrong on our side; the log has the details under this request's id"
		if store.Unavailable(err) {
			shown.Message = "the database does not answer: try again in a moment"
		}
		shown.Extensions["code"] = fleet.Internal
		shown.Extensions["requestId"] = id
	}
	s.told.WithLabelValues(fmt.Sprint(shown.Extensions["code"])).Inc()
	return shown
}

const persistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND"

// documentCode translates gqlgen's codes to ours.
func documentCode(e *gqlerror.Error) fleet.Code {
	if strings.Contains(e.Message, "token limit") {
		return fleet.LimitExceeded
	}
	return fleet.BadInput
}

// argument names the argument at which reading a field's arguments failed:
// the error's path goes on from the field's own path with it.
func argument(ctx context.Context, path ast.Path) string {
	fc := graphql.GetFieldContext(ctx)
	if fc == nil || len(path) <= len(fc.Path()) {
		return ""
	}
	var parts []string
	for _, p := range path[len(fc.Path()):] {
		switch p := p.(type) {
		case ast.PathName:
			parts = append(parts, string(p))
		case ast.PathIndex:
			parts = append(parts, fmt.Sprint(int(p)))
		}
	}
	return strings.Join(parts, ".")
}

// recovered makes an internal error of a resolver's panic.
func (s *Server) recovered(ctx context.Context, panicked any) error {
	s.config.Log.ErrorContext(ctx, "panic", slog.Any("panic", panicked), "stack", string(debug.Stack()), "request", requestID(ctx))
	return errors.New("a resolver panicked")
}
