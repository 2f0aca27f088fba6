package cost

import (
	"bytes"
	"context"
	"strings"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// EstimateHeader asks what an operation would cost, without running it.
const EstimateHeader = "Fleet-Estimate"

// costKey is where the cost of an operation stands among its statistics.
const costKey = "Cost"

// Cost is what an answer tells of its cost, as extensions.cost. A field costs
// 1, and what stands below a list as often as the list may have rows.
type Cost struct {
	// Requested is what the operation may cost at most, known before it runs.
	Requested int `json:"requested"`
	// Actual is how many fields the answer has; null before there is one.
	Actual *int `json:"actual"`
	// Limit is what one operation may cost.
	Limit int `json:"limit"`
	// Remaining is how many requests may follow at once, each as cheap as can
	// be; null when they are not limited.
	Remaining *int `json:"remaining"`
}

// MutateOperationContext implements graphql.OperationContextMutator: it
// computes what the operation costs.
func (e *Extension) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	cost := &Cost{Requested: complexity.Calculate(ctx, e.schema, o.Operation, o.Variables), Limit: e.config.Cost}
	o.Stats.SetExtension(costKey, cost)
	if cost.Requested > e.config.Cost && !estimates(o) {
		return refused("the operation may cost %d, at most %d is allowed: ask for fewer fields or smaller pages", cost.Requested, e.config.Cost)
	}
	if o.Operation.Operation == ast.Subscription && cost.Requested > e.config.EventCost && !estimates(o) {
		return refused("each event of the subscription may cost %d, at most %d is allowed: ask for less, and for the rest by a query", cost.Requested, e.config.EventCost)
	}
	spent := cost.Requested
	if estimates(o) {
		spent = 0
	}
	left, err := e.admission.Spend(ctx, spent)
	if err != nil {
		return gqlerror.WrapIfUnwrapped(err)
	}
	cost.Remaining = left
	return nil
}

func estimates(o *graphql.OperationContext) bool {
	return strings.EqualFold(o.Headers.Get(EstimateHeader), "true")
}

// InterceptOperation implements graphql.OperationInterceptor.
func (e *Extension) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	o := graphql.GetOperationContext(ctx)
	if !estimates(o) {
		return next(ctx)
	}
	cost, _ := o.Stats.GetExtension(costKey).(*Cost)
	return graphql.OneShot(&graphql.Response{Data: []byte("null"), Extensions: map[string]any{"cost": cost}})
}

// InterceptResponse implements graphql.ResponseInterceptor: it waits until
// the operation may run, and reports its cost.
func (e *Extension) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	o := graphql.GetOperationContext(ctx)
	known, ok := o.Stats.GetExtension(costKey).(*Cost)
	if !ok {
		return next(ctx) // refused before its cost was known
	}
	events := o.Operation.Operation == ast.Subscription // next waits for one
	// What is refused already, or is not to be run, waits for nothing.
	if !events && !estimates(o) && len(graphql.GetErrors(ctx)) == 0 {
		done, err := e.admission.Execute(ctx, known.Requested)
		if err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{Errors: graphql.GetErrors(ctx)} // nothing was executed
		}
		defer done()
	}
	answer := next(ctx)
	if answer == nil || !e.report {
		return answer
	}
	cost := *known // a subscription has one for each event
	if events {
		cost.Remaining = nil // events are paid for; and all who share them share this
	}
	if answer.Data != nil {
		n := fields(answer.Data)
		cost.Actual = &n
	}
	if answer.Extensions == nil {
		answer.Extensions = map[string]any{}
	}
	answer.Extensions["cost"] = &cost
	return answer
}

// fields counts the members of all objects of a JSON text: the colons outside
// of strings.
func fields(text []byte) (n int) {
	for {
		quote := bytes.IndexByte(text, '"')
		if quote < 0 {
			return n + bytes.Count(text, []byte{':'})
		}
		n += bytes.Count(text[:quote], []byte{':'})
		text = text[quote+1:]
		for {
			end := bytes.IndexByte(text, '"')
			if end < 0 {
				return n
			}
			escapes := 0
			for escapes < end && text[end-1-escapes] == '\\' {
				escapes++
			}
			text = text[end+1:]
			if escapes%2 == 0 {
				break
			}
		}
	}
}
