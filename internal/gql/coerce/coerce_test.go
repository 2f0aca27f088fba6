package coerce_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"bitcorp.dev/fleet/internal/fleet"
	"bitcorp.dev/fleet/internal/gql/coerce"
)

const sdl = `
	scalar Amount
	enum Kind { ONE TWO }
	input In { s: String! n: Int kind: Kind = ONE kinds: [Kind!] amount: Amount flag: Boolean! = false inner: In }
	type Subscription { f: Query }
	type Query {
		f(n: Int, s: String, id: ID, x: Float, b: Boolean, kind: Kind, kinds: [Kind!], amount: Amount, in: In, flag: Boolean! = false): Query
		g: String
	}
`

type schema struct {
	graphql.ExecutableSchema
	ast *ast.Schema
}

func (s schema) Schema() *ast.Schema { return s.ast }

// amount takes strings and numbers of digits and points.
func amount(v any) error {
	text, ok := v.(string)
	if number, is := v.(json.Number); is {
		text, ok = number.String(), true
	}
	if !ok || text == "" || strings.Trim(text, "0123456789.") != "" {
		return fleet.BadInputf("", "not an amount")
	}
	return nil
}

func newExtension(t testing.TB, valid graphql.Cache[*ast.QueryDocument]) *coerce.Extension {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Input: sdl})
	if err != nil {
		t.Fatal(err)
	}
	e := coerce.New(map[string]coerce.Scalar{"Amount": amount}, valid, 0)
	if err := e.Validate(schema{ast: s}); err != nil {
		t.Fatal(err)
	}
	return e
}

// run coerces an operation; variables is JSON. It returns the first error, as
// field and message, and the variables in JSON.
func run(t testing.TB, e *coerce.Extension, query, variables string) (field, message, coerced string) {
	t.Helper()
	request := &graphql.RawParams{Query: query}
	decoder := json.NewDecoder(strings.NewReader(variables))
	decoder.UseNumber()
	if err := decoder.Decode(&request.Variables); err != nil {
		t.Fatal(err)
	}
	ctx := graphql.WithOperationContext(context.Background(), &graphql.OperationContext{})
	err := e.MutateOperationParameters(ctx, request)
	if err == nil {
		text, failed := json.Marshal(request.Variables)
		if failed != nil {
			t.Fatal(failed)
		}
		return "", "", string(text)
	}
	var all gqlerror.List
	if errors.As(err.Err, &all) {
		err = all[0]
	}
	var known *fleet.Error
	if errors.As(err, &known) {
		return known.Field, known.Message, ""
	}
	return "", err.Message, ""
}

