package cost

import (
	"context"
	"net/http"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bitcorp.dev/fleet/internal/fleet"
)

// ledger is an admission that refuses nothing and keeps what was charged.
type ledger struct{ charged []int }

func (*ledger) Validate(context.Context, int) error { return nil }

func (l *ledger) Spend(_ context.Context, cost int) (*int, error) {
	l.charged = append(l.charged, cost)
	left := 100 - cost
	return &left, nil
}

func (*ledger) Execute(context.Context, int) (func(), error) { return func() {}, nil }

// TestAnOperationIsChargedOrRefusedByItsCost: each field costs 1.
func TestAnOperationIsChargedOrRefusedByItsCost(t *testing.T) {
	t.Parallel()
	limits := Default
	limits.Cost, limits.EventCost = 3, 2
	for name, c := range map[string]struct {
		operation ast.Operation
		fields    int
		estimate  bool
		charged   int // -1: refused
	}{
		"at the limit":                        {ast.Query, 3, false, 3},
		"above the limit":                     {ast.Query, 4, false, -1},
		"an estimate above the limit":         {ast.Query, 4, true, 0},
		"a mutation above the limit":          {ast.Mutation, 4, false, -1},
		"a subscription at its limit":         {ast.Subscription, 2, false, 2},
		"a subscription above its limit":      {ast.Subscription, 3, false, -1},
		"an estimate of a large subscription": {ast.Subscription, 3, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var spent ledger
			e := New(limits, &spent, nil, true)
			err := e.Validate(&graphql.ExecutableSchemaMock{
				SchemaFunc: func() *ast.Schema {
					return &ast.Schema{Types: map[string]*ast.Definition{"Int": {Name: "Int", Kind: ast.Scalar}}}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			o := &graphql.OperationContext{Operation: &ast.OperationDefinition{Operation: c.operation}, Headers: http.Header{}}
			for range c.fields {
				o.Operation.SelectionSet = append(o.Operation.SelectionSet, &ast.Field{
					Name: "f", ObjectDefinition: &ast.Definition{Name: "Query", Kind: ast.Object},
					Definition: &ast.FieldDefinition{Name: "f", Type: ast.NamedType("Int", nil)},
				})
			}
			if c.estimate {
				o.Headers.Set(EstimateHeader, "true")
			}
			refusal := e.MutateOperationContext(t.Context(), o)
			if c.charged < 0 {
				if refusal == nil || fleet.CodeOf(refusal) != fleet.LimitExceeded || len(spent.charged) > 0 {
					t.Errorf("refusal %v, charged %v", refusal, spent.charged)
				}
				return
			}
			cost, _ := o.Stats.GetExtension(costKey).(*Cost)
			if refusal != nil || len(spent.charged) != 1 || spent.charged[0] != c.charged || cost.Requested != c.fields ||
				*cost.Remaining != 100-c.charged {
				t.Errorf("refusal %v, charged %v, cost %+v", refusal, spent.charged, cost)
			}
		})
	}
}
