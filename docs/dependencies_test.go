package docs_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"testing"
)

// TestEveryDependencyIsDocumented compares the tables of security.md with the direct dependencies of the
// module and of the pages, versions included.
func TestEveryDependencyIsDocumented(t *testing.T) {
	read := func(name string) []byte {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var want []string
	for _, line := range regexp.MustCompile(`(?m)^\t(\S+) (v\S+)$`).FindAllSubmatch(read("../go.mod"), -1) {
		want = append(want, string(line[1])+" "+string(line[2]))
	}
	var pages struct{ Dependencies map[string]string }
	if err := json.Unmarshal(read("../web/package.json"), &pages); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(pages.Dependencies)) {
		want = append(want, name+" "+pages.Dependencies[name])
	}
	var documented []string
	row := regexp.MustCompile(
		`(?m)^\| (\S+) \| (v?\d\S*) \| (?:MIT|BSD-\d-Clause|Apache-2.0|ISC|MPL-2.0) \| \d{4}-\d\d-\d\d \|$`,
	)
	for _, line := range row.FindAllSubmatch(read("security.md"), -1) {
		documented = append(documented, string(line[1])+" "+string(line[2]))
	}
	slices.Sort(want)
	if slices.Sort(documented); !slices.Equal(documented, want) {
		t.Errorf("docs/security.md has\n%q\nand the manifests have\n%q", documented, want)
	}
}
