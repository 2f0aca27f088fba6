package edge

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/telemetry"
)

// AnalysisHeader is the header that requests the statements of a query or mutation, as
// extensions.queryAnalysis. Events of subscriptions have none: subscribers share them.
const AnalysisHeader = "Fleet-Analyze"

// analysis answers requests with AnalysisHeader. Callers that may explore the schema may have it: a
// statement shows tables and columns, never a value.
type analysis struct {
	explores func(ctx context.Context) error
}

var (
	_ graphql.OperationContextMutator = analysis{}
	_ graphql.ResponseInterceptor     = analysis{}
)

func (analysis) ExtensionName() string                   { return "QueryAnalysis" }
func (analysis) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext implements graphql.OperationContextMutator.
func (a analysis) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	if analyses(o) {
		if err := a.explores(ctx); err != nil {
			return gqlerror.WrapIfUnwrapped(err)
		}
	}
	return nil
}

// InterceptResponse implements graphql.ResponseInterceptor.
func (analysis) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if len(graphql.GetErrors(ctx)) > 0 || !analyses(graphql.GetOperationContext(ctx)) {
		return next(ctx)
	}
	ctx, gathered := telemetry.Analyze(ctx, placeOf)
	response := next(ctx)
	if response != nil {
		if response.Extensions == nil {
			response.Extensions = map[string]any{}
		}
		response.Extensions["queryAnalysis"] = gathered.Report()
	}
	return response
}

func analyses(o *graphql.OperationContext) bool {
	return strings.EqualFold(o.Headers.Get(AnalysisHeader), "true") && o.Operation != nil &&
		o.Operation.Operation != ast.Subscription
}

// placeOf returns the field that is resolved in ctx, without the indexes of lists.
func placeOf(ctx context.Context) string {
	var names []string
	for _, step := range graphql.GetPath(ctx) {
		if name, ok := step.(ast.PathName); ok {
			names = append(names, string(name))
		}
	}
	return strings.Join(names, ".")
}
