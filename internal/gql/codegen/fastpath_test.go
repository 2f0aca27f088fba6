package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bitcorp.dev/fleet/graph/generated"
)

// TestTheFastPathBypassesNoRule: a field with arguments, or with a directive that
// is enforced when the field is resolved, must not be appended directly.
func TestTheFastPathBypassesNoRule(t *testing.T) {
	t.Parallel()
	var text []byte
	files, err := filepath.Glob("../../../graph/generated/*.generated.go")
	for _, file := range files {
		part, readErr := os.ReadFile(file)
		text, err = append(text, part...), errors.Join(err, readErr)
	}
	if err != nil {
		t.Fatal(err)
	}
	appended := map[string][]string{} // type → fields
	cases := regexp.MustCompile(`\n\tcase "(\w+)":`)
	for _, f := range regexp.MustCompile(`(?s)\) appendField(\w+)\(.*?\n}\n`).FindAllStringSubmatch(string(text), -1) {
		for _, c := range cases.FindAllStringSubmatch(f[0], -1) {
			appended[f[1]] = append(appended[f[1]], c[1])
		}
	}
	if !slices.Contains(appended["Equipment"], "name") || slices.Contains(appended["Equipment"], "assignedOperator") {
		t.Fatalf("fields of Equipment that are appended directly: %v", appended["Equipment"])
	}
	rules := 0
	for name, object := range generated.NewExecutableSchema(generated.Config{}).Schema().Types {
		for _, field := range object.Fields {
			auth := field.Directives.ForName("auth") != nil
			if auth {
				rules++
			}
			if (auth || len(field.Arguments) > 0) && slices.Contains(appended[name], field.Name) {
				t.Errorf("%s.%s is appended directly", name, field.Name)
			}
		}
	}
	if rules == 0 {
		t.Error("no field has @auth: the test looks for the wrong directive")
	}
	for name := range appended {
		if name == "Query" || name == "Mutation" || name == "Subscription" || strings.HasPrefix(name, "__") {
			t.Errorf("%s is appended directly", name)
		}
	}
}
