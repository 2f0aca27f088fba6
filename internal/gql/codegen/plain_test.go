package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/graph/generated"
)

// TestPlainWritingPassesNoRuleBy: a field with arguments, or with a directive
// that is enforced when it is resolved, must not be written past its rules.
func TestPlainWritingPassesNoRuleBy(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../graph/generated/exec_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string][]string{} // type → fields
	cases := regexp.MustCompile(`\n\tcase "(\w+)":`)
	for _, f := range regexp.MustCompile(`(?s)\) plainField(\w+)\(.*?\n}\n`).FindAllStringSubmatch(string(text), -1) {
		for _, c := range cases.FindAllStringSubmatch(f[0], -1) {
			plain[f[1]] = append(plain[f[1]], c[1])
		}
	}
	if !slices.Contains(plain["Equipment"], "name") || slices.Contains(plain["Equipment"], "assignedOperator") {
		t.Fatalf("of Equipment these are plain: %v", plain["Equipment"])
	}
	rules := 0
	for name, object := range generated.NewExecutableSchema(generated.Config{}).Schema().Types {
		for _, field := range object.Fields {
			auth := field.Directives.ForName("auth") != nil
			if auth {
				rules++
			}
			if (auth || len(field.Arguments) > 0) && slices.Contains(plain[name], field.Name) {
				t.Errorf("%s.%s is written plainly", name, field.Name)
			}
		}
	}
	if rules == 0 {
		t.Error("no field has a rule: the test looks for the wrong directive")
	}
	for name := range plain {
		if name == "Query" || name == "Mutation" || name == "Subscription" || strings.HasPrefix(name, "__") {
			t.Errorf("%s is written plainly", name)
		}
	}
}
