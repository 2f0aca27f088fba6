package cost

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const benchSDL = `
	type Query { machines(first: Int, last: Int, offset: Int, filter: Filter, order: String): MachineConnection machine(id: ID!): Machine }
	input Filter { name: String status: [String!] }
	type MachineConnection { nodes: [Machine] }
	type Machine { id: ID! name: String status: String operator: Person records(first: Int, last: Int): MachineConnection }
	type Person { name: String licence: String }`

// TestArgumentsAreThoseOfTheExecutor compares them with what gqlgen gives to resolvers.
func TestArgumentsAreThoseOfTheExecutor(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { f(n: Int, d: Int = 7, in: In, list: [Int!], other: In = {s: "x", d: 2}): Query }
		input In { s: String d: Int = 3 in: In }`})
	for _, arguments := range []string{``, `(n: 1)`, `(n: null, d: null)`, `(n: $n, d: $n)`, `(n: $none, d: $none)`,
		`(n: $filled, d: $filled)`, `(in: {s: "a", in: {d: $n}}, list: [1, $n2])`, `(in: $in, list: $list)`,
		`(in: {s: $text, d: $filled}, other: $in)`, `(list: 3, in: {s: "b", d: null})`} {
		query := `query($n: Int, $n2: Int!, $none: Int, $filled: Int = 5, $in: In, $list: [Int!], $text: String) {
			f` + arguments + ` { __typename }
			uses: f(n: $n, d: $none, in: $in, list: $list) { uses: f(n: $filled, list: [$n2], in: {s: $text}) { __typename } } }`
		doc := gqlparser.MustLoadQueryWithRules(schema, query, nil)
		f, ok := doc.Operations[0].SelectionSet[0].(*ast.Field)
		if !ok {
			t.Fatal("no field")
		}
		e := estimator{schema: schema, variables: map[string]any{"n": nil, "n2": int64(2), "filled": int64(5),
			"in": map[string]any{"s": "v"}, "list": []any{int64(1)}}}
		want := f.ArgumentMap(e.variables)
		for _, name := range []string{"n", "d", "in", "list", "other", "missing"} {
			if diff := cmp.Diff(want[name], e.argument(f, name)); diff != "" {
				t.Errorf("%s of f%s: %s", name, arguments, diff)
			}
		}
	}
}

// TestACostIsAppendedAsItIsEncoded by encoding/json.
func TestACostIsAppendedAsItIsEncoded(t *testing.T) {
	t.Parallel()
	zero, many := 0, 1<<40
	for _, actual := range []*int{nil, &zero, &many} {
		for _, left := range []*int{nil, &zero, &many} {
			c := &Cost{Requested: 12, Actual: actual, Limit: 500_000, Remaining: left}
			want, err := json.Marshal(c)
			if got := c.AppendJSON([]byte("x")); err != nil || string(got) != "x"+string(want) {
				t.Errorf("%s, want %s; %v", got, want, err)
			}
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: benchSDL})
	for name, c := range map[string]struct {
		query     string
		variables map[string]any
	}{
		"one": {
			`query($id: ID!) { machine(id: $id) { id name status operator { name licence } } }`,
			map[string]any{"id": "m_1"},
		},
		"page": {`query($n: Int) { machines(first: $n, filter: {status: ["ACTIVE"]}) { nodes { id name operator { name }
			records(first: 3) { nodes { id name status } } } } }`, map[string]any{"n": int64(50)}},
	} {
		doc := gqlparser.MustLoadQueryWithRules(schema, c.query, nil)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Estimate(schema, doc.Operations[0], c.variables) < 7 {
					b.Fatal("too cheap")
				}
			}
		})
	}
}

func BenchmarkFields(b *testing.B) {
	row := `{"id":"equipment_01H455VB4PEX5VSKNK084SN02Q","name":"Excavator 17","status":"ACTIVE","cost":"123456.78",` +
		`"assignedOperator":{"firstName":"Ada","lastName":"Byron"},"description":"` + strings.Repeat("long text ", 20) + `"}`
	text := json.RawMessage(fmt.Sprintf(`{"nodes":[%s]}`, strings.TrimSuffix(strings.Repeat(row+",", 50), ",")))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if fields(text) != 1+50*8 {
			b.Fatal("miscounted")
		}
	}
}
