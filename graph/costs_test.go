package graph_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/complexity"
	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"bitcorp.dev/fleet/graph"
	"bitcorp.dev/fleet/graph/generated"
)

// costed is an executable schema that nothing is executed with.
func costed() graphql.ExecutableSchema {
	return generated.NewExecutableSchema(generated.Config{Resolvers: &graph.Resolver{}, Directives: graph.Directives(), Complexity: graph.Costs()})
}

// costOf returns what an operation costs, and whether it is a valid one.
func costOf(schema graphql.ExecutableSchema, document string, variables map[string]any) (int, bool) {
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, 5000)
	if err != nil || len(validator.ValidateWithRules(schema.Schema(), doc, rules.NewDefaultRules())) > 0 || len(doc.Operations) != 1 {
		return 0, false
	}
	coerced, err := validator.VariableValues(schema.Schema(), doc.Operations[0], variables)
	if err != nil {
		return 0, false
	}
	return complexity.Calculate(context.Background(), schema, doc.Operations[0], coerced), true
}

func TestCostsMultiplyAndDoNotOverflow(t *testing.T) {
	t.Parallel()
	schema := costed()
	for document, want := range map[string]int{
		`{ viewer { name } }`: 2,
		`{ equipmentList(first: 10) { nodes { name status } } }`:                                     31,
		`{ equipmentList(last: 100) { nodes { maintenanceRecords(first: 100) { nodes { id } } } } }`: 1 + 100*(1+1+100*2),
		`query ($n: Int = 3) { equipmentList(first: $n) { nodes { id } } }`:                          7,
		`{ equipmentList(first: -5) { nodes { id } } }`:                                              3,
		`{ equipmentList(first: 2000000000) { nodes { id } } }`:                                      201,
		`{ maintenanceSummary(groupBy: [KIND]) { records } }`:                                        101,
		`{ maintenanceSummary(groupBy: [EQUIPMENT], first: 10000) { records } }`:                     10_001,
		`{ maintenanceSummary(groupBy: [EQUIPMENT], first: 20000) { records } }`:                     10_001,
		`{ equipmentList(first: 10, offset: 60000) { nodes { id } } }`:                               621,
		`{ equipmentList(first: 10, offset: 2000000000) { nodes { id } } }`:                          10_021,
		`{ equipmentList(first: 10, offset: -1) { nodes { id } } }`:                                  21,
	} {
		if got, ok := costOf(schema, document, nil); !ok || got != want {
			t.Errorf("%s costs %d, %v; want %d", document, got, ok, want)
		}
	}
	deep := "equipmentList" + strings.Repeat("(first: 100) { nodes { assignedOperator { assignedEquipment", 40) + " { nodes { id } }" + strings.Repeat(" } } }", 40)
	if got, ok := costOf(schema, "{ "+deep+" }", nil); !ok || got < 1<<40 {
		t.Errorf("nested 40 pages deep costs %d, %v", got, ok)
	}
}

// FuzzCost: no document that is valid costs less than nothing, or less with a
// larger page than with a smaller one.
func FuzzCost(f *testing.F) {
	for _, document := range []string{
		`query ($n: Int) { equipmentList(first: $n) { nodes { id maintenanceRecords(last: $n) { edges { node { equipment { name } } } } } } }`,
		`query ($n: Int) { operators(first: $n) { ...F } } fragment F on OperatorConnection { nodes { equipment(first: $n) { totalCount } } }`,
		`query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Equipment { history { nodes { node { id } } } } } }`,
		`mutation ($i: UpdateEquipmentBatchInput!) { updateEquipmentBatch(input: $i) { results { equipment { id } } } }`,
		`{ maintenanceSummary(groupBy: [YEAR, KIND]) { records equipment { name } } __schema { types { name } } }`,
		`subscription { equipmentChanged { equipment { user { name } } } }`,
	} {
		f.Add(document, `{"n": 7, "ids": ["a", "b"], "i": []}`, 3)
		f.Add(document, `{"n": null}`, -1)
	}
	schema := costed()
	f.Fuzz(func(t *testing.T, document, variables string, n int) {
		var given map[string]any
		if json.Unmarshal([]byte(variables), &given) != nil || given == nil {
			given = map[string]any{}
		}
		cost, ok := costOf(schema, document, given)
		if ok && cost < 0 {
			t.Fatalf("%s costs %d", document, cost)
		}
		at := func(n int) (int, bool) {
			given["n"] = n
			return costOf(schema, document, given)
		}
		if n > 0 && n < 100 {
			less, valid := at(n)
			if more, _ := at(n + 1); valid && more < less {
				t.Fatalf("%s costs %d with %d and %d with one more", document, less, n, more)
			}
		}
	})
}
