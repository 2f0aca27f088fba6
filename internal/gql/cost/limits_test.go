package cost

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"bitcorp.dev/fleet/internal/fleet"
)

func shapeOf(t testing.TB, c Config, document string) error {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: document})
	if err != nil {
		t.Fatal(err)
	}
	return c.checkShape(doc)
}

func TestShapes(t *testing.T) {
	t.Parallel()
	c := Config{Depth: 4, Fields: 12, Aliases: 2, Directives: 2, RootFields: 3, Fragments: 2, Repetitions: 1}
	for document, want := range map[string]string{
		`{ a }`:                         "",
		`{ a { a { a { a } } } }`:       "",
		`{ a { a { a { a { a } } } } }`: "nested 5 fields deep, at most 4",
		`{ a { ...F } } fragment F on T { a { a { a { a } } } }`: "nested 5 fields deep, at most 4",
		`{ a { ... on T { ... on T { a { a { a } } } } } }`:      "",
		`{ x: a y: a }`:      "",
		`{ x: a y: a z: a }`: "3 aliases, at most 2",
		`{ ...F b { ...F } } fragment F on T { x: a y: a }`: "4 aliases, at most 2",
		`{ a: a b: b c: c }`: "",
		`{ a { b b } }`:      "",
		`{ a { b b b } }`:    "repeats 2 fields, at most 1",
		`{ a { ... { b } ... on T { b ... { b } } } }`:                               "repeats 2 fields, at most 1",
		`{ a { b ...F ...F } } fragment F on T { b }`:                                "repeats 2 fields, at most 1",
		`{ ... { a { b } } ... { a { b c } } }`:                                      "repeats 2 fields, at most 1",
		`{ a { b } c { b } }`:                                                        "",
		`{ a } fragment F on T { a a a }`:                                            "is never used",
		`{ ...F } fragment F on T { a } fragment G on T { b } fragment H on T { c }`: "3 fragments, at most 2",
		`{ a ... @defer { b } }`:                                                     "@defer is not supported",
		`{ a ...F @defer } fragment F on T { b }`:                                    "@defer is not supported",
		"{ " + strings.Repeat("a", 201) + " }":                                       "a name has 201 bytes, at most 200",
		"{ a(" + strings.Repeat("a", 201) + ": 1) }":                                 "a name has 201 bytes, at most 200",
		`{ a @x @y @z }`:                                                             "3 directives, at most 2",
		`query @x { a @y ... @z { a } }`:                                             "3 directives, at most 2",
		`{ a b c d }`:                                                                "4 fields at its root, at most 3",
		`{ ...F ...F } fragment F on T { a b }`:                                      "4 fields at its root, at most 3",
		`{ a { a b c d e f } b { a b c d e f } }`:                                    "14 fields once its fragments are written out, at most 12",
		`{ a { ...F } b { ...F } c { ...F } } fragment F on T { a b c d }`:           "15 fields once its fragments are written out, at most 12",
		`{ ...F } fragment F on T { a { ...G } } fragment G on T { b { ...F } }`:     "contains itself",
		`{ ...F } fragment F on T { ...F }`:                                          "contains itself",
		`{ ...Nobody }`:                                                              "", // the validation's to say
		`query A { a } query B { a b c d }`:                                          "4 fields at its root, at most 3",
	} {
		err := shapeOf(t, c, document)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", document, err, want)
		}
	}
}

// TestADocumentThatWritesOutToMoreThanANumberHolds is answered at once: each
// fragment uses the one below twice.
func TestADocumentThatWritesOutToMoreThanANumberHolds(t *testing.T) {
	t.Parallel()
	document := "{ ...F0 }"
	for i := range 100 {
		document += fmt.Sprintf(" fragment F%d on T { a { ...F%d } b { ...F%d } }", i, i+1, i+1)
	}
	document += " fragment F100 on T { x: a @d }"
	for _, c := range []Config{
		{Depth: 1000, Fields: 1 << 29, Aliases: 1 << 30, Directives: 1 << 30, RootFields: 10, Fragments: 101, Repetitions: 10},
		{Depth: 1000, Fields: 1 << 30, Aliases: 1 << 29, Directives: 1 << 30, RootFields: 10, Fragments: 101, Repetitions: 10},
		{Depth: 50, Fields: 1 << 30, Aliases: 1 << 30, Directives: 1 << 30, RootFields: 10, Fragments: 101, Repetitions: 10},
	} {
		if err := shapeOf(t, c, document); fleet.CodeOf(err) != fleet.LimitExceeded {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	e := &Extension{config: Config{VariableValues: 6, VariableDepth: 3}}
	for text, want := range map[string]string{
		`{"a": 1, "b": [1, 2, 3]}`:      "",
		`{"a": [1, 2, 3, 4, 5, 6]}`:     "more than 6 values",
		`{"a": {"b": {"c": 1}}}`:        "",
		`{"a": {"b": {"c": {"d": 1}}}}`: "nested more than 3 deep",
		`{"a": [[[[]]]]}`:               "nested more than 3 deep",
		`{}`:                            "",
	} {
		var variables map[string]any
		if err := json.Unmarshal([]byte(text), &variables); err != nil {
			t.Fatal(err)
		}
		err := e.checkVariables(variables)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func FuzzFieldsOfAnAnswer(f *testing.F) {
	f.Add("a", "b:c", `"\":`)
	f.Fuzz(func(t *testing.T, key, value, other string) {
		text, err := json.Marshal(map[string]any{"k" + key: []any{value, map[string]any{"x": other}}, "l": nil})
		if err != nil {
			t.Skip()
		}
		want := 3
		if got := fields(text); got != want {
			t.Errorf("%s has %d fields, counted %d", text, want, got)
		}
	})
}

// FuzzShape must not panic nor hang, whatever parses.
func FuzzShape(f *testing.F) {
	f.Add(`query A($x: Int = 1) @d { a: b(x: $x) { ...F ... on T { c } } } fragment F on T { ...G } fragment G on T { a }`)
	f.Add(`{ ...F } fragment F on T { ...F }`)
	f.Fuzz(func(t *testing.T, document string) {
		doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: document}, Default.Tokens)
		if err != nil || doc == nil {
			t.Skip()
		}
		_ = Default.checkShape(doc)
	})
}