func TestVariables(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	for _, c := range []struct{ declared, used, value, field, says, coerced string }{
		{"Int", "n", `5`, "", "", `5`},
		{"Int", "n", `5.0`, "", "", `5`},
		{"Int", "n", `5e1`, "", "", `50`},
		{"Int", "n", `-2147483648`, "", "", `-2147483648`},
		{"Int", "n", `null`, "", "", `null`},
		{"Int", "n", `5.5`, "n", "5.5 is not an integer of 32 bits", ""},
		{"Int", "n", `2147483648`, "n", "2147483648 is not an integer of 32 bits", ""},
		{"Int", "n", `1e400`, "n", "1e400 is not an integer", ""},
		{"Int", "n", `"5"`, "n", `"5" is not an integer`, ""},
		{"Int", "n", `true`, "n", "true is not an integer", ""},
		{"Int", "n", `[5]`, "n", "a list is not an integer", ""},
		{"Int!", "n", `null`, "n", "null is not allowed here, Int! is expected", ""},
		{"Float", "x", `5`, "", "", `5`},
		{"Float", "x", `1e400`, "x", "1e400 is not a number", ""},
		{"Float", "x", `"5"`, "x", `"5" is not a number`, ""},
		{"String", "s", `"a"`, "", "", `"a"`},
		{"String", "s", `5`, "s", "variable $v: 5 is not a string", ""},
		{"String", "s", `{}`, "s", "an object is not a string", ""},
		{"Boolean", "b", `false`, "", "", `false`},
		{"Boolean", "b", `0`, "b", "0 is not true or false", ""},
		{"ID", "id", `"a"`, "", "", `"a"`},
		{"ID", "id", `99999999999999999999`, "", "", `"99999999999999999999"`},
		{"ID", "id", `5.0`, "id", "5.0 is not an ID", ""},
		{"ID", "id", `5e1`, "id", "5e1 is not an ID", ""},
		{"ID", "id", `false`, "id", "false is not an ID", ""},
		{"Kind", "kind", `"ONE"`, "", "", `"ONE"`},
		{"Kind", "kind", `"one"`, "kind", `"one" is not a value of Kind. Did you mean ONE or TWO?`, ""},
		{"Kind", "kind", `1`, "kind", `1 is not a value of Kind`, ""},
		{"[Kind!]", "kinds", `"ONE"`, "", "", `["ONE"]`},
		{"[Kind!]", "kinds", `["ONE","TWO"]`, "", "", `["ONE","TWO"]`},
		{"[Kind!]", "kinds", `null`, "", "", `null`},
		{"[Kind!]", "kinds", `["ONE",null]`, "kinds.1", "null is not allowed here, Kind! is expected", ""},
		{"[Kind!]", "kinds", `["ONE","two"]`, "kinds.1", `"two" is not a value of Kind`, ""},
		{"Amount", "amount", `1.50`, "", "", `1.50`},
		{"Amount", "amount", `"1.50"`, "", "", `"1.50"`},
		{"Amount", "amount", `"x"`, "amount", "variable $v: not an amount", ""},
		{"In", "in", `{"s":"a"}`, "", "", `{"s":"a"}`},
		{"In", "in", `{"s":"a","inner":{"s":"b","n":1.0}}`, "", "", `{"inner":{"n":1,"s":"b"},"s":"a"}`},
		{"In", "in", `{}`, "in.s", "is required, String! is expected", ""},
		{"In", "in", `{"s":null}`, "in.s", "null is not allowed here, String! is expected", ""},
		{"In", "in", `{"s":"a","flag":null}`, "in.flag", "null is not allowed here, Boolean! is expected", ""},
		{"In", "in", `{"s":"a","inner":{"s":1}}`, "in.inner.s", "1 is not a string", ""},
		{"In", "in", `{"s":"a","kinds":["x"]}`, "in.kinds.0", `"x" is not a value of Kind`, ""},
		{"In", "in", `{"s":"a","t":1}`, "in.t", `"t" is not a field of In. Did you mean s, n,`, ""},
		{"In", "in", `{"s":"a","__typename":"In"}`, "in.__typename", "is not a field of In", ""},
		{"In", "in", `[{"s":"a"}]`, "in", "a list is not an object of type In", ""},
		{"In", "in", `"a"`, "in", `"a" is not an object of type In`, ""},
		// A null variable that may stand there, because either has a default.
		{"Boolean", "flag", `true`, "", "", `true`},
		{"Boolean", "flag", `null`, "flag", "variable $v: null is not allowed here, Boolean! is expected", ""},
		{"Boolean = true", "flag", `null`, "flag", "null is not allowed here", ""},
	} {
		query := "query($v: " + c.declared + ") { f(" + c.used + ": $v) { g } }"
		field, message, coerced := run(t, e, query, `{"v":`+c.value+`,"unused":1}`)
		want := `{"v":` + c.coerced + `}`
		if c.says != "" {
			want = ""
		}
		if field != c.field || !strings.Contains(message, c.says) || c.says == "" && message != "" || coerced != want {
			t.Errorf("%s of %s: %q %q %s, want %q %q %s", c.value, c.declared, field, message, coerced, c.field, c.says, want)
		}
	}
}

func TestNullsAndWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	for _, c := range []struct{ query, variables, field, says string }{
		{`query($v: Int!) { f(n: $v) { g } }`, `{}`, "n", "is required, Int! is expected"},
		{`query($v: Int! = 1) { f(n: $v) { g } }`, `{}`, "", ""},
		{`query($v: Int! = 1) { f(n: $v) { g } }`, `{"v":null}`, "n", "null is not allowed here"},
		{`query($v: Boolean) { f(flag: $v) { g } }`, `{}`, "", ""},
		{`query($v: Boolean = null) { f(flag: $v) { g } }`, `{}`, "flag", "null is not allowed here"},
		{`query($v: Kind = ONE) { f(kinds: [TWO, $v]) { g } }`, `{"v":null}`, "kinds.1", "null is not allowed here"},
		{`query($v: Kind = ONE) { f(kinds: [TWO, $v]) { g } }`, `{}`, "", ""},
		{`query($v: String = "a") { f(in: {s: "a", inner: {s: $v}}) { g } }`, `{"v":null}`, "in.inner.s", "null is not allowed here"},
		{`query($v: Boolean) { f(in: {s: "a", flag: $v}) { g } }`, `{"v":null}`, "in.flag", "null is not allowed here"},
		{`query($v: Boolean) { f(in: {s: "a", flag: $v}) { g } }`, `{}`, "", ""},
		{`query($v: Boolean = true) { g @include(if: $v) }`, `{"v":null}`, "@include.if", "null is not allowed here"},
		{`query($v: Boolean = true) { f { ... @skip(if: $v) { g } } }`, `{"v":null}`, "@skip.if", "null is not allowed here"},
		{`query($v: Boolean = true) { ...F @skip(if: $v) } fragment F on Query { g }`, `{"v":null}`, "@skip.if", "null is not allowed here"},
		{`query($v: Boolean = true) { ...F } fragment F on Query { f(flag: $v) { g } }`, `{"v":null}`, "flag", "null is not allowed here"},
		{`query($v: Boolean = true) { g @include(if: $v) }`, `{}`, "", ""},
		// What is not executed is not judged.
		{`query($v: Boolean = true) { g f(flag: $v) @skip(if: true) { g } }`, `{"v":null}`, "", ""},
		{`query($v: Boolean = true) { g @skip(if: true) @include(if: $v) }`, `{"v":null}`, "", ""},
		{`query($v: Boolean = true) { g @include(if: $v) @skip(if: false) }`, `{"v":null}`, "@include.if", "null is not allowed here"},
		{`query($v: Boolean = true, $no: Boolean!) { g ... @include(if: $no) { f(flag: $v) { g } } }`, `{"v":null,"no":false}`, "", ""},
	} {
		field, message, _ := run(t, e, c.query, c.variables)
		if field != c.field || !strings.Contains(message, c.says) || c.says == "" && message != "" {
			t.Errorf("%s with %s: %q %q, want %q %q", c.query, c.variables, field, message, c.field, c.says)
		}
	}
}

