package cost

import (
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/telemetry"
)

// EstimateHeader is the header that requests the cost of an operation without
// running it.
const EstimateHeader = "Fleet-Estimate"

// costKey is the key of an operation's cost in its statistics.
const costKey = "Cost"

// Cost is extensions.cost of a response. A field costs 1; fields below a list are
// multiplied by the number of rows that the list may have.
type Cost struct {
	// Requested is the maximum cost of the operation, known before it runs.
	Requested int `json:"requested"`
	// Actual is the number of fields in the response; null without one.
	Actual *int `json:"actual"`
	// Limit is the maximum cost of one operation.
	Limit int `json:"limit"`
	// Remaining is the number of requests of minimum cost that may follow at
	// once; null without a budget.
	Remaining *int `json:"remaining"`
}

// AppendJSON appends c as encoding/json would, without its reflection: every answer has one.
func (c *Cost) AppendJSON(b []byte) []byte {
	number := func(n *int) {
		if n == nil {
			b = append(b, "null"...)
		} else {
			b = strconv.AppendInt(b, int64(*n), 10)
		}
	}
	b = append(b, `{"requested":`...)
	number(&c.Requested)
	b = append(b, `,"actual":`...)
	number(c.Actual)
	b = append(b, `,"limit":`...)
	number(&c.Limit)
	b = append(b, `,"remaining":`...)
	number(c.Remaining)
	return append(b, '}')
}

// MutateOperationContext implements graphql.OperationContextMutator: it
// computes the cost of the operation and charges it.
func (e *Extension) MutateOperationContext(ctx context.Context, o *graphql.OperationContext) *gqlerror.Error {
	cost := &Cost{Requested: Estimate(e.schema, o.Operation, o.Variables), Limit: e.config.Cost}
	o.Stats.SetExtension(costKey, cost)
	telemetry.Of(ctx).Describe(func(o *telemetry.Operation) { o.Cost = cost.Requested })
	if cost.Requested > e.config.Cost && !estimates(o) {
		return refused(
			"the operation may cost %d, at most %d is allowed: select fewer fields or smaller pages",
			cost.Requested,
			e.config.Cost,
		)
	}
	if o.Operation.Operation == ast.Subscription && cost.Requested > e.config.EventCost && !estimates(o) {
		return refused(
			"each event of the subscription may cost %d, at most %d is allowed: select less, and load the rest with a query",
			cost.Requested,
			e.config.EventCost,
		)
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
	// Refused operations and estimates need no slot.
	if !events && !estimates(o) && len(graphql.GetErrors(ctx)) == 0 {
		done, err := e.admission.Execute(ctx, known.Requested)
		if err != nil {
			graphql.AddError(ctx, err)
			return &graphql.Response{Errors: graphql.GetErrors(ctx)} // nothing was executed
		}
		defer done()
	}
	planned := new(tally)
	if e.report && !events {
		ctx = context.WithValue(ctx, tallyKey{}, planned)
	}
	response := next(ctx)
	if response == nil || !e.report {
		return response
	}
	cost := *known // a subscription has one for each event
	if events {
		cost.Remaining = nil // events are charged at the start, and subscribers share the response
	}
	if response.Data != nil {
		n, known := planned.all(o)
		if !known || events {
			n = fields(response.Data)
		}
		cost.Actual = &n
	}
	if response.Extensions == nil {
		response.Extensions = map[string]any{}
	}
	response.Extensions["cost"] = &cost
	return response
}

// tally adds up the members of fields of the query that were counted while they were written.
type tally struct{ fields, members atomic.Int64 }

type tallyKey struct{}

// Counted tells that a field of the query of ctx has been written with so many members of objects, so that they
// need not be counted in its text.
func Counted(ctx context.Context, members int) {
	if t, ok := ctx.Value(tallyKey{}).(*tally); ok {
		t.fields.Add(1)
		t.members.Add(int64(members))
	}
}

// all returns the number of members of the response, if all of its fields were counted.
func (t *tally) all(o *graphql.OperationContext) (n int, known bool) {
	counted := int(t.fields.Load())
	if counted == 0 || counted != len(graphql.CollectFields(o, o.Operation.SelectionSet, []string{"Query"})) {
		return 0, false
	}
	return counted + int(t.members.Load()), true
}

// fields counts the members of all objects in a JSON text: the colons outside
// strings.
func fields(text []byte) (n int) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ':':
			n++
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return n
}
