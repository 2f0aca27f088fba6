package edge

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"go.opentelemetry.io/otel/trace"

	"bitcorp.dev/fleet/internal/export"
	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/telemetry"
)

// observed reports the outcome of operations. It is the outermost extension, so that what others refuse
// counts too.
type observed struct {
	finished func(ctx context.Context)
	traces   *telemetry.Traces // nil for none
}

var (
	_ graphql.OperationInterceptor = observed{}
	_ graphql.ResponseInterceptor  = observed{}
)

func (observed) ExtensionName() string                   { return "Telemetry" }
func (observed) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor: it reports an operation that is executed.
func (o observed) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx).Operation
	if export.Of(ctx) != nil { // the transport reports it at its end
		return next(ctx)
	}
	if operation.Operation == ast.Subscription {
		responses := next(ctx)
		o.report(ctx, ok)
		return responses
	}
	ctx, span := o.traces.Operation(ctx, string(operation.Operation))
	responses := next(ctx)
	reported := false
	return func(ctx context.Context) (response *graphql.Response) {
		if reported { // the end of a list of one
			return responses(ctx)
		}
		reported = true
		outcome := outcomeOf(fleet.Internal) // of a panic
		if span.IsRecording() {
			ctx = trace.ContextWithSpan(ctx, span)
		}
		defer func() {
			o.report(ctx, outcome)
			telemetry.Of(ctx).Trace(span)
			span.End()
		}()
		response = responses(ctx)
		switch {
		case response == nil:
			outcome = outcomeOf(fleet.Timeout) // the deadline has passed or the client has disconnected
		case len(response.Errors) > 0:
			outcome = outcomeOf(response.Errors[0].Extensions["code"])
		default:
			outcome = ok
		}
		return response
	}
}

// InterceptResponse implements graphql.ResponseInterceptor: it reports an operation that is refused
// before it is executed.
func (o observed) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	refused := len(graphql.GetErrors(ctx)) > 0 && export.Of(ctx) == nil
	response := next(ctx)
	if refused && response != nil && len(response.Errors) > 0 {
		o.report(ctx, outcomeOf(response.Errors[0].Extensions["code"]))
	}
	return response
}

const ok = "ok"

// outcomeOf returns the outcome for an error's code, of which there are a dozen.
func outcomeOf(code any) string { return strings.ToLower(fmt.Sprint(code)) }

func (o observed) report(ctx context.Context, outcome string) {
	telemetry.Of(ctx).Describe(func(d *telemetry.Operation) { d.Outcome = outcome })
	if o.finished != nil {
		o.finished(ctx)
	}
}