func TestASubscriptionHasAField(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	for query, want := range map[string]string{
		`subscription { f @skip(if: false) { g } }`:                                                         "",
		`subscription { f @skip(if: true) { g } }`:                                                          "leaves the subscription without a field",
		`subscription($v: Boolean = false) { f @include(if: $v) { g } }`:                                    "leaves the subscription without a field",
		`subscription($v: Boolean = true) { ...F @skip(if: $v) } fragment F on Subscription { f { g } }`:    "leaves the subscription without a field",
		`subscription($v: Boolean = true) { ...F @include(if: $v) } fragment F on Subscription { f { g } }`: "",
	} {
		if _, message, _ := run(t, e, query, `null`); !strings.Contains(message, want) || want == "" && message != "" {
			t.Errorf("%s: %q, want %q", query, message, want)
		}
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	for _, c := range []struct{ argument, field, says string }{
		{`n: 5`, "", ""},
		{`n: null`, "", ""},
		{`n: 5.0`, "n", "5.0 is not an integer of 32 bits"},
		{`n: 2147483648`, "n", "2147483648 is not an integer of 32 bits"},
		{`n: 99999999999999999999`, "n", "is not an integer of 32 bits"},
		{`n: "5"`, "n", `"5" is not an integer`},
		{`x: 5`, "", ""},
		{`x: 5.5`, "", ""},
		{`x: "5"`, "x", "is not a number"},
		{`s: """a"""`, "", ""},
		{`s: 5`, "s", "5 is not a string"},
		{`s: ONE`, "s", "ONE is not a string"},
		{`id: 99999999999999999999`, "", ""},
		{`id: 5.0`, "id", "5.0 is not an ID"},
		{`b: "true"`, "b", "is not true or false"},
		{`kind: ONE`, "", ""},
		{`kind: one`, "kind", "one is not a value of Kind"},
		{`kind: "ONE"`, "kind", `"ONE" is not a value of Kind`},
		{`kind: true`, "kind", `true is not a value of Kind`},
		{`kinds: ONE`, "", ""},
		{`kinds: [ONE, null]`, "kinds.1", "null is not allowed here"},
		{`kinds: [[ONE]]`, "kinds.0", "a list is not a value of Kind"},
		{`amount: 1.50`, "", ""},
		{`amount: 12`, "", ""},
		{`amount: "1.50"`, "", ""},
		{`amount: -1`, "amount", "not an amount"},
		{`amount: ONE`, "amount", "ONE is not of type Amount"},
		{`amount: [1]`, "amount", "a list is not of type Amount"},
		{`flag: null`, "flag", "null is not allowed here"},
		{`in: {s: "a"}`, "", ""},
		{`in: {}`, "in.s", "is required, String! is expected"},
		{`in: {s: null}`, "in.s", "null is not allowed here"},
		{`in: {s: "a", flag: null}`, "in.flag", "null is not allowed here"},
		{`in: {s: "a", t: 1}`, "in.t", `"t" is not a field of In`},
		{`in: [{s: "a"}]`, "in", "a list is not an object of type In"},
		{`in: {s: "a", inner: {s: "a", amount: x}}`, "in.inner.amount", "x is not of type Amount"},
	} {
		field, message, _ := run(t, e, "{ f("+c.argument+") { g } }", `null`)
		if field != c.field || !strings.Contains(message, c.says) || c.says == "" && message != "" {
			t.Errorf("%s: %q %q, want %q %q", c.argument, field, message, c.field, c.says)
		}
	}
	if field, message, _ := run(
		t,
		e,
		`query($v: Kind = one) { f(kind: $v) { g } }`,
		`null`,
	); field != "v" ||
		message == "" {
		t.Errorf("a bad default: %q %q", field, message)
	}
}

// TestNumbersOfScalarsStayExact looks at what is handed to the executor.
func TestNumbersOfScalarsStayExact(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})
	query := `query($v: Amount = 0.10) { f(amount: 123456789012345678.10, id: 99999999999999999999) { f(amount: $v) { g } } }`
	if err := e.MutateOperationParameters(ctx, &graphql.RawParams{Query: query}); err != nil {
		t.Fatal(err)
	}
	doc, ok := e.Get(ctx, query)
	if !ok {
		t.Fatal("the executor finds no document")
	}
	o := doc.Operations[0]
	got := o.SelectionSet[0].(*ast.Field).ArgumentMap(nil)
	if got["amount"] != "123456789012345678.10" || got["id"] != "99999999999999999999" {
		t.Errorf("arguments %v", got)
	}
	if v, err := o.VariableDefinitions[0].DefaultValue.Value(nil); v != "0.10" || err != nil {
		t.Errorf("default %v, %v", v, err)
	}
}

func BenchmarkPageQuery(b *testing.B) {
	valid := graphql.MapCache[*ast.QueryDocument]{}
	e := newExtension(b, valid)
	query := `query($n: Int, $s: String, $in: In) { f(n: $n, s: $s, in: $in) { g } }`
	ctx := graphql.WithOperationContext(b.Context(), &graphql.OperationContext{})
	b.ReportAllocs()
	for b.Loop() {
		request := &graphql.RawParams{Query: query, Variables: map[string]any{
			"n": json.Number("50"), "s": "komat", "in": map[string]any{"s": "a", "kinds": []any{"ONE"}, "amount": "1250.75"},
		}}
		if err := e.MutateOperationParameters(ctx, request); err != nil {
			b.Fatal(err)
		}
	}
}

// TestADocumentIsParsedOnce for all that ask for it within an operation.
func TestADocumentIsParsedOnce(t *testing.T) {
	t.Parallel()
	e := newExtension(t, graphql.NoCache[*ast.QueryDocument]{})
	ctx := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})
	first, err := e.Parse(ctx, "{ g }")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.MutateOperationParameters(ctx, &graphql.RawParams{Query: "{ g }"}); err != nil {
		t.Fatal(err)
	}
	if valid, ok := e.Get(ctx, ""); !ok || valid != first {
		t.Errorf("the valid document is another than the one that was parsed")
	}
	if other, err := e.Parse(ctx, "{ f { g } }"); err != nil || other == first {
		t.Errorf("another text has the same document; %v", err)
	}
	broken := graphql.WithOperationContext(t.Context(), &graphql.OperationContext{})
	if _, err := e.Parse(broken, "{ g"); err == nil {
		t.Error("a text that is not well-formed is parsed")
	}
	if err := e.MutateOperationParameters(broken, &graphql.RawParams{Query: "{ g"}); err == nil {
		t.Error("a text that is not well-formed is valid")
	}
}
